"""The legend of a chart: what its signs mean, in rows above it, where it can hide nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.charts.shapes import FAINT, LINE_HEIGHT, Shape, Text, moved, width_of
from planner.maps.sheet import shorten

SIGN, GAP, SPACE = 24.0, 6.0, 20.0
"""Pixels: the width of a sign, between it and its name, and between two entries."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A sign, drawn about (0, 0) and at most ``SIGN`` wide, and its name."""

    sign: tuple[Shape, ...]
    name: str


def legend(entries: Sequence[Entry], width: float, size: float) -> tuple[list[Shape], float]:
    """The entries in as many rows as they need, from (0, 0) on; and the height of all rows."""
    made: list[Shape] = []
    x, y, step = 0.0, 0.0, size * LINE_HEIGHT + 3
    for entry in entries:
        name = shorten(entry.name, int((width - SIGN - GAP) / (0.57 * size)))
        room = SIGN + GAP + width_of(name, size)
        if x and x + room > width:
            x, y = 0.0, y + step
        made += moved(entry.sign, x + SIGN / 2, y + step / 2)
        made.append(Text(x + SIGN + GAP, y + step / 2 + 0.36 * size, name, size, fill=FAINT))
        x += room + SPACE
    return made, y + step
