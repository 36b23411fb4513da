"""The polygons inside geometries of any kind: collections opened, lines and points left out."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

Geometries = NDArray[np.object_]
_SINGLE = 3  # types of shapely up to here (point, line, ring, polygon) hold no other geometry


def polygons_of(geometries: Geometries) -> tuple[Geometries, NDArray[np.intp]]:
    """The single polygons of geometries, and the position of the geometry that each is part of."""
    parts, of = shapely.get_parts(np.asarray(geometries, dtype=object), return_index=True)
    # A collection may hold multipolygons and further collections: opened until there is nothing to open.
    while (shapely.get_type_id(parts) > _SINGLE).any():
        parts, inner = shapely.get_parts(parts, return_index=True)
        of = of[inner]
    keep = (shapely.get_dimensions(parts) == 2) & ~shapely.is_empty(parts)
    return parts[keep], of[keep]


def polygonal(geometries: Geometries) -> Geometries:
    """The single polygons of geometries."""
    parts, _ = polygons_of(geometries)
    return parts
