"""Plans between whole layouts: where everything is open, and against the exact model."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.tuning import open_grid
from formulations.column_generation.decompose import solve_decompose
from formulations.column_generation.decomposition import Decomposition
from formulations.column_generation.generation import beginning, penalties
from formulations.column_generation.whole_layouts import between, mix
from formulations.core.solution import SolveSettings, Termination, Watch
from formulations.exact.model import solve_exact


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 5))
def test_where_everything_is_open_the_plan_meets_the_bound(seed: int) -> None:
    """A zoning from scratch is solved to a ten-thousandth: its limits are met by moving the few units that
    are worth the same in two classes."""
    problem = open_grid(60, seed)
    solution = solve_decompose(problem, SolveSettings(gap=1e-4, time_limit=60.0), Watch())
    assert solution.termination is Termination.GAP
    assert solution.layout is not None
    assert problem.holds(solution.layout)
    assert solution.room <= solution.wanted


@pytest.mark.parametrize("seed", range(3))
def test_the_bound_of_the_mixture_is_a_bound(seed: int) -> None:
    """What is proven on the way is never above the best plan of the exact model, and the mixture never below
    what is proven."""
    problem = open_grid(12, seed)
    model = Decomposition(problem)
    price = model.initial_duals().price
    begin = beginning(model, [problem.today], price)
    mixed = mix(model, begin, penalties(model, price, begin[0]), 1e-6, lambda: True)
    exact = solve_exact(problem, SolveSettings(gap=1e-7, time_limit=60.0), Watch())
    assert mixed.bound <= exact.objective * (1 + 1e-9)
    assert mixed.value >= mixed.bound - 1e-6 * abs(mixed.bound)
    assert 1 <= len(mixed.layouts) <= len(model.rows) + 1


def test_units_may_be_what_the_layouts_make_of_them_and_nothing_else() -> None:
    """Where two layouts agree nothing is open; where they differ, their classes are."""
    problem = open_grid(4)
    one = np.zeros(16, dtype=np.uint8)
    other, third = one.copy(), one.copy()
    other[3], third[3], third[7] = 1, 2, 3
    narrow, free = between(problem, [one, other, third])
    open_to = narrow.options.allowed[narrow.options.kind]
    assert free == 2
    assert open_to.sum(axis=1).tolist() == [1, 1, 1, 3, 1, 1, 1, 2, *[1] * 8]
    assert open_to[3].tolist() == [True, True, True, False]
    assert open_to[7].tolist() == [True, False, False, True]
    assert all(narrow.options.permits(layout).all() for layout in (one, other, third))


def test_one_layout_leaves_nothing_open() -> None:
    """A mixture of one layout is that layout."""
    narrow, free = between(open_grid(4), [np.full(16, 2, dtype=np.uint8)])
    assert free == 0
    assert (narrow.options.allowed.sum(axis=1)[narrow.options.kind] == 1).all()


def test_told_to_stop_it_ends_with_what_it_has() -> None:
    """After the round that is under way."""
    problem = open_grid(20)
    model = Decomposition(problem)
    price = np.zeros(len(model.rows))
    begin = beginning(model, [problem.today], price)
    mixed = mix(model, begin, penalties(model, price, begin[0]), 0.0, lambda: False)
    assert mixed.layouts
    assert np.isfinite(mixed.bound)
