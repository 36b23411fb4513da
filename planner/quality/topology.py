"""Topology of the polygons of a layer: self-intersections, overlaps, gaps, holes, slivers and thin pieces.

Overlaps and gaps are faces of the layer's own linework: its borders are noded once and their faces counted by
how many polygons hold a point of each (two or more: an overlap, none: a gap). That takes a search a face,
however many neighbours a polygon has, and gives the areas exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from instances.units.grid import FloatArray

TOLERANCE_M = 1e-3
"""Mean width in m below which a face is rounding of coordinates: geodatabases keep tenths of a mm."""
THIN_M = 1.0
"""Mean width in m below which a polygon is no piece of land that anybody could walk on."""


@dataclass(frozen=True, eq=False)
class Faces:
    """Faces of a layer's linework that belong to no polygon or to several: their areas in m²."""

    overlaps: FloatArray
    gaps: FloatArray


def broken(polygons: NDArray[np.object_]) -> NDArray[np.bool_]:
    """(polygons,) True for outlines that cross or touch themselves where they must not, or are empty."""
    found: NDArray[np.bool_] = ~shapely.is_valid(polygons) | shapely.is_empty(polygons)
    return found | shapely.is_missing(polygons)


def mean_width(polygons: NDArray[np.object_]) -> FloatArray:
    """(polygons,) the mean width, in units of their coordinates: twice the area through the length of the
    outline, which is the width of a long rectangle."""
    length = shapely.length(polygons)
    width: FloatArray = 2 * shapely.area(polygons) / np.where(length > 0, length, 1.0)
    return width


def faces(polygons: NDArray[np.object_]) -> Faces:
    """The faces of sound polygons, in metres, that are no land of one polygon alone."""
    if not len(polygons):
        return Faces(np.zeros(0), np.zeros(0))
    lines = shapely.union_all(shapely.boundary(polygons))
    found = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    points = shapely.point_on_surface(found)
    _, point = shapely.STRtree(points).query(polygons, predicate="contains_properly")
    held = np.bincount(point, minlength=len(found))
    area, real = shapely.area(found), mean_width(found) > TOLERANCE_M
    # what lies around all polygons is no face; a hole that nothing fills is one
    return Faces(area[(held > 1) & real], area[(held == 0) & real])
