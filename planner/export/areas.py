"""Planar and ellipsoidal areas side by side: surveys count on the ellipsoid, plans on the map."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray

from instances.units.georeference import Bounds, local_equal_area
from instances.units.grid import FloatArray, Grid
from instances.units.parcels import in_metres
from instances.units.projecting import project
from planner.export.layer import Layer

STRAIGHT_M = 1_000.0
"""Sides longer than this are divided before they are carried to another projection, where they bend."""


def planar_ha(geometry: NDArray[np.object_], grid: Grid) -> FloatArray | None:
    """(polygons,) areas in ha in the plane of the grid's CRS; None where that CRS has no plane (degrees)."""
    if grid.crs.is_geographic:
        return None
    area: FloatArray = shapely.area(in_metres(geometry, grid.crs, grid.frame.bounds)) / 1e4
    return area


def ellipsoidal_ha(geometry: NDArray[np.object_], grid: Grid) -> FloatArray:
    """(polygons,) areas in ha on the ellipsoid of the grid's CRS, by an equal-area projection of it.

    Sides are straight lines of the CRS, as they are drawn; within a province the result is that of geodesics
    to six digits and more.
    """
    bounds: Bounds = grid.frame.bounds
    if grid.crs.is_geographic:
        longest = STRAIGHT_M / 111_000
    else:
        longest = STRAIGHT_M / float(grid.crs.axis_info[0].unit_conversion_factor)
    divided = shapely.segmentize(geometry, longest)
    area: FloatArray = shapely.area(project(divided, grid.crs, local_equal_area(grid.crs, bounds))) / 1e4
    return area


def with_both_areas(layer: Layer, grid: Grid) -> Layer:
    """A layer with the fields ``ellipsoidal_ha`` and, where the CRS has a plane, ``planar_ha``."""
    if not layer.has_geometry:
        return layer
    table = layer.table.copy(deep=False)
    geometry = table.geometry.to_numpy()
    flat = planar_ha(geometry, grid)
    if flat is not None:
        table["planar_ha"] = flat
    table["ellipsoidal_ha"] = ellipsoidal_ha(geometry, grid)
    return replace(layer, table=table)
