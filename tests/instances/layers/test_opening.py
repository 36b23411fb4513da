from __future__ import annotations

import json
import os
import random
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from instances.layers.ogr import write_features
from instances.layers.vector_files import read_attributes, read_vector
from instances.study.findings import Findings
from instances.study.schema import Source
from tests.support.made_files import UTM, said, square, write_layer

SOUND = [[113, 22.998], [113.002, 22.998], [113.002, 23], [113, 23], [113, 22.998]]
OPEN = [[113.003, 22.996], [113.004, 22.996], [113.004, 22.997], [113.003, 22.997]]


def read(folder: Path, path: str, **source: Any) -> tuple[gpd.GeoDataFrame | None, str]:
    """The layer and what is told of it."""
    findings = Findings()
    return read_vector(Source(path=path, **source), "redlines.x", folder, findings), said(findings)


def feature(*ring: list[float]) -> dict[str, Any]:
    """A polygon of GeoJSON."""
    return {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [[*ring]]}}


@pytest.mark.parametrize(
    ("ring", "features", "sentence"),
    [
        (OPEN, 2, "1 of 2 features has a ring that is not closed (feature 1). They were closed"),
        (OPEN[:1], 1, "1 of 2 features cannot be built (feature 1; the first: a ring or line of too few"),
        (OPEN[:2], 1, "1 of 2 features has a ring that is not closed (feature 1)"),
        ([], 1, "1 of 2 features have no geometry"),
    ],
    ids=["open", "one point", "two points", "no point"],
)
def test_rings_that_are_none_do_not_stop_the_layer(
    tmp_path: Path, ring: list[list[float]], features: int, sentence: str
) -> None:
    """The sound features are read beside rings that are open, of a point or two, or empty."""
    layer = {"type": "FeatureCollection", "features": [feature(*SOUND), feature(*ring)]}
    (tmp_path / "a.geojson").write_text(json.dumps(layer), encoding="utf-8")
    found, told = read(tmp_path, "a.geojson")
    assert found is not None
    assert len(found) == features
    assert sentence in told
    assert "GDAL" not in told


@pytest.mark.parametrize(
    "wkt",
    [
        "TIN Z(((0 0 0,1 0 0,1 1 0,0 0 0)))",
        "POLYHEDRALSURFACE(((0 0,1 0,1 1,0 0)))",
        "TRIANGLE((0 0,1 0,1 1,0 0))",
        "GEOMETRYCOLLECTION(TIN(((0 0,1 0,1 1,0 0))))",
        "LINESTRING(0 0)",
    ],
)
def test_kinds_of_geometry_that_are_no_polygons_are_left_out(tmp_path: Path, wkt: str) -> None:
    """Surfaces in space and lines of a point are told by their number; alone they are an error."""
    for name, rows in (("a.csv", [wkt, shapely.box(0, 0, 1, 1).wkt]), ("b.csv", [wkt])):
        lines = [f'"{row}",{number}' for number, row in enumerate(rows)]
        (tmp_path / name).write_text("WKT,k\n" + "\n".join(lines) + "\n", encoding="utf-8")
    found, told = read(tmp_path, "a.csv", crs="EPSG:4490")
    assert found is not None
    assert found["k"].tolist() == ["1"]
    assert "1 of 2 features cannot be built (feature 1;" in told
    found, told = read(tmp_path, "b.csv", crs="EPSG:4490")
    assert found is None
    assert "error redlines.x: 1 of 1 features cannot be built" in told


def test_what_is_told_of_a_layer_is_told_in_chinese(tmp_path: Path) -> None:
    """Place, fault and remedy are Chinese where that is asked for, lists and sentences within them too."""
    for name in ("farmland", "ecology"):
        write_layer(tmp_path / "a.gpkg", [square(0, 0), shapely.Polygon()], layer=name)
    findings = Findings()
    assert read_vector(Source(path="a.gpkg"), "redlines.x", tmp_path, findings) is None
    assert read_vector(Source(path="a.gpkg", layer="ecology"), "redlines.x", tmp_path, findings) is not None
    several, missing = (finding.told("zh") for finding in findings)
    assert (
        several == 'redlines.x：a.gpkg 有 2 个图层：farmland、ecology。请指明其中一个：layer = "farmland"。'
    )
    assert missing == "redlines.x：2 个要素中有 1 个没有几何（要素 2）。这些要素已略去。"


def test_curves_are_read_with_many_corners(tmp_path: Path) -> None:
    """A half disc of radius 1 drawn with an arc has the area of one."""
    arc = "CURVEPOLYGON(COMPOUNDCURVE(CIRCULARSTRING(0 0,1 1,2 0),(2 0,0 0)))"
    (tmp_path / "a.csv").write_text(f'WKT,k\n"{arc}",1\n', encoding="utf-8")
    found, told = read(tmp_path, "a.csv", crs="EPSG:4490")
    assert found is not None
    assert not told
    assert float(shapely.area(found.geometry.to_numpy()[0])) == pytest.approx(3.14159 / 2, rel=1e-3)


def test_what_gdal_says_of_a_file_is_told(tmp_path: Path) -> None:
    """Text that is no geometry is left out by GDAL, whose reason is passed on as a note."""
    (tmp_path / "a.csv").write_text(
        f'WKT,k\n"POLYGON((0 0,1 0",1\n"{shapely.box(0, 0, 1, 1).wkt}",2\n', encoding="utf-8"
    )
    found, told = read(tmp_path, "a.csv", crs="EPSG:4490")
    assert found is not None
    assert len(found) == 1
    assert "note redlines.x: GDAL says while it reads the file: Ignoring invalid WKT" in told


@pytest.mark.parametrize("name", ["a.gpkg", "a.gdb"])
def test_tables_without_geometry_are_no_layers(tmp_path: Path, name: str) -> None:
    """A table of codes or styles beside the one layer needs no choice; named, it has no geometry."""
    options = {"driver": "OpenFileGDB"} if name.endswith(".gdb") else {}
    frame = gpd.GeoDataFrame({"k": ["a"]}, geometry=[square(0, 0)], crs=UTM)
    write_features(pd.DataFrame({"a_code": ["x"]}), tmp_path / name, layer="codes", **options)
    write_features(frame, tmp_path / name, layer="towns", append=True, **options)
    write_features(
        pd.DataFrame({"qml": ["x"]}), tmp_path / name, layer="layer_styles", append=True, **options
    )
    found, told = read(tmp_path, name)
    assert found is not None
    assert not told
    assert found["k"].tolist() == ["a"]
    assert "layer codes of" in read(tmp_path, name, layer="codes")[1]
    table = read_attributes(Source(path=name), "LANDCOVER", tmp_path, Findings())
    assert table is not None
    assert list(table.columns) == ["k"]
    write_features(frame, tmp_path / name, layer="zones", append=True, **options)
    assert f"{name} has 2 layers: towns, zones. Name one" in read(tmp_path, name)[1]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
@pytest.mark.parametrize("name", ["a.shp", "a.gpkg", "a.geojson", "a.parquet", "a.gdb"])
def test_pipes_and_devices_are_told_at_once(tmp_path: Path, name: str) -> None:
    """A pipe is not waited for, and a device is not read to its end."""
    os.mkfifo(tmp_path / name)
    (tmp_path / f"zero{name}").symlink_to("/dev/zero")
    for path in (name, f"zero{name}"):
        found, told = read(tmp_path, path)
        assert found is None
        assert "is a device or a pipe, not a file" in told


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
@pytest.mark.parametrize("part", [".prj", ".cpg", ".qix", ".shx", ".PRJ"])
def test_pipes_beside_a_shapefile_are_told_too(tmp_path: Path, part: str) -> None:
    """GDAL opens what lies beside a shapefile by itself."""
    write_layer(tmp_path / "a.shp", [square(0, 0)])
    (tmp_path / f"a{part.lower()}").unlink(missing_ok=True)
    os.mkfifo(tmp_path / f"a{part}")
    found, told = read(tmp_path, "a.shp")
    assert found is None
    assert f"a{part}" in told or "lacks a.shx" in told


@pytest.mark.parametrize(
    "name", ["a.shp", "a.dbf", "a.shx", "a.prj", "a.gpkg", "a.geojson", "a.fgb", "a.parquet"]
)
def test_broken_files_are_told(tmp_path: Path, name: str) -> None:
    """A file cut off or with other bytes in it is read as far as it goes, or told; nothing else happens."""
    layer = gpd.GeoDataFrame({"名": ["东", "b"]}, geometry=[square(0, 0), square(2, 0)], crs=UTM)
    read_from = name if Path(name).suffix in (".gpkg", ".geojson", ".fgb", ".parquet") else "a.shp"
    if read_from.endswith(".parquet"):
        layer.to_parquet(tmp_path / read_from)
    else:
        write_features(layer, tmp_path / read_from)
    whole = (tmp_path / name).read_bytes()
    dice = random.Random(name)
    for _ in range(15):
        part = bytearray(whole[: dice.randrange(len(whole))] if dice.random() < 0.5 else whole)
        for _ in range(dice.choice([0, 1, 20]) if part else 0):
            part[dice.randrange(len(part))] = dice.randrange(256)
        (tmp_path / name).write_bytes(part)
        found, told = read(tmp_path, read_from)
        assert found is not None or "error redlines.x" in told
