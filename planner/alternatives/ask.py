"""Alternatives: plans nearly as good as the best, as different from each other as can be.

The best plan comes first. Each further plan maximises the land on which it differs from all plans before it,
with the study's limits in force and its objective within a stated distance of the best possible. The distance
counts from the bound, not from the plan found: whatever the optimum is, no alternative lies farther from it.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np

from formulations.core.amounts import percentage
from formulations.core.solution import Watch
from formulations.indicators.variety import DIFFERENCE, differing_ha
from formulations.sampling.questions import OBJECTIVE, Answer, Asked, Bound, Question
from instances.study.findings import Finding, StudyError
from instances.units.grid import FloatArray, Layout
from planner.plans.optimise import Loaded, no_plan
from planner.sweeps.sweep import Sweep
from planner.words.numbers import percent_not_below

DIFFERENCE_GAP = 0.01
"""How close to the greatest possible a difference is sought: nobody needs it to the hectare."""
_ROUNDING = 1e-6
"""Share of the objective by which a solver may overstep a bound."""
_AMOUNT = re.compile(r"\s*(\d+(?:\.\d+)?)\s*")


@dataclass(frozen=True, eq=False)
class Alternative:
    """One plan: its objective in tCO2e/yr, and how far it can be from the best possible at the most (share).

    ``differs_ha`` from each plan before it; ``at_most_ha`` is what the sum of these could have been.
    """

    number: int
    question: Question
    answer: Answer
    objective: float
    distance: float
    differs_ha: tuple[float, ...]
    at_most_ha: float

    @property
    def layout(self) -> Layout:
        """The layout of the plan."""
        if self.answer.layout is None:
            raise ValueError("an alternative has a layout")
        return self.answer.layout

    @property
    def folder(self) -> str:
        """Name of the plan's folder."""
        return f"{self.number:02d}"


@dataclass(frozen=True, eq=False)
class Alternatives:
    """A set of plans within ``most`` (tCO2e/yr) of the objective; the first is the best one.

    ``asked`` is how many were asked for.
    """

    plans: tuple[Alternative, ...]
    bound: float
    most: float
    asked: int

    @property
    def layouts(self) -> tuple[Layout, ...]:
        """The layouts, the best plan's first."""
        return tuple(plan.layout for plan in self.plans)

    def matrix(self, area_ha: FloatArray) -> FloatArray:
        """(plans, plans) the land on which any two plans differ, ha."""
        layouts = self.layouts
        return np.array([[differing_ha(a, b, area_ha) for b in layouts] for a in layouts])


def read_within(text: str, bound: float) -> float:
    """The highest objective that an option ``1%`` or ``5000`` (tCO2e/yr) allows above a bound.

    ``StudyError`` where the text is neither.
    """
    share, amount = percentage(text), _AMOUNT.fullmatch(text)
    if share is not None:
        return bound + share * abs(bound)
    if amount is not None:
        return bound + float(amount[1])
    remedy = "Write a percentage of the objective, such as 1%, or a number in tCO2e/yr"
    raise StudyError([Finding("--within", f"`{text}` is no distance", remedy)])


def alternatives(sweep: Sweep, loaded: Loaded, within: str, count: int) -> Alternatives:
    """So many plans within a distance of the best, fewer where no further one differs.

    Raises ``NoPlan`` where the study has no plan, ``StudyError`` where the distance is less than is proven.
    """
    read_within(within, 0.0)
    sweep.bar.expect(count)
    first = Question("best plan")
    (answer,) = sweep.ask([Asked(first)])
    if answer.layout is None:
        problem = loaded.problem
        raise no_plan(loaded.scenario, problem, answer.solution(problem), sweep.settings, Watch())
    bound = min(answer.bound, answer.objective)
    most = read_within(within, bound) if math.isfinite(bound) else -math.inf
    if not most > answer.objective:
        raise StudyError([_too_near(within, answer)])
    plans = [Alternative(1, first, answer, answer.objective, _share(answer.objective, bound), (), 0.0)]
    room = min(_ROUNDING * abs(most), 0.5 * (most - answer.objective))
    held = Bound(OBJECTIVE, at_most=most - room)
    while len(plans) < count:
        following = _next(sweep, plans, held, bound)
        if following is None or min(following.differs_ha) <= 0:
            break
        plans.append(following)
    return Alternatives(tuple(plans), bound, most, count)


def _next(sweep: Sweep, plans: list[Alternative], held: Bound, bound: float) -> Alternative | None:
    """The plan that differs most from those before it; None where none was found."""
    before = tuple(plan.layout for plan in plans)
    number = len(plans) + 1
    question = Question(f"alternative {number}", ((DIFFERENCE, -1.0),), (held,), unlike=before)
    earlier = tuple(plan.answer for plan in plans)
    prices = earlier[-1] if len(earlier) > 1 else None
    (answer,) = sweep.ask([Asked(question, max(DIFFERENCE_GAP, sweep.settings.gap), earlier, prices)])
    if answer.layout is None:
        return None
    layout, area = answer.layout, sweep.base.area_ha
    objective = sweep.base.problem.objective.evaluate(layout)
    differs = tuple(differing_ha(layout, other, area) for other in before)
    return Alternative(
        number, question, answer, objective, _share(objective, bound), differs, -answer.bound
    )  # fmt: skip


def _share(objective: float, bound: float) -> float:
    """How far an objective can be from the best possible at the most, as a share of the bound."""
    return max(0.0, objective - bound) / max(1e-9, abs(bound))


def _too_near(within: str, answer: Answer) -> Finding:
    gap = (
        percent_not_below(_share(answer.objective, answer.bound))
        if math.isfinite(answer.bound)
        else "nothing"
    )
    return Finding(
        "--within",
        f"{within.strip()} is less than what is proven of the best plan itself ({gap})",
        "Give a wider --within, or a smaller --gap",
    )
