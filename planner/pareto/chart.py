"""The chart of a front: its plans, the intervals in which better ones may still lie, what no plan can reach.

Described once from ``front.json`` (``describe``) and laid out once (``laid_out``): the page and the picture
show the same shapes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from instances.land.classes import Classes
from instances.units.grid import FloatArray
from planner.charts.axes import Scale, level, reach, ticks, upright
from planner.charts.labels import beside
from planner.charts.legend import Entry, legend
from planner.charts.shapes import (
    BLUE,
    FRAME,
    GREY,
    RED,
    WHITE,
    Box,
    Chart,
    Dot,
    Path,
    Place,
    Shape,
    columns,
    texts,
    width_of,
)
from planner.maps.sheet import wrap
from planner.words.indicator_names import label
from words.catalogue import Words, figure

_SHADES = ("#1d6fa5", "#2a9d8f", "#a3a847", "#e0a030", "#c65d7b")
"""Colours of the bounds on a third indicator, from none to the tightest; with more bounds, those between."""
_STEPS = 400
_RIGHT = 14.0


@dataclass(frozen=True, slots=True)
class FrontAxis:
    """An axis: what it shows with its unit and way, and whether less (or more) of it is better."""

    label: str
    low_is_better: bool

    @property
    def sign(self) -> float:
        """What makes a figure a cost: something that is to be small."""
        return 1.0 if self.low_is_better else -1.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A plan: its two figures, what each could be at the best without the other getting worse, its name on
    the chart, the slice it belongs to, and whether it is the knee."""

    name: str
    x: float
    y: float
    x_best: float
    y_best: float
    special: bool = False
    part: int = 0


@dataclass(frozen=True, eq=False)
class OutOfReach:
    """What is proven of every plan, in costs: ``lines`` (n, 3) of slope, least and until say that slope *
    second + first is at least ``least`` where second is at most ``until``; ``corners`` (n, 2) that second is
    above the second figure where first is at most the first (inf: of every plan)."""

    lines: FloatArray
    corners: FloatArray

    def __call__(self, second: FloatArray) -> FloatArray:
        """(n,) the least first cost that any plan may have at a second cost (n,); -inf where nothing is
        proven."""
        at = np.asarray(second, dtype=float)[:, None]
        slope, least, until = self.lines.T
        floor = np.where(at <= until, least - slope * at, -np.inf)
        beside = np.where(at < self.corners[:, 1], self.corners[:, 0], -np.inf)
        return np.concatenate([floor, beside], axis=1).max(axis=1, initial=-np.inf)

    @property
    def edges(self) -> FloatArray:
        """The second costs at which the proven floor jumps."""
        return np.concatenate([self.lines[:, 2], self.corners[:, 1]])


@dataclass(frozen=True, eq=False)
class FrontChart:
    """What a chart of a front shows; ``parts`` are the names of its slices, one without a third axis."""

    x: FrontAxis
    y: FrontAxis
    marks: tuple[Mark, ...]
    proven: OutOfReach
    parts: tuple[str, ...]
    signs: dict[str, str]
    """The names of what is out of reach (``out``) and of the ``knee``."""


@dataclass(frozen=True, slots=True)
class Look:
    """How large a chart is: its width and the height of its frame, and the size of its text, in pixels."""

    kind: str
    width: float
    frame: float
    size: float


WIDE = Look("wide", 900.0, 390.0, 13.0)
SLIM = Look("slim", 348.0, 262.0, 11.5)


def describe(tree: dict[str, Any], classes: Classes, words: Words) -> FrontChart:
    """The chart of a front as it stands in ``front.json``."""
    knee = (tree["knee"] or {}).get("point")
    part_of = {number: n for n, part in enumerate(tree["slices"]) for number in part["points"]}
    x, y = (_axis(axis, classes, words) for axis in tree["axes"][:2])
    first, second = (axis["indicator"] for axis in tree["axes"][:2])
    marks = tuple(
        Mark(
            str(point["point"]),
            point["values"][first],
            point["values"][second],
            point["best"][first],
            point["best"][second],
            point["point"] == knee,
            part_of[point["point"]],
        )
        for point in tree["points"]
    )
    parts = tuple(_part(part["level"], tree["axes"], classes, words) for part in tree["slices"])
    signs = {"out": words.text("front.out"), "knee": words.text("front.knee_sign")}
    return FrontChart(x, y, marks, _proven(tree, marks, x, y), parts, signs)


def charts(shown: FrontChart) -> tuple[Chart, ...]:
    """The chart for a desk or paper, and for a phone."""
    return laid_out(shown, WIDE), laid_out(shown, SLIM)


def laid_out(shown: FrontChart, look: Look) -> Chart:
    """A chart with everything at its place, from the legend down to the name of the first axis."""
    size = look.size
    x_reach = reach([value for mark in shown.marks for value in (mark.x, mark.x_best)])
    y_reach = reach([value for mark in shown.marks for value in (mark.y, mark.y_best)])
    y_ticks = ticks(*y_reach)
    signs, below = legend(_entries(shown), look.width, size)
    name, top = texts(wrap(shown.y.label, columns(look.width, size)), 0.0, below + 8, size, bold=True)
    left = max(width_of(tick.text, size) for tick in y_ticks) + 10
    frame = (left, top + 6, look.width - _RIGHT, top + 6 + look.frame)
    across = Scale(*x_reach, frame[0], frame[2])
    down = Scale(*y_reach, frame[3], frame[1])
    shapes: list[Shape] = [*signs, *name]
    shapes += _proven_area(shown, across, down, frame)
    shapes += upright(down, y_ticks, frame, size) + level(across, frame, size, look.width)
    shapes.append(Path(_corners(frame), FRAME))
    shapes += _plans(shown, across, down, frame, size)
    lines = wrap(shown.x.label, columns(frame[2] - frame[0], size))
    middle = (frame[0] + frame[2]) / 2
    title, bottom = texts(lines, middle, frame[3] + 2.1 * size, size, anchor="middle", bold=True)
    shapes += title
    return Chart(look.kind, look.width, math.ceil(bottom + 4), tuple(shapes))


def _axis(axis: dict[str, Any], classes: Classes, words: Words) -> FrontAxis:
    low = axis["way"] == "min"
    name, unit = label(axis["indicator"], words.lang, classes), words.unit(axis["unit"])
    return FrontAxis(words.text("front.less" if low else "front.more", name=name, unit=unit), low)


def _part(bound: float | None, axes: Sequence[dict[str, Any]], classes: Classes, words: Words) -> str:
    """The name of a slice: what its plans are, or to which bound on the third indicator they keep."""
    if len(axes) < 3:
        return words.text("front.sign")
    third = axes[2]
    name = label(third["indicator"], words.lang, classes)
    if bound is None:
        return words.text("front.free", name=name)
    sign = "≤" if third["way"] == "min" else "≥"
    return words.text(
        "front.level", name=name, sign=sign, bound=figure(bound), unit=words.unit(third["unit"])
    )


def _proven(tree: dict[str, Any], marks: Sequence[Mark], x: FrontAxis, y: FrontAxis) -> OutOfReach:
    """What is proven of every plan: by the slices that are bound by nothing."""
    free = [n for n, part in enumerate(tree["slices"]) if part["level"] is None]
    lines = [
        (line["slope"], line["least"], math.inf if line["until"] is None else line["until"])
        for n in free
        for line in tree["slices"][n]["floor"]
    ]
    corners = [(x.sign * mark.x, y.sign * mark.y_best) for mark in marks if mark.part in free]
    # Fronts of earlier versions do not say what no plan at all can have of the second.
    lowest = [tree["slices"][n].get("least_second") for n in free]
    corners += [(math.inf, second) for second in lowest if second is not None]
    return OutOfReach(np.array(lines, float).reshape(-1, 3), np.array(corners, float).reshape(-1, 2))


def _entries(shown: FrontChart) -> list[Entry]:
    entries = []
    for name, colour in zip(shown.parts, _colours(len(shown.parts)), strict=True):
        line = Path(((-11, 0), (11, 0)), colour, width=1.5, opacity=0.55)
        entries.append(Entry((line, Dot(0, 0, 5.0, colour)), name))
    if any(mark.special for mark in shown.marks):
        entries.append(Entry((_diamond(0, 0),), shown.signs["knee"]))
    entries.append(Entry((Path(_corners((-11, -6, 11, 6)), fill=GREY),), shown.signs["out"]))
    return entries


def _proven_area(shown: FrontChart, across: Scale, down: Scale, frame: Box) -> list[Shape]:
    """The area that no plan can reach, as far as it lies in the frame."""
    sign = shown.y.sign
    low, high = sorted((sign * down.low, sign * down.high))
    edges, hair = shown.proven.edges, 1e-7 * (high - low)
    at = np.unique(np.concatenate([np.linspace(low, high, _STEPS), edges - hair, edges + hair]))
    at = at[(at >= low) & (at <= high)]
    first = shown.proven(at)
    side = frame[0] if shown.x.low_is_better else frame[2]
    places = [
        (across(shown.x.sign * floor), down(sign * second))
        for floor, second in zip(first.tolist(), at.tolist(), strict=True)
    ]
    if all(abs(x - side) < 0.05 for x, _ in places):
        return []
    outline = [(side, places[0][1]), *_straightened(places), (side, places[-1][1])]
    return [Path(tuple(outline), fill=GREY)]


def _straightened(places: Sequence[Place]) -> list[Place]:
    """A line without the points that lie on the way from their neighbours."""
    kept = [places[0]]
    for n in range(1, len(places) - 1):
        (x0, y0), (x1, y1), (x2, y2) = kept[-1], places[n], places[n + 1]
        off = abs((x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0))
        if off > 0.02 * max(1e-9, math.dist((x0, y0), (x2, y2))):
            kept.append(places[n])
    return [*kept, places[-1]]


def _plans(shown: FrontChart, across: Scale, down: Scale, frame: Box, size: float) -> list[Shape]:
    """The plans of every slice with their intervals, and their names where there is room."""
    marks, colours = shown.marks, _colours(len(shown.parts))
    places = [(across(mark.x), down(mark.y)) for mark in marks]
    intervals = [
        ((across(mark.x_best), y), (x, y), (x, down(mark.y_best)))
        for mark, (x, y) in zip(marks, places, strict=True)
    ]
    courses = [
        tuple(sorted(place for mark, place in zip(marks, places, strict=True) if mark.part == n))
        for n in range(len(shown.parts))
    ]
    shapes: list[Shape] = [
        Path(course, colour, width=1.5, opacity=0.45)
        for course, colour in zip(courses, colours, strict=True)
        if len(course) > 1
    ]
    shapes += [Path(line, colours[mark.part], width=1.5) for line, mark in zip(intervals, marks, strict=True)]
    for mark, place in zip(marks, places, strict=True):
        tip = f"{mark.name}: {figure(mark.x)}; {figure(mark.y)}"
        colour = colours[mark.part]
        shapes.append(_diamond(*place, tip) if mark.special else Dot(*place, 5.5, colour, tip=tip))
    order = sorted(range(len(marks)), key=lambda n: (not marks[n].special, n not in (0, len(marks) - 1), n))
    named = [(place, mark.name) for place, mark in zip(places, marks, strict=True)]
    free_side = (1 if shown.x.low_is_better else -1, -1 if shown.y.low_is_better else 1)
    shapes += beside(named, order, free_side, [*courses, *intervals], frame, size)
    return shapes


def _diamond(x: float, y: float, tip: str = "") -> Path:
    return Path(((x, y - 9), (x + 9, y), (x, y + 9), (x - 9, y)), WHITE, RED, 1.2, tip=tip)


def _corners(box: Box) -> tuple[Place, ...]:
    left, top, right, bottom = box
    return (left, top), (right, top), (right, bottom), (left, bottom), (left, top)


def _colours(count: int) -> list[str]:
    if count == 1:
        return [BLUE]
    return [_mixed(place * (len(_SHADES) - 1) / (count - 1)) for place in range(count)]


def _mixed(at: float) -> str:
    """The colour at a place between the shades, which lie at 0, 1, 2 and so on."""
    below = min(int(at), len(_SHADES) - 2)
    share = at - below
    one, other = ([int(shade[n : n + 2], 16) for n in (1, 3, 5)] for shade in _SHADES[below : below + 2])
    return "#{:02x}{:02x}{:02x}".format(
        *(round(a + share * (b - a)) for a, b in zip(one, other, strict=True))
    )
