"""Alternatives of a study: how far they may lie from the best, their solves from a sweep; the mathematics is
``sampling.alternatives``."""

from __future__ import annotations

import re

from formulations.core.amounts import percentage
from formulations.core.solution import Watch
from formulations.sampling.alternatives import Alternatives, Distance, TooNear
from formulations.sampling.alternatives import alternatives as find_alternatives
from formulations.sampling.oracle import NoLayout
from instances.study.findings import Finding, StudyError
from planner.plans.optimise import Loaded, no_plan
from planner.sweeps.sweep import Sweep
from words.numbers import not_below
from words.said import say

_AMOUNT = re.compile(r"\s*(\d+(?:\.\d+)?)\s*")


def read_within(text: str) -> Distance:
    """The distance that an option ``1%`` (of what changes) or ``5000`` (tCO2e/yr) names.

    ``StudyError`` where the text is neither.
    """
    share, amount = percentage(text), _AMOUNT.fullmatch(text)
    if share is not None:
        return Distance(share=share)
    if amount is not None:
        return Distance(amount=float(amount[1]))
    fault, remedy = say("figures_alternatives.no_distance", text=text), say("figures_alternatives.distance")
    raise StudyError([Finding("--within", fault, remedy)])


def alternatives(sweep: Sweep, loaded: Loaded, within: str, count: int) -> Alternatives:
    """So many plans within a distance of the best, fewer where no further one differs.

    Raises ``NoPlan`` where the study has no plan, ``StudyError`` where the distance is less than is proven.
    """
    distance = read_within(within)
    sweep.bar.expect(count)
    try:
        return find_alternatives(sweep.ask, sweep.base, distance, count, sweep.settings.gap)
    except NoLayout as none:
        solution = none.answer.solution(loaded.problem)
        raise no_plan(loaded.scenario, loaded.problem, solution, sweep.settings, Watch()) from None
    except TooNear as near:
        raise StudyError([_too_near(within, near.proven)]) from None


def _too_near(within: str, proven: float | None) -> Finding:
    room = say("figures_alternatives.nothing") if proven is None else f"{not_below(proven)} tCO2e/yr"
    fault = say("figures_alternatives.too_near", within=within.strip(), room=room)
    return Finding("--within", fault, say("figures_alternatives.wider"))
