from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from pyproj import CRS

from instances.layers.vector_files import read_attributes, read_vector
from instances.study.findings import Findings
from instances.study.schema import Source
from tests.instances.layers.test_geometries import ONE_POINT, OPEN, SOUND
from tests.support.made_files import UTM, said, square

TOWNS = gpd.GeoDataFrame(
    {"MC": ["东镇", "西镇"], "n": [1, 2]}, geometry=[square(0, 0), square(1, 0)], crs=UTM
)


def read(folder: Path, name: str = "a.parquet", **source: Any) -> tuple[gpd.GeoDataFrame | None, str]:
    """The layer and what is told of it."""
    findings = Findings()
    return read_vector(Source(path=name, **source), "districts.x", folder, findings), said(findings)


@pytest.mark.parametrize("name", ["a.parquet", "A!b.PARQUET", "a.geoparquet"])
@pytest.mark.parametrize("encoding", ["WKB", "geoarrow"])
def test_geoparquet_is_read_as_any_vector_file(tmp_path: Path, name: str, encoding: str) -> None:
    """Its names, numbers and polygons are those of the same layer as a GeoPackage; features count from 0."""
    TOWNS.set_index("n", drop=False).to_parquet(
        tmp_path / name, geometry_encoding=encoding, schema_version="1.1.0"
    )
    found, told = read(tmp_path, name)
    assert found is not None
    assert not told
    assert found["MC"].tolist() == ["东镇", "西镇"]
    assert found.index.tolist() == [0, 1]
    assert found.crs == CRS(UTM)
    assert found.geometry.area.tolist() == [10_000, 10_000]


def test_its_fields_are_read_without_its_polygons(tmp_path: Path) -> None:
    """Codes can be listed before any geometry is built."""
    TOWNS.to_parquet(tmp_path / "a.parquet")
    table = read_attributes(Source(path="a.parquet"), "LANDCOVER", tmp_path, Findings())
    assert table is not None
    assert list(table.columns) == ["MC", "n"]


def test_its_one_layer_may_be_named(tmp_path: Path) -> None:
    """The layer has the file's name; another is told as in any file."""
    TOWNS.to_parquet(tmp_path / "towns.parquet")
    assert read(tmp_path, "towns.parquet", layer="Towns")[0] is not None
    assert (
        "towns.parquet has no layer `town`. Did you mean `towns`?"
        in read(tmp_path, "towns.parquet", layer="town")[1]
    )


def test_files_that_are_no_geoparquet_are_told(tmp_path: Path) -> None:
    """A table without geometry, a broken file, one that misstates its geometries, one without CRS."""
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "plain.parquet")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1, they say, PAR1")
    (tmp_path / "empty.parquet").write_bytes(b"")
    write_wkb(
        tmp_path / "lies.parquet", [SOUND], {"version": "1.0.0", "primary_column": "nowhere", "columns": {}}
    )
    TOWNS.set_crs(None, allow_override=True).to_parquet(tmp_path / "nowhere.parquet")
    for name, sentence in (
        ("plain", "layer plain of plain.parquet has no geometry"),
        ("broken", "broken.parquet cannot be read ("),
        ("empty", "empty.parquet cannot be read ("),
        ("lies", "lies.parquet cannot be read ("),
        ("nowhere", "the file states no CRS"),
    ):
        found, told = read(tmp_path, f"{name}.parquet")
        assert found is None
        assert sentence in told


def write_wkb(path: Path, wkb: list[bytes], about: dict[str, Any]) -> None:
    """A Parquet file with a column of WKB and what it states of it."""
    table = pa.table({"a": range(len(wkb)), "geometry": pa.array(wkb, pa.binary())})
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(about)}), path)


def test_geometries_that_cannot_be_built_are_told_here_too(tmp_path: Path) -> None:
    """An open ring is closed, a ring of one point left out; without a stated CRS they are degrees."""
    column = {"encoding": "WKB", "geometry_types": ["Polygon"]}
    about = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    write_wkb(tmp_path / "a.parquet", [SOUND, OPEN, ONE_POINT], about)
    found, told = read(tmp_path)
    assert found is not None
    assert found["a"].tolist() == [0, 1]
    assert shapely.area(found.geometry.to_numpy()).tolist() == [4.0, 1.0]
    assert found.crs.is_geographic
    assert "1 of 3 features has a ring that is not closed (feature 1)" in told
    assert "1 of 3 features cannot be built (feature 2;" in told
    write_wkb(tmp_path / "b.parquet", [ONE_POINT], about)
    found, told = read(tmp_path, "b.parquet")
    assert found is None
    assert "error districts.x: 1 of 1 features cannot be built" in told
