"""One page of a map: its heading, and the inset that says where the sheet lies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.text import Text

from planner.maps.page import MOST_SIGNS, draw_page
from planner.maps.parts import drawing
from planner.maps.pictures import canvas
from planner.plans.plan import Plan
from tests.support.made_plans import small_plan
from words.catalogue import Words

TITLE = "Land use planned for 2030"


def texts_of(plan: Plan, signs: int) -> list[str]:
    """What stands on a page whose legend has so many signs."""
    colours = np.zeros((len(plan.instance), 3), dtype=np.uint8)
    legend = [((0, 0, 0), f"class {number}") for number in range(signs)]
    ground = canvas(plan.instance.grid, 200)
    with drawing():
        page = draw_page(plan, TITLE, colours, ground, Words("en"), (), legend, filled=False)
    return [text.get_text() for text in page.findobj(Text)]


@pytest.mark.parametrize(("signs", "there"), [(4, True), (MOST_SIGNS, False)])
def test_a_page_has_an_inset_where_its_legend_leaves_room(signs: int, there: bool) -> None:
    """A long legend reaches down to where the inset would be."""
    assert ("Where the sheet lies" in texts_of(small_plan(), signs)) is there


def test_what_a_page_shows_is_never_cut() -> None:
    """The study's title is shortened, the map's own stands whole."""
    plan = small_plan()
    long = replace(plan, certificate=plan.certificate.model_copy(update={"title": "A county " * 12}))
    heading = next(text for text in texts_of(long, 2) if text.endswith(TITLE))
    assert heading.startswith("A county")
    assert "…" in heading
