from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from planner.maps.page_legend import fraction
from planner.maps.series import BOOK, draw_series, pages
from tests.support.made_plans import small_plan
from tests.support.made_reports import solved
from words.catalogue import Words


def test_the_series_has_every_map_as_picture_and_in_one_book(tmp_path: Path) -> None:
    """Land today and planned, control lines, changes and network: a page each, the whole in one PDF."""
    draw_series(solved(), tmp_path, "zh")
    keys = ("today", "plan", "lines", "change", "network")
    assert {path.name for path in tmp_path.iterdir()} == {BOOK, *(f"{key}.png" for key in keys)}
    assert len(re.findall(rb"/Type /Page\b", (tmp_path / BOOK).read_bytes())) == len(keys)
    for key in keys:
        with Image.open(tmp_path / f"{key}.png") as picture:
            assert picture.size == (2338, 1654)  # A4 at 200 dpi
            assert len(np.unique(np.asarray(picture.convert("L")))) > 20


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_legend_of_changes_says_from_what_to_what_on_how_much_land(lang: str) -> None:
    """Every colour of the map of changes has its origin, destination and hectares."""
    plan = small_plan(lang)
    change = next(page for page in pages(plan, Words(lang)) if page.key == "change")
    names = [name for _, name in change.legend]
    arrow = {"zh": "耕地 → 林地，2.00 公顷", "en": "Cropland → Forest, 2.00 ha"}[lang]
    assert names[0] == arrow
    drawn = {tuple(row) for row in change.colours.tolist()}
    assert drawn <= {colour for colour, _ in change.legend}


def test_the_network_map_tells_what_stays_comes_and_goes() -> None:
    """Hectares in the legend are those of the layout."""
    plan = small_plan()
    network = next(page for page in pages(plan, Words("en")) if page.key == "network")
    green, area = plan.instance.classes.blue_green, plan.instance.grid.area_ha
    gained = float(area[~green[plan.instance.today] & green[plan.layout]].sum())
    assert network.legend[1][1] == f"blue-green, new: {gained:.2f} ha"


def test_the_fraction_is_never_larger_than_the_paper() -> None:
    """Two digits, rounded up: 1 inch for 3,810 m is 1 : 150,000, and a little less is no more."""
    assert fraction(1 / 3810) == 150_000
    assert fraction(1 / 3811) == 160_000
