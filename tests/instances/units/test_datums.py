from __future__ import annotations

import pytest
from pyproj import CRS, Transformer

from instances.units.datums import Shift, datum_name, on_earth, relatable, related, shift_between

CITY = CRS.from_wkt('LOCAL_CS["City grid",UNIT["metre",1],AXIS["Easting",EAST],AXIS["Northing",NORTH]]')
PLACE = 500_300.0, 2_499_700.0
"""A place near 114 E 22.6 N in a zone of Gauss-Kruger."""


def turned(source: CRS, target: CRS) -> tuple[float, float]:
    """The place in another CRS."""
    x, y = Transformer.from_crs(*related(source, target), always_xy=True).transform(*PLACE)
    return float(x), float(y)


def test_old_surveys_reach_cgcs2000_by_way_of_wgs_84() -> None:
    """Beijing 1954 lies 50 m and more from CGCS2000: EPSG:15920 has the shift to WGS 84, which agrees with
    that. The way back takes the same shift."""
    assert turned(CRS(2435), CRS(4547)) == pytest.approx((500_353.3, 2_499_643.9), abs=0.1)
    there = Transformer.from_crs(*related(CRS(2435), CRS(4547)), always_xy=True).transform(*PLACE)
    back = Transformer.from_crs(*related(CRS(4547), CRS(2435)), always_xy=True).transform(*there)
    assert back == pytest.approx(PLACE, abs=0.01)


@pytest.mark.parametrize("degrees", [4490, 4326, 4258])
def test_the_way_by_wgs_84_keeps_the_coordinates_of_degrees(degrees: int) -> None:
    """In degrees too, x stays longitude and y latitude."""
    longitude, latitude = turned(CRS(2435), CRS(degrees))
    assert (longitude, latitude) == pytest.approx((114.0034, 22.5941), abs=1e-3)


@pytest.mark.parametrize(
    ("one", "other"),
    [(4326, 4490), (4547, 4490), (32649, 4547), (3857, 4490), (3826, 4547), (2435, 2435), (2435, 4214)],
)
def test_datums_that_agree_have_no_shift(one: int, other: int) -> None:
    """WGS 84, CGCS2000 and others counted from the centre of the Earth are not told of, nor is one datum."""
    shift = shift_between(CRS(one), CRS(other), *PLACE)
    assert shift is None or ((shift.metres or 0.0) == 0.0 and shift != Shift(None, ""))


def test_how_far_a_shift_may_be_off_is_known() -> None:
    """Beijing 1954 to WGS 84 is known to 15 m, Xian 1980 to nothing not at all."""
    assert shift_between(CRS(2435), CRS(4547), *PLACE) == Shift(15.0, "Beijing 1954 to WGS 84 (3)")
    assert shift_between(CRS(2383), CRS(4547), *PLACE) == Shift(None, "")


@pytest.mark.parametrize(
    ("one", "other", "x", "y"),
    [
        (4267, 4269, -100, 40),
        (4301, 6668, 139.7, 35.7),
        (2326, 4547, 836_694, 819_069),
        (31467, 25832, 3.5e6, 5.5e6),
    ],
    ids=["NAD27", "Tokyo", "Hong Kong 1980", "DHDN"],
)
def test_a_known_shift_is_taken_where_grids_of_a_better_one_are_missing(
    one: int, other: int, x: float, y: float
) -> None:
    """Without the files of a shift to centimetres there is one to metres, not none: of Tokyo's 400 m, say."""
    there = Transformer.from_crs(*related(CRS(one), CRS(other)), always_xy=True).transform(x, y)
    for shift in (shift_between(CRS(one), CRS(other), x, y), shift_between(CRS(other), CRS(one), *there)):
        assert shift is not None
        assert shift.metres is not None
        assert shift.metres <= 10


def test_parameters_that_a_file_states_are_taken() -> None:
    """A CRS that brings its own parameters to WGS 84 is shifted by them, as geocentric coordinates are when
    the three are added to them; it needs no telling."""
    gauss = "+proj=tmerc +lon_0=114 +x_0=500000"
    own = CRS.from_proj4(f"{gauss} +ellps=krass +towgs84=15.8,-154.4,-82.3 +units=m +type=crs")
    by_hand = Transformer.from_pipeline(
        f"+proj=pipeline +step +inv {gauss} +ellps=krass +step +proj=cart +ellps=krass "
        f"+step +proj=helmert +x=15.8 +y=-154.4 +z=-82.3 +step +inv +proj=cart +ellps=GRS80 "
        f"+step {gauss} +ellps=GRS80"
    )
    assert turned(own, CRS(4547)) == pytest.approx(by_hand.transform(*PLACE), abs=0.01)
    shift = shift_between(own, CRS(4547), *PLACE)
    assert shift is not None
    assert shift.metres == 0.0


def test_a_citys_own_grid_can_be_related_to_nothing() -> None:
    """A grid tied to no place on the Earth is known as such, and so are heights and coordinates in space."""
    assert on_earth(CRS(4547))
    assert on_earth(CRS(4490))
    assert not on_earth(CITY)
    assert not relatable(CRS(4547), CITY)
    assert not relatable(CRS(5701), CRS(4547))
    assert not relatable(CRS(4978), CRS(4547))


def test_datums_have_names_for_readers() -> None:
    """A datum is named as its geographic CRS is; a grid without one as itself."""
    assert datum_name(CRS(2435)) == "Beijing 1954"
    assert datum_name(CITY) == "City grid"
