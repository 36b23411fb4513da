"""Tuning numbers of the engine, one varied at a time: ``python -m benchmarks.tuning`` prints a table a study.

Processor seconds in the solver, the gap at the end and the rounds of column generation, for the value that
the engine has and for others. ``--only NAME`` varies one number, ``--gap`` asks for another gap.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from unittest import mock

import numpy as np
from scipy.ndimage import gaussian_filter

from benchmarks.studies import Absent, demo, dongguan
from benchmarks.table import percent, table
from benchmarks.table import seconds as shown
from formulations.column_generation.decompose import solve_decompose
from formulations.core.indicator import CellTerm, Indicator, PairTerm
from formulations.core.problem import LayoutProblem, Limit, Options
from formulations.core.solution import SolveSettings, Watch
from instances.rules.districts import Districts
from planner.plans.optimise import load

SHARES = (0.30, 0.15, 0.20, 0.05)
"""Least areas of the four classes of the open study."""


@dataclass(frozen=True)
class Knob:
    """A tuning number of a module of ``formulations.column_generation``, and values to try."""

    module: str
    name: str
    values: tuple[object, ...]

    @property
    def path(self) -> str:
        """Where it stands."""
        return f"formulations.column_generation.{self.module}"

    @property
    def own(self) -> object:
        """The value that the engine has."""
        return getattr(import_module(self.path), self.name)


KNOBS = (
    Knob("decompose", "NEGLIGIBLE_GAIN", (0.005, 0.1)),
    Knob("decompose", "STALLED_ROUNDS", (1, 6)),
    Knob("decompose", "TAILING_OFF_ROUNDS", (4, 20)),
    Knob("generation", "NEARER", (0.0, 0.99)),
    Knob("decompose", "PLAN_AT", (0.1, 2.0)),
    Knob("drafting", "RECOMBINED_LAYOUTS", (3, 16)),
    Knob("drafting", "RECOMBINATION_TRIES", (1, 6)),
    Knob("drafting", "OVERSHOOT", (1.0, 3.0)),
    Knob("drafting", "MISS_PENALTY", (5.0, 100.0)),
    Knob("decompose", "REPAIR_UNITS", (1_000, 9_000)),
    Knob("decompose", "RECENT_LAYOUTS", (4, 36)),
    Knob("decompose", "PART_GAP", (0.1, 0.5)),
    Knob("decompose", "EXCHANGES", (20, 200)),
    Knob("decompose", "IN_VAIN", (4, 30)),
    Knob("decompose", "MENDING", (4, 40)),
    Knob("decompose", "POLISHING", (0, 12)),
    Knob("decompose", "RENEWED", (3, 30)),
    Knob("decompose", "TOWARDS", (2, 8)),
    Knob("generation", "FIRST_PENALTY", (10.0, 1e5)),
    Knob("generation", "PENALTY_GROWTH", (2.0, 100.0)),
    Knob("decomposition", "BLOCKS", (1, 16, 256)),
    Knob("recombination", "GROUPS", (300, 6_000)),
    Knob("recombination", "GROUPS_A_ROW", (3, 48)),
)


def open_grid(size: int, seed: int = 7) -> LayoutProblem:
    """Four classes on ``size`` x ``size`` cells of which every one may become each: smooth random costs, a
    least area of each class, and 2 for every edge that cells of the last two classes share."""
    rng, units = np.random.default_rng(seed), size * size
    one, together = np.zeros(units, np.int8), np.array([False, False, True, True])
    index = np.arange(units, dtype=np.int32).reshape(size, size)
    first = np.concatenate([index[:, :-1].ravel(), index[:-1].ravel()])
    second = np.concatenate([index[:, 1:].ravel(), index[1:].ravel()])
    degree = np.bincount(np.concatenate([first, second]), minlength=units)
    cost = np.empty((units, 4))
    for k in range(4):
        field = sum(gaussian_filter(rng.standard_normal((size, size)), s) * s for s in (1.5, 4.0, 10.0))
        field = field + 0.35 * rng.standard_normal((size, size))
        cost[:, k] = 10 * ((field - field.min()) / np.ptp(field)).ravel()
    cost[:, together] += (degree + 0.5 * (4 - degree))[:, None]
    cells = tuple(CellTerm(cost[:, k].copy(), one, np.eye(4)[k][None]) for k in range(4))
    pairs = (PairTerm(first, second, np.full(len(first), -2.0), together),)
    areas = [
        Indicator(f"area.{k}", "cells", (CellTerm(np.ones(units), one, np.eye(4)[k][None]),))
        for k in range(4)
    ]
    limits = tuple(
        Limit(area, Districts.whole(units), np.array([np.ceil(share * units)]), np.array([np.inf]))
        for area, share in zip(areas, SHARES, strict=True)
    )
    options = Options(np.zeros(units, np.int32), np.ones((1, 4), dtype=bool))
    parts = ((1.0, Indicator("cost", "1", cells, pairs)),)
    return LayoutProblem(
        options, parts, limits, ("farm", "living", "green", "blue"), cost.argmin(1).astype(np.uint8)
    )


def studies(folder: Path, sizes: list[int], open_size: int) -> Iterator[tuple[str, LayoutProblem]]:
    """Demo counties, Dongguan at 300 m where its data are at hand, and a study in which all is open."""
    for size in sizes:
        yield f"Demo county, {size} × {size} cells", load(demo(size)(folder / str(size))).problem
    try:
        yield "Dongguan, 300 m", load(dongguan(name="dongguan_300m")(folder / "dongguan")).problem
    except Absent as why:
        print(why)
    yield f"Everything open, {open_size} × {open_size} cells", open_grid(open_size)


def solved(problem: LayoutProblem, settings: SolveSettings) -> tuple[str, str, str]:
    """Processor seconds, gap and rounds of one solve."""
    began = time.process_time()
    solution = solve_decompose(problem, settings, Watch())
    return shown(time.process_time() - began), f"{solution.room:.4g}", str(solution.iterations)


def variations(
    problem: LayoutProblem, knobs: tuple[Knob, ...], settings: SolveSettings
) -> list[tuple[str, ...]]:
    """A row for the engine as it is, and one for every other value of every number."""
    solved(problem, settings)  # what loads once is not measured
    rows: list[tuple[str, ...]] = [("as it is", *solved(problem, settings))]
    for knob in knobs:
        own = knob.own
        for value in knob.values:
            with mock.patch.object(import_module(knob.path), knob.name, value):
                rows.append((f"{knob.name} {value} (is {own})", *solved(problem, settings)))
    return rows


def main(arguments: list[str] | None = None) -> None:
    """Vary the numbers and print a table for each study."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tuning", description=__doc__)
    parser.add_argument(
        "--size", type=int, nargs="*", default=[200, 400], help="cells a side of demo counties"
    )
    parser.add_argument("--open", type=int, default=40, help="cells a side of the open study")
    parser.add_argument("--gap", type=float, default=1e-4)
    parser.add_argument("--seconds", type=float, default=20.0, help="at most, for each solve")
    parser.add_argument("--only", choices=[knob.name for knob in KNOBS], help="vary this number alone")
    given = parser.parse_args(arguments)
    knobs = tuple(knob for knob in KNOBS if given.only in (None, knob.name))
    settings = SolveSettings(gap=given.gap, time_limit=given.seconds)
    with tempfile.TemporaryDirectory(prefix="sansheng-tuning-") as folder:
        for name, problem in studies(Path(folder), given.size, given.open):
            print(f"\n{name}, {len(problem.rows)} limits, gap asked {percent(given.gap)}\n", flush=True)
            print(
                table(("value", "seconds", "room t/yr", "rounds"), variations(problem, knobs, settings)),
                flush=True,
            )


if __name__ == "__main__":
    main()
