"""Write a commented study file from a land-cover raster or a layer of parcels."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import rasterio
import tomli_w
from pyogrio.errors import DataSourceError
from rasterio.errors import RasterioError

from instances.files import find_file
from instances.findings import Finding, Findings, StudyError
from instances.grid import FloatArray
from instances.landcover import LandCoverData, read_landcover
from instances.rasters import is_raster
from instances.schemes import get_scheme, likely_schemes, scheme_names
from instances.study import parse_study
from instances.sums import sum_by

SURVEY_FIELD = "DLBM"
"""The field of class codes in China's survey databases."""
RETAINED = ("cropland", "paddy", "forest", "wetland")
MOST_CODES = 5_000


@dataclass(frozen=True)
class Written:
    """A study file and what was found on the way: class names with their area in ha, and the scheme."""

    text: str
    scheme: str
    guessed: bool
    areas_ha: dict[str, float]


def study_text(
    landcover: Path,
    folder: Path,
    *,
    scheme: str | None = None,
    field: str | None = None,
    crs: str | None = None,
) -> Written:
    """The text of a study file that lies in ``folder`` and plans a land cover.

    ``scheme`` names the class scheme (default: the likeliest), ``field`` the parcels' field of class codes,
    ``crs`` the CRS where the file states none. ``StudyError`` where the file cannot be used.
    """
    findings = Findings()
    path = find_file(str(landcover), Path(), "LANDCOVER", findings)
    findings.raise_errors()
    if path is None:
        raise StudyError([Finding("LANDCOVER", "there is no such file", "Check the path")])
    raster = is_raster(path)
    if not raster:
        field = _field(path, field)
    guessed = scheme is None
    scheme = _likeliest(path, field) if scheme is None else get_scheme(scheme).name
    table: dict[str, Any] = {"path": _relative(path, folder), "scheme": scheme}
    table |= {key: value for key, value in {"field": field, "crs": crs}.items() if value is not None}
    cover = _read({**table, "path": str(path.resolve())})
    areas = sum_by(cover.today, cover.grid.area_ha, len(cover.classes))
    text = _text(path.stem, table, cover, areas)
    present = {item.name: float(area) for item, area in zip(cover.classes, areas, strict=True) if area > 0}
    return Written(text, scheme, guessed, present)


def _read(table: dict[str, Any]) -> LandCoverData:
    """The land cover by the very reader that a run uses."""
    findings = Findings()
    study = parse_study({"title": "new", "landcover": table}, "study.toml")
    cover = read_landcover(study, Path(), findings)
    findings.raise_errors()
    if cover is None:
        raise StudyError([Finding("LANDCOVER", "cannot be used as a land cover", "Check the file")])
    return cover


def _relative(path: Path, folder: Path) -> str:
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:
        return path.resolve().as_posix()


def _field(path: Path, field: str | None) -> str:
    """The parcels' field of class codes."""
    try:
        fields = [str(name) for name in pyogrio.read_info(path)["fields"]]
    except DataSourceError as fault:
        remedy = "Name a raster or a vector layer that GDAL reads"
        raise StudyError([Finding("LANDCOVER", f"{path.name} cannot be read ({fault})", remedy)]) from None
    by_lower = {name.lower(): name for name in fields}
    found = by_lower.get((field or SURVEY_FIELD).lower())
    if found is not None:
        return found
    missing = f"{path.name} has no field `{field}`"
    unknown = f"{path.name} holds parcels, and no field is named for their class"
    remedy = f"Name one of {', '.join(fields)}"
    raise StudyError([Finding("--field", missing if field else unknown, remedy)])


def _likeliest(path: Path, field: str | None) -> str:
    """The scheme that knows all of the codes; ``StudyError`` where none or several do."""
    codes = _codes(path, field)
    ranked = likely_schemes(codes)
    if ranked and ranked[0][1] == 1.0:
        return ranked[0][0]
    some = ", ".join(str(code) for code in sorted(codes, key=str)[:8])
    remedy = f"Name one with --scheme: {', '.join(scheme_names())}; or map the codes in landcover.classes"
    raise StudyError(
        [Finding("--scheme", f"no class scheme knows all codes of {path.name} ({some})", remedy)]
    )


def _codes(path: Path, field: str | None) -> list[Any]:
    if field is not None:
        _, _, _, (values,) = pyogrio.raw.read(path, columns=[field], read_geometry=False)
        return [code for code in set(values.tolist()) if code is not None]
    try:
        with rasterio.open(path) as raster:
            found: set[int] = set()
            for _, window in raster.block_windows(1):
                block = raster.read(1, window=window, masked=True).compressed()
                found |= set(np.unique(block[np.isfinite(block)]).tolist())
                if len(found) > MOST_CODES:
                    break
    except RasterioError as fault:
        raise StudyError(
            [Finding("LANDCOVER", f"{path.name} cannot be read ({fault})", "Check the file")]
        ) from None
    return [code for code in found if code != 0]


def _text(title: str, table: dict[str, Any], cover: LandCoverData, areas: FloatArray) -> str:
    """The study file: what runs as it stands, and below it, as comments, what a planner adds next."""
    parts = [
        f"# {title}: a study for Sansheng. `sansheng check` reads it, `sansheng run` plans it.",
        tomli_w.dumps({"title": title}).rstrip(),
        'lang = "en"                       # zh: maps, layers and reports in Chinese',
        "",
        "[landcover]",
        tomli_w.dumps(table).rstrip(),
        '# new_classes = ["wetland"]         # classes absent today that may be planned',
        "# resolution = 300                # coarsen to cells of so many metres, by majority",
        *_found(cover, areas),
        _COMMENTED.format(
            limit=_limit(cover, areas), change=math.ceil(cover.grid.total_ha / 10), built=_built(cover)
        ),
        _OBJECTIVE,
    ]
    return "\n".join(parts)


def _found(cover: LandCoverData, areas: FloatArray) -> list[str]:
    """What the file holds, as comments."""
    grid = cover.grid
    units = "cells" if grid.is_raster else "parcels"
    lines = [f"# Found: {len(grid):,} {units}, {grid.total_ha:,.1f} ha, {grid.crs.name}; classes today:"]
    for k in np.argsort(-areas, kind="stable"):
        if areas[k] > 0:
            item = cover.classes[int(k)]
            share = 100 * areas[k] / grid.total_ha
            lines.append(
                f"#   {item.name:<20} {areas[k]:>14,.1f} ha  {share:5.1f} %  {item.name_zh}, {item.space}"
            )
    return lines


def _built(cover: LandCoverData) -> str:
    """A built class for the suggested urban boundary."""
    return next((item.name for item in cover.classes if item.built), "urban")


def _limit(cover: LandCoverData, areas: FloatArray) -> str:
    """The class whose retention the suggested limit names."""
    present = [item.name for item, area in zip(cover.classes, areas, strict=True) if area > 0]
    return next((name for name in RETAINED if name in present), present[0])


_COMMENTED = """
# [layers]                          # rasters or vector fields that red lines and indicators use
# slope = "slope.tif"

# [districts.townships]             # a division of the area, for limits by district
# path = "townships.gpkg"
# name = "XZQMC"                    # the field with the districts' names

# [redlines.farmland]               # permanent basic farmland: cropland inside stays cropland
# path = "redlines.gpkg"
# layer = "permanent_basic_farmland"
# keep = ["cropland"]

# [redlines.ecology]                # ecological red line: nothing but these classes inside
# path = "redlines.gpkg"
# layer = "ecological_red_line"
# allow = ["forest", "grassland", "wetland", "water"]
# existing = "keep"                 # what stands there against the rule: keep it, or convert it

# [redlines.urban]                  # urban development boundary: new urban land only inside
# path = "redlines.gpkg"
# layer = "urban_growth_boundary"
# only_inside = ["{built}"]

[[limits]]                          # an indicator's bound: a number in its unit, or a share of today's
indicator = "area.{limit}"
at_least = "98%"
# by = "townships"                  # one limit for every district

[[limits]]                          # a plan, not a new world: at most a tenth of the land changes
indicator = "changed_area"
at_most = {change:.0f}               # ha

# [scenarios.strict.redlines.ecology]   # a red-line alternative overrides what it names
# path = "redlines_strict.gpkg"
"""
_OBJECTIVE = """[carbon]
coefficients = "china-default"      # or a CSV of your own
# built_total_tco2e = 1_000_000     # the area's own energy emissions, tCO2e/yr, spread over built land

[objective]
minimise.net_emissions = 1.0        # per tCO2e/yr
maximise.blue_green_connectivity = 0.5   # tCO2e/yr given up for one more km of shared blue-green edge
"""
