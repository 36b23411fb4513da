from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import pytest
import rasterio
from typer.testing import CliRunner, Result

from planner.agreement.measure import BANDS
from planner.cli import app
from planner.compare.ask import Comparison, compare
from planner.compare.folder import NAMES, RUNS
from planner.compare.layers import slugs
from planner.compare.tables import CAPS as TABLE
from planner.runs.verify import verify
from tests.support.made_comparisons import write_alternatives
from tests.support.made_plans import small_parcels, small_plan, with_layout

pytestmark = pytest.mark.slow


def sansheng(*words: str | Path) -> Result:
    """A command as a planner types it."""
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The comparison of the small study, as the command writes it."""
    where = tmp_path_factory.mktemp("compared")
    result = sansheng("compare", write_alternatives(where / "study"), "--out", where / "out", "--gap", "1e-6")
    assert result.exit_code == 0, result.stderr
    (where / "said.txt").write_text(result.stdout, encoding="utf-8")
    return where / "out"


def test_the_folder_holds_what_is_declared(folder: Path) -> None:
    """Every file of a comparison but those of --prices and of a carbon plan, one run's folder a scenario, and
    what was solved beside it."""
    others = {"redline_costs.csv", "agreement.gpkg", TABLE}
    assert {entry.name for entry in folder.iterdir()} == NAMES - others
    assert {run.name for run in (folder / RUNS).iterdir()} == {"base", "airport", "strict_relaxed", "green"}
    assert {entry.name for entry in folder.parent.iterdir()} == {"study", "out", ".out.solves", "said.txt"}


def test_every_plan_in_it_verifies(folder: Path) -> None:
    """Each scenario's folder is a run that holds by itself, the relaxed one too."""
    for run in (folder / RUNS).iterdir():
        assert verify(run).differences == ()


def test_the_command_says_in_words_what_was_found(folder: Path) -> None:
    """Scenarios, the infeasible one by name with its relaxation, costs, what differs, what is firm."""
    said = (folder.parent / "said.txt").read_text(encoding="utf-8")
    for words in (
        "strict (relaxed)",
        "strict has no plan as it stands. The smallest relaxation found: Area of cropland",
        "weighed otherwise",
        "have one class in every plan",
        "Note: Relaxed: scenario strict",
        "Written to",
    ):
        assert words in said
    assert "\x1b" not in said


def test_indicators_stand_side_by_side_with_their_differences(folder: Path) -> None:
    """Values are those of the certificates, differences those to the first."""
    table = pd.read_csv(folder / "comparison.csv", encoding="utf-8-sig").set_index("indicator")
    for slug, title in (("base", "base"), ("airport", "airport"), ("strict_relaxed", "strict (relaxed)")):
        certificate = json.loads((folder / RUNS / slug / "certificate.json").read_text(encoding="utf-8"))
        for name, record in certificate["indicators"].items():
            assert table.loc[name, title] == pytest.approx(record["value"], rel=1e-9)
            assert table.loc[name, "today"] == pytest.approx(record["baseline"], rel=1e-9)
    assert (table["airport - base"] == table["airport"] - table["base"]).all()


def test_costs_follow_from_the_certificates(folder: Path) -> None:
    """Every interval is that of objectives and bounds; a scenario weighed otherwise has none."""
    table = pd.read_csv(folder / "costs.csv", encoding="utf-8-sig").set_index("scenario")
    base, airport = table.loc["base"], table.loc["airport"]
    assert airport.cost_low_tco2e_yr == pytest.approx(airport.bound_tco2e_yr - base.objective_tco2e_yr)
    assert airport.cost_high_tco2e_yr == pytest.approx(airport.objective_tco2e_yr - base.bound_tco2e_yr)
    assert np.isnan(table.loc["green"].cost_low_tco2e_yr)
    assert table.loc["strict"].relaxed == "yes"
    assert "Area of cropland" in table.loc["strict"].relaxation
    record = json.loads((folder / "comparison.json").read_text(encoding="utf-8"))
    assert [each["name"] for each in record["scenarios"]] == ["base", "airport", "strict", "green"]
    assert record["scenarios"][1]["cost"]["low"] == pytest.approx(airport.cost_low_tco2e_yr)


def test_transitions_add_up_in_every_plan(folder: Path) -> None:
    """All land has its row, whichever plan."""
    table = pd.read_csv(folder / "transitions.csv", encoding="utf-8-sig")
    for title in ("base", "airport", "strict (relaxed)", "green"):
        assert table[f"{title} ha"].sum() == pytest.approx(192.0)
    assert table["airport - base ha"].sum() == pytest.approx(0.0, abs=1e-9)


def test_the_agreement_layer_counts_plans(folder: Path) -> None:
    """How many plans keep the first's class, the class that most have, and how many have that."""
    plans = []
    for slug in ("base", "airport", "strict_relaxed", "green"):
        with rasterio.open(folder / RUNS / slug / "plan.tif") as raster:
            plans.append(raster.read(1))
    with rasterio.open(folder / "agreement.tif") as raster:
        keeps, often, classes, agree = raster.read()
        assert raster.descriptions == tuple(name for name, _ in BANDS)
        assert raster.crs is not None
    stack = np.stack(plans)
    assert ((stack == stack[0]).sum(axis=0) * 25 == keeps).all()
    assert ((stack == often).sum(axis=0) * 25 == agree).all()
    assert (agree >= keeps).all()
    assert classes.max() <= 4


def test_the_geopackage_holds_every_plan_and_why_they_differ(folder: Path) -> None:
    """One layer a scenario; each difference has both classes and a reason, and areas add up."""
    package = folder / "comparison.gpkg"
    layers = {str(name) for name, _ in pyogrio.list_layers(package)}
    assert {"plan_base", "plan_airport", "plan_strict_relaxed", "plan_green", "difference"} <= layers
    found = pyogrio.read_dataframe(package, layer="difference")
    assert (found["from_class"] != found["to_class"]).all()
    assert (found["reason"].str.len() > 0).all()
    costs = pd.read_csv(folder / "costs.csv", encoding="utf-8-sig").set_index("scenario")
    for scenario, title in (("airport", "airport"), ("strict", "strict (relaxed)"), ("green", "green")):
        area = found.loc[found["scenario"] == title, "area_ha"].sum()
        assert area == pytest.approx(costs.loc[scenario].differs_ha)
    airport = found[
        (found["scenario"] == "airport") & found["reason"].str.contains("barred in airport by Airport")
    ]
    assert len(airport)


def test_it_is_replaced_by_the_next_comparison_and_by_nothing_else(folder: Path, tmp_path: Path) -> None:
    """The command writes over its own folder, and refuses one that holds other files."""
    study = folder.parent / "study" / "study.toml"
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep me", encoding="utf-8")
    refused = sansheng("compare", study, "--out", tmp_path / "mine", "--scenarios", "base,airport")
    assert refused.exit_code == 2
    assert "letter.txt" in refused.stderr
    for _ in range(2):
        done = sansheng(
            "compare", study, "--out", tmp_path / "out", "--scenarios", "airport,base", "--lang", "zh"
        )
        assert done.exit_code == 0, done.stderr
    assert {run.name for run in (tmp_path / "out" / RUNS).iterdir()} == {"airport", "base"}
    costs = pd.read_csv(tmp_path / "out" / "costs.csv", encoding="utf-8-sig")
    assert list(costs["scenario"]) == ["airport", "base"]
    assert "其他情景" in costs["in_words"][0]


def test_a_wrong_scenario_is_told_in_one_sentence(folder: Path, tmp_path: Path) -> None:
    """Exit status 2, the nearest name, and nothing written."""
    study = folder.parent / "study" / "study.toml"
    result = sansheng("compare", study, "--out", tmp_path / "out", "--scenarios", "base,airprt")
    assert result.exit_code == 2
    assert "Did you mean `airport`" in result.stderr
    assert not (tmp_path / "out").exists()


def made(plans: list) -> Comparison:
    """A comparison of plans made by hand."""
    from planner.compare.ask import Alternative

    return Comparison(None, tuple(Alternative(f"S/{n % 2}", plan) for n, plan in enumerate(plans)))  # type: ignore[arg-type]


def test_names_of_files_are_safe_and_distinct() -> None:
    """A scenario may be called anything; its folder and layer keep to letters, and no two are the same."""
    plan = small_plan()
    assert list(slugs(made([plan, plan, plan]))) == ["S_0", "S_1", "S_0_2"]


def test_parcels_agree_in_a_layer_of_their_own(tmp_path: Path) -> None:
    """A parcel study has a layer with the same figures of each parcel instead of a raster."""
    from planner.compare.layers import write_layers

    plan = small_parcels()
    other = with_layout(plan, np.array([1, 1, 1, 3], dtype=np.uint8))
    write_layers(made([plan, other]), tmp_path)
    assert not (tmp_path / "agreement.tif").exists()
    found = pyogrio.read_dataframe(tmp_path / "agreement.gpkg", layer="agreement")
    assert list(found["keeps"]) == [50, 100, 100, 100]
    assert list(found["agree"]) == [50, 100, 100, 100]
    assert list(found["most_often"]) == ["cropland", "forest", "forest", "urban"]
    difference = pyogrio.read_dataframe(tmp_path / "comparison.gpkg", layer="difference")
    assert list(difference["to_class"]) == ["forest"]


def test_plans_that_are_equal_have_no_difference(tmp_path: Path) -> None:
    """The layer is there, and empty."""
    from planner.compare.layers import write_layers

    plan = small_plan()
    write_layers(made([plan, plan]), tmp_path)
    assert len(pyogrio.read_dataframe(tmp_path / "comparison.gpkg", layer="difference")) == 0


def test_a_comparison_of_many_scenarios_still_fits_its_sheet(tmp_path: Path) -> None:
    """Panels go into more rows; beyond what a sheet can show the map says where the rest is."""
    from planner.compare.picture import draw_comparison

    plan = small_plan("zh")
    draw_comparison(made([plan] * 10), tmp_path / "many.png")
    assert (tmp_path / "many.png").stat().st_size > 10_000


def test_the_first_scenario_named_is_the_one_compared_with(tmp_path: Path) -> None:
    """Whoever names scenarios chooses the first."""
    found = compare(write_alternatives(tmp_path), ["airport", "base"])
    assert found.first.name == "airport"
