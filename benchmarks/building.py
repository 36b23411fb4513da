"""Building and solving the exact model: ``python -m benchmarks.building`` prints where its seconds go.

The model is written twice in the house, as Pyomo algebra and as arrays (docs/exact.md says why); this
measures what each costs, beside the relaxation and the integer program themselves.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from benchmarks.table import seconds as shown
from benchmarks.table import table
from formulations.core.problem import LayoutProblem
from formulations.core.solution import SolveSettings, Watch
from formulations.exact.handover import program_of
from formulations.exact.highs import solve
from formulations.exact.model import exact_model, solve_exact
from formulations.exact.presolve import reduce_problem
from formulations.exact.program import layout_program
from instances.demo import write_demo
from planner.plans.optimise import load

_T = TypeVar("_T")


def measure(problem: LayoutProblem, gap: float, seconds: float) -> list[tuple[str, float, str]]:
    """(step, seconds, what came out) of building and solving one problem in every way."""
    rows: list[tuple[str, float, str]] = []

    def timed(step: str, work: Callable[[], _T], say: Callable[[_T], str]) -> _T:
        began = time.perf_counter()
        result = work()
        rows.append((step, time.perf_counter() - began, say(result)))
        return result

    settings, watch = SolveSettings(gap=gap, time_limit=seconds), Watch()
    reduction = timed(
        "fold what is locked", lambda: reduce_problem(problem), lambda r: f"{len(r.free):,} undecided units"
    )
    model = timed("Pyomo model", lambda: exact_model(problem), lambda m: f"{len(m.x):,} choices")
    handed = timed(
        "Pyomo model to matrix", lambda: program_of(model), lambda h: f"{h.program.matrix.shape[0]:,} rows"
    )
    program = timed(
        "arrays to matrix", lambda: layout_program(reduction), lambda p: f"{p.matrix.shape[0]:,} rows"
    )
    timed("relaxation", lambda: solve(program.relaxed, settings, watch), lambda o: str(o.termination))
    timed(
        "whole, one integer program",
        lambda: solve(handed.program, settings, watch),
        lambda o: str(o.termination),
    )
    timed("solve_exact", lambda: solve_exact(problem, settings, watch), lambda s: f"room {s.room:.4g} t")
    return rows


def main(arguments: list[str] | None = None) -> None:
    """Measure a demo county and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.building", description=__doc__)
    parser.add_argument("--size", type=int, default=100, help="cells a side")
    parser.add_argument("--gap", type=float, default=1e-3)
    parser.add_argument("--seconds", type=float, default=300.0, help="at most, for each solve")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="sansheng-building-") as folder:
        problem = load(write_demo(Path(folder), given.size)).problem
    limits = len(problem.rows)
    print(f"{len(problem):,} cells, {len(problem.class_names)} classes, {limits} limits\n")
    rows = [(step, shown(taken), said) for step, taken, said in measure(problem, given.gap, given.seconds)]
    print(table(("step", "time", ""), rows))


if __name__ == "__main__":
    main()
