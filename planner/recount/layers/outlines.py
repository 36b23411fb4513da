"""Which polygon of a layer every unit lies in, found from the polygons alone.

Outlines of raster layers run along the borders of cells: every vertical piece of a border opens or closes a
polygon for the cells to its right, so that one sum along the rows fills them all. Of parcels a point inside
each tells where it lies.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from instances.units.grid import ParcelFrame, RasterFrame

ON_GRID = 1e-4
"""How far, in cells, a corner may lie from that of a cell."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """``of`` (units,) the polygon in which each unit lies, -1 for none; ``beyond`` cells that are drawn and
    are no unit; ``astray`` corners and edges that follow no border of cells."""

    of: NDArray[np.int64]
    beyond: int = 0
    astray: int = 0


def drawn_units(polygons: NDArray[np.object_], frame: RasterFrame | ParcelFrame) -> Drawn:
    """Where the units lie in (polygons,) shapely geometries that do not overlap."""
    if isinstance(frame, RasterFrame):
        return _of_cells(polygons, frame)
    return _of_parcels(polygons, frame)


def _of_cells(polygons: NDArray[np.object_], frame: RasterFrame) -> Drawn:
    rows, columns = frame.shape
    image = np.zeros((rows, columns + 1), dtype=np.int64)
    astray = 0
    if len(polygons):
        place, top, height, weight, astray = _borders(polygons, frame)
        if not astray:
            number = np.repeat(np.arange(len(height)), height)
            row = top[number] + np.arange(len(number)) - np.repeat(np.cumsum(height) - height, height)
            np.add.at(image, (row, place[number]), weight[number])
    index = np.cumsum(image, axis=1)[:, :-1].ravel() - 1
    index[(index < 0) | (index >= len(polygons))] = -1
    of = index[frame.cells]
    return Drawn(of, int((index >= 0).sum() - (of >= 0).sum()), astray)


def _borders(
    polygons: NDArray[np.object_], frame: RasterFrame
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], int]:
    """Every vertical piece of a border: its column, its uppermost row, how many rows it spans, and by how
    much it raises the number of the polygon to its right; then how much of the borders is off the cells'."""
    _, points, offsets = shapely.to_ragged_array(_as_multi(polygons))
    ring_start, of_polygon, of_geometry = (np.asarray(one, dtype=np.int64) for one in offsets)
    inverse = ~frame.transform
    column = inverse.a * points[:, 0] + inverse.b * points[:, 1] + inverse.c
    row = inverse.d * points[:, 0] + inverse.e * points[:, 1] + inverse.f
    exact_column, exact_row = np.rint(column), np.rint(row)
    off = np.maximum(np.abs(column - exact_column), np.abs(row - exact_row)) > ON_GRID
    rings = len(ring_start) - 1
    ring = np.repeat(np.arange(rings), np.diff(ring_start))
    goes_on = ring[:-1] == ring[1:]
    x, y = exact_column.astype(np.int64), exact_row.astype(np.int64)
    across = x[:-1] * y[1:] - x[1:] * y[:-1]
    area = np.bincount(ring[:-1][goes_on], weights=across[goes_on], minlength=rings)
    is_outer = np.zeros(rings, dtype=bool)
    is_outer[of_polygon[:-1]] = True
    geometry = np.repeat(np.arange(len(of_geometry) - 1), np.diff(of_geometry))
    owner = np.repeat(geometry, np.diff(of_polygon))
    raised = np.where(is_outer, 1, -1) * np.sign(area).astype(np.int64) * (owner + 1)
    step = y[1:] - y[:-1]
    slanted = goes_on & (step != 0) & (x[1:] != x[:-1])
    upright = np.flatnonzero(goes_on & (step != 0) & ~slanted)
    top = np.minimum(y[upright], y[upright + 1])
    weight = -np.sign(step[upright]) * raised[ring[upright]]
    place, height = x[upright], np.abs(step[upright])
    rows, columns = frame.shape
    outside = (place < 0) | (place > columns) | (top < 0) | (top + height > rows)
    return place, top, height, weight, int(off.sum() + slanted.sum() + outside.sum())


def _as_multi(polygons: NDArray[np.object_]) -> NDArray[np.object_]:
    """The same as multi-polygons, so that all have one layout."""
    parts, of = shapely.get_parts(polygons, return_index=True)
    keep = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    made: NDArray[np.object_] = np.full(len(polygons), shapely.MultiPolygon(), dtype=object)
    return shapely.multipolygons(parts[keep], indices=of[keep], out=made)


def _of_parcels(polygons: NDArray[np.object_], frame: ParcelFrame) -> Drawn:
    of = np.full(len(frame.geometry), -1, dtype=np.int64)
    points = shapely.point_on_surface(frame.geometry)
    unit, polygon = shapely.STRtree(polygons).query(points, predicate="intersects")
    of[unit] = polygon
    return Drawn(of)


def planar(polygons: NDArray[np.object_]) -> NDArray[np.float64]:
    """(polygons,) areas in the units of their CRS."""
    return np.asarray(shapely.area(polygons), dtype=float)


def extent_of(polygons: NDArray[np.object_]) -> NDArray[np.float64]:
    """(4,) the rectangle around polygons, NaN where there are none."""
    return shapely.total_bounds(polygons) if len(polygons) else np.full(4, np.nan)
