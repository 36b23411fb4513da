"""Geometries brought from one CRS into another, their long edges bent along.

An edge is straight in the CRS it was drawn in. In another CRS it bends, and its corners alone would leave
a chord: the parallel that bounds a province would lie kilometres from where it is. Edges are therefore cut
where their middle parts would lie further than ``TOLERANCE_M`` from it, and nowhere else.
"""

from __future__ import annotations

import math

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from instances.units.datums import WGS84, transformer
from instances.units.georeference import (
    WIDEST_ZONE,
    metres_per_unit,
    same_crs,
    transformed_bounds,
)

Geometries = NDArray[np.object_]
FloatArray = NDArray[np.float64]

TOLERANCE_M = 0.01
"""Metres by which the pieces of an edge may lie beside the edge itself."""

METRES_PER_DEGREE = 111_000.0
STRAIGHT_M = 100.0
"""Edges shorter than this bend by less than the tolerance but next to a pole, and are not looked at."""

PLACES = (0.3, 0.6)
"""Places of an edge that are compared with its chord; with the middle alone an edge that bends one way and
then the other would seem straight."""

BEYOND_ZONE, MOST_LATITUDE = 24.0, 89.0
"""Degrees beyond the area of use of a zone's CRS that are kept of land which reaches further, and the
latitude up to which."""

ROUNDS, FORESEEN = 4, 8
"""Times that edges are cut and looked at again, and the number of pieces up to which the bend of an edge says
well enough how many it needs."""

MOST_PIECES, MOST_CORNERS = 4_096, 20_000_000
"""Pieces that an edge is cut into in one round, and corners of a layer that no cut is to exceed: near a pole
or the edge of a projection an edge bends without end."""


def project(geometry: Geometries, source: CRS, target: CRS) -> Geometries:
    """Geometries of one CRS in another, x first on both sides, to ``TOLERANCE_M``; infinite coordinates where
    the target has no such place. The same geometries where both CRS are one.

    Raises ``ProjError`` where the two cannot be related.
    """
    if same_crs(source, target):
        return geometry
    turn = transformer(source, target)
    geometry = _near(geometry, source, target)
    cut = _cut(geometry, turn, source, target)
    projected = _carried(cut, turn)
    more = shapely.get_num_coordinates(cut) > shapely.get_num_coordinates(geometry)
    astray = more & ~_finite(projected)
    if astray.any():  # pieces of an edge without a place in the target: its corners may have one
        projected[astray] = _carried(geometry[astray], turn)
    return projected


def _near(geometry: Geometries, source: CRS, target: CRS) -> Geometries:
    """The geometries with what lies far beyond the zone of a target cut off: a zone's projection has no place
    for the other side of the Earth, and would lose land that reaches there and here. What lies wholly
    beyond stays as it is."""
    area = target.area_of_use
    if area is None or area.east - area.west > WIDEST_ZONE:
        return geometry
    low, high = max(area.south - BEYOND_ZONE, -MOST_LATITUDE), min(area.north + BEYOND_ZONE, MOST_LATITUDE)
    around = (area.west - BEYOND_ZONE, low, area.east + BEYOND_ZONE, high)
    if not -180 <= around[0] < around[2] <= 180:
        return geometry
    box = transformed_bounds(around, WGS84, source)
    left, bottom, right, top = shapely.bounds(geometry).T
    far = (left < box[0]) | (bottom < box[1]) | (right > box[2]) | (top > box[3])
    far[far] = shapely.is_valid(geometry[far])
    if not far.any():
        return geometry
    near = geometry.copy()
    near[far] = shapely.intersection(geometry[far], shapely.box(*box))
    return np.where(shapely.is_empty(near), geometry, near)


def _carried(geometry: Geometries, turn: Transformer) -> Geometries:
    carried: Geometries = shapely.transform(geometry, lambda xy: _turned(xy, turn))
    return carried


def _finite(geometry: Geometries) -> NDArray[np.bool_]:
    """(geometries,) True where all coordinates are numbers."""
    points, of = shapely.get_coordinates(geometry, return_index=True)
    finite = np.ones(len(geometry), dtype=bool)
    finite[of[~np.isfinite(points).all(axis=1)]] = False
    return finite


def _turned(points: FloatArray, turn: Transformer) -> FloatArray:
    return np.column_stack(turn.transform(points[:, 0], points[:, 1]))


def _cut(geometry: Geometries, turn: Transformer, source: CRS, target: CRS) -> Geometries:
    """The geometries with their edges cut, in their own CRS, where the other would bend them."""
    tolerance, straight = TOLERANCE_M / _metres(target), STRAIGHT_M / _metres(source)
    left, bottom, right, top = shapely.bounds(geometry).T
    open_ones = np.flatnonzero(
        np.hypot(right - left, top - bottom) > straight
    )  # points and the empty are not
    if not len(open_ones):
        return geometry
    cut = geometry.copy()
    corners = int(shapely.get_num_coordinates(geometry).sum())
    for _ in range(ROUNDS):
        longest, pieces, added = _pieces(cut[open_ones], turn, tolerance, straight)
        bent = pieces > 1
        corners += added
        if not bent.any() or corners > MOST_CORNERS:
            break
        cut[open_ones[bent]] = shapely.segmentize(cut[open_ones[bent]], longest[bent])
        open_ones = open_ones[pieces > FORESEEN]
    return cut


def _metres(crs: CRS) -> float:
    """About how many metres a unit of a CRS's coordinates has, at most."""
    return METRES_PER_DEGREE if crs.is_geographic else metres_per_unit(crs)


def _pieces(
    geometry: Geometries, turn: Transformer, tolerance: float, straight: float
) -> tuple[FloatArray, FloatArray, int]:
    """(geometries,) how long an edge of each may be, infinite where none bends, (geometries,) the most pieces
    that one of its edges needs, and the corners that adds in all.

    Lengths are in the CRS of the geometries, ``tolerance`` in the other; edges up to ``straight`` are passed
    over.
    """
    start, end, of = edges(geometry)
    length = np.hypot(*(end - start).T)
    seen = length > straight
    start, end, of, length = start[seen], end[seen], of[seen], length[seen]
    bend = _bend(start, end, turn)
    wanted = np.clip(np.ceil(np.sqrt(bend / tolerance)), 1, MOST_PIECES)
    longest, pieces = np.full(len(geometry), math.inf), np.ones(len(geometry))
    bent = wanted > 1
    np.minimum.at(longest, of[bent], length[bent] / wanted[bent])
    np.maximum.at(pieces, of[bent], wanted[bent])
    return longest, pieces, int(np.floor(length / longest[of]).sum())


def _bend(start: FloatArray, end: FloatArray, turn: Transformer) -> FloatArray:
    """(edges,) how far the edges lie from their chords in the other CRS; 0 where it has no such places."""
    first, last = _turned(start, turn), _turned(end, turn)
    bend = np.zeros(len(start))
    with np.errstate(invalid="ignore"):
        for part in PLACES:
            chord = first + (last - first) * part
            off = np.hypot(*(_turned(start + (end - start) * part, turn) - chord).T)
            bend = np.fmax(bend, np.where(np.isfinite(off), off, 0.0))
    return bend


def edges(geometry: Geometries) -> tuple[FloatArray, FloatArray, NDArray[np.intp]]:
    """(edges, 2) start and (edges, 2) end of every edge of lines and polygons, and (edges,) the geometry that
    each is of."""
    parts, of_part = shapely.get_parts(geometry, return_index=True)
    while (shapely.get_type_id(parts) > shapely.GeometryType.POLYGON).any():
        parts, inner = shapely.get_parts(parts, return_index=True)
        of_part = of_part[inner]
    areal = shapely.get_dimensions(parts) == 2
    rings, of_ring = shapely.get_rings(parts[areal], return_index=True)
    lines = np.concatenate([parts[~areal], rings])
    of_line = np.concatenate([of_part[~areal], of_part[areal][of_ring]])
    points, line = shapely.get_coordinates(lines, return_index=True)
    joined = line[:-1] == line[1:]
    return points[:-1][joined], points[1:][joined], of_line[line[:-1][joined]]
