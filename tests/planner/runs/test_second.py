"""A second process beside the first writes the same files, hands on what goes wrong, and may die."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from planner import load, optimise, run, verify
from planner.plans.plan import Plan
from planner.runs import second as module
from planner.runs.folder import declared, fill
from planner.runs.second import Second, received, second, send
from tests.support.small_study import write_quick_study


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """The plan of the small study."""
    return optimise(load(write_quick_study(tmp_path_factory.mktemp("second") / "study")))


def files(folder: Path) -> dict[str, bytes]:
    """Every file of a folder; a database and an archive keep the time at which they were written."""
    kept = [path for path in folder.iterdir() if path.suffix not in {".gpkg", ".qgz", ".xlsx"}]
    return {path.name: path.read_bytes() for path in kept}


def test_two_processes_write_what_one_writes(plan: Plan, tmp_path: Path) -> None:
    """Byte for byte, but for files that keep the time at which they were written."""
    alone, together = tmp_path / "a" / "out", tmp_path / "b" / "out"
    for folder in (alone, together):
        folder.mkdir(parents=True)
    fill(plan, alone)
    process = Second()
    try:
        fill(plan, together, beside=process)
    finally:
        process.end()
    assert {path.name for path in together.iterdir()} == declared(plan)
    ours, theirs = files(together), files(alone)
    del ours["certificate.json"], theirs["certificate.json"]  # hashes of the files that keep times
    assert ours == theirs
    assert verify(together).holds


def test_a_large_run_has_a_second_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the least size on, and its folder holds what it declares."""
    monkeypatch.setattr(module, "LEAST", 1)
    monkeypatch.setattr(module.os, "cpu_count", lambda: 2)
    begun: list[Second] = []
    whole = Second.__init__

    def counted(self: Second) -> None:
        whole(self)
        begun.append(self)

    monkeypatch.setattr(Second, "__init__", counted)
    result = run(write_quick_study(tmp_path / "study"), out=tmp_path / "out")
    (process,) = begun
    assert process._process.returncode is not None
    assert {path.name for path in (tmp_path / "out").iterdir()} == declared(result.plan)
    assert verify(tmp_path / "out").holds


@pytest.mark.parametrize("units", [0, 99_999, 10_000_000])
def test_small_and_huge_plans_have_none(units: int) -> None:
    """It would take longer to start than it saves, or hold the plan twice where memory is short."""
    with second(units) as process:
        assert process is None


def test_where_it_cannot_be_started_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """An interpreter that is gone is no reason to fail."""
    monkeypatch.setattr(module.sys, "executable", "/nowhere/python")
    with second(200_000) as process:
        assert process is None


def test_what_it_cannot_write_is_told(plan: Plan, tmp_path: Path) -> None:
    """A file that is in the way is the same error as in one process."""
    folder = tmp_path / "out"
    (folder / "map.png").mkdir(parents=True)
    process = Second()
    try:
        with pytest.raises(IsADirectoryError, match=r"map\.png"):
            fill(plan, folder, beside=process)
    finally:
        process.end()


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_process_that_dies_leaves_the_work_to_the_first(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """Before the plan is sent or after it: the folder is whole."""
    folder = tmp_path / "out"
    folder.mkdir()
    process = Second()
    if when == "before":
        process._process.kill()
        process._process.wait()
    else:
        answer = Second.answer
        monkeypatch.setattr(Second, "answer", lambda self: (self._process.kill(), answer(self))[1])
    fill(plan, folder, beside=process)
    process.end()
    assert {path.name for path in folder.iterdir()} == declared(plan)
    assert verify(folder).holds


def test_a_plan_that_cannot_be_sent_is_written_here(plan: Plan, tmp_path: Path) -> None:
    """Something in it that no process hands on, a function say: nothing is sent."""
    process = Second()
    try:
        assert not process.ask(lambda: plan, tmp_path, [])  # type: ignore[arg-type]
    finally:
        process.end()


def test_it_ends_with_the_first_process() -> None:
    """Its input ends where the first process ends, and so does it."""
    process = Second()
    assert process._process.stdin is not None
    process._process.stdin.close()
    assert process._process.wait(60) == 0
    process.end()


def test_what_is_sent_arrives() -> None:
    """Arrays of any kind, of any size and none, that may be changed."""
    sent = {
        "a": np.arange(6).reshape(2, 3)[:, ::2],
        "b": np.zeros(0),
        "c": "三生",
        "d": np.asfortranarray(np.eye(3)),
    }
    stream = io.BytesIO()
    send(stream, sent)
    stream.seek(0)
    found = received(stream)
    assert found["c"] == "三生"
    for name in "abd":
        np.testing.assert_array_equal(found[name], sent[name])
        found[name].fill(1)
    with pytest.raises(EOFError):
        received(io.BytesIO(stream.getvalue()[:-1]))
