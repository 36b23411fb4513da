from __future__ import annotations

import csv
import json
import os
import struct
import subprocess
from pathlib import Path
from xml.etree import ElementTree as Xml

import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from pyproj import CRS

from planner.export.formats import Wanted, write_formats
from planner.plans.plan import Plan
from tests.support.made_plans import CLASSES, made_plan, small_parcels, small_plan, with_layout

PLANS = {"cells": small_plan, "parcels": small_parcels}
SYSTEM_PYTHON = Path("/usr/bin/python3")
GDAL_READS = """
import json, sys
from osgeo import ogr
ogr.UseExceptions()
source, found = ogr.Open(sys.argv[1]), {}
for layer in source:
    fields = [one.GetName() for one in layer.schema]
    reference = layer.GetSpatialRef()
    rows = [{**{name: row.GetField(name) for name in fields},
             "size": row.GetGeometryRef().Area() if row.GetGeometryRef() else None} for row in layer]
    found[layer.GetName()] = {"epsg": reference and reference.GetAuthorityCode(None), "rows": rows}
print(json.dumps(found))
"""


@pytest.fixture(params=PLANS)
def plan(request: pytest.FixtureRequest) -> Plan:
    """A plan of cells and one of parcels, in Chinese."""
    return PLANS[request.param]("zh")


def export(plan: Plan, folder: Path, form: str, **wanted: bool) -> Path:
    """Write a plan in one format."""
    write_formats(plan, folder, Wanted(frozenset({form}), **wanted))
    return folder


def areas(rows: list[dict[str, object]], key: str = "class", area: str = "area_ha") -> dict[object, float]:
    """Areas by class."""
    found: dict[object, float] = {}
    for row in rows:
        found[row[key]] = found.get(row[key], 0.0) + float(str(row[area]))
    return found


def expected(plan: Plan) -> dict[object, float]:
    """Areas by class as the certificate says them."""
    records = {item.name: plan.certificate.indicators[f"area.{item.name}"].value for item in CLASSES}
    return {name: pytest.approx(value) for name, value in records.items() if value}


def gdal(path: Path) -> dict[str, dict[str, object]]:
    """What the system's own GDAL, years older than ours, reads of a file."""
    clean = {
        key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "PROJ", "GDAL"))
    }
    command = [str(SYSTEM_PYTHON), "-c", GDAL_READS, str(path)]
    if (
        not SYSTEM_PYTHON.exists()
        or subprocess.run([*command[:2], "import osgeo"], env=clean, check=False).returncode
    ):
        pytest.skip("the system's Python has no GDAL")
    run = subprocess.run(command, capture_output=True, text=True, check=False, env=clean)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_a_geodatabase_reads_back_the_same(plan: Plan, tmp_path: Path) -> None:
    """Another GDAL finds the classes, areas, outlines, colours and CRS of the plan in the geodatabase."""
    found = gdal(export(plan, tmp_path, "gdb") / "plan.gdb")
    patches = found["patches"]
    assert CRS.from_epsg(patches["epsg"]) == plan.instance.grid.crs
    assert areas(patches["rows"]) == expected(plan)
    assert {row["class"]: row["colour"] for row in found["classes"]["rows"]} == {
        item.name: "#{:02x}{:02x}{:02x}".format(*item.colour) for item in CLASSES
    }
    assert [row["name"] for row in found["classes"]["rows"]] == [item.name_zh for item in CLASSES]
    for row in patches["rows"]:
        assert row["size"] / 1e4 == pytest.approx(row["area_ha"])
    assert isinstance(found["changes"]["rows"][0]["units"], int)


def test_shapefiles_read_back_the_same(plan: Plan, tmp_path: Path) -> None:
    """Another GDAL reads Chinese, areas and the CRS from the shapefiles without being told an encoding."""
    folder = export(plan, tmp_path, "shp") / "shp"
    found = gdal(folder / "patches.shp")["patches"]
    assert CRS.from_epsg(found["epsg"]) == plan.instance.grid.crs
    assert areas(found["rows"]) == expected(plan)
    assert {row["name"] for row in found["rows"]} <= {item.name_zh for item in CLASSES}
    assert {path.suffix for path in folder.glob("patches.*")} == {
        *(".shp", ".shx", ".dbf", ".prj", ".cpg", ".qml", ".sld")
    }


def test_shapefiles_say_utf8_and_keep_to_ten_bytes(tmp_path: Path) -> None:
    """Read byte by byte: the .cpg says UTF-8, and every field name of every .dbf is short and its own."""
    folder = export(small_plan("zh"), tmp_path, "shp", both_areas=True, standard_fields=True) / "shp"
    for path in folder.glob("*.dbf"):
        assert path.with_suffix(".cpg").read_text() == "UTF-8"
        data = path.read_bytes()
        (length,) = struct.unpack("<H", data[8:10])
        heads = [data[at : at + 32] for at in range(32, length - 1, 32)]
        names = [head[:11].rstrip(b"\0").decode("ascii") for head in heads]
        assert len({name.lower() for name in names}) == len(names)
        assert all(1 <= len(name) <= 10 for name in names)
    assert "林地".encode() in (folder / "TDGHDL.dbf").read_bytes()


def test_shapefile_styles_look_at_fields_that_are_there(tmp_path: Path) -> None:
    """The style beside every shapefile names one of its fields, and the standard's colours."""
    folder = export(small_plan("zh"), tmp_path, "shp", standard_fields=True) / "shp"
    for path in folder.glob("*.qml"):
        renderer = Xml.fromstring(path.read_text(encoding="utf-8")).find("renderer-v2")
        assert renderer is not None
        assert renderer.get("attr") in pyogrio.read_info(path.with_suffix(".shp"))["fields"]
    assert "104,177,103,255" in (folder / "TDGHDL.qml").read_text(encoding="utf-8")


def test_geoparquet_reads_back_the_same(plan: Plan, tmp_path: Path) -> None:
    """Arrow reads classes and areas; the metadata of GeoParquet state the exact CRS."""
    folder = export(plan, tmp_path, "parquet") / "parquet"
    table = pq.read_table(folder / "patches.parquet")
    rows = table.to_pylist()
    assert areas(rows) == expected(plan)
    about = json.loads(table.schema.metadata[b"geo"])
    assert about["version"] == "1.1.0"
    column = about["columns"][about["primary_column"]]
    assert CRS.from_json_dict(column["crs"]) == plan.instance.grid.crs
    sizes = shapely.area(shapely.from_wkb([row["geometry"] for row in rows]))
    assert sizes / 1e4 == pytest.approx([row["area_ha"] for row in rows])
    assert {row["class"]: row["colour"] for row in rows}["forest"] == "#68b167"
    assert b"geo" not in (pq.read_schema(folder / "classes.parquet").metadata or {})


def test_fields_are_explained(tmp_path: Path) -> None:
    """fields.csv names every field of every layer, also as the shapefiles call it."""
    folder = export(small_plan("zh"), tmp_path, "shp", both_areas=True)
    with (folder / "fields.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for path in (folder / "shp").glob("*.dbf"):
        fields = [row["shapefile_field"] for row in rows if row["layer"] == path.stem]
        assert fields == list(pyogrio.read_info(path)["fields"])
    said = {row["field"]: (row["shapefile_field"], row["name"]) for row in rows}
    assert said["ellipsoidal_ha"] == ("ellips_ha", "椭球面积（公顷）")


def test_plans_without_change_are_written(tmp_path: Path) -> None:
    """Empty layers are there in every format."""
    plan = small_plan()
    still = with_layout(plan, plan.instance.today)
    folder = tmp_path
    for form in ("gdb", "shp", "parquet"):
        export(still, folder, form)
    assert pyogrio.read_info(folder / "plan.gdb", layer="changes")["features"] == 0
    assert pyogrio.read_info(folder / "shp" / "changes.shp")["features"] == 0
    assert pq.read_table(folder / "parquet" / "changes.parquet").num_rows == 0


def test_a_shapefile_names_every_red_line(tmp_path: Path) -> None:
    """Seven red lines of 18 characters are 390 bytes, more than a shapefile's text holds: their short names
    stand instead, all seven; in a GeoPackage they have their labels."""
    plan = small_plan("zh")
    everywhere = plan.instance.redlines[0].inside | True
    labels = {f"{sign}家级自然保护区核心区与缓冲区范围": everywhere for sign in "甲乙丙丁戊己庚"}
    plan = made_plan(plan.instance.grid, plan.instance.today, plan.layout, lines=labels, lang="zh")
    notes = write_formats(plan, tmp_path, Wanted(frozenset({"shp", "gpkg"})))
    short = pyogrio.read_dataframe(tmp_path / "shp" / "changes.shp", encoding="UTF-8")["redlines"].iloc[0]
    whole = pyogrio.read_dataframe(tmp_path / "plan.gpkg", layer="changes")["redlines"].iloc[0]
    assert short.split("、") == [f"line{number}" for number in range(7)]
    assert whole.split("、") == list(labels)
    assert notes == ()


def test_what_a_shapefile_must_cut_is_told(tmp_path: Path) -> None:
    """A label of 300 bytes ends in dots, and a warning says in which field of which layer."""
    plan = small_plan("en")
    lines = {"永" * 100: plan.instance.redlines[0].inside}
    plan = made_plan(plan.instance.grid, plan.instance.today, plan.layout, lines=lines)
    notes = write_formats(plan, tmp_path, Wanted(frozenset({"shp"})))
    assert "redlines.shp" in [str(note.place) for note in notes]
    told = "\n".join(map(str, notes))
    assert "redlines.shp: field `label`: 1 text is longer than the 254 bytes" in told
    label = pyogrio.read_dataframe(tmp_path / "shp" / "redlines.shp", encoding="UTF-8")["label"].iloc[0]
    assert label.endswith("永...")
