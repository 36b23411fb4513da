"""Warm solves: one thing of a study changed after a solve, in one process: ``python -m benchmarks.warm``.

Processor seconds in the solver on the demo county of 316 x 316 cells (99,856), cold and begun from what the
first solve left (``Solution.warm_start``: prices of the limits by name, the plan, three layouts): a weight of
the objective a tenth higher, a limit two thousandths tighter, a fiftieth of the land locked as by another red
line, and the same study with other numbers of threads. ``--pieces`` keeps the least sizes of new land, which
are built once a plan is there.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.studies import demo
from formulations.core.problem import LayoutProblem
from formulations.core.solution import SolveSettings, WarmStart, Watch
from formulations.solving import solve
from planner.plans.optimise import load


def changed(problem: LayoutProblem) -> Iterator[tuple[str, LayoutProblem]]:
    """The problem with one thing changed, by what that is."""
    (first, (weight, part), *others), limit = problem.parts, problem.limits[0]
    yield "a weight", replace(problem, parts=(first, (1.1 * weight, part), *others))
    moved = replace(limit, at_least=1.002 * limit.at_least, at_most=0.998 * limit.at_most)
    yield "a limit", replace(problem, limits=(moved, *problem.limits[1:]))
    options, count = problem.options, len(problem)
    kind, land = options.kind.copy(), slice(count // 2, count // 2 + count // 50)
    kind[land] = len(options.allowed) + problem.today[land]
    allowed = np.vstack([options.allowed, np.eye(options.classes, dtype=bool)])
    yield "a red line", replace(problem, options=replace(options, kind=kind, allowed=allowed, without={}))


def row(name: str, problem: LayoutProblem, settings: SolveSettings, warm: WarmStart | None) -> str:
    """A row of the table: cold and warm seconds, and the room that is left."""
    told, asked = [name], 0.0
    for begin in (None, warm):
        began = time.process_time()
        found = solve(problem, settings, Watch(), begin)
        told += [f"{time.process_time() - began:.2f}", str(found.iterations), f"{found.room:.3g}"]
        asked = found.wanted
    return f"| {' | '.join(told)} | {asked:.3g} |"


def main(arguments: list[str] | None = None) -> None:
    """Solve once, change one thing after another, and print a row of a table for each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.warm", description=__doc__)
    parser.add_argument("--size", type=int, default=316, help="cells a side")
    parser.add_argument("--pieces", action="store_true", help="keep least sizes of new land")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="sansheng-warm-") as folder:
        problem = load(demo(given.size)(Path(folder))).problem
    problem = problem if given.pieces else replace(problem, sizes=None)
    settings = SolveSettings(gap=1e-3)
    solve(problem, settings, Watch())  # what loads once is not measured
    warm = solve(problem, settings, Watch()).warm_start
    print("| changed | cold, cpu s | rounds | room | warm, cpu s | rounds | room | asked |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |", flush=True)
    for name, other in changed(problem):
        print(row(name, other, settings, warm), flush=True)
    for threads in (1, 2):
        print(row(f"{threads} threads", problem, replace(settings, threads=threads), warm), flush=True)


if __name__ == "__main__":
    main()
