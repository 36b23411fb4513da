"""Numbers of a raster on units, strip by strip: cell by cell, warped, or gathered over parcels."""

from __future__ import annotations

import math

import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS
from rasterio.enums import Resampling
from rasterio.features import rasterize
from rasterio.warp import reproject
from rasterio.windows import Window

from instances.layers.bands import Image, Numbers, strips
from instances.units.datums import related, transformer
from instances.units.georeference import Bounds, same_crs, transformed_bounds
from instances.units.grid import FloatArray, Grid, ParcelFrame, RasterFrame
from instances.units.projecting import project

MARGIN_CELLS = 2
"""Cells read beyond the study area, for resampling at its border."""

POINTS_A_SIDE = 101
"""Points along each side of a strip that are brought into the CRS of a raster to find its cells there."""

RESAMPLING = {"average": Resampling.average, "majority": Resampling.mode, "nearest": Resampling.nearest}


def same_cells(numbers: Numbers, offset: tuple[int, int], frame: RasterFrame) -> FloatArray:
    """(units,) the number of every unit's own cell; ``offset`` rows and columns by which the raster's origin
    lies inside the grid's."""
    down, right = offset
    rows, columns = numbers.shape
    first, last = max(right, 0), min(right + columns, frame.shape[1])
    values = np.full(len(frame.cells), np.nan)
    for top, bottom in strips(*frame.shape):
        units, place = _units_of_rows(frame, top, bottom)
        above, below = max(down, top), min(down + rows, bottom)
        if units.start == units.stop or above >= below or first >= last:
            continue
        image = np.full((bottom - top, frame.shape[1]), np.nan)
        window = Window(first - right, above - down, last - first, below - above)
        image[above - top : below - top, first:last] = numbers.read(window)
        values[units] = image.ravel()[place]
    return values


def warped(numbers: Numbers, grid: Grid, frame: RasterFrame, how: str) -> FloatArray:
    """(units,) the numbers of a raster brought onto the cells of the grid by ``average``, ``majority`` or
    ``nearest``, NaN where there are none."""
    values = np.full(len(frame.cells), np.nan)
    whole = window_of(numbers, frame.bounds, grid.crs)
    source, target = related(numbers.crs, grid.crs)
    # Strips of the grid of which each needs a modest number of the raster's cells.
    needed = max(whole.width * whole.height, frame.shape[0] * frame.shape[1])
    for top, bottom in strips(frame.shape[0], math.ceil(needed / frame.shape[0])):
        units, place = _units_of_rows(frame, top, bottom)
        if units.start == units.stop:
            continue
        transform = frame.transform @ Affine.translation(0, top)
        shape = bottom - top, frame.shape[1]
        window = _window_of_cells(numbers, shape, transform, grid.crs)
        if window is None:
            continue
        piece = numbers.read(window)
        image = np.full(shape, np.nan, dtype=piece.dtype)
        reproject(
            piece,
            image,
            src_transform=_moved(numbers, window),
            src_crs=source.to_wkt(),
            src_nodata=np.nan,
            dst_transform=transform,
            dst_crs=target.to_wkt(),
            dst_nodata=np.nan,
            resampling=RESAMPLING[how],
        )
        values[units] = image.ravel()[place]
    return values


def on_parcels(numbers: Numbers, grid: Grid, frame: ParcelFrame, how: str) -> FloatArray:
    """(units,) over each parcel the average, or the value that most of its cells have; parcels without a
    cell's centre in them take the cell that they lie on."""
    geometry = frame.geometry
    if not same_crs(numbers.crs, grid.crs):
        geometry = project(geometry, grid.crs, numbers.crs)
    count = len(geometry)
    on_spot, total, cells = np.full(count, np.nan), np.zeros(count), np.zeros(count)
    pairs: list[tuple[NDArray[np.int64], FloatArray, NDArray[np.int64]]] = []
    whole = window_of(numbers, frame.bounds, grid.crs)
    bounds, points = shapely.bounds(geometry), shapely.point_on_surface(geometry)
    for top, bottom in strips(whole.height, whole.width):
        window = Window(whole.col_off, whole.row_off + top, whole.width, bottom - top)
        piece, transform = numbers.read(window), _moved(numbers, window)
        _at_points(piece, numbers.transform, window, points, on_spot)
        near = np.flatnonzero(_meets(bounds, piece.shape, transform))
        if how == "nearest" or not len(near):
            continue
        inside, value = _cells_in(piece, transform, geometry[near])
        of = near[inside]
        cells += np.bincount(of, minlength=count)
        if how == "average":
            total += np.bincount(of, weights=value, minlength=count)
        else:
            pairs.append(_counted(of, value))
    if how == "nearest":
        return on_spot
    if how == "average":
        over = np.divide(total, cells, out=np.full(count, np.nan), where=cells > 0)
    else:
        over = _majority(pairs, count)
    return np.where(cells > 0, over, on_spot)


def window_of(numbers: Numbers, bounds: Bounds, crs: CRS) -> Window:
    """The part of a raster around a box of another CRS (or its own); all of it where that cannot be told."""
    there = transformed_bounds(bounds, crs, numbers.crs)
    if not all(math.isfinite(value) for value in there):
        return Window(0, 0, numbers.shape[1], numbers.shape[0])
    left, bottom, right, top = there
    corners = np.array([left, left, right, right]), np.array([bottom, top, bottom, top])
    return _window_around(numbers, *corners)


def _window_of_cells(numbers: Numbers, shape: tuple[int, int], transform: Affine, crs: CRS) -> Window | None:
    """The part of a raster under cells of another; None where it has none there, all of it where that
    cannot be told."""
    rows, columns = shape
    along, down = np.linspace(0, columns, POINTS_A_SIDE), np.linspace(0, rows, POINTS_A_SIDE)
    column = np.concatenate([along, along, np.zeros(len(down)), np.full(len(down), columns)])
    row = np.concatenate([np.zeros(len(along)), np.full(len(along), rows), down, down])
    x = transform.a * column + transform.b * row + transform.c
    y = transform.d * column + transform.e * row + transform.f
    if not same_crs(crs, numbers.crs):
        x, y = transformer(crs, numbers.crs).transform(x, y)
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        return Window(0, 0, numbers.shape[1], numbers.shape[0])
    inverse = ~numbers.transform
    across = inverse.a * x + inverse.b * y + inverse.c
    downward = inverse.d * x + inverse.e * y + inverse.f
    beside = across.max() < -MARGIN_CELLS or across.min() > numbers.shape[1] + MARGIN_CELLS
    above = downward.max() < -MARGIN_CELLS or downward.min() > numbers.shape[0] + MARGIN_CELLS
    return None if beside or above else _window_around(numbers, x, y)


def _window_around(numbers: Numbers, x: FloatArray, y: FloatArray) -> Window:
    """The cells of a raster around points in its CRS, a few more on each side."""
    inverse = ~numbers.transform
    left, right = _clipped(inverse.a * x + inverse.b * y + inverse.c, numbers.shape[1])
    top, bottom = _clipped(inverse.d * x + inverse.e * y + inverse.f, numbers.shape[0])
    return Window(left, top, right - left, bottom - top)


def _clipped(span: FloatArray, size: int) -> tuple[int, int]:
    start = min(max(math.floor(span.min()) - MARGIN_CELLS, 0), size - 1)
    return start, min(max(math.ceil(span.max()) + MARGIN_CELLS, start + 1), size)


def _moved(numbers: Numbers, window: Window) -> Affine:
    """The transform of a window of a raster."""
    return numbers.transform @ Affine.translation(window.col_off, window.row_off)


def _units_of_rows(frame: RasterFrame, top: int, bottom: int) -> tuple[slice, NDArray[np.intp]]:
    """The units in rows ``top`` to ``bottom`` (they are in row-major order), and their positions there."""
    columns = frame.shape[1]
    first, last = np.searchsorted(frame.cells, [top * columns, bottom * columns])
    return slice(int(first), int(last)), frame.cells[first:last].astype(np.intp) - top * columns


def _meets(bounds: FloatArray, shape: tuple[int, ...], transform: Affine) -> NDArray[np.bool_]:
    """True for boxes (any number, left bottom right top) that may share land with an image."""
    rows, columns = shape
    corners = [transform @ corner for corner in ((0, 0), (columns, 0), (0, rows), (columns, rows))]
    x, y = zip(*corners, strict=True)
    beside = (bounds[:, 2] < min(x)) | (bounds[:, 0] > max(x))
    meets: NDArray[np.bool_] = ~(beside | (bounds[:, 3] < min(y)) | (bounds[:, 1] > max(y)))
    return meets


def _cells_in(
    piece: Image, transform: Affine, geometry: NDArray[np.object_]
) -> tuple[NDArray[np.int32], FloatArray]:
    """Cells with a value whose centre lies in a parcel: the parcel's position, and the value."""
    parcel = rasterize(
        zip(geometry, range(len(geometry)), strict=True),
        out_shape=piece.shape,
        transform=transform,
        fill=-1,
        dtype="int32",
    )
    usable = (parcel >= 0) & np.isfinite(piece)
    return parcel[usable], piece[usable].astype(np.float64)


def _counted(
    of: NDArray[np.integer], value: FloatArray
) -> tuple[NDArray[np.int64], FloatArray, NDArray[np.int64]]:
    """Different pairs of group and value, and how often each occurs."""
    values, place = np.unique(value, return_inverse=True)
    pair, times = np.unique(of.astype(np.int64) * max(len(values), 1) + place, return_counts=True)
    return pair // max(len(values), 1), values[pair % max(len(values), 1)], times


def _majority(pairs: list[tuple[NDArray[np.int64], FloatArray, NDArray[np.int64]]], count: int) -> FloatArray:
    """(count,) the value that occurs most in each group; of equally frequent ones the smallest."""
    most = np.full(count, np.nan)
    if not pairs:
        return most
    of, value, times = (np.concatenate(part) for part in zip(*pairs, strict=True))
    values, place = np.unique(value, return_inverse=True)
    pair, position = np.unique(of * max(len(values), 1) + place, return_inverse=True)
    cells = np.bincount(position, weights=times, minlength=len(pair))
    order = np.lexsort((-pair, cells))
    most[pair[order] // max(len(values), 1)] = values[pair[order] % max(len(values), 1)]
    return most


def _at_points(
    piece: Image, transform: Affine, window: Window, points: NDArray[np.object_], values: FloatArray
) -> None:
    """Put the numbers of a window of a raster at the points that lie in it into ``values`` (points,)."""
    inverse = ~transform
    x, y = shapely.get_x(points), shapely.get_y(points)
    column = np.floor(inverse.a * x + inverse.b * y + inverse.c) - window.col_off
    row = np.floor(inverse.d * x + inverse.e * y + inverse.f) - window.row_off
    rows, columns = piece.shape
    inside = (row >= 0) & (row < rows) & (column >= 0) & (column < columns)
    values[inside] = piece[row[inside].astype(np.intp), column[inside].astype(np.intp)]
