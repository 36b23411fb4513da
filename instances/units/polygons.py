"""Polygons: those inside geometries of any kind, lines and points left out, and those made of rings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain

import numpy as np
import shapely
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
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


Rings = Sequence[Sequence[tuple[float, float]]]
"""The rings of a polygon as points, the outer one first."""


def polygons_from(
    outlines: Sequence[Rings], place: Callable[[FloatArray], FloatArray] = lambda points: points
) -> Geometries:
    """Polygons out of lists of rings of points, in one call instead of one object at a time; ``place`` moves
    points (n, 2)."""
    rings = list(chain.from_iterable(outlines))
    points = np.fromiter(chain.from_iterable(chain.from_iterable(rings)), dtype=float).reshape(-1, 2)
    ring_ends = np.cumsum([0, *map(len, rings)])
    outline_ends = np.cumsum([0, *map(len, outlines)])
    made: Geometries = shapely.from_ragged_array(
        shapely.GeometryType.POLYGON, place(points), (ring_ends, outline_ends)
    )
    return made
