"""A registry of wrong inputs: what each changes in a small study, and the sentence it must give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from tests.support import small_study
from tests.support.small_study import box, landcover, write_polygons, write_raster

Tree = dict[str, Any]


@dataclass(frozen=True)
class Wrong:
    """A wrong input: what it changes in the study's tree and files, and parts of its sentence."""

    name: str
    says: tuple[str, ...]
    tree: Callable[[Tree], object] = lambda tree: None
    files: Callable[[Path], object] = lambda folder: None
    options: tuple[str, ...] = ()
    status: int = 2


def cover(change: Callable[[np.ndarray], object], dtype: Any = np.uint8) -> Callable[[Path], object]:
    """Rewrite the land cover with some cells changed."""

    def write(folder: Path) -> None:
        cells = landcover().astype(dtype)
        change(cells)
        write_raster(folder / "cover.tif", cells)

    return write


def slope(change: Callable[[np.ndarray], object]) -> Callable[[Path], object]:
    """Rewrite the slope layer with some cells changed."""

    def write(folder: Path) -> None:
        cells = np.full((small_study.ROWS, small_study.COLUMNS), 3.0, dtype=np.float32)
        change(cells)
        write_raster(folder / "slope.tif", cells, nodata=None)

    return write


def lines(layer: str, *polygons: Any, crs: str | None = small_study.CRS) -> Callable[[Path], object]:
    """Rewrite a layer of red lines."""
    named = {f"line {number}": polygon for number, polygon in enumerate(polygons)}
    return lambda folder: write_polygons(folder / "lines.gpkg", layer, named, crs)


def put(*keys: Any, to: Any) -> Callable[[Tree], object]:
    """Set one value of the tree."""

    def change(tree: Tree) -> None:
        for key in keys[:-1]:
            tree = tree[key]
        tree[keys[-1]] = to

    return change


def limit(**table: Any) -> Callable[[Tree], object]:
    """Add a limit."""
    return lambda tree: tree["limits"].append(table)


REGISTRY = (
    # the study file
    Wrong(
        "no study file", ("study.toml", "there is no such file"), files=lambda f: (f / "study.toml").unlink()
    ),
    Wrong(
        "study is a folder",
        ("is a folder",),
        files=lambda f: ((f / "study.toml").unlink(), (f / "study.toml").mkdir()),
    ),
    Wrong("not TOML", ("study.toml",), files=lambda f: (f / "study.toml").write_text("title = [")),
    Wrong(
        "not UTF-8",
        ("UTF-8",),
        files=lambda f: (f / "study.toml").write_bytes('title = "东莞"'.encode("gbk")),
    ),
    Wrong("empty study", ("landcover", "missing"), files=lambda f: (f / "study.toml").write_text("")),
    Wrong(
        "unknown key",
        ("redlines.farmland", "unknown key", "`keep`"),
        put("redlines", "farmland", "kep", to=["forest"]),
    ),
    Wrong("unknown table", ("unknown key", "`redlines`"), put("redline", to={})),
    Wrong("wrong type", ("limits[1].at_most",), put("limits", 1, "at_most", to=[1])),
    Wrong(
        "one limit without its list", ("limits", "[[two]]"), put("limits", to={"indicator": "changed_area"})
    ),
    Wrong(
        "red line that is no table",
        ("redlines.farmland", "a table"),
        put("redlines", "farmland", to="x.gpkg"),
    ),
    Wrong(
        "class named in Chinese",
        ("redlines.farmland.keep[0]", "lower-case letters", "name_zh"),
        put("redlines", "farmland", "keep", to=["耕地"]),
    ),
    Wrong("unknown scenario", ("strict", "no such scenario", "loose"), options=("--scenario", "strict")),
    Wrong(
        "fault in a scenario",
        ("scenarios.loose", "unknown key"),
        put("scenarios", "loose", to={"limts": []}),
        options=("--scenario", "loose"),
    ),
    # land cover
    Wrong(
        "missing land cover",
        ("landcover", "cover.tif"),
        files=lambda f: (f / "cover.tif").rename(f / "cover2006.tif"),
    ),
    Wrong("unknown scheme", ("landcover.scheme", "CLCD"), put("landcover", "scheme", to="CLCDD")),
    Wrong("unknown code", ("landcover", "77"), files=cover(lambda cells: cells.__setitem__((0, 0), 77))),
    Wrong("all nodata", ("landcover",), files=cover(lambda cells: cells.fill(0))),
    Wrong("not a raster", ("landcover",), files=lambda f: (f / "cover.tif").write_text("no raster")),
    Wrong(
        "no CRS", ("landcover", "CRS"), files=lambda f: write_raster(f / "cover.tif", landcover(), crs=None)
    ),
    Wrong(
        "wrong CRS",
        ("landcover.crs",),
        lambda t: t["landcover"].update(crs="EPSG:99999"),
        files=lambda f: write_raster(f / "cover.tif", landcover(), crs=None),
    ),
    Wrong(
        "land cover cut off",
        ("landcover", "cannot be read as a raster"),
        files=lambda f: (f / "cover.tif").write_bytes((f / "cover.tif").read_bytes()[:100]),
    ),
    Wrong("empty path", ("landcover", "path is empty"), put("landcover", "path", to="")),
    Wrong(
        "endless resolution", ("landcover.resolution", "finite"), put("landcover", "resolution", to=np.inf)
    ),
    Wrong(
        "buffer that is no number",
        ("redlines.farmland.buffer_m", "finite"),
        put("redlines", "farmland", "buffer_m", to=np.nan),
    ),
    Wrong(
        "eastings of another zone",
        ("landcover", "no such place"),
        files=lambda f: write_raster(f / "cover.tif", landcover(), origin=(38_500_000.0, 2_600_000.0)),
    ),
    Wrong("band that is not there", ("landcover", "band"), put("landcover", "band", to=7)),
    Wrong(
        "unknown new class",
        ("landcover.new_classes", "moonland"),
        put("landcover", "new_classes", to=["moonland"]),
    ),
    # layers, districts
    Wrong("missing layer file", ("layers.slope", "slope.tif"), files=lambda f: (f / "slope.tif").unlink()),
    Wrong(
        "layer elsewhere",
        ("layers.slope",),
        files=lambda f: write_raster(f / "slope.tif", np.ones((3, 3), np.float32), origin=(9e5, 3e6)),
    ),
    Wrong("layer with NaN", ("layers.slope",), files=slope(lambda cells: cells.__setitem__(0, np.nan))),
    Wrong(
        "layer with holes",
        ("layers.slope",),
        files=lambda f: write_raster(f / "slope.tif", np.eye(12, 16, dtype=np.float32), nodata=0),
    ),
    Wrong(
        "unknown district field",
        ("districts.townships", "NAME"),
        put("districts", "townships", "name", to="NAME"),
    ),
    Wrong(
        "unknown vector layer", ("redlines.farmland", "farm"), put("redlines", "farmland", "layer", to="farm")
    ),
    # red lines
    Wrong(
        "red line elsewhere",
        ("redlines.farmland",),
        files=lines("farmland", shapely.box(9e5, 3e6, 9.1e5, 3.1e6)),
    ),
    Wrong("empty red line", ("redlines.farmland",), files=lines("farmland", shapely.Polygon())),
    Wrong(
        "red line without CRS",
        ("redlines.farmland", "CRS"),
        files=lines("farmland", box(0, 0, 2, 2), crs=None),
    ),
    Wrong(
        "unknown layer in expression",
        ("redlines.steep.where", "slpe"),
        put("redlines", "steep", "where", to="slpe > 25"),
    ),
    Wrong(
        "syntax error in expression",
        ("redlines.steep.where",),
        put("redlines", "steep", "where", to="slope > > 25"),
    ),
    Wrong(
        "code in expression",
        ("redlines.steep.where",),
        put("redlines", "steep", "where", to="__import__('os')"),
    ),
    Wrong(
        "red line without a rule",
        ("redlines.steep", "no rule"),
        lambda t: t["redlines"]["steep"].pop("forbid"),
    ),
    Wrong(
        "red line without a place", ("redlines.steep", "path"), lambda t: t["redlines"]["steep"].pop("where")
    ),
    Wrong(
        "unknown class in red line",
        ("redlines.farmland.keep", "crop"),
        put("redlines", "farmland", "keep", to=["crop"]),
    ),
    # carbon, indicators, objective, limits
    Wrong(
        "unknown coefficients",
        ("carbon.coefficients", "china-default"),
        put("carbon", to={"coefficients": "china-defalt"}),
    ),
    Wrong(
        "missing coefficient file",
        ("carbon.coefficients", "mine.csv"),
        put("carbon", to={"coefficients": "mine.csv"}),
    ),
    Wrong("negative years", ("carbon.years",), put("carbon", to={"years": -1})),
    Wrong(
        "negative weight",
        ("objective.minimise.net_emissions",),
        put("objective", "minimise", "net_emissions", to=-1.0),
    ),
    Wrong(
        "unknown indicator in objective",
        ("objective", "net_emission"),
        put("objective", "minimise", to={"net_emission": 1.0}),
    ),
    Wrong(
        "unknown indicator in limit",
        ("limits[2]", "area.cropland"),
        limit(indicator="area.croplnd", at_least=1),
    ),
    Wrong("limit without a bound", ("limits[2]", "no bound"), limit(indicator="area.cropland")),
    Wrong(
        "limit of unknown districts",
        ("limits[2].by", "townships"),
        limit(indicator="area.cropland", at_least=1, by="towns"),
    ),
    Wrong(
        "limit of an unknown district",
        ("limits[2].district", "北镇"),
        limit(indicator="area.cropland", at_least=1, by="townships", district="北镇"),
    ),
    Wrong("amount that is none", ("limits[2].at_least",), limit(indicator="area.cropland", at_least="a lot")),
    Wrong(
        "percentage of an absent class",
        ("limits[2].at_least", "absent today"),
        lambda t: (
            t["landcover"].update(new_classes=["wetland"]),
            limit(indicator="area.wetland", at_least="105%")(t),
        ),
    ),
    Wrong(
        "bounds the wrong way round", ("limits[2]",), limit(indicator="area.forest", at_least=30, at_most=10)
    ),
    Wrong(
        "more than there is",
        ("area.forest",),
        limit(indicator="area.forest", at_least=1_000),
        status=3,
    ),
    Wrong(
        "user indicator without its layer",
        ("indicators.view.layer", "sight"),
        put("indicators", to={"view": {"layer": "sight", "classes": ["forest"]}}),
    ),
    # settings
    Wrong("gap out of range", ("--gap",), options=("--gap", "2")),
    Wrong("gap in the study out of range", ("solver.gap",), put("solver", to={"gap": 0})),
    Wrong("no time", ("--time-limit",), options=("--time-limit", "-1")),
    Wrong("no threads", ("--threads",), options=("--threads", "0")),
    Wrong("a thousand million threads", ("--threads", "256"), options=("--threads", "1000000000")),
    Wrong("threads beyond all", ("solver.threads", "1 to 256"), put("solver", to={"threads": 10**9})),
    Wrong("negative seed", ("solver.seed", "0 to 2147483647"), put("solver", to={"seed": -1})),
    Wrong("seed too large", ("solver.seed", "0 to 2147483647"), put("solver", to={"seed": 2**31})),
    Wrong("resolution beyond the Earth", ("landcover.resolution",), put("landcover", "resolution", to=1e300)),
    Wrong("empty title", ("title: is empty",), put("title", to="")),
    Wrong(
        "tables too deep",
        ("too deep",),
        files=lambda f: (f / "study.toml").write_text("title = " + "[" * 5000),
    ),
    Wrong(
        "percentage of 400 digits",
        ("limits[2].at_least", "more than 1,000,000% of today"),
        limit(indicator="area.forest", at_least="9" * 400 + "%"),
    ),
    Wrong(
        "limit of a scenario on a list",
        ("scenarios.q: limits[2].indicator", "text in quotes"),
        put("scenarios", "q", to={"limits": [{"indicator": ["a"], "at_least": 1}]}),
        options=("--scenario", "q"),
    ),
    Wrong(
        "Windows path in double quotes",
        ("study.toml", "backslash"),
        files=lambda f: (f / "study.toml").write_text('[landcover]\npath = "D:\\project\\lc.tif"'),
    ),
    Wrong(
        "line break in a path",
        ("landcover", "no path has", "line break"),
        put("landcover", "path", to="data\new.tif"),
    ),
    Wrong(
        "boundary elsewhere",
        ("boundary", "wholly outside"),
        put("boundary", to={"path": "far.gpkg"}),
        files=lambda f: write_polygons(f / "far.gpkg", "far", {"a": shapely.box(9e5, 3e6, 9.1e5, 3.1e6)}),
    ),
    Wrong("no boundary file", ("boundary", "county.shp"), put("boundary", to={"path": "county.shp"})),
    Wrong(
        "a layer that is no distance",
        ("limits[2].indicator", "slope", "distance = true"),
        limit(indicator="distance.slope", at_most=1),
    ),
    Wrong(
        "an unknown class in a sum",
        ("indicators.green.sum", "forrest"),
        put("indicators", to={"green": {"sum": ["forrest"]}}),
    ),
    Wrong(
        "share of area of a length",
        ("limits[2].at_least", "share of an area", "km"),
        limit(indicator="built_compactness", at_least="5% of area"),
    ),
    Wrong("unknown method", ("--method",), options=("--method", "magic")),
    Wrong("unknown option", ("--gapp",), options=("--gapp", "2")),
    # infeasible
    Wrong(
        "limits that contradict each other",
        ("area.cropland", "area.forest"),
        lambda t: (
            limit(indicator="area.cropland", at_least=120)(t),
            limit(indicator="area.forest", at_least=100)(t),
            t["limits"].pop(1),
        ),
        status=3,
    ),
)
