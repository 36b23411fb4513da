"""Flows on maps as planners draw them: arcs that bend to the right of their way, as wide as what flows, with
a white rim and an arrow where they arrive; and the borders of the districts between which they run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from instances.units.grid import FloatArray
from planner.maps.borders import district_picture
from planner.maps.pictures import Canvas
from planner.maps.sheet import Box, round_length

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDEST, THINNEST = 3.0, 0.3
"""Points: the widest flow of a map, and the thinnest."""
BEND = 0.14
"""How far an arc stands off the straight line in its middle, as a share of that line."""
KEYS = (1, 4, 20)
"""Parts of the largest flow of which a legend shows the width, in round amounts."""
STEPS = 16
"""Pieces of an arc."""
RIM = 1.2
"""Points of the white rim of an arc, both sides together."""
HEAD = 0.06
"""Inches of the smallest arrow."""
SIGN = 0.055
"""Inches from the middle of a place at which an arrow's tip is, so that the place's sign does not hide it."""
NEAR = 1e-6
"""Shares of a map: a flow that goes no farther stays where it is."""
BORDER = "#8a8a80"
PIXELS = 900
"""Pixels along the longer side on which borders are found."""


def widths(amounts: FloatArray) -> FloatArray:
    """(flows,) the width of each flow in points, as a share of the widest; the thinnest can still be seen."""
    found: FloatArray = np.maximum(THINNEST, WIDEST * amounts / amounts.max()) if len(amounts) else amounts
    return found


def width_keys(amounts: FloatArray, colour: str, named: Callable[[float], str]) -> list[Line2D]:
    """What widths of flows mean, as lines of a legend: up to three round amounts below the largest, each with
    its name (``named``) and as wide as it would be drawn; none where nothing flows."""
    most = float(amounts.max(initial=0.0))
    if not most > 0:
        return []
    shown = list(dict.fromkeys(round_length(most / part) for part in KEYS))
    points = [max(THINNEST, WIDEST * amount / most) for amount in shown]
    return [
        Line2D([], [], color=colour, linewidth=width, label=named(amount))
        for amount, width in zip(shown, points, strict=True)
    ]


def arcs(ends: FloatArray) -> FloatArray:
    """(flows, points, 2) the courses of flows from ``ends`` (flows, 2, 2), in any unit: a parabola each, all
    bending to the same side of their way, so that a flow there and a flow back lie apart."""
    start, end = ends[:, 0], ends[:, 1]
    aside = (end - start)[:, ::-1] * np.array([1.0, -1.0])
    along = np.linspace(0, 1, STEPS + 1)[None, :, None]
    straight = start[:, None] + along * (end - start)[:, None]
    return straight + 4 * BEND * along * (1 - along) * aside[:, None]


def away(ends: FloatArray) -> NDArray[np.bool_]:
    """(flows,) True where a flow between ``ends`` (flows, 2, 2) leaves its place: what stays where it is has
    no way that could be drawn."""
    far: NDArray[np.bool_] = np.abs(ends[:, 1] - ends[:, 0]).max(axis=1, initial=0.0) > NEAR
    return far


def draw_arcs(axes: Axes, box: Box, ends: FloatArray, amounts: FloatArray, colour: str) -> FloatArray:
    """Draw flows between ``ends`` (flows, 2, 2) on axes from 0 to 1 that fill ``box``: the widest last, each
    with an arrow of its size. Returns (flows, points, 2) their courses, inches from its lower left corner."""
    if not len(amounts):
        return np.zeros((0, STEPS + 1, 2))
    order = np.argsort(amounts, kind="stable")
    size = np.array([box.width, box.height])
    inches, points = arcs(ends[order] * size), widths(amounts)[order]
    for colours, more in (("white", RIM), (colour, 0.0)):
        axes.add_collection(
            LineCollection(list(inches / size), linewidths=points + more, colors=colours, alpha=0.85)
        )
    heads = list(_heads(inches, HEAD + 1.5 * points / 72) / size)
    axes.add_collection(PolyCollection(heads, facecolors=colour, edgecolors="none", zorder=2.5))
    return inches


def _heads(inches: FloatArray, length: FloatArray) -> FloatArray:
    """(flows, 3, 2) a triangle at the end of each course, so many inches long."""
    way = inches[:, -1] - inches[:, -3]
    way = way / np.maximum(np.hypot(way[:, :1], way[:, 1:]), 1e-9)
    tip = inches[:, -1] - SIGN * way
    side = way[:, ::-1] * np.array([1.0, -1.0])
    back = tip - way * length[:, None]
    half = side * (0.45 * length[:, None])
    return np.stack([tip, back + half, back - half], axis=1)


def draw_borders(axes: Axes, ground: Canvas, member: NDArray[np.integer]) -> None:
    """Draw the borders of districts, of which ``member`` (units,) says whose each unit is (-1: nobody's)."""
    whose = district_picture(ground, member, PIXELS)
    rows, columns = whose.shape
    upright, level = np.nonzero(whose[:, :-1] != whose[:, 1:]), np.nonzero(whose[:-1] != whose[1:])
    for (row, column), right in ((upright, True), (level, False)):
        x, y = (column + right) / columns, 1 - (row + (not right)) / rows
        ends = [np.stack([x, y], axis=1), np.stack([x + (not right) / columns, y - right / rows], axis=1)]
        axes.add_collection(LineCollection(list(np.stack(ends, axis=1)), linewidths=0.4, colors=BORDER))
