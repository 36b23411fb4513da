"""Regrets of a study: its solves from a sweep, its draws; the mathematics is ``sampling.regret``."""

from __future__ import annotations

from collections.abc import Sequence

from formulations.core.solution import Watch
from formulations.sampling.oracle import NoLayout
from formulations.sampling.questions import posed
from formulations.sampling.regret import Draw, Regrets, limited_by_coefficients, rates_matter
from formulations.sampling.regret import regrets as find_regrets
from instances.study.findings import Finding, StudyError
from planner.plans.optimise import Loaded, no_plan
from planner.sweeps.sweep import Sweep
from words.said import say


def regrets(sweep: Sweep, loaded: Loaded, draws: Sequence[Draw]) -> Regrets:
    """Solve every draw and value every plan under every draw; the first draw is the study as given.

    Raises ``NoPlan`` where a draw has no plan, ``StudyError`` where coefficients change nothing.
    """
    moved = limited_by_coefficients(sweep.base)
    if not rates_matter(loaded.problem, moved):
        raise StudyError([Finding("objective", say("figures_robust.unmoved"), say("figures_robust.put"))])
    sweep.bar.expect(len(draws) + 1)  # one a draw, and one for their mean
    try:
        return find_regrets(sweep.ask, sweep.base, draws)
    except NoLayout as none:
        problem = posed(sweep.base, none.question)
        solution = none.answer.solution(problem)
        raise no_plan(loaded.scenario, problem, solution, sweep.settings, Watch()) from None
