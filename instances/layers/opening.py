"""Vector files opened: which layer is meant, its text decoded, and findings where OGR cannot read it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, GeometryError
from pyproj.exceptions import CRSError
from shapely.errors import ShapelyError

from instances.layers.encodings import Encoding, shapefile_encoding
from instances.layers.geometries import built
from instances.layers.geoparquet import is_parquet, read_parquet
from instances.layers.ogr import layer_kinds, read_columns, read_features
from instances.study.files import nearest
from instances.study.findings import Findings
from words.said import say

STYLES = "layer_styles"
"""The table in which QGIS keeps styles in a GeoPackage."""

TOLD_ELSEWHERE = ("Non closed ring", "invalid value encountered")
"""Beginnings of what GDAL and shapely say of geometries that are told with their features."""

MOST_TOLD, MOST_LISTED = 3, 12


def layer_of(path: Path, wanted: str | None, place: str, findings: Findings) -> str | None:
    """The layer that a study means: the one it names, in any case, else the only one with geometries."""
    kinds = _kinds(path, place, findings)
    if kinds is None:
        return None
    if not kinds:
        findings.error(place, say("vector.no_layer", file=path.name), say("vector.check_file"))
        return None
    layers = [name for name, kind in kinds.items() if kind is not None and name != STYLES] or list(kinds)
    if wanted is None:
        if len(layers) == 1:
            return layers[0]
        findings.error(
            place,
            say("vector.many_layers", file=path.name, count=len(layers), layers=layers[:MOST_LISTED]),
            say("vector.name_layer", layer=layers[0]),
        )
        return None
    found = {name.lower(): name for name in kinds}.get(wanted.lower())
    if found is None:
        close = nearest(wanted, layers)
        known = say("vector.layers", layers=layers[:MOST_LISTED])
        findings.error(
            f"{place}.layer",
            say("vector.no_such_layer", file=path.name, layer=wanted),
            say("finding.did_you_mean", close=close) if close else known,
        )
    return found


def features_of(
    path: Path, layer: str, place: str, findings: Findings, read_geometry: bool = True
) -> pd.DataFrame | None:
    """The features of a layer by their numbers, a plain dataframe where it has no geometry; None, with
    findings, where it cannot be read."""
    if is_parquet(path):
        return read_parquet(path, place, findings, read_geometry)
    try:
        with _quiet(place, findings):
            return _features(path, layer, place, findings, read_geometry)
    except (DataSourceError, DataLayerError, FeatureError) as fault:
        why = str(fault).splitlines()[0]
        findings.error(place, say("vector.unreadable", file=path.name, why=why), say("vector.copy_again"))
    except (GeometryError, ShapelyError) as fault:
        why = " ".join(str(fault).split())
        fault_said = say("vector.unreadable_geometry", file=path.name, why=why)
        findings.error(place, fault_said, say("vector.repair_in_gis"))
    except UnicodeDecodeError as fault:
        fault_said = say("vector.undecodable", file=path.name, why=fault.reason)
        findings.error(place, fault_said, say("vector.save_as_utf8"))
    except CRSError:
        findings.error(place, say("vector.unknown_crs_in_file", file=path.name), say("vector.assign_crs"))
    return None


def _kinds(path: Path, place: str, findings: Findings) -> dict[str, str | None] | None:
    """The layers of a file with the kind of their geometries; None, with a finding, where it has none to
    read."""
    if is_parquet(path):
        return {path.stem: "Unknown"}
    odd = _odd_part(path)
    if odd is not None:
        findings.error(place, say("vector.no_ordinary_file", path=odd.name), say("vector.copy_into_file"))
        return None
    try:
        with _quiet(place, findings):
            return layer_kinds(path)
    except DataSourceError as fault:
        why = str(fault).splitlines()[0].split(";")[0].replace(str(path), path.name)
        findings.error(
            place, say("vector.no_vector_file", file=path.name, why=why), say("vector.check_format")
        )
    return None


def _odd_part(path: Path) -> Path | None:
    """A pipe or device among what GDAL opens with a file by itself: its companions, or a folder's files."""
    name, stem = path.name.lower(), path.stem.lower()
    beginnings = (f"{stem}.", f"{name}.", f"{name}-")
    parts = [part for part in path.parent.iterdir() if part.name.lower().startswith(beginnings)]
    inside = path.iterdir() if path.is_dir() else ()
    return next(
        (part for part in (*parts, *inside) if part.exists() and not part.is_file() | part.is_dir()), None
    )


def _features(
    path: Path, layer: str, place: str, findings: Findings, read_geometry: bool
) -> pd.DataFrame | None:
    encoding = shapefile_encoding(path) if path.suffix.lower() == ".shp" else None
    if encoding is not None:
        _tell_encoding(encoding, place, findings)
    options: dict[str, Any] = {"layer": layer, "fid_as_index": True, "read_geometry": read_geometry}
    try:
        return _decoded(path, encoding, options)
    except ShapelyError:  # a geometry that cannot be built; one by one, the others can
        frame = _decoded(path, encoding, options | {"on_invalid": "ignore"})
        numbers, wkb = read_columns(path, layer=layer, columns=[], return_fids=True)[1:3]
        geometry, sound = built(wkb, numbers, place, findings)
        whole = frame.set_geometry(gpd.GeoSeries(geometry, index=frame.index, crs=frame.crs))
        return whole[sound] if sound.any() else None


def _decoded(path: Path, encoding: Encoding | None, options: dict[str, Any]) -> Any:
    if encoding is None:
        return read_features(path, **options)
    try:
        return read_features(path, encoding=encoding.name, **options)
    except UnicodeDecodeError:
        # A character cut off by its field's width: GDAL's own decoding puts a mark in its place.
        name = {"gb18030": "CP936", "utf-8": "UTF-8"}.get(encoding.name, encoding.name)
        return read_features(path, ENCODING=name, **options)


@contextmanager
def _quiet(place: str, findings: Findings) -> Iterator[None]:
    """What GDAL has to say while it reads becomes a note, a few of many."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", RuntimeWarning)
        try:
            yield
        finally:
            texts = dict.fromkeys(" ".join(str(one.message).split()) for one in caught)
    for text in [text for text in texts if not text.startswith(TOLD_ELSEWHERE)][:MOST_TOLD]:
        findings.note(place, say("vector.gdal_says", text=text))


def _tell_encoding(encoding: Encoding, place: str, findings: Findings) -> None:
    if encoding.corrected:
        findings.note(
            place,
            say("vector.wrong_cpg", stated=encoding.stated, found=encoding.name),
            say("vector.correct_cpg"),
        )
