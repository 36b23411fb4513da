from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from affine import Affine
from pyproj import CRS, Transformer

from instances.layers.raster import raster_values, raster_zone
from instances.study.findings import Findings
from instances.study.schema import LayerSource
from instances.units.grid import FloatArray, Grid
from instances.units.gridding import raster_grid
from instances.units.parcels import parcel_grid
from tests.support.made_files import LEFT, TOP, UTM, made_grid, said, square, write_raster

NAN = float("nan")


def values_of(path: Path, grid: Grid, findings: Findings | None = None, **source: Any) -> FloatArray | None:
    """A raster on the units of a grid."""
    told = findings if findings is not None else Findings()
    return raster_values(path, LayerSource(path=path.name, **source), grid, "layers.x", told)


def parcels(*polygons: Any) -> Grid:
    """A parcel grid."""
    geometry = np.array(polygons, dtype=object)
    grid = parcel_grid(geometry, np.arange(len(geometry)).astype(object), CRS(UTM), 0.5, "p", Findings())
    assert grid is not None
    return grid


def test_the_same_cells_are_read_one_for_one(tmp_path: Path) -> None:
    """Where cells agree, values are taken as they are, also by a window of a larger or smaller raster."""
    codes = np.arange(1, 17, dtype=np.float32).reshape(4, 4)
    grid = made_grid(2, 2, holes=[(0, 0)])
    same = values_of(write_raster(tmp_path / "a.tif", codes[:2, :2]), grid)
    larger = values_of(write_raster(tmp_path / "b.tif", codes, left=LEFT - 100, top=TOP + 200), grid)
    smaller = values_of(write_raster(tmp_path / "c.tif", codes[:1, :1], left=LEFT + 100, top=TOP - 100), grid)
    assert same is not None
    assert larger is not None
    assert smaller is not None
    assert same.tolist() == [2, 5, 6]
    assert larger.tolist() == [11, 14, 15]
    assert smaller.tolist() == pytest.approx([NAN, NAN, 1], nan_ok=True)


def test_an_origin_that_is_off_by_less_than_a_hundredth_is_noted(tmp_path: Path) -> None:
    """An origin off by 0.8 m of 100 m changes nothing but is noted; off by 50 m, values are averaged."""
    codes = np.array([[1, 2], [3, 4]], np.float32)
    findings = Findings()
    near = values_of(write_raster(tmp_path / "a.tif", codes, top=TOP - 0.8), made_grid(2, 2), findings)
    assert near is not None
    assert near.tolist() == [1, 2, 3, 4]
    assert "its origin is off by 0.8 m, 0.80% of a cell" in said(findings)
    findings = Findings()
    far = values_of(write_raster(tmp_path / "b.tif", codes, left=LEFT - 50), made_grid(2, 2), findings)
    assert far is not None
    assert far.tolist() == pytest.approx([1.5, 2, 3.5, 4])


def test_numbers_are_averaged_and_categories_taken_by_majority(tmp_path: Path) -> None:
    """On coarser units numbers are the mean of their known cells, categories the most frequent of them;
    nearest takes the cell at the centre."""
    codes = np.array([[1, 1, 5, 5], [1, 9, -1, 2], [4, 4, 4, 4], [4, 4, 4, 4]], np.float32)
    path = write_raster(tmp_path / "a.tif", codes, nodata=-1)
    grid = made_grid(2, 2, cell=200)
    number, category = values_of(path, grid), values_of(path, grid, kind="category")
    asked = values_of(path, grid, resampling="majority")
    nearest = values_of(path, grid, resampling="nearest")
    assert number is not None
    assert category is not None
    assert asked is not None
    assert nearest is not None
    assert number.tolist() == pytest.approx([3, 4, 4, 4])
    assert category.tolist() == asked.tolist() == [1, 5, 4, 4]
    assert set(nearest.tolist()) <= {1.0, 2.0, 4.0, 5.0, 9.0, NAN}


def test_another_crs_is_brought_onto_the_grid(tmp_path: Path) -> None:
    """A raster of longitudes in degrees has, on a grid in metres, the longitude of every unit's centre."""
    turn = Transformer.from_crs(UTM, "EPSG:4326", always_xy=True)
    west, north = turn.transform(LEFT - 2_000, TOP + 2_000)
    step, size = 0.0005, 200
    longitude = np.broadcast_to(west + step * (np.arange(size) + 0.5), (size, size))
    place = Affine(step, 0, west, 0, -step, north)
    path = write_raster(tmp_path / "a.tif", longitude.copy(), crs="EPSG:4326", transform=place)
    values = values_of(path, made_grid(30, 30))
    assert values is not None
    rows, columns = np.divmod(np.arange(900), 30)
    wanted, _ = turn.transform(LEFT + 100 * (columns + 0.5), TOP - 100 * (rows + 0.5))
    assert values == pytest.approx(wanted, abs=step)


def test_a_rotated_layer_is_brought_onto_the_grid(tmp_path: Path) -> None:
    """A rotated raster of one value has that value where it lies."""
    place = Affine.translation(LEFT - 5_000, TOP + 5_000) @ Affine.rotation(20) @ Affine.scale(100, -100)
    path = write_raster(tmp_path / "a.tif", np.full((200, 200), 3.0, np.float32), transform=place)
    values = values_of(path, made_grid(2, 2))
    assert values is not None
    assert values.tolist() == [3, 3, 3, 3]


def test_parcels_have_the_average_or_majority_of_their_cells(tmp_path: Path) -> None:
    """Over a parcel numbers are averaged and categories taken by majority; a parcel smaller than a cell takes
    the cell that it lies on; one outside has no value."""
    codes = np.array([[1, 1, 4], [1, 9, 4], [2, 2, np.nan]], np.float32)
    path = write_raster(tmp_path / "a.tif", codes)
    grid = parcels(square(0, 0, size=2), square(2.4, 0.4, size=0.05), square(30, 30), square(2, 2))
    number, category = values_of(path, grid), values_of(path, grid, kind="category")
    nearest = values_of(path, grid, resampling="nearest")
    assert number is not None
    assert category is not None
    assert nearest is not None
    assert number.tolist() == pytest.approx([3, 4, NAN, NAN], nan_ok=True)
    assert category.tolist() == pytest.approx([1, 4, NAN, NAN], nan_ok=True)
    assert nearest.tolist()[1] == 4


def test_a_layer_without_crs_takes_that_of_the_land_cover_only_where_it_matches(tmp_path: Path) -> None:
    """Same origin and extent: the grid's CRS, with a warning. Anything else, and any parcels: a fault."""
    codes = np.ones((2, 2), np.float32)
    findings = Findings()
    path = write_raster(tmp_path / "a.tif", codes, crs=None)
    assert values_of(path, made_grid(2, 2), findings) is not None
    assert 'Confirm it with `crs = "EPSG:32649"`' in said(findings)
    for grid in (made_grid(4, 4), parcels(square(0, 0))):
        findings = Findings()
        assert values_of(path, grid, findings) is None
        assert "error layers.x: the file states no CRS" in said(findings)
        assert values_of(path, grid, Findings(), crs=UTM) is not None


def test_layers_elsewhere_are_told_with_both_extents(tmp_path: Path) -> None:
    """A raster that misses the land cover is told with where both lie."""
    findings = Findings()
    path = write_raster(tmp_path / "a.tif", np.ones((2, 2), np.float32), left=LEFT + 50_000)
    assert values_of(path, made_grid(2, 2), findings) is None
    assert "lies wholly outside the land cover: x 750,000 to 750,200" in said(findings)
    with rasterio.open(path) as raster:
        assert raster.count == 1
    assert values_of(path, made_grid(2, 2), findings, band=2) is None
    assert "layers.x.band: there is no band 2" in said(findings)


@pytest.mark.parametrize("left", [LEFT, LEFT - 50])
def test_scale_and_offset_of_a_band_are_applied(tmp_path: Path, left: float) -> None:
    """Degrees kept as hundredths, less 5, are degrees again, read cell by cell or warped."""
    path = write_raster(tmp_path / "a.tif", np.full((2, 3), 3000, np.uint16), left=left)
    with rasterio.open(path, "r+") as raster:
        raster.scales, raster.offsets = (0.01,), (-5.0,)
    found = values_of(path, made_grid(2, 2))
    assert found is not None
    assert found.tolist() == [25.0] * 4


def test_rasters_of_an_old_datum_are_shifted_as_vector_files_are(tmp_path: Path) -> None:
    """A cell of a raster in Beijing 1954 lies 54 m from where its coordinates would be in CGCS2000; that the
    shift is known to 15 m is told."""
    x, y = 500_353.26, 2_499_643.86  # 500,300 and 2,499,700 in Beijing 1954, by EPSG:15920
    valid = np.ones((1, 1), dtype=bool)
    grid = raster_grid(valid, Affine(30, 0, x - 15, 0, -30, y + 15), CRS(4547), "grid", Findings())
    assert grid is not None
    numbers = np.arange(900, dtype=np.float32).reshape(30, 30)
    path = write_raster(
        tmp_path / "a.tif", numbers, crs="EPSG:2435", cell=30.0, left=499_985.0, top=2_500_015.0
    )
    findings = Findings()
    found = values_of(path, grid, findings, resampling="nearest")
    assert found is not None
    assert found.tolist() == [numbers[10, 10]]
    assert "is only known to about 15 m" in said(findings)


def test_rasters_and_a_citys_own_grid_cannot_be_related(tmp_path: Path) -> None:
    """A raster on the Earth over a grid that is tied to none is refused, and so is the reverse."""
    city = 'LOCAL_CS["City grid",UNIT["metre",1],AXIS["Easting",EAST],AXIS["Northing",NORTH]]'
    path = write_raster(tmp_path / "a.tif", np.ones((2, 2), dtype=np.float32), crs=city)
    findings = Findings()
    assert values_of(path, made_grid(2, 2), findings) is None
    assert "cannot be related to each other" in said(findings)


def test_everything_wrong_with_a_layer_is_told_at_once(tmp_path: Path) -> None:
    """A band that is not there and a place outside the study area are told together."""
    path = write_raster(tmp_path / "a.tif", np.ones((2, 2), np.float32), left=LEFT + 50_000)
    findings = Findings()
    assert values_of(path, made_grid(2, 2), findings, band=2) is None
    assert len(findings.errors) == 2


def test_cells_far_too_fine_are_refused_before_they_are_read(tmp_path: Path) -> None:
    """A layer of 5 cm under cells of 100 m would take hours: one sentence with the number of cells, for
    a layer and for a red line's raster alike."""
    fine = Affine(0.05, 0, LEFT, 0, -0.05, TOP)
    path, size = tmp_path / "fine.tif", {"height": 4000, "width": 4000, "count": 1, "dtype": "uint8"}
    with rasterio.open(
        path, "w", driver="GTiff", crs=UTM, transform=fine, sparse_ok=True, tiled=True, **size
    ):
        pass
    grid, findings = made_grid(2, 2), Findings()
    assert values_of(path, grid, findings) is None
    assert raster_zone(path, LayerSource(path=path.name), grid, "redlines.x", findings) is None
    assert said(findings).count("2,000 times finer") == 2
