from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

import formulations.exact.highs
from formulations.core.solution import SolveSettings, Step, Termination, Watch
from formulations.exact.highs import SolverFault, off_the_grid, solve
from formulations.exact.program import Program
from tests.support.made_programs import knapsack, program

EXACT = SolveSettings(gap=1e-9)


def stopped() -> Watch:
    """A watch that was told to stop."""
    watch = Watch()
    watch.stop.set()
    return watch


def test_a_whole_program_ends_with_its_optimum_as_bound() -> None:
    """Of columns worth 5, 4 and 3 and weighing 2, 3 and 1, a room of 3 holds the first and the last: 8."""
    outcome = solve(program([-5, -4, -3], [[2, 3, 1]], [-np.inf], [3], offset=100.0), EXACT, Watch())
    assert outcome.termination is Termination.GAP
    assert outcome.x == pytest.approx([1, 0, 1])
    assert (outcome.objective, outcome.bound) == (pytest.approx(92.0), pytest.approx(92.0))


def steps() -> Program:
    """The program of ``tests/support/gold/steps.json``."""
    told = json.loads((Path(__file__).parents[2] / "support" / "gold" / "steps.json").read_text("utf-8"))
    matrix = sparse.csr_array((told["data"], (told["row"], told["column"])), shape=told["shape"])
    sides = [np.array(told[side], dtype=float) for side in ("row_lower", "row_upper")]
    lower, upper = np.nan_to_num(sides[0], nan=-np.inf), np.nan_to_num(sides[1], nan=np.inf)
    count = len(told["cost"])
    whole = np.ones(count, dtype=bool)
    return Program(np.array(told["cost"]), 0.0, matrix, lower, upper, np.zeros(count), np.ones(count), whole)


@pytest.mark.parametrize("gap", [1e-3, 1e-4, 1e-9])
def test_no_bound_is_above_the_best_plan(gap: float) -> None:
    """Costs in steps of 0.03 t, and a relaxation as good as the best plan: to its tolerance it may lie a hair
    above, and rounded up to the next step it would be no bound."""
    outcome = solve(steps(), SolveSettings(gap=gap, threads=1), Watch())
    assert outcome.bound <= -91_142.34 + 1e-6
    assert outcome.objective is not None
    assert outcome.objective <= outcome.bound * (1 - gap - 2e-8)


def test_a_plan_alone_claims_no_bound() -> None:
    """Where nobody needs the bound of a whole program its costs stay as they are, and none is claimed."""
    outcome = solve(steps(), SolveSettings(gap=1e-4, threads=1), Watch(), bounded=False)
    assert outcome.bound == -np.inf
    assert outcome.termination is Termination.GAP
    assert outcome.objective == pytest.approx(-91_142.34, rel=1e-4)


def test_lowered_costs_have_no_common_step_and_are_never_higher() -> None:
    """Each cost is lowered by a share of its own, next to nothing; a column that may be below 0 keeps its."""
    whole = program([-5, 4, 0, 3], [[1, 1, 1, 1]], [-np.inf], [3])
    lowered = off_the_grid(whole)
    assert (lowered <= whole.cost).all()
    assert lowered == pytest.approx(whole.cost, rel=1e-8)
    shares = (whole.cost - lowered)[[0, 1, 3]] / np.abs(whole.cost)[[0, 1, 3]]
    assert len(set(shares)) == 3
    free = replace(whole, lower=np.full(4, -1.0))
    assert off_the_grid(free).tolist() == whole.cost.tolist()


def test_prices_are_positive_at_a_lower_and_negative_at_an_upper_bound() -> None:
    """One more unit asked for costs 2 (the cheapest left), one more allowed saves 3: whatever the scale of a
    row, prices are per unit of the row as given."""
    asked = solve(program([1, 2, 9], [[1e4, 1e4, 1e4]], [1.5e4], [np.inf], whole=False), EXACT, Watch())
    assert asked.price is not None
    assert asked.price == pytest.approx([2e-4])
    allowed = solve(program([-1, -3, -9], [[1e-3] * 3], [-np.inf], [1.5e-3], whole=False), EXACT, Watch())
    assert allowed.price is not None
    assert allowed.price == pytest.approx([-3e3])
    assert allowed.bound == pytest.approx(-9 - 1.5)


@pytest.mark.parametrize("whole", [True, False])
def test_an_infeasible_program_says_so(whole: bool) -> None:
    """Two columns cannot make three; the bound is infinite and nothing is left."""
    outcome = solve(program([1, 1], [[1, 1]], [3], [np.inf], whole=whole), EXACT, Watch())
    assert outcome.termination is Termination.INFEASIBLE
    assert (outcome.x, outcome.objective, outcome.bound) == (None, None, np.inf)


def test_a_program_without_columns_is_what_it_is() -> None:
    """With nothing to decide, the offset is the objective, or the rows cannot be kept."""
    free = solve(program([], [], [-1.0], [1.0], offset=7.0), EXACT, Watch())
    assert (free.termination, free.objective, free.bound) == (Termination.GAP, 7.0, 7.0)
    assert solve(program([], [], [1.0], [2.0]), EXACT, Watch()).termination is Termination.INFEASIBLE


def test_time_out_is_not_infeasible_and_its_bound_is_true() -> None:
    """Out of time, what was found and what was proven are both there; the optimum (-2219) lies between."""
    outcome = solve(knapsack(), SolveSettings(gap=1e-9, time_limit=0.05), Watch())
    assert outcome.termination in (Termination.TIME, Termination.GAP)
    assert outcome.bound <= -2219.0 + 1e-6
    if outcome.objective is not None:
        assert outcome.objective >= -2219.0 - 1e-6


def test_no_time_leaves_no_bound() -> None:
    """Before anything is proven the bound is minus infinity, never a number."""
    outcome = solve(knapsack(), SolveSettings(time_limit=0.0), Watch())
    assert outcome.termination is Termination.TIME
    assert outcome.bound == -np.inf


def test_a_run_that_was_stopped_proves_nothing_infeasible(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever HiGHS says of a program when its time was over: it ran out of time."""

    def watch(run: formulations.exact.highs._Run, *_: object) -> Termination:
        run.done.wait(60)
        return Termination.TIME

    none = program([1.0], [[1.0]], [2.0], [3.0])
    assert solve(none, EXACT, Watch()).termination is Termination.INFEASIBLE
    monkeypatch.setattr(formulations.exact.highs._Run, "watch", watch)
    outcome = solve(none, EXACT, Watch())
    assert (outcome.termination, outcome.x, outcome.bound) == (Termination.TIME, None, -np.inf)


def test_a_start_is_where_it_begins() -> None:
    """Out of time at once, the start is still what is left."""
    start = np.zeros(60)
    start[:5] = 1.0
    outcome = solve(knapsack(), SolveSettings(time_limit=0.0), Watch(), start=start)
    assert outcome.x == pytest.approx(start)
    assert outcome.objective == pytest.approx(knapsack().cost[:5].sum())


def test_the_stop_signal_ends_a_run() -> None:
    """Stopped by the planner, a run leaves its best so far as interrupted."""
    outcome = solve(knapsack(), EXACT, stopped())
    assert outcome.termination is Termination.INTERRUPTED
    assert outcome.bound <= -2219.0 + 1e-6


def test_a_run_that_does_not_answer_is_abandoned(monkeypatch: pytest.MonkeyPatch) -> None:
    """HiGHS deaf in its presolve: what it had told until then is what is left, and the caller goes on."""
    deaf = threading.Event()

    def work(run: formulations.exact.highs._Run) -> None:
        run.told.x, run.told.objective, run.told.bound = np.zeros(60), 0.0, -4000.0
        deaf.wait(60)

    monkeypatch.setattr(formulations.exact.highs, "GRACE_S", 0.0)
    monkeypatch.setattr(formulations.exact.highs._Run, "_work", work)
    outcome = solve(knapsack(), SolveSettings(time_limit=0.0), Watch())
    deaf.set()
    assert (outcome.termination, outcome.objective, outcome.bound) == (Termination.TIME, 0.0, -4000.0)
    assert outcome.x is not None


def test_progress_tells_plan_and_bound() -> None:
    """Plans never get worse nor bounds lower while HiGHS reports, and they never cross."""
    steps: list[Step] = []
    outcome = solve(knapsack(), EXACT, Watch(report=steps.append), stage="milp")
    assert outcome.objective == pytest.approx(-2219.0)
    plans = [step.plan for step in steps if step.plan is not None]
    bounds = [step.bound for step in steps if step.bound is not None]
    assert plans == sorted(plans, reverse=True)
    assert bounds == sorted(bounds)
    assert max(bounds) <= -2219.0 + 1e-6 <= min(plans) + 2e-6
    assert {step.stage for step in steps} == {"milp"}


def test_units_of_cost_do_not_matter() -> None:
    """Costs in micrograms or in megatonnes find the same plan."""
    base = knapsack(30, 5, seed=3)
    for factor in (1e-6, 1e6):
        scaled = Program(**{**vars(base), "cost": base.cost * factor})
        outcome = solve(scaled, EXACT, Watch())
        assert outcome.objective is not None
        best = solve(base, EXACT, Watch()).objective
        assert outcome.objective / factor == pytest.approx(best)


def test_a_program_that_is_no_program_is_our_fault() -> None:
    """NaN in a program is told as what it is, not as an infeasible study."""
    with pytest.raises(SolverFault, match="coefficient"):
        solve(program([1.0], [[np.nan]], [0.0], [1.0]), EXACT, Watch())
    with pytest.raises(SolverFault, match="bound"):
        solve(program([1.0], [[1.0]], [np.nan], [1.0]), EXACT, Watch())


def test_interior_point_finds_the_same_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Large relaxations go to the interior point: same bound, prices to match."""
    relaxed = knapsack().relaxed
    simplex = solve(relaxed, EXACT, Watch())
    monkeypatch.setattr(formulations.exact.highs, "SIMPLEX_COLUMNS", 0)
    interior = solve(relaxed, EXACT, Watch())
    assert interior.bound == pytest.approx(simplex.bound, rel=1e-5)
    assert interior.bound <= simplex.bound + 1e-6


def test_each_solve_of_a_process_may_have_threads_of_its_own() -> None:
    """HiGHS keeps one scheduler a thread and refuses another number of threads for it; every run here has a
    thread, and so a scheduler, of its own."""
    wanted = program([-5, -4, -3], [[2, 3, 1]], [-np.inf], [3])
    for threads in (1, 2, None, 1):
        outcome = solve(wanted, replace(EXACT, threads=threads), Watch())
        assert outcome.objective == pytest.approx(-8)
