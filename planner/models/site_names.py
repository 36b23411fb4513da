"""Names beside the signs of sites on maps of flows: none on another, on a sign, or on a flow where there is
room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from matplotlib import patheffects

from instances.units.grid import FloatArray
from planner.charts.labels import beside
from planner.charts.shapes import Place
from planner.maps.sheet import INK, Box, shorten
from planner.styles.fonts import drawable
from words.visible import visible

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE = 7.0
"""Points of a name's letters."""
LONGEST = 20
"""Columns of the longest name."""
POINTS = 72
"""Points of an inch, in which names are placed."""
SIDES = {"start": "left", "middle": "center", "end": "right"}


def draw_names(axes: Axes, box: Box, sites: FloatArray, names: Sequence[str], courses: FloatArray) -> None:
    """Write the names of ``sites`` (sites, 2), shares of axes from 0 to 1 that fill ``box``; ``courses``
    (flows, points, 2) in inches. A name that finds no place beside the flows may lie over one; one without
    any place is left out."""
    width, height = box.width * POINTS, box.height * POINTS
    points: list[tuple[Place, str]] = [
        ((x * width, (1 - y) * height), drawable(visible(shorten(name, LONGEST))))
        for (x, y), name in zip(sites.tolist(), names, strict=True)
    ]
    lines = [[(x * POINTS, height - y * POINTS) for x, y in course] for course in courses.tolist()]
    order, frame = range(len(points)), (0.0, 0.0, width, height)
    free = {text.text for text in beside(points, order, (1, -1), lines, frame, SIZE)}
    first = sorted(order, key=lambda n: points[n][1] not in free)
    placed = beside(points, first, (1, -1), [], frame, SIZE) if len(free) < len(points) else None
    for text in placed or beside(points, order, (1, -1), lines, frame, SIZE):
        axes.text(
            text.x / width, 1 - text.y / height, text.text, fontsize=SIZE, ha=SIDES[text.anchor],
            va="baseline", color=INK, weight="bold", zorder=4, parse_math=False,
            path_effects=[patheffects.withStroke(linewidth=2, foreground="white")],
        )  # fmt: skip
