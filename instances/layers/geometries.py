"""Geometries of a layer, sound: rings closed, broken polygons repaired, unusable ones left out, all told."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from instances.study.findings import Findings
from instances.units.outlines import tangled
from words.said import Said, say

REPAIRED = "repaired"
"""Key of a frame's ``attrs``: how many of its polygons were broken and repaired."""

SURFACES = (15, 16, 17)
"""WKB types of polyhedral surfaces, surfaces of triangles (TIN) and single triangles."""

MOST_NAMED = 5
"""Feature numbers that a finding names."""


def built(
    wkb: NDArray[Any], index: Any, place: str, findings: Findings
) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """(features,) the geometries of a layer from their WKB where some cannot be built as they are, and
    (features,) which of them can.

    Rings that are not closed are closed; rings and lines of one point, and surfaces in space, can be no
    geometry. Both are told with the features' numbers, an error where not one can be built.
    """
    strict = shapely.from_wkb(wkb, on_invalid="ignore")
    geometry: NDArray[np.object_] = shapely.from_wkb(wkb, on_invalid="fix")
    stated = np.array([part is not None for part in wkb], dtype=bool)
    refused = stated & shapely.is_missing(geometry)
    closed = stated & shapely.is_missing(strict) & ~refused
    if closed.any():
        counts = {"n": int(closed.sum()), "features": len(wkb)}
        fault = say("vector_geometry.unclosed", **counts, numbers=named(index[closed]))
        findings.warn(place, fault, say("vector_geometry.were_closed"))
    if refused.any():
        surface = _wkb_type(wkb[np.argmax(refused)]) in SURFACES
        why = say("vector_geometry.surface") if surface else say("vector_geometry.too_few_points")
        counts = {"n": int(refused.sum()), "features": len(wkb)}
        fault = say("vector_geometry.refused", **counts, numbers=named(index[refused]), why=why)
        if refused.all():
            findings.error(place, fault, say("vector_geometry.as_polygons"))
        else:
            findings.warn(place, fault, say("vector_geometry.left_out"))
    return geometry, ~refused


def _wkb_type(wkb: bytes) -> int:
    """The type of a geometry without its heights and measures."""
    number = int.from_bytes(wkb[1:5], "little" if wkb[0] == 1 else "big")
    return number % 0x1000_0000 % 1000


def cleaned(frame: gpd.GeoDataFrame, name: str, place: str, findings: Findings) -> gpd.GeoDataFrame | None:
    """The features with a usable geometry, repaired where needed, flat; None, with findings, without one."""
    if not len(frame):
        findings.error(place, say("vector_geometry.no_features", file=name), say("vector.check_layer"))
        return None
    geometry = frame.geometry.to_numpy()
    missing = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    if missing.any():
        fault = say(
            "vector_geometry.missing",
            n=int(missing.sum()),
            features=len(frame),
            numbers=named(frame.index[missing]),
        )
        if missing.all():
            findings.error(place, fault, say("vector.check_layer"))
            return None
        findings.warn(place, fault, say("vector_geometry.left_out"))
        frame, geometry = frame[~missing], geometry[~missing]
    if shapely.has_z(geometry).any():
        geometry = shapely.force_2d(geometry)
    if told_tangled(geometry, frame.index, place, findings):
        return None
    broken = ~shapely.is_valid(geometry)
    if not broken.any():
        return _marked(frame, geometry, 0)
    frame, geometry, repaired = _repaired(frame, geometry, broken, place, findings)
    if not len(frame):
        findings.error(place, say("vector_geometry.none_left", file=name), say("vector_geometry.mend"))
        return None
    return _marked(frame, geometry, repaired)


def told_tangled(
    geometry: NDArray[np.object_], index: Any, place: str, findings: Findings, reach: float = 0.0
) -> bool:
    """True, with an error, where outlines run to and fro over each other so much that a check (or, with
    ``reach``, a widening by so much) would take minutes or hours."""
    hopeless = tangled(geometry, reach)
    if hopeless.any():
        corners = int(shapely.get_num_coordinates(geometry[hopeless]).max())
        counts = {"n": int(hopeless.sum()), "features": len(geometry), "numbers": named(index[hopeless])}
        fault = (
            say("vector_geometry.tangled_widened", **counts, corners=corners)
            if reach
            else say("vector_geometry.tangled", **counts, corners=corners)
        )
        findings.error(place, fault, say("vector_geometry.simplify"))
    return bool(hopeless.any())


def _marked(frame: gpd.GeoDataFrame, geometry: NDArray[np.object_], repaired: int) -> gpd.GeoDataFrame:
    sound: gpd.GeoDataFrame = frame.set_geometry(gpd.GeoSeries(geometry, index=frame.index, crs=frame.crs))
    sound.attrs[REPAIRED] = repaired
    return sound


def _repaired(
    frame: gpd.GeoDataFrame,
    geometry: NDArray[np.object_],
    broken: NDArray[np.bool_],
    place: str,
    findings: Findings,
) -> tuple[gpd.GeoDataFrame, NDArray[np.object_], int]:
    """Features and geometries with the broken ones repaired where that leaves something, and how many."""
    geometry = geometry.copy()
    points, of = shapely.get_coordinates(geometry[broken], return_index=True)
    astray = np.flatnonzero(broken)[np.unique(of[~np.isfinite(points).all(axis=1)])]
    if len(astray):
        findings.warn(
            place,
            say(
                "vector_geometry.no_numbers",
                n=len(astray),
                features=len(frame),
                numbers=named(frame.index[astray]),
            ),
            say("vector_geometry.left_out"),
        )
        geometry[astray] = shapely.Polygon()
        broken[astray] = False
    repaired = int(broken.sum())
    if repaired:
        why = shapely.is_valid_reason(geometry[np.argmax(broken)]).split("[")[0]
        geometry[broken] = valid(geometry[broken])
        findings.warn(
            place,
            say(
                "vector_geometry.broken",
                n=repaired,
                features=len(frame),
                numbers=named(frame.index[broken]),
                why=why.lower(),
            ),
            _remedy(int((shapely.is_empty(geometry) & broken).sum())),
        )
    left = ~shapely.is_empty(geometry)
    return frame[left], geometry[left], repaired


def _remedy(collapsed: int) -> Said:
    if collapsed:
        return say("vector_geometry.repaired_or_left_out", n=collapsed)
    return say("vector_geometry.repaired")


def valid(geometry: NDArray[np.object_]) -> NDArray[np.object_]:
    """Broken polygons made valid: the land that their rings enclose; empty where there is none."""
    with np.errstate(all="ignore"):  # of corners near the largest number that there is
        made: NDArray[np.object_] = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    return made


def named(index: Any) -> str | Said:
    """The first few numbers of features."""
    some = ", ".join(str(number) for number in index[:MOST_NAMED])
    return say("vector_geometry.and_more", numbers=some) if len(index) > MOST_NAMED else some
