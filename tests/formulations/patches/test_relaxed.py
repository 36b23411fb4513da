"""The relaxation with least sizes: a bound of every layout that keeps them, and a plan near it."""

from __future__ import annotations

import numpy as np
import pytest

from formulations.core.solution import SolveSettings, Watch
from formulations.patches.building import built
from formulations.patches.cuts import settled
from formulations.patches.relaxed import of_few_units, relaxed
from formulations.solving import solve_without_sizes
from tests.support.sized_problems import best_kept, keeps, random_sized, rule, sized_problem

EXACT = SolveSettings(gap=1e-6, time_limit=30)


@pytest.mark.parametrize("seed", range(24))
def test_no_layout_that_keeps_the_sizes_is_below_the_relaxation(seed: int) -> None:
    """On tiny grids no layout of all that keep limits and sizes costs less than the relaxation says, and over
    the choices it leaves open the best plan is still found."""
    problem = random_sized(np.random.default_rng(seed + 900), (3, 3))
    assert problem.sizes is not None
    first = solve_without_sizes(problem, EXACT, Watch())
    if first.layout is None:
        return
    found = relaxed(problem, problem.sizes, [first.layout], first.prices, EXACT, Watch())
    best = best_kept(problem)
    if found is None:
        assert best == np.inf
        return
    assert found.bound <= best + 1e-6
    if best < np.inf and problem.holds(problem.today):
        cost = problem.objective.evaluate(problem.today)
        part = found.open_to(problem, problem.today, cost + 1e-6, 1_000)
        plan = settled(part, problem.sizes, problem.today, EXACT, Watch(), lambda: 30.0)
        assert plan is not None
        assert keeps(problem, plan)
        assert problem.objective.evaluate(plan) == pytest.approx(best, abs=1e-5)


def test_pairs_of_cells_meet_a_limit_at_the_prices_of_pairs() -> None:
    """Six hectares of wood are asked for. Cells 1, 4, 7 and 10 cost 1, all others 5: without sizes that is
    4 + 2 * 5 = 14. In pairs of neighbours it is three pairs of 6, by hand, and the relaxation proves it."""
    cost = np.zeros((12, 2))
    cost[:, 1] = 5.0
    cost[[1, 4, 7, 10], 1] = 1.0
    problem = sized_problem(np.zeros(12, np.uint8), cost, (rule(1, 2.0),), (1, 12), {1: 6.0})
    assert problem.sizes is not None
    first = solve_without_sizes(problem, EXACT, Watch())
    assert first.objective == pytest.approx(14.0)
    found = relaxed(problem, problem.sizes, [problem.today], first.prices, EXACT, Watch())
    assert found is not None
    plan = built(problem, first, EXACT, Watch())
    assert plan.objective == pytest.approx(18.0)
    assert found.bound == pytest.approx(18.0)


def test_what_a_piece_consists_of() -> None:
    """A size of two hectares is two cells of one hectare, one of ten is not few."""
    today = np.zeros(12, np.uint8)
    below = np.arange(12) == 3
    for least, few in ((2.0, True), (10.0, False)):
        sizes = sized_problem(today, np.zeros((12, 2)), (rule(1, least),), (1, 12)).sizes
        assert sizes is not None
        assert of_few_units(sizes, below) == few
        assert of_few_units(sizes, np.zeros(12, dtype=bool)) is False
