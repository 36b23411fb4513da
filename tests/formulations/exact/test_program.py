from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulations.core.problem import LayoutProblem
from formulations.exact.presolve import reduce_problem
from formulations.exact.program import layout_program, limit_rows, slack_rows, tightened
from tests.support.enumeration import layouts
from tests.support.made_programs import program
from tests.support.random_problems import problems


@given(problems(rows=2, columns=2, classes=3), st.integers(0, 2**32 - 1))
def test_any_prices_give_a_bound(problem: LayoutProblem, seed: int) -> None:
    """Whatever prices are tried, no layout that keeps the limits is below the bound they give."""
    reduction = reduce_problem(problem)
    arrays = layout_program(reduction)
    price = np.random.default_rng(seed).normal(0.0, 20.0, len(arrays.row_lower))
    bound = arrays.bound_at(price)
    for layout in layouts(problem):
        if problem.holds(layout, tolerance=0.0):
            assert bound <= problem.objective.evaluate(layout) + 1e-6


@given(problems(rows=2, columns=2, classes=3))
def test_every_layout_is_a_point_of_the_program(problem: LayoutProblem) -> None:
    """A layout's point keeps the program's rows exactly where the layout keeps the limits, and costs the
    same; bounds moved to whole multiples lose none."""
    reduction = reduce_problem(problem)
    arrays = layout_program(reduction)
    near = tightened(arrays, limit_rows(reduction, arrays), reduction.allowance)
    for layout in layouts(problem):
        x = reduction.solution(layout)
        assert arrays.cost @ x + arrays.offset == pytest.approx(problem.objective.evaluate(layout))
        for each in (arrays, near):
            value, tolerance = each.matrix @ x, 1e-7
            inside = ((value >= each.row_lower - tolerance) & (value <= each.row_upper + tolerance)).all()
            assert inside == problem.holds(layout, tolerance=tolerance)


def test_bounds_move_to_what_whole_cells_can_give() -> None:
    """Cells of 9 ha give 18 or 27 ha, never 20: at least 20 ha is at least 27. Areas of any size stay.
    What a limit allows is enough for float sums."""
    equal = program([1, 1, 1], [[9, 9, 9]], [20], [26])
    moved = tightened(equal, np.array([0]), np.zeros(1))
    assert (moved.row_lower[0], moved.row_upper[0]) == (27.0, 18.0)
    uneven = program([1, 1, 1], [[9, 4, 2.5]], [20], [26])
    assert tightened(uneven, np.array([0]), np.zeros(1)).row_lower[0] == 20.0
    exact = program([1, 1, 1], [[0.09, 0.09, 0.18]], [0.09 * 3], [np.inf])
    assert tightened(exact, np.array([0]), np.full(1, 1e-9)).row_lower[0] == pytest.approx(0.27)


def test_an_elastic_program_may_miss_what_has_a_cost() -> None:
    """A limit whose cost of missing is infinite stays hard; one with two bounds has two slacks."""
    draw = np.random.default_rng(4)
    from tests.support.random_problems import Shape, random_problem

    reduction = reduce_problem(random_problem(draw, Shape(limits=3)))
    relax = np.ones(len(reduction.rows))
    short, over = slack_rows(reduction, relax)
    elastic, plain = layout_program(reduction, relax), layout_program(reduction)
    assert len(elastic.cost) == len(plain.cost) + len(short) + len(over)
    assert not elastic.cost[: len(plain.cost)].any()
    hard = layout_program(reduction, np.full(len(relax), np.inf))
    assert len(hard.cost) == len(plain.cost)
