"""Tracing a front: which questions to ask next, from the answers so far.

Both ends come first, each by two solves: the best of one quantity, then the best of the other at no loss of
the first. Between neighbours, the first is minimised while the second is held below a bound,

    min  f1 + delta f2   subject to   f2 <= epsilon         (AUGMECON: Mavrotas 2009)

where the small delta keeps points from the front that are only weakly efficient. Bounds go where the most is
unknown: prices prove lines below the front (``formulations.cuts``), and the next bound is put where the chord
between two neighbours lies highest above what is proven. A trace asks in rounds that depend on answers alone.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from formulations.dominance import Floor, FloorLine, efficient
from planner.axes import Axis
from planner.questions import Answer, Base, Bound, Question
from planner.sweep import Asked

AT_ONCE = 4
"""Points sought in one round at the most: fixed, so that the front does not depend on the workers."""
NEAR = 0.25
"""Share of the largest unknown area that another must have to be divided in the same round."""
EVEN = 0.05
"""Weight of a rectangle between neighbours beside what is unknown below their chord: straight stretches of a
front get points too, but later."""
MIDDLE = 0.2
"""How far from a neighbour a bound stays, as a share of their distance."""
SLIGHT = 1e-3
"""How much the whole range of the second quantity counts against that of the first, at the least."""
_CLOSE = 0.02
_FINEST = 1e-6
_SAMPLES = 65
_HAIR = 1e-9
_FEWEST_SOLVES = 12

Round = Generator[list[Asked], list[Answer], None]


@dataclass(frozen=True, eq=False)
class Found:
    """A plan of the front: the answer that holds it, its costs (what is to be small), and the bound that was
    asked of the second, None at an end."""

    answer: Answer
    question: Question
    cost: tuple[float, float]
    epsilon: float | None
    inner: bool = False
    """Whether it was sought between the ends."""


@dataclass(frozen=True, eq=False)
class _Box:
    """What lies between two neighbours: of second costs up to ``low`` the best is found already."""

    left: Found
    right: Found
    low: float

    @property
    def width(self) -> float:
        return self.right.cost[0] - self.left.cost[0]

    @property
    def distance(self) -> float:
        """How far the neighbours are from each other in the second cost."""
        return self.left.cost[1] - self.right.cost[1]

    @property
    def halved(self) -> bool:
        """True where a bound between the two was asked and brought nothing new."""
        return self.low > self.right.cost[1]

    @property
    def height(self) -> float:
        return self.left.cost[1] - self.low


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
        self.without: Answer | None = None
        """The answer that left no plan, where the study has none."""
        self.closed: list[tuple[float, float]] = []
        """(second cost reached, bound) of every bound asked between the ends."""

    @property
    def floor(self) -> Floor:
        """What is proven so far."""
        return Floor(self.lines)

    def points(self) -> list[Found]:
        """The efficient plans found, from the best first quantity to the best second one."""
        cost = np.array([point.cost for point in self.found]).reshape(-1, 2)
        kept = efficient(cost, _HAIR * np.maximum(1.0, np.abs(cost).max(axis=0, initial=0.0)))
        chosen = [point for point, keep in zip(self.found, kept, strict=True) if keep]
        return sorted(chosen, key=lambda point: point.cost)

    def rounds(self) -> Round:
        """The questions, round by round; send in the answers of each."""
        ends = yield from self._extremes()
        if ends is None:
            return
        yield from self._ends(ends)
        yield from self._between()

    def _extremes(self) -> Generator[list[Asked], list[Answer], tuple[Answer, Answer] | None]:
        """The best of each quantity alone; None where there is no plan at all."""
        questions = [self._question(f"best {axis.name}", ((axis, 1.0),)) for axis in self.axes]
        answers = yield [Asked(question) for question in questions]
        for answer in answers:
            if answer.layout is None:
                self.without = answer
                return None
        self._measure(answers)
        again = [n for n in (0, 1) if answers[n].objective - answers[n].bound > self.ask.gap * self.extent[n]]
        if again:
            asked = [
                Asked(questions[n], self._gap(n, answers[n].objective), (answers[n],), answers[n])
                for n in again
            ]
            for n, answer in zip(again, (yield asked), strict=True):
                if answer.layout is not None:
                    answers[n] = answer
            self._measure(answers)
        for n, answer in enumerate(answers):
            self._keep(answer, questions[n], None)
        return answers[0], answers[1]

    def _ends(self, best: tuple[Answer, Answer]) -> Round:
        """At each end the best of the other quantity, at no loss of the first that is proven to be one."""
        asked, bounds = [], []
        for n, answer in enumerate(best):
            axis, other = self.axes[n], self.axes[1 - n]
            most = self._costs(answer)[n] + max(0.0, answer.objective - answer.bound)
            bounds.append(most)
            question = self._question(f"end at the best {axis.name}", ((other, 1.0),), ((axis, most),))
            start = self._costs(answer)[1 - n]
            asked.append(Asked(question, self._gap(1 - n, start), (answer,)))
        answers = yield asked
        for n, (each, answer, most) in enumerate(zip(asked, answers, bounds, strict=True)):
            if answer.layout is None:
                continue
            if n == 0:
                self._keep(answer, each.question, None, proves=False)
                self._prove_end(each.question, answer.bound, most)
            else:
                self._keep(answer, each.question, most)

    def _between(self) -> Round:
        """Points between the ends, where the most is unknown, until there are enough or nothing is left."""
        most, asked_so_far = max(_FEWEST_SOLVES, 2 * self.ask.points), 0
        while len(self.points()) < self.ask.points and asked_so_far < most:
            chosen = self._worth(list(self._boxes()))
            chosen = chosen[: min(AT_ONCE, self.ask.points - len(self.points()))]
            if not chosen:
                return
            bounds = [self._place(box) for box in chosen]
            asked = [self._divide(box, bound) for box, bound in zip(chosen, bounds, strict=True)]
            asked_so_far += len(asked)
            answers = yield asked
            for bound, each, answer in zip(bounds, asked, answers, strict=True):
                reached = bound
                if answer.layout is not None:
                    reached = self._keep(answer, each.question, bound, inner=True).cost[1]
                self.closed.append((reached, bound))

    def _boxes(self) -> Iterator[_Box]:
        """What lies between neighbours and is not settled by a bound that was asked."""
        points = self.points()
        for left, right in pairwise(points):
            low = right.cost[1]
            for reached, bound in sorted(self.closed):
                if reached <= low + _HAIR * max(1.0, abs(low)) and bound > low:
                    low = bound
            if low < left.cost[1]:
                yield _Box(left, right, low)

    def _worth(self, boxes: list[_Box]) -> list[_Box]:
        """The boxes worth dividing in the next round, the largest first."""
        open_boxes = [box for box in boxes if self._open(box)]
        sizes = [self._size(box) for box in open_boxes]
        order = sorted(range(len(sizes)), key=lambda n: -sizes[n])
        return [open_boxes[n] for n in order if sizes[n] >= NEAR * sizes[order[0]]]

    def _open(self, box: _Box) -> bool:
        """True where a plan between the two could be told from both."""
        least = np.maximum(_FINEST * self.extent, _HAIR * np.abs(box.left.cost))
        return bool(box.width > least[0] and box.height > max(least[1], 1.5 * _CLOSE * box.distance))

    def _size(self, box: _Box) -> float:
        """The area below the chord that nothing is proven of, and a little of the whole, in shares."""
        _, depth = self._depth(box)
        scale = float(self.extent[0] * self.extent[1])
        return float(depth.mean() * box.height + EVEN * box.width * box.height) / scale

    def _depth(self, box: _Box) -> tuple[np.ndarray, np.ndarray]:
        """Bounds within a box, and how far the chord lies above what is proven at each."""
        at = np.linspace(box.low, box.left.cost[1], _SAMPLES)[1:-1]
        right = box.right.cost
        slope = box.width / max(box.left.cost[1] - right[1], 1e-300)
        chord = right[0] - slope * (at - right[1])
        proven = np.maximum(self.floor(at), box.left.cost[0])
        return at, np.clip(chord - proven, 0.0, None)

    def _place(self, box: _Box) -> float:
        """The bound that divides a box: where the chord is highest above what is proven, near the middle.

        After a bound that brought nothing, just beside the left neighbour: what lies between is then known.
        """
        if box.halved:
            return box.left.cost[1] - _CLOSE * box.distance
        at, depth = self._depth(box)
        inside = slice(int(MIDDLE * len(at)), len(at) - int(MIDDLE * len(at)))
        if depth[inside].max() <= 1e-9 * max(box.width, 1e-300):
            return float(at[len(at) // 2])
        flat = np.flatnonzero(depth[inside] >= (1 - 1e-9) * depth[inside].max())
        return float(at[inside][flat[len(flat) // 2]])

    def _divide(self, box: _Box, epsilon: float) -> Asked:
        x, y = self.axes
        delta = max(SLIGHT, self.ask.gap) * float(self.extent[0] / self.extent[1])
        name = f"point at {y.natural(epsilon):.6g} {y.unit}"
        question = self._question(name, ((x, 1.0), (y, delta)), ((y, epsilon),))
        objective = box.right.cost[0] + delta * box.right.cost[1]
        ends = (box.right, box.left)
        prices = next((end.answer for end in ends if end.inner), None)
        plans = tuple(end.answer for end in ends)
        return Asked(question, self._gap(0, objective), plans, prices)

    def _question(
        self,
        name: str,
        weights: tuple[tuple[Axis, float], ...],
        bounds: tuple[tuple[Axis, float], ...] = (),
    ) -> Question:
        """A question in costs: weights to minimise, and the most that some costs may be."""
        signed = tuple((axis.name, weight * axis.sign) for axis, weight in weights)
        limits = tuple(bound_of(axis, most) for axis, most in bounds)
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
        if first > _HAIR * second and first > 0:
            self.lines.append(FloorLine(second / first, least / first, until))
        elif second > 0 and until == np.inf and first == 0:
            self.lowest = max(self.lowest, least / second)

    def _prove_end(self, question: Question, bound: float, most: float) -> None:
        """Keep what the best second quantity with the first at ``most`` says: below it, the first is more."""
        _, second, least = self._in_costs(dict(question.weights), bound)
        if np.isfinite(least) and second > 0:
            until = float(np.nextafter(least / second, -np.inf))
            self.lines.append(FloorLine(0.0, float(np.nextafter(_wider(most), np.inf)), until))

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

    def _costs(self, answer: Answer) -> tuple[float, float]:
        layout = answer.layout
        if layout is None:
            raise ValueError("an answer without a layout has no costs")
        x, y = (axis.sign * axis.indicator.evaluate(layout) for axis in self.axes)
        return x, y

    def _measure(self, answers: list[Answer]) -> None:
        """The extent of the front, from the best of each quantity."""
        costs = np.array([self._costs(answer) for answer in answers])
        floor = _HAIR * np.maximum(1.0, np.abs(costs).max(axis=0))
        self.extent = np.maximum(np.abs(costs[0] - costs[1]), floor)

    def _gap(self, quantity: int, objective: float) -> float:
        """The relative gap that means a share ``gap`` of the extent of a quantity."""
        relative = self.ask.gap * float(self.extent[quantity]) / max(abs(objective), 1e-9)
        return float(np.clip(relative, 1e-9, 0.1))


def bound_of(axis: Axis, most: float) -> Bound:
    """The bound that keeps a cost to at most ``most``, a hair's breadth wider than rounding."""
    value = axis.sign * _wider(most)
    return Bound(axis.name, at_most=value) if axis.sign > 0 else Bound(axis.name, at_least=value)


def _wider(most: float) -> float:
    return most + 1e-12 * abs(most)
