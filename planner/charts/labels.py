"""Names beside points, placed so that none lies on another, on a point, or on a line."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from planner.charts.shapes import Box, Place, Text, overlap

AROUND = 8.0
"""Pixels from the middle of a point to its name."""
_STEP = 5.0


def beside(
    points: Sequence[tuple[Place, str]],
    order: Sequence[int],
    free_side: tuple[int, int],
    lines: Sequence[Sequence[Place]],
    frame: Box,
    size: float,
) -> list[Text]:
    """Names of points, those first in ``order`` placed first; a name without room is left out.

    ``free_side`` is the side without lines (1 or -1 across, 1 or -1 down), tried first.
    """
    taken = [(x - 6, y - 6, x + 6, y + 6) for (x, y), _ in points]
    taken += [box for line in lines for box in _along(line)]
    placed: list[Text] = []
    for n in order:
        for label in _choices(*points[n], free_side, size):
            box = label.box
            inside = box[0] >= frame[0] and box[1] >= frame[1] and box[2] <= frame[2] and box[3] <= frame[3]
            if inside and not any(overlap(box, other) for other in taken):
                placed.append(label)
                taken.append((box[0] - 2, box[1] - 1, box[2] + 2, box[3] + 1))
                break
    return placed


def _choices(place: Place, name: str, free_side: tuple[int, int], size: float) -> list[Text]:
    across, down = free_side
    sides = [
        (across, down),
        (across, 0),
        (0, down),
        (across, -down),
        (-across, down),
        (0, -down),
        (-across, 0),
    ]
    made = []
    for far in (1.0, 1.6):
        for x, y in sides:
            anchor = {1: "start", 0: "middle", -1: "end"}[x]
            base = {1: 0.8 * size + 1, 0: 0.3 * size, -1: -0.2 * size - 1}[y]
            reach = AROUND * far * (0.8 if x and y else 1.0)
            at = place[0] + x * reach, place[1] + base + y * reach * (0.6 if x and y else 1.0)
            made.append(Text(*at, name, size, anchor, bold=True))
    return made


def _along(line: Sequence[Place]) -> list[Box]:
    """Small boxes along a line."""
    boxes = []
    for (x0, y0), (x1, y1) in pairwise(line):
        count = max(1, math.ceil(math.dist((x0, y0), (x1, y1)) / _STEP))
        for n in range(count + 1):
            x, y = x0 + (x1 - x0) * n / count, y0 + (y1 - y0) * n / count
            boxes.append((x - 1, y - 1, x + 1, y + 1))
    return boxes
