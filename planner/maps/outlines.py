"""Outlines of red lines on maps: each line's colour by what it rules, and its course at the map's scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from instances.instance import Instance
from instances.rules.redlines import RedLine
from instances.study.schema import RedLineTable

Dashes = tuple[float, tuple[float, ...]]
"""Where a line's dashes start, and their lengths on and off; none for a whole line."""

KEEP, BOUNDARY, BAR = "#00693e", "#6a2c91", "#c8102e"
DASHES: tuple[Dashes, ...] = ((0, ()), (0, (4, 1.5)), (0, (1, 1)), (0, (5, 1, 1, 1)))
PERIODS = 6
"""Pieces of a line with fewer dashes are drawn whole: dashes around a small piece look like letters."""
HALF = 0.5
"""A line runs where half of the land lies inside."""


@dataclass(frozen=True, slots=True)
class Outline:
    """How a red line is drawn."""

    line: RedLine
    colour: str
    dashes: Dashes


def outlines(instance: Instance) -> tuple[Outline, ...]:
    """Each red line that holds anywhere, with its colour by what it rules and its dashes by its place among
    those of that colour."""
    drawn: list[Outline] = []
    for line in instance.redlines:
        if not line.inside.any():
            continue
        colour = colour_of(instance.study.redlines.get(line.name))
        same = sum(each.colour == colour for each in drawn)
        drawn.append(Outline(line, colour, DASHES[same % len(DASHES)]))
    return tuple(drawn)


def dashed(lengths: NDArray[np.floating], dashes: Dashes, width: float = 1.0) -> NDArray[np.bool_]:
    """(pieces,) which pieces of a line are long enough for its dashes, drawn ``width`` times their size; none
    where it has no dashes."""
    period = width * sum(dashes[1])
    found: NDArray[np.bool_] = (lengths >= PERIODS * period) & (period > 0)
    return found


def colour_of(table: RedLineTable | None) -> str:
    """Green for lines that keep what is there, violet for boundaries of new land, else red."""
    if table is not None and table.keep:
        return KEEP
    return BOUNDARY if table is not None and table.only_inside else BAR


def smoothed(mask: NDArray[np.bool_], reach: float) -> NDArray[np.float32]:
    """(rows, columns) the share inside, averaged over ``reach`` pixels: what is smaller smothers a map."""
    share: NDArray[np.float32] = ndimage.gaussian_filter(mask.astype(np.float32), reach)
    return share
