"""Where units lie: the middle of every cell or parcel."""

from __future__ import annotations

import numpy as np
import shapely

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
