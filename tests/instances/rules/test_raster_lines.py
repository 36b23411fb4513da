"""Red lines that are rasters: turned, coarse, in another CRS, with gaps; buffered, on cells and parcels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from rasterio.features import shapes
from scipy import ndimage
from shapely.geometry import shape

from instances.study.findings import Findings
from instances.units.parcels import parcel_grid
from tests.support.recounted import DEGREES, GAUSS, grid_in, wrong_cells, zone_of

LEFT, TOP = Transformer.from_crs(DEGREES, GAUSS, always_xy=True).transform(113.985, 30.015)


def blobs(side: int, size: float) -> NDArray[np.bool_]:
    """Land in blobs of about ``size`` cells over half of a square."""
    noise = np.random.default_rng(3).standard_normal((side, side))
    return np.asarray(ndimage.gaussian_filter(noise, size) > 0)


def write(folder: Path, image: NDArray[np.uint8], transform: Affine, crs: CRS) -> str:
    """A raster in which 255 means that there is no value."""
    with rasterio.open(
        folder / "zone.tif",
        "w",
        driver="GTiff",
        height=image.shape[0],
        width=image.shape[1],
        count=1,
        dtype="uint8",
        crs=crs.to_wkt(),
        transform=transform,
        nodata=255,
    ) as file:
        file.write(image, 1)
    return "zone.tif"


TURNED = Affine.translation(LEFT, TOP) @ Affine.rotation(-17)
RASTERS = {
    "turned": (blobs(250, 8), TURNED @ Affine.scale(10, -10), GAUSS),
    "turned and coarse": (blobs(12, 1), TURNED @ Affine.scale(250, -250), GAUSS),
    "coarse": (blobs(12, 1), Affine(337, 0, LEFT + 13, 0, -337, TOP + 20), GAUSS),
    "in degrees": (blobs(200, 8), Affine(1e-4, 0, 113.987, 0, -1e-4, 30.01), DEGREES),
    "coarse in degrees": (blobs(14, 1), Affine(2.2e-3, 0, 113.987, 0, -2.2e-3, 30.01), DEGREES),
    "south up": (blobs(250, 8), Affine(10, 0, LEFT, 0, 10, TOP - 2500), GAUSS),
    "shifted": (blobs(30, 2), Affine(100, 0, LEFT + 37, 0, -100, TOP - 41), GAUSS),
}


@pytest.mark.parametrize("name", RASTERS)
@pytest.mark.parametrize("crs", [GAUSS, DEGREES])
@pytest.mark.parametrize("share", [0.5, 0.2])
def test_cells_lie_inside_a_raster_by_their_share(tmp_path: Path, name: str, crs: CRS, share: float) -> None:
    """Whatever way a raster lies, a cell is inside where so much of it lies on cells with a value that is not
    zero; a gap in its middle and what lies beyond its edge are not inside."""
    land, transform, own = RASTERS[name]
    image = np.where(land, 3, 0).astype(np.uint8)
    gap = max(2, len(land) // 5)
    image[gap : 2 * gap, gap : 3 * gap] = 255
    grid = grid_in(crs)
    zone = zone_of(tmp_path, grid, path=write(tmp_path, image, transform, own), share=share)

    def holds(points: Any) -> NDArray[np.bool_]:
        x, y = Transformer.from_crs(GAUSS, own, always_xy=True).transform(*points)
        back = ~transform
        column = np.floor(back.a * x + back.b * y + back.c).astype(int)
        row = np.floor(back.d * x + back.e * y + back.f).astype(int)
        there = (row >= 0) & (row < len(land)) & (column >= 0) & (column < len(land))
        found = np.zeros(x.shape, dtype=bool)
        found[there] = image[row[there], column[there]] == 3
        return found

    assert wrong_cells(zone, grid, holds, share) == 0


def river(valid: NDArray[np.bool_] | None = None) -> tuple[Any, NDArray[np.uint8], Affine, shapely.Geometry]:
    """The grid, and a raster on its cells and some around it, with a river, a lake and land beside the grid;
    and the same as a polygon."""
    grid = grid_in(GAUSS, valid)
    image = np.zeros((46, 58), dtype=np.uint8)
    image[21:24] = image[:, :2] = image[30:36, 40:46] = image[3:5, 56:] = 1
    transform = grid.frame.transform @ Affine.translation(-4, -3)
    drawn = [shape(each) for each, _ in shapes(image, mask=image > 0, transform=transform)]
    return grid, image, transform, shapely.union_all(drawn)


@pytest.mark.parametrize("buffer_m", [150, 220, 420, -80])
def test_a_buffer_starts_from_the_whole_raster(tmp_path: Path, buffer_m: float) -> None:
    """Rivers that the land cover leaves out, and land beside it, are widened into the study area, and what
    surrounds them narrows them."""
    valid = np.ones((40, 50), dtype=bool)
    valid[18:21] = valid[:, :3] = False
    grid, image, transform, drawn = river(valid)
    zone = zone_of(tmp_path, grid, path=write(tmp_path, image, transform, GAUSS), buffer_m=buffer_m)
    frame = grid.frame
    row, column = np.divmod(frame.cells, frame.shape[1])
    centre = shapely.points(*(frame.transform @ (column + 0.5, row + 0.5)))
    distance = shapely.distance(centre, drawn.boundary if buffer_m < 0 else drawn)
    inside = (
        shapely.contains(drawn, centre) & (distance >= -buffer_m) if buffer_m < 0 else distance <= buffer_m
    )
    assert zone.inside.any()
    assert np.count_nonzero(zone.inside != inside) == 0


@pytest.mark.parametrize("buffer_m", [0, 150, -40])
def test_parcels_lie_inside_a_raster_by_their_share(tmp_path: Path, buffer_m: float) -> None:
    """Parcels much larger than a raster's river lie in its buffer as they do in that of the same polygon."""
    grid, image, transform, drawn = river()
    left, bottom, right, top = grid.frame.bounds
    random = np.random.default_rng(5)
    x = np.sort([left, *random.uniform(left, right, 11), right])
    y = np.sort([bottom, *random.uniform(bottom, top, 9), top])
    boxes = [shapely.box(x[i], y[j], x[i + 1], y[j + 1]) for i in range(12) for j in range(10)]
    parcels = np.array(boxes, dtype=object)
    ids = np.arange(len(parcels)).astype(object)
    made = parcel_grid(parcels, ids, GAUSS, 0.5, "landcover", Findings())
    assert made is not None
    zone = zone_of(
        tmp_path, made, path=write(tmp_path, image, transform, GAUSS), buffer_m=buffer_m, share=0.3
    )
    wider = drawn.buffer(buffer_m, quad_segs=64)
    share = shapely.area(shapely.intersection(parcels, wider)) / shapely.area(parcels)
    assert zone.inside.any()
    assert np.array_equal(zone.inside, share >= 0.3)


def test_a_raster_and_polygons_may_be_one_line(tmp_path: Path) -> None:
    """A cell lies inside where it lies inside the raster or the polygons."""
    grid, image, transform, drawn = river()
    path = write(tmp_path, image, transform, GAUSS)
    left, bottom, _, top = grid.frame.bounds
    strip = shapely.box(left + 1000, bottom, left + 1500, top)
    gpd.GeoDataFrame(geometry=[strip], crs=GAUSS).to_file(tmp_path / "strip.gpkg")
    zone = zone_of(tmp_path, grid, path=["strip.gpkg", path])
    whole = drawn.union(strip)
    shapely.prepare(whole)
    assert wrong_cells(zone, grid, lambda points: shapely.contains(whole, shapely.points(*points))) == 0
    assert zone.polygons is None
