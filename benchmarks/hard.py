"""Hard problems: everything open, living units, limits at 0: ``python -m benchmarks.hard``.

Processor seconds in the solver and what is left, for each problem: open studies of three sizes and twenty
seeds, the demo county with 30, 100 and 300 living units (155, 431 and 1,187 rows), and with net emissions of
townships capped at 0. ``--only`` takes one kind. The gap of open studies and living units is relative to the
whole objective: neither has a plan of today to be measured against.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.spatial import cKDTree

from benchmarks.studies import demo
from benchmarks.tuning import open_grid
from formulations.core.indicator import CellTerm, Indicator
from formulations.core.problem import LayoutProblem, Limit
from formulations.core.solution import SolveSettings, Watch
from formulations.indicators.catalogue import indicators
from formulations.solving import solve
from instances.instance import Instance
from instances.rules.districts import Districts
from instances.units.grid import FloatArray, RasterFrame
from planner.plans.optimise import load

WORKERS = {"urban_residential": 90.0, "rural_residential": 45.0}
JOBS = {"public_commercial": 160.0, "industrial_production": 80.0, "cropland": 0.6, "orchard_garden": 1.0}
"""Persons and jobs a hectare: invented, for timing."""
KINDS = ("open", "living", "zero")


def table(instance: Instance, rates: dict[str, float]) -> FloatArray:
    """(classes, classes) a rate a hectare of the planned class, whatever the class of today."""
    names = [each.name for each in instance.classes]
    found = np.zeros((len(names), len(names)))
    for name, rate in rates.items():
        if name in names:
            found[:, names.index(name)] = rate
    return found


def with_living_units(instance: Instance, problem: LayoutProblem, units: int) -> LayoutProblem:
    """The problem with so many living units around seats drawn at random: a green share, cropland, and jobs
    between 0.8 and 1.2 a worker in each, all as far as today's land is, and 6 % more workers in all."""
    rng, count, frame = np.random.default_rng(1), len(instance), instance.grid.frame
    if not isinstance(frame, RasterFrame):
        raise TypeError("living units are drawn around cells")
    place = np.column_stack(np.divmod(frame.cells, frame.shape[1]))
    seats = place[rng.choice(count, units, replace=False)]
    member = cKDTree(seats).query(place)[1].astype(np.int32)
    living = Districts("units", tuple(f"u{number}" for number in range(units)), member)
    area, today, known = instance.grid.area_ha, instance.today, indicators(instance)
    workers, jobs = table(instance, WORKERS), table(instance, JOBS)
    unbounded = np.full(units, np.inf)

    def balance(share: float) -> Indicator:
        return Indicator(f"jobs-{share:g}", "persons", (CellTerm(area, today, jobs - share * workers),))

    green = known["green_share"].evaluate_by(today, living)
    crop = known["area.cropland"].evaluate_by(today, living)
    few, many = (balance(share).evaluate_by(today, living) for share in (0.8, 1.2))
    persons = Indicator("workers", "persons", (CellTerm(area, today, workers),))
    limits = (
        Limit(known["green_share"], living, np.minimum(green, 40.0), unbounded, "green"),
        Limit(known["area.cropland"], living, np.where(crop > 0, 0.85 * crop, -np.inf), unbounded, "crop"),
        Limit(balance(0.8), living, np.minimum(few, 0.0), unbounded, "few jobs"),
        Limit(balance(1.2), living, -unbounded, np.maximum(many, 0.0), "many jobs"),
        Limit(
            persons, Districts.whole(count), np.array([1.06 * persons.evaluate(today)]), unbounded[:1], "all"
        ),
    )
    return replace(problem, limits=(*problem.limits, *limits))


def with_zero_caps(instance: Instance, problem: LayoutProblem, most: int) -> LayoutProblem:
    """The problem with net emissions of so many townships capped at 0, those that emit least first."""
    districts = next(limit.districts for limit in problem.limits if len(limit.districts) > 1)
    net = indicators(instance)["net_emissions"]
    order = np.argsort(np.argsort(net.evaluate_by(instance.today, districts)))
    cap = np.where(order < most, 0.0, np.inf)
    limit = Limit(net, districts, np.full(len(districts), -np.inf), cap, "zero")
    return replace(problem, limits=(*problem.limits, limit))


def problems(kind: str, folder: Path, sizes: list[int], seeds: int) -> Iterator[tuple[str, LayoutProblem]]:
    """The problems of a kind by name."""
    if kind == "open":
        for size in sizes:
            for seed in range(1, seeds + 1):
                yield f"everything open, {size} × {size}, seed {seed}", open_grid(size, seed)
        return
    loaded = load(demo(316)(folder / kind))
    if kind == "living":
        for units in (30, 100, 300):
            problem = with_living_units(loaded.instance, loaded.problem, units)
            yield f"{units} living units, {len(problem.rows):,} rows", problem
        return
    for townships in (1, 4, 24):
        problem = with_zero_caps(loaded.instance, loaded.problem, townships)
        yield f"net emissions of {townships} townships at most 0", problem


def main(arguments: list[str] | None = None) -> None:
    """Solve them one after another and print a row of a table for each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hard", description=__doc__)
    parser.add_argument("--only", choices=KINDS, help="one kind alone")
    parser.add_argument("--size", type=int, nargs="*", default=[100, 200, 400], help="of open studies")
    parser.add_argument("--seeds", type=int, default=20, help="of open studies")
    parser.add_argument("--seconds", type=float, default=600.0, help="at most, for each solve")
    given = parser.parse_args(arguments)
    print("| problem | ended | gap | room | cpu s |\n| --- | --- | ---: | ---: | ---: |", flush=True)
    with tempfile.TemporaryDirectory(prefix="sansheng-hard-") as folder:
        for kind in KINDS if given.only is None else (given.only,):
            gap = 1e-4 if kind == "open" else 1e-3
            settings = SolveSettings(gap=gap, relative_to="objective", time_limit=given.seconds)
            solve(open_grid(40), settings, Watch())  # what loads once is not measured
            for name, problem in problems(kind, Path(folder), given.size, given.seeds):
                began = time.process_time()
                found = solve(problem, settings, Watch())
                spent = time.process_time() - began
                left = f"{100 * found.room / abs(found.objective):.4f} % | {found.room:.4g}"
                told = "– | –" if found.layout is None else left
                print(f"| {name} | {found.termination.value} | {told} | {spent:.2f} |", flush=True)


if __name__ == "__main__":
    main()
