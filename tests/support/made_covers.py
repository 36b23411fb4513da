"""Land-cover files as planners download or receive them, small and made: schemes, CRS, types and formats."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from affine import Affine
from numpy.typing import NDArray

WORLD_COVER = (10, 20, 30, 40, 50, 60, 80, 90, 95)
MAP_BIOMAS = (3, 4, 9, 11, 12, 15, 20, 21, 24, 25, 33, 39, 41)
CORINE_GRID = (2, 3, 10, 12, 18, 20, 21, 23, 24, 25, 26, 29, 36, 40, 41)
CORINE = (112, 121, 131, 142, 211, 222, 231, 242, 243, 311, 312, 324, 332, 412, 512)
NLCD = (11, 21, 22, 23, 24, 31, 41, 42, 43, 52, 71, 81, 82, 90, 95)
GLC_FCS = (10, 11, 12, 20, 51, 52, 61, 62, 71, 120, 130, 181, 187, 190, 200, 210)
CNLUCC = (11, 12, 21, 22, 23, 24, 31, 32, 33, 41, 42, 43, 46, 51, 52, 53, 61, 64, 66)
SURVEY = ("0101", "0103", "0201K", "0301", "0307", "0404", "0601", "0702", "1003", "1006", "1101", "1104A")


@dataclass(frozen=True)
class Made:
    """A made file: what is said to ``init``, the scheme that it must be read by, and a word that its findings
    hold (empty: any)."""

    path: Path
    scheme: str
    options: Mapping[str, str] = field(default_factory=dict)
    warns: str = ""


def cells(codes: Sequence[int], shape: tuple[int, int] = (14, 17), dtype: Any = np.uint8) -> NDArray[Any]:
    """(rows, columns) of codes in patches, all of them present, of unequal areas."""
    rng = np.random.default_rng(len(codes))
    drawn = np.asarray(codes)[np.minimum(rng.integers(0, len(codes) + 3, shape), len(codes) - 1)]
    drawn.flat[: len(codes)] = codes
    return drawn.astype(dtype)


def raster(
    path: Path,
    values: NDArray[Any],
    crs: str,
    transform: Affine,
    nodata: float | None = None,
    colours: Mapping[int, tuple[int, int, int]] | None = None,
) -> Path:
    """A GeoTIFF of one band."""
    rows, columns = values.shape
    profile = {"height": rows, "width": columns, "count": 1, "dtype": values.dtype, "nodata": nodata}
    with rasterio.open(path, "w", driver="GTiff", crs=crs, transform=transform, **profile) as out:
        out.write(values, 1)
        if colours is not None:
            out.write_colormap(1, {code: (*colour, 255) for code, colour in colours.items()})
    return path


def metres(size: float, left: float, top: float) -> Affine:
    """Cells of a size in the unit of the CRS."""
    return Affine(size, 0, left, 0, -size, top)


def parcels(path: Path, crs: str, left: float, top: float, size: float, **columns: Sequence[Any]) -> Path:
    """A layer of parcels side by side in rows of four, of unequal heights."""
    count = len(next(iter(columns.values())))
    shapes = []
    for at in range(count):
        x, y = left + size * (at % 4), top - size * (at // 4)
        shapes.append(shapely.box(x, y - size, x + size, y))
    frame = gpd.GeoDataFrame(dict(columns), geometry=shapes, crs=crs)
    encoding = {"encoding": "GBK"} if path.suffix == ".shp" else {}
    frame.to_file(path, engine="pyogrio", **encoding)
    if path.suffix == ".shp":
        path.with_suffix(".cpg").unlink(missing_ok=True)
    return path


def _tile(folder: Path) -> Made:
    name = folder / "ESA_WorldCover_10m_2021_v200_N30E114_Map.tif"
    return Made(raster(name, cells(WORLD_COVER), "EPSG:4326", metres(1 / 1200, 114.2, 30.6), 0), "WorldCover")


def _biomas(folder: Path) -> Made:
    path = folder / "mapbiomas_10m_collection2_lulc_2022.tif"
    return Made(raster(path, cells(MAP_BIOMAS), "EPSG:4326", metres(0.00027, -47.9, -15.8), 0), "MapBiomas")


def _biomas_asked(folder: Path) -> Made:
    path = raster(folder / "brasil.tif", cells(MAP_BIOMAS), "EPSG:5880", metres(30, 5e6, 8.2e6))
    return Made(path, "MapBiomas", {"scheme": "MapBiomas"})


def _corine(folder: Path) -> Made:
    values = cells(CORINE, dtype=np.int16)
    return Made(raster(folder / "u.tif", values, "EPSG:3035", metres(100, 4.32e6, 3.25e6), -32768), "CORINE")


def _hannover(folder: Path) -> Made:
    path = folder / "U2018_CLC2018_V2020_20u1.tif"
    values = cells(CORINE_GRID).astype(np.int8)
    return Made(raster(path, values, "EPSG:3035", metres(100, 4.32e6, 3.25e6), -128), "CORINE-grid")


def _nlcd(folder: Path) -> Made:
    return Made(raster(folder / "n.tif", cells(NLCD), "EPSG:5070", metres(30, 1.6e6, 1.9e6), 250), "NLCD")


def _nlcd_feet(folder: Path) -> Made:
    values = cells(NLCD, dtype=np.uint16)
    return Made(raster(folder / "f.tif", values, "EPSG:2263", metres(100, 980_000, 210_000)), "NLCD")


def _dynamic_world(folder: Path) -> Made:
    path = folder / "dynamicworld_mode_2022.tif"
    values = cells(range(9), dtype=np.float32)
    values[0, -2:] = np.nan
    return Made(raster(path, values, "EPSG:32650", metres(10, 5e5, 3.4e6), np.nan), "DynamicWorld")


def _esri(folder: Path) -> Made:
    path = folder / "50R_20200101-20210101.tif"
    return Made(raster(path, cells((1, 2, 4, 5, 7, 8, 11)), "EPSG:32650", metres(10, 5e5, 3.4e6), 0), "ESRI")


def _fcs(folder: Path) -> Made:
    return Made(
        raster(folder / "E110N30.tif", cells(GLC_FCS), "EPSG:4326", metres(0.0002694946, 110.2, 29.9)),
        "GLC_FCS30",
    )


def _clcd(folder: Path) -> Made:
    path = folder / "CLCD_v01_2020_albert.tif"
    albers = "+proj=aea +lat_0=0 +lon_0=105 +lat_1=25 +lat_2=47 +datum=WGS84 +units=m +no_defs"
    return Made(raster(path, cells((1, 2, 4, 5, 7, 8)), albers, metres(30, 4e5, 3.5e6), 0), "CLCD")


def _clcd_colours(folder: Path) -> Made:
    colours = {1: (250, 227, 156), 2: (68, 111, 51), 4: (171, 211, 123), 5: (30, 105, 180), 8: (226, 66, 144)}
    path = folder / "paletted.tif"
    place = metres(30, 4e5, 3.5e6)
    return Made(raster(path, cells((1, 2, 4, 5, 8)), "EPSG:4547", place, 0, colours), "CLCD")


def _globeland(folder: Path) -> Made:
    path = folder / "N50_30_2020LC030.tif"
    values = cells((10, 20, 30, 50, 60, 80, 90))
    return Made(raster(path, values, "EPSG:32650", metres(30, 5e5, 3.6e6)), "GlobeLand30")


def _south(folder: Path) -> Made:
    path = folder / "globeland30_s.tif"
    return Made(
        raster(path, cells((10, 20, 30, 80)), "EPSG:32723", metres(30, 3e5, 7.4e6), 255), "GlobeLand30"
    )


def _antimeridian(folder: Path) -> Made:
    values = cells(WORLD_COVER)
    return Made(raster(folder / "fiji.tif", values, "EPSG:4326", metres(0.01, 179.9, -16.5), 0), "WorldCover")


def _mercator(folder: Path) -> Made:
    values = cells(WORLD_COVER)
    path = raster(folder / "web.tif", values, "EPSG:3857", metres(10, 12.7e6, 3.58e6), 0)
    return Made(path, "WorldCover", warns="true")


def _upside_down(folder: Path) -> Made:
    place = Affine(30, 0, 5e5, 0, 30, 3.6e6)
    return Made(raster(folder / "up.tif", cells(CNLUCC), "EPSG:4547", place), "CNLUCC")


def _strip(folder: Path) -> Made:
    values = cells(CNLUCC, (1, 25), np.int32)
    return Made(raster(folder / "strip.tif", values, "EPSG:4547", metres(30, 5e5, 3.6e6)), "CNLUCC")


def _undeclared(folder: Path) -> Made:
    values = cells(CNLUCC, dtype=np.int16)
    values[:2] = -9999
    return Made(raster(folder / "ld2020.tif", values, "EPSG:4547", metres(1000, 5e5, 3.6e6)), "CNLUCC")


def _floats(folder: Path) -> Made:
    values = cells(CORINE, dtype=np.float64)
    values[3] = -3.4028234663852886e38
    place = metres(100, 4.32e6, 3.25e6)
    return Made(raster(folder / "fl.tif", values, "EPSG:3035", place, -3.4028234663852886e38), "CORINE")


def _survey(folder: Path) -> Made:
    path = parcels(folder / "DLTB.shp", "EPSG:4547", 5e5, 3.6e6, 80.0, DLBM=SURVEY, DLMC=["名"] * len(SURVEY))
    return Made(path, "third-survey", {"scheme": "third-survey"})


def _survey_by_names(folder: Path) -> Made:
    names = {"DLBM": ["0101", "0301", "1101", "0702"], "DLMC": ["水田", "乔木林地", "河流水面", "农村宅基地"]}
    return Made(parcels(folder / "p.gpkg", "EPSG:4547", 5e5, 3.6e6, 90.0, **names), "GB/T 21010-2017")


def _planning(folder: Path) -> Made:
    names = {
        "地类编码": ["0101", "0301", "1101", "0703"],
        "地类名称": ["水田", "乔木林地", "物流仓储", "农村宅基地"],
    }
    return Made(parcels(folder / "现状.gpkg", "EPSG:4490", 114.3, 30.6, 0.001, **names), "MNR-2023")


def _old_survey(folder: Path) -> Made:
    codes = ["011", "013", "031", "104", "111", "114", "203", "204"]
    path = folder / "dltb2009.geojson"
    return Made(parcels(path, "EPSG:4326", 114.3, 30.6, 0.001, DLBM=codes), "second-survey")


def _corine_parcels(folder: Path) -> Made:
    codes = [str(code) for code in CORINE]
    path = parcels(folder / "clc.gpkg", "EPSG:25832", 5.5e5, 5.8e6, 200.0, Code_18=codes)
    return Made(path, "CORINE", {"field": "Code_18"})


def _whole_numbers(folder: Path) -> Made:
    codes = [101.0, 103.0, 301.0, 702.0, 1003.0, 1104.0]
    path = parcels(folder / "numbers.gpkg", "EPSG:4547", 5e5, 3.6e6, 75.0, DLBM=codes)
    return Made(path, "third-survey", {"scheme": "三调"})


COVERS: dict[str, Callable[[Path], Made]] = {
    "ESA WorldCover tile in degrees": _tile,
    "MapBiomas in degrees, southern hemisphere": _biomas,
    "MapBiomas as asked": _biomas_asked,
    "CORINE codes": _corine,
    "CORINE grid codes of a download": _hannover,
    "NLCD in Albers": _nlcd,
    "NLCD in US survey feet": _nlcd_feet,
    "Dynamic World as floats with 0": _dynamic_world,
    "Esri tile": _esri,
    "GLC_FCS30 in degrees": _fcs,
    "CLCD in Albers of China": _clcd,
    "CLCD by its colours": _clcd_colours,
    "GlobeLand30 in UTM": _globeland,
    "GlobeLand30 of the south": _south,
    "across the antimeridian": _antimeridian,
    "Web Mercator": _mercator,
    "south up": _upside_down,
    "one row": _strip,
    "nodata not declared": _undeclared,
    "floats with the least float as nodata": _floats,
    "third survey, GBK shapefile": _survey,
    "survey told by its names": _survey_by_names,
    "planning classification, Chinese fields, degrees": _planning,
    "second survey, GeoJSON": _old_survey,
    "CORINE parcels": _corine_parcels,
    "codes as whole floats": _whole_numbers,
}
"""Every made file by what it is."""
