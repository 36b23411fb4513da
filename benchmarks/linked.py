"""Models beside the layout, measured: ``python -m benchmarks.linked [CASE ...]`` writes ``linked.md``.

Counties are made by chance, seeded: villages or units and sites on a square, 45 km or 30 km wide. What is
measured is the model by itself beside a given layout, one thread, as every linked study solves it many times.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from formulations.core.indicator import Indicator
from formulations.core.solution import SolveSettings, Watch
from formulations.linked.cycle import side_of as cycle_side_of
from formulations.linked.services import side_of as services_side_of
from formulations.linked.side import Side
from formulations.linked.siting import Siting
from instances.materials.cycle import Cycle, read_plants
from instances.materials.factors import read_factors, read_plain_factors
from instances.materials.services import TRAVEL, Service, Services
from instances.rules.districts import Districts
from instances.study.findings import Findings
from instances.study.model_tables import ModelTable
from instances.units.grid import FloatArray

OUT = Path(__file__).with_name("linked.md")
ROOM = 1e-3
"""What may be left between plan and bound, as a share of the objective."""
HEAD = """# Models beside the layout

Written by `python -m benchmarks.linked`: one model beside a given layout, from arrays to whole plants or
sites, one thread, processor seconds. Counties are made by chance. The gap is that between plan and bound, as
a share of the objective; a tenth of a per cent is asked for.
"""
COLUMNS = ("county", "columns", "whole", "strong rows", "building, s", "solving, s", "plan, tCO2e/yr",
           "bound, tCO2e/yr", "gap", "open")  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One county solved."""

    name: str
    columns: int
    whole: int
    strong: int
    building: float
    solving: float
    plan: float
    bound: float
    opened: int

    @property
    def gap(self) -> float:
        """Distance between plan and bound as a share of the objective."""
        return (self.plan - self.bound) / max(abs(self.plan), 1e-9)


def _division(name: str, count: int) -> Districts:
    return Districts(name, tuple(f"{name} {n + 1}" for n in range(count)), np.arange(count, dtype=np.int32))


def county_of_waste(seed: int, villages: int = 300, sites: int = 60, side_km: float = 45.0) -> Side:
    """Villages with fields, pigs and people, one in fourteen of them a town; four kinds of plant."""
    rng = np.random.default_rng(seed)
    homes, places = rng.random((villages, 2)) * side_km, rng.random((sites, 2)) * side_km
    land, people = rng.gamma(4, 45, villages), rng.gamma(3, 500, villages)
    pigs, town = rng.gamma(0.6, 1500, villages), rng.random(villages) < 0.07
    people = np.where(town, 12.0, 1.0) * people
    sludge = np.where(town, 0.12, 0.01) * people
    green = np.where(town, 0.04 * people, 0.05 * land)
    supply = np.stack([np.zeros(villages), 1.1 * pigs, 0.09 * people, sludge, green], axis=1)
    table = ModelTable.model_validate(
        {"kind": "cycle", "villages": "villages", "supplies": "supplies.csv", "reach_km": 15}
    )
    cycle = Cycle(
        "cycle", table, _division("villages", villages), np.array([True]), supply,
        read_plants(table, Path(), "", Findings()), tuple(map(str, range(sites))), places * 1e3, homes * 1e3,
        _km(homes, places),
        read_factors(None, Path(), "", Findings()),
    )  # fmt: skip
    return cycle_side_of(cycle, Indicator("models.cycle", "ha"), land, land).side


def county_of_services(seed: int, asked: Sequence[Service], units: int = 300, sites: int = 60) -> Side:
    """Units with people on 30 km by 30 km; every site may hold every service."""
    rng = np.random.default_rng(seed)
    homes, places = rng.random((units, 2)) * 30.0, rng.random((sites, 2)) * 30.0
    people: FloatArray = rng.gamma(2, 1000, units)
    table = ModelTable.model_validate(
        {"kind": "services", "units": "units", "people": "population", "services": "services.csv"}
    )
    none = np.zeros((len(asked), sites), dtype=bool)
    services = Services(
        "centres", table, _division("units", units), "population", tuple(asked),
        tuple(map(str, range(sites))), places * 1e3, homes * 1e3, _km(homes, places), _km(places, places),
        ~none, none,
        read_plain_factors(TRAVEL, None, Path(), "", Findings()),
    )  # fmt: skip
    return services_side_of(services, Indicator("people", "person"), people, people).side


def _km(these: FloatArray, those: FloatArray) -> FloatArray:
    km: FloatArray = np.hypot(*(these[:, None] - those[None]).transpose(2, 0, 1))
    return km


SCHOOL = Service("school", trips=0.4, capacity=65_000.0, tco2e=30.0, least=12, most=12)
NEAR = Service("school", trips=0.4, capacity=65_000.0, tco2e=30.0, most=18, cover=0.5, radius_m=3000.0,
               apart_m=3000.0)  # fmt: skip
CLINIC = Service("clinic", trips=0.05, capacity=120_000.0, tco2e=20.0, most=8)
CASES: dict[str, Callable[[], Side]] = {
    "300 villages, 60 sites, 5 streams (seed 7)": lambda: county_of_waste(7),
    "300 villages, 60 sites, 5 streams (seed 8)": lambda: county_of_waste(8),
    "300 villages, 60 sites, 5 streams (seed 9)": lambda: county_of_waste(9),
    "300 units, 60 sites, schools": lambda: county_of_services(5, [SCHOOL]),
    "300 units, 60 sites, schools near and apart, clinics": lambda: county_of_services(5, [NEAR, CLINIC]),
}
"""The counties that are measured, by name."""


def measured(name: str, make: Callable[[], Side]) -> Row:
    """Build a model and solve it beside the layout that it is given."""
    began = time.process_time()
    side = make()
    built = time.process_time()
    values = side.program.lower[side.column]
    siting, settings = Siting(side), SolveSettings(threads=1, time_limit=600.0)
    worth = abs(siting.relaxed(side.at(values), np.inf, Watch()).bound)
    plan = siting.whole(values, ROOM * worth, settings, Watch())
    ended = time.process_time()
    whole = side.program.whole
    return Row(
        name, len(side.program.cost), int(whole.sum()), side.strong.shape[0], built - began, ended - built,
        plan.objective, plan.bound, int((plan.x[whole] > 0.5).sum()),
    )  # fmt: skip


def page(before: str, rows: Sequence[Row]) -> str:
    """The page with some rows in place of those that it had; the others stay."""
    lines = {
        line.split(" | ")[0].removeprefix("| "): line
        for line in before.splitlines()
        if line.startswith("| ") and line.split(" | ")[0].removeprefix("| ") in CASES
    }
    lines |= {row.name: _line(row) for row in rows}
    head = [f"| {' | '.join(COLUMNS)} |", f"| :-- |{' ---: |' * (len(COLUMNS) - 1)}"]
    return "\n".join([HEAD, *head, *(lines[name] for name in CASES if name in lines)]) + "\n"


def _line(row: Row) -> str:
    cells = (
        row.name, f"{row.columns:,}", f"{row.whole:,}", f"{row.strong:,}", f"{row.building:.1f}",
        f"{row.solving:.1f}", f"{row.plan:,.0f}", f"{row.bound:,.0f}", f"{100 * row.gap:.3f} %",
        f"{row.opened:,}",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def main(words: Sequence[str] | None = None) -> None:
    """Measure the counties whose names begin as asked, or all, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", help="beginnings of names; all where none is given")
    asked = parser.parse_args(words).cases
    for name, make in CASES.items():
        if asked and not any(name.startswith(each) for each in asked):
            continue
        row = measured(name, make)
        print(_line(row), flush=True)
        before = OUT.read_text(encoding="utf-8") if OUT.exists() else ""
        OUT.write_text(page(before, [row]), encoding="utf-8")


if __name__ == "__main__":
    main()
