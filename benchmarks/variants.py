"""Masters compared: ``python -m benchmarks.variants`` prints the tables of docs/decomposition.md."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.convergence import Trace, Variant, converge
from benchmarks.studies import Absent, dongguan
from benchmarks.table import seconds as shown
from benchmarks.table import table
from benchmarks.tiles import with_tiles
from formulations.column_generation.decomposition import blocks_of
from formulations.core.problem import LayoutProblem
from instances.demo import write_demo
from instances.units.grid import FloatArray
from planner.plans.optimise import load

NEAR = (1e-4, 1e-5, 1e-6)
"""Distances to the best bound, as shares of it, at which rounds and seconds are told."""
COARSER = 4
"""The coarser copy has so many times fewer cells a side."""


def one_block(problem: LayoutProblem) -> NDArray[np.int32]:
    """The whole area as one block: one column a layout."""
    return np.zeros(len(problem), dtype=np.int32)


def stretches(problem: LayoutProblem) -> NDArray[np.int32]:
    """64 stretches of consecutive units, whatever the districts."""
    units = len(problem)
    return (np.arange(units, dtype=np.int64) * min(64, units) // max(1, units)).astype(np.int32)


VARIANTS = (
    Variant("columns by block, first prices (chosen)", blocks_of, "free", "types"),
    Variant("blocks are 64 stretches, first prices", stretches, "free", "types"),
    Variant("one column a layout, first prices", one_block, "free", "types"),
    Variant("columns by block, box, first prices", blocks_of, "box", "types"),
    Variant("columns by block, smoothed prices, first prices", blocks_of, "smooth", "types"),
    Variant("columns by block, prices begin at 0", blocks_of, "free", "zero"),
    Variant("columns by block, box, prices begin at 0", blocks_of, "box", "zero"),
    Variant("columns by block, prices of a coarser copy", blocks_of, "free", "coarse"),
    Variant("one column a layout, box, first prices", one_block, "box", "types"),
    Variant("one column a layout, smoothed prices, first prices", one_block, "smooth", "types"),
    Variant("one column a layout, prices begin at 0 (textbook)", one_block, "free", "zero"),
)


@dataclass(frozen=True, eq=False)
class Pair:
    """A problem and the same one on a coarser map."""

    name: str
    problem: LayoutProblem
    coarse: LayoutProblem


def pairs(size: int, tiles: int, folder: Path) -> list[Pair]:
    """The demo county as its study has it, and with limits for ``tiles`` x ``tiles`` tiles."""
    fine = load(write_demo(folder / "fine", size))
    coarse = load(write_demo(folder / "coarse", max(20, size // COARSER)))
    found = []
    for name, side in (("the study's own limits", 0), (f"{tiles} × {tiles} tiles", tiles)):
        both = [
            with_tiles(loaded.problem, loaded.instance, side) if side else loaded.problem
            for loaded in (fine, coarse)
        ]
        found.append(Pair(f"{size:,} × {size:,} cells, {name}", *both))
    return found


def real_pair(folder: Path) -> Pair | None:
    """Dongguan at 100 m, with its study at 300 m as the coarser copy; None where the data are missing."""
    try:
        fine, coarse = dongguan()(folder), dongguan(name="dongguan_300m")(folder)
    except Absent:
        return None
    problem = load(fine).problem
    return Pair(f"Dongguan, {len(problem):,} cells of 100 m", problem, load(coarse).problem)


def compare(pair: Pair, variants: Iterable[Variant], gap: float, seconds: float) -> dict[str, Trace]:
    """The trace of every variant on one problem."""
    converge(pair.coarse, VARIANTS[0], None, gap=gap, seconds=1.0)  # what loads once is not measured
    traces = {}
    for variant in variants:
        first, spent = None, 0.0
        if variant.first == "coarse":
            began = time.process_time()
            first = coarse_prices(pair, variant, gap, seconds)
            spent = time.process_time() - began
        traces[variant.name] = converge(pair.problem, variant, first, gap=gap, seconds=seconds, spent=spent)[
            0
        ]
    return traces


def coarse_prices(pair: Pair, variant: Variant, gap: float, seconds: float) -> FloatArray:
    """(rows,) prices of the coarser copy by the rows' keys; 0 where it has no such row."""
    price = converge(pair.coarse, variant, None, gap=gap, seconds=seconds)[1]
    return pair.coarse.prices(price).along(pair.problem.rows)


def comparison(traces: dict[str, Trace]) -> str:
    """Rounds and processor seconds until the bound is near the best one of all."""
    best = max(trace.bound[-1] for trace in traces.values())
    rows = []
    for name, trace in traces.items():
        row = [name]
        for near in NEAR:
            reached = trace.reached(best - near * abs(best))
            row.append("–" if reached is None else f"{reached[0]} / {shown(reached[1])}")
        rows.append((*row, f"{(best - trace.bound[-1]) / max(1e-9, abs(best)):.0e}"))
    head = ("variant", *(f"to {near:g}" for near in NEAR), "left at the end")
    return table(head, rows)


def main(arguments: list[str] | None = None) -> None:
    """Compare the variants and print a table for each problem."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.variants", description=__doc__)
    parser.add_argument("--size", type=int, default=400, help="cells a side")
    parser.add_argument("--tiles", type=int, default=10, help="tiles a side, each with two limits")
    parser.add_argument("--gap", type=float, default=1e-6, help="of master and bound, at the end")
    parser.add_argument(
        "--seconds", type=float, default=120.0, help="of the processor, at most, for each variant"
    )
    parser.add_argument("--real", action="store_true", help="Dongguan at 100 m, where its data are at hand")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="sansheng-variants-") as folder:
        real = real_pair(Path(folder)) if given.real else None
        for pair in [real] if real else pairs(given.size, given.tiles, Path(folder)):
            rows = len(pair.problem.rows)
            print(f"\n{pair.name}, {rows} limits\n", flush=True)
            print(comparison(compare(pair, VARIANTS, given.gap, given.seconds)), flush=True)


if __name__ == "__main__":
    main()
