from __future__ import annotations

import threading

import numpy as np

from formulations.core.indicator import CellTerm, Indicator
from formulations.core.problem import LayoutProblem, Limit, Options
from formulations.core.solution import SolveSettings, Step, Termination, WarmStart, Watch
from formulations.sampling.questions import Base, Question, answer
from formulations.sampling.whole_runs import solve_whole
from instances.rules.districts import Districts

SETTINGS = SolveSettings(gap=1e-6, time_limit=30)


def wood_on(hectares: float) -> LayoutProblem:
    """Four equal units of 1 ha, so many of which must be wood, wherever that is."""
    wood = Indicator(
        "area.wood", "ha", (CellTerm(np.ones(4), np.zeros(4, np.int32), np.array([[0.0, 1.0]])),)
    )
    limit = Limit(wood, Districts.whole(4), np.array([hectares]), np.array([np.inf]), "limits[0]")
    options = Options(np.zeros(4, np.int32), np.array([[True, True]]))
    return LayoutProblem(options, ((1.0, wood),), (limit,), ("field", "wood"), np.zeros(4, np.uint8))


def test_of_plans_equally_good_one_near_another_is_taken() -> None:
    """Wood may stand on any two units: it stands where the other plan has it, and the solve's steps are kept
    and told."""
    near, told = np.array([0, 0, 1, 1], dtype=np.uint8), list[Step]()
    solution, record = solve_whole(wood_on(2.0), SETTINGS, Watch(told.append), WarmStart(), near)
    assert solution.layout is not None
    assert solution.layout.tolist() == near.tolist()
    assert record.why is None
    assert record.timings == solution.timings
    assert [step.stage for step in told if step.stage == "near"] == ["near"]
    assert set(record.steps) <= set(told)


def test_why_there_is_no_plan_is_explained_once() -> None:
    """Five of four hectares: the record names the limit and what it must give way by."""
    solution, record = solve_whole(wood_on(5.0), SETTINGS, Watch(), WarmStart(), None)
    assert solution.layout is None
    assert record.why is not None
    (move,) = record.why.together
    assert (move.label, move.amount) == ("area.wood", 1.0)


def test_told_to_stop_it_ends_as_interrupted() -> None:
    """Whatever it was at: such an answer must not be taken for a finished one, and nothing is explained."""
    stop = threading.Event()
    stop.set()
    for hectares in (2.0, 5.0):
        solution, record = solve_whole(wood_on(hectares), SETTINGS, Watch(stop=stop), WarmStart(), None)
        assert solution.termination is Termination.INTERRUPTED
        assert record.why is None


def test_a_question_asks_for_it() -> None:
    """Its answer gives the solution again, with timings and what similar solves begin from."""
    problem = wood_on(2.0)
    base = Base(problem, {}, np.ones(4))
    found = answer(base, "key", Question("q", whole=True), WarmStart(), SETTINGS, Watch())
    assert found.record is not None
    solution = found.solution(problem)
    assert (solution.timings, solution.warm_start) == (found.record.timings, found.record.warm_start)
    assert answer(base, "key", Question("q"), WarmStart(), SETTINGS, Watch()).record is None
