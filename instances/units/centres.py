"""Where units lie: the middle of every cell or parcel, and of groups of pixels on an image."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from instances.units.grid import FloatArray, Grid, ParcelFrame


def middles(grid: Grid) -> FloatArray:
    """(units, 2) the middle of every unit, in the CRS of the grid."""
    if isinstance(grid.frame, ParcelFrame):
        return shapely.get_coordinates(shapely.centroid(grid.frame.geometry))
    row, column = np.divmod(grid.frame.cells, grid.frame.shape[1])
    place = grid.frame.transform
    x = place.c + place.a * (column + 0.5) + place.b * (row + 0.5)
    y = place.f + place.d * (column + 0.5) + place.e * (row + 0.5)
    return np.stack([x, y], axis=1)


def inner_points(group: NDArray[np.integer], count: int) -> FloatArray:
    """(count, 2) for each group of an image (rows, columns) the pixel of it that is nearest to its middle, as
    column and row; NaN for groups that are not on it. Numbers below 0 are of no group."""
    rows, columns = np.nonzero(group >= 0)
    of = group[rows, columns].astype(np.int64)
    size = np.bincount(of, minlength=count)
    found = np.full((count, 2), np.nan)
    if not len(of):
        return found
    mean = [np.bincount(of, weights=each, minlength=count) / np.maximum(size, 1) for each in (columns, rows)]
    away = (columns - mean[0][of]) ** 2 + (rows - mean[1][of]) ** 2
    order = np.lexsort((away, of))
    first = order[np.flatnonzero(np.diff(of[order], prepend=-1))]
    found[of[first]] = np.column_stack([columns[first] + 0.5, rows[first] + 0.5])
    return found
