"""The suite: every case and every peer in a process of its own, one after the other."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from benchmarks.machine import machine
from benchmarks.records import CaseRecord, PeerRecord, Results, gap_to
from benchmarks.registry import PEER_SECONDS, QUICK_SECONDS, Case, named
from benchmarks.studies import ROOT

_GRACE_S = 120.0
"""Seconds beyond those allowed after which a peer's process is ended."""


class Fault(Exception):
    """A job ended without an answer; the sentence says how."""


class Skipped(Fault):
    """The data of a case are missing."""


def run_suite(
    cases: Iterable[Case],
    work: Path,
    *,
    quick: bool = False,
    peers: bool = True,
    tell: Callable[[Results], None] = lambda results: None,
) -> Results:
    """Measure the cases in turn; ``tell`` hears of the results after every process. Studies and plans lie in
    ``work`` only while they are needed."""
    results = Results(machine(), quick)
    work.mkdir(parents=True, exist_ok=True)
    if not quick:
        _warm(work / "warm")
    for case in cases:
        folder = work / case.name
        shutil.rmtree(folder, ignore_errors=True)
        record = None
        try:
            study = _study(case, folder, quick)
            record = measure_case(case, study, folder / "plan")
        except Fault as fault:
            results.cases.append(
                CaseRecord(case.name, case.gap, fault=str(fault), absent=isinstance(fault, Skipped))
            )
            tell(results)
            continue
        results.cases.append(record)
        tell(results)
        for name in case.peers if peers else ():
            seconds = QUICK_SECONDS if quick else PEER_SECONDS[name]
            results.peers.append(measure_peer(case, study, name, seconds, record))
            tell(results)
        shutil.rmtree(folder, ignore_errors=True)
    return results


def measure_case(case: Case, study: Path, out: Path) -> CaseRecord:
    """Solve one case's study in a process of its own; ``Fault`` where it does not come to an end."""
    began, since = time.perf_counter(), time.time()
    answer = job(
        "run", str(study), "--folder", str(out), "--gap", str(case.gap),
        "--method", case.method, "--since", repr(since),
    )  # fmt: skip
    seconds = time.perf_counter() - began
    return CaseRecord(case.name, case.gap, command_s=seconds, **_finite(answer))


def measure_peer(case: Case, study: Path, name: str, seconds: float, ours: CaseRecord) -> PeerRecord:
    """Let one peer try a case's study in a process of its own, and hold its layout against our bound. It is
    asked for the same room as we are, as a share of the whole objective."""
    share = case.gap if ours.scale is None else case.gap * ours.scale / max(1e-9, abs(ours.objective or 0.0))
    try:
        answer = job(
            "peer", name, "--study", str(study), "--gap", repr(share), "--seconds", str(seconds),
            timeout=2 * seconds + _GRACE_S,
        )  # fmt: skip
    except Fault as fault:
        return PeerRecord(case.name, name, seconds, fault=str(fault))
    gap = gap_to(ours.bound, answer.get("objective"), ours.scale)
    return PeerRecord(case.name, name, seconds, gap=gap, **_finite(answer))


def job(*arguments: str, timeout: float | None = None) -> dict[str, Any]:
    """The answer of ``benchmarks.work`` in a process of its own; ``Fault`` where there is none."""
    command = [sys.executable, "-m", "benchmarks.work", *arguments]
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False, encoding="utf-8"
        )
    except subprocess.TimeoutExpired:
        raise Fault(f"did not end within {timeout:,.0f} s") from None
    if done.returncode < 0:
        raise Fault(f"was ended by signal {-done.returncode} (9: out of memory, mostly)")
    if done.returncode > 0:
        raise Fault((done.stderr.strip().splitlines() or ["ended without a word"])[-1])
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def _study(case: Case, folder: Path, quick: bool) -> Path:
    """The case's study, made in a process of its own."""
    answer = job("make", case.name, "--folder", str(folder / "study"), *(["--quick"] if quick else []))
    if "absent" in answer:
        raise Skipped(f"skipped: {answer['absent']}")
    return Path(answer["study"])


def _warm(folder: Path) -> None:
    """Before anything is measured: the first solve on a machine compiles the minimum cut."""
    study = _study(named("demo-200"), folder, quick=True)
    job("run", str(study), "--folder", str(folder / "plan"), "--method", "decompose")
    shutil.rmtree(folder, ignore_errors=True)


def _finite(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer without numbers that are none."""
    return {
        key: None if isinstance(value, float) and not math.isfinite(value) else value
        for key, value in answer.items()
    }
