"""One job in a process of its own: make a study, solve it as ``sansheng run`` does, or let a peer try.

The last line on standard output is the answer as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.machine import peak_gb
from benchmarks.registry import named
from benchmarks.studies import Absent
from planner.runs.folder import fill
from planner.runs.second import second
from planner.runs.whole import whole_folder


def make(case_name: str, folder: Path, quick: bool) -> dict[str, Any]:
    """Make a case's study; where it is, or why it cannot be made."""
    case = named(case_name)
    try:
        study = (case.quick if quick else case.study)(folder)
    except Absent as reason:
        return {"absent": str(reason)}
    return {"study": str(study)}


def run(study: Path, out: Path, gap: float, method: str, since: float) -> dict[str, Any]:
    """Solve a study and write its folder; ``since`` is when the process was asked for [s since the epoch]."""
    import formulations.column_generation.decompose
    import formulations.exact.model  # noqa: F401 - solvers load here, so that loading them counts as the start
    from planner.plans.optimise import load, optimise

    split = {"start": time.time() - since}

    @contextmanager
    def timed(part: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        split[part] = time.perf_counter() - began

    loaded = load(study)
    with timed("read"):
        _ = loaded.instance
    with timed("pose"):
        problem = loaded.problem
    with second(len(problem)) as beside:
        spent = time.process_time()
        with timed("certify"):
            plan = optimise(loaded, gap=gap, method=method)
        spent = time.process_time() - spent
        split["certify"] -= plan.solution.seconds
        with timed("write"), whole_folder(out) as draft:
            fill(plan, draft, beside=beside)
    certificate = plan.certificate
    return {
        "cells": len(problem),
        "classes": len(problem.class_names),
        "limits": len(problem.rows),
        "method": certificate.method,
        "iterations": plan.solution.iterations,
        "objective": certificate.objective,
        "bound": certificate.bound,
        "gap": certificate.gap,
        "scale": None if certificate.decided is None else certificate.decided.scale,
        "solver_s": plan.solution.seconds,
        "solver_cpu_s": spent,
        "command_cpu_s": sum(os.times()[:4]),
        "peak_gb": peak_gb(),
        "split": split | {part: float(seconds) for part, seconds in plan.solution.timings.items()},
    }


def peer(name: str, study: Path, gap: float, seconds: float) -> dict[str, Any]:
    """Let a peer try a study's layout problem for some seconds, and judge its layout by our own measure."""
    from benchmarks.peers import judge, peer_named
    from planner.plans.optimise import load

    problem = load(study).problem
    found = peer_named(name)(problem, gap, seconds)
    answer: dict[str, Any] = {"seconds": found.seconds, "note": found.note, "peak_gb": peak_gb()}
    if found.layout is not None:
        answer |= judge(problem, found.layout)
    return answer


def main(arguments: list[str] | None = None) -> None:
    """Do one job and print its answer."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.work", description=__doc__)
    parser.add_argument("job", choices=("make", "run", "peer"))
    parser.add_argument("subject", help="make: the case; run: the study; peer: the peer")
    parser.add_argument("--study", type=Path)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--gap", type=float, default=1e-3)
    parser.add_argument("--method", default="auto")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--since", type=float, default=0.0)
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args(arguments)
    if given.job == "make":
        answer = make(given.subject, given.folder, given.quick)
    elif given.job == "run":
        answer = run(Path(given.subject), given.folder, given.gap, given.method, given.since)
    else:
        answer = peer(given.subject, given.study, given.gap, given.seconds)
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
