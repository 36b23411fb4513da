"""Tampering with what a run tells of red lines at prices, list and seal forged, on cells and on parcels."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio

from planner import run
from planner.runs.verify import verify
from tests.support.small_study import COLUMNS, CRS, ROWS, box, landcover, write_polygons, write_quick_study
from tests.support.stored import stored
from tests.support.tampering import beyond, edit, forge, sql, table, told
from tests.support.tamperings import SHIFTED

pytestmark = pytest.mark.slow

LINES = {
    "Airport": {"path": "lines.gpkg", "layer": "airport", "forbid": ["forest"]},
}
LIMITS = [{"indicator": "area.grassland", "at_least": 15}]
"""All else becomes forest but in the airport: such a plan is found at once, also without the line."""
LAYERS = "opportunity.gpkg"


def _make(home: Path) -> None:
    """A run on cells and one on parcels, priced."""
    names = np.ravel(landcover())
    squares = [box(c, r, c + 1, r + 1) for r in range(ROWS) for c in range(COLUMNS)]
    parcels = gpd.GeoDataFrame({"code": names, "pid": np.arange(len(names))}, geometry=squares, crs=CRS)
    on_parcels = {"path": "parcels.gpkg", "field": "code", "id": "pid", "scheme": "CLCD"}
    for name, more in (("cells", {}), ("parcels", {"landcover": on_parcels})):
        study = write_quick_study(home / f"study of {name}", {"redlines": LINES, "limits": LIMITS, **more})
        write_polygons(study.with_name("lines.gpkg"), "airport", {"机场": box(9, 4, 14, 8)})
        parcels.to_file(study.with_name("parcels.gpkg"), driver="GPKG", engine="pyogrio")
        # by rounds of prices, which are refined for what is told
        run(study, out=home / name, prices=True, method="decompose" if name == "cells" else None)


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both, made once."""
    return stored(tmp_path_factory, "priced places", _make)


@pytest.fixture
def home(places: Path, tmp_path: Path) -> Path:
    """A copy to tamper with."""
    return Path(shutil.copytree(places, tmp_path / "home"))


def _set(what: str, layer: str = "Airport") -> Callable[[Path], object]:
    return lambda folder: sql(folder, f"UPDATE {layer} SET {what} WHERE fid = 1", name=LAYERS)


def _cell(name: str, column: str, value: object) -> Callable[[Path], object]:
    def change(frame: pd.DataFrame) -> None:
        frame[column] = frame[column].astype(object)
        frame.loc[0, column] = value

    return lambda folder: table(folder, name, change)


def _rows(name: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Callable[[Path], object]:
    return lambda folder: table(folder, name, change)


def _priced(**changes: Any) -> Callable[[Path], object]:
    def change(tree: dict[str, Any]) -> None:
        for name, by in changes.items():
            tree["priced"][name] = by(tree["priced"][name])

    return lambda folder: edit(folder, change)


def _forgotten(folder: Path) -> None:
    edit(folder, lambda tree: tree.update(priced=None))


def _written(folder: Path, times: float = 1.0, **changes: Any) -> None:
    with rasterio.open(folder / "opportunity.tif") as source:
        cost, profile = source.read(), {**source.profile, **changes}
    with rasterio.open(folder / "opportunity.tif", "w", **profile) as target:
        target.write(times * cost)


ON_EITHER: dict[str, tuple[str, Callable[[Path], object]]] = {
    "units": (f"{LAYERS}, Airport, units", _set("units = units + 1")),
    "area": (f"{LAYERS}, Airport, area_ha", _set("area_ha = area_ha + 1")),
    "cost": (f"{LAYERS}, Airport, total_tco2e_yr", _set("total_tco2e_yr = 1.01 * total_tco2e_yr")),
    "cost a hectare": (f"{LAYERS}, Airport, per_ha_tco2e_yr", _set("per_ha_tco2e_yr = 0.1")),
    "at the most": (f"{LAYERS}, Airport, at_most_tco2e_yr", _set("at_most_tco2e_yr = 1e6")),
    "rank": (f"{LAYERS}, Airport, rank", _set("rank = 7")),
    "rank by hectare": (f"{LAYERS}, Airport, rank_per_ha", _set("rank_per_ha = 7")),
    "grade": (f"{LAYERS}, Airport, grade", _set("grade = '0'")),
    "class": ("outlines of Airport", _set("class = 'water'")),
    "an unknown class": ("outlines of Airport", _set("class = '?'")),
    "a patch left out": (
        "outlines of Airport",
        lambda folder: sql(folder, "DELETE FROM Airport WHERE fid = 1", name=LAYERS),
    ),
    "a patch twice": (
        "layer Airport",
        lambda folder: sql(
            folder,
            "CREATE TEMP TABLE twin AS SELECT * FROM Airport WHERE fid = 1",
            "UPDATE twin SET fid = 99",
            "INSERT INTO Airport SELECT * FROM twin",
            name=LAYERS,
        ),
    ),
    "units of a line": ("redline_costs.csv, Airport, units", _cell("redline_costs.csv", "units", 99)),
    "area of a line": ("redline_costs.csv, Airport, area_ha", _cell("redline_costs.csv", "area_ha", 99.0)),
    "sum of a line": ("redline_costs.csv, Airport, sum", _cell("redline_costs.csv", "sum_tco2e_yr", 1.0)),
    "dearest of a line": (
        "redline_costs.csv, Airport, largest",
        _cell("redline_costs.csv", "largest_tco2e_yr", 1.0),
    ),
    "ends of a line": ("cost_low", _cell("redline_costs.csv", "cost_low_tco2e_yr", 1e9)),
    "a line that costs less": ("at_most_tco2e_yr", _cell("redline_costs.csv", "cost_high_tco2e_yr", 0.001)),
    "a line left out": (
        "redline_costs.csv.Airport",
        _rows("redline_costs.csv", lambda frame: frame.iloc[1:]),
    ),
    "a patch of the table": (
        "redline_patches.csv, Airport, 1, total",
        _cell("redline_patches.csv", "total_tco2e_yr", 1.0),
    ),
    "its class": (
        "redline_patches.csv, Airport, 1, becomes",
        _cell("redline_patches.csv", "becomes", "water"),
    ),
    "its place": ("redline_patches.csv, Airport, 1", _cell("redline_patches.csv", "x", 1.0)),
    "its line": ("redline_patches.csv, port, 1", _cell("redline_patches.csv", "redline", "port")),
    "a row left out": ("redline_patches.csv", _rows("redline_patches.csv", lambda frame: frame.iloc[1:])),
    "a row twice": (
        "redline_patches.csv, Airport, 1",
        _rows("redline_patches.csv", lambda frame: pd.concat([frame, frame[:1]])),
    ),
    "prices": ("limits, area.grassland, price", _priced(prices=lambda old: [1.5 * one for one in old])),
    "what prices prove": ("priced, bound", _priced(bound=lambda old: old + 0.01)),
    "no prices": ("priced", _forgotten),
}
ON_CELLS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "the raster": (
        "opportunity.tif, Airport",
        lambda folder: _written(folder, times=1.01),
    ),
    "a raster of another place": (
        "opportunity.tif, grid",
        lambda folder: _written(folder, transform=SHIFTED),
    ),
    "half a raster": (
        "opportunity.tif, Airport",
        lambda folder: (folder / "opportunity.tif").write_bytes(
            (folder / "opportunity.tif").read_bytes()[:99]
        ),
    ),
}
CASES = [
    pytest.param(name, *case, id=f"{name}: {kind}")
    for name, cases in (("cells", ON_EITHER | ON_CELLS), ("parcels", ON_EITHER))
    for kind, case in cases.items()
]


@pytest.mark.parametrize("name", ["cells", "parcels"])
def test_an_untouched_folder_holds(places: Path, name: str) -> None:
    """Patches are found again where releasing the airport pays, and no file is left uncounted and untold."""
    found = verify(places / name)
    assert found.differences == ()
    assert "verify.costs" in [each.key for each in found.checked]
    assert len(pd.read_csv(places / name / "redline_patches.csv")) > 0
    assert beyond(places / name) == set()


@pytest.mark.parametrize(("name", "figure", "change"), CASES)
def test_what_is_forged_is_counted_again(
    home: Path, name: str, figure: str, change: Callable[[Path], object]
) -> None:
    """Where list and seal are written anew after it, the figure that was changed is named all the same."""
    change(home / name)
    forge(home / name)
    assert figure in told(home / name)
