from __future__ import annotations

import json
import math
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rasterio

from formulations.core.problem import LayoutProblem, Limit
from formulations.core.solution import SolveSettings, Watch
from formulations.exact.model import solve_exact
from formulations.sampling.questions import Base
from instances.demo import write_demo
from instances.rules.districts import Districts
from planner import load
from planner.pareto.folder import NAMES
from planner.runs.found import runs_in
from planner.runs.reopen import reopen
from tests.planner.commands.test_cli import names, sansheng
from tests.support.small_study import write_study

AXES = ("--x", "net_emissions", "--y", "area.cropland")


def exact_best(study: Path, x: str, bounds: dict[str, tuple[float, float]]) -> float:
    """The least of an indicator under the study's limits and further bounds, by the exact model."""
    loaded = load(study)
    base = Base.of(loaded.instance, loaded.problem)
    problem: LayoutProblem = loaded.problem
    further = tuple(
        Limit(base.indicators[name], Districts.whole(len(problem)), np.array([low]), np.array([high]))
        for name, (low, high) in bounds.items()
    )
    asked = replace(problem, parts=((1.0, base.indicators[x]),), limits=(*problem.limits, *further))
    return solve_exact(asked, SolveSettings(gap=1e-9, threads=1), Watch()).objective


def table(folder: Path) -> pd.DataFrame:
    """The points of a front."""
    return pd.read_csv(folder / "front.csv", encoding="utf-8-sig")


@pytest.mark.slow
def test_a_front_holds_what_is_declared_and_nothing_else(tmp_path: Path) -> None:
    """Table, tree, picture and a folder a point; beside it only the work."""
    study, out = write_study(tmp_path / "study"), tmp_path / "front"
    result = sansheng("pareto", study, *AXES, "--points", "5", "--out", out)
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    assert names(out) == NAMES
    assert names(tmp_path) == {"study", "front", ".front.solves"}
    points = table(out)
    assert list(points["folder"]) == [f"points/{n:02d}" for n in points["point"]]
    for folder in points["folder"]:
        assert {"plan.tif", "certificate.json", "study.toml"} <= names(out / folder)
        assert sansheng("verify", out / folder).exit_code == 0
    assert f"all {len(points)} plans" in sansheng("verify", out).stdout


def test_the_front_is_that_of_the_exact_model(tmp_path: Path) -> None:
    """At the second value of every point the exact model finds the point's first value, and at both ends the
    best of each alone; the study's own limits hold."""
    study, out = write_study(tmp_path / "study"), tmp_path / "front"
    assert sansheng("pareto", study, *AXES, "--points", "6", "--out", out).exit_code == 0
    points = table(out)
    assert len(points) >= 3
    for point in points.itertuples():
        bounds = {"area.cropland": (point[3] - 1e-9, math.inf)}
        assert exact_best(study, "net_emissions", bounds) == pytest.approx(point[2], rel=1e-6)
    assert points["net_emissions"].min() == pytest.approx(exact_best(study, "net_emissions", {}), rel=1e-6)
    assert (points["changed_area"] <= 40 + 1e-6).all()
    assert (points["net_emissions"].diff().dropna() > 0).all()
    assert (points["area.cropland"].diff().dropna() > 0).all()


def test_the_figures_of_a_point_are_those_of_its_plan(tmp_path: Path) -> None:
    """Every plan opens again with the indicators that the table states, within its certified interval."""
    study, out = write_study(tmp_path / "study"), tmp_path / "front"
    assert sansheng("pareto", study, *AXES, "--points", "4", "--out", out).exit_code == 0
    points = table(out)
    assert len(runs_in(out)) == len(points)
    for row in points.to_dict("records"):
        plan = reopen(out / row["folder"])
        for name in ("net_emissions", "area.cropland", "green_share"):
            assert plan.certificate.indicators[name].value == pytest.approx(row[name])
        assert row["net_emissions_best"] <= row["net_emissions"]
        assert row["area.cropland_best"] >= row["area.cropland"]
        tree = json.loads((out / row["folder"] / "certificate.json").read_text(encoding="utf-8"))
        assert "seconds" not in tree
        assert "timings" not in tree["settings"]


def test_a_changed_point_does_not_hold(tmp_path: Path) -> None:
    """A point whose table says what its plan does not is told by name; the others hold."""
    study, out = write_study(tmp_path / "study"), tmp_path / "front"
    assert sansheng("pareto", study, *AXES, "--points", "3", "--out", out).exit_code == 0
    changed = out / "points" / "02" / "indicators.csv"
    changed.write_text(changed.read_text(encoding="utf-8-sig").replace("net_emissions", "none"), "utf-8")
    result = sansheng("verify", out)
    assert result.exit_code == 2
    assert f"{changed.parent} does not hold" in result.stderr
    assert f"{out / 'points' / '01'} holds" in result.stdout


@pytest.mark.parametrize(("lang", "told"), [("en", "do not conflict"), ("zh", "并无冲突")])
def test_two_that_do_not_conflict_are_told_as_such(tmp_path: Path, lang: str, told: str) -> None:
    """Where one plan is the best in both, the front says by how much it could be beaten."""
    study, out = write_study(tmp_path / "study"), tmp_path / "front"
    axes = ("--x", "net_emissions", "--y", "max:area.forest")
    result = sansheng("pareto", study, *axes, "--points", "3", "--out", out, "--lang", lang)
    assert len(table(out)) == 1
    assert told in result.stdout.replace("\n", "")


@pytest.mark.slow
def test_a_point_s_study_gives_its_plan_again(tmp_path: Path) -> None:
    """``sansheng run`` on a point's study reaches the point's values with all deliverables."""
    study, out = write_study(tmp_path / "study"), tmp_path / "front"
    assert sansheng("pareto", study, *AXES, "--points", "4", "--out", out).exit_code == 0
    point = table(out).iloc[1]
    again = tmp_path / "again"
    assert sansheng("run", out / point["folder"] / "study.toml", "--out", again).exit_code == 0
    certificate = json.loads((again / "certificate.json").read_text(encoding="utf-8"))
    assert certificate["indicators"]["net_emissions"]["value"] == pytest.approx(point["net_emissions"])
    assert sansheng("verify", again).exit_code == 0


@pytest.mark.slow
def test_the_same_command_solves_nothing_twice(tmp_path: Path) -> None:
    """The second time everything is found, and more points cost only the new ones; the files are the same."""
    study, out = write_study(tmp_path / "study"), tmp_path / "front"
    first = sansheng("pareto", study, *AXES, "--points", "4", "--out", out)
    before = {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    second = sansheng("pareto", study, *AXES, "--points", "4", "--out", out)
    after = {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert "found solved already" not in first.stdout
    assert "0 solves" in second.stdout
    assert before == after
    more = sansheng("pareto", study, *AXES, "--points", "5", "--out", out)
    assert "found solved already" in more.stdout


@pytest.mark.slow
def test_the_knee_is_explained(tmp_path: Path) -> None:
    """What the front says of itself is in the tree and in the terminal, in the study's language."""
    study, out = write_study(tmp_path / "study"), tmp_path / "front"
    result = sansheng("pareto", study, *AXES, "--points", "5", "--out", out, "--lang", "zh")
    tree = json.loads((out / "front.json").read_text(encoding="utf-8"))
    assert tree["sentences"]
    assert any("拐点" in sentence for sentence in tree["sentences"])
    for sentence in tree["sentences"]:
        assert sentence in result.stdout.replace("\n", "")
    volume = tree["slices"][0]["hypervolume"]
    assert 0 < volume["low"] <= volume["high"] <= volume["rectangle"] * (1 + 1e-9)


def test_a_third_indicator_gives_a_front_for_each_of_its_bounds(tmp_path: Path) -> None:
    """Points of all slices are efficient in three indicators, and keep to their slice's bound."""
    study, out = write_study(tmp_path / "study"), tmp_path / "front"
    result = sansheng("pareto", study, *AXES, "--z", "changed_area", "--points", "9", "--out", out)
    assert result.exit_code == 0, result.output
    points = table(out)
    kept = points["changed_area_limit"].notna()
    assert kept.any()
    limit = points["changed_area_limit"][kept]
    assert (points["changed_area"][kept] <= limit + 1e-9).all()
    cost = points[["net_emissions", "area.cropland", "changed_area"]].to_numpy() * [1, -1, 1]
    for row in cost:
        assert not ((cost <= row + 1e-9).all(axis=1) & (cost < row - 1e-6).any(axis=1)).any()


def test_wrong_axes_are_told_together(tmp_path: Path) -> None:
    """Unknown, twice, or of no way: each with its remedy; nothing is written."""
    study, out = write_study(tmp_path / "study"), tmp_path / "front"
    result = sansheng("pareto", study, "--x", "net_emision", "--y", "area.gras", "--out", out)
    assert result.exit_code == 2
    assert "--x" in result.stderr
    assert "--y" in result.stderr
    result = sansheng("pareto", study, "--x", "net_emissions", "--y", "max:net_emissions", "--out", out)
    assert result.exit_code == 2
    assert "two axes" in result.stderr
    assert sansheng("pareto", study, *AXES, "--points", "1", "--out", out).exit_code == 2
    assert names(tmp_path) == {"study"}


def test_an_infeasible_study_has_no_front(tmp_path: Path) -> None:
    """It ends with 3 and says what collides."""
    limits = [
        {"indicator": "area.cropland", "at_least": 120},
        {"indicator": "area.forest", "at_least": 100},
    ]
    study = write_study(tmp_path / "study", {"limits": limits})
    result = sansheng("pareto", study, *AXES, "--out", tmp_path / "front")
    assert result.exit_code == 3
    assert "area." in result.stderr
    assert "front" not in names(tmp_path)


def test_a_foreign_folder_is_not_replaced(tmp_path: Path) -> None:
    """A folder with somebody's files is refused before anything is solved."""
    out = tmp_path / "mine"
    out.mkdir()
    (out / "thesis.txt").write_text("years of work")
    result = sansheng("pareto", write_study(tmp_path / "study"), *AXES, "--out", out)
    assert result.exit_code == 2
    assert names(out) == {"thesis.txt"}


@pytest.mark.slow
def test_the_front_of_thirty_by_thirty_cells_is_that_of_the_exact_model(tmp_path: Path) -> None:
    """On the demo county, with its townships and red lines, for every bound."""
    write_demo(tmp_path / "county", 30)
    study, out = tmp_path / "county" / "study.toml", tmp_path / "front"
    result = sansheng(
        "pareto", study, "--x", "net_emissions", "--y", "changed_area", "--points", "9", "--out", out
    )
    assert result.exit_code == 0, result.output
    points = table(out)
    assert len(points) == 9
    for point in points.itertuples():
        bounds = {"changed_area": (-math.inf, point[3] + 1e-9)}
        assert exact_best(study, "net_emissions", bounds) == pytest.approx(point[2], rel=1e-8)


def test_a_plan_s_raster_is_the_plan(tmp_path: Path) -> None:
    """The raster of every point has the study's cells and codes, and differs from its neighbour's."""
    study, out = write_study(tmp_path / "study"), tmp_path / "front"
    assert sansheng("pareto", study, *AXES, "--points", "3", "--out", out).exit_code == 0
    rasters = []
    for folder in table(out)["folder"]:
        with rasterio.open(out / folder / "plan.tif") as raster:
            rasters.append(raster.read(1))
    assert len({raster.tobytes() for raster in rasters}) == len(rasters)
    tree = tomllib.loads((out / "points" / "01" / "study.toml").read_text(encoding="utf-8"))
    assert tree["landcover"]["path"] == "../../../study/cover.tif"
