from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
import rasterio
from typer.testing import CliRunner, Result

from formulations.core.solution import Solution, Termination
from planner.cli import app
from planner.runs.profiles import RUN
from tests.support.small_study import write_quick_study

ROOT = Path(__file__).resolve().parents[3]
RASTER_FOLDER = {name for part in RUN.deliverables if part.always for name in part.names}

PATIENT = """
import sys, time
import formulations.solving as solving
from dataclasses import replace
from formulations.core.solution import Termination, Solution

def patient(problem, settings, watch):
    print("solving", file=sys.stderr, flush=True)
    while not watch.stop.is_set() or {deaf}:
        time.sleep(0.02)
    value = problem.objective.evaluate(problem.today)
    layout = problem.today if {found} else None
    return Solution(Termination.INTERRUPTED, "exact", layout, value, value - abs(value), 1.0)

solving.solve_exact = patient
from planner.__main__ import main
main()
"""


def sansheng(*words: str | Path) -> Result:
    """A command as a planner types it."""
    return CliRunner().invoke(app, [str(word) for word in words])


def names(folder: Path) -> set[str]:
    """What a folder holds."""
    return {entry.name for entry in folder.iterdir()}


@pytest.mark.slow
def test_a_run_writes_exactly_the_declared_files(tmp_path: Path) -> None:
    """The run's folder holds every declared file, no other, and nothing lies beside it."""
    study, out = write_quick_study(tmp_path / "study"), tmp_path / "out"
    result = sansheng("run", study, "--out", out)
    assert result.exit_code == 0, result.stderr
    assert names(out) == RASTER_FOLDER
    assert names(tmp_path) == {"study", "out"}
    assert result.stderr == ""


@pytest.mark.slow
def test_a_run_says_what_was_found(tmp_path: Path) -> None:
    """The summary names scenario, method and why, objective, bound, gap, indicators today and in the plan."""
    result = sansheng("run", write_quick_study(tmp_path / "study"), "--out", tmp_path / "out")
    for word in ("A small study", "scenario base", "method", "objective", "bound", "gap", "today", "plan"):
        assert word in result.stdout
    assert "Net carbon emissions" in result.stdout
    assert "\x1b" not in result.stdout


@pytest.mark.slow
def test_the_certificate_has_the_fields_of_the_contract(tmp_path: Path) -> None:
    """Scripts find in certificate.json what the contract promises."""
    out = tmp_path / "out"
    assert (
        sansheng("run", write_quick_study(tmp_path / "study"), "--out", out, "--gap", "0.01").exit_code == 0
    )
    tree = json.loads((out / "certificate.json").read_text(encoding="utf-8"))
    promised = "schema title scenario status method sense objective bound gap seconds cells area_ha"
    assert {*promised.split(), "indicators", "limits", "inputs", "versions", "settings"} <= set(tree)
    assert (tree["status"], tree["sense"], tree["cells"], tree["area_ha"]) == (
        "optimal",
        "minimise",
        192,
        192.0,
    )
    assert tree["bound"] <= tree["objective"]
    assert tree["settings"]["gap"] == 0.01
    assert {"value", "baseline", "unit"} == set(tree["indicators"]["net_emissions"])
    limit = {"indicator", "district", "at_least", "at_most", "value", "slack", "price", "price_unit"}
    assert all(limit <= set(record) for record in tree["limits"])
    assert [record["district"] for record in tree["limits"]] == ["东镇", "西镇", None]
    assert all(len(sha) == 64 for sha in tree["inputs"].values())


@pytest.mark.slow
def test_the_resolved_copy_runs_again_from_its_folder(tmp_path: Path) -> None:
    """Whoever has the run's folder and the inputs gets the same plan again."""
    out, again = tmp_path / "out", tmp_path / "again"
    assert (
        sansheng("run", write_quick_study(tmp_path / "study"), "--scenario", "loose", "--out", out).exit_code
        == 0
    )
    assert sansheng("run", out / "study.toml", "--out", again).exit_code == 0
    with rasterio.open(out / "plan.tif") as one, rasterio.open(again / "plan.tif") as other:
        assert (one.read(1) == other.read(1)).all()
    assert sansheng("verify", again).exit_code == 0


@pytest.mark.slow
def test_a_run_replaces_its_own_folder(tmp_path: Path) -> None:
    """The same command twice leaves the second result."""
    study, out = write_quick_study(tmp_path / "study"), tmp_path / "out"
    for gap in ("0.5", "0.02"):
        assert sansheng("run", study, "--out", out, "--gap", gap).exit_code == 0
    assert json.loads((out / "certificate.json").read_text())["settings"]["gap"] == 0.02


@pytest.mark.slow
def test_the_default_folder_is_named_after_the_scenario(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two scenarios run without --out do not overwrite each other."""
    study = write_quick_study(tmp_path / "study")
    monkeypatch.chdir(tmp_path)
    for scenario in ("base", "loose"):
        assert sansheng("run", study, "--scenario", scenario).exit_code == 0
    assert names(tmp_path / "out") == {"base", "loose"}


@pytest.mark.slow
def test_lang_names_the_indicators_in_chinese(tmp_path: Path) -> None:
    """``--lang zh`` takes the place of the study's language everywhere, the resolved copy included."""
    out = tmp_path / "out"
    result = sansheng("run", write_quick_study(tmp_path / "study"), "--out", out, "--lang", "zh")
    assert "净碳排放量" in result.stdout
    assert tomllib.loads((out / "study.toml").read_text(encoding="utf-8"))["lang"] == "zh"


@pytest.mark.slow
def test_the_demo_is_planned_whole(tmp_path: Path) -> None:
    """The demo's folder holds the deliverables and the county they were made from, and verifies."""
    out = tmp_path / "demo"
    result = sansheng("demo", "--out", out, "--size", "30")
    assert result.exit_code == 0, result.stderr
    ledger = {"ledger.csv", "energy_factors.csv"}
    assert names(out) == {*RASTER_FOLDER, *ledger, "map_names.gpkg", "county"}
    assert sansheng("verify", out).exit_code == 0
    moved = out.rename(tmp_path / "moved")
    assert sansheng("verify", moved).exit_code == 0


def test_a_demo_too_large_is_refused(tmp_path: Path) -> None:
    """The bounds of the demo's size are told."""
    result = sansheng("demo", "--out", tmp_path / "demo", "--size", "6000")
    assert result.exit_code == 2
    assert "5,000" in result.stderr
    assert names(tmp_path) == set()


def test_check_reads_and_solves_nothing(tmp_path: Path) -> None:
    """``check`` shows classes, red lines, limits and their reachable range, conflicts; it writes nothing."""
    study = write_quick_study(tmp_path)
    before = names(tmp_path)
    result = sansheng("check", study)
    assert result.exit_code == 0, result.stderr
    for word in ("192 cells", "cropland", "farmland", "have a choice", "reachable", "overlap", "loose"):
        assert word in result.stdout
    assert names(tmp_path) == before


def test_check_writes_the_conflicts_where_asked(tmp_path: Path) -> None:
    """``--audit`` leaves a layer of conflicts to look at in GIS."""
    import pyogrio

    study = write_quick_study(tmp_path / "study")
    assert sansheng("check", study, "--audit", tmp_path / "conflicts.gpkg").exit_code == 0
    assert pyogrio.read_info(tmp_path / "conflicts.gpkg", layer="conflicts")["features"] > 0


def test_a_limit_out_of_reach_is_marked(tmp_path: Path) -> None:
    """``check`` marks what no layout can reach, before anybody waits for a solve."""
    limits = [{"indicator": "area.forest", "at_least": 180}]
    result = sansheng("check", write_quick_study(tmp_path, {"limits": limits}))
    assert "out of reach" in result.output or "limits[0]" in result.stderr


def test_infeasible_names_what_collides(tmp_path: Path) -> None:
    """An infeasible scenario ends with 3, by name, with what would mend it; nothing is written."""
    limits = [
        {"indicator": "area.cropland", "at_least": 120},
        {"indicator": "area.forest", "at_least": 100},
    ]
    study = write_quick_study(tmp_path / "study", {"limits": limits})
    result = sansheng("run", study, "--out", tmp_path / "out")
    assert result.exit_code == 3
    assert "scenario base" in result.stderr
    assert re.search(r"area\.(cropland|forest)", result.stderr)
    assert names(tmp_path) == {"study"}


def test_time_out_without_a_plan_is_its_own_status(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No plan within the time ends with 4: that is not infeasibility."""
    nothing = Solution(Termination.TIME, "exact", None, float("inf"), -5.0, 7.0)
    monkeypatch.setattr("formulations.solving.solve_exact", lambda *_: nothing)
    result = sansheng(
        "run", write_quick_study(tmp_path / "study"), "--out", tmp_path / "out", "--method", "exact"
    )
    assert result.exit_code == 4
    assert "no plan was found within 7 s" in result.stderr
    assert names(tmp_path) == {"study"}


def interrupted(
    tmp_path: Path, times: int, *, found: bool, deaf: bool = False
) -> subprocess.CompletedProcess[str]:
    """A run of a patient solver, stopped by so many Ctrl-C."""
    study = write_quick_study(tmp_path / "study")
    code = PATIENT.format(found=found, deaf=deaf)
    words = ["run", str(study), "--out", str(tmp_path / "out"), "--method", "exact"]
    process = subprocess.Popen(
        [sys.executable, "-c", code, *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if "solving" in line:
            break
    for _ in range(times):
        process.send_signal(signal.SIGINT)
        time.sleep(0.3)
    out, err = process.communicate(timeout=60)
    return subprocess.CompletedProcess(process.args, process.returncode, out, said + err)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C in another way")
class TestCtrlC:
    """Ctrl-C: once for the best plan so far, twice to end at once."""

    def test_once_writes_the_best_plan_so_far(self, tmp_path: Path) -> None:
        """The plan is written whole with its true gap and marked as feasible, not as optimal."""
        done = interrupted(tmp_path, 1, found=True)
        assert done.returncode == 0, done.stderr
        assert "best plan so far" in done.stderr
        tree = json.loads((tmp_path / "out" / "certificate.json").read_text(encoding="utf-8"))
        assert (tree["status"], tree["settings"]["ending"]) == ("feasible", "interrupted")
        assert tree["decided"]["terms"]["net_emissions"]["better_by"] == pytest.approx(abs(tree["objective"]))
        assert names(tmp_path / "out") == RASTER_FOLDER

    def test_once_without_a_plan_writes_nothing(self, tmp_path: Path) -> None:
        """There is a sentence, status 130, and no folder."""
        done = interrupted(tmp_path, 1, found=False)
        assert done.returncode == 130
        assert "stopped before a first plan was found" in done.stderr
        assert names(tmp_path) == {"study"}

    def test_twice_ends_at_once(self, tmp_path: Path) -> None:
        """A solver that does not hear is left behind, and nothing half-written with it."""
        done = interrupted(tmp_path, 2, found=True, deaf=True)
        assert done.returncode == 130
        assert "Traceback" not in done.stderr
        assert names(tmp_path) == {"study"}


def test_help_is_in_plain_words() -> None:
    """Every command and option explains itself."""
    result = sansheng("--help")
    assert result.exit_code == 0
    for command in ("demo", "init", "check", "run", "verify"):
        assert command in result.stdout
        assert sansheng(command, "--help").exit_code == 0


def test_the_version_is_told() -> None:
    """``sansheng --version`` names the version and ends."""
    result = sansheng("--version")
    assert result.exit_code == 0
    assert result.stdout.startswith("sansheng ")
