"""Killed at any moment, a sweep goes on where it was and ends as if nothing had happened."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import pytest

from tests.support.small_study import write_study
from tests.support.started import Started

ROOT = Path(__file__).resolve().parents[3]
KILLS = 10


def start(study: Path, out: Path, *words: str) -> Started:
    """A front as a planner types it, begun in a process group of its own."""
    asked = ["pareto", str(study), "--x", "net_emissions", "--y", "area.cropland", "--points", "7"]
    return Started([*asked, "--out", str(out), *words], ROOT, study.parent)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def solves(out: Path) -> int:
    """How many answers are kept beside a folder."""
    return len(list((out.parent / f".{out.name}.solves").glob("*.npz")))


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("words", [("--workers", "1"), ("--workers", "2")])
@pytest.mark.timeout(900)
def test_killed_ten_times_a_sweep_ends_as_the_undisturbed_one(tmp_path: Path, words: tuple[str, str]) -> None:
    """``kill -9`` at random moments, ten times: the folder is the same to the byte, nothing is solved twice,
    and no draft is left beside it."""
    study = write_study(tmp_path / "study")
    undisturbed, out = tmp_path / "a" / "front", tmp_path / "b" / "front"
    began = time.monotonic()
    process = start(study, undisturbed, *words)
    _, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    length = time.monotonic() - began
    chance, kept = random.Random(7), 0
    for _ in range(KILLS):
        process = start(study, out, *words)
        time.sleep(chance.uniform(0.3, 1.0) * length)
        process.send(signal.SIGKILL)
        process.communicate(timeout=60)
        assert solves(out) >= kept
        kept = solves(out)
    process = start(study, out, *words)
    _, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    assert contents(out) == contents(undisturbed)
    assert solves(out) == solves(undisturbed)
    assert {path.name for path in out.parent.iterdir()} == {"front", ".front.solves"}


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C in another way")
@pytest.mark.parametrize("words", [("--workers", "1"), ("--workers", "2")])
def test_ctrl_c_keeps_what_is_solved(tmp_path: Path, words: tuple[str, str]) -> None:
    """It ends soon with 130 and a sentence, writes no folder, and the next command finds what was solved."""
    study, out = write_study(tmp_path / "study"), tmp_path / "front"
    process = start(study, out, *words)
    waited = time.monotonic() + 120
    while solves(out) < 2 and process.poll() is None and time.monotonic() < waited:
        time.sleep(0.02)
    process.send(signal.SIGINT, group=True)
    _, err = process.communicate(timeout=60)
    if process.returncode == 0:
        pytest.skip("it was done before it could be stopped")
    assert process.returncode == 130, err
    assert "finished solves are kept" in err
    assert "Traceback" not in err
    assert not out.exists()
    process = start(study, out, *words)
    said, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    assert "found solved already" in said
