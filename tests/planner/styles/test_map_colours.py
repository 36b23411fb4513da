"""Colours of graded and of named maps: told apart with any colour vision, grades from light to dark."""

from __future__ import annotations

import numpy as np
import pytest

from instances.land.colours import Colour, parse_colour
from planner.agreement.measure import COLOURS as STANDING
from planner.export.balances import GRADES, NOWHERE
from planner.interlace.colours import COLOURS as INTERLACED
from planner.maps.network_map import LINKED
from planner.maps.series import GAINED, KEPT, LOST
from planner.report.townships import SHADES
from planner.styles.change_colours import GROUND, year_colours
from planner.styles.layer_styles import RAMP
from tests.support.seen_colours import SEEN, apart, contrast, seen_in_lab

GRADED: dict[str, tuple[Colour, ...]] = {
    "balance": GRADES,
    "prices": tuple(parse_colour(colour) for colour in RAMP),
    "townships": SHADES,
    "interlaced": INTERLACED[1:],
}
NAMED: dict[str, tuple[Colour, ...]] = {
    "stages": (*year_colours(7), GROUND),
    "agreement": STANDING,
    "blue-green": (KEPT, GAINED, LOST, GROUND),
    "network": LINKED,
}


@pytest.mark.parametrize("eyes", SEEN)
@pytest.mark.parametrize("name", GRADED)
def test_grades_are_told_apart_and_grow_darker(name: str, eyes: str) -> None:
    """Neighbouring grades lie 10 apart in CIELAB, and each is darker than the one before."""
    colours = GRADED[name]
    assert np.diagonal(apart(colours, eyes), 1).min() >= 10
    assert (np.diff(seen_in_lab(colours, eyes)[:, 0]) < 0).all()


@pytest.mark.parametrize("eyes", SEEN)
@pytest.mark.parametrize("name", NAMED)
def test_kinds_of_land_are_told_apart(name: str, eyes: str) -> None:
    """Any two colours of a map lie 15 apart in CIELAB."""
    far = apart(NAMED[name], eyes)
    assert far[np.triu_indices(len(far), 1)].min() >= 15


@pytest.mark.parametrize("eyes", SEEN)
def test_land_without_a_balance_is_no_grade(eyes: str) -> None:
    """Its grey lies 10 apart from every grade."""
    assert apart((*GRADES, NOWHERE), eyes)[-1, :-1].min() >= 10


def test_what_a_map_is_about_stands_out_from_its_ground() -> None:
    """Years of change, and what the network gains and gives up, have a contrast of 3:1 to other land."""
    for colour in (*year_colours(7), GAINED, LOST):
        assert contrast(colour, GROUND) >= 3.0
