from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS

from instances.layers.vector_files import field_of, find_field, lies_in_area, read_vector
from instances.study.findings import Findings
from instances.study.schema import Source
from tests.support.made_files import UTM, made_grid, said, square, write_layer

BOWTIE = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])


def read(folder: Path, findings: Findings, to: CRS | None = None, **source: Any) -> gpd.GeoDataFrame | None:
    """Read a layer at the place ``redlines.x``."""
    return read_vector(Source(**source), "redlines.x", folder, findings, to)


@pytest.mark.parametrize("cpg", [None, "GBK", "UTF-8"])
def test_gbk_shapefiles_read_right(tmp_path: Path, cpg: str | None) -> None:
    """Chinese names and field names of a GBK shapefile survive, whatever its .cpg says."""
    frame = gpd.GeoDataFrame({"名称": ["东莞市", "莞城街道"]}, geometry=[square(0, 0), square(1, 0)], crs=UTM)
    frame.to_file(tmp_path / "a.shp", engine="pyogrio", encoding="GBK")
    (tmp_path / "a.cpg").unlink()
    if cpg is not None:
        (tmp_path / "a.cpg").write_text(cpg, encoding="ascii")
    findings = Findings()
    found = read(tmp_path, findings, path="a.shp")
    assert found is not None
    assert found["名称"].tolist() == ["东莞市", "莞城街道"]
    assert not findings.errors
    assert ("its .cpg says UTF-8, but its text is gb18030" in said(findings)) == (cpg == "UTF-8")


def test_a_character_cut_off_by_its_field_does_not_stop_the_reading(tmp_path: Path) -> None:
    """Text cut in the middle of a character at the field's end is read up to there."""
    frame = gpd.GeoDataFrame({"NAME": ["东莞市"]}, geometry=[square(0, 0)], crs=UTM)
    frame.to_file(tmp_path / "a.shp", engine="pyogrio", encoding="GBK")
    (tmp_path / "a.cpg").unlink()
    table = (tmp_path / "a.dbf").read_bytes()
    text = "东莞市".encode("gbk")
    (tmp_path / "a.dbf").write_bytes(table.replace(text.ljust(80), b"a" * 75 + text[:5]))
    full = read(tmp_path, Findings(), path="a.shp")
    assert full is not None
    assert full["NAME"].iloc[0].startswith("a" * 75 + "东莞")


def test_layers_are_named_where_there_are_several(tmp_path: Path) -> None:
    """With several layers one must be named; an unknown one is told with the nearest; any case will do."""
    for name in ("farmland", "ecology"):
        write_layer(tmp_path / "a.gpkg", [square(0, 0)], layer=name)
    findings = Findings()
    assert read(tmp_path, findings, path="a.gpkg") is None
    assert 'a.gpkg has 2 layers: farmland, ecology. Name one: layer = "farmland"' in said(findings)
    assert read(tmp_path, findings, path="a.gpkg", layer="ecologie") is None
    assert "redlines.x.layer: a.gpkg has no layer `ecologie`. Did you mean `ecology`?" in said(findings)
    assert read(tmp_path, Findings(), path="a.gpkg", layer="ECOLOGY") is not None


@pytest.mark.parametrize("name", ["a.shp", "a.gpkg"])
def test_a_missing_crs_is_told_and_can_be_stated(tmp_path: Path, name: str) -> None:
    """A layer without CRS is refused with the key that mends it; with that key it is read."""
    write_layer(tmp_path / name, [square(0, 0)], crs=None)
    findings = Findings()
    assert read(tmp_path, findings, path=name) is None
    assert 'redlines.x: the file states no CRS. Add `crs = "EPSG:4547"`' in said(findings)
    stated = read(tmp_path, Findings(), path=name, crs=UTM)
    assert stated is not None
    assert stated.crs.to_epsg() == 32649


def test_layers_are_reprojected_x_first(tmp_path: Path) -> None:
    """A layer in longitude and latitude lands where it lies in the grid's CRS, x first on both sides."""
    there = gpd.GeoSeries([square(0, 0)], crs=UTM).to_crs("EPSG:4490")
    write_layer(tmp_path / "a.gpkg", there.to_list(), crs="EPSG:4490")
    found = read(tmp_path, Findings(), to=CRS(UTM), path="a.gpkg")
    assert found is not None
    assert np.allclose(found.total_bounds, square(0, 0).bounds, atol=1e-3)


def test_broken_polygons_are_repaired_and_told(tmp_path: Path) -> None:
    """A polygon that crosses itself is repaired to two triangles of 2,500 m2 each, and told by its number."""
    write_layer(tmp_path / "a.gpkg", [square(0, 0), shapely.affinity.translate(BOWTIE, 700_000, 2_500_000)])
    findings = Findings()
    found = read(tmp_path, findings, path="a.gpkg")
    assert found is not None
    assert found.geometry.is_valid.all()
    assert found.geometry.iloc[1].area == pytest.approx(5_000)
    assert "warning redlines.x: 1 of 2 polygons are broken (feature 2; the first: self-intersection)" in said(
        findings
    )


def test_features_without_geometry_are_left_out_and_told(tmp_path: Path) -> None:
    """Empty geometries are dropped with a warning; a layer of nothing else is refused."""
    write_layer(tmp_path / "a.gpkg", [square(0, 0), None, shapely.Polygon()])
    findings = Findings()
    found = read(tmp_path, findings, path="a.gpkg")
    assert found is not None
    assert len(found) == 1
    assert "2 of 3 features have no geometry (feature 2, 3)" in said(findings)
    write_layer(tmp_path / "b.gpkg", [None, shapely.Polygon()])
    findings = Findings()
    assert read(tmp_path, findings, path="b.gpkg") is None
    assert "2 of 2 features have no geometry" in said(findings)


def test_heights_are_dropped(tmp_path: Path) -> None:
    """Polygons with heights become flat."""
    write_layer(tmp_path / "a.gpkg", [shapely.force_3d(square(0, 0), 12.0)])
    found = read(tmp_path, Findings(), path="a.gpkg")
    assert found is not None
    assert not found.geometry.has_z.any()


def test_a_layer_without_features_is_told(tmp_path: Path) -> None:
    """An empty layer is refused."""
    gpd.GeoDataFrame({"a": []}, geometry=[], crs=UTM).to_file(tmp_path / "a.gpkg", engine="pyogrio")
    findings = Findings()
    assert read(tmp_path, findings, path="a.gpkg") is None
    assert "a.gpkg has no features" in said(findings)


def test_files_that_are_no_vector_layer_are_told(tmp_path: Path) -> None:
    """A missing file, a text file and a table without geometry are told as what they are."""
    (tmp_path / "a.gpkg").write_text("no geopackage", encoding="ascii")
    (tmp_path / "b.csv").write_text("a,b\n1,2\n", encoding="ascii")
    for path, sentence in (
        ("c.gpkg", "there is no file c.gpkg. Did you mean `a.gpkg`?"),
        ("a.gpkg", "a.gpkg cannot be read as a vector file"),
        ("b.csv", "has no geometry"),
    ):
        findings = Findings()
        assert read(tmp_path, findings, path=path) is None
        assert sentence in said(findings)


def test_a_layer_outside_the_area_is_told_with_both_extents(tmp_path: Path) -> None:
    """A layer that misses the land cover is told with where both lie."""
    frame = gpd.GeoDataFrame(geometry=[square(50, 50)], crs=UTM)
    findings = Findings()
    assert not lies_in_area(frame, made_grid(2, 2), "layers.x", findings)
    assert "x 705,000 to 705,100, y 2,594,900 to 2,595,000 against x 700,000 to 700,200" in said(findings)
    inside = gpd.GeoDataFrame(geometry=[square(0, 0).centroid], crs=UTM)
    assert lies_in_area(inside, made_grid(2, 2), "layers.x", findings)


def test_features_that_cannot_be_reprojected_are_told(tmp_path: Path) -> None:
    """Coordinates outside what a projection can hold are a finding, not infinity."""
    write_layer(tmp_path / "a.gpkg", [shapely.box(170, -89.9, 179, -89)], crs="EPSG:4326")
    findings = Findings()
    found = read_vector(Source(path="a.gpkg"), "p", tmp_path, findings, CRS(3857))
    assert found is not None
    write_layer(
        tmp_path / "b.gpkg", [shapely.box(1, -90, 2, -90 + 1e-12), shapely.box(1, 1, 2, 2)], crs="EPSG:4326"
    )
    assert read_vector(Source(path="b.gpkg"), "p", tmp_path, findings, CRS(3857)) is not None


def test_fields_are_found_in_any_case_and_by_their_survey_names() -> None:
    """DLBM, dlbm and its Chinese names are one field; an unknown one is told with the nearest."""
    assert find_field(["dlbm", "x"], "DLBM") == "dlbm"
    assert find_field(["地类编码"], "dlbm") == "地类编码"
    assert find_field(["Class", "class"], "class") == "class"
    frame = gpd.GeoDataFrame({"XZQMC": [1]}, geometry=[square(0, 0)], crs=UTM)
    findings = Findings()
    assert field_of(frame, "XZQ_MC", "districts.t.name", findings) is None
    assert "districts.t.name: there is no field `XZQ_MC`. Did you mean `XZQMC`?" in said(findings)
