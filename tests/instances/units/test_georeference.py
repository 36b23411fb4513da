from __future__ import annotations

import numpy as np
import pytest
from pyproj import CRS, Geod

from instances.study.findings import Findings
from instances.units.georeference import (
    area_distortion,
    is_stated,
    local_equal_area,
    overlap,
    parse_crs,
    same_crs,
    settle_crs,
    transformed_bounds,
    transformer,
)
from tests.support.made_files import said

GAUSS = (450_000.0, 2_500_000.0, 460_000.0, 2_510_000.0)


def test_an_unknown_crs_is_told_with_an_example() -> None:
    """A CRS that PROJ does not know is told, with how to write one."""
    findings = Findings()
    assert parse_crs("EPSG:99999", "landcover.crs", findings) is None
    assert "'EPSG:99999' is no known CRS" in said(findings)
    assert parse_crs("4547", "p", findings) == CRS(4547)


@pytest.mark.parametrize(
    ("bounds", "code"),
    [
        (GAUSS, "EPSG:4547"),
        ((113.0, 22.0, 114.0, 23.0), "EPSG:4490"),
        ((38_450_000.0, 2_500_000.0, 38_460_000.0, 2_510_000.0), "EPSG:4526"),
        ((19_450_000.0, 2_500_000.0, 19_460_000.0, 2_510_000.0), "EPSG:4497"),
    ],
)
def test_a_missing_crs_is_told_with_a_likely_one(bounds: tuple[float, ...], code: str) -> None:
    """A file without CRS is never given one in silence; the remedy names what its coordinates look like:
    zone 38 of 3 degrees is EPSG 4488 + 38, zone 19 of 6 degrees EPSG 4491 + 19 - 13."""
    findings = Findings()
    assert settle_crs(None, None, bounds, "landcover", findings) is None  # type: ignore[arg-type]
    assert f'the file states no CRS. Add `crs = "{code}"`' in said(findings)


def test_a_crs_that_contradicts_the_file_is_told() -> None:
    """The study may not state another CRS than the file does; the same one does no harm."""
    findings = Findings()
    assert settle_crs(CRS(32649), "EPSG:4547", GAUSS, "landcover", findings) is None
    assert "landcover.crs: the study says EPSG:4547, but the file states EPSG:32649" in said(findings)
    assert settle_crs(CRS(4547), "EPSG:4547", GAUSS, "landcover", Findings()) == CRS(4547)
    assert settle_crs(None, "EPSG:4547", GAUSS, "landcover", Findings()) == CRS(4547)


@pytest.mark.parametrize(
    ("crs", "bounds", "unit"),
    [("EPSG:4490", GAUSS, "degrees"), ("EPSG:4547", (113.0, 22.0, 114.0, 23.0), "metres")],
)
def test_coordinates_that_cannot_be_in_their_crs_are_told(
    crs: str, bounds: tuple[float, float, float, float], unit: str
) -> None:
    """Metres under a CRS of degrees, and degrees under one of metres, are told."""
    findings = Findings()
    assert settle_crs(CRS(crs), None, bounds, "p", findings) is None
    assert f"{crs} counts {unit}, but the coordinates are" in said(findings)


@pytest.mark.parametrize(
    ("crs", "bounds"),
    [
        ("EPSG:4546", (37_642_000.0, 3_390_000.0, 37_703_000.0, 3_460_000.0)),
        ("EPSG:4525", (642_000.0, 3_390_000.0, 703_000.0, 3_460_000.0)),
        ("EPSG:4546", (3_390_000.0, 642_000.0, 3_460_000.0, 703_000.0)),
        ("EPSG:32650", (37_642_000.0, 3_390_000.0, 37_703_000.0, 3_460_000.0)),
    ],
    ids=["a zone number too many", "a zone number missing", "x and y exchanged", "UTM with a zone number"],
)
def test_eastings_of_another_zone_are_told(crs: str, bounds: tuple[float, float, float, float]) -> None:
    """Land that would lie nowhere on the Earth, or half a world beside its zone, is no land to plan."""
    findings = Findings()
    assert settle_crs(CRS(crs), None, bounds, "p", findings) is None
    assert f"p: {crs} (" in said(findings)
    assert "has no such place, but the coordinates are x" in said(findings)


@pytest.mark.parametrize("crs", ["EPSG:4546", "EPSG:32649", "EPSG:3035", "EPSG:3857", "ESRI:102025"])
def test_land_a_little_beside_its_zone_is_taken(crs: str) -> None:
    """A county at the edge of its zone, or a prefecture planned in the next one, is where it says."""
    assert settle_crs(CRS(crs), None, (900_000.0, 3_390_000.0, 990_000.0, 3_460_000.0), "p", Findings())


def test_a_file_without_crs_is_asked_for_the_land_cover_s() -> None:
    """Coordinates in metres that tell no zone most likely share the land cover's CRS; the remedy names it."""
    findings = Findings()
    assert settle_crs(None, None, GAUSS, "redlines.farmland", findings, CRS(4546)) is None
    assert 'Add `crs = "EPSG:4546"` if that of the land cover is its own too' in said(findings)


def test_a_crs_without_a_name_is_a_crs_all_the_same() -> None:
    """A projection written out by its parameters has no name of its own; a placeholder has no projection."""
    assert is_stated(CRS("+proj=aea +lat_1=25 +lat_2=47 +lon_0=105 +ellps=krass"))
    assert is_stated(CRS(4326))
    assert not is_stated(CRS.from_wkt('LOCAL_CS["Undefined Cartesian SRS",UNIT["metre",1]]'))


def test_one_crs_written_in_two_ways_is_one() -> None:
    """A CRS read from WKT 1 is the one of the EPSG code."""
    assert same_crs(CRS(32649), CRS.from_wkt(CRS(32649).to_wkt("WKT1_GDAL")))
    assert not same_crs(CRS(32649), CRS(32650))


def test_areas_in_the_local_crs_are_those_on_the_ellipsoid() -> None:
    """A degree square measured in the local equal-area CRS has its area on the ellipsoid."""
    crs = CRS(4326)
    local = local_equal_area(crs, (113, 22, 114, 23))
    edge = np.linspace(0, 1, 200)
    x = np.concatenate([113 + edge, np.full(200, 114), 114 - edge, np.full(200, 113)])
    y = np.concatenate([np.full(200, 22), 22 + edge, np.full(200, 23), 23 - edge])
    east, north = transformer(crs, local).transform(x, y)
    planar = abs(np.sum(east * np.roll(north, -1) - np.roll(east, -1) * north)) / 2
    true, _ = Geod(ellps="WGS84").polygon_area_perimeter(x, y)
    assert planar == pytest.approx(abs(true), rel=1e-5)


def test_web_mercator_areas_are_known_to_be_distorted() -> None:
    """At 60 degrees north Web Mercator shows about four times the true area, a UTM zone nearly that."""
    mercator = transformed_bounds((10.0, 59.99, 10.1, 60.01), CRS(4326), CRS(3857))
    assert area_distortion(CRS(3857), mercator) == pytest.approx(4.0, rel=0.01)
    assert area_distortion(CRS(32632), (500_000, 6_650_000, 510_000, 6_660_000)) == pytest.approx(
        0.9992, abs=2e-4
    )


def test_boxes_that_only_touch_do_not_overlap() -> None:
    """Two boxes overlap when they share some area."""
    assert overlap((0, 0, 2, 2), (1, 1, 3, 3))
    assert not overlap((0, 0, 1, 1), (1, 0, 2, 1))


CITY = CRS.from_wkt('LOCAL_CS["City grid",UNIT["metre",1],AXIS["Easting",EAST],AXIS["Northing",NORTH]]')


@pytest.mark.parametrize(
    "text", ["²³", "٤٥٤٧", "9" * 5000, "-1", "{", "+proj=", "EPSG:", "a\0b", "\ud800", " "]
)
def test_text_that_is_no_crs_is_told(text: str) -> None:
    """Digits of other scripts, numbers without end and halves of letters are no CRS, and no fault of ours."""
    findings = Findings()
    assert parse_crs(text, "landcover.crs", findings) is None
    assert "is no known CRS" in said(findings)
    assert len(said(findings)) < 300


@pytest.mark.parametrize(("in_file", "stated"), [("EPSG:4547+5737", "EPSG:4547"), ("EPSG:4979", "EPSG:4326")])
def test_heights_contradict_nothing(in_file: str, stated: str) -> None:
    """A CRS with heights whose horizontal part is the one stated is that one; its horizontal part is kept."""
    bounds = GAUSS if "4547" in in_file else (113.0, 22.0, 114.0, 23.0)
    for one, other in ((in_file, stated), (stated, in_file), (in_file, in_file)):
        findings = Findings()
        settled = settle_crs(CRS(one), other, bounds, "landcover", findings, CRS(stated))
        assert settled is not None
        assert settled.to_epsg() == CRS(stated).to_epsg()
        assert len(settled.axis_info) == 2
        assert not list(findings)
    assert settle_crs(CRS("EPSG:4547+5737"), "EPSG:4548", GAUSS, "landcover", Findings()) is None


@pytest.mark.parametrize("code", [4978, 5701])
def test_a_crs_without_a_map_is_told(code: int) -> None:
    """Heights alone, and coordinates in space, make no map."""
    findings = Findings()
    assert settle_crs(None, f"EPSG:{code}", (0.0, 0.0, 10.0, 10.0), "landcover", findings) is None
    assert "has no two coordinates that make a map" in said(findings)


@pytest.mark.parametrize(("own", "cover"), [(CITY, CRS(4547)), (CRS(4547), CITY), (CRS(4490), CITY)])
def test_a_citys_own_grid_is_brought_to_no_other_crs(own: CRS, cover: CRS) -> None:
    """A layer cannot be brought into a grid that is tied to nothing, nor out of it; alone it serves."""
    bounds = (113.0, 22.0, 114.0, 23.0) if own.is_geographic else GAUSS
    findings = Findings()
    assert settle_crs(own, None, bounds, "redlines.x", findings, cover) is None
    assert "cannot be related to each other" in said(findings)
    assert settle_crs(CITY, None, GAUSS, "landcover", Findings()) == CITY
    assert settle_crs(CITY, None, GAUSS, "redlines.x", Findings(), CITY) == CITY


def test_shifts_between_datums_that_are_not_well_known_are_told() -> None:
    """Of Beijing 1954 the shift is known to 15 m, of Xian 1980 not at all; WGS 84 needs no word."""
    findings = Findings()
    assert settle_crs(CRS(2435), None, GAUSS, "redlines.x", findings, CRS(4547)) == CRS(2435)
    assert (
        "warning redlines.x: the shift between the datums Beijing 1954 and China Geodetic Coordinate System "
        "2000 is only known to about 15 m (Beijing 1954 to WGS 84 (3))"
    ) in said(findings)
    findings = Findings()
    assert settle_crs(CRS(2383), None, GAUSS, "redlines.x", findings, CRS(4547)) == CRS(2383)
    assert "warning redlines.x: no shift between the datums Xian 1980 and China" in said(findings)
    assert "places may be off by some 100 m" in said(findings)
    findings = Findings()
    for own, bounds in ((32649, GAUSS), (4326, (113.0, 22.0, 114.0, 23.0))):
        assert settle_crs(CRS(own), None, bounds, "redlines.x", findings, CRS(4547)) is not None
    assert not list(findings)


def test_what_is_told_of_a_crs_is_told_in_chinese() -> None:
    """Sentences within a sentence, boxes and remedies alike, are of the language that is asked for."""
    findings = Findings()
    settle_crs(CRS("EPSG:4490"), None, GAUSS, "p", findings)
    settle_crs(CRS(2435), None, GAUSS, "q", findings, CRS(4547))
    told = [finding.told("zh") for finding in findings]
    assert told[0] == (
        "p：EPSG:4490 以度计，而坐标为 x 450,000 至 460,000，y 2,500,000 至 2,510,000。"
        '请注明坐标实际所用的坐标系：`crs = "EPSG:4547"`，或其坐标实际所用的坐标系。'
    )
    assert "之间的转换只精确到约 15 m（Beijing 1954 to WGS 84 (3)）。若这有影响，请先" in told[1]


def test_the_shift_is_that_of_the_study_area() -> None:
    """A layer that reaches far beyond is asked for its shift where the land cover's CRS is of use."""
    findings = Findings()
    strip = (113.0, 22.0, 179.0, 23.0)
    assert settle_crs(CRS(4214), None, strip, "redlines.x", findings, CRS(4547)) == CRS(4214)
    assert "is only known to about 15 m" in said(findings)
