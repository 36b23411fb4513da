"""Tracing a front: which questions to ask next, from the answers so far.

Both ends come first, each by two solves: the best of one quantity, then the best of the other at no loss of
the first. Between neighbours, the first is minimised while the second is held below a bound,

    min  f1 + delta f2   subject to   f2 <= epsilon         (AUGMECON: Mavrotas 2009)

where the small delta keeps points from the front that are only weakly efficient. Bounds go where the most is
unknown (see ``boxes``). Nothing finer is asked than the ends are proven: what cannot be told apart is
left as it is. A trace asks in rounds that depend on answers alone.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass

import numpy as np

from formulations.core.solution import Termination
from formulations.sampling.axes import Axis, wider
from formulations.sampling.boxes import TOLERANCE, Cost, Unknown, between
from formulations.sampling.dominance import Floor, FloorLine, efficient
from formulations.sampling.questions import Answer, Asked, Base, Bound, Question

AT_ONCE = 4
"""Points sought in one round at the most: fixed, so that the front does not depend on the workers."""
FIRST_GAP = 1e-5
"""Relative gap to which both ends are sought at first: nothing is known of the front's extent."""
SLIGHT = 1e-3
"""How much the whole range of the second quantity counts against that of the first, at the least."""
PROVEN = 1e-5
"""Share of the extent up to which the best of a quantity counts as proven, so that it can be held there."""
_TELLING = 0.5
"""Share of what is unproven at the first end to which points between the ends are proven at the most."""
_IDLE_ROUNDS = 2
"""After so many rounds in a row without a new point, none of them proven to have none, a trace ends."""
_FEWEST_SOLVES = 12

Round = Generator[list[Asked], list[Answer], None]


@dataclass(frozen=True, eq=False)
class Found:
    """A plan of the front: the answer that holds it, its costs (what is to be small), and the bound that was
    asked of the second, None at an end."""

    answer: Answer
    question: Question
    cost: Cost
    epsilon: float | None
    inner: bool = False
    """Whether it was sought between the ends."""


@dataclass(frozen=True)
class Ask:
    """What a trace looks for: so many points, each proven to a share ``gap`` of the front's extent.

    ``extra`` are bounds that hold throughout (a slice of a third indicator), with the weights by which their
    indicators count a little in every question.
    """

    points: int
    gap: float
    extra: tuple[Bound, ...] = ()
    spared: tuple[tuple[str, float], ...] = ()
    name: str = ""


class Trace:
    """One front of two quantities in the making."""

    def __init__(self, base: Base, axes: tuple[Axis, Axis], ask: Ask) -> None:
        self.base, self.axes, self.ask = base, axes, ask
        self.found: list[Found] = []
        self.lines: list[FloorLine] = []
        self.lowest = -np.inf
        self.extent = np.zeros(2)
        self.unproven = np.zeros(2)
        """By how much the best of each quantity could be better than the best found."""
        self.without: tuple[Question, Answer] | None = None
        """The question and the answer that left no plan, where the study has none."""
        self.closed: list[Cost] = []
        """(second cost reached, bound) of every bound asked between the ends."""

    @property
    def floor(self) -> Floor:
        """What is proven so far."""
        return Floor(self.lines)

    def points(self) -> list[Found]:
        """The efficient plans found, from the best first quantity to the best second one."""
        cost = np.array([point.cost for point in self.found]).reshape(-1, 2)
        kept = efficient(cost, TOLERANCE * np.maximum(1.0, np.abs(cost).max(axis=0, initial=0.0)))
        chosen = [point for point, keep in zip(self.found, kept, strict=True) if keep]
        return sorted(chosen, key=lambda point: point.cost)

    def rounds(self) -> Round:
        """The questions, round by round; send in the answers of each."""
        best = yield from self._extremes()
        if best is None:
            return
        yield from self._ends(best)
        yield from self._between()

    def _extremes(self) -> Generator[list[Asked], list[Answer], list[Found] | None]:
        """The best of each quantity alone; None where there is no plan at all."""
        questions = [self._question(f"best {axis.name}", ((axis, 1.0),)) for axis in self.axes]
        answers = yield [Asked(question, FIRST_GAP) for question in questions]
        for question, answer in zip(questions, answers, strict=True):
            if answer.layout is None:
                self.without = question, answer
                return None
        self._measure([self._costs(answer) for answer in answers])
        again = [n for n, answer in enumerate(answers) if self._unfinished(answer, n)]
        if again:
            asked = [
                Asked(questions[n], self._gap(n, answers[n].objective), (answers[n],), answers[n])
                for n in again
            ]
            for n, answer in zip(again, (yield asked), strict=True):
                if answer.layout is not None:
                    answers[n] = answer
            self._measure([self._costs(answer) for answer in answers])
        self.unproven = np.array([_unproven(answer) for answer in answers])
        return [
            self._keep(answer, question, None) for answer, question in zip(answers, questions, strict=True)
        ]

    def _unfinished(self, answer: Answer, quantity: int) -> bool:
        """True where a solve stopped at the gap asked for, and that is too wide for the front's extent."""
        return (
            answer.termination is Termination.GAP and _unproven(answer) > self.ask.gap * self.extent[quantity]
        )

    def _ends(self, best: list[Found]) -> Round:
        """At each end the best of the other quantity, at no loss of the first that is proven to be one."""
        held = [bool(self.unproven[n] <= PROVEN * self.extent[n]) for n in (0, 1)]
        asked = [self._held(found, n) if held[n] else self._leaning(found, n) for n, found in enumerate(best)]
        answers = yield [each for each, _ in asked]
        for n, ((each, most), answer) in enumerate(zip(asked, answers, strict=True)):
            if answer.layout is None:
                continue
            end = self._keep(answer, each.question, most if n else None, proves=n == 1 or not held[n])
            if n == 0 and held[n]:
                self._prove_end(each.question, answer.bound, most)
            if not (np.array(best[n].cost) <= end.cost).all():
                # Neither is proven to be the better end: beside this one the best alone is no point.
                self.found.remove(best[n])
        points = self.points()
        self._measure([points[0].cost, points[-1].cost])
        proven = [found.cost[n] - self.unproven[n] for n, found in enumerate(best)]
        self.unproven = np.array([max(0.0, points[-n].cost[n] - proven[n]) for n in (0, 1)])

    def _held(self, best: Found, n: int) -> tuple[Asked, float]:
        """The best of the other quantity with this one held at its best, and the most it may be."""
        axis, other = self.axes[n], self.axes[1 - n]
        most = best.cost[n] + float(min(self.unproven[n], SLIGHT * self.extent[n]))
        question = self._question(f"end at the best {axis.name}", ((other, 1.0),), ((axis, most),))
        gap = min(FIRST_GAP, self._gap(1 - n, best.cost[1 - n]))
        return Asked(question, gap, (best.answer,)), most

    def _leaning(self, best: Found, n: int) -> tuple[Asked, float]:
        """The best of this quantity with a little of the other, whose whole range counts as much as is
        unproven: far easier than holding a quantity at a value that nothing proves to be the best."""
        axis, other = self.axes[n], self.axes[1 - n]
        little = float(self.unproven[n] / self.extent[1 - n])
        question = self._question(f"end at the best {axis.name}", ((axis, 1.0), (other, little)))
        return Asked(question, FIRST_GAP, (best.answer,)), np.inf

    def _between(self) -> Round:
        """Points between the ends, where the most is unknown, until there are enough or nothing is left."""
        most, asked_so_far, idle = max(_FEWEST_SOLVES, 2 * self.ask.points), 0, 0
        while len(self.points()) < self.ask.points and asked_so_far < most and idle < _IDLE_ROUNDS:
            points = self.points()
            unknown = Unknown(self.floor, self.extent, self.unproven)
            chosen = unknown.worth(between([point.cost for point in points], self.closed))
            chosen = chosen[: min(AT_ONCE, self.ask.points - len(points))]
            if not chosen:
                return
            bounds = [unknown.place(box) for box in chosen]
            beside = {point.cost: point for point in points}
            asked = [
                self._divide((beside[box.left], beside[box.right]), bound)
                for box, bound in zip(chosen, bounds, strict=True)
            ]
            asked_so_far += len(asked)
            answers = yield asked
            for bound, each, answer in zip(bounds, asked, answers, strict=True):
                reached = bound
                if answer.layout is not None:
                    reached = self._keep(answer, each.question, bound, inner=True).cost[1]
                self.closed.append((reached, bound))
            settled = all(answer.termination is Termination.GAP for answer in answers)
            idle = 0 if settled or len(self.points()) > len(points) else idle + 1

    def _divide(self, ends: tuple[Found, Found], epsilon: float) -> Asked:
        """The best first quantity at a bound between two neighbours."""
        x, y = self.axes
        delta = max(SLIGHT, self.ask.gap) * float(self.extent[0] / self.extent[1])
        name = f"point at {y.natural(epsilon):.6g} {y.unit}"
        question = self._question(name, ((x, 1.0), (y, delta)), ((y, epsilon),))
        left, right = ends
        objective = right.cost[0] + delta * right.cost[1]
        prices = next((end.answer for end in (right, left) if end.inner), None)
        gap = self._gap(0, objective, at_least=_TELLING * self.unproven[0])
        return Asked(question, gap, (right.answer, left.answer), prices)

    def _question(
        self,
        name: str,
        weights: tuple[tuple[Axis, float], ...],
        bounds: tuple[tuple[Axis, float], ...] = (),
    ) -> Question:
        """A question in costs: weights to minimise, and the most that some costs may be."""
        signed = tuple((axis.name, weight * axis.sign) for axis, weight in weights)
        limits = tuple(axis.bound(most) for axis, most in bounds)
        return Question(self.ask.name + name, signed + self.ask.spared, limits + self.ask.extra, cut=True)

    def _keep(
        self,
        answer: Answer,
        question: Question,
        epsilon: float | None,
        *,
        inner: bool = False,
        proves: bool = True,
    ) -> Found:
        """Keep a plan and what its solve proves of second quantities up to ``epsilon``."""
        found = Found(answer, question, self._costs(answer), epsilon, inner)
        self.found.append(found)
        if proves:
            self._prove(dict(question.weights), answer.bound, np.inf if epsilon is None else epsilon)
        if answer.cut is not None:
            self._prove(answer.cut.weight, answer.cut.least, np.inf)
        return found

    def _prove(self, weight: Mapping[str, float], least: float, until: float) -> None:
        """Keep  sum(weight * indicator) >= least  as a line of the floor, where it says something of it."""
        first, second, least = self._in_costs(weight, least)
        if not np.isfinite(least) or first < 0 or second < 0:
            return
        if first > TOLERANCE * second and first > 0:
            self.lines.append(FloorLine(second / first, least / first, until))
        elif second > 0 and until == np.inf and first == 0:
            self.lowest = max(self.lowest, least / second)

    def _prove_end(self, question: Question, bound: float, most: float) -> None:
        """Keep what the best second quantity with the first at ``most`` says: below it, the first is more."""
        _, second, least = self._in_costs(dict(question.weights), bound)
        if np.isfinite(least) and second > 0:
            until = float(np.nextafter(least / second, -np.inf))
            self.lines.append(FloorLine(0.0, float(np.nextafter(wider(most), np.inf)), until))

    def _in_costs(self, weight: Mapping[str, float], least: float) -> tuple[float, float, float]:
        """Coefficients of both costs, and ``least`` without what the extra bounds let other indicators be;
        -inf where an indicator is left of which nothing is known."""
        x, y = self.axes
        rest = {name: amount for name, amount in weight.items() if name not in (x.name, y.name) and amount}
        for bound in self.ask.extra:
            amount = rest.pop(bound.indicator, 0.0)
            value = bound.at_most if amount > 0 else bound.at_least
            least -= amount * value if amount else 0.0
        first, second = weight.get(x.name, 0.0) * x.sign, weight.get(y.name, 0.0) * y.sign
        return first, second, -np.inf if rest else least

    def _costs(self, answer: Answer) -> Cost:
        x, y = (axis.cost(answer) for axis in self.axes)
        return x, y

    def _measure(self, ends: list[Cost]) -> None:
        """The extent of the front, from the costs at its ends."""
        costs = np.array(ends)
        floor = TOLERANCE * np.maximum(1.0, np.abs(costs).max(axis=0))
        self.extent = np.maximum(np.abs(costs[0] - costs[1]), floor)

    def _gap(self, quantity: int, objective: float, at_least: float = 0.0) -> float:
        """The relative gap that means a share ``gap`` of the extent of a quantity, or so much of it."""
        wide = max(self.ask.gap * float(self.extent[quantity]), at_least)
        return float(np.clip(wide / max(abs(objective), 1e-9), 1e-9, 0.1))


def _unproven(answer: Answer) -> float:
    """How much better than its answer the best could be."""
    return max(0.0, answer.objective - answer.bound)
