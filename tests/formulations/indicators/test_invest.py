"""Changes of stock are those of InVEST Carbon, where the set gives no time to grow."""

from __future__ import annotations

import csv
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import rasterio
from numpy.typing import NDArray

from formulations.indicators.emissions import net_emissions
from instances.instance import read
from instances.study.file import load_study
from tests.support.small_study import BARE, CROPLAND, FOREST, GRASSLAND, URBAN, WATER, landcover, write_study

POOLS = ("above", "below", "soil", "dead")
STORES = {
    "cropland": (CROPLAND, (3.0, 0.68, 76.83, 0.07)),
    "forest": (FOREST, (44.6, 11.1, 106.1, 1.9)),
    "grassland": (GRASSLAND, (1.34, 10.07, 85.4, 0.45)),
    "water": (WATER, (0.0, 0.0, 100.0, 0.0)),
    "bare_unused": (BARE, (0.0, 0.0, 40.9, 0.0)),
    "urban_residential": (URBAN, (0.0, 0.0, 34.0, 0.0)),
}
"""Code and tC/ha by pool: the table of carbon pools that InVEST reads."""
YEARS = 20.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study whose coefficients are nothing but those stocks, and a plan drawn at random beside it."""
    home = tmp_path_factory.mktemp("invest")
    carbon = {"coefficients": "stores.csv", "years": YEARS}
    write_study(home, {"carbon": carbon, "objective": {"minimise": {"net_emissions": 1.0}}, "limits": []})
    lines = [
        f"{name},stock,{pool},{store},tC/ha,,,s"
        for name, (_, stores) in STORES.items()
        for pool, store in zip(POOLS, stores, strict=True)
    ]
    header = "class,kind,pool,value,unit,low,high,source"
    (home / "stores.csv").write_text("\n".join((header, *lines)), encoding="utf-8")
    codes = np.random.default_rng(3).choice([code for code, _ in STORES.values()], landcover().shape)
    with rasterio.open(home / "cover.tif") as cover:
        profile = cover.profile
    with rasterio.open(home / "plan.tif", "w", **profile) as plan:
        plan.write(codes.astype(np.uint8), 1)
    with (home / "pools.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("lucode", *(f"c_{pool}" for pool in POOLS)))
        writer.writerows((code, *stores) for code, stores in STORES.values())
    return home


def codes_of(path: Path) -> NDArray[np.uint8]:
    """The codes of a raster, (rows, columns)."""
    with rasterio.open(path) as raster:
        found: NDArray[np.uint8] = raster.read(1)
    return found


def sansheng(folder: Path) -> tuple[NDArray[np.float64], float]:
    """(cells,) what every cell's change of stock emits, tCO2e/yr, and the indicator of the plan."""
    instance = read(load_study(folder / "study.toml"))
    numbers = {STORES[item.name][0]: k for k, item in enumerate(instance.classes)}
    layout = np.array(
        [numbers[code] for code in codes_of(folder / "plan.tif").ravel().tolist()], dtype=np.uint8
    )
    indicator = net_emissions(instance)
    return indicator.cells[0].of(layout), indicator.evaluate(layout)


def test_stocks_change_as_in_the_formula_of_invest(folder: Path) -> None:
    """Cell by cell: the carbon of the plan's raster less that of today's, times its area."""
    stored = []
    for name in ("cover.tif", "plan.tif"):
        codes = codes_of(folder / name)
        stored.append(sum(np.choose(codes == code, [0.0, sum(stores)]) for code, stores in STORES.values()))
    gained = (stored[1] - stored[0]) * 1.0  # tC in a cell of one hectare
    cells, whole = sansheng(folder)
    np.testing.assert_allclose(cells, -gained.ravel() * 44 / 12 / YEARS, rtol=1e-12, atol=1e-12)
    assert whole == pytest.approx(-gained.sum() * 44 / 12 / YEARS)


def invest_python() -> str | None:
    """An interpreter that has natcap.invest: this one, or the one that ``INVEST_PYTHON`` names (its numpy may
    be an older one than ours)."""
    if importlib.util.find_spec("natcap") is not None:
        return sys.executable
    return os.environ.get("INVEST_PYTHON")


@pytest.mark.skipif(invest_python() is None, reason="no natcap.invest here, and INVEST_PYTHON names none")
def test_stocks_change_as_in_invest_itself(folder: Path) -> None:
    """InVEST Carbon on the same rasters and table, to its float32 (pip install natcap.invest==3.14.2)."""
    asked = {
        "workspace_dir": str(folder / "invest"),
        "lulc_cur_path": str(folder / "cover.tif"),
        "lulc_fut_path": str(folder / "plan.tif"),
        "carbon_pools_path": str(folder / "pools.csv"),
        "calc_sequestration": True,
        "do_redd": False,
        "do_valuation": False,
        "n_workers": -1,
    }
    text = "import json, sys; from natcap.invest import carbon; carbon.execute(json.loads(sys.argv[1]))"
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [str(invest_python()), "-c", text, json.dumps(asked)]
    subprocess.run(command, check=True, capture_output=True, env=plain, cwd=folder)
    with rasterio.open(folder / "invest" / "delta_cur_fut.tif") as raster:
        gained = raster.read(1).astype(float).ravel()  # tC in a cell
    cells, _ = sansheng(folder)
    np.testing.assert_allclose(cells, -gained * 44 / 12 / YEARS, rtol=1e-6, atol=1e-5)
