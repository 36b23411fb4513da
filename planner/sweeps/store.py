"""What finished solves left, kept at once and found again by what decides them.

One file an answer, named by its key: the hash of the inputs, the scenario, the question, the settings and the
program. A file is there whole or not at all, so that a command that was killed goes on where it was.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import time
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import formulations
import instances
from formulations.core.nearness import Nearness, Towards
from formulations.core.patch_sizes import Patched
from formulations.core.rows import Prices, RowKey
from formulations.core.solution import Step, Termination, WarmStart
from formulations.sampling.cuts import Cut
from formulations.sampling.questions import Answer
from formulations.sampling.records import RunRecord
from planner.plans.versions import versions
from planner.runs.whole import sync_folder
from words.said import as_data, told_again

if TYPE_CHECKING:
    from formulations.infeasible import Infeasibility

ENDING = ".npz"
UNFINISHED = ".part-"
STALE_S = 3600.0
_NO_LAYOUT = "none"


class Store:
    """A folder of answers. It may be deleted at any time: what it held is then solved again.

    Without a folder nothing is kept.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def __len__(self) -> int:
        return 0 if self.folder is None else len(list(self.folder.glob(f"*{ENDING}")))

    def __contains__(self, key: str) -> bool:
        return self.get(key) is not None

    def tidy(self) -> None:
        """Delete what killed commands left half-written, once it is too old to be in use."""
        if self.folder is None:
            return
        for draft in self.folder.glob(f"*{UNFINISHED}*"):
            with suppress(OSError):
                if time.time() - draft.stat().st_mtime > STALE_S:
                    draft.unlink()

    def get(self, key: str) -> Answer | None:
        """The answer kept under a key; None where there is none, or its file is damaged."""
        if self.folder is None:
            return None
        try:
            path = self.folder / f"{key}{ENDING}"
            with path.open("rb") as stream, np.load(stream, allow_pickle=False) as kept:
                told = json.loads(bytes(kept["told"]).decode())
                layout = None if told["layout"] == _NO_LAYOUT else kept["layout"]
                prices, carried = kept["prices"], kept["carried"]
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
            return None
        return _answer(key, told, layout, prices, carried) if told.get("key") == key else None

    def put(self, answer: Answer) -> None:
        """Keep an answer: on the disk when this returns, and never half of it."""
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self.folder / f"{answer.key}{UNFINISHED}{secrets.token_hex(4)}"
        try:
            with draft.open("wb") as stream:
                stream.write(_bytes(answer))
                stream.flush()
                os.fsync(stream.fileno())
            draft.replace(self.folder / f"{answer.key}{ENDING}")
        finally:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
        sync_folder(self.folder)


def work_folder(out: Path) -> Path:
    """The folder beside ``out`` in which its sweep keeps what it has solved."""
    out = out.resolve()
    return out.parent / f".{out.name}.solves"


def key_of(tree: Mapping[str, Any]) -> str:
    """The key of everything that decides an answer: a tree of plain values and arrays."""
    text = json.dumps(tree, sort_keys=True, ensure_ascii=False, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def program_hash() -> str:
    """The hash of what the program would do: its own formulations and readers, and the packages they use."""
    digest = hashlib.sha256(json.dumps(versions(), sort_keys=True).encode())
    for package in (formulations, instances):
        for folder in package.__path__:
            for source in sorted(Path(folder).rglob("*.py")):
                digest.update(source.relative_to(folder).as_posix().encode())
                digest.update(source.read_bytes())
    return digest.hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        digest = hashlib.sha256(np.ascontiguousarray(value).tobytes()).hexdigest()
        return [str(value.dtype), list(value.shape), digest]
    raise TypeError(f"{type(value).__name__} decides no answer")


def _bytes(answer: Answer) -> bytes:
    told = {
        "key": answer.key,
        "ending": str(answer.termination),
        "method": answer.method,
        "layout": _NO_LAYOUT if answer.layout is None else "here",
        "objective": answer.objective,
        "bound": answer.bound,
        "priced": answer.prices.keys,
        "proves": answer.prices.proves,
        "reason": as_data(answer.reason),
        "iterations": answer.iterations,
        "gap": answer.gap,
        "wanted": answer.wanted,
        "seconds": answer.seconds,
        "cut": None if answer.cut is None else [dict(answer.cut.weight), answer.cut.least],
        "record": None if answer.record is None else _record_told(answer.record),
        "patched": None if answer.patched is None else asdict(answer.patched),
    }
    carried = () if answer.record is None else answer.record.warm_start.layouts
    layout = np.zeros(0, dtype=np.uint8) if answer.layout is None else answer.layout
    stream = BytesIO()
    text = np.frombuffer(json.dumps(told).encode(), dtype=np.uint8)
    kept = np.array(carried, dtype=layout.dtype)
    np.savez_compressed(stream, told=text, layout=layout, prices=answer.prices.values, carried=kept)
    return stream.getvalue()


def _record_told(record: RunRecord) -> dict[str, Any]:
    """All of a record but the layouts of its warm start, which are kept as an array."""
    begun = record.warm_start.prices
    return {
        "steps": [asdict(step) for step in record.steps],
        "timings": {stage: float(seconds) for stage, seconds in record.timings.items()},
        "prices": [[*key, value] for key, value in zip(begun.keys, begun.values.tolist(), strict=True)],
        "why": None if record.why is None else asdict(record.why),
        "nearness": None if record.nearness is None else asdict(record.nearness),
    }


def _record(told: Mapping[str, Any], carried: Any) -> RunRecord:
    keys = tuple(RowKey(*key) for *key, _ in told["prices"])
    prices = Prices(keys, np.array([price for *_, price in told["prices"]], dtype=float))
    return RunRecord(
        steps=tuple(Step(**{**step, "running": tuple(step["running"])}) for step in told["steps"]),
        timings=told["timings"],
        warm_start=WarmStart(prices, tuple(carried)),
        why=None if told["why"] is None else _why(told["why"]),
        nearness=_nearness(told["nearness"]),
    )


def _nearness(told: Mapping[str, Any] | None) -> Nearness | None:
    if told is None:
        return None
    first, last = told["pieces"]
    return Nearness(**{**told, "towards": Towards(told["towards"]), "pieces": (first, last)})


def _why(told: Mapping[str, Any]) -> Infeasibility:
    from formulations.infeasible import Infeasibility, Relaxation  # noqa: PLC0415 - loads the solver

    together, alone = (tuple(Relaxation(**each) for each in told[part]) for part in ("together", "alone"))
    return Infeasibility(together, alone, told["proven"])


def _answer(key: str, told: Mapping[str, Any], layout: Any, prices: Any, carried: Any) -> Answer:
    return Answer(
        key=key,
        termination=Termination(told["ending"]),
        method=told["method"],
        layout=layout,
        objective=told["objective"],
        bound=told["bound"],
        prices=Prices(tuple(RowKey(*key) for key in told["priced"]), prices, told["proves"]),
        reason=told_again(told["reason"]),
        iterations=told["iterations"],
        gap=told["gap"],
        wanted=told["wanted"],
        seconds=told["seconds"],
        cut=None if told["cut"] is None else Cut(*told["cut"]),
        record=None if told["record"] is None else _record(told["record"], carried),
        patched=_patched(told["patched"]),
    )


def _patched(told: Mapping[str, Any] | None) -> Patched | None:
    if told is None:
        return None
    pairs = {name: (told[name][0], told[name][1]) for name in ("new_ha", "below_ha")}
    return Patched(cost=told["cost"], floor=told["floor"], **pairs)
