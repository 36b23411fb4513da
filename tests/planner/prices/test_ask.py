from __future__ import annotations

import json
import threading
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import pytest
import rasterio
from typer.testing import CliRunner, Result

from formulations.core.problem import Options
from formulations.core.solution import SolveSettings, Watch
from formulations.exact.model import solve_exact
from formulations.sensitivity.opportunity_cost import without
from planner.cli import app
from planner.compare.folder import RUNS
from planner.plans.optimise import load, optimise
from planner.plans.plan import Plan
from planner.prices.ask import Prices, patches, prices_of
from planner.prices.folder import write_prices
from planner.prices.names import LIMIT_PRICES, PRICE_FILES, REDLINE_COSTS, REDLINE_PATCHES
from planner.runs.folder import declared
from planner.runs.verify import verify
from tests.support.made_comparisons import write_alternatives
from tests.support.made_plans import small_parcels
from tests.support.report_page import Page
from tests.support.small_study import EASY, QUICK, write_quick_study
from words.numbers import not_below

NEAR_T = 0.05
"""How near to the best the plans are with which prices are compared, in tCO2e/yr: HiGHS has them at once."""
NEAR = SolveSettings(room=NEAR_T)


def sansheng(*words: str | Path) -> Result:
    """A command as a planner types it."""
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(scope="module")
def priced(tmp_path_factory: pytest.TempPathFactory) -> Prices:
    """Prices of the plan of the alternative that draws one more red line."""
    path = write_alternatives(tmp_path_factory.mktemp("priced"), solver={"room": NEAR_T})
    return prices_of(optimise(load(path, "airport")))


def line_of(prices: Prices, name: str):
    """What one line costs."""
    return next(each for each in prices.lines if each.name == name)


@pytest.mark.slow
def test_a_price_is_what_one_hectare_more_or_less_makes(priced: Prices) -> None:
    """The price of the ceiling on changed land lies between what one hectare less costs and what one more
    saves, solved again."""
    plan = priced.plan
    (record,) = (each.record for each in priced.limits if each.record.indicator == "changed_area")
    assert record.price is not None
    assert record.price < 0
    objective = {}
    for shift in (-1.0, 1.0):
        limits = tuple(
            replace(each, at_most=each.at_most + shift) if each.indicator.name == "changed_area" else each
            for each in plan.problem.limits
        )
        objective[shift] = solve_exact(replace(plan.problem, limits=limits), NEAR, Watch()).objective
    now = plan.certificate.objective
    assert now is not None
    saved, cost = now - objective[1.0], objective[-1.0] - now
    room = priced.room + NEAR_T
    assert saved - room - 1e-6 <= -record.price <= cost + room + 1e-6


def test_every_limit_has_its_row_and_binding_ones_their_range(priced: Prices) -> None:
    """Rows are those of the certificate; a limit that binds is told how far its price holds."""
    rows = priced.plan.certificate.limits
    assert tuple(each.record for each in priced.limits) == rows
    for each in priced.limits:
        assert (each.found is not None) == each.record.binds


def test_a_line_costs_what_the_plan_without_it_saves(priced: Prices) -> None:
    """The interval of the airport holds the difference to the optimum without it, and is above zero."""
    plan, line = priced.plan, line_of(priced, "airport")
    free = solve_exact(without(plan.problem, "airport"), NEAR, Watch())
    true = plan.certificate.objective - free.objective
    assert line.whole is not None
    assert line.whole.low - NEAR_T - 1e-6 <= true <= line.whole.high + 1e-6
    assert line.whole.certain


@pytest.mark.slow
def test_releasing_a_cell_gains_no_more_than_told(priced: Prices) -> None:
    """For the dearest cells of each line, solved again with that cell released, the gain is within the
    ceiling and the room."""
    plan = priced.plan
    for line in priced.lines:
        for unit in np.argsort(-line.units.ceiling)[:3]:
            options = plan.problem.options
            kind = options.kind.copy()
            kind[unit] = len(options.allowed)
            allowed = np.vstack([options.allowed, options.without[line.name][options.kind[unit]]])
            freed = replace(plan.problem, options=Options(kind, allowed))
            gained = plan.certificate.objective - solve_exact(freed, NEAR, Watch()).objective
            assert gained <= priced.room + line.units.ceiling[unit] + 1e-6


def test_patches_are_ranked_and_hold_every_dear_cell(priced: Prices) -> None:
    """Totals fall with the rank and add up to the line's sum; none is worth more than the whole line."""
    line = line_of(priced, "airport")
    found = patches(priced, line)
    assert [patch.rank for patch in found] == list(range(1, len(found) + 1))
    assert all(a.total >= b.total for a, b in pairwise(found))
    assert sum(patch.total for patch in found) == pytest.approx(float(line.units.cost.sum()))
    assert sum(patch.units for patch in found) == int((line.units.cost > 0).sum()) > 0
    assert line.whole is not None
    assert all(patch.at_most <= line.whole.high + 1e-9 for patch in found)
    assert {patch.becomes for patch in found} == {"forest"}


def test_the_files_say_the_same(priced: Prices, tmp_path: Path) -> None:
    """Tables, the raster of costs and the layers of patches agree with the figures."""
    write_prices(priced, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == PRICE_FILES
    limits = pd.read_csv(tmp_path / "prices.csv", encoding="utf-8-sig")
    assert limits["in_words"].str.contains("allowing one more hectare of area that changes saves").any()
    lines = pd.read_csv(tmp_path / "redline_costs.csv", encoding="utf-8-sig").set_index("redline")
    ranked = pd.read_csv(tmp_path / "redline_patches.csv", encoding="utf-8-sig")
    with rasterio.open(tmp_path / "opportunity.tif") as raster:
        for band, line in enumerate(priced.lines, start=1):
            cost = raster.read(band)
            assert np.nansum(cost) == pytest.approx(line.units.cost.sum(), rel=1e-5)
            assert raster.descriptions[band - 1].startswith(line.name)
            assert lines.loc[line.name].sum_tco2e_yr == pytest.approx(line.units.cost.sum())
            layer = pyogrio.read_dataframe(tmp_path / "opportunity.gpkg", layer=line.name)
            own = ranked[ranked["redline"] == line.name]
            assert layer["total_tco2e_yr"].sum() == pytest.approx(own["total_tco2e_yr"].sum())


def test_prices_told_to_stop_leave_the_rest_out(priced: Prices) -> None:
    """Stopped, prices and opportunity costs are there, ranges and lines as a whole are not."""
    stop = threading.Event()
    stop.set()
    found = prices_of(priced.plan, Watch(stop=stop))
    assert all(each.found is None for each in found.limits)
    assert all(line.whole is None for line in found.lines)


def test_parcels_have_their_costs_in_a_layer(tmp_path: Path) -> None:
    """A parcel study has no raster, and a plan without red lines has no costs of any."""
    parcels = small_parcels()
    plan: Plan = replace(
        parcels, certificate=parcels.certificate.model_copy(update={"settings": {"gap": 0.01, "seed": 0}})
    )
    found = prices_of(plan)
    write_prices(found, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {LIMIT_PRICES, REDLINE_COSTS, REDLINE_PATCHES}
    assert not (tmp_path / "opportunity.tif").exists()


@pytest.mark.slow
def test_run_with_prices_adds_them_to_its_folder(tmp_path: Path) -> None:
    """`--prices` says what limits and red lines cost, writes the tables and layers, and the run verifies."""
    study = write_quick_study(tmp_path / "study", EASY)
    result = sansheng("run", study, "--out", tmp_path / "out", "--prices")
    assert result.exit_code == 0, result.stderr
    assert "What limits cost" in result.stdout
    assert "What red lines cost" in result.stdout
    plan = optimise(load(study))
    expected = declared(plan) | {"prices.csv", "redline_costs.csv", "redline_patches.csv"}
    expected |= {"opportunity.tif", "opportunity.qml", "opportunity.gpkg"}
    assert {path.name for path in (tmp_path / "out").iterdir()} == expected
    assert verify(tmp_path / "out").holds
    certificate = json.loads((tmp_path / "out" / "certificate.json").read_text(encoding="utf-8"))
    prices = pd.read_csv(tmp_path / "out" / "prices.csv", encoding="utf-8-sig")["price"]
    assert prices.tolist() == [limit["price"] for limit in certificate["limits"]]
    again = sansheng("run", study, "--out", tmp_path / "out")
    assert again.exit_code == 0, again.stderr
    assert {path.name for path in (tmp_path / "out").iterdir()} == declared(plan)


def test_prices_are_told_without_red_lines_or_limits(tmp_path: Path) -> None:
    """A study that has none of them has tables without rows, a report, and a folder that verifies."""
    study = write_quick_study(tmp_path / "study", {"redlines": {}, "limits": [], "scenarios": {}})
    result = sansheng("run", study, "--out", tmp_path / "out", "--prices")
    assert result.exit_code == 0, result.stderr
    assert pd.read_csv(tmp_path / "out" / "redline_costs.csv", encoding="utf-8-sig").empty
    assert verify(tmp_path / "out").holds


@pytest.mark.slow
def test_a_run_says_its_dearest_limits_in_words(tmp_path: Path) -> None:
    """Without being asked, a run tells what one more hectare costs."""
    result = sansheng("run", write_quick_study(tmp_path / "study"), "--out", tmp_path / "out")
    assert "Allowing one more hectare of area that changes saves" in result.stdout


@pytest.mark.slow
def test_compare_with_prices_prices_every_plan(tmp_path: Path) -> None:
    """Every run's folder has its prices, and the comparison the tables of all."""
    study = write_alternatives(tmp_path / "study", **QUICK, **EASY)
    out = tmp_path / "out"
    result = sansheng("compare", study, "--scenarios", "base,airport", "--out", out, "--prices")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.count("What limits cost") == 2
    for name in ("prices.csv", "redline_costs.csv"):
        table = pd.read_csv(out / name, encoding="utf-8-sig")
        assert set(table["scenario"]) == {"base", "airport"}
    lines = table.set_index(["scenario", "label"])["cost_high_tco2e_yr"]
    page = Page((out / "report.html").read_text(encoding="utf-8"))
    told = {row.cells[0]: row.cells[1:] for row in page.rows["redlines"]}
    for label in lines["base"].index:
        assert told[label][0].endswith(not_below(lines["base", label]))
    assert told["Airport"][0] == "–"
    for run in (out / RUNS).iterdir():
        assert (run / "opportunity.tif").is_file()
        assert "Costs (tCO₂e/yr)" in (run / "report.html").read_text(encoding="utf-8")
        assert verify(run).holds
