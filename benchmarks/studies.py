"""The studies that are measured, made as files: demo counties, one with hundreds of townships, real data."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from affine import Affine
from numpy.typing import NDArray

from instances.demo import write_demo
from instances.study.file import StudyFile, load_study
from instances.study.schema import BASE
from planner.runs.resolved import resolved_text

ROOT = Path(__file__).resolve().parent.parent
STUDIES = ROOT / "instances" / "studies"
SHARED = ROOT.parent / "shared" / "data"

Maker = Callable[[Path], Path]
"""Makes a study in a folder and returns its ``study.toml``."""


class Absent(Exception):
    """A study cannot be made because its data are not beside the checkout."""


def demo(size: int, pieces: bool = False) -> Maker:
    """The demo county of ``size`` x ``size`` cells; with its least sizes of new land where ``pieces`` says
    so, which no peer knows, and no bound."""

    def make(folder: Path) -> Path:
        study = write_demo(folder, size)
        if not pieces:
            text = study.read_text(encoding="utf-8")
            off = re.sub(r"(?s)(\[patches\.projects\].*?\benabled = )true", r"\1false", text)
            study.write_text(off, encoding="utf-8")
        return study

    return make


def townships(size: int, count: int) -> Maker:
    """The demo county divided into ``count`` townships instead of its own, each with the limit on cropland
    that the study sets by township."""

    def make(folder: Path) -> Path:
        study = write_demo(folder, size)
        path = folder / "townships.gpkg"
        own = gpd.read_file(path)
        divide(own, count).to_file(path, layer="townships", driver="GPKG", engine="pyogrio")
        return study

    return make


def divide(townships: gpd.GeoDataFrame, count: int, seed: int = 7) -> gpd.GeoDataFrame:
    """As many convex townships as asked for, over the area of the given ones."""
    area = shapely.union_all(townships.geometry.to_numpy())
    left, bottom, right, top = area.bounds
    seats = np.random.default_rng(seed).uniform((left, bottom), (right, top), (count, 2))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(seats), extend_to=area))
    cells = shapely.intersection(cells, area)
    names = [f"T{number:03d}" for number in range(1, len(cells) + 1)]
    return gpd.GeoDataFrame({"XZQDM": names, "XZQMC": names}, geometry=cells, crs=townships.crs)


def dongguan(resolution: int | None = None, name: str = "dongguan_100m") -> Maker:
    """A study of Dongguan, the real prefecture, as it is committed; or with coarser cells [m] and, as the red
    lines then leave too little room, with a share of its cropland as the only limit."""

    def make(folder: Path) -> Path:
        if not (SHARED / "dongguan").is_dir():
            raise Absent("the real data (../shared/data) are not beside this checkout")
        source = load_study(STUDIES / f"{name}.toml")
        if resolution is None:
            return source.path
        tree: dict[str, Any] = {**source.tree, "landcover": {**source.tree["landcover"]}}
        tree["landcover"]["resolution"] = resolution
        tree["limits"] = [{"indicator": "area.cropland", "at_least": "90%", "by": "townships"}]
        folder.mkdir(parents=True, exist_ok=True)
        study = folder / "study.toml"
        text = resolved_text(StudyFile(source.path, tree), BASE, folder, {})
        study.write_text(text, encoding="utf-8")
        return study

    return make


def fine(size: int) -> Maker:
    """An invented county of ``size`` x ``size`` cells of about 10 m in degrees, whose units are 100 m, with
    heights of as many cells and red lines over their slope and from a raster: what counts is the reading."""

    def make(folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        degrees = 10 / 111_320
        place = Affine(degrees, 0, 113.0, 0, -degrees, 30.0)
        relief = _smooth(size, max(size // 40, 1), 3)
        bands = {
            "cover": np.digitize(relief, (0.25, 0.4, 0.6, 0.7, 0.8)).astype(np.uint8) + np.uint8(1),
            "heights": 800 * _smooth(size, max(size // 25, 1), 4),
            "ecology": (relief > 0.65).astype(np.uint8),
        }
        for name, band in bands.items():
            profile = {"height": size, "width": size, "count": 1, "dtype": band.dtype, "compress": "deflate"}
            with rasterio.open(
                folder / f"{name}.tif", "w", driver="GTiff", crs="EPSG:4490", transform=place, **profile
            ) as raster:
                raster.write(band, 1)
        study = folder / "study.toml"
        study.write_text(FINE, encoding="utf-8")
        return study

    return make


FINE = """\
title = "Fine cells"

[landcover]
path = "cover.tif"
resolution = 100
classes = { 1 = "water", 2 = "cropland", 3 = "forest", 4 = "grassland", 5 = "urban", 6 = "bare" }

[layers]
heights = { path = "heights.tif", unit = "m" }
slope = { from = "heights" }

[redlines.steep]
where = "slope > 25"
forbid = ["cropland"]

[redlines.ecology]
path = "ecology.tif"
keep = ["grassland"]

[[limits]]
indicator = "area.cropland"
at_least = "98%"
"""


def _smooth(size: int, grain: int, seed: int) -> NDArray[np.floating[Any]]:
    """(size, size) smooth numbers from 0 to 1 whose hills are about ``grain`` cells wide."""
    seats = np.random.default_rng(seed).random((size // grain + 2, size // grain + 2), dtype=np.float32)
    at = np.arange(size, dtype=np.float32) / grain
    low = at.astype(np.intp)
    part = at - low.astype(np.float32)
    rows = seats[low] * (1 - part[:, None]) + seats[low + 1] * part[:, None]
    smooth: NDArray[np.floating[Any]] = rows[:, low] * (1 - part) + rows[:, low + 1] * part
    return smooth
