from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from planner.maps.stage_maps import SHOWN_MS, change_pages, draw_stages, stage_pages
from planner.plans.plan import Plan
from planner.styles.change_colours import CHANGES, GROUND
from tests.support.made_plans import small_plan
from words.catalogue import Words


class Staged:
    """Two years: the first change comes in 2025, all others in 2030."""

    years = (2025, 2030)

    def __init__(self, plan: Plan) -> None:
        changed = np.flatnonzero(plan.layout != plan.instance.today)
        self.stage = np.full(len(plan.layout), 2)
        self.stage[changed] = 1
        self.stage[changed[0]] = 0
        self._today, self.first = plan.instance.today, changed[0]

    def layouts(self, planned: Any) -> list[Any]:
        """The land of 2025 and of 2030."""
        early = self._today.copy()
        early[self.first] = planned[self.first]
        return [early, planned]


@pytest.fixture
def plan() -> Plan:
    """The small plan in two stages."""
    made = small_plan()
    return replace(made, staged=Staged(made))


def test_every_year_has_a_page_and_its_colour(plan: Plan) -> None:
    """A page for each year's land, then one on which every change has the colour of its year."""
    first, second, changes = stage_pages(plan, Words("zh"))
    assert [page.key for page in (first, second, changes)] == ["year_2025", "year_2030", "stages"]
    assert first.legend == second.legend
    assert (first.colours != second.colours).any()
    told = [tuple(colour) for colour in changes.colours.tolist()]
    assert told.count(CHANGES[0]) == 1
    assert told.count(CHANGES[1]) == int((plan.layout != plan.instance.today).sum()) - 1
    assert told.count(GROUND) == int((plan.layout == plan.instance.today).sum())
    assert changes.legend[0][1] == "2025 年变化：1.00 公顷"


def test_what_changes_in_a_year_stands_out(plan: Plan) -> None:
    """In the frame of its year a change has the colour of its class, other land a quarter of it."""
    early, _ = change_pages(plan, Words("en"))
    palette = np.array([item.colour for item in plan.instance.classes], dtype=float)
    assert early.title == "Changes of 2025: 1.00 ha"
    for unit, colour in enumerate(early.colours.tolist()):
        own = palette[plan.staged.layouts(plan.layout)[0][unit]]
        now = int(plan.staged.stage[unit]) == 0
        assert colour == (own if now else np.floor(own * 0.25 + 255 * 0.75)).tolist()


def test_without_stages_there_is_no_page() -> None:
    """A plan of one target year adds nothing to the series."""
    assert list(stage_pages(small_plan(), Words("en"))) == []


def test_years_move_in_one_file(plan: Plan, tmp_path: Path) -> None:
    """Today and two years, each after its changes, are five frames that differ, run again and again, and are
    the same bytes twice."""
    for name in ("one.gif", "two.gif"):
        draw_stages(plan, tmp_path / name, "zh")
    assert (tmp_path / "one.gif").read_bytes() == (tmp_path / "two.gif").read_bytes()
    with Image.open(tmp_path / "one.gif") as film:
        assert (film.n_frames, film.info["loop"], film.info["duration"]) == (5, 0, SHOWN_MS)
        frames = []
        for number in range(5):
            film.seek(number)
            frames.append(np.asarray(film.convert("RGB")).astype(int))
    assert all((one != other).any() for one, other in pairwise(frames))
