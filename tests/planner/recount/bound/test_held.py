from __future__ import annotations

import numpy as np
import pytest

from planner.recount.bound.held import held_again
from planner.recount.figures.limit_rows import counted_limits
from planner.recount.figures.recount import Recount
from tests.support.hand_instance import hand_instance, planned
from tests.support.made_plans import CROPLAND, FOREST, URBAN, WATER

WEIGHTS = {"net_emissions": 1.0, "blue_green_compactness": -2.0}
STUDY = {
    "limits": [{"indicator": "area.cropland", "at_least": 1.0}],
    "objective": {"minimise": {"net_emissions": 1.0}, "maximise": {"blue_green_compactness": 2.0}},
}


def counted(**cells: int) -> Recount:
    """The six cells with some changed."""
    return Recount(hand_instance(STUDY), planned(**cells))


def test_a_patch_gains_what_paper_says() -> None:
    """The first hectare as forest saves 6 and has one edge of 100 m beside forest, worth 0.2; cropland is
    worth 3 a hectare. Water in its place would save 1 and have that edge as well."""
    count = counted(c0=FOREST)
    rows = counted_limits(count, count.indicators(), count.at(count.instance.today).indicators())
    patch = np.array([0, -1, -1, -1, -1, -1])
    found = held_again(count, WEIGHTS, [(rows[0], 3.0)], patch, 1)
    assert found.gain == pytest.approx([3.2])
    assert found.decides == (frozenset({"rates"}),)
    assert found.cost[0, [CROPLAND, FOREST, WATER]] == pytest.approx([3.2, 0.0, 5.0])
    assert found.cost[0, URBAN] == pytest.approx(100.0 + 40.0 + 3.0 + 5.2)  # its flux, its building, its soil


def test_a_price_may_decide() -> None:
    """At 9 a hectare the limit on cropland speaks most for cropland in place of forest."""
    count = counted(c1=CROPLAND)
    rows = counted_limits(count, count.indicators(), count.at(count.instance.today).indicators())
    found = held_again(count, WEIGHTS, [(rows[0], 9.0)], np.array([-1, 0, -1, -1, -1, -1]), 1)
    assert found.decides == (frozenset({"limit"}),)
    # 6 and the edges to the second forest and to the water, 0.4, speak against it
    assert found.gain == pytest.approx([9.0 - 6.0 - 0.4])


def test_without_patches_there_is_nothing_to_tell() -> None:
    """A plan that changes nothing has no reasons."""
    found = held_again(counted(), WEIGHTS, [], np.full(6, -1), 0)
    assert len(found.gain) == len(found.decides) == len(found.cost) == 0
