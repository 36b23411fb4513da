from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from formulations.core.rows import Prices, RowKey
from formulations.core.solution import Step, Termination, WarmStart
from formulations.infeasible import Infeasibility, Relaxation
from formulations.sampling.cuts import Cut
from formulations.sampling.questions import Answer
from formulations.sampling.records import RunRecord
from planner.sweeps.store import STALE_S, UNFINISHED, Store, key_of, program_hash, work_folder

KEPT = Answer(
    key="ab" * 32,
    termination=Termination.GAP,
    method="decompose",
    layout=np.array([3, 1, 2], dtype=np.uint8),
    objective=1 / 3,
    bound=-np.inf,
    prices=Prices(
        (RowKey("area.cropland", "townships", "东镇"), RowKey("changed_area")), np.array([0.1, -2.0])
    ),
    reason="as asked",
    iterations=7,
    gap=1e-6,
    seconds=1.5,
    cut=Cut({"net_emissions": 1.0}, 0.1),
)


def test_an_answer_comes_back_as_it_was(tmp_path: Path) -> None:
    """Every figure is the same to the last digit, infinities and Chinese names included."""
    store = Store(tmp_path / "solves")
    assert store.get(KEPT.key) is None
    store.put(KEPT)
    again = store.get(KEPT.key)
    assert again is not None
    assert (again.layout == KEPT.layout).all()  # type: ignore[union-attr]
    assert again.layout is not None
    assert again.layout.dtype == np.uint8
    assert again.prices.keys == KEPT.prices.keys
    assert (again.prices.values == KEPT.prices.values).all()
    for name in ("key", "termination", "method", "objective", "bound", "reason", "gap", "cut"):
        assert getattr(again, name) == getattr(KEPT, name)
    assert KEPT.key in store
    assert len(store) == 1


def test_the_record_of_a_run_comes_back(tmp_path: Path) -> None:
    """Log, timings, what similar solves begin from, and why there is no plan."""
    move = Relaxation("area.cropland (东镇)", "limits[0]", "limit", 6.5, "ha", 50.0, 43.5)
    record = RunRecord(
        (Step("bound", 0.5, None, -1.5, 3), Step("plan", 1.0, 2.0, -1.0, 4)),
        {"price": 0.25},
        WarmStart(
            Prices((RowKey("area.cropland", "townships", "东镇"),), np.array([0.1])),
            (np.array([1, 1, 2], dtype=np.uint8),),
        ),
        Infeasibility((move,), (), proven=False),
    )
    store = Store(tmp_path)
    store.put(replace(KEPT, record=record))
    again = store.get(KEPT.key)
    assert again is not None
    assert again.record is not None
    assert (again.record.steps, again.record.timings) == (record.steps, record.timings)
    assert again.record.why == record.why
    assert again.record.warm_start.prices.keys == record.warm_start.prices.keys
    assert again.record.warm_start.prices.values == pytest.approx(record.warm_start.prices.values)
    (layout,) = again.record.warm_start.layouts
    assert layout.dtype == np.uint8
    assert layout.tolist() == [1, 1, 2]


def test_without_a_folder_nothing_is_kept() -> None:
    """A sweep of a script that names no folder leaves nothing behind."""
    store = Store(None)
    store.put(KEPT)
    store.tidy()
    assert KEPT.key not in store
    assert len(store) == 0


def test_an_answer_without_a_layout_is_kept_too(tmp_path: Path) -> None:
    """That there is no plan is not found out twice."""
    store = Store(tmp_path)
    store.put(replace(KEPT, layout=None, termination=Termination.INFEASIBLE, cut=None))
    again = store.get(KEPT.key)
    assert again is not None
    assert again.layout is None
    assert again.termination is Termination.INFEASIBLE


@pytest.mark.parametrize("left", [0, 1, 40, -1])
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, left: int) -> None:
    """A file cut off by a power failure, or of another key, is solved again and not believed."""
    store = Store(tmp_path)
    store.put(KEPT)
    path = tmp_path / f"{KEPT.key}.npz"
    path.write_bytes(path.read_bytes()[:left])
    assert store.get(KEPT.key) is None
    store.put(KEPT)
    path.rename(tmp_path / "other.npz")
    assert store.get("other") is None


def test_what_a_killed_command_left_is_swept_away(tmp_path: Path) -> None:
    """Half-written files go once they are too old to be in use; young ones stay."""
    old, young = (tmp_path / f"key{UNFINISHED}{name}" for name in ("old", "young"))
    for path in (old, young):
        path.write_bytes(b"half")
    past = time.time() - STALE_S - 10
    os.utime(old, (past, past))
    Store(tmp_path).tidy()
    assert not old.exists()
    assert young.exists()


def test_a_key_is_the_hash_of_what_decides() -> None:
    """The order of a tree does not matter; any value, type or shape of an array does."""
    tree = {"a": 1.0, "b": np.arange(4, dtype=np.uint8)}
    assert key_of(tree) == key_of({"b": np.arange(4, dtype=np.uint8), "a": 1.0})
    for other in (
        {"a": 1.5, "b": np.arange(4, dtype=np.uint8)},
        {"a": 1.0, "b": np.arange(4, dtype=np.int64)},
        {"a": 1.0, "b": np.arange(4, dtype=np.uint8).reshape(2, 2)},
        {"a": 1.0, "b": np.array([0, 1, 2, 4], dtype=np.uint8)},
    ):
        assert key_of(tree) != key_of(other)
    with pytest.raises(TypeError, match="decides no answer"):
        key_of({"a": object()})


def test_the_program_is_part_of_what_decides() -> None:
    """Its hash is the same all through a run."""
    assert program_hash() == program_hash()
    assert len(program_hash()) == 64


def test_the_work_lies_beside_the_result(tmp_path: Path) -> None:
    """The folder of a result holds the result alone."""
    assert work_folder(tmp_path / "out" / "front") == (tmp_path / "out" / ".front.solves").resolve()
