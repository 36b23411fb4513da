"""Vector layers of any OGR format: the right layer, encoding and CRS, and sound geometries."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from instances.layers.geometries import cleaned, valid
from instances.layers.opening import MOST_LISTED, features_of, layer_of
from instances.study.files import find_file, nearest
from instances.study.findings import Findings
from instances.study.schema import Source
from instances.study.tables import table
from instances.units.georeference import (
    Bounds,
    crs_name,
    describe_bounds,
    is_stated,
    overlap,
    same_crs,
    settle_crs,
)
from instances.units.grid import Grid
from instances.units.projecting import project
from words.said import say


def read_vector(
    source: Source, place: str, folder: Path, findings: Findings, crs: CRS | None = None
) -> gpd.GeoDataFrame | None:
    """The features of a vector layer, in ``crs`` where given (long edges bent along), else in their own.

    Text is decoded by what it is, not only by what the file says. Broken polygons are repaired and
    features without geometry dropped, both told with their number; heights are dropped. The index holds
    the features' numbers. Findings and None where the layer cannot be used.
    """
    path = find_file(source.path, folder, place, findings)
    if path is None:
        return None
    layer = layer_of(path, source.layer, place, findings)
    if layer is None:
        return None
    frame = features_of(path, layer, place, findings)
    if frame is None:
        return None
    if not isinstance(frame, gpd.GeoDataFrame):
        fault = say("vector.no_geometry", layer=layer, file=source.path)
        findings.error(place, fault, say("vector.name_polygons"))
        return None
    frame = cleaned(frame, source.path, place, findings)
    if frame is None:
        return None
    own = settle_crs(_stated_crs(frame), source.crs, bounds_of_frame(frame), place, findings, crs)
    return None if own is None else _placed(frame, own, crs, place, findings)


def read_attributes(source: Source, place: str, folder: Path, findings: Findings) -> pd.DataFrame | None:
    """The fields of a vector layer without its geometry; None, with findings, where it cannot be used."""
    path = find_file(source.path, folder, place, findings)
    layer = None if path is None else layer_of(path, source.layer, place, findings)
    if path is None or layer is None:
        return None
    return features_of(path, layer, place, findings, read_geometry=False)


def lies_in_area(frame: gpd.GeoDataFrame, grid: Grid, place: str, findings: Findings) -> bool:
    """False, with a finding that names both extents, where a layer in the grid's CRS misses the area."""
    theirs = bounds_of_frame(frame)
    if overlap(_grown(theirs), grid.frame.bounds):
        return True
    findings.error(
        place,
        say(
            "vector.outside",
            theirs=describe_bounds(theirs),
            ours=describe_bounds(grid.frame.bounds),
            crs=crs_name(grid.crs),
        ),
        say("vector.check_crs"),
    )
    return False


def bounds_of_frame(frame: gpd.GeoDataFrame) -> Bounds:
    """(left, bottom, right, top) of a layer."""
    left, bottom, right, top = (float(value) for value in frame.total_bounds)
    return left, bottom, right, top


def field_of(frame: gpd.GeoDataFrame, field: str, place: str, findings: Findings) -> str | None:
    """The column that a study means by a field's name: upper and lower case alike, survey synonyms
    accepted; a finding with the nearest name and None where there is none."""
    fields = [str(name) for name in frame.columns if name != frame.geometry.name]
    found = find_field(fields, field)
    if found is None:
        close = nearest(field, fields)
        known = say("vector.fields", fields=fields[:MOST_LISTED]) if fields else say("vector.no_fields")
        remedy = say("finding.did_you_mean", close=close) if close else known
        findings.error(place, say("vector.no_field", field=field), remedy)
    return found


def find_field(fields: Collection[str], wanted: str) -> str | None:
    """The one of ``fields`` that ``wanted`` names exactly, in other case, or by a survey synonym."""
    if wanted in fields:
        return wanted
    lowered = {name.lower(): name for name in fields}
    same = next((names for names in _synonyms() if wanted.upper() in names), (wanted,))
    return next((lowered[name.lower()] for name in (wanted, *same) if name.lower() in lowered), None)


@cache
def _synonyms() -> tuple[tuple[str, ...], ...]:
    """Names of one and the same field in survey and planning databases."""
    rows = table("field_synonyms.csv")
    fields = dict.fromkeys(row["field"] for row in rows)
    return tuple((field, *(row["also"] for row in rows if row["field"] == field)) for field in fields)


def _stated_crs(frame: gpd.GeoDataFrame) -> CRS | None:
    """The CRS of a frame; the placeholders that GDAL puts where a GeoPackage states none count as none."""
    crs = None if frame.crs is None else CRS.from_user_input(frame.crs)
    return crs if crs is not None and is_stated(crs) else None


def _placed(
    frame: gpd.GeoDataFrame, own: CRS, crs: CRS | None, place: str, findings: Findings
) -> gpd.GeoDataFrame | None:
    frame = frame.set_crs(own, allow_override=True)
    if crs is None or same_crs(own, crs):
        return frame if crs is None else frame.set_crs(crs, allow_override=True)
    geometry = project(frame.geometry.to_numpy(), own, crs)
    moved: gpd.GeoDataFrame = frame.set_geometry(gpd.GeoSeries(geometry, index=frame.index, crs=crs))
    lost = ~np.isfinite(shapely.bounds(geometry)).all(axis=1)
    if lost.any():
        counts = {"n": int(lost.sum()), "features": len(moved)}
        fault = say("vector.cannot_be_brought", **counts, own=crs_name(own), cover=crs_name(crs))
        if lost.all():
            theirs = describe_bounds(bounds_of_frame(frame))
            findings.error(
                place, say("vector.with_extent", fault=fault, extent=theirs), say("vector.check_crs")
            )
            return None
        findings.warn(place, fault, say("vector.left_out_check_crs"))
        moved = moved[~lost]
    broken = ~shapely.is_valid(moved.geometry.to_numpy())
    if broken.any():  # a reprojection can make slivers cross themselves
        geometry = moved.geometry.to_numpy().copy()
        geometry[broken] = valid(geometry[broken])
        moved = moved.set_geometry(gpd.GeoSeries(geometry, index=moved.index, crs=crs))
        moved = moved[~moved.geometry.is_empty]
    return moved


def _grown(bounds: Bounds) -> Bounds:
    """Bounds a hair wider: a point or an upright line has no area of its own."""
    left, bottom, right, top = bounds
    return left - 1e-9, bottom - 1e-9, right + 1e-9, top + 1e-9
