from __future__ import annotations

import threading

import numpy as np
import pytest

from formulations.core.solution import SolveSettings, WarmStart, Watch
from formulations.sensitivity.rule_costs import RuleCost, rule_costs
from tests.formulations.sensitivity.test_opportunity_cost import CROP, WOOD, strip

PLAN = np.array([CROP, CROP, WOOD, WOOD], dtype=np.uint8)


def costs(watch: Watch) -> list[RuleCost]:
    """What the line of the four hectares costs, whose plan saves 10; a hectare of cropland is worth 6."""
    problem = strip()
    prices = problem.prices(np.array([6.0]))
    return rule_costs(problem, prices, PLAN, -10.0, WarmStart(), SolveSettings(gap=1e-9), watch)


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
