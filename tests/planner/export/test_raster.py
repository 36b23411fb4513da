from __future__ import annotations

import subprocess
from shutil import which
from xml.etree import ElementTree as Xml

import numpy as np
import pytest
import rasterio
from PIL import Image
from pyproj import CRS
from rasterio.enums import ColorInterp

from planner.export.raster import write_plan_raster
from tests.support.made_plans import CLASSES, made_plan, raster_grid, small_parcels, small_plan


def test_codes_lie_where_the_units_lie(tmp_path):
    """The raster holds the code of each cell's class, and 0 where the study has no cell."""
    write_plan_raster(small_plan(), tmp_path / "plan.tif")
    with rasterio.open(tmp_path / "plan.tif") as raster:
        assert raster.read(1).tolist() == [[4, 4, 4, 0], [1, 1, 2, 2], [9, 9, 2, 9]]
        assert (raster.nodata, raster.dtypes, raster.count) == (0, ("uint8",), 1)
        assert raster.transform[:6] == (100.0, 0.0, 5e5, 0.0, -100.0, 2.5e6)


def test_another_reader_sees_the_same_colours(tmp_path):
    """The colour table holds the classes' colours, for GDAL and for a reader that knows nothing of it."""
    write_plan_raster(small_plan(), tmp_path / "plan.tif")
    with rasterio.open(tmp_path / "plan.tif") as raster:
        table = raster.colormap(1)
        assert raster.colorinterp == (ColorInterp.palette,)
    assert {item.code: table[item.code] for item in CLASSES} == {
        one.code: (*one.colour, 255) for one in CLASSES
    }
    with Image.open(tmp_path / "plan.tif") as picture:
        assert picture.convert("RGB").getpixel((0, 0)) == (104, 177, 103)
        assert picture.convert("RGB").getpixel((3, 2)) == (255, 255, 45)


@pytest.mark.parametrize(
    "crs",
    [
        CRS.from_epsg(4547),
        CRS.from_epsg(4524),
        CRS.from_epsg(32649),
        CRS.from_epsg(3035),
        CRS.from_epsg(4490),
        CRS.from_proj4("+proj=aea +lat_1=25 +lat_2=47 +lon_0=105 +ellps=GRS80 +units=m"),
    ],
    ids=lambda crs: crs.name,
)
def test_crs_is_kept(tmp_path, crs):
    """The raster states the CRS of the land cover, whether it has a number or not."""
    grid = raster_grid(np.ones((2, 3), dtype=bool), crs=crs)
    today = np.zeros(6, dtype=np.uint8)
    write_plan_raster(made_plan(grid, today, today), tmp_path / "plan.tif")
    with rasterio.open(tmp_path / "plan.tif") as raster:
        assert CRS.from_wkt(raster.crs.to_wkt()).equals(crs, ignore_axis_order=True)


def test_large_rasters_are_cloud_optimised(tmp_path):
    """A raster wider than a tile is tiled and carries overviews whose codes are classes of the study."""
    rng = np.random.default_rng(1)
    grid = raster_grid(np.ones((700, 900), dtype=bool))
    layout = rng.integers(0, 4, 630_000).astype(np.uint8)
    write_plan_raster(made_plan(grid, layout, layout), tmp_path / "plan.tif")
    with rasterio.open(tmp_path / "plan.tif") as raster:
        assert raster.profile["tiled"]
        assert raster.overviews(1) == [2]
        assert raster.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert np.isin(raster.read(1, out_shape=(350, 450)), CLASSES.codes).all()
        assert np.array_equal(raster.read(1).ravel(), CLASSES.codes[layout])


def test_names_lie_beside_and_inside(tmp_path):
    """The attribute table counts the cells of each class and names it; tags inside the file name it too."""
    files = write_plan_raster(small_plan(), tmp_path / "plan.tif", "zh")
    assert [file.name for file in files] == ["plan.tif", "plan.tif.aux.xml", "plan.qml"]
    assert {file.name for file in tmp_path.iterdir()} == {file.name for file in files}
    band = Xml.parse(files[1]).getroot().find("PAMRasterBand")
    rows = [[cell.text for cell in row] for row in band.findall("GDALRasterAttributeTable/Row")]
    assert rows[0][:5] == ["1", "2", "cropland", "耕地", "耕地"]
    assert [(row[0], row[1], row[7]) for row in rows] == [
        ("1", "2", "2.0000"),
        ("2", "3", "3.0000"),
        ("4", "3", "3.0000"),
        ("9", "3", "3.0000"),
    ]
    assert [one.text for one in band.findall("CategoryNames/Category")][:5] == [
        None,
        "耕地",
        "陆地水域",
        None,
        "林地",
    ]
    with rasterio.open(files[0]) as raster:
        assert raster.tags(1)["CLASS_9"] == "urban | 城镇建设用地 | Urban land"


@pytest.mark.skipif(which("gdalinfo") is None, reason="GDAL's utilities are not installed")
def test_gdal_utilities_read_the_table(tmp_path):
    """`gdalinfo` shows the category names and the attribute table."""
    write_plan_raster(small_plan(), tmp_path / "plan.tif", "en")
    said = subprocess.run(
        ["gdalinfo", str(tmp_path / "plan.tif")], capture_output=True, text=True, check=True
    ).stdout
    assert "1: Cropland" in said
    assert "<GDALRasterAttributeTable" in said
    assert "EPSG" in said
    assert "4547" in said


def test_parcels_have_no_raster(tmp_path):
    """A parcel study is not written as a raster."""
    with pytest.raises(TypeError, match="no raster"):
        write_plan_raster(small_parcels(), tmp_path / "plan.tif")
