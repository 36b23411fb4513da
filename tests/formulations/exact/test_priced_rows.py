"""Rows held by their price: what a program with them finds is the least over all layouts, counted apart."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulations.core.problem import LayoutProblem
from formulations.core.solution import SolveSettings, Watch
from formulations.exact.highs import solve
from formulations.exact.presolve import reduce_problem
from formulations.exact.priced_rows import bound_of, held_by_price, strayed
from formulations.exact.program import layout_program, limit_rows
from tests.support.enumeration import layouts
from tests.support.random_problems import problems


def test_straying_costs_the_price_and_a_share_more() -> None:
    """By hand: 3 homes fewer than 10 at 2 t a home cost 6 t and a tenth of it; 3 more give 6 t less a
    tenth of it. Below a cap, where the price is below 0, it is the other way round."""
    price, bound = np.array([2.0]), np.array([10.0])
    assert strayed(np.array([7.0]), bound, price, 0.1) == pytest.approx(6.6)
    assert strayed(np.array([13.0]), bound, price, 0.1) == pytest.approx(-5.4)
    assert strayed(np.array([13.0]), bound, -price, 0.1) == pytest.approx(6.6)
    assert strayed(np.array([7.0]), bound, -price, 0.1) == pytest.approx(-5.4)
    assert strayed(bound, bound, price, 0.1) == 0


def test_a_price_speaks_of_the_bound_on_its_side() -> None:
    """Above 0 a lower bound is dear, below 0 an upper one."""
    found = bound_of(np.array([1.0, -1.0]), np.array([2.0, 3.0]), np.array([4.0, 5.0]))
    assert found.tolist() == [2.0, 5.0]


@given(problems(rows=2, columns=2, classes=3), st.integers(0, 2**32 - 1), st.sampled_from([0.002, 0.1, 2.0]))
def test_the_best_point_is_the_best_layout_with_what_it_strays(
    problem: LayoutProblem, seed: int, firmness: float
) -> None:
    """Every layout is counted with what it strays from all limits, at random prices."""
    rng = np.random.default_rng(seed)
    lower, upper = (np.array([getattr(row, side) for row in problem.rows]) for side in ("lower", "upper"))
    price = rng.uniform(0.1, 5.0, len(lower)) * np.where(np.isfinite(lower), 1.0, -1.0)
    bound = bound_of(price, lower, upper)
    reduction = reduce_problem(problem)
    arrays = layout_program(reduction)
    rows = limit_rows(reduction, arrays)
    priced = held_by_price(arrays, rows, bound - reduction.constant[1:], price, firmness)
    found = solve(priced, SolveSettings(room=1e-7), Watch())
    best = min(
        problem.objective.evaluate(layout) + strayed(problem.values(layout), bound, price, firmness)
        for layout in layouts(problem)
    )
    assert found.x is not None
    assert found.objective == pytest.approx(best, abs=1e-5)
    layout = reduction.layout(found.x)
    told = problem.objective.evaluate(layout) + strayed(problem.values(layout), bound, price, firmness)
    assert told == pytest.approx(best, abs=1e-5)
