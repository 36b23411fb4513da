"""Which units each of many lines or polygons is made of, as corridors need it.

A unit belongs to a corridor when at least half of it lies inside, a line being widened to its width. A
corridor narrower than the units has no such unit in places; so that it stays in one piece, a line also
takes every unit that it crosses, and a polygon nowhere as wide as a unit every unit that it touches.
"""

from __future__ import annotations

import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from rasterio import features

from instances.units.cover import ROUNDING, share_inside
from instances.units.grid import Edges, Grid, ParcelFrame, RasterFrame
from instances.units.parcels import in_metres, widen

HALF = 0.5 - ROUNDING
Units = NDArray[np.int32]


def bundles(geometries: NDArray[np.object_], width_m: float, grid: Grid) -> list[Units]:
    """The units of each line or polygon (in the CRS of the grid), ascending; empty where there are none."""
    lines = shapely.get_dimensions(geometries) == 1
    areas, crossing = geometries.copy(), geometries.copy()
    areas[lines] = widen(geometries[lines], width_m / 2, grid.crs) if width_m > 0 else None
    crossing[~lines & ~_thin(geometries, grid)] = None
    if isinstance(grid.frame, ParcelFrame):
        return _parcels(areas, crossing, grid.frame)
    frame = grid.frame
    return [_cells(area, line, grid, frame) for area, line in zip(areas, crossing, strict=True)]


def _thin(geometries: NDArray[np.object_], grid: Grid) -> NDArray[np.bool_]:
    """True for polygons nowhere as wide as the side of a unit of median area (but for a hundredth)."""
    metric = in_metres(geometries, grid.crs, grid.frame.bounds)
    narrowed: NDArray[np.bool_] = shapely.is_empty(shapely.buffer(metric, -narrowest(grid)))
    return narrowed


def narrowest(grid: Grid) -> float:
    """Metres by which a polygon is narrowed to tell whether it is anywhere as wide as a unit."""
    return 0.495 * float(np.sqrt(np.median(grid.area_ha) * 1e4))


def _parcels(areas: NDArray[np.object_], crossing: NDArray[np.object_], frame: ParcelFrame) -> list[Units]:
    """The parcels of each corridor."""
    parcels = frame.geometry
    tree = shapely.STRtree(parcels)
    corridor, unit = tree.query(areas, predicate="intersects")
    half = shapely.area(shapely.intersection(areas[corridor], parcels[unit])) >= HALF * shapely.area(
        parcels[unit]
    )
    crossed, by = tree.query(crossing, predicate="intersects")
    common = shapely.intersection(crossing[crossed], parcels[by])
    through = (
        np.where(shapely.get_dimensions(crossing[crossed]) == 1, shapely.length(common), shapely.area(common))
        > 0
    )
    pairs = np.unique(
        np.column_stack([np.append(corridor[half], crossed[through]), np.append(unit[half], by[through])]),
        axis=0,
    )
    ends = np.searchsorted(pairs[:, 0], np.arange(1, len(areas)))
    return [part.astype(np.int32) for part in np.split(pairs[:, 1], ends)]


def _cells(
    area: shapely.Geometry | None, line: shapely.Geometry | None, grid: Grid, frame: RasterFrame
) -> Units:
    """The cells of one corridor, sought in the window of the raster around it."""
    window = _window(np.array([area, line], dtype=object), frame)
    if window is None:
        return np.zeros(0, dtype=np.int32)
    (top, left), shape = window
    transform = frame.transform @ Affine.translation(left, top)
    taken = np.zeros(shape, dtype=bool)
    if area is not None:
        whole = np.arange(shape[0] * shape[1], dtype=np.int32)
        part = Grid(grid.crs, np.ones(len(whole)), NO_EDGES, RasterFrame(shape, transform, whole))
        taken |= (share_inside(np.array([area], dtype=object), part) >= HALF).reshape(shape)
    if line is not None:
        taken |= features.rasterize([line], shape, transform=transform, all_touched=True, dtype=np.uint8) > 0
    row, column = np.nonzero(taken)
    cells = (row + top) * frame.shape[1] + column + left
    position = np.searchsorted(frame.cells, cells)
    position = position[position < len(frame.cells)]
    found = frame.cells[position] == cells[: len(position)]
    units: Units = position[found].astype(np.int32)
    return units


NO_EDGES = Edges(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.float32))


def _window(
    geometries: NDArray[np.object_], frame: RasterFrame
) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """First (row, column) and (rows, columns) of the cells around geometries; None outside the raster."""
    left, bottom, right, top = shapely.total_bounds(geometries)
    if not np.isfinite([left, bottom, right, top]).all():
        return None
    columns, rows = ~frame.transform @ (np.array([left, right]), np.array([bottom, top]))
    low = np.maximum(np.floor([rows.min(), columns.min()]).astype(int), 0)
    high = np.minimum(np.ceil([rows.max(), columns.max()]).astype(int) + 1, frame.shape)
    if (high <= low).any():
        return None
    return (int(low[0]), int(low[1])), (int(high[0] - low[0]), int(high[1] - low[1]))
