from __future__ import annotations

import struct

import geopandas as gpd
import numpy as np
import pytest
import shapely

from instances.layers.geometries import built, cleaned, named
from instances.study.findings import Findings
from tests.support.made_files import UTM, said, square


def polygon(*points: tuple[float, float]) -> bytes:
    """A polygon of one ring as WKB, closed or not."""
    head = struct.pack("<BIII", 1, 3, 1, len(points))
    return head + b"".join(struct.pack("<dd", *point) for point in points)


SOUND = polygon((0, 0), (2, 0), (2, 2), (0, 2), (0, 0))
OPEN = polygon((0, 0), (1, 0), (1, 1), (0, 1))
ONE_POINT = polygon((0, 0))
TRIANGLE = struct.pack("<BI", 1, 17) + OPEN[5:]
TIN = struct.pack("<BII", 1, 16, 1) + TRIANGLE
SURFACE = struct.pack("<BII", 1, 1015, 1) + TRIANGLE
COLLECTION = struct.pack("<BII", 1, 7, 1) + TIN
LINE_OF_ONE = struct.pack("<BII", 1, 2, 1) + struct.pack("<dd", 0, 0)


def build(*wkb: bytes | None) -> tuple[list[float], list[bool], str]:
    """Areas of what can be built, which can, and what is told."""
    findings = Findings()
    numbers = np.arange(1, len(wkb) + 1)
    geometry, sound = built(np.array([*wkb, None], dtype=object)[:-1], numbers, "redlines.x", findings)
    return shapely.area(geometry[sound]).tolist(), sound.tolist(), said(findings)


def test_rings_that_are_not_closed_are_closed() -> None:
    """A ring without its last corner is the land that it goes around, and told."""
    area, sound, told = build(SOUND, OPEN)
    assert (area, sound) == ([4.0, 1.0], [True, True])
    assert "warning redlines.x: 1 of 2 features has a ring that is not closed (feature 2)" in told
    assert "2 of 3 features have rings that are not closed (feature 1, 3)" in build(OPEN, SOUND, OPEN)[2]


@pytest.mark.parametrize(
    ("wkb", "why"),
    [
        (ONE_POINT, "a ring or line of too few points"),
        (LINE_OF_ONE, "a ring or line of too few points"),
        (TIN, "a surface in space"),
        (TRIANGLE, "a surface in space"),
        (SURFACE, "a surface in space"),
        (COLLECTION, "a ring or line of too few points"),
    ],
    ids=["one point", "line of one point", "tin", "triangle", "surface", "collection"],
)
def test_what_can_be_no_geometry_is_left_out(wkb: bytes, why: str) -> None:
    """It is told with its number and why, and the sound ones stay; features without any are not counted."""
    area, sound, told = build(SOUND, wkb, None)
    assert sound == [True, False, True]
    assert area[0] == 4.0
    assert f"warning redlines.x: 1 of 3 features cannot be built (feature 2; the first: {why}" in told
    assert "error redlines.x: 2 of 2 features cannot be built" in build(wkb, wkb)[2]


def clean(*geometries: shapely.Geometry) -> tuple[gpd.GeoDataFrame | None, str]:
    """The features cleaned, and what is told."""
    findings = Findings()
    frame = gpd.GeoDataFrame({"a": range(len(geometries))}, geometry=list(geometries), crs=UTM)
    return cleaned(frame, "x.gpkg", "redlines.x", findings), said(findings)


@pytest.mark.parametrize("odd", [np.nan, np.inf])
def test_coordinates_that_are_no_numbers_are_left_out(odd: float) -> None:
    """A corner at no place makes no land, and is told as that."""

    def astray(kind: int) -> shapely.Geometry:
        corners = shapely.get_coordinates(shapely.from_wkb(SOUND))
        corners[2] = odd, 1
        head = struct.pack("<BI", 1, kind) + (struct.pack("<I", 1) if kind == 3 else b"")
        with np.errstate(invalid="ignore"):
            return shapely.from_wkb(head + struct.pack("<I", len(corners)) + corners.tobytes())

    frame, told = clean(square(0, 0), astray(3))
    assert frame is not None
    assert frame["a"].tolist() == [0]
    assert "1 of 2 features have coordinates that are no numbers (feature 1). They were left out" in told
    assert clean(astray(2))[0] is None


def test_polygons_without_land_are_told_among_the_broken() -> None:
    """A polygon that is a line there and back is broken, and nothing is left of it."""
    flat = shapely.Polygon([(0, 0), (1, 0), (0, 0)])
    frame, told = clean(square(0, 0), flat)
    assert frame is not None
    assert len(frame) == 1
    assert "They were repaired for this run, but for 1 that holds no land and was left out" in told
    assert "not one polygon of x.gpkg is left after repair" in clean(flat)[1]


def test_numbers_of_features_are_named_up_to_five() -> None:
    """Five are named, of more the first five."""
    assert named([1, 2, 3, 4, 5]) == "1, 2, 3, 4, 5"
    assert named(range(9)) == "0, 1, 2, 3, 4 and more"


def test_a_layer_without_features_is_told() -> None:
    """An empty layer is told by its file's name."""
    assert "x.gpkg has no features" in clean()[1]
