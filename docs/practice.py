"""Files to practise with, such as a planner has on the first day: an invented county as a land-cover raster
in the codes of CLCD, and its three red lines and its townships as shapefiles.

python docs/practice.py FOLDER [--size CELLS]
"""

from __future__ import annotations

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyogrio
import rasterio

from instances.demo import write_demo

CLCD = {
    "cropland": 1,
    "orchard_garden": 2,
    "forest": 2,
    "grassland": 4,
    "urban_green": 4,
    "water": 5,
    "bare_unused": 7,
    "wetland": 9,
}
"""Code of each class of the county; all others are built land, 8."""
BUILT = 8
COUNTY = (
    "cropland",
    "orchard_garden",
    "forest",
    "grassland",
    "wetland",
    "water",
    "urban_residential",
    "rural_residential",
    "public_commercial",
    "industrial_production",
    "transport_infra",
    "urban_green",
    "bare_unused",
)
"""The county's classes in the order of its codes, from 1."""
LINES = {
    "farmland": "permanent_basic_farmland",
    "ecology": "ecological_red_line",
    "urban_boundary": "urban_growth_boundary",
}
"""The shapefile of each red line, and its layer in the county's own file."""


def write_practice(folder: Path, size: int) -> None:
    """Write the files into a folder; the county has ``size`` cells a side."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as made:
        county = Path(made)
        write_demo(county, size)
        code = np.array([0, *(CLCD.get(name, BUILT) for name in COUNTY)], dtype=np.uint8)
        with rasterio.open(county / "landcover.tif") as raster:
            cells, profile = code[raster.read(1)], raster.profile
        with rasterio.open(folder / "landcover.tif", "w", **(profile | {"nodata": 0})) as raster:
            raster.write(cells, 1)
        for name, layer in LINES.items():
            lines = pyogrio.read_dataframe(county / "redlines.gpkg", layer=layer)
            pyogrio.write_dataframe(lines, folder / f"{name}.shp", encoding="UTF-8")
        townships = pyogrio.read_dataframe(county / "townships.gpkg")
        pyogrio.write_dataframe(townships, folder / "townships.shp", encoding="UTF-8")


if __name__ == "__main__":
    words = argparse.ArgumentParser(description="Write an invented county to practise the guide with.")
    words.add_argument("folder", type=Path)
    words.add_argument("--size", type=int, default=200, help="cells a side, 20 to 5,000")
    given = words.parse_args()
    write_practice(given.folder, given.size)
