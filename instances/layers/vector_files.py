"""Vector layers of any OGR format: the right layer, encoding and CRS, and sound geometries."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataSourceError
from pyproj import CRS
from pyproj.exceptions import CRSError

from instances.layers.encodings import Encoding, shapefile_encoding
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

REPAIRED = "repaired"
"""Key of a frame's ``attrs``: how many of its polygons were broken and repaired."""


def read_vector(
    source: Source, place: str, folder: Path, findings: Findings, crs: CRS | None = None
) -> gpd.GeoDataFrame | None:
    """The features of a vector layer, in ``crs`` where given, else in their own.

    Text is decoded by what it is, not only by what the file says. Broken polygons are repaired and
    features without geometry dropped, both told with their number; heights are dropped. The index holds
    the features' numbers. Findings and None where the layer cannot be used.
    """
    path = find_file(source.path, folder, place, findings)
    if path is None:
        return None
    layer = _layer(path, source.layer, place, findings)
    if layer is None:
        return None
    frame = _read(path, layer, place, findings)
    if frame is None:
        return None
    if not isinstance(frame, gpd.GeoDataFrame):
        findings.error(place, f"layer {layer} of {source.path} has no geometry", "Name a layer of polygons")
        return None
    frame = _clean(frame, source.path, place, findings)
    if frame is None:
        return None
    own = settle_crs(_stated_crs(frame), source.crs, bounds_of_frame(frame), place, findings, crs)
    return None if own is None else _placed(frame, own, crs, place, findings)


def read_attributes(source: Source, place: str, folder: Path, findings: Findings) -> pd.DataFrame | None:
    """The fields of a vector layer without its geometry; None, with findings, where it cannot be used."""
    path = find_file(source.path, folder, place, findings)
    layer = None if path is None else _layer(path, source.layer, place, findings)
    if path is None or layer is None:
        return None
    table: pd.DataFrame | None = _read(path, layer, place, findings, read_geometry=False)
    return table


def lies_in_area(frame: gpd.GeoDataFrame, grid: Grid, place: str, findings: Findings) -> bool:
    """False, with a finding that names both extents, where a layer in the grid's CRS misses the area."""
    theirs = bounds_of_frame(frame)
    if overlap(_grown(theirs), grid.frame.bounds):
        return True
    findings.error(
        place,
        f"lies wholly outside the land cover: {describe_bounds(theirs)} against "
        f"{describe_bounds(grid.frame.bounds)} in {crs_name(grid.crs)}",
        "Check its CRS and that it is the right file",
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
        known = f"Its fields: {', '.join(fields[:12])}" if fields else "It has no fields at all"
        findings.error(place, f"there is no field `{field}`", f"Did you mean `{close}`?" if close else known)
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


def _layer(path: Path, wanted: str | None, place: str, findings: Findings) -> str | None:
    try:
        layers = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
    except DataSourceError as fault:
        why = str(fault).splitlines()[0].split(";")[0].replace(str(path), path.name)
        remedy = "Check its format, or copy the file again"
        findings.error(place, f"{path.name} cannot be read as a vector file ({why})", remedy)
        return None
    if not layers:
        findings.error(place, f"{path.name} holds no layer", "Check that it is the right file")
        return None
    if wanted is None:
        layers = [name for name in layers if name != "layer_styles"] or layers
        if len(layers) > 1:
            listed = ", ".join(layers[:12])
            findings.error(
                place, f"{path.name} has {len(layers)} layers: {listed}", f'Name one: layer = "{layers[0]}"'
            )
            return None
        return layers[0]
    found = {name.lower(): name for name in layers}.get(wanted.lower())
    if found is None:
        close = nearest(wanted, layers)
        known = f"Its layers: {', '.join(layers[:12])}"
        findings.error(
            f"{place}.layer",
            f"{path.name} has no layer `{wanted}`",
            f"Did you mean `{close}`?" if close else known,
        )
    return found


def _read(path: Path, layer: str, place: str, findings: Findings, read_geometry: bool = True) -> Any:
    encoding = shapefile_encoding(path) if path.suffix.lower() == ".shp" else None
    options: dict[str, Any] = {"layer": layer, "fid_as_index": True, "read_geometry": read_geometry}
    try:
        if encoding is None:
            return pyogrio.read_dataframe(path, **options)
        _tell_encoding(encoding, place, findings)
        try:
            return pyogrio.read_dataframe(path, encoding=encoding.name, **options)
        except UnicodeDecodeError:
            # A character cut off by its field's width: GDAL's own decoding puts a mark in its place.
            name = {"gb18030": "CP936", "utf-8": "UTF-8"}.get(encoding.name, encoding.name)
            return pyogrio.read_dataframe(path, ENCODING=name, **options)
    except (DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError) as fault:
        why = str(fault).splitlines()[0]
        findings.error(place, f"{path.name} cannot be read ({why})", "Check or copy the file again")
    except pyogrio.errors.GeometryError as fault:
        findings.error(
            place, f"{path.name} holds a geometry that cannot be read ({fault})", "Repair it in a GIS"
        )
    except UnicodeDecodeError as fault:
        findings.error(place, f"text of {path.name} cannot be decoded ({fault.reason})", "Save it as UTF-8")
    except CRSError:
        findings.error(place, f"{path.name} states a CRS that PROJ does not know", "Assign it one in a GIS")
    return None


def _tell_encoding(encoding: Encoding, place: str, findings: Findings) -> None:
    if encoding.corrected:
        findings.note(
            place,
            f"its .cpg says {encoding.stated}, but its text is {encoding.name}",
            "It was read as what it is; correct the .cpg for other programs",
        )


def _clean(frame: gpd.GeoDataFrame, name: str, place: str, findings: Findings) -> gpd.GeoDataFrame | None:
    """The features with a usable geometry, repaired where needed, flat."""
    if not len(frame):
        findings.error(place, f"{name} has no features", "Check that it is the right layer")
        return None
    geometry = frame.geometry.to_numpy()
    missing = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    if missing.any():
        numbers = _numbers(frame.index[missing])
        fault = f"{int(missing.sum()):,} of {len(frame):,} features have no geometry (feature {numbers})"
        if missing.all():
            findings.error(place, fault, "Check that it is the right layer")
            return None
        findings.warn(place, fault, "They were left out")
        frame = frame[~missing]
        geometry = geometry[~missing]
    if shapely.has_z(geometry).any():
        geometry = shapely.force_2d(geometry)
    broken = ~shapely.is_valid(geometry)
    if broken.any():
        geometry = geometry.copy()
        why = shapely.is_valid_reason(geometry[np.argmax(broken)]).split("[")[0]
        geometry[broken] = shapely.make_valid(geometry[broken], method="structure", keep_collapsed=False)
        numbers = _numbers(frame.index[broken])
        findings.warn(
            place,
            f"{int(broken.sum()):,} of {len(frame):,} polygons are broken (feature {numbers}; the first: "
            f"{why.lower()})",
            "They were repaired for this run; mend the layer",
        )
        collapsed = shapely.is_empty(geometry)
        frame, geometry = frame[~collapsed], geometry[~collapsed]
        if not len(frame):
            findings.error(place, f"not one polygon of {name} is left after repair", "Mend the layer")
            return None
    cleaned: gpd.GeoDataFrame = frame.set_geometry(gpd.GeoSeries(geometry, index=frame.index, crs=frame.crs))
    cleaned.attrs[REPAIRED] = int(broken.sum())
    return cleaned


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
    moved: gpd.GeoDataFrame = frame.to_crs(crs)
    geometry = moved.geometry.to_numpy()
    lost = ~np.isfinite(shapely.bounds(geometry)).all(axis=1)
    if lost.any():
        way = f"from {crs_name(own)} to {crs_name(crs)}"
        fault = f"{int(lost.sum()):,} of {len(moved):,} features cannot be brought {way}"
        if lost.all():
            theirs = describe_bounds(bounds_of_frame(frame))
            findings.error(place, f"{fault} ({theirs})", "Check its CRS and that it is the right file")
            return None
        findings.warn(place, fault, "They were left out; check its CRS")
        moved = moved[~lost]
    broken = ~shapely.is_valid(moved.geometry.to_numpy())
    if broken.any():  # a reprojection can make slivers cross themselves
        geometry = moved.geometry.to_numpy().copy()
        geometry[broken] = shapely.make_valid(geometry[broken], method="structure", keep_collapsed=False)
        moved = moved.set_geometry(gpd.GeoSeries(geometry, index=moved.index, crs=crs))
        moved = moved[~moved.geometry.is_empty]
    return moved


def _numbers(index: Any) -> str:
    some = ", ".join(str(number) for number in index[:5])
    return some + (" and more" if len(index) > 5 else "")


def _grown(bounds: Bounds) -> Bounds:
    """Bounds a hair wider: a point or an upright line has no area of its own."""
    left, bottom, right, top = bounds
    return left - 1e-9, bottom - 1e-9, right + 1e-9, top + 1e-9
