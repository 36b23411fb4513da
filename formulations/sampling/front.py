"""Fronts: what one indicator costs in terms of another, point by point, each point certified.

``front`` traces the front of two indicators (see ``traversal``); with a third, one front for each of several
bounds on it. All traces are asked in the same rounds, so that their solves run together.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from formulations.column_generation.graph_cut_structure import choose
from formulations.core.problem import LayoutProblem
from formulations.sampling.axes import Axis
from formulations.sampling.dominance import Floor, Knee, Volume, efficient, knee, volume
from formulations.sampling.oracle import NoLayout, Oracle
from formulations.sampling.questions import Answer, Asked, Base, Question
from formulations.sampling.traversal import Ask, Found, Trace
from instances.units.grid import FloatArray

EXACT_GAP, LARGE_GAP, SLICED_GAP = 1e-6, 0.01, 1e-3
"""Accuracy where none is asked for, as a share of the front's extent: of studies small enough for the exact
model, of all others, and at the most of fronts with a third axis."""
SLICE_WEIGHT = 1e-3
MARKED_KNEE = 0.02
"""A point must lie so far below the line between the ends (ranges scaled to one) to be called a knee."""


@dataclass(frozen=True, eq=False)
class Point:
    """One plan of a front. ``values`` of the axes in their units; ``best`` what the first and the second
    could be at the most: no plan is better than that in one without being worse in the other."""

    number: int
    values: tuple[float, ...]
    best: tuple[float, float]
    answer: Answer
    question: Question

    @property
    def folder(self) -> str:
        """Name of the point's folder."""
        return f"{self.number:02d}"


@dataclass(frozen=True, eq=False)
class Slice:
    """A front of the first two axes; ``level`` is the bound on the third, None without one; ``lowest`` is a
    lower bound of the second cost of every plan of the slice."""

    points: tuple[Point, ...]
    floor: Floor
    level: float | None
    volume: Volume
    lowest: float


@dataclass(frozen=True, eq=False)
class Front:
    """A traced front: its axes, its slices (one without a third axis), and its knee."""

    axes: tuple[Axis, ...]
    slices: tuple[Slice, ...]
    gap: float
    asked: int
    """How many points were asked for."""
    knee: Knee | None = None

    @property
    def at_knee(self) -> Point | None:
        """The point at the knee, where there is one."""
        return None if self.knee is None else self.slices[0].points[self.knee.point]

    @property
    def points(self) -> tuple[Point, ...]:
        """All points, slice by slice, each from the best of the first axis to the best of the second."""
        return tuple(point for part in self.slices for point in part.points)


def accuracy(problem: LayoutProblem, asked: float | None, axes: int = 2) -> float:
    """The share of the front's extent to which each point is proven, where none is asked for by size."""
    if asked is not None:
        return asked
    method, _ = choose(problem)
    least = EXACT_GAP if method == "exact" else LARGE_GAP
    return least if axes == 2 else max(least, SLICED_GAP)


def front(oracle: Oracle, base: Base, axes: tuple[Axis, ...], points: int, gap: float) -> Front:
    """The front of two or three axes with so many points, fewer where there are no more.

    Raises ``NoLayout`` where the study has no plan at all.
    """
    if len(axes) == 2:
        slices = [_slice(_traced(oracle, base, axes, Ask(points, gap)), None, 0)]
    else:
        slices = _slices(oracle, base, axes, points, gap)
    return Front(axes, tuple(slices), gap, points, _knee(slices))


def drive(oracle: Oracle, traces: Sequence[Trace]) -> None:
    """Ask all questions of several traces, a round of each at a time."""
    rounds = [trace.rounds() for trace in traces]
    waiting: dict[int, list[Asked]] = {}
    for n, each in enumerate(rounds):
        waiting[n] = next(each)
    while waiting:
        asked = [question for questions in waiting.values() for question in questions]
        answers = oracle(asked)
        following: dict[int, list[Asked]] = {}
        for n, questions in waiting.items():
            mine, answers = answers[: len(questions)], answers[len(questions) :]
            try:
                following[n] = rounds[n].send(mine)
            except StopIteration:
                continue
        waiting = following


def _traced(oracle: Oracle, base: Base, axes: tuple[Axis, ...], ask: Ask) -> Trace:
    """The trace of the first two axes, driven to its end; ``NoLayout`` where there is no plan."""
    trace = Trace(base, (axes[0], axes[1]), ask)
    drive(oracle, [trace])
    if trace.without is not None:
        raise NoLayout(*trace.without)
    return trace


def _slices(oracle: Oracle, base: Base, axes: tuple[Axis, ...], points: int, gap: float) -> list[Slice]:
    """Fronts of the first two axes at several bounds on the third, from where it is free to its best."""
    third = axes[2]
    count = max(2, round(math.sqrt(points)))
    whole = _traced(oracle, base, axes, Ask(math.ceil(points / count), gap))
    worst = max(third.cost(point.answer) for point in whole.points())
    (answer,) = oracle([Asked(Question(f"best {third.name}", ((third.name, third.sign),)))])
    best = third.cost(answer)
    levels = np.linspace(best, worst, count)[:-1]
    slack = 1e-3 * (worst - best)
    traces = [whole]
    weight = _slice_weight(whole, third, worst - best)
    for level in levels[::-1]:
        bound = third.bound(float(level) + slack)
        name = f"{third.name} {third.natural(float(level) + slack):.6g}: "
        ask = Ask(math.ceil(points / count), gap, (bound,), ((third.name, weight),), name)
        traces.append(Trace(base, (axes[0], axes[1]), ask))
    drive(oracle, traces[1:])
    return _efficient_slices(traces, third)


def _slice_weight(trace: Trace, third: Axis, extent: float) -> float:
    """The weight at which the third axis counts a little in every question of a slice."""
    return third.sign * SLICE_WEIGHT * float(trace.extent.min()) / max(extent, 1e-9)


def _efficient_slices(traces: list[Trace], third: Axis) -> list[Slice]:
    """The slices without points that another slice dominates."""
    listed = [
        (n, point) for n, trace in enumerate(traces) if trace.without is None for point in trace.points()
    ]
    cost = np.array([(*point.cost, third.cost(point.answer)) for _, point in listed])
    kept = efficient(cost, 1e-9 * np.maximum(1.0, np.abs(cost).max(axis=0)))
    slices: list[Slice] = []
    for n, trace in enumerate(traces):
        if trace.without is not None:
            continue
        mine = [point for (m, point), keep in zip(listed, kept, strict=True) if m == n and keep]
        level = None if n == 0 else third.most(trace.ask.extra[0])
        slices.append(_slice(trace, level, sum(len(part.points) for part in slices), mine, third))
    return slices


def _slice(
    trace: Trace,
    level: float | None,
    offset: int,
    chosen: list[Found] | None = None,
    third: Axis | None = None,
) -> Slice:
    """The points of a trace, numbered from ``offset`` + 1."""
    found = trace.points() if chosen is None else chosen
    x, y = trace.axes
    points = []
    for n, each in enumerate(found, start=offset + 1):
        first, second = each.cost
        best = float(trace.floor(second)[0]), least_second(trace, first)
        values: tuple[float, ...] = (x.natural(first), y.natural(second))
        if third is not None:
            values = (*values, third.natural(third.cost(each.answer)))
        at_best = x.natural(min(best[0], first)), y.natural(min(best[1], second))
        points.append(Point(n, values, at_best, each.answer, each.question))
    cost = np.array([each.cost for each in trace.points()])
    covered = volume(cost, cost.max(axis=0), trace.floor, trace.lowest)
    return Slice(tuple(points), trace.floor, level, covered, trace.lowest)


def least_second(trace: Trace, first: float) -> float:
    """A lower bound of the second cost of every plan whose first is at most ``first``."""
    bound = trace.lowest
    for line in trace.lines:
        over = line.least - first
        if line.slope > 0:
            bound = max(bound, min(line.until, over / line.slope))
        elif over > 0:
            bound = max(bound, line.until)
    return bound


def _knee(slices: list[Slice]) -> Knee | None:
    if len(slices) != 1:
        return None
    found = knee(_costs(slices[0]))
    return found if found is not None and found.distance >= MARKED_KNEE else None


def _costs(part: Slice) -> FloatArray:
    return np.array([point.values[:2] for point in part.points], dtype=float).reshape(-1, 2)
