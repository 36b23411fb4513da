"""The embedded demo county: invented, seeded, of any size, written as the files a planner would have."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import instances.demo.writing as writing
from instances.demo.county import County, full_relief, lay_out
from instances.demo.lines import BASE_LINES, WIDER_LINES, greenways, red_lines, townships
from instances.demo.noise import draw_out
from instances.demo.painting import Painted, paint
from instances.demo.settlements import town_ratio
from instances.demo.terrain import Relief, slope_degrees
from instances.study.findings import Findings

SMALLEST, LARGEST = 20, 5_000
"""Cells a side."""

_DISTANCE_GRID = 512


def write_demo(folder: str | Path, size: int = 200, seed: int = 7, lang: str = "en") -> Path:
    """Write the county of a seed as real files into a folder (made where absent); returns ``study.toml``.

    The map has ``size`` x ``size`` cells, 20 to 5,000 a side. The same size and seed give the same files;
    ``lang`` (zh or en) is that of the study file and its notes.
    Up to 1,000 cells a side the county is the same 900 km2 ever finer; beyond, cells stay at 30 m and the
    county grows. ``StudyError`` for a size outside these bounds or a negative seed.
    """
    _check(size, seed)
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    county = lay_out(seed, size)
    land = full_relief(county)
    painted = paint(county, land)
    _write_rasters(folder, county, land, painted)
    _write_vectors(folder, county, painted)
    study = folder / "study.toml"
    writing.write_study(study, county, painted.cover, land.height, lang)
    return study


def _check(size: int, seed: int) -> None:
    findings = Findings()
    if not SMALLEST <= size <= LARGEST:
        findings.error("demo", f"a county of {size} cells a side", f"Ask for {SMALLEST} to {LARGEST:,} cells")
    if seed < 0:
        findings.error("demo", f"the seed is {seed}", "Give a seed of 0 or more")
    findings.raise_errors()


def _write_rasters(folder: Path, county: County, land: Relief, painted: Painted) -> None:
    writing.write_raster(folder / "landcover.tif", painted.cover, county, nodata=0, colours=True)
    writing.write_numbers(folder / "dem.tif", land.height, county, step=0.1)
    slope = slope_degrees(land.height, land.hilliness, county.cell_m, county.seed)
    writing.write_numbers(folder / "slope.tif", slope, county, step=0.1)
    _, _, distance = town_ratio(county.towns, min(county.size, _DISTANCE_GRID))
    metres = draw_out(distance, county.size) * np.float32(county.side_m)
    writing.write_numbers(folder / "town_distance.tif", metres, county, step=1.0)


def _write_vectors(folder: Path, county: County, painted: Painted) -> None:
    names = ("townships.gpkg", "redlines.gpkg", "redlines_wider.gpkg", "greenways.gpkg", "names.gpkg")
    for name in names:
        (folder / name).unlink(missing_ok=True)
    base = red_lines(county, painted, BASE_LINES)
    count = int(np.clip(6 + county.size // 25, 6, 60))
    lines, km = greenways(county, painted, base.farmland, count)
    writing.write_townships(folder / names[0], townships(county), county)
    writing.write_red_lines(folder / names[1], base, county)
    writing.write_red_lines(folder / names[2], red_lines(county, painted, WIDER_LINES), county)
    writing.write_greenways(folder / names[3], lines, km, county)
    writing.write_named_lines(folder / names[4], county)
