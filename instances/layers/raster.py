"""Raster layers on the units: read cell by cell where the grids agree, else warped; averaged over parcels."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS
from rasterio.enums import Resampling
from rasterio.features import rasterize
from rasterio.io import DatasetReader
from rasterio.warp import reproject
from rasterio.windows import Window

from instances.layers.raster_files import bounds_of, crs_of, has_band, raster_file, read_numbers
from instances.study.findings import Findings
from instances.study.schema import LayerSource
from instances.units.cover import share_inside
from instances.units.datums import related
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
from instances.units.projecting import project

ORIGIN_SLACK = 0.01
"""Origins that differ by less than this share of a cell are taken as one and the same."""

LIKENESS_SLACK = 0.05
"""A layer without CRS whose origin differs by less than this share of a cell from that of the land cover,
and whose extent is the same, is taken to share its CRS."""

MARGIN_CELLS = 2
"""Cells read beyond the study area, for resampling at its border."""

RESAMPLING = {"average": Resampling.average, "majority": Resampling.mode, "nearest": Resampling.nearest}


class Piece(NamedTuple):
    """The part of a layer around the study area: ``numbers`` (rows, columns), NaN where it has no value."""

    numbers: NDArray[np.floating[Any]]
    transform: Affine
    crs: CRS


def raster_values(
    path: Path, source: LayerSource, grid: Grid, place: str, findings: Findings
) -> FloatArray | None:
    """(units,) the value of a raster on every unit, NaN where it has none; None, with findings, where it
    cannot be used."""
    values = None
    with raster_file(path, place, findings) as raster:
        if raster is not None and has_band(raster, source.band, place, findings):
            values = _values(raster, source, grid, place, findings)
    return values


def raster_share(
    path: Path, source: LayerSource, grid: Grid, place: str, findings: Findings
) -> FloatArray | None:
    """(units,) share of every unit on which a raster holds a value other than zero; None, with findings,
    where it cannot be used. What has no value counts as zero."""
    share = None
    with raster_file(path, place, findings) as raster:
        if raster is not None and has_band(raster, source.band, place, findings):
            share = _share(raster, source, grid, place, findings)
    return share


def _share(
    raster: DatasetReader, source: LayerSource, grid: Grid, place: str, findings: Findings
) -> FloatArray | None:
    crs = _crs(raster, source, grid, place, findings)
    if crs is None or not _near(raster, crs, grid, place, findings):
        return None
    frame = grid.frame
    offset = _offset(raster, crs, grid, frame) if isinstance(frame, RasterFrame) else None
    if offset is not None and isinstance(frame, RasterFrame):
        return _non_zero(_same_cells(raster, source.band, offset, frame)).astype(np.float64)
    piece = _piece(raster, source.band, crs, grid)
    piece = piece._replace(numbers=_non_zero(piece.numbers))
    if isinstance(frame, RasterFrame):
        known = _warped(piece, grid, frame, "average")
    else:
        known = _on_parcels(piece, grid, frame, "average")
    # An average is of the cells there are; what lies beyond the raster's edge counts as not inside.
    return np.nan_to_num(known) * share_inside(_extent(piece, grid), grid)


def _extent(piece: Piece, grid: Grid) -> NDArray[np.object_]:
    """The land that a piece of a raster covers, as a polygon in the CRS of the grid."""
    rows, columns = piece.numbers.shape
    corners = ((0, 0), (columns, 0), (columns, rows), (0, rows))
    outline = np.array([shapely.Polygon([piece.transform @ corner for corner in corners])], dtype=object)
    return project(outline, piece.crs, grid.crs)


def _non_zero(numbers: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """1 where there is a value other than zero, else 0."""
    return (np.isfinite(numbers) & (numbers != 0)).astype(np.float32)


def rule(source: LayerSource) -> str:
    """How a layer is brought onto the units: average, majority or nearest."""
    return source.resampling or ("average" if source.kind == "number" else "majority")


def _values(
    raster: DatasetReader, source: LayerSource, grid: Grid, place: str, findings: Findings
) -> FloatArray | None:
    crs = _crs(raster, source, grid, place, findings)
    if crs is None or not _near(raster, crs, grid, place, findings):
        return None
    if isinstance(grid.frame, ParcelFrame):
        return _on_parcels(_piece(raster, source.band, crs, grid), grid, grid.frame, rule(source))
    offset = _offset(raster, crs, grid, grid.frame)
    if offset is not None:
        _tell_offset(raster, offset, grid, grid.frame, place, findings)
        return _same_cells(raster, source.band, offset, grid.frame)
    return _warped(_piece(raster, source.band, crs, grid), grid, grid.frame, rule(source))


def _crs(
    raster: DatasetReader, source: LayerSource, grid: Grid, place: str, findings: Findings
) -> CRS | None:
    in_file = crs_of(raster)
    if in_file is None and source.crs is None and _like_grid(raster, grid):
        findings.warn(
            place,
            f"the file states no CRS; it has the land cover's extent, so {crs_name(grid.crs)} was taken",
            f'Confirm it with `crs = "{crs_name(grid.crs)}"`',
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
        f"lies wholly outside the land cover: {describe_bounds(theirs)} against {describe_bounds(ours)} "
        f"in {crs_name(crs)}",
        "Check its CRS and that it is the right file",
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


def _offset(raster: DatasetReader, crs: CRS, grid: Grid, frame: RasterFrame) -> tuple[int, int] | None:
    """Rows and columns by which the raster's origin lies inside the grid's where both have the same cells,
    to one hundredth of a cell all over the grid; else None."""
    theirs, ours = raster.transform, frame.transform
    if not same_crs(crs, grid.crs) or theirs.b or theirs.d:
        return None
    down, right = (theirs.f - ours.f) / ours.e, (theirs.c - ours.c) / ours.a
    stretch = (abs(theirs.e / ours.e - 1) * frame.shape[0], abs(theirs.a / ours.a - 1) * frame.shape[1])
    slips = abs(down - round(down)) + stretch[0], abs(right - round(right)) + stretch[1]
    return (round(down), round(right)) if max(slips) < ORIGIN_SLACK else None


def _tell_offset(
    raster: DatasetReader,
    offset: tuple[int, int],
    grid: Grid,
    frame: RasterFrame,
    place: str,
    findings: Findings,
) -> None:
    theirs, ours = raster.transform, frame.transform
    x, y = ours @ (offset[1], offset[0])
    slip = math.hypot((theirs.c - x) / ours.a, (theirs.f - y) / ours.e)
    if slip > 1e-5:
        distance = math.hypot(theirs.c - x, theirs.f - y)
        degrees = grid.crs.is_geographic
        length = f"{distance:.2g} degrees" if degrees else f"{distance * metres_per_unit(grid.crs):.2g} m"
        findings.note(
            place,
            f"its origin is off by {length}, {slip:.2%} of a cell",
            "Its cells were taken one for one",
        )


def _same_cells(raster: DatasetReader, band: int, offset: tuple[int, int], frame: RasterFrame) -> FloatArray:
    down, right = offset
    rows = max(down, 0), min(down + raster.height, frame.shape[0])
    columns = max(right, 0), min(right + raster.width, frame.shape[1])
    window = Window(columns[0] - right, rows[0] - down, columns[1] - columns[0], rows[1] - rows[0])
    numbers = read_numbers(raster, band, window)
    if numbers.shape == frame.shape:
        return numbers.ravel()[frame.cells].astype(np.float64, copy=False)
    image = np.full(frame.shape, np.nan, dtype=numbers.dtype)
    image[rows[0] : rows[1], columns[0] : columns[1]] = numbers
    return image.ravel()[frame.cells].astype(np.float64, copy=False)


def _piece(raster: DatasetReader, band: int, crs: CRS, grid: Grid) -> Piece:
    """The part of a raster that the study area needs."""
    whole = Window(0, 0, raster.width, raster.height)
    transform = raster.transform
    bounds = transformed_bounds(grid.frame.bounds, grid.crs, crs)
    if transform.b or transform.d or not all(math.isfinite(value) for value in bounds):
        return Piece(read_numbers(raster, band, whole), transform, crs)
    x = sorted((bounds[side] - transform.c) / transform.a for side in (0, 2))
    y = sorted((bounds[side] - transform.f) / transform.e for side in (1, 3))
    left, right = _clipped(x, raster.width)
    top, bottom = _clipped(y, raster.height)
    window = Window(left, top, right - left, bottom - top)
    return Piece(read_numbers(raster, band, window), transform @ Affine.translation(left, top), crs)


def _clipped(span: list[float], size: int) -> tuple[int, int]:
    start = min(max(math.floor(span[0]) - MARGIN_CELLS, 0), size - 1)
    return start, min(max(math.ceil(span[1]) + MARGIN_CELLS, start + 1), size)


def _warped(piece: Piece, grid: Grid, frame: RasterFrame, how: str) -> FloatArray:
    image = np.full(frame.shape, np.nan, dtype=piece.numbers.dtype)
    source, target = related(piece.crs, grid.crs)
    reproject(
        piece.numbers,
        image,
        src_transform=piece.transform,
        src_crs=source.to_wkt(),
        src_nodata=np.nan,
        dst_transform=frame.transform,
        dst_crs=target.to_wkt(),
        dst_nodata=np.nan,
        resampling=RESAMPLING[how],
    )
    return image.ravel()[frame.cells].astype(np.float64, copy=False)


def _on_parcels(piece: Piece, grid: Grid, frame: ParcelFrame, how: str) -> FloatArray:
    """Over each parcel the average, or the value that most of its cells have; parcels without a cell's centre
    in them take the cell that they lie on."""
    geometry = frame.geometry
    if not same_crs(piece.crs, grid.crs):
        geometry = project(geometry, grid.crs, piece.crs)
    on_spot = _at_points(piece, shapely.point_on_surface(geometry))
    if how == "nearest":
        return on_spot
    parcel = rasterize(
        zip(geometry, range(len(geometry)), strict=True),
        out_shape=piece.numbers.shape,
        transform=piece.transform,
        fill=-1,
        dtype="int32",
    )
    usable = (parcel >= 0) & np.isfinite(piece.numbers)
    of, value = parcel[usable], piece.numbers[usable].astype(np.float64)
    cells = np.bincount(of, minlength=len(geometry))
    if how == "average":
        total = np.bincount(of, weights=value, minlength=len(geometry))
        over = np.divide(total, cells, out=np.full(len(geometry), np.nan), where=cells > 0)
    else:
        over = _majority(of, value, len(geometry))
    return np.where(cells > 0, over, on_spot)


def _majority(of: NDArray[np.integer[Any]], value: FloatArray, count: int) -> FloatArray:
    """(count,) the value that occurs most in each group; of equally frequent ones the smallest."""
    values, place = np.unique(value, return_inverse=True)
    pair, cells = np.unique(of.astype(np.int64) * len(values) + place, return_counts=True)
    order = np.lexsort((-pair, cells))
    most = np.full(count, np.nan)
    most[pair[order] // max(len(values), 1)] = values[pair[order] % max(len(values), 1)]
    return most


def _at_points(piece: Piece, points: NDArray[np.object_]) -> FloatArray:
    inverse = ~piece.transform
    x, y = shapely.get_x(points), shapely.get_y(points)
    column = np.floor(inverse.a * x + inverse.b * y + inverse.c)
    row = np.floor(inverse.d * x + inverse.e * y + inverse.f)
    rows, columns = piece.numbers.shape
    inside = (row >= 0) & (row < rows) & (column >= 0) & (column < columns)
    values = np.full(len(points), np.nan)
    values[inside] = piece.numbers[row[inside].astype(np.intp), column[inside].astype(np.intp)]
    return values
