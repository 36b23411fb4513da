"""Writes the county as the files a planner would have: rasters, GeoPackages and the study file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from affine import Affine
from numpy.typing import NDArray

from instances.demo.county import County
from instances.demo.lines import RedLines, Shapes
from instances.demo.noise import Field
from instances.demo.painting import BUILT, CODES, Cover
from instances.land.classes import class_table
from instances.layers.geopackages import dated
from instances.layers.ogr import write_features
from instances.study.labels import named
from instances.study.tables import table_text

CRS = "EPSG:4547"
"""CGCS2000, 3-degree zone on 114 E, without the zone's number in the easting."""

WEST, NORTH = 462_000.0, 3_342_000.0
COUNTY_CODE = "990101"
"""Administrative code of the county; no province of China has the number 99."""

MOST_ROADS = 6
"""Roads between towns that have a name on maps."""
_DATE = "2025-01-01T00:00:00.000Z"
_BUILT_TCO2E_PER_HA = 150.0
_PROJECT_HA, _PROJECT_CELLS, _WHOLE_HA = 1.0, 2, 10.0
"""Least hectares and cells of a piece of new land; cells of so many hectares are pieces by themselves."""


def write_raster(
    path: Path, values: NDArray[Any], county: County, nodata: float, colours: bool = False
) -> None:
    """A compressed, tiled GeoTIFF on the county's grid; ``colours`` adds the colours of the classes."""
    transform = Affine.translation(WEST, NORTH) @ Affine.scale(county.cell_m, -county.cell_m)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=county.size,
        height=county.size,
        count=1,
        dtype=values.dtype,
        crs=CRS,
        transform=transform,
        nodata=nodata,
        tiled=True,
        blockxsize=256,
        blockysize=256,
        compress="deflate",
        zlevel=4,
        num_threads="2",
        bigtiff="if_safer",
    ) as dataset:
        dataset.write(values, 1)
        if colours:
            table = class_table()
            dataset.write_colormap(1, {code: (*table[name].colour, 255) for name, code in CODES.items()})


def write_numbers(path: Path, values: Field, county: County, step: float) -> None:
    """A raster of numbers rounded to ``step``, which is all that its source could know."""
    rounded = np.round(values / np.float32(step)) * np.float32(step)
    write_raster(path, rounded.astype(np.float32), county, nodata=-9999.0)


def write_townships(path: Path, polygons: Shapes, county: County) -> None:
    """Townships with code and name; the first is the county town's."""
    names = town_names(len(polygons))
    codes = [f"{COUNTY_CODE}{number:03d}" for number in range(1, len(polygons) + 1)]
    _write_layer(path, "townships", polygons, county, {"XZQDM": codes, "XZQMC": names})


def write_red_lines(path: Path, lines: RedLines, county: County) -> None:
    """The three lines as three layers with the fields YSDM, MC, LX and MJ (m2)."""
    for layer, polygons in (
        ("permanent_basic_farmland", lines.farmland),
        ("ecological_red_line", lines.ecology),
        ("urban_growth_boundary", lines.urban),
    ):
        named, count = _names()["redlines"][layer], len(polygons)
        area = np.round(shapely.area(polygons) * county.side_m**2, 1)
        fields = {
            "YSDM": [named["code"]] * count,
            "MC": [named["name"]] * count,
            "LX": [named["kind"]] * count,
            "MJ": area,
        }
        _write_layer(path, layer, polygons, county, fields)


def write_greenways(path: Path, lines: Shapes, km: Field, county: County) -> None:
    """Greenways with a name and their length in km as their worth."""
    greenway = _names()["lines"]["greenway"]
    names = [f"{greenway}{number:02d}" for number in range(1, len(lines) + 1)]
    _write_layer(path, "greenways", lines, county, {"MC": names, "KM": km.astype(float)})


def write_named_lines(path: Path, county: County) -> None:
    """Rivers and main roads with their names, for maps: the longest rivers, the motorway, roads by number."""
    named, waters = _names()["lines"], county.waters
    numbers = np.unique(waters.river)
    rivers = np.array(
        [shapely.line_merge(shapely.union_all(waters.reaches[waters.river == k])) for k in numbers]
    )
    rivers = rivers[np.argsort(-shapely.length(rivers), kind="stable")][: len(named["rivers"])]
    _write_layer(path, "rivers", rivers, county, {"MC": named["rivers"][: len(rivers)]})
    motorway = shapely.line_merge(shapely.union_all(county.motorway))
    longest = county.between[np.argsort(-shapely.length(county.between), kind="stable")][:MOST_ROADS]
    numbered = [f"{named['road']}{number:02d}" for number in range(1, len(longest) + 1)]
    names = [named["motorway"], *numbered]
    _write_layer(path, "roads", np.array([motorway, *longest], dtype=object), county, {"MC": names})


def write_study(path: Path, county: County, cover: Cover, height: Field, lang: str = "en") -> None:
    """The study file in a language (zh or en), with figures that suit the county."""
    cell_ha = county.cell_m**2 / 1e4
    built_ha = np.isin(cover, [CODES[name] for name in BUILT]).sum() * cell_ha
    area_ha = county.size**2 * cell_ha
    present = set(np.unique(cover).tolist())
    listed = ", ".join(f'{code} = "{name}"' for name, code in CODES.items() if code in present)
    text = Template(table_text(f"demo_study.{lang}.toml")).substitute(
        title=named(_names()["title"], lang, ""),
        seed=county.seed,
        size=county.size,
        cell_m=f"{county.cell_m:g}",
        area_km2=f"{area_ha / 100:,.0f}",
        classes=listed,
        high_m=f"{float(height.max()) * 0.75:.0f}",
        built_total=_grouped(built_ha * _BUILT_TCO2E_PER_HA),
        **_growth(county.size),
        changed_ha=_grouped(0.07 * area_ha),
        least=f"{max(_PROJECT_HA, _PROJECT_CELLS * cell_ha):.10g}",
        sized="true" if cell_ha < _WHOLE_HA else "false",
    )
    path.write_text(text, encoding="utf-8", newline="\n")


def _growth(size: int) -> dict[str, int]:
    """Percentages of today that a map can show: on few cells a small percentage is already a whole one."""
    if size < 50:
        return {"township_percent": 75, "industry_percent": 100, "wetland_percent": 100}
    return {"township_percent": 90, "industry_percent": 104, "wetland_percent": 103}


def town_names(count: int) -> list[str]:
    """Invented names: the county town's quarter first, then towns, then townships."""
    of = _names()["townships"]
    first, second = of["first"], of["second"]
    words = [f"{first[i % len(first)]}{second[(3 * i + i // 10) % len(second)]}" for i in range(count - 1)]
    ends = [of["town"] if i < 0.7 * count else of["township"] for i in range(count - 1)]
    return [of["county_town"], *(word + end for word, end in zip(words, ends, strict=True))]


@cache
def _names() -> dict[str, Any]:
    """The county's names, from ``data/demo_names.toml``."""
    return tomllib.loads(table_text("demo_names.toml"))


def _grouped(value: float) -> str:
    """A whole number of two or three significant digits, as TOML writes it."""
    digits = max(len(f"{value:.0f}") - 3, 0)
    return f"{round(value, -digits):_.0f}"


def _write_layer(path: Path, layer: str, shapes: Shapes, county: County, fields: Mapping[str, Any]) -> None:
    side = county.side_m
    placed = shapely.transform(shapes, lambda points: points * (side, -side) + (WEST, NORTH))
    frame = gpd.GeoDataFrame(fields, geometry=placed, crs=CRS)
    with dated(_DATE):
        write_features(frame, path, layer=layer, driver="GPKG")
