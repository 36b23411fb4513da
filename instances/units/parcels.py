"""Parcels (图斑) as units: areas, neighbours and shared borders, also where borders do not quite meet."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from instances.study.findings import Findings
from instances.units.georeference import Bounds, local_equal_area, metres_per_unit
from instances.units.grid import Edges, FloatArray, Grid, ParcelFrame
from instances.units.gridding import warn_distorted
from instances.units.projecting import project
from words.said import say

OVERLAP_M2 = 1.0
"""Overlaps of two parcels smaller than this many square metres are not told."""

PAIRS_AT_ONCE = 20_000
"""Pairs of parcels measured at a time, so that memory stays modest."""

Geometries = NDArray[np.object_]


def parcel_grid(
    geometry: Geometries, ids: NDArray[np.object_], crs: CRS, snap_m: float, place: str, findings: Findings
) -> Grid | None:
    """The units of a parcel layer.

    ``geometry`` (units,) valid polygons, ``ids`` (units,) their identifiers. Areas are planar in a
    projected CRS and ellipsoidal in a geographic one. Borders closer than ``snap_m`` count as shared, see
    ``shared_borders``. Parcels that overlap are told with their number and area. None without a parcel.
    """
    if not len(geometry):
        findings.error(place, say("vector_parcels.none"), say("vector_parcels.check_file"))
        return None
    frame = ParcelFrame(geometry, ids)
    metric = in_metres(geometry, crs, frame.bounds)
    area_ha = shapely.area(metric) / 1e4
    if not crs.is_geographic:
        warn_distorted(crs, frame.bounds, place, findings)
    first, second = near_pairs(metric, snap_m)
    _tell_overlaps(metric, first, second, ids, place, findings)
    edges = shared_borders(metric, first, second, snap_m)
    _tell_gaps(metric, edges, snap_m, place, findings)
    return Grid(crs, area_ha, edges, frame, "ellipsoidal" if crs.is_geographic else "planar")


def in_metres(geometry: Geometries, crs: CRS, bounds: Bounds) -> Geometries:
    """Geometries in metres: as they are in a metric CRS, scaled from other linear units, and in a local
    equal-area CRS (so that areas are ellipsoidal) from degrees."""
    if not crs.is_geographic:
        unit = metres_per_unit(crs)
        return geometry if unit == 1.0 else shapely.transform(geometry, lambda xy: xy * unit)
    return project(geometry, crs, local_equal_area(crs, bounds))


def widen(geometry: Geometries, metres: float, crs: CRS) -> Geometries:
    """Geometries widened (or, negative, narrowed) by so many metres, in their own CRS."""
    if metres == 0 or not len(geometry):
        return geometry
    if not crs.is_geographic:
        wider: Geometries = shapely.buffer(geometry, metres / metres_per_unit(crs))
        return wider
    left, bottom, right, top = shapely.total_bounds(geometry)
    local = local_equal_area(crs, (left, bottom, right, top))
    return project(shapely.buffer(project(geometry, crs, local), metres), local, crs)


def near_pairs(geometry: Geometries, distance: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs of geometries (first < second, sorted) that touch, overlap, or lie within a distance."""
    tree = shapely.STRtree(geometry)
    if distance > 0:
        one, other = tree.query(geometry, predicate="dwithin", distance=distance)
    else:
        one, other = tree.query(geometry, predicate="intersects")
    once = one < other
    order = np.lexsort((other[once], one[once]))
    return one[once][order], other[once][order]


def shared_borders(
    geometry: Geometries, first: NDArray[np.intp], second: NDArray[np.intp], snap_m: float
) -> Edges:
    """The length of border that each pair of parcels shares; pairs without one are left out.

    Drawn parcels seldom share an edge exactly, so the border of A shared with B is the part of A's
    boundary within ``snap_m`` of B, less ``snap_m`` for each loose end of that part: there A already
    turns away from B. The pair's length is the mean of both sides. Borders shorter than 2 ``snap_m``
    cannot be told from corners that meet, and do not count. With ``snap_m = 0`` only boundaries that
    coincide (or overlap) count.
    """
    boundary = shapely.boundary(geometry)
    wider = geometry
    if snap_m > 0:  # dense outlines make buffers slow, and snapping asks for no hundredth of its distance
        wider = shapely.buffer(shapely.simplify(geometry, snap_m / 100), snap_m, quad_segs=1)
    length = np.zeros(len(first))
    for start in range(0, len(first), PAIRS_AT_ONCE):
        part = slice(start, start + PAIRS_AT_ONCE)
        a, b = first[part], second[part]
        length[part] = (_within(boundary[a], wider[b], snap_m) + _within(boundary[b], wider[a], snap_m)) / 2
    shared = length > max(1e-3, 2 * snap_m)
    return Edges(
        first[shared].astype(np.int32), second[shared].astype(np.int32), length[shared].astype(np.float32)
    )


def _within(boundary: Geometries, wider: Geometries, snap_m: float) -> FloatArray:
    """(pairs,) length of the boundaries inside the other parcel's surroundings, less ``snap_m`` for each
    loose end."""
    inside = shapely.intersection(boundary, wider)
    length: FloatArray = shapely.length(inside)
    if snap_m > 0:
        ends = shapely.get_num_coordinates(shapely.boundary(shapely.line_merge(_lines(inside))))
        length = np.maximum(length - snap_m * ends, 0.0)
    return length


def _lines(geometry: Geometries) -> Geometries:
    """The geometries as multilines; points beside lines are dropped."""
    parts, owner = shapely.get_parts(geometry, return_index=True)
    keep = shapely.get_dimensions(parts) == 1
    lines = np.full(len(geometry), shapely.MultiLineString(), dtype=object)
    owners = np.unique(owner[keep])
    lines[owners] = shapely.multilinestrings(parts[keep], indices=np.searchsorted(owners, owner[keep]))
    return lines


def _tell_gaps(geometry: Geometries, edges: Edges, snap_m: float, place: str, findings: Findings) -> None:
    """Tell where most parcels have no neighbour, and how far apart they lie."""
    alone = len(geometry) - len(np.union1d(edges.first, edges.second))
    if len(geometry) < 2 or alone * 2 <= len(geometry):
        return
    _, gap = shapely.STRtree(geometry).query_nearest(
        geometry, exclusive=True, all_matches=False, return_distance=True
    )
    middle, most = np.percentile(gap, [50, 90])
    findings.warn(
        place,
        say(
            "vector_parcels.alone",
            alone=alone,
            parcels=len(geometry),
            snap=snap_m,
            pairs=len(edges),
            middle=middle,
        ),
        say("vector_parcels.give_snap", snap=np.ceil(max(most * 1.1, snap_m))),
    )


def _tell_overlaps(
    geometry: Geometries,
    first: NDArray[np.intp],
    second: NDArray[np.intp],
    ids: NDArray[np.object_],
    place: str,
    findings: Findings,
) -> None:
    area = np.zeros(len(first))
    for start in range(0, len(first), PAIRS_AT_ONCE):
        part = slice(start, start + PAIRS_AT_ONCE)
        area[part] = shapely.area(shapely.intersection(geometry[first[part]], geometry[second[part]]))
    pairs = np.flatnonzero(area > OVERLAP_M2)
    if len(pairs):
        worst = pairs[np.argmax(area[pairs])]
        findings.warn(
            place,
            say(
                "vector_parcels.overlap",
                n=len(pairs),
                ha=area[pairs].sum() / 1e4,
                one=str(ids[first[worst]]),
                other=str(ids[second[worst]]),
                most=area[worst] / 1e4,
            ),
            say("vector_parcels.mend"),
        )
