"""A plan that can be built: least sizes kept, limits met, the bound true."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulations.core.solution import SolveSettings, Watch
from formulations.patches.building import built
from formulations.solving import solve, solve_without_sizes
from tests.support.sized_problems import best_kept, keeps, random_sized, rule, sized_problem, without_sizes

EXACT = SolveSettings(gap=1e-6, time_limit=30)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_every_layout_tried_says_the_same(seed: int) -> None:
    """On tiny grids a plan said to keep the sizes does, keeps the limits, is no better than the best of all
    layouts that do, and the bound is below that one."""
    problem = random_sized(np.random.default_rng(seed))
    solution = solve(problem, EXACT, Watch())
    best = best_kept(problem)
    if solution.layout is None:
        assert best == np.inf
        return
    assert solution.patched is not None
    assert problem.holds(solution.layout)
    assert solution.patched.kept == keeps(problem, solution.layout)
    assert solution.bound <= best + 1e-6
    if solution.patched.kept:
        assert solution.objective >= best - 1e-6


def test_a_single_cell_grows_where_that_costs_less() -> None:
    """One cell earns 10 as wood and its neighbour loses 3: both become wood, at 7 saved, by hand."""
    cost = np.zeros((3, 2))
    cost[:, 1] = [-10.0, 3.0, 50.0]
    problem = sized_problem(np.zeros(3, np.uint8), cost, (rule(1, 2.0),), (1, 3))
    found = solve(problem, EXACT, Watch())
    assert found.layout is not None
    assert found.layout.tolist() == [1, 1, 0]
    assert found.objective == pytest.approx(-7.0)
    assert found.patched is not None
    assert found.patched.below_ha == (1.0, 0.0)
    assert found.patched.cost == pytest.approx(3.0)


def test_a_single_cell_returns_where_growing_costs_more() -> None:
    """The neighbour would lose 30: the cell stays what it is today."""
    cost = np.zeros((3, 2))
    cost[:, 1] = [-10.0, 30.0, 50.0]
    problem = sized_problem(np.zeros(3, np.uint8), cost, (rule(1, 2.0),), (1, 3))
    found = solve(problem, EXACT, Watch())
    assert found.layout is not None
    assert found.layout.tolist() == [0, 0, 0]


def test_land_of_today_makes_a_patch_large_but_no_project() -> None:
    """Beside a hectare of wood one more is a patch of 2 ha; as a project it is 1 ha and does not come."""
    cost = np.zeros((3, 2))
    cost[:, 1] = [0.0, -5.0, 50.0]
    today = np.array([1, 0, 0], dtype=np.uint8)
    for project, planned in ((False, [1, 1, 0]), (True, [1, 0, 0])):
        problem = sized_problem(today, cost, (rule(1, 2.0, project),), (1, 3))
        found = solve(problem, EXACT, Watch())
        assert found.layout is not None
        assert found.layout.tolist() == planned


def test_limits_are_met_again_by_whole_pieces() -> None:
    """Four hectares of wood are asked for, the cheapest cells lie apart: two pieces of two come about."""
    cost = np.zeros((12, 2))
    cost[:, 1] = np.where(np.arange(12) % 3 == 0, 1.0, 2.0)
    problem = sized_problem(np.zeros(12, np.uint8), cost, (rule(1, 2.0),), (1, 12), {1: 4.0})
    found = solve(problem, EXACT, Watch())
    assert found.layout is not None
    assert found.patched is not None
    assert found.patched.kept
    assert keeps(problem, found.layout)
    assert problem.holds(found.layout)
    assert found.patched.floor == pytest.approx(4.0)
    assert found.bound == pytest.approx(6.0)
    assert found.objective == pytest.approx(best_kept(problem)) == pytest.approx(6.0)


def test_where_limits_forbid_it_the_plan_is_not_said_to_keep_the_sizes() -> None:
    """Two hectares of wood are asked for and may come on two single cells: they stand, told so."""
    allowed = np.ones((5, 2), dtype=bool)
    allowed[[1, 2, 3], 1] = False
    problem = sized_problem(
        np.zeros(5, np.uint8), np.zeros((5, 2)), (rule(1, 2.0),), (1, 5), {1: 2.0}, allowed
    )
    found = solve(problem, EXACT, Watch())
    assert found.layout is not None
    assert problem.holds(found.layout)
    assert found.patched is not None
    assert not found.patched.kept
    assert found.patched.below_ha[1] == 2.0


def test_without_sizes_nothing_is_built() -> None:
    """A problem that asks for no sizes is left as it was solved."""
    problem = without_sizes(random_sized(np.random.default_rng(3)))
    solution = solve_without_sizes(problem, EXACT, Watch())
    assert built(problem, solution, EXACT, Watch()) is solution
    assert solve(problem, EXACT, Watch()).patched is None


def test_who_stops_the_search_still_gets_a_plan_that_can_be_built() -> None:
    """A stop that came before building leaves a moment for it."""
    cost = np.zeros((3, 2))
    cost[:, 1] = [-10.0, 3.0, 50.0]
    problem = sized_problem(np.zeros(3, np.uint8), cost, (rule(1, 2.0),), (1, 3))
    solution = solve_without_sizes(problem, EXACT, Watch())
    stop = threading.Event()
    stop.set()
    found = built(problem, solution, EXACT, Watch(stop=stop))
    assert found.patched is not None
    assert found.patched.kept


@pytest.mark.parametrize("seed", range(12))
def test_land_that_stays_whole_counts_with_all_of_its_units(seed: int) -> None:
    """On tiny grids where pieces of today's land stay whole the plan is the best of all layouts that split
    none, keep the limits and keep the sizes."""
    rng = np.random.default_rng(seed + 900)
    problem = random_sized(rng, (3, 3))
    whole = np.full(9, -1, dtype=np.int32)
    for one, (first, second) in enumerate(((0, 1), (4, 7))):
        if problem.today[first] == problem.today[second]:
            whole[[first, second]] = one
    problem = replace(
        problem, whole=np.unique(whole, return_inverse=True)[1].astype(np.int32) - (whole < 0).any()
    )
    found, best = solve(problem, EXACT, Watch()), best_kept(problem)
    assert found.layout is None or problem.holds(found.layout)
    if best == np.inf:
        assert found.layout is None or not keeps(problem, found.layout)
        return
    assert found.layout is not None
    assert keeps(problem, found.layout)
    assert found.objective == pytest.approx(best, abs=1e-6)
    assert found.bound <= best + 1e-6


def test_a_known_plan_is_begun_from() -> None:
    """Where a plan that keeps sizes and limits is known, none that is worse is built."""
    rng = np.random.default_rng(5)
    cost = np.zeros((30, 2))
    cost[:, 1] = rng.integers(1, 9, 30)
    problem = sized_problem(np.zeros(30, np.uint8), cost, (rule(1, 2.0),), (5, 6), {1: 4.0})
    known = np.zeros(30, np.uint8)
    known[:4] = 1
    plan = built(problem, solve_without_sizes(problem, EXACT, Watch()), EXACT, Watch(), [known])
    assert plan.patched is not None
    assert plan.patched.kept
    assert plan.objective <= problem.objective.evaluate(known)
