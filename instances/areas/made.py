"""Districts that are made: living units of one size over the whole area, as squares or hexagons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray

from instances.areas.tiles import Index, Tiles
from instances.units.cover import owner
from instances.units.georeference import centre_degrees, metres_per_unit
from instances.units.grid import FloatArray, Grid, RasterFrame

DEGREE_M = 111_320.0
"""Metres in a degree of the equator; a degree of longitude is shorter by the cosine of its latitude."""
MOST = 20_000
"""Tiles of one division: each is a district of every limit."""


@dataclass(frozen=True, eq=False)
class Made:
    """Districts that were made: ``member`` (units,) the tile of every unit; of each tile its name (column
    letters and row number from the north-west, as on a map sheet) and outline in the CRS of the grid."""

    names: tuple[str, ...]
    member: NDArray[np.int32]
    outlines: NDArray[np.object_]


class TooMany(Exception):
    """More tiles than a division may have: ``count``, or as many as would cover the area."""

    def __init__(self, count: int) -> None:
        self.count = count
        super().__init__(count)


def made_districts(tiles: Tiles, grid: Grid, inside: NDArray[np.bool_]) -> Made:
    """The tiles that hold land, and the tile of every unit; -1 for units not ``inside`` (units,).

    A raster cell belongs to the tile at its centre, a parcel to the one that holds most of it. ``TooMany``
    where more than ``MOST`` tiles would be districts.
    """
    scale = _metres(grid)
    left, bottom, right, top = grid.frame.bounds
    across = (right - left) * scale[0] / tiles.side_m, (top - bottom) * scale[1] / tiles.side_m
    if not np.isfinite(across).all() or max(across) > 1e6:
        raise TooMany(int(min(1e15, across[0] * across[1])))
    column, row = _tile_of_units(tiles, grid, scale)
    member = np.full(len(grid), -1, dtype=np.int32)
    if not inside.any():
        return Made((), member, np.empty(0, dtype=object))
    keys = np.stack([-row[inside], column[inside]], axis=1)  # from the north-west, row by row
    held, position = np.unique(keys, axis=0, return_inverse=True)
    if len(held) > MOST:
        raise TooMany(len(held))
    member[inside] = position.ravel()
    columns, rows = held[:, 1], -held[:, 0]
    names = tuple(
        f"{letters(int(x))}{int(y)}"
        for x, y in zip(columns - columns.min(), rows.max() - rows + 1, strict=True)
    )
    return Made(names, member, _in_crs(tiles.outline(columns, rows), scale))


def _tile_of_units(tiles: Tiles, grid: Grid, scale: tuple[float, float]) -> tuple[Index, Index]:
    """(column, row) of the tile of every unit."""
    frame = grid.frame
    if isinstance(frame, RasterFrame):
        x, y = _centres(frame)
        return tiles.at(x * scale[0], y * scale[1])
    left, bottom, right, top = frame.bounds
    low, high = (
        tiles.at(*(np.array([each * s]) for each, s in zip(corner, scale, strict=True)))
        for corner in ((left, bottom), (right, top))
    )
    columns = np.arange(int(low[0][0]) - 1, int(high[0][0]) + 2)
    rows = np.arange(int(low[1][0]) - 1, int(high[1][0]) + 2)
    if len(columns) * len(rows) > 50 * MOST:
        raise TooMany(len(columns) * len(rows))
    column, row = (part.ravel() for part in np.meshgrid(columns, rows))
    holder = owner(_in_crs(tiles.outline(column, row), scale), grid)
    return column[holder], row[holder]


def _centres(frame: RasterFrame) -> tuple[FloatArray, FloatArray]:
    """(x, y) of the centre of every cell in the CRS of the grid."""
    row, column = np.divmod(frame.cells.astype(np.int64), frame.shape[1])
    moved = frame.transform @ Affine.translation(0.5, 0.5)
    return moved.a * column + moved.b * row + moved.c, moved.d * column + moved.e * row + moved.f


def _metres(grid: Grid) -> tuple[float, float]:
    """Metres in one unit of x and of y of the CRS, in the middle of the area where those are degrees."""
    if grid.crs.is_geographic:
        _, latitude = centre_degrees(grid.crs, grid.frame.bounds)
        return DEGREE_M * float(np.cos(np.radians(latitude))), DEGREE_M
    metres = metres_per_unit(grid.crs)
    return metres, metres


def _in_crs(polygons: NDArray[np.object_], scale: tuple[float, float]) -> NDArray[np.object_]:
    """Polygons in metres in the CRS of the grid."""
    return np.asarray(shapely.transform(polygons, lambda points: points / np.array(scale)), dtype=object)


def letters(number: int) -> str:
    """Letters for a column, counted from 0: A to Z, AA, AB."""
    found = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(ord("A") + rest) + found
    return found
