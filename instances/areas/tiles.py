"""Tiles that cover a plane: squares, or hexagons with two sides upright, found for a point and drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from instances.units.grid import FloatArray

Shape = Literal["grid", "hex"]
Index = NDArray[np.int64]
ROW = math.sqrt(3) / 2
"""Distance between rows of hexagons whose neighbours' centres are 1 apart."""


@dataclass(frozen=True)
class Tiles:
    """Tiles of a plane in metres. ``side_m`` is the side of squares, and of hexagons the distance between
    opposite sides: that from centre to centre, of both. The first tile begins (squares) or has its centre
    (hexagons) where both coordinates are 0, so that tiles of one size meet wherever they are made."""

    shape: Shape
    side_m: float

    @property
    def area_ha(self) -> float:
        """Area of a whole tile."""
        return (self.side_m**2 if self.shape == "grid" else ROW * self.side_m**2) / 1e4

    def at(self, x: FloatArray, y: FloatArray) -> tuple[Index, Index]:
        """(column, row) of the tile at each point, in metres; on a border that of the tile to the left or
        below for hexagons, to the right or above for squares."""
        if self.shape == "grid":
            return _whole(x / self.side_m), _whole(y / self.side_m)
        below = _whole(y / (ROW * self.side_m))
        found: list[tuple[Index, Index]] = []
        squares = []
        for row in (below, below + 1):
            column = -_whole(0.5 * (row % 2) + 0.5 - x / self.side_m)
            found.append((column, row))
            centre_x, centre_y = self.centre(column, row)
            squares.append((x - centre_x) ** 2 + (y - centre_y) ** 2)
        upper = squares[1] < squares[0]
        (low_column, low_row), (high_column, high_row) = found
        return np.where(upper, high_column, low_column), np.where(upper, high_row, low_row)

    def centre(self, column: Index, row: Index) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
        """The centre of each tile, in metres."""
        if self.shape == "grid":
            return (column + 0.5) * self.side_m, (row + 0.5) * self.side_m
        return (column + 0.5 * (row % 2)) * self.side_m, row * ROW * self.side_m

    def outline(self, column: Index, row: Index) -> NDArray[np.object_]:
        """The polygon of each tile, in metres."""
        x, y = self.centre(column, row)
        half = 0.5 * self.side_m
        if self.shape == "grid":
            return np.asarray(shapely.box(x - half, y - half, x + half, y + half), dtype=object)
        long, short = self.side_m / math.sqrt(3), self.side_m / (2 * math.sqrt(3))
        corners = np.array(
            [(0, long), (half, short), (half, -short), (0, -long), (-half, -short), (-half, short)]
        )
        rings = np.stack([x, y], axis=1)[:, None, :] + corners[None, :, :]
        return np.asarray(shapely.polygons(rings), dtype=object)


def _whole(number: NDArray[np.floating]) -> Index:
    """The next whole number that is no larger."""
    return np.floor(number).astype(np.int64)
