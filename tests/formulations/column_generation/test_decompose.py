"""Column generation against enumeration and the exact model."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from scipy.optimize import OptimizeResult

from formulations.column_generation import decompose, initial_duals, knapsack, recombination
from formulations.column_generation.decompose import solve_decompose
from formulations.column_generation.graph_cut_structure import outside_structure
from formulations.core.problem import LayoutProblem
from formulations.core.solution import SolveSettings, Step, Termination, Watch
from formulations.exact.model import solve_exact
from instances.demo import write_demo
from planner.plans.optimise import load
from tests.support.enumeration import enumerate_best
from tests.support.random_problems import Shape, problems, random_problem

TIGHT = SolveSettings(gap=1e-7)


@pytest.mark.slow
@given(problems())
def test_the_bound_never_exceeds_the_best_of_all_layouts(problem: LayoutProblem) -> None:
    """On every small problem within the structure decomposition finds the optimum that trying every layout
    finds, or says that there is none; its bound never exceeds the optimum."""
    assume(not outside_structure(problem))
    best = enumerate_best(problem)
    solution = solve_decompose(problem, TIGHT, Watch())
    if best.layout is None:
        assert (solution.termination, solution.layout) == (Termination.INFEASIBLE, None)
        return
    assert solution.layout is not None
    assert problem.holds(solution.layout)
    scale = max(1.0, abs(best.objective))
    assert solution.objective == pytest.approx(best.objective, rel=1e-6, abs=1e-6)
    assert solution.bound <= best.objective + 1e-6 * scale


QUICK, MANY = range(12, 36), (*range(12), *range(36, 300))


@pytest.mark.parametrize("seed", [*QUICK, *(pytest.param(seed, marks=pytest.mark.slow) for seed in MANY)])
def test_both_methods_agree_within_their_gaps(seed: int) -> None:
    """On hundreds of random problems of some dozens of units the intervals [bound, objective] of both methods
    overlap, and an infeasible one is so for both."""
    rng = np.random.default_rng(seed)
    shape = Shape(
        rows=int(rng.integers(3, 10)), columns=int(rng.integers(3, 10)), classes=int(rng.integers(2, 6)),
        irregular=seed % 3 == 0, bundles=int(rng.integers(0, 4)), two_sets=bool(rng.integers(2)),
        limits=int(rng.integers(0, 2 if seed % 3 == 0 else 4)), by_district=bool(rng.integers(2)),
        limit_pairs=False, infeasible=seed % 12 == 0,
    )  # fmt: skip
    problem = random_problem(rng, shape)
    fault = outside_structure(problem)
    if fault:
        pytest.skip(fault)
    settings = SolveSettings(gap=1e-3, time_limit=5.0)
    exact, decomposed = (method(problem, settings, Watch()) for method in (solve_exact, solve_decompose))
    known = {exact.termination, decomposed.termination}
    assert Termination.INFEASIBLE not in known or (exact.layout is None and decomposed.layout is None)
    for one, other in ((exact, decomposed), (decomposed, exact)):
        if one.layout is not None:
            assert problem.holds(one.layout)
            assert other.bound <= one.objective + 1e-6 * max(1.0, abs(one.objective))


@pytest.mark.parametrize("seed", range(6))
def test_a_solve_to_the_end_ends(seed: int) -> None:
    """Where nothing may be left and nothing is, no plan is made better for ever."""
    problem = random_problem(np.random.default_rng(seed), Shape(rows=6, columns=6, classes=3, limits=0))
    solution = solve_decompose(problem, SolveSettings(room=0.0), Watch())
    assert solution.objective == pytest.approx(solution.bound)


def test_a_run_repeats_itself() -> None:
    """The same problem and settings give the same plan, bound and prices."""
    problem = random_problem(np.random.default_rng(5), Shape(rows=20, columns=20, classes=4, limits=3))
    one, two = (solve_decompose(problem, SolveSettings(), Watch()) for _ in range(2))
    assert one.layout is not None
    assert two.layout is not None
    assert (one.layout == two.layout).all()
    assert (one.objective, one.bound) == (two.objective, two.bound)
    assert one.prices.keys == tuple(row.key for row in problem.rows)
    assert (one.prices.values == two.prices.values).all()


def test_a_stopped_run_keeps_its_best_plan_and_true_gap() -> None:
    """Stopped after the first plan, a run returns that plan with a bound below it."""
    problem = random_problem(np.random.default_rng(5), Shape(rows=20, columns=20, classes=4, limits=3))
    watch = Watch()

    def stop_at_first_plan(step: Step) -> None:
        if step.plan is not None:
            watch.stop.set()

    solution = solve_decompose(problem, SolveSettings(gap=1e-9), Watch(stop_at_first_plan, watch.stop))
    assert solution.termination is Termination.INTERRUPTED
    assert solution.layout is not None
    assert problem.holds(solution.layout)
    assert solution.bound <= solution.objective


@pytest.mark.parametrize("seed", range(30))
def test_what_one_solve_hands_on_changes_no_answer(seed: int) -> None:
    """Prices and layouts carried over from a similar problem leave plan and bound within the gap."""
    problem = random_problem(
        np.random.default_rng(seed), Shape(rows=3, columns=4, limits=2, limit_pairs=False)
    )
    assert not outside_structure(problem)
    first = solve_decompose(problem, TIGHT, Watch())
    again = solve_decompose(problem, TIGHT, Watch(), first.warm_start)
    assert first.termination is again.termination or first.layout is not None
    if first.layout is not None:
        assert again.objective == pytest.approx(first.objective, rel=1e-6, abs=1e-6)


def test_rounds_go_on_until_prices_are_good(tmp_path: Path) -> None:
    """On the demo county of 200 the first prices prove a bound that nine rounds do not better. The rounds go
    on: the bound is within what is wanted of the best that prices prove, and a plan is there without HiGHS
    having to decide anything afresh."""
    problem = load(write_demo(tmp_path, 200)).problem
    solution = solve_decompose(problem, SolveSettings(gap=1e-3), Watch())
    assert solution.termination is Termination.GAP
    assert solution.room <= solution.wanted < 10
    assert "milp" not in solution.timings


@pytest.mark.parametrize("seed", range(12))
def test_linear_programs_that_leave_nothing_cost_no_more_than_time(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where SciPy's linear programs leave no solution at all (first prices, recombinations, counts), whatever
    the reason, the search goes on without them: the bound stays true and the plan keeps the limits."""
    for module in (initial_duals, recombination, knapsack):
        monkeypatch.setattr(module, "linprog", lambda *_, **__: OptimizeResult(x=None))
    problem = random_problem(
        np.random.default_rng(seed), Shape(rows=3, columns=4, limits=2, limit_pairs=False)
    )
    best = enumerate_best(problem)
    solution = solve_decompose(problem, TIGHT, Watch())
    assert (solution.layout is None) == (best.layout is None)
    if solution.layout is not None:
        assert problem.holds(solution.layout)
        assert solution.bound <= best.objective + 1e-6 * max(1.0, abs(best.objective))


def test_no_linear_program_is_read_unasked() -> None:
    """Wherever SciPy solves one, the next thing asked is whether it left a solution (mypy asks the same of
    everything that HiGHS leaves)."""
    for path in Path(decompose.__file__).parents[1].rglob("*.py"):
        lines = path.read_text(encoding="utf-8").splitlines()
        calls = [number for number, line in enumerate(lines) if re.search(r"= (linprog|milp)\(", line)]
        for number in calls:
            name = lines[number].split("=")[0].strip()
            after = next(line for line in lines[number + 1 :] if re.search(rf"\b{name}\.", line))
            assert f"if {name}.x is None" in after, f"{path}:{number + 1}"
