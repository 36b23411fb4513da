"""Regret: what a plan loses where the carbon coefficients are not what they were taken to be.

Coefficients are drawn from their ranges (``instances.carbon.draws``) or taken from other sets. Every
draw is solved anew, with the same coefficients in every indicator; then every plan is valued under every
draw:

    regret of plan p under draw s  =  cost_s(p) - best_s        in  [cost_s(p) - z_s, cost_s(p) - b_s]

with z_s the least cost found under s and b_s its bound. The plan of least greatest regret among those found
is the one to choose where nothing is known of how likely the draws are (Savage 1951).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from formulations.core.problem import LayoutProblem
from formulations.indicators.carbon import OF_COEFFICIENTS, resting_on_coefficients
from formulations.indicators.variety import DIFFERENCE
from formulations.sampling.oracle import NoLayout, Oracle
from formulations.sampling.questions import OBJECTIVE, Answer, Asked, Base, Bound, Question
from instances.carbon.conversion import EmissionRates
from instances.land.stated import Stated
from instances.land.stated_draws import mean_of, ranged
from instances.units.grid import FloatArray, Layout

NEAREST_GAP = 0.01
"""How close to the least possible a difference is sought."""
AS_GIVEN, MEAN = "as given", "mean of the draws"
_ROUNDING = 1e-12
"""Share of the objective that summing in another order may make of equal costs."""


@dataclass(frozen=True, eq=False)
class Draw:
    """One assumption on the coefficients: its name, the rates that follow from it, and the figures that the
    study states where these are drawn as well."""

    name: str
    rates: EmissionRates
    stated: Mapping[str, Stated] | None = None

    def question(self, name: str) -> Question:
        """What is best under it, under a name."""
        return Question(name, rates=self.rates, stated=self.stated)


@dataclass(frozen=True, eq=False)
class Found:
    """A plan: its layout, the draw it was found by, and the question and answer that hold it."""

    draw: Draw
    question: Question
    answer: Answer
    layout: Layout


@dataclass(frozen=True, eq=False)
class Regrets:
    """What every plan found costs under every draw.

    ``cost`` (plans, draws) in tCO2e/yr, inf where a plan breaks a limit on carbon under a draw;
    ``best`` (draws,) the least cost found, ``bound`` (draws,) below which none lies; ``under`` (draws,) the
    plan for each draw: the one as given where it is as good as proven, else the one nearest to it.
    ``tolerance`` is the difference in regret that float sums make, tCO2e/yr.
    """

    draws: tuple[Draw, ...]
    plans: tuple[Found, ...]
    cost: FloatArray
    best: FloatArray
    bound: FloatArray
    under: tuple[int, ...]
    tolerance: float = 0.0

    @property
    def layouts(self) -> tuple[Layout, ...]:
        """The layout of every plan."""
        return tuple(plan.layout for plan in self.plans)

    @property
    def least(self) -> FloatArray:
        """(plans, draws) the regret is at least this, tCO2e/yr."""
        beyond = self.cost - self.best
        return np.where(beyond > _ROUNDING * np.abs(self.best), beyond, 0.0)

    @property
    def most(self) -> FloatArray:
        """(plans, draws) the regret is at most this, tCO2e/yr."""
        return np.maximum(self.cost - self.bound, 0.0)

    @property
    def greatest(self) -> FloatArray:
        """(plans, 2) each plan's greatest regret over the draws lies between these, tCO2e/yr."""
        return np.column_stack([self.least.max(axis=1), self.most.max(axis=1)])

    @property
    def chosen(self) -> int:
        """The plan whose greatest regret is least for certain; of equal ones the first."""
        greatest = self.greatest[:, 1]
        return int(np.flatnonzero(greatest <= greatest.min() + self.tolerance)[0])

    @property
    def in_draws(self) -> tuple[Layout, ...]:
        """The plan's layout under each draw."""
        return tuple(self.layouts[plan] for plan in self.under)


def mean_rates(draws: Sequence[Draw]) -> EmissionRates:
    """The rates that are the mean of several draws': what is best under them is best on average."""
    rates = [draw.rates for draw in draws]

    none = np.zeros(rates[0].stock.shape)
    keys = dict.fromkeys(key for one in rates for key in one.parts)

    def mean(arrays: Sequence[FloatArray]) -> FloatArray:
        averaged: FloatArray = np.mean(np.stack(arrays), axis=0)
        return averaged

    return EmissionRates(
        MEAN,
        mean([one.flux for one in rates]),
        mean([one.stock for one in rates]),
        mean([one.construction for one in rates]),
        rates[0].low,
        rates[0].high,
        rates[0].notices,
        parts={key: mean([one.parts.get(key, none) for one in rates]) for key in keys},
        changed=mean([one.total - one.flux[None, :] - one.stock - one.construction for one in rates]),
        local=tuple(
            replace(each[0], base=float(np.mean([one.base for one in each])))
            for each in zip(*(one.local for one in rates), strict=True)
        ),
        stocks={
            pool: mean([one.stocks.get(pool, np.zeros(len(none))) for one in rates])
            for pool in dict.fromkeys(pool for one in rates for pool in one.stocks)
        },
    )


def regrets(oracle: Oracle, base: Base, draws: Sequence[Draw]) -> Regrets:
    """Solve every draw and value every plan under every draw; the first draw is the study as given.

    Where the plan as given is not as good as the best under a draw, the plan nearest to it that is gets asked
    for too: many layouts cost the same, and only what must change should count as fragile.
    Raises ``NoLayout`` where a draw has no plan.
    """
    stated = [draw.stated for draw in draws if draw.stated is not None]
    asked = [*draws, Draw(MEAN, mean_rates(draws), mean_of(stated) if stated else None)]
    questions = [draw.question(f"coefficients: {draw.name}") for draw in asked]
    (first,) = oracle([Asked(questions[0])])
    rest = oracle([Asked(question, None, (first,), first) for question in questions[1:]])
    plans = []
    for draw, question, answer in zip(asked, questions, (first, *rest), strict=True):
        if answer.layout is None:
            raise NoLayout(question, answer)
        plans.append(Found(draw, question, answer, answer.layout))
    moved = limited_by_coefficients(base)
    plans += _nearest(oracle, base, plans, len(draws), moved)
    return value(lambda draw: base.at(draw.rates, draw.stated).problem, draws, plans, moved)


def limited_by_coefficients(base: Base) -> frozenset[str]:
    """The indicators of a base that rest on carbon coefficients or on figures with ranges, by name."""
    if base.instance is None:
        return OF_COEFFICIENTS
    return resting_on_coefficients(base.instance.study.indicators, ranged(base.instance.stated))


def _nearest(
    oracle: Oracle, base: Base, plans: Sequence[Found], draws: int, moved: Collection[str]
) -> list[Found]:
    """For every draw in which the plan as given falls short, the plan nearest to it that does not."""
    given, asked, wanting = plans[0], [], []
    for plan in plans[1:draws]:
        enough = _enough(plan.answer)
        draw = plan.draw
        if costs(base.at(draw.rates, draw.stated).problem, [given.layout], moved)[0] <= enough:
            continue
        question = Question(
            f"nearest to the plan as given: {plan.draw.name}",
            ((DIFFERENCE, 1.0),),
            (Bound(OBJECTIVE, at_most=enough),),
            draw.rates,
            (given.layout,),
            stated=draw.stated,
        )
        asked.append(Asked(question, NEAREST_GAP, (plan.answer,)))
        wanting.append(plan)
    answers = oracle(asked)
    return [
        Found(plan.draw, each.question, answer, answer.layout)
        for plan, each, answer in zip(wanting, asked, answers, strict=True)
        if answer.layout is not None
    ]


def _enough(answer: Answer) -> float:
    """The objective that is as good as the best, as far as was asked for."""
    bound = min(answer.bound, answer.objective)
    within = bound + answer.wanted if math.isfinite(bound) else answer.objective
    return max(answer.objective, within)


def rates_matter(problem: LayoutProblem, moved: Collection[str] = OF_COEFFICIENTS) -> bool:
    """Whether an indicator that rests on carbon coefficients (``moved``) has a weight or a limit."""
    named = [part.name for weight, part in problem.parts if weight] + [
        limit.indicator.name for limit in problem.limits
    ]
    return not set(moved).isdisjoint(named)


def value(
    at: Callable[[Draw], LayoutProblem],
    draws: Sequence[Draw],
    found: Sequence[Found],
    moved: Collection[str] = OF_COEFFICIENTS,
) -> Regrets:
    """What every plan costs under every draw, ``at`` which the problem is posed. ``found`` begins with each
    draw's plan, in their order; ``moved`` are the indicators whose limits a draw may break."""
    plans = distinct(found)
    layouts = [plan.layout for plan in plans]
    cost = np.array([costs(at(draw), layouts, moved) for draw in draws]).T
    best = cost.min(axis=0)
    bound = np.array([min(plan.answer.bound, plan.answer.objective) for plan in found[: len(draws)]])
    bound = np.minimum(bound, best)
    enough = np.maximum(best, [_enough(plan.answer) for plan in found[: len(draws)]])
    enough = enough + 1e-9 * np.abs(enough)
    changed = np.array([np.count_nonzero(layout != layouts[0]) for layout in layouts])
    order = np.argsort(changed, kind="stable")
    under = tuple(int(order[cost[order, n] <= enough[n]][0]) for n in range(len(draws)))
    # Not the accuracy asked for: a plan whose figure is worse than another's must not be recommended.
    tolerance = 1e-9 * float(np.abs(bound[np.isfinite(bound)]).max(initial=0.0))
    return Regrets(tuple(draws), tuple(plans), cost, best, bound, under, tolerance)


def distinct(found: Sequence[Found]) -> list[Found]:
    """The plans without those whose layout came before: the plan as given first, then the nearest to it, so
    that of equal plans the one that changes least is named."""
    given = found[0].layout
    ordered = sorted(found, key=lambda plan: int(np.count_nonzero(plan.layout != given)))
    kept: list[Found] = []
    for plan in ordered:
        if not any(np.array_equal(plan.layout, other.layout) for other in kept):
            kept.append(plan)
    return kept


def costs(
    problem: LayoutProblem, layouts: Sequence[Layout], moved: Collection[str] = OF_COEFFICIENTS
) -> list[float]:
    """The objective of each layout, inf where it breaks a limit on one of the indicators ``moved``."""
    held = [limit for limit in problem.limits if limit.indicator.name in moved]
    found = []
    for layout in layouts:
        tolerance = [1e-6 * np.maximum(1.0, np.abs(limit.evaluate(layout))) for limit in held]
        broken = any(
            (limit.shortfall(layout) > room).any() for limit, room in zip(held, tolerance, strict=True)
        )
        found.append(math.inf if broken else problem.value(layout))
    return found
