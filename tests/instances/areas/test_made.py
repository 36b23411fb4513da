"""Districts that are made: on cells and parcels, by hand."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from pyproj import CRS

from instances.areas.made import MOST, TooMany, letters, made_districts
from instances.areas.tiles import Tiles
from instances.study.findings import Findings
from instances.units.parcels import parcel_grid
from tests.support.made_files import UTM, made_grid, square


def test_columns_have_letters_as_on_a_map_sheet() -> None:
    """A to Z, then AA."""
    assert [letters(number) for number in (0, 25, 26, 27, 701, 702)] == ["A", "Z", "AA", "AB", "ZZ", "AAA"]


def test_cells_lie_in_the_square_at_their_centre() -> None:
    """Squares of two by two cells, named by column and row from the north-west."""
    grid = made_grid(2, 4)
    left, _, right, top = grid.frame.bounds
    side = (right - left) / 2
    assert left % side == 0
    assert top % side == 0
    made = made_districts(Tiles("grid", side), grid, np.ones(8, dtype=bool))
    assert made.names == ("A1", "B1")
    assert made.member.tolist() == [0, 0, 1, 1, 0, 0, 1, 1]
    assert shapely.area(made.outlines).tolist() == pytest.approx([side**2] * 2)


def test_land_outside_a_district_gets_no_unit() -> None:
    """Units are made only where the study wants them."""
    grid = made_grid(2, 4)
    inside = np.array([True, False] * 4)
    made = made_districts(Tiles("grid", 1e5), grid, inside)
    assert made.names == ("A1",)
    assert made.member.tolist() == [0, -1] * 4
    assert made_districts(Tiles("grid", 1e5), grid, ~np.ones(8, dtype=bool)).names == ()


def test_parcels_lie_in_the_unit_that_holds_most_of_them() -> None:
    """A parcel that straddles two squares belongs to the one with the larger part."""
    one = square(0, 0)
    left, bottom, right, top = one.bounds
    width = right - left
    start = np.ceil(left / width) * width
    wide = shapely.box(start + 0.4 * width, bottom, start + 1.2 * width, top)
    grid = parcel_grid(
        np.array([wide], dtype=object), np.array(["a"], dtype=object), CRS(UTM), 0.5, "landcover", Findings()
    )
    assert grid is not None
    for shape in ("grid", "hex"):
        made = made_districts(Tiles(shape, width), grid, np.ones(1, dtype=bool))
        assert len(made.names) == 1
        [outline] = made.outlines
        assert outline.intersection(wide).area >= 0.3 * wide.area


def test_too_many_units_are_refused_with_their_number() -> None:
    """A side smaller than the cells would make a district of each; no side makes more."""
    grid = made_grid(2, 4)
    assert len(made_districts(Tiles("hex", 1.0), grid, np.ones(8, dtype=bool)).names) == 8
    large = made_grid(150, 150)
    with pytest.raises(TooMany) as fault:
        made_districts(Tiles("grid", 50.0), large, np.ones(len(large), dtype=bool))
    assert fault.value.count == 22_500 > MOST
