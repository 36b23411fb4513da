from __future__ import annotations

import numpy as np
import pytest
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from pyproj import CRS, Geod

from instances.study.findings import Findings
from instances.units.grid import RasterFrame
from instances.units.gridding import cell_measures, countable, raster_grid
from tests.support.made_files import made_grid, said


def test_edges_of_a_small_raster_with_a_hole() -> None:
    """A 2 x 3 raster without its upper middle cell has four shared edges of one cell's side each.

    Its units are numbered 0 . 1 in the upper row and 2 3 4 in the lower one.
    """
    grid = made_grid(2, 3, holes=[(0, 1)])
    pairs = set(zip(grid.edges.first.tolist(), grid.edges.second.tolist(), strict=True))
    assert pairs == {(2, 3), (3, 4), (0, 2), (1, 4)}
    assert grid.edges.length_m.tolist() == [100.0] * 4
    assert grid.area_ha.tolist() == [1.0] * 5
    assert isinstance(grid.frame, RasterFrame)
    assert grid.frame.cells.tolist() == [0, 2, 3, 4, 5]
    assert grid.edges.first.dtype == grid.edges.second.dtype == np.int32


@given(arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=6)))
def test_edges_are_the_neighbours_of_a_plain_search(valid: np.ndarray) -> None:
    """The edges are just the pairs of valid cells side by side, each once, first before second."""
    if not valid.any():
        return
    grid = raster_grid(valid, Affine(10, 0, 0, 0, -20, 0), CRS(32649), "p", Findings())
    assert grid is not None
    number = {tuple(cell): unit for unit, cell in enumerate(np.argwhere(valid).tolist())}
    wanted = {}
    for (row, column), unit in number.items():
        for other, length in (((row, column + 1), 20.0), ((row + 1, column), 10.0)):
            if other in number:
                wanted[unit, number[other]] = length
    edges = grid.edges
    found = zip(edges.first.tolist(), edges.second.tolist(), edges.length_m.tolist(), strict=True)
    assert {(a, b): length for a, b, length in found} == wanted
    assert len(edges) == len(wanted)


def test_cells_of_a_crs_in_feet_are_measured_in_metres() -> None:
    """A square of 1,000 US survey feet has 9.29 ha."""
    area, height, width = cell_measures(Affine(1000, 0, 0, 0, -1000, 0), CRS(2263), 1)
    assert area[0] == pytest.approx(304.80060960121924**2 / 1e4)
    assert height[0] == width[0] == pytest.approx(304.8006096)


@given(st.floats(-89, 88), st.floats(0.0005, 0.9))
def test_ellipsoidal_areas_are_those_of_the_geodesic_library(latitude: float, size: float) -> None:
    """The area of a cell in degrees is that of its outline on the ellipsoid, its edges are geodesics."""
    area, height, width = cell_measures(Affine(size, 0, 113, 0, -size, latitude + size), CRS(4326), 1)
    geod = Geod(ellps="WGS84")
    # Parallels are no geodesics: narrow strips follow them.
    strip = size / 200
    x = [113, 113 + strip, 113 + strip, 113]
    y = [latitude, latitude, latitude + size, latitude + size]
    true, _ = geod.polygon_area_perimeter(x, y)
    assert area[0] * 1e4 == pytest.approx(true * 200, rel=1e-5)
    assert height[0] == pytest.approx(geod.inv(113, latitude, 113, latitude + size)[2], rel=1e-9)
    assert width[1] == pytest.approx(geod.inv(113, latitude, 113 + size, latitude)[2], rel=1e-9)


def test_a_raster_in_degrees_has_ellipsoidal_areas() -> None:
    """Cells in degrees shrink towards the pole, row by row, in area and in the edges along their rows."""
    valid = np.ones((2, 2), dtype=bool)
    grid = raster_grid(valid, Affine(0.1, 0, 113, 0, -0.1, 60), CRS(4490), "p", Findings())
    assert grid is not None
    assert grid.area_kind == "ellipsoidal"
    assert grid.area_ha[0] == grid.area_ha[1] < grid.area_ha[2] == grid.area_ha[3]
    across_upper, across_lower, down_left, down_right = grid.edges.length_m.tolist()
    assert down_left == down_right < across_lower
    assert across_upper == pytest.approx(across_lower, rel=1e-4)


@pytest.mark.parametrize(
    ("transform", "sentence"),
    [
        (Affine.rotation(10), "the raster is rotated or sheared"),
        (Affine.shear(5), "the raster is rotated or sheared"),
        (Affine(0, 0, 1, 0, 0, 1), "the raster's cells have no size"),
    ],
)
def test_rasters_that_are_not_upright_are_refused(transform: Affine, sentence: str) -> None:
    """Rows and columns must run along the axes of the CRS."""
    findings = Findings()
    assert raster_grid(np.ones((2, 2), bool), transform, CRS(32649), "landcover", findings) is None
    assert sentence in said(findings)


def test_a_raster_without_a_valid_cell_is_refused() -> None:
    """A study needs at least one unit."""
    findings = Findings()
    nothing = np.zeros((2, 2), dtype=bool)
    assert raster_grid(nothing, Affine(1, 0, 0, 0, -1, 0), CRS(32649), "landcover", findings) is None
    assert "not one cell holds a land class" in said(findings)


def test_too_many_cells_are_refused() -> None:
    """A raster whose cells cannot be numbered with 32 bits is told with their number."""
    findings = Findings()
    assert not countable((100_000, 100_000), "landcover", findings)
    assert "10,000,000,000 cells" in said(findings)


def test_distorted_areas_are_told() -> None:
    """Planar areas far from the true ones are told with their ratio."""
    findings = Findings()
    top = 8_400_000.0  # about 60 degrees north
    raster_grid(np.ones((2, 2), bool), Affine(30, 0, 0, 0, -30, top), CRS(3857), "landcover", findings)
    assert "areas in EPSG:3857 are 3.99 times" in said(findings)


@pytest.mark.parametrize(("crs", "cell"), [(32649, 10.0), (4490, 0.001)])
def test_neighbours_are_the_same_however_many_rows_are_looked_at(
    monkeypatch: pytest.MonkeyPatch, crs: int, cell: float
) -> None:
    """Pairs and lengths, and their order, do not depend on how many rows are sought at a time."""
    valid = np.random.default_rng(3).random((13, 9)) < 0.7
    grids = []
    for at_once in (1, 20, 10**9):
        monkeypatch.setattr("instances.units.gridding.CELLS_AT_ONCE", at_once)
        grids.append(raster_grid(valid, Affine(cell, 0, 113, 0, -cell, 30), CRS(crs), "p", Findings()))
    first, *others = grids
    assert first is not None
    for other in others:
        assert other is not None
        assert (first.edges.first == other.edges.first).all()
        assert (first.edges.second == other.edges.second).all()
        assert (first.edges.length_m == other.edges.length_m).all()
