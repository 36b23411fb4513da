"""A small raster study as real files: 12 x 16 cells of 100 m, three red lines, two townships."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import rasterio
import shapely
import tomli_w
from affine import Affine
from numpy.typing import NDArray

CRS = "EPSG:4547"
LEFT, TOP, CELL = 500_000.0, 2_600_000.0, 100.0
ROWS, COLUMNS = 12, 16
CROPLAND, FOREST, GRASSLAND, WATER, BARE, URBAN = 1, 2, 4, 5, 7, 8
"""Codes of the scheme CLCD."""


def landcover() -> NDArray[np.uint8]:
    """(rows, columns) cropland with a forest, a river, a meadow, waste land and a town."""
    cells = np.full((ROWS, COLUMNS), CROPLAND, dtype=np.uint8)
    cells[:4, :5] = FOREST
    cells[:, 8] = WATER
    cells[9:, :4] = GRASSLAND
    cells[5:7, 2:5] = BARE
    cells[4:8, 11:14] = URBAN
    return cells


def write_raster(
    path: Path,
    cells: NDArray[Any],
    *,
    crs: str | None = CRS,
    nodata: float | None = 0,
    origin: tuple[float, float] = (LEFT, TOP),
) -> Path:
    """Write one band of cells as a GeoTIFF."""
    rows, columns = cells.shape
    profile = {"height": rows, "width": columns, "count": 1, "dtype": cells.dtype, "nodata": nodata}
    transform = Affine(CELL, 0, origin[0], 0, -CELL, origin[1])
    with rasterio.open(path, "w", driver="GTiff", crs=crs, transform=transform, **profile) as raster:
        raster.write(cells, 1)
    return path


def box(left: int, top: int, right: int, bottom: int) -> shapely.Polygon:
    """The rectangle between columns and rows of the grid."""
    return shapely.box(LEFT + left * CELL, TOP - bottom * CELL, LEFT + right * CELL, TOP - top * CELL)


def write_polygons(path: Path, layer: str, polygons: Mapping[str, Any], crs: str | None = CRS) -> Path:
    """Write named polygons as a layer of a GeoPackage."""
    table = gpd.GeoDataFrame({"MC": list(polygons)}, geometry=list(polygons.values()), crs=crs)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "'crs' was not provided")
        table.to_file(path, layer=layer, driver="GPKG", engine="pyogrio")
    return path


def tree() -> dict[str, Any]:
    """The study file's tree."""
    return {
        "title": "A small study",
        "landcover": {"path": "cover.tif", "scheme": "CLCD"},
        "layers": {"slope": "slope.tif"},
        "districts": {"townships": {"path": "townships.gpkg", "name": "MC"}},
        "redlines": {
            "farmland": {"path": "lines.gpkg", "layer": "farmland", "keep": ["cropland"]},
            "ecology": {"path": "lines.gpkg", "layer": "ecology", "allow": ["forest", "grassland", "water"]},
            "steep": {"where": "slope > 25", "forbid": ["cropland"]},
        },
        "transitions": {"default": "any"},
        "limits": [
            {"indicator": "area.cropland", "at_least": "80%", "by": "townships"},
            {"indicator": "changed_area", "at_most": 40},
        ],
        "objective": {"minimise": {"net_emissions": 1.0}, "maximise": {"blue_green_compactness": 0.5}},
        "scenarios": {"loose": {"limits": [{"indicator": "changed_area", "at_most": 60}]}},
    }


def write_files(folder: Path) -> None:
    """Write every layer of the study."""
    write_raster(folder / "cover.tif", landcover())
    slope = np.fromfunction(lambda row, column: 2.0 * column + 0 * row, (ROWS, COLUMNS)).astype(np.float32)
    write_raster(folder / "slope.tif", slope, nodata=None)
    write_polygons(folder / "lines.gpkg", "farmland", {"永久基本农田": box(9, 0, 16, 3)})
    write_polygons(folder / "lines.gpkg", "ecology", {"生态保护红线": box(0, 0, 6, 5)})
    halves = {"东镇": box(8, 0, 16, 12), "西镇": box(0, 0, 8, 12)}
    write_polygons(folder / "townships.gpkg", "townships", halves)


def write_study(folder: Path, changed: Mapping[str, Any] | None = None) -> Path:
    """Write the study into a folder, with some of its top-level tables replaced; returns ``study.toml``."""
    folder.mkdir(parents=True, exist_ok=True)
    write_files(folder)
    path = folder / "study.toml"
    path.write_text(tomli_w.dumps({**tree(), **(changed or {})}), encoding="utf-8")
    return path


QUICK: dict[str, Any] = {"solver": {"room": 0.5}}
"""Asks for a plan within 0.5 tCO2e/yr, which HiGHS has at once: to the end of its search, among cells that
are all alike, it takes ten times as long."""


EASY: dict[str, Any] = {"limits": [{"indicator": "area.grassland", "at_least": 15}]}
"""All else becomes forest: found at once, also without a red line, which prices ask for."""


def write_quick_study(folder: Path, changed: Mapping[str, Any] | None = None) -> Path:
    """The same study for tests about what is written of a plan, not about how near it is to the best."""
    return write_study(folder, {**QUICK, **(changed or {})})
