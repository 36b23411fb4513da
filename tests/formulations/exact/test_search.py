from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import formulations.exact.search
from formulations.core.problem import LayoutProblem, Limit
from formulations.core.solution import SolveSettings, Step, Termination, Watch
from formulations.exact.highs import solve
from formulations.exact.presolve import reduce_problem
from formulations.exact.program import layout_program
from formulations.exact.search import solve_exact
from tests.support.enumeration import enumerate_best
from tests.support.gold_models import four_cells
from tests.support.random_problems import Shape, problems, random_problem

COUNTY = Shape(rows=30, columns=30, classes=5, limits=4, limit_pairs=False, two_sets=True)


def county(seed: int = 1) -> LayoutProblem:
    """900 units, most with a choice of five classes."""
    return random_problem(np.random.default_rng(seed), COUNTY)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_near_the_relaxation_lies_a_plan_within_the_gap(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The short way and the whole program agree within the gap, and each bound holds for the other's plan."""
    problem, wanted = county(seed), SolveSettings(gap=1e-3)
    short = solve_exact(problem, wanted, Watch())
    monkeypatch.setattr(formulations.exact.search, "WHOLE_CHOICES", 10**9)
    whole = solve_exact(problem, wanted, Watch())
    for one, other in ((short, whole), (whole, short)):
        assert one.termination is Termination.GAP
        assert one.room <= one.wanted
        assert one.layout is not None
        assert problem.holds(one.layout)
        assert one.bound <= other.objective + 1e-9 * abs(other.objective)


@given(problems(rows=2, columns=3, classes=3))
@settings(max_examples=100)
def test_every_way_ends_at_the_optimum(problem: LayoutProblem) -> None:
    """The short way on tiny problems too: what it rules out by reduced costs is never the best plan."""
    best = enumerate_best(problem)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(formulations.exact.search, "WHOLE_CHOICES", 0)
        patched.setattr(formulations.exact.search, "NEAR_UNITS", (1, 2))
        solution = solve_exact(problem, SolveSettings(gap=1e-9), Watch())
    if best.layout is None:
        assert solution.termination is Termination.INFEASIBLE
    else:
        assert solution.objective == pytest.approx(best.objective, rel=1e-6, abs=1e-6)
        assert solution.bound <= best.objective + 1e-6 * max(1.0, abs(best.objective))


@pytest.mark.slow
@given(st.integers(0, 2**32 - 1))
@settings(max_examples=50)
def test_a_price_is_what_one_more_unit_costs_the_relaxation(seed: int) -> None:
    """Tightening a limit by a little raises the relaxation's bound by price x distance at least (its value is
    convex in the limit); at_least has prices of 0 and more, at_most of 0 and less."""
    shape = Shape(rows=3, columns=4, classes=4, irregular=True, limits=2, by_district=False, locked=0.0)
    problem = random_problem(np.random.default_rng(seed), shape)
    solution, base = solve_exact(problem, SolveSettings(), Watch()), relaxation(problem)
    for row, price in zip(problem.rows, solution.prices.along(problem.rows), strict=True):
        assert price <= 0 or np.isfinite(row.lower)
        assert price >= 0 or np.isfinite(row.upper)
        for step in (-1e-3, 1e-3):
            there = relaxation(replaced(problem, problem.limits[row.limit], 0, step))
            assert there >= base + price * step - 1e-7 * abs(there)


def relaxation(problem: LayoutProblem) -> float:
    """The bound of a problem's relaxation; inf where it has no solution."""
    return solve(layout_program(reduce_problem(problem)).relaxed, SolveSettings(), Watch()).bound


def replaced(problem: LayoutProblem, limit: Limit, district: int, step: float) -> LayoutProblem:
    """The problem with both bounds of a limit raised by a step in one district."""
    rise = np.zeros(len(limit.districts))
    rise[district] = step
    other = replace(limit, at_least=limit.at_least + rise, at_most=limit.at_most + rise)
    return replace(problem, limits=tuple(other if each is limit else each for each in problem.limits))


def test_prices_of_four_cells_by_hand() -> None:
    """All green would be -38 tCO2e/yr. For the hectare of cropland that north must keep, the relaxation takes
    half of cell 0 and half of cell 1 and comes to -23.5: the hectare costs 14.5 tCO2e/yr."""
    problem = four_cells()
    solution = solve_exact(problem, SolveSettings(gap=1e-9), Watch())
    assert problem.rows[0].label == "area.cropland (north)"
    assert solution.prices.values == pytest.approx([14.5, 0.0, 0.0])


def test_a_stopped_search_leaves_todays_layout_where_it_holds() -> None:
    """Stopped at once, the plan is today's land if that keeps every limit, and the bound is true."""
    problem = replace(county(), limits=())
    watch = Watch()
    watch.stop.set()
    solution = solve_exact(problem, SolveSettings(), watch)
    assert solution.termination in (Termination.INTERRUPTED, Termination.GAP)
    if problem.options.permits(problem.today).all():
        assert solution.layout is not None
    assert solution.bound <= solution.objective


def test_no_time_is_told_as_such() -> None:
    """Without time there is no plan but perhaps today's, and no limit is blamed."""
    solution = solve_exact(county(), SolveSettings(time_limit=1e-6), Watch())
    assert solution.termination is Termination.TIME
    assert not solution.prices


def test_progress_never_falls_back() -> None:
    """Through all stages the plan told is the best so far and the bound the highest so far."""
    steps: list[Step] = []
    solution = solve_exact(county(2), SolveSettings(gap=1e-6), Watch(report=steps.append))
    plans = [step.plan for step in steps if step.plan is not None]
    bounds = [step.bound for step in steps if step.bound is not None]
    assert plans == pytest.approx(sorted(plans, reverse=True), rel=1e-9)
    assert bounds == sorted(bounds)
    assert solution.iterations == 1 + steps[-1].iteration if steps else True
    assert set(solution.timings) >= {"build", "relaxation"}


@pytest.mark.slow
def test_a_run_repeats_itself() -> None:
    """The same seed and threads give the same plan."""
    one, other = (
        solve_exact(county(), SolveSettings(gap=1e-4, threads=1, seed=7), Watch()) for _ in range(2)
    )
    assert one.layout is not None
    assert (one.layout == other.layout).all()
    assert one.bound == other.bound


@pytest.mark.slow
def test_a_brief_search_leaves_out_the_whole_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """With more choices open than a brief search decides, it ends near the relaxation: its plan keeps every
    limit, and its bound holds for the plan of the full search."""
    monkeypatch.setattr(formulations.exact.search, "BRIEF_CHOICES", -1)
    monkeypatch.setattr(formulations.exact.search, "WHOLE_CHOICES", 0)
    problem, wanted = county(), SolveSettings(gap=1e-6)
    brief = solve_exact(problem, wanted, Watch(), brief=True)
    full = solve_exact(problem, wanted, Watch())
    assert "milp" not in brief.timings
    assert brief.layout is not None
    assert problem.holds(brief.layout)
    assert brief.bound <= full.objective <= brief.objective + 1e-6 * abs(brief.objective)
