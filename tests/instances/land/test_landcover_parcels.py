from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from instances.land.landcover_parcels import read_parcels
from instances.land.landcover_raster import Units
from instances.study.findings import Findings
from instances.units.grid import ParcelFrame
from tests.support.made_files import said, square, study_of, write_layer

FIELDS = [square(0, 0), square(1, 0), square(2, 0)]


def parcels(
    folder: Path, findings: Findings, codes: list[Any], column: str = "DLBM", **landcover: Any
) -> Units | None:
    """The units of three squares in a row with these codes."""
    write_layer(
        folder / "a.gpkg", FIELDS[: len(codes)], TBBH=[f"T{k}" for k in range(len(codes))], **{column: codes}
    )
    return read_parcels(study_of(path="a.gpkg", **landcover).landcover, folder, findings)


@pytest.mark.parametrize(
    "codes", [["0101", "0301", "0101"], [101, 301, 101], [101.0, 301.0, 101.0], [" 0101", "0301 ", "0101"]]
)
def test_codes_may_be_text_or_numbers(tmp_path: Path, codes: list[Any]) -> None:
    """GB/T 21010 codes are understood as text with leading zeros and as numbers that lost them."""
    findings = Findings()
    units = parcels(tmp_path, findings, codes, column="CODE", scheme="GB/T 21010-2017")
    assert units is None
    assert "landcover.field: is missing: the parcels have the fields TBBH, CODE" in said(findings)
    units = parcels(tmp_path, Findings(), codes, scheme="GB/T 21010-2017", id="tbbh")
    assert units is not None
    assert units.names == ("cropland", "forest")
    assert units.class_of.tolist() == [0, 1, 0]
    assert isinstance(units.grid.frame, ParcelFrame)
    assert units.grid.frame.ids.tolist() == ["T0", "T1", "T2"]
    assert units.grid.area_ha.tolist() == [1.0, 1.0, 1.0]
    assert len(units.grid.edges) == 2


def test_the_usual_field_is_taken_and_told(tmp_path: Path) -> None:
    """Without landcover.field the survey's DLBM is taken, with a note."""
    findings = Findings()
    assert parcels(tmp_path, findings, ["0101", "0301", "0301"], scheme="GB/T 21010-2017") is not None
    assert "note landcover: the study names no field; the class codes are taken from DLBM" in said(findings)


def test_parcels_without_class_are_no_units_and_told(tmp_path: Path) -> None:
    """Empty codes and codes that mean no data leave their parcels out, with number and area."""
    findings = Findings()
    units = parcels(tmp_path, findings, ["0101", None, "x"], classes={"0101": "cropland"}, nodata=["X"])
    assert units is not None
    assert len(units.grid) == 1
    assert "2 parcels (2.0 ha) have no class in DLBM" in said(findings)


@pytest.mark.parametrize(
    ("landcover", "sentence"),
    [
        ({"classes": {"0101": "cropland"}}, "a code stands for no land class: 0301 (2 parcels, 2.0 ha)"),
        (
            {"field": "DLBN", "classes": {"0101": "cropland"}},
            "there is no field `DLBN`. Did you mean `DLBM`?",
        ),
        ({}, "nothing says which class its codes mean (0101, 0301)"),
        ({"id": "nr", "scheme": "GB/T 21010-2017"}, "landcover.id: there is no field `nr`"),
    ],
)
def test_parcels_that_cannot_be_used_are_told(
    tmp_path: Path, landcover: dict[str, Any], sentence: str
) -> None:
    """Each fault of a parcel layer is one sentence with its number."""
    findings = Findings()
    assert parcels(tmp_path, findings, ["0101", "0301", "0301"], **landcover) is None
    assert sentence in said(findings)
    assert len(findings.errors) == 1


def test_identifiers_that_repeat_are_told(tmp_path: Path) -> None:
    """A field that does not tell parcels apart is told with the number of repeats."""
    findings = Findings()
    units = parcels(tmp_path, findings, ["0101", "0301", "0301"], scheme="GB/T 21010-2017", id="DLBM")
    assert units is not None
    assert "DLBM does not tell parcels apart: 1 of 3 are empty or repeat another" in said(findings)


def test_lines_are_no_parcels(tmp_path: Path) -> None:
    """Points and lines among the parcels are left out; a layer of nothing else is refused."""
    cover = study_of(path="a.gpkg", field="c", classes={"1": "forest"}).landcover
    write_layer(tmp_path / "a.gpkg", [square(0, 0), square(0, 0).boundary], c=[1, 1])
    findings = Findings()
    units = read_parcels(cover, tmp_path, findings)
    assert units is not None
    assert "1 of 2 features are points or lines, not parcels" in said(findings)
    write_layer(tmp_path / "a.gpkg", [square(0, 0).boundary], c=[1])
    findings = Findings()
    assert read_parcels(cover, tmp_path, findings) is None
    assert "error landcover: 1 of 1 features are points or lines" in said(findings)


def test_a_parcel_that_is_a_collection_keeps_its_neighbours(tmp_path: Path) -> None:
    """Polygons with a line among them, as repairing tools leave them, share their border like any other."""
    mixed = shapely.GeometryCollection([FIELDS[0], shapely.LineString([(0, 0), (1, 1)])])
    write_layer(tmp_path / "a.gpkg", [mixed, *FIELDS[1:]], DLBM=["0301"] * 3)
    findings = Findings()
    cover = study_of(path="a.gpkg", field="DLBM", scheme="GB/T 21010-2017").landcover
    units = read_parcels(cover, tmp_path, findings)
    assert units is not None
    assert len(units.grid.edges) == 2
    assert units.grid.area_ha.tolist() == [1.0, 1.0, 1.0]
    assert "1 of 3 parcels are collections of polygons with lines or points" in said(findings)


@pytest.mark.parametrize("ring", [[[113.003, 22.996]], [[113, 22.9], [113.1, 22.9], [113.1, 23]]])
def test_parcels_of_odd_rings_do_not_stop_the_others(tmp_path: Path, ring: list[list[float]]) -> None:
    """A parcel of one point is left out, one whose ring is open closed; both are told."""
    square_ring = [[114, 22.9], [114.1, 22.9], [114.1, 23], [114, 23], [114, 22.9]]
    layer = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"DLBM": code},
                "geometry": {"type": "Polygon", "coordinates": [part]},
            }
            for code, part in (("0101", square_ring), ("0301", ring))
        ],
    }
    (tmp_path / "a.geojson").write_text(json.dumps(layer), encoding="utf-8")
    findings = Findings()
    cover = study_of(path="a.geojson", scheme="GB/T 21010-2017").landcover
    units = read_parcels(cover, tmp_path, findings)
    assert units is not None
    assert len(units.grid) == (1 if len(ring) == 1 else 2)
    assert "feature 1" in said(findings)


def test_parcels_are_read_from_geoparquet(tmp_path: Path) -> None:
    """Parcels in GeoParquet are the units that the same parcels in a GeoPackage are."""
    expected = parcels(tmp_path, Findings(), ["0101", "0301", "0101"], scheme="GB/T 21010-2017", id="TBBH")
    gpd.read_file(tmp_path / "a.gpkg").to_parquet(tmp_path / "a.parquet")
    cover = study_of(path="a.parquet", scheme="GB/T 21010-2017", id="TBBH").landcover
    units = read_parcels(cover, tmp_path, Findings())
    assert units is not None
    assert expected is not None
    assert units.class_of.tolist() == expected.class_of.tolist()
    assert units.grid.area_ha.tolist() == expected.grid.area_ha.tolist()
    assert isinstance(units.grid.frame, ParcelFrame)
    assert units.grid.frame.ids.tolist() == ["T0", "T1", "T2"]


@pytest.mark.parametrize("code", [1e20, float(2**64 - 1), 2.0**63, float("inf"), -1e300])
def test_absurd_codes_are_told_as_unknown(tmp_path: Path, code: float) -> None:
    """Numbers that no class has, however large, are codes that the scheme does not know."""
    findings = Findings()
    assert parcels(tmp_path, findings, [101.0, code], scheme="GB/T 21010-2017") is None
    assert "landcover" in said(findings)
