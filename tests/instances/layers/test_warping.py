from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from pyproj import CRS
from rasterio.enums import Resampling
from rasterio.warp import reproject

from instances.layers import bands
from instances.layers.bands import numbers_of, read_numbers
from instances.layers.warping import on_parcels, same_cells, warped
from instances.study.findings import Findings
from instances.units.grid import FloatArray, Grid, ParcelFrame, RasterFrame
from instances.units.gridding import raster_grid
from instances.units.parcels import parcel_grid
from tests.support.made_files import LEFT, TOP, UTM, write_raster

WAYS = {"average": Resampling.average, "majority": Resampling.mode, "nearest": Resampling.nearest}
DEGREES = Affine(0.00021, 0, 112.93, 0, -0.00019, 23.51)
"""Cells of about 21 m at the place of the made rasters."""


def noise(rows: int, columns: int, seed: int = 5) -> np.ndarray:
    """Whole numbers 0 to 5 with a tenth of the cells unknown."""
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 6, (rows, columns)).astype(np.float32)
    values[rng.random((rows, columns)) < 0.1] = np.nan
    return values


def grid_of(rows: int, columns: int, cell: float = 100.0, seed: int = 2) -> Grid:
    """A grid with an odd origin and a quarter of its cells left out, a whole row among them."""
    valid = np.random.default_rng(seed).random((rows, columns)) < 0.75
    valid[rows // 2] = rows == 1
    valid[0, 0] = True
    place = Affine(cell, 0, LEFT + 13, 0, -cell, TOP - 7)
    grid = raster_grid(valid, place, CRS(UTM), "grid", Findings())
    assert grid is not None
    return grid


def whole(path: Path, grid: Grid, how: str) -> FloatArray:
    """The raster brought onto the cells in one go, without any of our windows."""
    frame = grid.frame
    assert isinstance(frame, RasterFrame)
    with rasterio.open(path) as source:
        image = np.full(frame.shape, np.nan, dtype=np.float32)
        reproject(
            read_numbers(source, 1), image, src_transform=source.transform, src_crs=source.crs,
            src_nodata=np.nan, dst_transform=frame.transform, dst_crs=grid.crs.to_wkt(), dst_nodata=np.nan,
            resampling=WAYS[how],
        )  # fmt: skip
    return image.ravel()[frame.cells].astype(float)


@pytest.mark.parametrize("how", list(WAYS))
@pytest.mark.parametrize("at_once", [1, 700, 5_000, 10**9])
@pytest.mark.parametrize(
    ("shape", "place", "crs"),
    [
        ((333, 217), Affine(10, 0, LEFT - 31, 0, -10, TOP + 44), UTM),
        ((333, 217), Affine(10, 0, LEFT + 331, 0, 10, TOP - 2_000), UTM),
        ((1, 217), Affine(10, 0, LEFT - 31, 0, -100, TOP), UTM),
        ((217, 1), Affine(170, 0, LEFT, 0, -10, TOP), UTM),
        ((157, 193), DEGREES, "EPSG:4326"),
        ((90, 90), Affine.translation(LEFT, TOP) @ Affine.rotation(15) @ Affine.scale(23, -23), UTM),
    ],
    ids=["metres", "south-up", "one-row", "one-column", "degrees", "rotated"],
)
def test_strips_give_what_the_whole_raster_gives(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    how: str,
    at_once: int,
    shape: tuple[int, int],
    place: Affine,
    crs: str,
) -> None:
    """However few cells are read at a time, units have the values of one warp of the whole raster: where
    blocks do not divide, for one row or column, north or south up, with masks, rotated, in degrees."""
    path = write_raster(tmp_path / "a.tif", noise(*shape), crs=crs, transform=place)
    grid = grid_of(23, 19)
    assert isinstance(grid.frame, RasterFrame)
    monkeypatch.setattr(bands, "CELLS_AT_ONCE", at_once)
    with rasterio.open(path) as source:
        found = warped(numbers_of(source, 1, CRS(crs)), grid, grid.frame, how)
    wanted = whole(path, grid, how)
    assert np.isfinite(wanted).any()
    assert found == pytest.approx(wanted, nan_ok=True, abs=1e-5)


@pytest.mark.parametrize("at_once", [1, 50, 10**9])
@pytest.mark.parametrize("offset", [(0, 0), (-3, 4), (5, -2), (40, 0), (0, -40)])
def test_cells_are_read_one_for_one_by_strips(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, offset: tuple[int, int], at_once: int
) -> None:
    """The value of every unit is that of its own cell, wherever the raster begins and ends, and however few
    rows are read at a time."""
    values = noise(17, 23)
    grid = grid_of(19, 21)
    frame = grid.frame
    assert isinstance(frame, RasterFrame)
    canvas = np.full((200, 200), np.nan, np.float32)
    canvas[90 + offset[0] : 107 + offset[0], 90 + offset[1] : 113 + offset[1]] = values
    wanted = canvas[90:109, 90:111].ravel()[frame.cells]
    monkeypatch.setattr(bands, "CELLS_AT_ONCE", at_once)
    with rasterio.open(write_raster(tmp_path / "a.tif", values)) as source:
        found = same_cells(numbers_of(source, 1, CRS(UTM)), offset, frame)
    assert found == pytest.approx(wanted, nan_ok=True)


@pytest.mark.parametrize("how", list(WAYS))
@pytest.mark.parametrize("at_once", [1, 900, 10**9])
def test_parcels_gather_their_cells_over_strips(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str, at_once: int
) -> None:
    """The mean, the most frequent value, and the value at the spot of parcels are those found by a plain
    search, however few cells are read at a time."""
    values = noise(61, 47)
    path = write_raster(tmp_path / "a.tif", values, cell=10)
    rng = np.random.default_rng(1)
    boxes = [
        shapely.box(x, y, x + width, y + height)
        for x, y, width, height in zip(
            LEFT + rng.uniform(-60, 460, 60), TOP - rng.uniform(-60, 640, 60),
            rng.uniform(3, 130, 60), rng.uniform(3, 130, 60), strict=True,
        )
    ]  # fmt: skip
    grid = separate(boxes)
    frame = grid.frame
    assert isinstance(frame, ParcelFrame)
    monkeypatch.setattr(bands, "CELLS_AT_ONCE", at_once)
    with rasterio.open(path) as source:
        found = on_parcels(numbers_of(source, 1, CRS(UTM)), grid, frame, how)
    wanted = [plainly(values, box, how) for box in frame.geometry]
    assert np.isfinite(wanted).any()
    assert np.isnan(wanted).any()
    assert found == pytest.approx(wanted, nan_ok=True)


def separate(boxes: list[Any]) -> Grid:
    """A parcel grid of those boxes that overlap no earlier one."""
    kept: list[Any] = []
    for box in boxes:
        if not any(box.intersects(other) for other in kept):
            kept.append(box)
    geometry = np.array(kept, dtype=object)
    grid = parcel_grid(geometry, np.arange(len(kept)).astype(object), CRS(UTM), 0.5, "p", Findings())
    assert grid is not None
    return grid


def plainly(values: np.ndarray, box: Any, how: str) -> float:
    """The value of a box, cell by cell."""
    spot = box.point_on_surface()
    row, column = int((TOP - spot.y) // 10), int((spot.x - LEFT) // 10)
    inside = 0 <= row < values.shape[0] and 0 <= column < values.shape[1]
    on_spot = float(values[row, column]) if inside else float("nan")
    found = [
        float(values[r, c])
        for r in range(values.shape[0])
        for c in range(values.shape[1])
        if np.isfinite(values[r, c]) and box.contains(shapely.Point(LEFT + 10 * c + 5, TOP - 10 * r - 5))
    ]
    if how == "nearest" or not found:
        return on_spot
    if how == "average":
        return float(np.mean(found))
    return min(set(found), key=lambda value: (-found.count(value), value))
