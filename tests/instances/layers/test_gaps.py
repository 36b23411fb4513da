from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from affine import Affine
from pyproj import CRS

from instances.layers.gaps import Layer, nearest_known, without_gaps
from instances.study.findings import Findings
from instances.units.grid import Grid
from instances.units.gridding import raster_grid
from instances.units.parcels import parcel_grid
from tests.support.made_files import UTM, made_grid, said, square

NAN = float("nan")


def closed(values: np.ndarray, grid: Grid, fill: float | None = None) -> tuple[Layer | None, str]:
    """Values with their gaps closed, and what was said."""
    findings = Findings()
    found = without_gaps(values.ravel().astype(float), fill, grid, "layers.x", findings)
    return found, said(findings)


def lacking(rows: int, columns: int, *cells: Any) -> np.ndarray:
    """Numbers that count the cells, without some."""
    values = np.arange(rows * columns, dtype=float).reshape(rows, columns)
    for cell in cells:
        values[cell] = NAN
    return values


def test_small_gaps_take_the_nearest_value_and_are_told() -> None:
    """Of 100 x 100 cells one row short at the border is a gap of one per cent: it takes the values of the
    row beside it; cells, share, hectares and how far the value came from are told."""
    values = lacking(100, 100, np.s_[99, :])
    found, text = closed(values, made_grid(100, 100))
    assert found is not None
    assert (found.values[-100:] == found.values[-200:-100]).all()
    assert (found.values[:-100] == values.ravel()[:-100]).all()
    assert found.filled.tolist() == list(range(9900, 10_000))
    assert (
        "warning layers.x: has no value on 100 of 10,000 units (1.00%, 100.00 ha). The gap is small" in text
    )
    assert "at most 100 m away" in text


def test_a_gap_of_more_than_one_per_cent_is_real() -> None:
    """One cell more, and the layer is refused with how large a gap may be."""
    found, text = closed(lacking(100, 100, np.s_[99, :], (50, 50)), made_grid(100, 100))
    assert found is None
    assert "error layers.x: has no value on 101 of 10,000 units" in text
    assert "only gaps of up to 100.00 ha (1 % of the area) are filled" in text


@pytest.mark.parametrize(("width", "filled"), [(10, True), (11, False)])
def test_a_wide_hole_is_real_however_small(width: int, filled: bool) -> None:
    """A hole of 10 x 10 cells is filled, since none lies more than five cells from a value; of 11 x 11 cells
    not: a lake or a missing sheet has no value of its neighbours."""
    hole = np.s_[40 : 40 + width, 40 : 40 + width]
    found, text = closed(lacking(200, 200, hole), made_grid(200, 200))
    assert (found is not None) is filled
    assert ("reaches 600 m from the nearest value, and only up to 500 m are filled" in text) is not filled


def test_fill_closes_gaps_of_any_size() -> None:
    """Where the study says what holds there, that is taken, small or large, with a note."""
    found, text = closed(lacking(2, 2, (0, 0)), made_grid(2, 2), fill=7)
    assert found is not None
    assert found.values.tolist() == [7, 1, 2, 3]
    assert not len(found.filled)
    assert "note layers.x: has no value on 1 of 4 units (25.00%, 1.00 ha). They take fill = 7" in text


def test_land_that_is_no_unit_lends_no_value() -> None:
    """The nearest unit is taken across land that is none."""
    grid = made_grid(20, 20, holes=[(10, 9), (10, 11), (9, 10), (11, 10)])
    full = lacking(20, 20, (10, 10))
    kept = np.ones((20, 20), dtype=bool)
    kept[[10, 10, 9, 11], [9, 11, 10, 10]] = False
    found, _ = closed(full[kept], grid)
    assert found is not None
    (unit,) = found.filled
    assert found.values[unit] in {full[9, 9], full[9, 11], full[11, 9], full[11, 11]}


def test_the_nearest_cell_is_that_of_a_plain_search() -> None:
    """Oblong cells, in metres or degrees, are as far apart as their centres; every unit is compared."""
    rng = np.random.default_rng(0)
    for place, crs in ((Affine(30, 0, 0, 0, -70, 0), 32649), (Affine(0.01, 0, 113, 0, -0.01, 60), 4490)):
        valid = rng.random((15, 12)) < 0.8
        grid = raster_grid(valid, place, CRS(crs), "p", Findings())
        assert grid is not None
        known = rng.random(len(grid)) < 0.6
        unit, metres, width = nearest_known(known, grid)
        row, column = np.nonzero(valid)
        size = (70, 30) if crs == 32649 else (1114.1, 559.2)  # in the middle row
        away = np.hypot(
            size[0] * (row[~known][:, None] - row[known]), size[1] * (column[~known][:, None] - column[known])
        )
        assert metres == pytest.approx(away.min(axis=1), rel=1e-3)
        own = np.hypot(size[0] * (row[~known] - row[unit]), size[1] * (column[~known] - column[unit]))
        assert own == pytest.approx(away.min(axis=1), rel=1e-3)
        assert width == pytest.approx(size[0], rel=1e-3)


def test_parcels_take_the_value_of_the_parcel_beside_them() -> None:
    """Of 200 parcels one lacks a value: it takes that of the neighbour whose middle is nearest."""
    squares = [square(column, row) for row in range(10) for column in range(20)]
    squares[45] = shapely.box(*squares[45].buffer(-20).bounds)
    geometry, ids = np.array(squares, dtype=object), np.arange(200).astype(object)
    grid = parcel_grid(geometry, ids, CRS(UTM), 0.5, "p", Findings())
    assert grid is not None
    values = np.arange(200.0)
    values[45] = NAN
    found, text = closed(values, grid)
    assert found is not None
    assert found.values[45] in {44, 46, 25, 65}
    assert "1 of 200 units" in text


def test_a_layer_of_nothing_is_told() -> None:
    """Where no unit has a value there is none to take."""
    found, text = closed(np.full((2, 2), NAN), made_grid(2, 2))
    assert found is None
    assert "error layers.x: has no value on any unit" in text
