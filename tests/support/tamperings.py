"""The registry of tamperings with a run's folder: each with the figure that must be named though list and
seal are written anew."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from affine import Affine
from numpy.typing import NDArray

from tests.support.small_study import COLUMNS, CRS, ROWS
from tests.support.tampering import OF_A_FILE, raster, sql, table, text

Change = Callable[[Path], object]
Codes = NDArray[Any]
SHIFTED = Affine(100.0, 0, 500_100.0, 0, -100.0, 2_600_000.0)


def _swapped(codes: Codes, _: object) -> Codes:
    """Two cells that trade their classes: no area changes."""
    first, last = (0, 0), (ROWS - 1, COLUMNS - 1)
    assert codes[first] != codes[last]
    codes[first], codes[last] = codes[last], codes[first]
    return codes


def _cell(codes: Codes, _: object) -> Codes:
    codes[0, 0] = 5 if codes[0, 0] != 5 else 7
    return codes


def _classes_swapped(codes: Codes, _: object) -> Codes:
    """All land of two classes traded, as a wrong index would."""
    return np.choose(codes, [0, 2, 1, *range(3, 256)][: int(codes.max()) + 1])


def _plan(change: Callable[[Codes, dict[str, Any]], Codes]) -> Change:
    return partial(raster, change=change)


def _profile(**changes: object) -> Change:
    """The same codes in a raster of another kind."""

    def change(codes: Codes, profile: dict[str, Any]) -> Codes:
        profile.update(changes)
        return codes

    return _plan(change)


def _cells(name: str, column: str, value: object = None) -> Change:
    """The first figure of a column of a table is another."""

    def change(frame: pd.DataFrame) -> None:
        frame[column] = frame[column].astype(object)
        frame.loc[0, column] = float(frame.loc[0, column]) * 1.5 + 1 if value is None else value

    return lambda folder: table(folder, name, change)


def _rows(name: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Change:
    return lambda folder: table(folder, name, change)


def _set(layer: str, what: str, where: str = "fid = 1") -> Change:
    return lambda folder: sql(folder, f"UPDATE {layer} SET {what} WHERE {where}")


def _outline(layer: str, of: str, other: int, where: str = "fid = 1") -> Change:
    """The outline of something else."""
    return _set(layer, f"geom = (SELECT geom FROM {of} WHERE fid = {other})", where)


def _run(*statements: str) -> Change:
    return lambda folder: sql(folder, *statements)


def _report(folder: Path) -> None:
    """Another figure in a row of the report."""
    path = folder / "report.html"
    before, row, after = path.read_text(encoding="utf-8").partition('data-indicator="area.cropland"')
    head, cell, rest = after.partition('class="n strong">')
    assert row
    assert cell
    path.write_text(before + row + head + cell + "1" + rest, encoding="utf-8")


def _own_layer(folder: Path) -> None:
    """A further layer in the package."""
    own = gpd.GeoDataFrame({"x": [1]}, geometry=[shapely.box(0, 0, 1, 1)], crs=CRS)
    own.to_file(folder / "plan.gpkg", layer="mine", driver="GPKG", engine="pyogrio")


_TRADED = (
    "UPDATE patches SET area_ha = area_ha {} 1 "
    "WHERE fid = (SELECT {}(fid) FROM patches WHERE class = 'cropland')"
)
_TWICE = (
    "INSERT INTO patches (geom, code, class, area_ha) "
    "SELECT geom, code, class, area_ha FROM patches WHERE fid = 1"
)

ON_CELLS: dict[str, tuple[str, Change]] = {
    "one cell of another class": ("indicators.", _plan(_cell)),
    "two cells trade classes": ("plan.gpkg, outlines of patches", _plan(_swapped)),
    "two classes trade their land": ("indicators.area.cropland.value", _plan(_classes_swapped)),
    "a mirrored plan": ("plan.gpkg, outlines of patches", _plan(lambda codes, _: codes[:, ::-1])),
    "values as float32": ("plan.tif, values", _profile(dtype="float32")),
    "values as int16": ("plan.tif, values", _profile(dtype="int16")),
    "another CRS": ("plan.tif, CRS", _profile(crs="EPSG:4548")),
    "no CRS": ("plan.tif, CRS", _profile(crs=None)),
    "another origin": ("plan.tif, grid", _profile(transform=SHIFTED)),
    "another no data": ("plan.tif, no data", _profile(nodata=1)),
    "other colours": ("plan.tif, colours", _profile(colours={1: (0, 0, 0, 255)})),
    "the raster of today": (
        "indicators.",
        lambda folder: shutil.copy(folder.parent / "study" / "cover.tif", folder / "plan.tif"),
    ),
    "another count of cells": (
        "plan.tif.aux.xml, cropland, Count",
        lambda folder: text(folder, "plan.tif.aux.xml", "<F>1</F>\n        <F>", "<F>1</F>\n        <F>1"),
    ),
    "a price": ("prices.csv", _cells("prices.csv", "price")),
    "a limit's value among the prices": ("prices.csv", _cells("prices.csv", "value")),
}
"""Of a run on cells."""

ON_EITHER: dict[str, tuple[str, Change]] = {
    "an indicator planned": ("indicators.csv", _cells("indicators.csv", "plan")),
    "an indicator today": ("indicators.csv", _cells("indicators.csv", "today")),
    "a change of an indicator": ("indicators.csv", _cells("indicators.csv", "change")),
    "an indicator left out": ("indicators.csv", _rows("indicators.csv", lambda frame: frame.iloc[1:])),
    "an indicator twice": (
        "indicators.csv",
        _rows("indicators.csv", lambda frame: pd.concat([frame, frame[:1]])),
    ),
    "an area of a transition": ("transitions.csv", _cells("transitions.csv", "area_ha")),
    "units of a transition": ("transitions.csv", _cells("transitions.csv", "units")),
    "a class of a transition": ("transitions.csv", _cells("transitions.csv", "to", "urban")),
    "emissions of a transition": ("transitions.csv", _cells("transitions.csv", "net_emissions_tco2e_yr")),
    "a patch of another class": ("outlines of patches", _set("patches", "class = 'water'")),
    "a patch of another code": ("patches, code", _set("patches", "code = 9")),
    "a patch of another area": ("patches", _set("patches", "area_ha = area_ha + 1")),
    "areas traded between patches": (
        "patches, area_ha",
        _run(_TRADED.format("+", "min"), _TRADED.format("-", "max")),
    ),
    "a patch left out": ("patches", _run("DELETE FROM patches WHERE fid = 1")),
    "a patch twice": ("patches", _run(_TWICE)),
    "another outline of a patch": ("outlines of patches", _outline("patches", "patches", 2)),
    "another outline of today": ("outlines of today", _outline("today", "today", 2)),
    "another area of today": ("plan.gpkg, today", _set("today", "area_ha = 1")),
    "a change of another class": ("changes", _set("changes", "to_class = 'water'")),
    "a change of other units": ("changes, units", _set("changes", "units = 999")),
    "another outline of a change": ("outlines of changes", _outline("changes", "patches", 1)),
    "a piece of the network left out": ("network", _run("DELETE FROM network WHERE fid = 1")),
    "new land of the network": ("network, new_ha", _set("network", "new_ha = 0.5")),
    "a share of the network": ("network, share_percent", _set("network", "share_percent = 1")),
    "a size of the network": ("network, size", _set("network", "size = '1000'")),
    "a rank in the network": ("network, rank", _set("network", "rank = rank + 1", "fid > 0")),
    "sources of a district": (
        "balance, sources_plan",
        _set("balance", "sources_plan = sources_plan + 1"),
    ),
    "the area of a district": ("districts", _set("districts", "area_ha = area_ha + 1")),
    "a district left out": ("districts", _run("DELETE FROM districts WHERE fid = 1")),
    "the balance of a district": ("balance, grade", _set("balance", "grade = '9'")),
    "a red line left out": ("redlines, ecology", _run("DELETE FROM redlines WHERE redline = 'ecology'")),
    "a red line's outline": (
        "outlines of redlines, farmland",
        _outline("redlines", "patches", 1, "redline = 'farmland'"),
    ),
    "the outline of a condition": (
        "outlines of redlines, steep",
        _outline("redlines", "patches", 1, "redline = 'steep'"),
    ),
    "a red line's area": ("redlines, farmland", _set("redlines", "area_ha = 1", "redline = 'farmland'")),
    "conflicts left out": ("conflicts", _run("DELETE FROM conflicts")),
    "a class of another code": ("classes, code", _set("classes", "code = 77", "class = 'forest'")),
    "a class that is green": ("classes, blue_green", _set("classes", "blue_green = 1", "fid > 0")),
    "a class of another area": (
        "classes, plan_ha, forest",
        _set("classes", "plan_ha = 1", "class = 'forest'"),
    ),
    "a gain that is another": (
        "reasons, gain_tco2e_yr",
        _set("reasons", "gain_tco2e_yr = gain_tco2e_yr + 1"),
    ),
    "another reason": ("reasons, decides", _set("reasons", "decides = 'must'")),
    "another next best class": ("reasons, other", _set("reasons", "other = 'urban_residential'")),
    "another cost of it": ("reasons, otherwise", _set("reasons", "otherwise_tco2e_yr = 1e6")),
    "a patch that is firm": ("reasons, firm", _run("UPDATE reasons SET firm = 'yes'")),
    "another rank": ("reasons, rank", _set("reasons", "rank = 99")),
    "a layer of one's own": ("plan.gpkg, mine", _own_layer),
    "a layer left out": (
        "layer network",
        _run("ALTER TABLE network RENAME TO nets", "DELETE FROM gpkg_contents WHERE table_name = 'network'"),
    ),
    "a figure of the report": ("report.html, area.cropland", _report),
    "a row of the report left out": (
        "report.html",
        lambda folder: text(folder, "report.html", "data-indicator", "data-indicato"),
    ),
    "a package cut in half": (
        "plan.gpkg",
        lambda folder: OF_A_FILE["it is cut in half"](folder / "plan.gpkg"),
    ),
}
"""Of any run."""

ON_PARCELS: dict[str, tuple[str, Change]] = {
    "a parcel of another class": ("indicators.", _set("units", "to_class = 'water'")),
    "a parcel of an unknown class": ("units, to_class", _set("units", "to_class = '?'")),
    "a parcel of another number": ("units", _set("units", "id = 'x'")),
    "a parcel of another past": ("units, from_class", _set("units", "from_class = 'water'")),
    "a parcel that changes": ("units, changed", _set("units", "changed = 1 - changed")),
    "a parcel of another area": ("units, area_ha", _set("units", "area_ha = 2")),
    "a parcel elsewhere": ("outlines of units", _outline("units", "units", 5)),
}
"""Of a run on parcels."""

ASKED: dict[str, tuple[str, str, str]] = {
    "a red line left out": (
        "redlines.ecology",
        "[redlines.ecology]",
        "[scenarios.unheard]\n[layers.unheard]",
    ),
    "a red line disabled": ("redlines.ecology", "[redlines.ecology]", "[redlines.ecology]\nenabled = false"),
    "a red line narrowed": (
        "redlines.farmland",
        "[redlines.farmland]",
        "[redlines.farmland]\nbuffer_m = -60",
    ),
    "a red line of another condition": ("redlines.steep", "slope > 25", "slope > 99"),
    "a red line of another layer": ("redlines.farmland", 'layer = "farmland"', 'layer = "ecology"'),
    "a red line that allows more": ("redlines.ecology", '"forest",', '"forest", "cropland",'),
    "other transitions": ("transitions", 'default = "any"', 'default = "none"'),
    "another limit": ("limits", "at_most = 40", "at_most = 41"),
    "another share": ("limits", '"80%"', '"79%"'),
    "another weight": ("objective.maximise", "compactness = 0.5", "compactness = 0.4"),
    "another title": ("title", "A small study", "Another study"),
    "other coefficients": ("carbon", "../study/mine.csv", "china-default"),
    "another field of districts": ("districts.townships", 'name = "MC"', 'name = "fid"'),
    "another gap": ("solver", "gap = 0.001", "gap = 0.1"),
    "another no data": ("landcover", 'scheme = "CLCD"', 'scheme = "CLCD"\nnodata = [7]'),
}
"""Changes of the study in a run's folder: the table that must be named, what stands there, and what then."""
