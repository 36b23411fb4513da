"""Steps between units: who is next to whom, and how far apart their centres are."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from instances.units.centres import middles
from instances.units.georeference import geod_of, metres_per_unit
from instances.units.grid import FloatArray, Grid, ParcelFrame, RasterFrame

HA_M2 = 10_000.0


class Neighbours(IntEnum):
    """Which raster cells are next to one another: those that share an edge, or a corner as well."""

    EDGES = 4
    CORNERS = 8


class Steps(NamedTuple):
    """Pairs of units that are next to one another, and the distance of their centres in m."""

    first: NDArray[np.int32]
    second: NDArray[np.int32]
    length_m: FloatArray


def steps(grid: Grid, neighbours: Neighbours = Neighbours.EDGES) -> Steps:
    """All steps of a grid, each once. Parcels are next to one another where they share an edge, whatever
    ``neighbours``."""
    edges = grid.edges
    if isinstance(grid.frame, ParcelFrame):
        return Steps(edges.first, edges.second, _between(middles(grid), edges.first, edges.second, grid))
    # A cell is as wide as its area is of its height: right for cells in degrees as well.
    area = 0.5 * HA_M2 * (grid.area_ha[edges.first] + grid.area_ha[edges.second])
    straight = Steps(edges.first, edges.second, area / edges.length_m)
    if neighbours is Neighbours.EDGES:
        return straight
    pairs = _corners(grid.frame)
    height = _height(grid.frame, grid)
    length = np.hypot(HA_M2 * grid.area_ha[pairs[0]] / height, height)
    return Steps(
        np.concatenate([straight.first, pairs[0]]),
        np.concatenate([straight.second, pairs[1]]),
        np.concatenate([straight.length_m, length]),
    )


def _corners(frame: RasterFrame) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Pairs of cells that meet at a corner."""
    number = frame.paint(np.arange(len(frame.cells), dtype=np.int32), -1)
    falling = number[:-1, :-1].ravel(), number[1:, 1:].ravel()
    rising = number[:-1, 1:].ravel(), number[1:, :-1].ravel()
    first, second = (np.concatenate(each) for each in zip(falling, rising, strict=True))
    both = (first >= 0) & (second >= 0)
    return first[both], second[both]


def _height(frame: RasterFrame, grid: Grid) -> float:
    """Height of a cell in m; in degrees that at the middle of the raster."""
    transform, crs = frame.transform, grid.crs
    if not crs.is_geographic:
        return float(np.hypot(transform.b, transform.e)) * metres_per_unit(crs)
    degrees = float(np.rad2deg(metres_per_unit(crs)))
    middle = float((transform @ (0, frame.shape[0] / 2))[1]) * degrees
    _, _, height = geod_of(crs).inv(0.0, middle, 0.0, middle + abs(transform.e) * degrees)
    return float(height)


def _between(
    centre: FloatArray, first: NDArray[np.int32], second: NDArray[np.int32], grid: Grid
) -> FloatArray:
    crs = grid.crs
    if crs.is_geographic:
        places = centre * float(np.rad2deg(metres_per_unit(crs)))
        _, _, length = geod_of(crs).inv(*places[first].T, *places[second].T)
        return np.asarray(length, dtype=float)
    return np.hypot(*(centre[first] - centre[second]).T) * metres_per_unit(crs)
