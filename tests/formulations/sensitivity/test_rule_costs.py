from __future__ import annotations

import threading

import numpy as np
import pytest

from formulations.core.solution import SolveSettings, WarmStart, Watch
from formulations.sensitivity.rule_costs import RuleCost, rule_costs
from instances.units.grid import Layout
from tests.formulations.sensitivity.test_opportunity_cost import CROP, WOOD, strip

PLAN = np.array([CROP, CROP, WOOD, WOOD], dtype=np.uint8)


def costs(watch: Watch, bound: float = -10.0, floor: float = 0.0, plan: Layout = PLAN) -> list[RuleCost]:
    """What the line of the four hectares costs, whose plan saves 10; a hectare of cropland is worth 6."""
    problem = strip()
    prices = problem.prices(np.array([6.0]))
    return rule_costs(problem, prices, plan, bound, WarmStart(), SolveSettings(gap=1e-9), watch, floor)


def test_a_line_costs_what_is_saved_without_it() -> None:
    """Without the line the first two cells become wood and save 18 instead of 10; the first unit alone gains
    10 - 6, the second 8 - 6."""
    (found,) = costs(Watch())
    assert found.units.line == "farmland"
    assert found.units.cost == pytest.approx([4.0, 2.0, 0.0, 0.0])
    assert found.whole is not None
    assert (found.whole.low, found.whole.high) == pytest.approx((8.0, 8.0))


def test_told_to_stop_no_line_is_lifted() -> None:
    """What units cost is there, what the line costs as a whole is not."""
    stop = threading.Event()
    stop.set()
    (found,) = costs(Watch(stop=stop))
    assert found.units.cost.sum() == pytest.approx(6.0)
    assert found.whole is None


@pytest.mark.parametrize("bound", [-14.0, -18.0, -np.inf])
def test_a_cost_too_wide_to_be_useful_is_solved_on(bound: float) -> None:
    """The plan is known to 4 t (or not at all), so that the line costs 4 to 8 t, perhaps nothing: solved on,
    it is 8 t. A plan that is 2 t worse than the best does not make the line dearer: 8 t still."""
    (found,) = costs(Watch(), bound)
    assert found.whole is not None
    assert (found.whole.low, found.whole.high) == pytest.approx((8.0, 8.0))
    worse = np.array([CROP, CROP, WOOD, CROP], dtype=np.uint8)
    (found,) = costs(Watch(), bound, plan=worse)
    assert found.whole is not None
    assert (found.whole.low, found.whole.high) == pytest.approx((8.0, 8.0))


def test_a_cost_proven_below_the_floor_is_not_solved_on() -> None:
    """4 to 8 t is known well enough where 8 t is next to nothing."""
    (found,) = costs(Watch(), bound=-14.0, floor=8.0)
    assert found.whole is not None
    assert (found.whole.low, found.whole.high) == pytest.approx((4.0, 8.0))
