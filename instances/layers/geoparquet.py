"""GeoParquet, which not every build of GDAL reads: its features and its attributes, with findings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pyproj.exceptions import CRSError
from shapely.errors import ShapelyError

from instances.layers.geometries import built
from instances.study.findings import Findings
from words.said import say

ENDINGS = (".parquet", ".geoparquet", ".pq")
ABOUT = b"geo"
"""Key of a Parquet file's metadata under which GeoParquet tells of its geometries."""


def is_parquet(path: Path) -> bool:
    """True where a file's name says that it is Parquet."""
    return path.suffix.lower() in ENDINGS


def read_parquet(
    path: Path, place: str, findings: Findings, read_geometry: bool = True
) -> pd.DataFrame | None:
    """The features of a GeoParquet file (a plain dataframe where it states no geometry, or none is wanted),
    numbered from 0; None, with a finding, where it cannot be read."""
    try:
        about = (pq.read_schema(path).metadata or {}).get(ABOUT)
        known = {} if about is None else json.loads(about)
        if not read_geometry or not known:
            return _attributes(path, known)
        try:
            frame: gpd.GeoDataFrame = gpd.read_parquet(path)
        except ShapelyError:
            return _built(path, known, place, findings)
        return frame.reset_index(drop=True)
    except CRSError:
        findings.error(place, say("vector.unknown_crs_in_file", file=path.name), say("vector.assign_crs"))
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException, ShapelyError) as fault:
        why = (str(fault).splitlines() or [type(fault).__name__])[0].replace(str(path), path.name)
        findings.error(place, say("vector.unreadable", file=path.name, why=why), say("vector.copy_again"))
    return None


def _attributes(path: Path, known: dict[str, Any]) -> pd.DataFrame:
    shapes = set(known.get("columns", ()))
    names = [name for name in pq.read_schema(path).names if name not in shapes]
    table: pd.DataFrame = pq.read_table(path, columns=names).to_pandas(ignore_metadata=True)
    return table


def _built(path: Path, known: dict[str, Any], place: str, findings: Findings) -> gpd.GeoDataFrame | None:
    """The features of a file of which some geometries cannot be built as they are, those left out."""
    table, primary = _attributes(path, known), known["primary_column"]
    wkb = pq.read_table(path, columns=[primary]).column(primary).to_numpy()
    stated = known["columns"][primary]
    crs = stated.get("crs", "OGC:CRS84")  # left out, it is that one by the format
    geometry, sound = built(wkb, table.index, place, findings)
    return gpd.GeoDataFrame(table, geometry=geometry, crs=crs)[sound] if sound.any() else None
