"""Measures of red lines and districts on the ground: areas in ha, sizes of cells in metres."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from instances.units.grid import FloatArray, Grid, RasterFrame
from instances.units.gridding import cell_measures
from instances.units.parcels import in_metres


def hectares(geometries: NDArray[np.object_], grid: Grid) -> FloatArray:
    """Area in ha of geometries in the CRS of the grid."""
    area: FloatArray = shapely.area(in_metres(geometries, grid.crs, grid.frame.bounds)) / 1e4
    return area


def cell_metres(grid: Grid, frame: RasterFrame) -> tuple[float, float]:
    """(height, width) of a cell in metres, in the middle row where cells are degrees."""
    _, height, width = cell_measures(frame.transform, grid.crs, frame.shape[0])
    middle = frame.shape[0] // 2
    return float(height[middle]), float(width[middle])
