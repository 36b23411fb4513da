from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio

from instances.layers.legends import raster_colours, raster_names
from tests.support.made_files import write_raster

TABLE = """<PAMDataset><PAMRasterBand band="1"><GDALRasterAttributeTable tableType="thematic">
<FieldDefn index="0"><Name>Value</Name><Type>0</Type><Usage>5</Usage></FieldDefn>
<FieldDefn index="1"><Name>Count</Name><Type>0</Type><Usage>1</Usage></FieldDefn>
<FieldDefn index="2"><Name>Class_Name</Name><Type>2</Type><Usage>2</Usage></FieldDefn>
<Row index="0"><F>11</F><F>4</F><F>Open Water</F></Row><Row index="1"><F>21</F><F>5</F><F>Developed</F></Row>
</GDALRasterAttributeTable></PAMRasterBand></PAMDataset>"""
CATEGORIES = """<PAMDataset><PAMRasterBand band="1"><CategoryNames><Category></Category>
<Category>耕地</Category><Category>林地</Category></CategoryNames></PAMRasterBand></PAMDataset>"""


@pytest.fixture
def raster(tmp_path: Path) -> Path:
    """A raster without a legend."""
    return write_raster(tmp_path / "lc.tif", np.ones((2, 2), dtype=np.uint8))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (TABLE, {"11": "Open Water", "21": "Developed"}),
        (CATEGORIES, {"1": "耕地", "2": "林地"}),
        ("<PAMDataset><Metadata/></PAMDataset>", {}),
        ("no xml at all", {}),
        ('<?xml version="1.0" encoding="gbk"?><PAMDataset/>', {}),
        ('<?xml version="1.0" encoding="none"?><PAMDataset/>', {}),
        ('<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><PAMDataset>&b;</PAMDataset>', {}),
        ("", {}),
    ],
)
def test_names_stand_in_gdal_s_side_file(raster: Path, text: str, names: dict[str, str]) -> None:
    """Categories and attribute tables are read; whatever else stands there is no legend and no fault."""
    Path(f"{raster}.aux.xml").write_text(text, encoding="utf-8")
    assert raster_names(raster) == names


def test_names_stand_in_arcgis_s_table(raster: Path) -> None:
    """The value attribute table of ArcGIS beside the raster is read."""
    frame = pd.DataFrame({"Value": [1, 2], "Count": [9, 9], "LABEL": ["Paddy", "Forest"]})
    gpd.GeoDataFrame(frame).to_file(raster.parent / "x.dbf", driver="ESRI Shapefile", engine="pyogrio")
    (raster.parent / "x.dbf").rename(f"{raster}.vat.dbf")
    assert raster_names(raster) == {"1": "Paddy", "2": "Forest"}
    Path(f"{raster}.vat.dbf").write_bytes(b"\x00\x01")
    assert raster_names(raster) == {}


def test_colours_are_those_of_the_palette(raster: Path) -> None:
    """A palette gives colours by code; a raster without one, or with a ramp of grey, gives none."""
    with rasterio.open(raster) as source:
        assert raster_colours(source) == {}
    with rasterio.open(raster, "r+") as source:
        source.write_colormap(1, {1: (250, 227, 156, 255), 2: (68, 111, 51, 255)})
    with rasterio.open(raster) as source:
        colours = raster_colours(source)
    assert (colours[1], colours[2]) == ((250, 227, 156), (68, 111, 51))
