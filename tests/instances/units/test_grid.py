from __future__ import annotations

import numpy as np
from affine import Affine
from pyproj import CRS

from instances.study.findings import Findings
from instances.units.grid import Edges, RasterFrame
from instances.units.parcels import parcel_grid
from tests.support.made_files import LEFT, TOP, UTM, made_grid, square


def test_values_are_painted_where_their_units_lie() -> None:
    """Values of units land in their cells, the background everywhere else, in the type of the values."""
    frame = made_grid(2, 3, holes=[(0, 1)]).frame
    assert isinstance(frame, RasterFrame)
    image = frame.paint(np.array([1, 2, 3, 4, 5], dtype=np.uint8), 0)
    assert image.tolist() == [[1, 0, 2], [3, 4, 5]]
    assert image.dtype == np.uint8


def test_bounds_are_the_box_of_the_whole_raster() -> None:
    """The box of a raster is that of its rows and columns, whichever way they run."""
    cells = np.array([0], dtype=np.int32)
    assert RasterFrame((2, 3), Affine(10, 0, 5, 0, -10, 50), cells).bounds == (5, 30, 35, 50)
    assert RasterFrame((2, 3), Affine(10, 0, 5, 0, 10, 30), cells).bounds == (5, 30, 35, 50)


def test_a_grid_knows_its_kind_number_and_area() -> None:
    """Cells and parcels are one type: their number, total area and box are asked alike."""
    squares = np.array([square(0, 0), square(1, 0)], dtype=object)
    parcels = parcel_grid(squares, np.array([1, 2], dtype=object), CRS(UTM), 0.5, "p", Findings())
    cells = made_grid(1, 2)
    assert parcels is not None
    assert (cells.is_raster, parcels.is_raster) == (True, False)
    for grid in (cells, parcels):
        assert len(grid) == 2
        assert grid.total_ha == 2.0
        assert grid.frame.bounds == (LEFT, TOP - 100, LEFT + 200, TOP)


def test_edges_know_their_number() -> None:
    """Edges are as many as their pairs."""
    none = np.empty(0, dtype=np.int32)
    assert len(Edges(none, none, np.empty(0, dtype=np.float32))) == 0
