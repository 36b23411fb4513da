"""Which units a corridor is made of."""

from __future__ import annotations

import numpy as np
import shapely
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS

from instances.study.findings import Findings
from instances.units.bundles import bundles
from instances.units.grid import Edges, Grid, ParcelFrame, RasterFrame
from instances.units.gridding import raster_grid

GAUSS = CRS.from_epsg(4547)


def raster(valid: np.ndarray | None = None, rows: int = 3, columns: int = 4) -> Grid:
    """Cells of 100 m over (0, 0) to (100 columns, 100 rows)."""
    valid = np.ones((rows, columns), dtype=bool) if valid is None else valid
    grid = raster_grid(valid, Affine(100, 0, 0, 0, -100, 100 * len(valid)), GAUSS, "landcover", Findings())
    assert grid is not None
    return grid


def parcels() -> Grid:
    """Four parcels of 100 m in a row."""
    boxes = np.array([shapely.box(x, 0, x + 100, 100) for x in (0, 100, 200, 300)], dtype=object)
    edges = Edges(np.arange(3, dtype=np.int32), np.arange(1, 4, dtype=np.int32), np.full(3, 100, np.float32))
    return Grid(GAUSS, np.ones(4), edges, ParcelFrame(boxes, np.arange(4).astype(object)))


def of(grid: Grid, *geometries: shapely.Geometry, width_m: float = 0.0) -> list[list[int]]:
    """The units of each geometry."""
    return [units.tolist() for units in bundles(np.array(geometries, dtype=object), width_m, grid)]


def test_a_line_takes_the_cells_that_it_crosses() -> None:
    """A line through the middle row and one down a column, on cells 0..3 / 4..7 / 8..11."""
    across = shapely.LineString([(50, 150), (350, 150)])
    down = shapely.LineString([(150, 290), (150, 10)])
    assert of(raster(), across, down) == [[4, 5, 6, 7], [1, 5, 9]]


def test_a_width_adds_the_cells_that_lie_half_inside() -> None:
    """A line of 300 m in the middle row: 200 m wide it covers half of the rows above and below it, but
    for what its round ends leave out; 180 m wide it covers less."""
    across = shapely.LineString([(50, 150), (350, 150)])
    assert of(raster(), across, width_m=180) == [[4, 5, 6, 7]]
    assert of(raster(), across, width_m=200) == [[1, 2, 4, 5, 6, 7, 9, 10]]


def test_a_polygon_takes_the_cells_that_lie_half_inside() -> None:
    """A polygon over cells 0 and 1 and 40 % of cell 2 is made of cells 0 and 1."""
    assert of(raster(), shapely.box(0, 200, 240, 300)) == [[0, 1]]


def test_a_polygon_thinner_than_a_cell_takes_every_cell_that_it_touches() -> None:
    """A strip of 20 m, inside no cell by half, still is a chain of cells."""
    assert of(raster(), shapely.box(20, 140, 380, 160)) == [[4, 5, 6, 7]]


def test_what_lies_outside_has_no_units() -> None:
    """A corridor elsewhere is made of nothing; one that leaves the area is made of what lies inside."""
    away = shapely.LineString([(5000, 5000), (6000, 5000)])
    leaving = shapely.LineString([(250, 150), (5000, 150)])
    assert of(raster(), away, leaving) == [[], [6, 7]]


def test_cells_without_land_cover_are_passed_over() -> None:
    """A hole in the study area is not part of a corridor, and units are numbered without it."""
    valid = np.ones((3, 4), dtype=bool)
    valid[1, 1] = False
    across = shapely.LineString([(50, 150), (350, 150)])
    assert of(raster(valid), across) == [[4, 5, 6]]


def test_parcels_are_taken_by_the_same_rules() -> None:
    """A line takes the parcels it crosses but not one it only touches; polygons take those half inside."""
    line = shapely.LineString([(150, 50), (300, 50)])
    half = shapely.box(0, 0, 160, 100)
    thin = shapely.box(110, 0, 130, 100)
    away = shapely.box(5000, 0, 5100, 100)
    assert of(parcels(), line, half, thin, away) == [[1, 2], [0, 1], [1], []]
    assert of(parcels(), line, width_m=100) == [[1, 2]]
    assert of(parcels(), line, width_m=300) == [[0, 1, 2, 3]]


def test_widths_are_metres_where_the_grid_counts_degrees() -> None:
    """Cells of 0.001 degrees, 111 m high at this latitude: a line 220 m wide is not half the rows beside it,
    one 230 m wide is."""
    transform, crs = Affine(0.001, 0, 113, 0, -0.001, 23), CRS.from_epsg(4490)
    grid = raster_grid(np.ones((3, 5), dtype=bool), transform, crs, "landcover", Findings())
    assert grid is not None
    across = shapely.LineString([(112.99, 22.9985), (113.01, 22.9985)])
    assert of(grid, across, width_m=220) == [[5, 6, 7, 8, 9]]
    assert of(grid, across, width_m=230) == [list(range(15))]


@given(
    left=st.integers(-100, 400),
    low=st.integers(-100, 300),
    wide=st.integers(120, 300),
    high=st.integers(120, 300),
)
def test_boxes_take_exactly_the_cells_half_inside(left: int, low: int, wide: int, high: int) -> None:
    """For any box wider than a cell the cells are those whose common area with it is at least half."""
    grid, box = raster(), shapely.box(left, low, left + wide, low + high)
    assert isinstance(grid.frame, RasterFrame)
    expected = []
    for unit, cell in enumerate(grid.frame.cells):
        row, column = divmod(int(cell), 4)
        square = shapely.box(column * 100, 200 - row * 100, column * 100 + 100, 300 - row * 100)
        if square.intersection(box).area >= 5_000:
            expected.append(unit)
    assert of(grid, box) == [expected]


def test_a_parcel_cut_in_halves_belongs_to_either() -> None:
    """A parcel of which exactly half lies inside is taken, though its area is a sum of rounded numbers."""
    left, low, width, height = 506153.85, 2503836.78, 299.19, 294.44
    parcel = np.array([shapely.box(left, low, left + width, low + height)], dtype=object)
    none = Edges(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.float32))
    grid = Grid(GAUSS, np.ones(1), none, ParcelFrame(parcel, np.arange(1).astype(object)))
    west = shapely.box(left - 900, low - 900, left + width / 2, low + 900)
    assert of(grid, west) == [[0]]
