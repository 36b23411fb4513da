"""A chart of two indicators: plans as points, and what is proven to be out of reach; drawn as SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from planner.words.catalogue import figure

MARGIN = 0.06
"""Share of its range by which an axis reaches beyond the outermost figure."""
TICKS = 6
ROOM = 17.0
"""Pixels between two points of which both are named."""
_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class ChartAxis:
    """An axis: what it shows, and whether less (or more) of it is better."""

    label: str
    low_is_better: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A plan: its two figures, what each could be at the most (or least) without the other getting worse,
    its name on the chart, and whether it is told apart."""

    name: str
    x: float
    y: float
    x_best: float
    y_best: float
    special: bool = False
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the grid and its figure, at a place in pixels."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A plan on the chart, with the interval in which the best lies; in pixels."""

    mark: Mark
    x: float
    y: float
    x_best: float
    y_best: float
    label_x: float
    label_y: float
    named: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of ``width`` x ``height``; lengths in pixels, rectangles as (x, y, width, height)."""

    kind: str
    width: float
    height: float
    left: float
    top: float
    right: float
    bottom: float
    x: ChartAxis
    y: ChartAxis
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    out_of_reach: tuple[tuple[float, float, float, float], ...]
    dots: tuple[Dot, ...]
    course: str


def charts(x: ChartAxis, y: ChartAxis, marks: Sequence[Mark]) -> tuple[Chart, ...]:
    """The chart for a desk or paper, and for a phone."""
    return (
        _chart("wide", (900.0, 470.0), (104.0, 14.0, 876.0, 404.0), (x, y), marks),
        _chart("slim", (348.0, 340.0), (74.0, 10.0, 338.0, 276.0), (x, y), marks),
    )


def ticks(low: float, high: float, most: int = TICKS) -> tuple[float, ...]:
    """Round figures between two others, at most so many."""
    if not high > low:
        return (low,)
    raw = (high - low) / most
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in _ROUND if factor * power >= raw * (1 - 1e-9))
    first = math.ceil(low / step - 1e-9)
    return tuple(number * step for number in range(first, math.floor(high / step + 1e-9) + 1))


def _chart(
    kind: str,
    size: tuple[float, float],
    frame: tuple[float, float, float, float],
    axes: tuple[ChartAxis, ChartAxis],
    marks: Sequence[Mark],
) -> Chart:
    left, top, right, bottom = frame
    x_low, x_high = _range([value for mark in marks for value in (mark.x, mark.x_best)])
    y_low, y_high = _range([value for mark in marks for value in (mark.y, mark.y_best)])

    def across(value: float) -> float:
        return left + (value - x_low) / (x_high - x_low) * (right - left)

    def down(value: float) -> float:
        return bottom - (value - y_low) / (y_high - y_low) * (bottom - top)

    many = TICKS if kind == "wide" else 3
    places = [(across(mark.x), down(mark.y)) for mark in marks]
    named = _named(places, marks)
    dots = tuple(
        Dot(
            mark,
            *place,
            across(mark.x_best),
            down(mark.y_best),
            place[0] + (9 if axes[0].low_is_better else -9),
            place[1] + (-8 if axes[1].low_is_better else 18),
            number in named,
        )
        for number, (mark, place) in enumerate(zip(marks, places, strict=True))
    )
    ordered = sorted(dots, key=lambda dot: dot.x)
    return Chart(
        kind,
        *size,
        left,
        top,
        right,
        bottom,
        *axes,
        tuple(Tick(across(value), figure(value)) for value in ticks(x_low, x_high, many)),
        tuple(Tick(down(value), figure(value)) for value in ticks(y_low, y_high, TICKS)),
        tuple(_boxes(dots, axes, frame)),
        dots,
        "M" + "L".join(f"{dot.x:.1f} {dot.y:.1f}" for dot in ordered),
    )


def _named(places: Sequence[tuple[float, float]], marks: Sequence[Mark]) -> set[int]:
    """The points whose names have room: those told apart first, then the ends, then the others."""
    ends = {0, len(marks) - 1}
    order = sorted(range(len(marks)), key=lambda n: (not marks[n].special, n not in ends, n))
    named: list[int] = []
    for n in order:
        if all(math.dist(places[n], places[other]) >= ROOM for other in named):
            named.append(n)
    return set(named)


def _range(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    room = (high - low) * MARGIN or max(1.0, abs(high)) * MARGIN
    return low - room, high + room


def _boxes(
    dots: Sequence[Dot], axes: tuple[ChartAxis, ChartAxis], frame: tuple[float, float, float, float]
) -> list[tuple[float, float, float, float]]:
    """What is proven out of reach: no plan is better than the best in one figure of a point unless it is
    worse than the point in the other."""
    left, top, right, bottom = frame
    corner_x = left if axes[0].low_is_better else right
    corner_y = bottom if axes[1].low_is_better else top
    boxes = []
    for dot in dots:
        for x, y in ((dot.x_best, dot.y), (dot.x, dot.y_best)):
            boxes.append((min(x, corner_x), min(y, corner_y), abs(x - corner_x), abs(y - corner_y)))
    return boxes
