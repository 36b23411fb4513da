"""Alternatives: plans nearly as good as the best, as different from each other as can be.

The best plan comes first. Each further plan maximises the land on which it differs from all plans before it,
with the study's limits in force and its objective within a stated distance of the best possible. The distance
counts from the bound, not from the plan found: whatever the optimum is, no alternative lies farther from it
(where least sizes of new land are asked for, but for what they cost the best plan).
A share is one of what the best plan changes in its aims, not of land that stays what it is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from formulations.core.decided import Deciding
from formulations.core.problem import LayoutProblem
from formulations.indicators.variety import DIFFERENCE, differing_ha
from formulations.sampling.oracle import NoLayout, Oracle
from formulations.sampling.questions import OBJECTIVE, Answer, Asked, Base, Bound, Question
from instances.units.grid import FloatArray, Layout

DIFFERENCE_GAP = 0.01
"""How close to the greatest possible a difference is sought: nobody needs it to the hectare."""
_ROUNDING = 1e-6
"""Share of the objective by which a solver may overstep a bound."""


@dataclass(frozen=True, slots=True)
class Distance:
    """How far above the best possible an objective may lie: ``share`` of what the best plan changes in its
    aims (``decided``), and ``amount`` in tCO2e/yr."""

    share: float = 0.0
    amount: float = 0.0

    def above(self, bound: float, change: float) -> float:
        """The highest objective that lies no farther above a bound, where so much changes (tCO2e/yr)."""
        return bound + self.share * change + self.amount


class TooNear(Exception):
    """A distance is less than what is proven of the best plan itself: ``proven`` tCO2e/yr; None where nothing
    is proven."""

    def __init__(self, proven: float | None) -> None:
        super().__init__("no plan is proven to lie so near to the best possible")
        self.proven = proven


@dataclass(frozen=True, eq=False)
class Alternative:
    """One plan: its objective in tCO2e/yr, and how far it can be from the best possible at the most, as a
    share of what the best plan changes in its aims.

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


def alternatives(oracle: Oracle, base: Base, within: Distance, count: int, gap: float) -> Alternatives:
    """So many plans within a distance of the best, fewer where no further one differs; ``gap`` is the
    oracle's own, to which the best plan is proven.

    Raises ``NoLayout`` where the study has no plan, ``TooNear`` where the distance is less than is proven.
    """
    first = Question("best plan")
    (answer,) = oracle([Asked(first)])
    if answer.layout is None:
        raise NoLayout(first, answer)
    bound = min(answer.bound, answer.objective)
    change = Deciding(base.problem).of(answer.layout).change + _connected(base.problem, answer.layout)
    # Whole pieces of new land cost what they cost: the distance counts beside that.
    sizes_kept = _keeps_sizes(answer)
    sized = 0.0 if answer.patched is None else max(0.0, answer.patched.cost)
    most = within.above(min(bound + sized, answer.objective), change) if math.isfinite(bound) else -math.inf
    if not most > answer.objective:
        raise TooNear(answer.objective - bound if math.isfinite(answer.bound) else None)
    plans = [
        Alternative(1, first, answer, answer.objective, _share(answer.objective, bound, change), (), 0.0)
    ]
    room = min(_ROUNDING * abs(most), 0.5 * (most - answer.objective))
    held = Bound(OBJECTIVE, at_most=most - room)
    while len(plans) < count:
        asked = _next(plans, held, gap)
        (answer,) = oracle([asked])
        if answer.layout is None or (sizes_kept and not _keeps_sizes(answer)):
            break
        differs = tuple(differing_ha(answer.layout, plan.layout, base.area_ha) for plan in plans)
        if min(differs) <= 0:
            break
        objective = base.problem.value(answer.layout)
        share = _share(objective, bound, change)
        number = len(plans) + 1
        plans.append(Alternative(number, asked.question, answer, objective, share, differs, -answer.bound))
    return Alternatives(tuple(plans), bound, most, count)


def _keeps_sizes(answer: Answer) -> bool:
    """Whether new land comes in pieces as large as asked for, where the study asks for that."""
    return answer.patched is None or answer.patched.kept


def _connected(problem: LayoutProblem, layout: Layout) -> float:
    """What a layout changes in what the network is worth, in tCO2e/yr."""
    goal = problem.network
    return 0.0 if goal is None else abs(goal.worth(layout) - goal.worth(problem.today))


def _next(plans: Sequence[Alternative], held: Bound, gap: float) -> Asked:
    """The plan that differs most from those before it."""
    before = tuple(plan.layout for plan in plans)
    question = Question(f"alternative {len(plans) + 1}", ((DIFFERENCE, -1.0),), (held,), unlike=before)
    earlier = tuple(plan.answer for plan in plans)
    prices = earlier[-1] if len(earlier) > 1 else None
    return Asked(question, max(DIFFERENCE_GAP, gap), earlier, prices)


def _share(objective: float, bound: float, change: float) -> float:
    """How far an objective can be from the best possible at the most, as a share of what changes."""
    return max(0.0, objective - bound) / max(1e-9, change)
