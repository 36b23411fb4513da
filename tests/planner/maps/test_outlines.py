from __future__ import annotations

import numpy as np

from instances.study.schema import RedLineTable
from planner.maps.outlines import BAR, BOUNDARY, DASHES, KEEP, colour_of, outlines, smoothed
from tests.support.made_plans import small_plan


def test_a_line_has_the_colour_of_what_it_rules() -> None:
    """Green keeps what is there, violet bounds new land, red bars; whatever else is red."""
    assert colour_of(RedLineTable(path="a", keep=("cropland",))) == KEEP
    assert colour_of(RedLineTable(path="a", only_inside=("urban",))) == BOUNDARY
    assert colour_of(RedLineTable(path="a", forbid=("urban",))) == BAR
    assert colour_of(None) == BAR


def test_lines_of_one_colour_differ_by_their_dashes() -> None:
    """Two red lines that rule alike are told apart in print without colour."""
    first, second = outlines(small_plan().instance)
    assert first.colour == second.colour == KEEP
    assert (first.dashes, second.dashes) == (DASHES[0], DASHES[1])


def test_a_line_that_holds_nowhere_is_not_drawn() -> None:
    """A red line without land has no outline and no place in the legend."""
    instance = small_plan().instance
    instance.redlines[0].inside[:] = False
    assert [each.line.name for each in outlines(instance)] == ["line1"]


def test_smoothing_keeps_the_share_inside() -> None:
    """Averaging over some pixels moves no land in or out on the whole."""
    mask = np.zeros((40, 40), dtype=bool)
    mask[15:25, 15:25] = True
    assert np.isclose(smoothed(mask, 2.0).sum(), 100, rtol=1e-4)
