from __future__ import annotations

import math
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from pyproj import CRS, Geod
from rasterio.windows import Window

from instances.layers import bands
from instances.layers.bands import Numbers, numbers_of
from instances.layers.raster import raster_values
from instances.layers.slope import other_unit, slope_of
from instances.study.findings import Findings
from instances.study.schema import LayerSource
from instances.units.grid import Grid
from instances.units.gridding import raster_grid
from tests.support.made_files import LEFT, TOP, UTM, made_grid, said, write_raster

NAN = float("nan")


def heights_of(heights: np.ndarray, transform: Affine, crs: str) -> Numbers:
    """Heights that are read from memory."""

    def read(window: Window) -> np.ndarray:
        rows = slice(window.row_off, window.row_off + window.height)
        return heights[rows, window.col_off : window.col_off + window.width].copy()

    return Numbers(read, (heights.shape[0], heights.shape[1]), transform, CRS(crs))


def slopes(heights: np.ndarray, transform: Affine, crs: str = UTM) -> np.ndarray:
    """Slopes of the whole."""
    rows, columns = heights.shape
    return slope_of(heights_of(heights, transform, crs)).read(Window(0, 0, columns, rows))


@pytest.mark.parametrize("cell", [(10, -10), (30, -20), (10, 10), (-10, -25)])
def test_a_plane_in_metres_has_its_slope_everywhere(cell: tuple[int, int]) -> None:
    """A plane that rises 3 m in 10 to the east and 4 m in 10 to the north is atan(0.5) steep on every cell,
    at the edges, in the corners and around a hole too, whatever the shape and direction of cells."""
    rows, columns = np.mgrid[:7, :9]
    heights = 0.3 * cell[0] * columns + 0.4 * cell[1] * rows + 100.0
    heights[3, 4] = NAN
    found = slopes(heights, Affine(cell[0], 0, LEFT, 0, cell[1], TOP))
    assert np.isnan(found[3, 4])
    found[3, 4] = math.degrees(math.atan(0.5))
    assert found == pytest.approx(np.full((7, 9), math.degrees(math.atan(0.5))), rel=1e-5)


@pytest.mark.parametrize("latitude", [0.0, 23.5, 40.0, -52.0, 75.0])
def test_a_plane_in_degrees_has_its_slope_by_latitude(latitude: float) -> None:
    """Heights that rise one metre in ten metres to the east have atan(0.1), and those that rise so to the
    north, wherever on the ellipsoid: metres of a degree are those of the latitude."""
    step, geod = 0.0003, Geod(ellps="GRS80")
    rows, columns = np.mgrid[:9, :9]
    transform = Affine(step, 0, 113, 0, -step, latitude + 4.5 * step)
    _, _, east = geod.inv(113, latitude, 113 + step, latitude)
    _, _, north = geod.inv(113, latitude - step / 2, 113, latitude + step / 2)
    for rise in (0.1 * east * columns, -0.1 * north * rows, 0.06 * east * columns + 0.08 * north * rows):
        assert slopes(rise, transform, "EPSG:4490")[4] == pytest.approx(
            np.full(9, math.degrees(math.atan(0.1))), rel=2e-5
        )


def test_a_hill_by_hand() -> None:
    """Horn's weights on nine heights: the rise to the east is (40 + 2 x 60 + 50 - 10 - 2 x 20 - 10) / 80 m,
    to the north (10 + 2 x 30 + 40 - 10 - 2 x 30 - 50) / 80 m."""
    heights = np.array([[10, 30, 40], [20, 25, 60], [10, 30, 50]], dtype=float)
    found = slopes(heights, Affine(10, 0, LEFT, 0, -10, TOP))
    assert found[1, 1] == pytest.approx(math.degrees(math.atan(math.hypot(150 / 80, -10 / 80))))


def test_feet_of_the_projection_are_metres_of_height() -> None:
    """Cells of 1,000 US survey feet are 304.8 m wide: heights in metres that rise by that are 45 degrees."""
    heights = np.outer(np.ones(3), np.arange(4)) * 304.80060960121924
    assert slopes(heights, Affine(1000, 0, 0, 0, -1000, 0), "EPSG:2263") == pytest.approx(np.full((3, 4), 45))


def test_without_a_neighbour_there_is_no_slope() -> None:
    """A single row or column, and a cell alone among cells without height, have no slope."""
    place = Affine(10, 0, LEFT, 0, -10, TOP)
    assert np.isnan(slopes(np.arange(5.0)[None], place)).all()
    assert np.isnan(slopes(np.arange(5.0)[:, None], place)).all()
    alone = np.full((3, 3), NAN)
    alone[1, 1] = 5
    assert np.isnan(slopes(alone, place)).all()
    assert slopes(np.zeros((2, 2)), place).tolist() == [[0, 0], [0, 0]]


def relief(rows: int, columns: int) -> np.ndarray:
    """Smooth hills with some noise."""
    y, x = np.mgrid[:rows, :columns]
    rough = np.random.default_rng(8).normal(0, 2, (rows, columns))
    return (60 * np.sin(x / 7) + 45 * np.cos(y / 5) + rough).astype(np.float32)


def test_windows_have_the_slopes_of_the_whole() -> None:
    """A window's border cells know their neighbours beyond it: odd windows, single cells and strips."""
    heights = relief(17, 23)
    heights[5, 6] = heights[16, 22] = NAN
    numbers = heights_of(heights, Affine(0.001, 0, 113, 0, -0.001, 30), "EPSG:4490")
    whole = slope_of(numbers).read(Window(0, 0, 23, 17))
    windows = [(0, 0, 1, 1), (3, 4, 7, 1), (22, 0, 1, 17), (5, 5, 18, 12), (2, 16, 9, 1)]
    for left, top, width, height in windows:
        part = slope_of(numbers).read(Window(left, top, width, height))
        wanted = whole[top : top + height, left : left + width]
        assert part == pytest.approx(wanted, nan_ok=True, rel=1e-6)


@pytest.mark.parametrize("edges", [False, True])
@pytest.mark.skipif(shutil.which("gdaldem") is None, reason="gdaldem is not installed")
def test_slopes_are_those_of_gdaldem(tmp_path: Path, edges: bool) -> None:
    """GDAL's own program, which shares no code with ours, has the same slopes on every inner cell; and on a
    plane at the edges too, but in the corners, where it does not find the plane's slope."""
    y, x = np.mgrid[:41, :57]
    heights = (3 * x - 2 * y).astype(np.float32) if edges else relief(41, 57)
    path = write_raster(tmp_path / "dem.tif", heights, transform=Affine(25, 0, LEFT, 0, -20, TOP))
    options = ["-compute_edges"] if edges else []
    subprocess.run(
        ["gdaldem", "slope", str(path), str(tmp_path / "slope.tif"), "-q", *options],
        check=True,
        capture_output=True,
    )
    with rasterio.open(tmp_path / "slope.tif") as theirs:
        wanted = theirs.read(1)
    with rasterio.open(path) as source:
        found = slope_of(numbers_of(source, 1, CRS(UTM))).read(Window(0, 0, 57, 41))
    if edges:
        wanted[[0, 0, -1, -1], [0, -1, 0, -1]] = math.degrees(math.atan(math.hypot(3 / 25, 2 / 20)))
    inner = slice(None) if edges else slice(1, -1)
    assert found[inner, inner] == pytest.approx(wanted[inner, inner], abs=1e-3)


def slope_layer(path: Path, grid: Grid, findings: Findings, **more: object) -> np.ndarray | None:
    """A layer that is the slope of a raster."""
    source = LayerSource(path=path.name, **more).model_copy(update={"derived_from": "dem"})
    return raster_values(path, source, grid, "layers.slope", findings)


@pytest.mark.parametrize("at_once", [1, 60, 10**9])
def test_slopes_are_computed_before_they_are_averaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """On coarser units the slope is the mean of the slopes of the fine cells: ridges and valleys that an
    average of heights would level are counted."""
    zigzag = np.tile(np.array([0, 10, 20, 10], np.float32), (40, 10))
    path = write_raster(tmp_path / "dem.tif", zigzag, cell=10)
    monkeypatch.setattr(bands, "CELLS_AT_ONCE", at_once)
    found = slope_layer(path, made_grid(4, 4), Findings())
    assert found is not None
    # Of four cells two lie on a flank of 45 degrees, and two, ridge and valley, between flanks.
    fine = np.tile([0.0, 45.0, 0.0, 45.0], 10)
    fine[[0, -1]] = 45.0  # at the edge the one neighbour counts
    wanted = fine.reshape(4, 10).mean(axis=1)
    assert found.reshape(4, 4) == pytest.approx(np.tile(wanted, (4, 1)))


def test_slopes_come_onto_the_same_cells_and_onto_those_of_another_crs(tmp_path: Path) -> None:
    """A plane of heights is as steep on units of its own cells as on units in degrees."""
    rows, columns = np.mgrid[:60, :60]
    path = write_raster(tmp_path / "dem.tif", (30.0 * columns - 40.0 * rows).astype(np.float32))
    degrees = raster_grid(
        np.ones((5, 5), dtype=bool), Affine(0.002, 0, 112.98, 0, -0.002, 23.47), CRS(4326), "g", Findings()
    )
    assert degrees is not None
    for grid in (made_grid(6, 5), degrees):
        found = slope_layer(path, grid, Findings())
        assert found is not None
        assert found == pytest.approx(np.full(len(grid), math.degrees(math.atan(0.5))), rel=1e-4)


def test_heights_that_are_not_in_metres_or_rotated_are_told(tmp_path: Path) -> None:
    """A file that states feet, and one whose rows do not run along the axes, have no slope."""
    path = write_raster(tmp_path / "dem.tif", np.ones((4, 4), np.float32))
    with rasterio.open(path, "r+") as raster:
        raster.units = ("ft",)
    findings = Findings()
    assert slope_layer(path, made_grid(2, 2), findings) is None
    assert "layers.slope: `dem` is in ft, and a slope is computed of heights in metres" in said(findings)
    turned = Affine.translation(LEFT - 200, TOP) @ Affine.rotation(10) @ Affine.scale(100, -100)
    path = write_raster(tmp_path / "turned.tif", np.ones((9, 9), np.float32), transform=turned)
    assert slope_layer(path, made_grid(2, 2), findings) is None
    assert "rotated or sheared" in said(findings)
    assert not other_unit("m")
    assert other_unit("US survey foot")
