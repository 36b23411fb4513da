from __future__ import annotations

import threading

import numpy as np
import pytest

from formulations.core.problem import LayoutProblem
from formulations.core.rows import Prices
from formulations.core.solution import SolveSettings, Step, Watch
from formulations.exact.model import solve_exact
from formulations.sensitivity.limit_prices import limit_prices
from instances.units.grid import Layout
from tests.formulations.sensitivity.test_price_ranges import terraces

TIGHT = SolveSettings(gap=1e-6)


def planned(problem: LayoutProblem) -> Layout:
    """The best layout of a problem."""
    layout = solve_exact(problem, TIGHT, Watch()).layout
    assert layout is not None
    return layout


def test_a_price_is_refined_and_told_how_far_it_holds() -> None:
    """Whatever price a solve left, a hectare of the cheap land is worth 4, until that is all taken; the bound
    is the value of the relaxation: 11 hectares of wood save 10 x 6 + 4."""
    problem = terraces(9.0)
    found = limit_prices(problem, problem.prices(np.array([5.5])), planned(problem), TIGHT, Watch())
    assert found.prices.values == pytest.approx([4.0])
    assert found.value == pytest.approx(-64.0)
    (held,) = found.ranges
    assert held is not None
    assert held.low < 9.0 < held.high


def test_told_to_stop_there_are_prices_without_ranges() -> None:
    """The range of a price is looked for limit by limit, and said so; a stop ends that."""
    problem, stop, told = terraces(9.0), threading.Event(), list[Step]()
    stop.set()
    found = limit_prices(problem, Prices(), planned(problem), TIGHT, Watch(report=told.append, stop=stop))
    assert found.ranges == (None,)
    assert [step.stage for step in told] == ["prices"]
