"""Stopped or killed at any moment, a comparison goes on where it was; who solves it changes nothing."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.made_comparisons import SCENARIOS, write_alternatives
from tests.support.small_study import QUICK
from tests.support.started import Started

ROOT = Path(__file__).resolve().parents[3]
TIMED = {"run.log", "plan.xlsx", "report.html", "costs.csv", "comparison.json", "certificate.json"}
"""Files that tell how long a solve took; the last two are compared without that."""


def write_few(folder: Path) -> Path:
    """A study with one alternative more and one that no layout can meet, solved in moments."""
    few = {name: SCENARIOS[name] for name in ("airport", "strict")}
    return write_alternatives(folder, scenarios=few, **QUICK)


def start(study: Path, out: Path, *words: str) -> Started:
    """A comparison as a planner types it, begun in a process group of its own."""
    return Started(["compare", str(study), "--out", str(out), *words], ROOT, study.parent)


def finished(process: Started) -> str:
    """What a command said that ended well."""
    said, err = process.communicate(timeout=600)
    assert process.returncode == 0, err
    return said


def kept(out: Path) -> list[Path]:
    """The answers kept beside a folder."""
    return sorted((out.parent / f".{out.name}.solves").glob("*.npz"))


def wait_until(true: Callable[[], bool], process: Started) -> None:
    """Wait while a command runs."""
    waited = time.monotonic() + 300
    while not true() and process.poll() is None and time.monotonic() < waited:
        time.sleep(0.01)


def without_times(path: Path) -> dict[str, Any]:
    """A certificate, or the record of a comparison, less what tells of time; of the list of files the names
    and kinds alone, since some files tell of time."""
    tree = json.loads(path.read_text(encoding="utf-8"))
    tree.pop("seal", None)
    tree["files"] = {name: listed["what"] for name, listed in tree["files"].items()}
    for part in (tree, *tree.get("scenarios", [])):
        part.pop("seconds", None)
    tree.get("settings", {}).pop("timings", None)
    return dict(tree)


def assert_alike(one: Path, other: Path) -> None:
    """Two comparisons hold the same files, the same to the byte but for times."""
    files = {path.relative_to(one) for path in one.rglob("*") if path.is_file()}
    assert files == {path.relative_to(other) for path in other.rglob("*") if path.is_file()}
    for name in sorted(files):
        if name.name not in TIMED:
            assert (one / name).read_bytes() == (other / name).read_bytes(), name
        elif name.suffix == ".json":
            assert without_times(one / name) == without_times(other / name), name


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The comparison of the small study, solved in one process without a stop. Its study lies beside it, and
    serves all: written anew its files would not be the same."""
    home = tmp_path_factory.mktemp("undisturbed")
    finished(start(write_few(home / "study"), home / "out", "--workers", "1"))
    return home / "out"


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.timeout(900)
def test_killed_after_the_first_scenario_it_goes_on_with_the_second(undisturbed: Path, workers: str) -> None:
    """``kill -9``: what is finished is not solved again, and the folder is that of the undisturbed one."""
    home = undisturbed.parent
    study, out = home / "study" / "study.toml", home / f"killed-{workers}"
    process = start(study, out, "--workers", workers)
    wait_until(lambda: bool(kept(out)), process)
    process.send(signal.SIGKILL)
    process.communicate(timeout=60)
    before = {path: path.stat().st_mtime_ns for path in kept(out)}
    assert before
    assert not out.exists()
    said = finished(start(study, out, "--workers", workers))
    solves = len(kept(undisturbed))
    assert f"{solves - len(before)} solves in" in said
    assert f"{len(before)} found solved already" in said
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert [path.name for path in kept(out)] == [path.name for path in kept(undisturbed)]
    assert_alike(out, undisturbed)
    assert not list(home.glob(f".{out.name}.draft-*"))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_two_workers_leave_what_one_leaves(undisturbed: Path) -> None:
    """Every certificate, table, layer and map is the same, the scenario without a plan included."""
    home = undisturbed.parent
    out = home / "two"
    said = finished(start(home / "study" / "study.toml", out, "--workers", "2"))
    assert "found solved already" not in said
    assert_alike(out, undisturbed)


@pytest.mark.slow
def test_the_same_command_again_solves_nothing(undisturbed: Path) -> None:
    """All is kept: the reason why a scenario has no plan as well."""
    said = finished(start(undisturbed.parent / "study" / "study.toml", undisturbed, "--workers", "1"))
    assert f"0 solves in 0.0 s of solving, {len(kept(undisturbed))} found solved already" in said
    assert "strict has no plan as it stands" in said


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C in another way")
@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_once_ends_with_the_scenarios_solved_so_far(tmp_path: Path, workers: str) -> None:
    """The folder holds the first plan at least; the same command then solves what is missing."""
    study, out = write_few(tmp_path / "study"), tmp_path / "out"
    process = start(study, out, "--workers", workers)
    wait_until(lambda: bool(kept(out)), process)
    process.send(signal.SIGINT, group=True)
    said, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    assert "Traceback" not in err
    record = json.loads((out / "comparison.json").read_text(encoding="utf-8"))
    names = [each["name"] for each in (*record["scenarios"], *record["left_out"])]
    assert sorted(names) == ["airport", "base", "strict"]
    assert record["scenarios"][0]["name"] == "base"
    if not record["left_out"]:
        pytest.skip("it was done before it could be stopped")
    said = finished(start(study, out, "--workers", workers))
    assert "found solved already" in said
    record = json.loads((out / "comparison.json").read_text(encoding="utf-8"))
    assert record["left_out"] == []
