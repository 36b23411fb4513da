"""Land cover from parcels (图斑): polygons with a field of class codes."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from instances.land.code_bands import NO_CLASS
from instances.land.codes import Code, classes_in_order, match_classes, tell_unknown
from instances.land.landcover_raster import Units
from instances.layers.opening import MOST_LISTED
from instances.layers.vector_files import bounds_of_frame, field_of, find_field, read_vector
from instances.study.findings import Findings
from instances.study.schema import LandCover
from instances.units.parcels import in_metres, parcel_grid
from instances.units.polygons import polygons_of
from words.said import say

PLACE = "landcover"

USUAL_FIELD = "DLBM"
"""The field of class codes in survey databases."""


def read_parcels(cover: LandCover, folder: Path, findings: Findings) -> Units | None:
    """The units of a parcel layer; None, with findings, where it cannot be used."""
    frame = read_vector(cover, PLACE, folder, findings)
    if frame is None:
        return None
    field = _code_field(frame, cover.field, findings)
    if field is None:
        return None
    if cover.resolution is not None:
        findings.warn(
            f"{PLACE}.resolution", say("vector_parcels.not_coarsened"), say("vector_parcels.remove")
        )
    frame = _polygons_only(frame, findings)
    if frame is None:
        return None
    codes, of_parcel = parcel_codes(frame[field])
    matched = match_classes(cover, codes, findings)
    if matched is None:
        return None
    area = shapely.area(in_metres(frame.geometry.to_numpy(), frame.crs, bounds_of_frame(frame))) / 1e4
    if not _all_known(cover, codes, of_parcel, area, matched, findings):
        return None
    of_class = classes_in_order(matched)
    names = tuple(of_class)
    place = {name: position for position, name in enumerate(names)}
    of_code = np.array(
        [place.get(matched[code] or "", NO_CLASS) for code in codes] + [NO_CLASS], dtype=np.uint8
    )
    index = of_code[of_parcel]
    has_class = index != NO_CLASS
    _tell_without(has_class, area, field, findings)
    ids = _ids(frame, cover.id, findings)
    if ids is None:
        return None
    geometry = frame.geometry.to_numpy()[has_class]
    grid = parcel_grid(geometry, ids[has_class], frame.crs, cover.snap_m, PLACE, findings)
    return None if grid is None else Units(grid, names, index[has_class], of_class)


def _code_field(frame: gpd.GeoDataFrame, field: str | None, findings: Findings) -> str | None:
    if field is not None:
        return field_of(frame, field, f"{PLACE}.field", findings)
    fields = [str(name) for name in frame.columns if name != frame.geometry.name]
    usual = find_field(fields, USUAL_FIELD)
    if usual is not None:
        findings.note(PLACE, say("vector_parcels.usual_field", field=usual))
        return usual
    fault = say("vector_parcels.field_missing", fields=fields[:MOST_LISTED] or "–")
    findings.error(f"{PLACE}.field", fault, say("vector_parcels.name_field"))
    return None


def _polygons_only(frame: gpd.GeoDataFrame, findings: Findings) -> gpd.GeoDataFrame | None:
    areal = shapely.get_dimensions(frame.geometry.to_numpy()) == 2
    frame = _without_lines(frame, areal, findings)
    if areal.all():
        return frame
    fault = say("vector_parcels.no_polygons", n=int((~areal).sum()), features=len(frame))
    if not areal.any():
        findings.error(PLACE, fault, say("vector.name_polygons"))
        return None
    findings.warn(PLACE, fault, say("vector.left_out"))
    return frame[areal]


def _without_lines(frame: gpd.GeoDataFrame, areal: NDArray[np.bool_], findings: Findings) -> gpd.GeoDataFrame:
    """Parcels that are collections of polygons and lines or points, as tools that repair leave them, with
    their polygons alone: a collection has no border to share."""
    geometry = frame.geometry.to_numpy().copy()
    mixed = areal & (shapely.get_type_id(geometry) == shapely.GeometryType.GEOMETRYCOLLECTION)
    if not mixed.any():
        return frame
    parts, of = polygons_of(geometry[mixed])
    geometry[mixed] = shapely.multipolygons(parts, indices=of)
    fault = say("vector_parcels.collections", n=int(mixed.sum()), parcels=len(frame))
    findings.note(PLACE, fault, say("vector_parcels.polygons_taken"))
    return frame.set_geometry(gpd.GeoSeries(geometry, index=frame.index, crs=frame.crs))


def parcel_codes(column: pd.Series) -> tuple[list[Code], NDArray[np.intp]]:
    """The different codes of a field and the position of each parcel's (-1 where it has none)."""
    positions, found = pd.factorize(column, sort=False)
    codes: list[Code] = []
    empty = np.zeros(len(found) + 1, dtype=bool)
    empty[-1] = True
    for position, value in enumerate(found.tolist()):
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        text = str(value).strip()
        empty[position] = not text
        codes.append(value if isinstance(value, int) and not isinstance(value, bool) else text)
    positions = np.where(empty[positions], -1, positions)
    # Codes that differ in blanks only are one code.
    unique = list(dict.fromkeys(code for code, none in zip(codes, empty[:-1], strict=True) if not none))
    place = {code: position for position, code in enumerate(unique)}
    same = np.array([place.get(code, -1) for code in codes] + [-1], dtype=np.intp)
    return unique, same[positions]


def _all_known(
    cover: LandCover,
    codes: list[Code],
    of_parcel: NDArray[np.intp],
    area_ha: NDArray[np.float64],
    matched: dict[Code, str | None],
    findings: Findings,
) -> bool:
    has_code = of_parcel >= 0
    counts = np.bincount(of_parcel[has_code], minlength=len(codes))
    areas = np.bincount(of_parcel[has_code], weights=area_ha[has_code], minlength=len(codes))
    unknown = {
        code: (int(counts[position]), float(areas[position]))
        for position, code in enumerate(codes)
        if code not in matched
    }
    if unknown:
        tell_unknown(cover, unknown, "parcels", [code for code in codes if code in matched], findings)
    return not unknown


def _tell_without(
    has_class: NDArray[np.bool_], area_ha: NDArray[np.float64], field: str, findings: Findings
) -> None:
    without = ~has_class
    if without.any() and has_class.any():
        counts = {"n": int(without.sum()), "ha": area_ha[without].sum()}
        fault = say("vector_parcels.without_class", **counts, field=field)
        findings.note(PLACE, fault, say("vector_parcels.no_part"))


def _ids(frame: gpd.GeoDataFrame, field: str | None, findings: Findings) -> NDArray[np.object_] | None:
    """(parcels,) identifiers: the values of a field, else the features' numbers."""
    if field is None:
        return np.asarray(frame.index.to_numpy(), dtype=object)
    place = f"{PLACE}.id"
    found = field_of(frame, field, place, findings)
    if found is None:
        return None
    column = frame[found]
    twice = int(column.duplicated().sum()) + int(column.isna().sum())
    if twice:
        fault = say("vector_parcels.not_unique", field=found, n=twice, parcels=len(column))
        findings.warn(place, fault, say("vector_parcels.name_other"))
    return np.asarray(column.to_numpy(), dtype=object)
