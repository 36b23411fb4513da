from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine

from instances.land.code_bands import CodeBand
from instances.land.crosswalk import code_areas
from instances.land.landcover import LandCoverData, read_landcover
from instances.layers import bands
from instances.study.findings import Findings
from tests.support.made_files import square, study_of, write_layer, write_raster


def read(path: Path, **cover: object) -> LandCoverData:
    """The land cover of a file."""
    found = read_landcover(study_of(path=str(path), **cover), Path(), Findings())
    assert found is not None
    return found


def test_every_code_has_its_class_and_area(tmp_path: Path) -> None:
    """Codes are told one by one with what the file holds of them, those of no data too."""
    cells = np.array([[1, 1, 2], [5, 9, 0]], dtype=np.uint8)
    path = write_raster(tmp_path / "lc.tif", cells)
    found = read(path, scheme="CLCD", classes={"2": "cropland"})
    told = [(row.code, row.class_name, row.units, row.area_ha) for row in found.crosswalk]
    assert told == [
        (0, None, 1, 1.0),
        (1, "cropland", 2, 2.0),
        (2, "cropland", 1, 1.0),
        (5, "water", 1, 1.0),
        (9, "wetland", 1, 1.0),
    ]


def test_areas_in_degrees_are_those_of_each_row(tmp_path: Path) -> None:
    """A code in the north has less land than as many cells further south."""
    cells = np.repeat(np.array([[1], [2]], dtype=np.uint8), 4, axis=1).repeat(300, axis=0)
    path = write_raster(tmp_path / "lc.tif", cells, crs="EPSG:4326", cell=0.01, left=110, top=40)
    north, south = read(path, scheme="CLCD").crosswalk
    assert north.units == south.units
    assert south.area_ha / north.area_ha == pytest.approx(1.043, abs=0.005)


def test_parcels_are_told_by_code_too(tmp_path: Path) -> None:
    """Codes of parcels, as they are written, with the area of their polygons."""
    shapes = [square(0, 0), square(1, 0), square(2, 0, 2.0)]
    path = write_layer(tmp_path / "p.gpkg", shapes, DLBM=["0101", "0103", "1104"])
    found = read(path, scheme="third-survey")
    told = [(row.code, row.class_name, row.units, round(row.area_ha, 6)) for row in found.crosswalk]
    assert told == [
        ("0101", "cropland", 1, 1.0),
        ("0103", "cropland", 1, 1.0),
        ("1104", "pond_canal", 1, 4.0),
    ]


@pytest.mark.parametrize("dtype", ["int16", "int32", "float32"])
def test_strips_add_up(dtype: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looked at a few rows at a time, areas are those of the whole, by whichever way up the rows run."""
    rng = np.random.default_rng(7)
    values = rng.integers(-3, 300, (37, 11)).astype(dtype)
    codes, counts = np.unique(values[values != 7], return_counts=True)
    row_ha = rng.random(37)
    monkeypatch.setattr(bands, "CELLS_AT_ONCE", 40)
    for place in (Affine(1, 0, 0, 0, -1, 50), Affine(1, 0, 0, 0, 1, 13)):
        north_up = values if place.e < 0 else values[::-1]
        weight = np.broadcast_to(row_ha[:, None], values.shape)
        expected = [float(weight[north_up == code].sum()) for code in codes]
        path = write_raster(tmp_path / "x.tif", values, crs="EPSG:4326", nodata=7, transform=place)
        with rasterio.open(path) as source:
            band = CodeBand(source, 1)
            whole = codes.astype(np.int64)
            assert code_areas(band, whole, counts, row_ha) == pytest.approx(expected)
            assert code_areas(band, whole, counts, np.full(37, 0.25)) == pytest.approx(counts / 4)


def test_the_total_is_the_area_of_the_plan(tmp_path: Path) -> None:
    """What is told by code sums up to the area of all units and of those left out."""
    shapes = [shapely.box(5e5 + 50 * k, 3e6, 5e5 + 50 * k + 50, 3e6 + 40 + k) for k in range(9)]
    frame = gpd.GeoDataFrame({"DLBM": ["0101", "0301", None] * 3}, geometry=shapes, crs="EPSG:4547")
    frame.to_file(tmp_path / "p.gpkg", engine="pyogrio")
    found = read(tmp_path / "p.gpkg", scheme="GB")
    assert sum(row.area_ha for row in found.crosswalk) == pytest.approx(found.grid.total_ha)
