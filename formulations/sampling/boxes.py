"""Boxes of a front: what lies between two neighbours, how much of it is unknown, and where to divide it.

A box has a left neighbour, better in the first cost, and a right one, better in the second. Bounds go where
the most is unknown: where the chord between both lies highest above what is proven (see ``cuts``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from formulations.sampling.dominance import Floor
from instances.units.grid import FloatArray

NEAR = 0.25
"""Share of the largest unknown area that another must have to be divided in the same round."""
EVEN = 0.05
"""Weight of a rectangle between neighbours beside what is unknown below their chord: straight stretches of a
front get points too, but later."""
MIDDLE = 0.2
"""How far from a neighbour a bound stays, as a share of their distance."""
TOLERANCE = 1e-9
"""What rounding may make of equal costs."""
_CLOSE = 0.02
"""Share of a box's distance between neighbours within which a new bound counts as at the neighbour."""
_FINEST = 1e-6
"""Share of the front's extent below which a box is not divided."""
_SAMPLES = 65
"""Places at which a box's unknown height is looked at for the best one to divide it."""

Cost = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """What lies between two neighbours, by their costs: of second costs up to ``low`` the best is found."""

    left: Cost
    right: Cost
    low: float

    @property
    def width(self) -> float:
        """How far the neighbours are from each other in the first cost."""
        return self.right[0] - self.left[0]

    @property
    def distance(self) -> float:
        """How far they are from each other in the second cost."""
        return self.left[1] - self.right[1]

    @property
    def halved(self) -> bool:
        """True where a bound well between the two was asked and brought nothing new."""
        return self.low - self.right[1] > 0.5 * MIDDLE * self.distance

    @property
    def height(self) -> float:
        """How much of the second cost is not settled."""
        return self.left[1] - self.low


def between(points: Sequence[Cost], closed: Iterable[Cost]) -> list[Box]:
    """What lies between neighbours of sorted ``points`` and is not settled by a bound that was asked;
    ``closed`` are (second cost reached, bound) of every such bound."""
    settled, boxes = sorted(closed), []
    for left, right in pairwise(points):
        low = right[1]
        for reached, bound in settled:
            if reached <= low + TOLERANCE * max(1.0, abs(low)) and bound > low:
                low = bound
        if low < left[1]:
            boxes.append(Box(left, right, low))
    return boxes


@dataclass(frozen=True, eq=False)
class Unknown:
    """How much of a box is unknown: below chords, above what is proven (``floor``).

    ``extent`` (2,) of the front; ``unproven`` (2,) by how much its ends could be better than they are: what
    is smaller in both costs is not told apart.
    """

    floor: Floor
    extent: FloatArray
    unproven: FloatArray

    def worth(self, boxes: Iterable[Box]) -> list[Box]:
        """The boxes worth dividing in the next round, the largest first."""
        open_boxes = [box for box in boxes if self._open(box)]
        sizes = [self._size(box) for box in open_boxes]
        order = sorted(range(len(sizes)), key=lambda n: -sizes[n])
        return [open_boxes[n] for n in order if sizes[n] >= NEAR * sizes[order[0]]]

    def place(self, box: Box) -> float:
        """The bound that divides a box: where the chord is highest above what is proven, near the middle.

        After a bound that brought nothing, just beside the left neighbour: what lies between is then known.
        """
        if box.halved:
            return box.left[1] - _CLOSE * box.distance
        at, depth = self._depth(box)
        inside = slice(int(MIDDLE * len(at)), len(at) - int(MIDDLE * len(at)))
        if depth[inside].max() <= 1e-9 * max(box.width, 1e-300):
            return float(at[len(at) // 2])
        flat = np.flatnonzero(depth[inside] >= (1 - 1e-9) * depth[inside].max())
        return float(at[inside][flat[len(flat) // 2]])

    def _open(self, box: Box) -> bool:
        """True where a plan between the two could be told from both."""
        least = np.maximum(_FINEST * self.extent, TOLERANCE * np.abs(box.left))
        told = box.width > self.unproven[0] or box.distance > self.unproven[1]
        high = box.height > max(least[1], 1.5 * _CLOSE * box.distance)
        return bool(told and box.width > least[0] and high)

    def _size(self, box: Box) -> float:
        """The area below the chord that nothing is proven of, and a little of the whole, in shares."""
        _, depth = self._depth(box)
        scale = float(self.extent[0] * self.extent[1])
        return float(depth.mean() * box.height + EVEN * box.width * box.height) / scale

    def _depth(self, box: Box) -> tuple[FloatArray, FloatArray]:
        """Bounds within a box, and how far the chord lies above what is proven at each."""
        at = np.linspace(box.low, box.left[1], _SAMPLES)[1:-1]
        slope = box.width / max(box.distance, 1e-300)
        chord = box.right[0] - slope * (at - box.right[1])
        proven = np.maximum(self.floor(at), box.left[0])
        return at, np.clip(chord - proven, 0.0, None)
