"""Rivers and roads on a page of the map series: drawn thinly, each with its name along its course."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import shapely
from matplotlib import patheffects
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from numpy.typing import NDArray
from shapely.affinity import rotate

from instances.layers.named_lines import NamedLines
from planner.maps.pictures import Canvas
from planner.maps.sheet import Box, columns_of, shorten
from planner.styles.fonts import drawable
from planner.styles.line_looks import LOOKS
from words.catalogue import Words
from words.visible import visible

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE = 6.5
"""Points of a name's letters."""
LETTER = 0.55 / 72
"""Inches of a column of text for each point of its size."""
PLACES = 25
"""Places along a line at which its name is tried."""
MOST = 300
"""Names of one file that are tried on a page, those of the longest lines: more would cover the map, and to
try thousands takes many seconds a page."""
LONGEST = 12
"""Columns of the longest name."""
STRAIGHT = 0.96
"""Least share of a piece's length that its ends are apart, where a name is to stand along it."""


def draw_named_lines(
    axes: Axes, box: Box, ground: Canvas, every: Iterable[NamedLines], taken: list[shapely.Geometry]
) -> None:
    """Draw lines and their names over a map whose axes go from 0 to 1; a name that finds no place on its line
    that is free (of what is ``taken``, in inches), or is longer than it, is left out, as are those after
    ``MOST``."""
    left, bottom, right, top = ground.bounds
    for each in every:
        colour, width, ink = LOOKS[each.kind]
        inside = shapely.clip_by_rect(each.lines, left, bottom, right, top)
        inches = shapely.transform(
            inside, lambda xy: (xy - (left, bottom)) / (right - left, top - bottom) * (box.width, box.height)
        )
        pieces, _ = shapely.get_parts(inches, return_index=True)
        courses = [shapely.get_coordinates(line) / (box.width, box.height) for line in pieces]
        halo = [patheffects.withStroke(linewidth=width + 0.8, foreground="white", alpha=0.7)]
        axes.add_collection(LineCollection(courses, colors=colour, linewidths=width, path_effects=halo))
        there = np.flatnonzero(~shapely.is_empty(inches))[:MOST]
        for name, line in zip(np.array(each.names, dtype=object)[there], inches[there], strict=True):
            _name(axes, box, shorten(name, LONGEST), line, ink, taken)


def name_block(name: str, size: float, x: float, y: float) -> shapely.Geometry:
    """The rectangle (inches) of a name in letters of ``size`` points around a place."""
    width, height = columns_of(name) * size * LETTER, size * 1.25 / 72
    return shapely.box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def line_handles(every: Iterable[NamedLines], words: Words) -> list[Line2D]:
    """The kinds of lines as a legend has them, each once."""
    kinds = dict.fromkeys(each.kind for each in every)
    return [
        Line2D([], [], color=colour, linewidth=width + 0.4, label=words.text(f"map_lines.{kind}"))
        for kind in kinds
        for colour, width, _ in (LOOKS[kind],)
    ]


def _name(
    axes: Axes, box: Box, name: str, line: shapely.Geometry, ink: str, taken: list[shapely.Geometry]
) -> None:
    """Write a name along a line (inches), at its first free place."""
    for x, y, turn in _places(line, columns_of(name) * SIZE * LETTER):
        turned = rotate(name_block(name, SIZE, x, y), turn)
        if not shapely.box(0, 0, box.width, box.height).contains(turned):
            continue
        if any(turned.intersects(other) for other in taken):
            continue
        taken.append(turned)
        axes.text(
            x / box.width, y / box.height, drawable(visible(name)), fontsize=SIZE, ha="center", va="center",
            color=ink, rotation=turn, rotation_mode="anchor", clip_on=True, parse_math=False,
            path_effects=[patheffects.withStroke(linewidth=1.8, foreground="white")],
        )  # fmt: skip
        return


def _places(line: shapely.Geometry, width: float) -> list[tuple[float, float, float]]:
    """Middle (inches) and turn (degrees, never upside down) of places on a line that is straight and long
    enough there, from the middle of its longest piece outwards."""
    parts = shapely.get_parts(line)
    if not len(parts):
        return []
    longest = parts[np.argmax(shapely.length(parts))]
    if longest.length < width:
        return []
    at = np.linspace(width / 2, longest.length - width / 2, PLACES)
    at = at[np.argsort(np.abs(at - longest.length / 2), kind="stable")]
    ends: list[NDArray[np.float64]] = [
        shapely.get_coordinates(shapely.line_interpolate_point(longest, at + side))
        for side in (-width / 2, width / 2)
    ]
    apart = ends[1] - ends[0]
    found = []
    for (x, y), (across, up) in zip((ends[0] + ends[1]) / 2, apart, strict=True):
        if math.hypot(across, up) >= STRAIGHT * width:
            turn = math.degrees(math.atan2(up, across))
            found.append(
                (float(x), float(y), turn - 180 * math.copysign(1, turn) if abs(turn) > 90 else turn)
            )
    return found
