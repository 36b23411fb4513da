from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rasterio

from planner.agreement.measure import BANDS
from planner.robust.folder import NAMES
from planner.robust.page import robust_page
from planner.runs.found import runs_in
from planner.runs.reopen import reopen
from tests.planner.commands.test_cli import names, sansheng
from tests.support.small_study import write_quick_study, write_study
from words.catalogue import figure

pytestmark = pytest.mark.slow

DRAWN = ("--draws", "4", "--sets", "china-stock", "--seed", "1", "--gap", "0.01")


def read(path: Path) -> pd.DataFrame:
    """A table of the folder."""
    return pd.read_csv(path, encoding="utf-8-sig", dtype={"plan": str})


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study, and a robustness sweep over four draws and another set."""
    folder = tmp_path_factory.mktemp("robust")
    study = write_quick_study(folder / "study")
    words = (*DRAWN, "--out", folder / "out")
    result = sansheng("robust", study, *words)
    assert result.exit_code == 0, result.output
    (folder / "said.txt").write_text(result.stdout, encoding="utf-8")
    return folder


def test_the_folder_holds_what_is_declared(home: Path) -> None:
    """Tables, pictures, layer, a set of coefficients for every draw, and every plan."""
    assert names(home / "out") == NAMES - {"firm.gpkg"}
    assert names(home / "out" / "coefficients") == {f"{n:03d}.csv" for n in range(6)}
    assert names(home) - {"again", ".again.solves"} == {"study", "out", ".out.solves", "said.txt"}
    assert "least greatest regret" in (home / "said.txt").read_text(encoding="utf-8")


def test_the_page_recommends_the_chosen_plan(home: Path) -> None:
    """The page names the plan whose greatest regret is least, with its interval, in both languages."""
    tree = json.loads((home / "out" / "robust.json").read_text(encoding="utf-8"))
    chosen = next(plan for plan in tree["plans"] if plan["plan"] == tree["chosen"])
    for lang in ("zh", "en"):
        page = robust_page(home / "out", lang)
        assert f'<tr class="binding"><th scope="row">{tree["chosen"]}</th>' in page
        assert all(figure(end) in page for end in chosen["greatest_regret"])
        assert page.count('<figure class="map"') == min(8, len(tree["plans"])) + 2
    assert (home / "out" / "report.html").read_text(encoding="utf-8") == robust_page(home / "out")


def test_the_matrix_has_every_plan_and_draw(home: Path) -> None:
    """Regrets are not negative; under every draw some plan has none beyond what is unproven."""
    matrix, plans, draws = (read(home / "out" / f"{name}.csv") for name in ("regret", "plans", "draws"))
    assert list(matrix.columns[1:]) == list(draws["draw"])
    assert list(draws["draw"]) == ["as given", *(f"draw {n}" for n in range(1, 5)), "china-stock"]
    assert list(matrix["plan"]) == list(plans["plan"])
    values = matrix.iloc[:, 1:].to_numpy()
    assert (values >= 0).all()
    unproven = (draws["best_at_most"] - draws["best_at_least"]).to_numpy()
    assert (values.min(axis=0) <= unproven + 1e-6).all()
    assert np.allclose(values.max(axis=1), plans["greatest_regret_at_most"])
    assert plans["chosen"].sum() == 1


def test_every_plan_opens_with_the_coefficients_it_was_found_by(home: Path) -> None:
    """The study in a plan's folder names its draw's coefficients; its certificate says what they give."""
    plans = read(home / "out" / "plans.csv").set_index("plan")
    folders = runs_in(home / "out")
    assert len(folders) == len(plans)
    for folder in folders:
        plan = reopen(folder)
        net = plan.problem.parts[0][1]
        assert net.name == "net_emissions"
        assert plan.certificate.indicators["net_emissions"].value == pytest.approx(net.evaluate(plan.layout))


def test_every_plan_holds(home: Path) -> None:
    """Verified with the coefficients of its draw, whatever question found it."""
    result = sansheng("verify", home / "out")
    assert result.exit_code == 0, result.stderr
    assert f"all {len(runs_in(home / 'out'))} plans" in result.stdout


def test_the_layer_says_in_how_many_draws_a_cell_is_the_same(home: Path) -> None:
    """Per cent of the draws in which it has the chosen plan's class; the areas add up."""
    with rasterio.open(home / "out" / "firm.tif") as raster:
        assert raster.descriptions == tuple(name for name, _ in BANDS)
        keeps = raster.read(1)
    assert keeps.max() <= 100
    tree = json.loads((home / "out" / "robust.json").read_text(encoding="utf-8"))
    assert sum(tree["land"].values()) == pytest.approx(192.0)
    assert tree["land"]["fragile_ha"] == pytest.approx(float((keeps < 66).sum()))
    assert tree["options"] == {"draws": 4, "together": "rows", "sets": ["china-stock"], "seed": 1}


def test_the_same_seed_is_the_same_folder(home: Path, tmp_path: Path) -> None:
    """Solved again elsewhere, every file is the same to the byte."""
    words = (*DRAWN, "--out", home / "again")
    assert sansheng("robust", home / "study" / "study.toml", *words).exit_code == 0
    for path in (home / "out").rglob("*"):
        if path.is_file():
            other = home / "again" / path.relative_to(home / "out")
            assert path.read_bytes() == other.read_bytes(), path.name


STATED = {
    "classes": {"urban_residential": {"floor_ratio": 1.2}},
    "indicators": {
        "人口": {"per_class": "people.csv", "unit": "person", "per": "floor"},
        "census": {"per_class": "people.csv", "unit": "person", "calibrate": 5000},
        "cost": {"per_change": "costs.csv", "unit": "tCO2e/yr"},
        "twice": {"sum": {"cost": 2.0}},
    },
    "objective": {"minimise": {"cost": 1.0}, "maximise": {"census": 0.1}},
}
"""Figures of files, of which one counts by floor and one is calibrated, and which alone are wanted."""


def test_figures_that_a_study_states_are_drawn_too(tmp_path: Path) -> None:
    """Each line once for all indicators; every plan opens with its draw's figures, and holds."""
    study = write_study(tmp_path / "study", STATED)
    people, costs = study.parent / "people.csv", study.parent / "costs.csv"
    people.write_text("class,value,low,high\nurban_residential,100,80,150\n", encoding="utf-8")
    costs.write_text("from,to,value,low,high\ncropland,urban_residential,20,1,95\n", encoding="utf-8")
    out = tmp_path / "out"
    assert sansheng("robust", study, "--draws", "2", "--out", out).exit_code == 0
    draws = read(out / "draws.csv")
    floor, census = draws["人口.urban_residential"], draws["census.urban_residential"]
    assert floor.to_numpy() == pytest.approx(12_000 * census.to_numpy())
    assert census[0] == 100
    assert draws["cost.cropland.urban_residential"].between(1, 95).all()
    for folder in runs_in(out):
        plan = reopen(folder)
        assert plan.certificate.indicators["census"].baseline == pytest.approx(5000)
    verified = sansheng("verify", out)
    assert verified.exit_code == 0, verified.stderr


def test_wrong_draws_are_told(tmp_path: Path) -> None:
    """No draws and no sets, too many, an unknown set, a set without ranges: each in a sentence."""
    study = write_study(tmp_path / "study")
    for words, expected in (
        (("--draws", "0"), "nothing to compare"),
        (("--draws", "100000"), "--draws"),
        (("--sets", "china-defualt"), "Did you mean `china-default`"),
    ):
        result = sansheng("robust", study, *words, "--out", tmp_path / "out")
        assert result.exit_code == 2, result.output
        assert expected in result.stderr
    assert names(tmp_path) == {"study"}


def test_a_set_without_ranges_cannot_be_drawn(tmp_path: Path) -> None:
    """The remedy names the columns, and the way without draws."""
    own = tmp_path / "study" / "own.csv"
    study = write_study(tmp_path / "study", {"carbon": {"coefficients": "own.csv"}})
    own.write_text(
        "class,kind,pool,value,unit,low,high,source\nforest,flux,vegetation,-2,tCO2e/ha/yr,,,made\n",
        encoding="utf-8",
    )
    result = sansheng("robust", study, "--draws", "3", "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "no coefficient of own.csv has a range" in result.stderr
