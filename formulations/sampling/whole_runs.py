"""A scenario solved as a run is, among many: to its end, near another plan, with why it has no plan.

A question of a front ends once many rounds bring next to nothing; what stands beside other runs in a
comparison must be solved as they are, and leave what their logs and certificates tell.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from formulations.connecting import solve_scenario
from formulations.core.nearness import Towards
from formulations.core.problem import LayoutProblem
from formulations.core.solution import Solution, SolveSettings, Step, Termination, WarmStart, Watch
from formulations.infeasible import explain
from formulations.nearest import nearest
from formulations.sampling.records import RunRecord
from instances.units.grid import Layout

_SECONDS_BETWEEN_STEPS = 1.0
"""Steps of one stage closer than this are not all kept: a log need not tell them."""


def solve_whole(
    problem: LayoutProblem, settings: SolveSettings, watch: Watch, begin: WarmStart, near: Layout | None
) -> tuple[Solution, RunRecord]:
    """The solution of a problem and its record; of plans equally good one near ``near`` (units,) is taken,
    or near today's land.

    Told to stop (``watch.stop``) it ends as interrupted with the best found so far, whatever it was at.
    """
    kept = _Kept(watch.report)
    solution = solve_scenario(problem, settings, replace(watch, report=kept.heard), begin, near)
    record = RunRecord(tuple(kept.steps), solution.timings, solution.warm_start)
    if solution.network is not None:  # it is near already
        record = replace(record, nearness=solution.nearness)
    elif solution.layout is not None:
        watch.report(Step("near", solution.seconds, solution.objective, solution.bound))
        other, towards = (problem.today, Towards.TODAY) if near is None else (near, Towards.PLAN)
        solution = nearest(problem, solution, other, settings, watch, towards)
        record = replace(record, timings=solution.timings, nearness=solution.nearness)
    elif _unexplained(solution) and not watch.stop.is_set():
        record = replace(record, why=explain(problem, settings, watch))
    if watch.stop.is_set():
        solution = replace(solution, termination=Termination.INTERRUPTED)
    return solution, record


def _unexplained(solution: Solution) -> bool:
    """True where there is no plan though neither time nor the planner ended the search."""
    ended_early = solution.termination in (Termination.TIME, Termination.INTERRUPTED)
    return solution.layout is None and not ended_early


class _Kept:
    """Keeps the first step of every stage, then about one a second."""

    def __init__(self, report: Callable[[Step], None]) -> None:
        self.report = report
        self.steps: list[Step] = []

    def heard(self, step: Step) -> None:
        """Hand a step on, and keep it where it is worth a line."""
        self.report(step)
        last = self.steps[-1] if self.steps else None
        if last is None or last.stage != step.stage or step.seconds - last.seconds >= _SECONDS_BETWEEN_STEPS:
            self.steps.append(step)
