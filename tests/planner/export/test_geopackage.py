from __future__ import annotations

import json
import sqlite3
import subprocess
from contextlib import closing
from shutil import which
from xml.etree import ElementTree as Xml

import pyogrio
import pytest
import shapely

from planner.export.geopackage import write_geopackage
from tests.support.made_plans import CLASSES, small_parcels, small_plan, with_layout


def ask(path, sql):
    """The rows of a query on the file, without any GIS library."""
    with closing(sqlite3.connect(path)) as database:
        return database.execute(sql).fetchall()


@pytest.fixture
def package(tmp_path):
    """The GeoPackage of the small raster plan."""
    write_geopackage(small_plan(), tmp_path / "plan.gpkg")
    return tmp_path / "plan.gpkg"


def test_layers_are_registered(package):
    """The file lists its layers with geometry, and its tables without, styles among them."""
    rows = ask(package, "SELECT table_name, data_type, srs_id FROM gpkg_contents")
    assert set(rows) == {
        ("patches", "features", 4547),
        ("changes", "features", 4547),
        ("reasons", "features", 4547),
        ("conflicts", "features", 4547),
        ("network", "features", 4547),
        ("redlines", "features", 4547),
        ("today", "features", 4547),
        ("classes", "attributes", 0),
        ("layer_styles", "attributes", 0),
    }


def test_areas_read_back_by_sql_are_the_certificates(package):
    """Plain SQL over the patches gives the class areas of the certificate."""
    areas = dict(ask(package, "SELECT class, SUM(area_ha) FROM patches GROUP BY class"))
    assert areas == pytest.approx({"cropland": 2.0, "forest": 3.0, "water": 3.0, "urban": 3.0})
    assert ask(package, "SELECT COUNT(*) FROM changes") == [(2,)]


def test_geometry_is_valid_and_has_the_areas_it_states(package):
    """Every polygon is valid and, on a planar grid, as large as its area field says."""
    for layer in ("patches", "changes", "conflicts"):
        frame = pyogrio.read_dataframe(package, layer=layer)
        assert frame.geom_type.eq("MultiPolygon").all()
        assert shapely.is_valid(frame.geometry.array).all()
        assert frame.geometry.area.to_numpy() / 1e4 == pytest.approx(frame["area_ha"].to_numpy())
        assert frame.crs.to_epsg() == 4547


def test_styles_load_by_themselves_in_the_study_language(package):
    """Each map layer has one default style, in the study's language, and the other language's beside it."""
    rows = ask(package, "SELECT f_table_name, f_geometry_column, styleName, useAsDefault FROM layer_styles")
    layers = ["patches", "changes", "reasons", "conflicts", "network", "redlines", "today"]
    assert [row for row in rows if row[3]] == [(name, "geom", f"{name} (en)", 1) for name in layers]
    assert {row[2] for row in rows if not row[3]} == {f"{name} (zh)" for name in layers}
    assert ask(package, "SELECT DISTINCT f_table_catalog, f_table_schema FROM layer_styles") == [("", "")]


def test_layers_say_what_their_areas_are(package):
    """Whoever adds up areas reads whether they are planar or ellipsoidal, and in which CRS."""
    ((said,),) = ask(package, "SELECT description FROM gpkg_contents WHERE table_name = 'patches'")
    assert said == "Planned land classes. Areas: planar, in CGCS2000 / 3-degree Gauss-Kruger CM 114E"


def test_style_holds_every_class(package):
    """The default style has a category for each class, with its value in the layer's field."""
    ((qml, sld),) = ask(
        package, "SELECT styleQML, styleSLD FROM layer_styles WHERE f_table_name = 'patches' AND useAsDefault"
    )
    renderer = Xml.fromstring(qml).find("renderer-v2")
    values = {one.get("value") for one in renderer.findall("categories/category")}
    assert values == set(CLASSES.names)
    assert {row[0] for row in ask(package, f"SELECT DISTINCT {renderer.get('attr')} FROM patches")} <= values
    assert Xml.fromstring(sld).tag.endswith("StyledLayerDescriptor")


def test_fields_have_readable_names(package):
    """The schema extension names every field for readers."""
    names = dict(ask(package, "SELECT column_name, name FROM gpkg_data_columns WHERE table_name = 'changes'"))
    assert names["redlines"] == "Red lines touched"
    assert set(names) == {row[1] for row in ask(package, "PRAGMA table_info(changes)")} - {"fid", "geom"}
    extensions = {row[0] for row in ask(package, "SELECT extension_name FROM gpkg_extensions")}
    assert "gpkg_schema" in extensions


def test_equal_plans_are_equal_files(tmp_path):
    """Writing the same plan twice, also over an older file, gives the same bytes."""
    one, other = tmp_path / "one.gpkg", tmp_path / "other.gpkg"
    write_geopackage(small_plan(), one)
    write_geopackage(small_parcels(), other)
    write_geopackage(small_plan(), other)
    assert one.read_bytes() == other.read_bytes()
    assert {file.name for file in tmp_path.iterdir()} == {"one.gpkg", "other.gpkg"}


def test_the_language_can_be_chosen(tmp_path):
    """Asked for Chinese, names and the default style are Chinese whatever the study's language."""
    write_geopackage(small_plan("en"), tmp_path / "plan.gpkg", "zh")
    assert ask(tmp_path / "plan.gpkg", "SELECT DISTINCT name FROM patches WHERE code = 4") == [("林地",)]
    default = ask(
        tmp_path / "plan.gpkg",
        "SELECT styleName FROM layer_styles WHERE f_table_name = 'patches' AND useAsDefault",
    )
    assert default == [("patches (zh)",)]


def test_parcels_keep_their_identifiers(tmp_path):
    """A parcel study's file has every parcel beside the dissolved patches."""
    write_geopackage(small_parcels(), tmp_path / "plan.gpkg")
    assert ask(tmp_path / "plan.gpkg", "SELECT id, to_class, changed FROM units") == [
        ("P0", "cropland", 0),
        ("P1", "forest", 1),
        ("P2", "forest", 0),
        ("P3", "urban", 0),
    ]
    assert ask(tmp_path / "plan.gpkg", "SELECT COUNT(*) FROM patches") == [(3,)]


def test_a_plan_without_change_is_written(tmp_path):
    """Empty layers are there, typed and styled, when nothing changes."""
    plan = small_plan()
    write_geopackage(with_layout(plan, plan.instance.today), tmp_path / "plan.gpkg")
    assert ask(tmp_path / "plan.gpkg", "SELECT COUNT(*) FROM changes") == [(0,)]
    kinds = dict(ask(tmp_path / "plan.gpkg", "SELECT name, type FROM pragma_table_info('changes')"))
    assert kinds["area_ha"] == "REAL"
    assert kinds["units"].startswith("INTEGER")


@pytest.mark.skipif(which("ogrinfo") is None, reason="GDAL's utilities are not installed")
def test_gdal_utilities_open_it_without_complaint(package):
    """`ogrinfo` reads every layer and warns of nothing."""
    said = subprocess.run(
        ["ogrinfo", "-ro", "-so", "-al", str(package)], capture_output=True, text=True, check=True
    )
    assert said.stderr == ""
    assert "Layer name: patches" in said.stdout
    assert 'ID["EPSG",4547]' in said.stdout


def test_sqlite_finds_no_fault(package):
    """The database is whole, and its foreign keys hold."""
    assert ask(package, "PRAGMA integrity_check") == [("ok",)]
    assert ask(package, "PRAGMA foreign_key_check") == []
    assert (
        json.dumps(ask(package, "SELECT DISTINCT last_change FROM gpkg_contents"))
        == '[["2000-01-01T00:00:00.000Z"]]'
    )
