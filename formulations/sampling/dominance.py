"""Geometry of fronts of two quantities, both to be as small as possible: dominance, volume, knee.

A certified floor is a non-increasing lower bound of the first quantity: no layout whose second quantity is
at most e has a first one below ``floor(e)``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instances.units.grid import FloatArray

_STEPS = 4_000
"""Strips of the volume above the floor; each is taken at its lowest floor: an upper bound stays one."""


def efficient(cost: FloatArray, tolerance: FloatArray | float = 0.0) -> NDArray[np.bool_]:
    """(points,) True where no other point of ``cost`` (points, quantities) is at least as good in all
    quantities and better in one; of equal points the first stays.

    ``tolerance`` (quantities,) is what rounding may make of equal figures: less than that is no difference.
    """
    kept = np.ones(len(cost), dtype=bool)
    for this, point in enumerate(cost):
        better = (point - cost) > tolerance
        worse = (cost - point) > tolerance
        dominated = better.any(axis=1) & ~worse.any(axis=1) & kept
        same = ~better.any(axis=1) & ~worse.any(axis=1)
        kept[this] = not dominated.any() and not (same & kept)[:this].any()
    return kept


@dataclass(frozen=True)
class FloorLine:
    """``slope * second + first >= least`` for layouts whose second quantity is at most ``until``."""

    slope: float
    least: float
    until: float = float("inf")


class Floor:
    """The certified floor made of lines, each valid up to some value of the second quantity."""

    def __init__(self, lines: Sequence[FloorLine]) -> None:
        self.slope = np.array([line.slope for line in lines], dtype=float)
        self.least = np.array([line.least for line in lines], dtype=float)
        self.until = np.array([line.until for line in lines], dtype=float)

    def __call__(self, second: FloatArray | float) -> FloatArray:
        """The floor at values of the second quantity; -inf where nothing is proven."""
        at = np.atleast_1d(np.asarray(second, dtype=float))
        value = np.full(at.shape, -np.inf)
        for slope, least, until in zip(self.slope, self.least, self.until, strict=True):
            here = least - slope * at
            value = np.where(at <= until, np.maximum(value, here), value)
        return value


@dataclass(frozen=True)
class Volume:
    """The area between a front and its worst corner: at least ``low`` (dominated by the points found), at
    most ``high`` (all that the floor lets be); ``box`` is the rectangle from the ideal to the corner."""

    low: float
    high: float
    box: float


def volume(cost: FloatArray, corner: FloatArray, floor: Floor, lowest: float) -> Volume:
    """The hypervolume of points (points, 2) up to ``corner``, and the most it could be.

    ``lowest`` is a lower bound of the second quantity.
    """
    order = np.argsort(cost[:, 1])
    first, second = cost[order, 0], cost[order, 1]
    best = np.minimum.accumulate(first)
    upper = np.append(second[1:], corner[1])
    width = np.clip(np.minimum(upper, corner[1]) - second, 0.0, None)
    low = float((width * np.clip(corner[0] - best, 0.0, None)).sum())
    edges = np.unique(np.concatenate([np.linspace(lowest, corner[1], _STEPS), second, floor.until]))
    edges = edges[(edges >= lowest) & (edges <= corner[1])]
    depth = np.clip(corner[0] - floor(edges[1:]), 0.0, None)
    ideal = float(floor(corner[1])[0])
    box = max(0.0, corner[0] - ideal) * max(0.0, corner[1] - lowest)
    high = min(box, float((np.diff(edges) * depth).sum()))
    return Volume(low, max(low, high), max(low, box))


@dataclass(frozen=True)
class Knee:
    """The point of a front that lies farthest below the line between its ends, both ranges scaled to one.

    ``distance`` is 0 on the line and at most 1 / sqrt(2); ``given_up`` and ``gained`` are shares of the
    ranges: what the point costs of the first quantity and wins of the second, against the first end.
    """

    point: int
    distance: float
    given_up: float
    gained: float


def knee(cost: FloatArray) -> Knee | None:
    """The knee of a front (points, 2) sorted from the best first quantity to the best second one; None where
    there are fewer than three points or none lies below the line."""
    if len(cost) < 3:
        return None
    span = cost[-1] - cost[0]
    if not (np.abs(span) > 0).all():
        return None
    share = (cost - cost[0]) / span
    distance = (share[:, 1] - share[:, 0]) / np.sqrt(2.0)
    at = int(distance.argmax())
    if not distance[at] > 0:
        return None
    return Knee(at, float(distance[at]), float(share[at, 0]), float(share[at, 1]))
