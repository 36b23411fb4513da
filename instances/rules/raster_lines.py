"""Red lines given as rasters: the cells that are not zero, buffered in metres, on cells or on parcels."""

from __future__ import annotations

import math
from pathlib import Path
from typing import NamedTuple

import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray

from instances.layers.raster import Zone, raster_polygons, raster_zone
from instances.rules.buffers import buffered, buffered_cells
from instances.rules.measures import cell_metres
from instances.study.findings import Findings
from instances.study.schema import LayerSource, RedLineSource
from instances.units.bundles import NO_EDGES
from instances.units.cover import ROUNDING
from instances.units.grid import Grid, RasterFrame
from instances.units.polygons import Geometries
from words.said import say

MOST_CELLS = 30_000_000
"""Cells of the study area and of the land around it that a buffer looks at."""


class Cells(NamedTuple):
    """``inside`` (units,) the cells inside a raster's zone, buffered; ``fullest``: the largest share of a
    cell that the zone covers."""

    inside: NDArray[np.bool_]
    fullest: float


def read_cells(
    path: Path,
    source: RedLineSource,
    buffer_m: float,
    share: float,
    grid: Grid,
    frame: RasterFrame,
    place: str,
    findings: Findings,
) -> Cells | None:
    """The cells of which at least ``share`` lies on cells of a raster that are not zero, widened or narrowed
    by so many metres; None, with findings, where it cannot be used.

    A buffer starts from what the raster holds around the study area and in its gaps too; what lies beyond
    the raster is unknown and narrows nothing.
    """
    layer = _layer(source)
    if buffer_m == 0:
        zone = raster_zone(path, layer, grid, place, findings)
        if zone is None:
            return None
        return Cells(zone.share >= share - ROUNDING, float(zone.share.max(initial=0.0)))
    wide, offset = _extended(grid, frame, buffer_m, place, findings)
    assert isinstance(wide.frame, RasterFrame)
    zone = _zone_around(path, layer, wide, grid, place, findings)
    if zone is None:
        return None
    shape = wide.frame.shape
    within = (zone.share >= share - ROUNDING).reshape(shape)
    without = ~within & (zone.cover >= 0.5).reshape(shape)
    inside = buffered_cells(within, without, buffer_m, share, wide, wide.frame)
    rows, columns = frame.shape
    own = slice(offset, offset + rows), slice(offset, offset + columns)
    fullest = float(zone.share.reshape(shape)[own].max(initial=0.0))
    return Cells(inside[own].ravel()[frame.cells], fullest)


def read_cells_as_polygons(
    path: Path, source: RedLineSource, buffer_m: float, grid: Grid, place: str, findings: Findings
) -> Geometries | None:
    """The cells of a raster that are not zero, around the study area as far as a buffer reaches, as polygons
    in the CRS of the grid; None, with findings, where it cannot be used."""
    return raster_polygons(path, _layer(source), _around(grid, buffer_m), place, findings)


def _layer(source: RedLineSource) -> LayerSource:
    return LayerSource(path=source.path, band=source.band, crs=source.crs)


def _zone_around(
    path: Path, layer: LayerSource, wide: Grid, grid: Grid, place: str, findings: Findings
) -> Zone | None:
    """Where a raster holds a line in and around the study area."""
    told = Findings()
    zone = raster_zone(path, layer, wide, place, told)
    if zone is None and raster_zone(path, layer, grid, place, findings) is not None:
        # Without a CRS of its own it is known by the extent of the study area, not by the one around it.
        stated = layer.model_copy(update={"crs": grid.crs.to_wkt()})
        return raster_zone(path, stated, wide, place, findings)
    for each in told if zone is not None else ():
        findings.add(each)
    return zone


def _extended(
    grid: Grid, frame: RasterFrame, buffer_m: float, place: str, findings: Findings
) -> tuple[Grid, int]:
    """All cells of the study area's raster, gaps included, and as many around it as a buffer reaches; and
    how many those are on each side."""
    rows, columns = frame.shape
    wanted = math.ceil(abs(buffer_m) / min(cell_metres(grid, frame))) + 2
    # The widest frame of k cells around that is no larger than may be: (rows + 2k)(columns + 2k) = most.
    half, left_over = (rows + columns) / 4, (MOST_CELLS - rows * columns) / 4
    widest = max(int(math.sqrt(half * half + max(left_over, 0.0)) - half), 0)
    around = min(wanted, widest)
    if around < wanted:
        metres = around * min(cell_metres(grid, frame))
        findings.warn(
            f"{place}.buffer_m", say("rules_zones.far_buffer", metres=metres), say("rules_zones.near_buffer")
        )
    shape = rows + 2 * around, columns + 2 * around
    transform = frame.transform @ Affine.translation(-around, -around)
    whole = np.arange(shape[0] * shape[1], dtype=np.int32)
    area = np.broadcast_to(np.ones(1), (len(whole),))
    return Grid(grid.crs, area, NO_EDGES, RasterFrame(shape, transform, whole)), around


def _around(grid: Grid, buffer_m: float) -> Grid:
    """One cell over the study area and as much around it as a buffer reaches."""
    bounds = shapely.box(*grid.frame.bounds)
    if buffer_m:
        bounds = buffered(np.array([bounds], dtype=object), 1.01 * abs(buffer_m), grid)[0]
    left, bottom, right, top = bounds.bounds
    transform = Affine(right - left, 0, left, 0, bottom - top, top)
    return Grid(grid.crs, np.ones(1), NO_EDGES, RasterFrame((1, 1), transform, np.zeros(1, np.int32)))
