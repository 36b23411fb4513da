"""Small studies are decided exactly: enumeration is the witness."""

from __future__ import annotations

import numpy as np
import pytest

from formulations.core.solution import SolveSettings, Watch
from formulations.patches.cuts import decided, small_enough
from tests.support.sized_problems import best_kept, keeps, random_sized, rule, sized_problem

EXACT = SolveSettings(gap=1e-6, time_limit=30)


@pytest.mark.parametrize("seed", range(16))
def test_the_best_layout_is_that_of_all_layouts(seed: int) -> None:
    """On tiny grids the best layout that keeps limits and sizes costs what trying every layout says."""
    problem = random_sized(np.random.default_rng(seed + 500), (3, 3))
    assert problem.sizes is not None
    assert small_enough(problem)
    found = decided(problem, problem.sizes, problem.today, EXACT, Watch(), lambda: 30.0)
    best = best_kept(problem)
    if found.layout is None:
        assert best == np.inf == found.bound
        return
    assert keeps(problem, found.layout)
    assert problem.holds(found.layout)
    assert problem.objective.evaluate(found.layout) == pytest.approx(best, abs=1e-6)
    assert found.bound <= best + 1e-6


def test_where_no_layout_keeps_the_sizes_that_is_proven() -> None:
    """Two single cells must be wood, and a size of two is asked for."""
    allowed = np.ones((5, 2), dtype=bool)
    allowed[[1, 2, 3], 1] = False
    problem = sized_problem(
        np.zeros(5, np.uint8), np.zeros((5, 2)), (rule(1, 2.0),), (1, 5), {1: 2.0}, allowed
    )
    assert problem.sizes is not None
    found = decided(problem, problem.sizes, problem.today, EXACT, Watch(), lambda: 30.0)
    assert found.layout is None
    assert found.bound == np.inf


def test_of_layouts_as_good_the_nearest_is_taken() -> None:
    """Wood anywhere costs the same: it stays where the plan had it."""
    problem = sized_problem(np.zeros(6, np.uint8), np.zeros((6, 2)), (rule(1, 2.0),), (1, 6), {1: 2.0})
    assert problem.sizes is not None
    first = np.array([0, 0, 0, 1, 0, 1], dtype=np.uint8)
    found = decided(problem, problem.sizes, first, EXACT, Watch(), lambda: 30.0)
    assert found.layout is not None
    assert np.count_nonzero(found.layout != first) == 1
