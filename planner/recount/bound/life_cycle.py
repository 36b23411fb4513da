"""The ledger of a plan's life cycle counted again, year by year instead of by sums until each year.

In the year that begins a - 1 years after its change, land of class b that became k emits

    a x rate_a[b, k] - (a - 1) x rate_(a - 1)[b, k]

and before it, or where it stays, what a hectare of b emits in a year. Kinds of land are found as they occur.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from instances.carbon.ages import AT_ONCE, rates_by_age
from instances.carbon.conversion import EmissionRates
from instances.units.grid import FloatArray
from planner.recount.bound.staged import StagedCount
from planner.recount.ledger import Ledger
from planner.recount.tabled import Row, check_rows

TABLE = "ledger.csv"
ROUNDING = 1e-12
"""Share of all until an age that is none of its last year."""
PARTS = ("construction", "clearing", "energy", "sources", "uptake", "growth", "local")


@dataclass(frozen=True, eq=False)
class _Land:
    """Land that shares its stage and classes: ``since`` (kinds,) years from the first until it changes, -1
    where it stays; ``today`` and ``planned`` (kinds,) classes; ``of`` (units,) the kind of each unit."""

    since: NDArray[np.int64]
    today: NDArray[np.int64]
    planned: NDArray[np.int64]
    of: NDArray[np.int64]


def check_life_cycle(folder: Path, staged: StagedCount, ledger: Ledger) -> None:
    """Compare ``ledger.csv`` with what the plan's land emits by the rates of the study."""
    instance, years = staged.count.instance, staged.stages.years
    span = years[-1] + round(staged.lasts[-1]) - years[0]
    ages = (AT_ONCE, *(float(age) for age in range(1, span + 1)))
    rates = rates_by_age(instance.study, folder, instance.classes, instance.today_ha, ages)
    land = _land(staged)
    area = staged.count.area
    local = [(one, area * one.beyond(instance.layers)) for one in instance.emissions.local]
    wanted: list[Row] = []
    for division, district, inside in _places(staged):
        of = land.of[inside]
        hectares = np.bincount(of, weights=area[inside], minlength=len(land.since))
        more = [
            (one.counts, np.bincount(of, weights=beyond[inside], minlength=len(land.since)))
            for one, beyond in local
        ]
        total = dict.fromkeys(
            ("cumulative", "cumulative_low", "cumulative_high", "cumulative_unchanged"), 0.0
        )
        for year in range(span):
            parts = {
                name: float((hectares * each).sum()) for name, each in _in_year(rates, land, year).items()
            }
            parts["local"] = sum(
                (float((each * _flow(counts, land, year)).sum()) for counts, each in more), 0.0
            )
            still = sum(float((each * np.diagonal(counts)[land.today]).sum()) for counts, each in more)
            net = sum(parts[name] for name in PARTS)
            total["cumulative"] += net
            total["cumulative_low"] += parts["low"] + parts["local"]
            total["cumulative_high"] += parts["high"] + parts["local"]
            total["cumulative_unchanged"] += parts["unchanged"] + still
            told = {name: parts[name] for name in PARTS} | {"net": net} | total
            wanted.append(
                {"division": division, "district": district, "year": str(years[0] + year)}
                | {f"{name}_tco2e": figure for name, figure in told.items()}
            )
    check_rows(folder / TABLE, ("division", "district", "year"), wanted, ledger)


def _places(staged: StagedCount) -> Iterator[tuple[str, str, NDArray[np.bool_]]]:
    """The whole area, then every district of every division."""
    instance = staged.count.instance
    yield "", "", np.ones(len(instance), dtype=bool)
    for division, districts in instance.districts.items():
        for number, name in enumerate(districts.names):
            yield division, name, districts.member == number


def _land(staged: StagedCount) -> _Land:
    years = np.array(staged.stages.years)
    since = np.append(years - years[0], -1)[staged.stage]
    rows = np.stack([since, staged.count.today.astype(int), staged.count.layout.astype(int)], axis=1)
    kinds, of = np.unique(rows, axis=0, return_inverse=True)
    return _Land(kinds[:, 0], kinds[:, 1], kinds[:, 2], of.ravel())


def _in_year(rates: tuple[EmissionRates, ...], land: _Land, year: int) -> Mapping[str, FloatArray]:
    """(kinds,) tCO2e a hectare in a year, part by part; at either end of the ranges, and of today's land."""
    age = np.where((land.since >= 0) & (land.since <= year), year - land.since + 1, 0)
    found = dict.fromkeys(PARTS, np.zeros(len(age)))
    for name in rates[1].parts:
        each = [one.parts[name] for one in rates]
        kind, pool = name.split(": ")
        amount = _added(each, land, age)
        if kind == "stock":
            lost = np.where(age == 1, AT_ONCE * each[0][land.today, land.planned], 0.0)
            found["clearing"] = found["clearing"] + lost
            found["growth"] = found["growth"] + amount - lost
            continue
        part = "construction" if kind in ("construction", "rebuilt") else "energy"
        if part == "energy" and pool != "energy":
            found["sources"] = found["sources"] + np.where(amount > 0, amount, 0.0)
            part, amount = "uptake", np.where(amount < 0, amount, 0.0)
        found[part] = found[part] + amount
    low, high = ([getattr(one, end) for one in rates] for end in ("low", "high"))
    found["low"], found["high"] = _added(low, land, age), _added(high, land, age)
    found["unchanged"] = rates[1].total[land.today, land.today]
    return found


def _added(each: list[FloatArray], land: _Land, age: NDArray[np.int64]) -> FloatArray:
    """(kinds,) what the year adds in which land has ``age`` (kinds,), 0 before its change; ``each`` (ages,)
    are rates (classes today, classes planned) by age, that of no age first."""
    by_age = np.array(each)
    until = age * by_age[age, land.today, land.planned]
    before = np.where(age > 1, (age - 1) * by_age[np.maximum(age - 1, 0), land.today, land.planned], 0.0)
    added = until - before
    added[abs(added) <= ROUNDING * abs(until)] = 0.0
    found: FloatArray = np.where(age > 0, added, by_age[1, land.today, land.today])
    return found


def _flow(counts: FloatArray, land: _Land, year: int) -> FloatArray:
    """(kinds,) how often a layer's flow counts in a year."""
    changed = (land.since >= 0) & (land.since <= year)
    flow: FloatArray = counts[land.today, np.where(changed, land.planned, land.today)]
    return flow
