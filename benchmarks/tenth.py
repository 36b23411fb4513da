"""Headline figures at the gap that a study asks for and at a tenth of it: ``python -m benchmarks.tenth``.

What a planner would quote of a plan should not hang on where the search happened to stop. For the demo
county of three sizes and the real studies: room to the bound, seconds of the processor until the plan is
certified, and net emissions, connectivity and changed land at both gaps, and by how much they differ.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.studies import SHARED, STUDIES, demo
from planner.plans.optimise import load, optimise

FIGURES = ("net_emissions", "blue_green_compactness", "changed_area")
REAL = ("dongguan_300m", "dongguan_100m", "wuxi_parcels", "hannover_clc")


def studies(folder: Path, sizes: list[int]) -> Iterator[tuple[str, Path]]:
    """The studies by name; real ones where their data are beside the checkout."""
    for size in sizes:
        for pieces in (False, True):
            name = f"demo county, {size} × {size}{', in pieces' if pieces else ''}"
            yield name, demo(size, pieces)(folder / f"{size}{pieces}")
    if SHARED.is_dir():
        for name in REAL:
            yield name, STUDIES / f"{name}.toml"


def measure(path: Path, seconds: float) -> Iterator[tuple[float, list[float], list[float]]]:
    """At the study's gap and a tenth of it: the gap, room and seconds, and the figures."""
    loaded = load(path)
    own = loaded.study.solver.gap
    for gap in (own, own / 10):
        began = time.process_time()
        plan = optimise(loaded, gap=gap, time_limit=seconds)
        spent = time.process_time() - began
        values = [plan.certificate.indicators[name].value for name in FIGURES]
        yield gap, [plan.solution.room, plan.solution.wanted, spent], values


def main(arguments: list[str] | None = None) -> None:
    """Solve every study twice and print two rows of a table for each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tenth", description=__doc__)
    parser.add_argument("--size", type=int, nargs="*", default=[100, 200, 1000], help="of the demo county")
    parser.add_argument("--seconds", type=float, default=300.0, help="at most, for each solve")
    given = parser.parse_args(arguments)
    print("| study | gap | room | asked | cpu s | net, t/yr | connectivity, km | changes, ha | moved |")
    print("| --- |" + " ---: |" * 8, flush=True)
    with tempfile.TemporaryDirectory(prefix="sansheng-tenth-") as folder:
        for name, path in studies(Path(folder), given.size):
            first: list[float] = []
            for gap, effort, values in measure(path, given.seconds):
                shares = [abs(new / old - 1) for old, new in zip(first, values, strict=False) if old]
                told = [f"{each:,.3g}" for each in effort] + [f"{each:,.1f}" for each in values]
                moved = f"{100 * max(shares):.2f} %" if shares else ""
                print(f"| {'' if first else name} | {gap:g} | {' | '.join(told)} | {moved} |", flush=True)
                first = first or values


if __name__ == "__main__":
    main()
