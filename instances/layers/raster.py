"""Raster layers on the units: read cell by cell where the grids agree, else warped; averaged over parcels."""

from __future__ import annotations

import math
from pathlib import Path
from typing import NamedTuple

import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS
from rasterio.features import shapes
from rasterio.io import DatasetReader
from shapely.geometry import shape

from instances.layers.bands import Image, Numbers, numbers_of
from instances.layers.raster_files import bounds_of, crs_of, has_band, raster_file
from instances.layers.slope import other_unit, slope_of
from instances.layers.warping import on_parcels, same_cells, warped, window_of
from instances.study.findings import Findings
from instances.study.schema import LayerSource
from instances.units.cover import share_inside
from instances.units.georeference import (
    Bounds,
    crs_name,
    describe_bounds,
    metres_per_unit,
    overlap,
    same_crs,
    settle_crs,
    transformed_bounds,
)
from instances.units.grid import FloatArray, Grid, ParcelFrame, RasterFrame
from instances.units.gridding import upright
from instances.units.projecting import project
from words.said import say

ORIGIN_SLACK = 0.01
"""Origins that differ by less than this share of a cell are taken as one and the same."""

LIKENESS_SLACK = 0.05
"""A layer without CRS whose origin differs by less than this share of a cell from that of the land cover,
and whose extent is the same, is taken to share its CRS."""


def raster_values(
    path: Path, source: LayerSource, grid: Grid, place: str, findings: Findings
) -> FloatArray | None:
    """(units,) the value of a raster on every unit, NaN where it has none; None, with findings, where it
    cannot be used."""
    values = None
    with raster_file(path, place, findings) as raster:
        if raster is not None:
            values = _values(raster, source, grid, place, findings)
    return values


class Zone(NamedTuple):
    """Where a raster holds a value other than zero: ``share`` (units,) of every unit, and ``cover`` (units,)
    the share of every unit that lies on the raster at all."""

    share: FloatArray
    cover: FloatArray


def raster_zone(path: Path, source: LayerSource, grid: Grid, place: str, findings: Findings) -> Zone | None:
    """Where a raster holds a value other than zero, and where it lies; None, with findings, where it cannot
    be used. What has no value counts as zero."""
    zone = None
    with raster_file(path, place, findings) as raster:
        if raster is not None:
            zone = _zone(raster, source, grid, place, findings)
    return zone


def raster_polygons(
    path: Path, source: LayerSource, grid: Grid, place: str, findings: Findings
) -> NDArray[np.object_] | None:
    """The land around the grid on which a raster holds a value other than zero, as polygons in the CRS of the
    grid; None, with findings, where it cannot be used."""
    polygons = None
    with raster_file(path, place, findings) as raster:
        if raster is not None:
            crs = _placed(raster, source, grid, place, findings)
            if crs is not None:
                polygons = _polygons(numbers_of(raster, source.band, crs).seen(_non_zero), grid)
    return polygons


def _zone(
    raster: DatasetReader, source: LayerSource, grid: Grid, place: str, findings: Findings
) -> Zone | None:
    crs = _placed(raster, source, grid, place, findings)
    if crs is None:
        return None
    numbers = numbers_of(raster, source.band, crs).seen(_non_zero)
    offset = own_cells(numbers, grid)
    if offset is not None and isinstance(grid.frame, RasterFrame):
        known = same_cells(numbers, offset, grid.frame)
        return Zone(np.nan_to_num(known), np.isfinite(known).astype(np.float64))
    cover = share_inside(_extent(numbers, grid), grid).astype(np.float64)
    if numbers.transform.b or numbers.transform.d:
        # Averages of a warped raster are over upright boxes of its cells, too large where it is turned.
        return Zone(share_inside(_polygons(numbers, grid), grid).astype(np.float64), cover)
    if isinstance(grid.frame, ParcelFrame):
        known = on_parcels(numbers, grid, grid.frame, "average")
    else:
        known = warped(numbers, grid, grid.frame, "average")
    # An average is of the cells there are; what lies beyond the raster's edge counts as not inside.
    return Zone(np.nan_to_num(known) * cover, cover)


def _polygons(numbers: Numbers, grid: Grid) -> NDArray[np.object_]:
    """The cells of a raster around the study area that are not zero, united, in the CRS of the grid."""
    window = window_of(numbers, grid.frame.bounds, grid.crs)
    transform = numbers.transform @ Affine.translation(window.col_off, window.row_off)
    image = (numbers.read(window) != 0).astype(np.uint8)
    found = shapes(image, mask=image > 0, transform=transform)
    polygons = np.array([shape(outline) for outline, _ in found], dtype=object)
    if same_crs(numbers.crs, grid.crs):
        return polygons
    moved = project(polygons, numbers.crs, grid.crs)
    sound: NDArray[np.object_] = shapely.make_valid(moved, method="structure", keep_collapsed=False)
    return sound


def _extent(numbers: Numbers, grid: Grid) -> NDArray[np.object_]:
    """The land that a raster covers around the study area, as a polygon in the CRS of the grid."""
    window = window_of(numbers, grid.frame.bounds, grid.crs)
    transform = numbers.transform @ Affine.translation(window.col_off, window.row_off)
    rows, columns = window.height, window.width
    corners = ((0, 0), (columns, 0), (columns, rows), (0, rows))
    outline = np.array([shapely.Polygon([transform @ corner for corner in corners])], dtype=object)
    return project(outline, numbers.crs, grid.crs)


def _non_zero(numbers: Image) -> Image:
    """1 where there is a value other than zero, else 0."""
    return (np.isfinite(numbers) & (numbers != 0)).astype(np.float32)


def rule(source: LayerSource) -> str:
    """How a layer is brought onto the units: average, majority or nearest."""
    return source.resampling or ("average" if source.kind == "number" else "majority")


def _values(
    raster: DatasetReader, source: LayerSource, grid: Grid, place: str, findings: Findings
) -> FloatArray | None:
    crs = _placed(raster, source, grid, place, findings)
    if crs is None:
        return None
    numbers = numbers_of(raster, source.band, crs)
    if source.derived_from is not None:
        if not _heights(raster, source, place, findings):
            return None
        numbers = slope_of(numbers)
    if isinstance(grid.frame, ParcelFrame):
        return on_parcels(numbers, grid, grid.frame, rule(source))
    offset = _offset(numbers, grid, grid.frame)
    if offset is not None:
        _tell_offset(numbers, offset, grid, grid.frame, place, findings)
        return same_cells(numbers, offset, grid.frame)
    return warped(numbers, grid, grid.frame, rule(source))


def _heights(raster: DatasetReader, source: LayerSource, place: str, findings: Findings) -> bool:
    """False, with a finding, where the slope of a raster cannot be told."""
    unit = raster.units[source.band - 1]
    if other_unit(unit):
        fault = say("raster.slope_of_other", layer=source.derived_from, found=unit)
        findings.error(place, fault, say("raster.slope_of_other_remedy"))
        return False
    return upright(raster.transform, place, findings)


def _placed(
    raster: DatasetReader, source: LayerSource, grid: Grid, place: str, findings: Findings
) -> CRS | None:
    """The CRS of a raster that has the band asked for and lies in the study area; None, with everything that
    is wrong told, where it cannot be used."""
    banded = has_band(raster, source.band, place, findings)
    crs = _crs(raster, source, grid, place, findings)
    near = crs is not None and _near(raster, crs, grid, place, findings)
    return crs if banded and near else None


def _crs(
    raster: DatasetReader, source: LayerSource, grid: Grid, place: str, findings: Findings
) -> CRS | None:
    in_file = crs_of(raster)
    if in_file is None and source.crs is None and _like_grid(raster, grid):
        findings.warn(
            place,
            say("raster.crs_of_land_cover", crs=crs_name(grid.crs)),
            say("raster.crs_of_land_cover_remedy", crs=crs_name(grid.crs)),
        )
        return grid.crs
    bounds = bounds_of(raster.transform, raster.shape)
    return settle_crs(in_file, source.crs, bounds, place, findings, grid.crs)


def _like_grid(raster: DatasetReader, grid: Grid) -> bool:
    """True where a raster has the origin of the grid and, to one unit, its extent."""
    if not isinstance(grid.frame, RasterFrame):
        return False
    cell, mine = raster.transform, grid.frame.transform
    theirs, ours = bounds_of(cell, raster.shape), grid.frame.bounds
    slack = LIKENESS_SLACK * abs(cell.a), LIKENESS_SLACK * abs(cell.e)
    if abs(theirs[0] - ours[0]) > slack[0] or abs(theirs[3] - ours[3]) > slack[1]:
        return False
    return abs(theirs[2] - ours[2]) < abs(mine.a) and abs(theirs[1] - ours[1]) < abs(mine.e)


def _near(raster: DatasetReader, crs: CRS, grid: Grid, place: str, findings: Findings) -> bool:
    theirs = _corners(raster)
    ours = transformed_bounds(grid.frame.bounds, grid.crs, crs)
    if overlap(theirs, ours):
        return True
    findings.error(
        place,
        say(
            "raster.elsewhere", theirs=describe_bounds(theirs), ours=describe_bounds(ours), crs=crs_name(crs)
        ),
        say("raster.elsewhere_remedy"),
    )
    return False


def _corners(raster: DatasetReader) -> Bounds:
    """(left, bottom, right, top) of a raster that may be rotated."""
    rows, columns = raster.shape
    x, y = zip(
        *(raster.transform @ corner for corner in ((0, 0), (columns, 0), (0, rows), (columns, rows))),
        strict=True,
    )
    return min(x), min(y), max(x), max(y)


def own_cells(numbers: Numbers, grid: Grid) -> tuple[int, int] | None:
    """Rows and columns by which a raster's origin lies inside the grid's where its cells are the grid's own;
    None where they are others, or the units are parcels."""
    return _offset(numbers, grid, grid.frame) if isinstance(grid.frame, RasterFrame) else None


def _offset(numbers: Numbers, grid: Grid, frame: RasterFrame) -> tuple[int, int] | None:
    """Rows and columns by which the raster's origin lies inside the grid's where both have the same cells,
    to one hundredth of a cell all over the grid; else None."""
    theirs, ours = numbers.transform, frame.transform
    if not same_crs(numbers.crs, grid.crs) or theirs.b or theirs.d:
        return None
    down, right = (theirs.f - ours.f) / ours.e, (theirs.c - ours.c) / ours.a
    stretch = (abs(theirs.e / ours.e - 1) * frame.shape[0], abs(theirs.a / ours.a - 1) * frame.shape[1])
    slips = abs(down - round(down)) + stretch[0], abs(right - round(right)) + stretch[1]
    return (round(down), round(right)) if max(slips) < ORIGIN_SLACK else None


def _tell_offset(
    numbers: Numbers,
    offset: tuple[int, int],
    grid: Grid,
    frame: RasterFrame,
    place: str,
    findings: Findings,
) -> None:
    theirs, ours = numbers.transform, frame.transform
    x, y = ours @ (offset[1], offset[0])
    slip = math.hypot((theirs.c - x) / ours.a, (theirs.f - y) / ours.e)
    if slip > 1e-5:
        distance = math.hypot(theirs.c - x, theirs.f - y)
        key = "raster.degrees" if grid.crs.is_geographic else "raster.metres"
        length = say(key, length=distance * (1 if grid.crs.is_geographic else metres_per_unit(grid.crs)))
        findings.note(
            place, say("raster.origin_off", length=length, share=slip), say("raster.origin_off_remedy")
        )
