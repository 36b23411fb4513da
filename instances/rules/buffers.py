"""Buffers in metres, whatever the CRS counts in: of polygons, lines and points, of cells, of parcels."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import ndimage

from instances.rules.measures import cell_metres
from instances.units.cover import ROUNDING, share_inside
from instances.units.georeference import local_equal_area, metres_per_unit
from instances.units.grid import Grid, ParcelFrame, RasterFrame
from instances.units.polygons import Geometries, polygonal
from instances.units.projecting import project

GAP_M = 0.1
"""Patches of one line no further apart than twice this are one land when it is narrowed: borders that two
patches share part by as much on their way into another CRS."""
QUARTER = 16
"""Pieces of a quarter of a circle: its area is short of the true one by 0.2 %."""


def buffered(geometries: Geometries, metres: float, grid: Grid) -> Geometries:
    """The polygons of geometries in the CRS of the grid, widened (or, negative, narrowed) by so many metres.

    A line of patches is narrowed as one: a border that two of them share is no edge of it. Lines and points
    have no land to narrow: negative metres leave nothing of them.
    """
    if metres == 0:
        return polygonal(geometries)
    there = _to_metres(geometries, grid)
    if metres < 0:
        wider = shapely.buffer(polygonal(there), GAP_M, join_style="mitre")
        there = shapely.get_parts(shapely.disjoint_subset_union_all(wider))
        metres -= GAP_M
    return _from_metres(polygonal(shapely.buffer(there, metres, quad_segs=QUARTER)), grid)


def buffered_units(inside: NDArray[np.bool_], metres: float, share: float, grid: Grid) -> NDArray[np.bool_]:
    """(units,) the units inside widened (or narrowed) by so many metres. What lies beyond the study area is
    unknown and narrows nothing."""
    if metres == 0 or inside.all() or not inside.any():
        return inside
    frame = grid.frame
    if isinstance(frame, ParcelFrame):
        polygons = buffered(frame.geometry[inside], metres, grid)
        return np.asarray(share_inside(polygons, grid) >= share - ROUNDING)
    within = frame.paint(inside, False)
    without = frame.paint(~inside, False)
    return buffered_cells(within, without, metres, share, grid, frame).ravel()[frame.cells]


def buffered_cells(
    within: NDArray[np.bool_],
    without: NDArray[np.bool_],
    metres: float,
    share: float,
    grid: Grid,
    frame: RasterFrame,
) -> NDArray[np.bool_]:
    """(rows, columns) the cells ``within`` a zone widened by so many metres, or narrowed from the cells
    ``without`` it: those whose centre lies near enough to (or far enough from) the edge of the zone, so that
    about ``share`` of a cell lies in the buffer. Cells in neither are unknown."""
    if not within.any() or (metres < 0 and not without.any()):
        return within
    sampling = cell_metres(grid, frame)
    size = (sampling[0] + sampling[1]) / 2
    if metres > 0:
        return np.asarray(within | (_distance_m(within, sampling) <= metres + (0.5 - share) * size))
    return np.asarray(within & (_distance_m(without, sampling) >= (share - 0.5) * size - metres))


def _distance_m(cells: NDArray[np.bool_], sampling: tuple[float, float]) -> NDArray[np.float32]:
    """(rows, columns) distance in m from every cell's centre to the edge of the nearest of some cells."""
    nearest = ndimage.distance_transform_edt(
        ~cells, sampling=sampling, return_distances=False, return_indices=True
    )
    squares = np.zeros(cells.shape, dtype=np.float32)
    for axis, size in enumerate(sampling):
        steps = nearest[axis]
        along = np.arange(cells.shape[axis], dtype=steps.dtype)
        steps -= along[:, None] if axis == 0 else along
        away = np.maximum(np.abs(steps) - np.float32(0.5), 0) * np.float32(size)
        squares += away * away
    distance: NDArray[np.float32] = np.sqrt(squares, out=squares)
    return distance


def _to_metres(geometries: Geometries, grid: Grid) -> Geometries:
    """Geometries of the grid's CRS in metres: around the middle of a grid in degrees."""
    crs = grid.crs
    if not crs.is_geographic:
        unit = metres_per_unit(crs)
        return geometries if unit == 1.0 else shapely.transform(geometries, lambda xy: xy * unit)
    return _finite(project(geometries, crs, local_equal_area(crs, grid.frame.bounds)))


def _from_metres(polygons: Geometries, grid: Grid) -> Geometries:
    """The inverse of ``_to_metres``."""
    crs = grid.crs
    if not crs.is_geographic:
        unit = metres_per_unit(crs)
        return polygons if unit == 1.0 else shapely.transform(polygons, lambda xy: xy / unit)
    return _finite(project(polygons, local_equal_area(crs, grid.frame.bounds), crs))


def _finite(geometries: Geometries) -> Geometries:
    """The geometries without those that lie where the CRS has no place for them, half a world away."""
    finite: Geometries = geometries[np.isfinite(shapely.bounds(geometries)).all(axis=1)]
    return finite
