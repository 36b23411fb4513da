"""The ledger of a plan's life cycle counted again, year by year instead of by sums until each year.

In the year that begins a - 1 years after its change, land of class b that became k emits

    a x rate_a[b, k] - (a - 1) x rate_(a - 1)[b, k]

and before it, or where it stays, what a hectare of b emits in a year; where land changes in equal parts over
several years, the mean of these. Energy counts with its factor of the year. Kinds of land are found as they
occur.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from instances.carbon.ages import AT_ONCE, rates_by_age
from instances.carbon.coefficients import ENERGY
from instances.carbon.conversion import EmissionRates
from instances.units.grid import FloatArray
from planner.recount.bound.energy_years import EnergyYears
from planner.recount.figures.recount import Recount
from planner.recount.ledger import Ledger
from planner.recount.tabled import Row, check_rows

TABLE = "ledger.csv"
ROUNDING = 1e-12
"""Share of all until an age that is none of its last year."""
GROWN_YET = 1e-6
"""What may have grown at once, tCO2e/ha, at the most: it is nothing."""
PARTS = ("construction", "clearing", "energy", "sources", "uptake", "growth", "local")
ENDS = ("low", "high")
SUMMED = ("cumulative", "cumulative_low", "cumulative_high", "cumulative_unchanged", *(
    "change", "change_low", "change_high"
))  # fmt: skip


@dataclass(frozen=True, eq=False)
class When:
    """The years of a ledger, and when land changes: ``begins`` (groups, several) years in which equal parts
    of each group change, ``group`` (units,) that of each unit, -1 where it stays."""

    years: tuple[int, ...]
    begins: NDArray[np.int64]
    group: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class _Land:
    """Land that shares its group and classes: ``since`` (kinds, several) years from the first until equal
    parts change, -1 where it stays; ``today`` and ``planned`` (kinds,) classes; ``of`` (units,) the kind of
    each unit."""

    since: NDArray[np.int64]
    today: NDArray[np.int64]
    planned: NDArray[np.int64]
    of: NDArray[np.int64]

    def age(self, year: int) -> NDArray[np.int64]:
        """(kinds, several) which year since its change a year is, 0 before it and where land stays."""
        return np.where((self.since >= 0) & (self.since <= year), year - self.since + 1, 0)


def check_life_cycle(folder: Path, count: Recount, when: When, energy: EnergyYears, ledger: Ledger) -> None:
    """Compare ``ledger.csv`` with what the plan's land emits by the rates of the study."""
    instance = count.instance
    ages = (AT_ONCE, *(float(age) for age in range(1, len(when.years) + 1)))
    rates = rates_by_age(instance.study, folder, instance.classes, instance.today_ha, ages)
    land = _land(count, when)
    each = [_in_year(rates, land, year, energy) for year in range(len(when.years))]
    local = [
        (one.counts, count.area * one.beyond(instance.layers), one.part.split(": ")[1] == ENERGY)
        for one in instance.emissions.local
    ]
    wanted: list[Row] = []
    for division, district, inside in _places(count):
        of = land.of[inside]
        hectares = np.bincount(of, weights=count.area[inside], minlength=len(land.since))
        more = [
            (counts, np.bincount(of, weights=beyond[inside], minlength=len(land.since)), falls)
            for counts, beyond, falls in local
        ]
        total = dict.fromkeys(SUMMED, 0.0)
        for year, rate in enumerate(each):
            found = {name: float((hectares * one).sum()) for name, one in rate.items()}
            local_now = local_still = 0.0
            for counts, beyond, falls in more:
                times = energy.value[year] if falls else 1.0
                local_now += times * float((beyond * _flow(counts, land, year)).sum())
                local_still += times * float((beyond * np.diagonal(counts)[land.today]).sum())
            found["local"] = local_now
            net, still = sum(found[name] for name in PARTS), found["unchanged"] + local_still
            total["cumulative"] += net
            total["cumulative_unchanged"] += still
            # where nothing changes the parts add up in another order: what sums of floats leave is nothing
            total["change"] += net - still if abs(net - still) > ROUNDING * abs(still) else 0.0
            for end in ENDS:
                total[f"cumulative_{end}"] += found[end] + local_now
                total[f"change_{end}"] += found[f"change_{end}"] + local_now - local_still
            told = {name: found[name] for name in PARTS} | {"net": net} | total
            wanted.append(
                {"division": division, "district": district, "year": str(when.years[year])}
                | {f"{name}_tco2e": figure for name, figure in told.items()}
            )
    told_as = {"change_tco2e": ("cumulative_tco2e", "cumulative_unchanged_tco2e")}
    check_rows(folder / TABLE, ("division", "district", "year"), wanted, ledger, told_as)


def _places(count: Recount) -> Iterator[tuple[str, str, NDArray[np.bool_]]]:
    """The whole area, then every district of every division."""
    instance = count.instance
    yield "", "", np.ones(len(instance), dtype=bool)
    for division, districts in instance.districts.items():
        for number, name in enumerate(districts.names):
            yield division, name, districts.member == number


def _land(count: Recount, when: When) -> _Land:
    rows = np.stack([when.group, count.today.astype(int), count.layout.astype(int)], axis=1)
    kinds, of = np.unique(rows, axis=0, return_inverse=True)
    since = np.where(kinds[:, :1] < 0, -1, when.begins[kinds[:, 0]] - when.years[0])
    return _Land(since, kinds[:, 1], kinds[:, 2], of.ravel())


def _in_year(
    rates: tuple[EmissionRates, ...], land: _Land, year: int, energy: EnergyYears
) -> Mapping[str, FloatArray]:
    """(kinds,) tCO2e a hectare in a year, part by part; at either end of the ranges, in all and beyond land
    that stays; and of today's land."""
    age = land.age(year)
    found = dict.fromkeys(PARTS, np.zeros(len(age)))
    for name in rates[1].parts:
        each = [one.parts[name] for one in rates]
        kind, pool = name.split(": ")
        amount = _added(each, land, age)
        if kind == "stock":
            cleared = AT_ONCE * each[0][land.today, land.planned]
            cleared = np.where(np.abs(cleared) > GROWN_YET, cleared, 0.0)
            lost = np.where(age == 1, cleared[:, None], 0.0).mean(axis=1)
            found["clearing"] = found["clearing"] + lost
            found["growth"] = found["growth"] + amount - lost
            continue
        part = "construction" if kind in ("construction", "rebuilt") else "energy"
        if part == "energy" and pool != ENERGY:
            rows = _by_part(each, land, age)
            found["sources"] = found["sources"] + np.where(rows > 0, rows, 0.0).mean(axis=1)
            part, amount = "uptake", np.where(rows < 0, rows, 0.0).mean(axis=1)
        elif part == "energy":
            amount = energy.value[year] * amount
        found[part] = found[part] + amount
    flow = sum((one for name, one in rates[1].parts.items() if _is_energy(name)), np.zeros_like(rates[1].low))
    rest = rates[1].total - flow
    found["unchanged"] = (energy.value[year] * flow + rest)[land.today, land.today]
    return found | _ends(rates, land, year, energy)


def _is_energy(name: str) -> bool:
    kind, pool = name.split(": ")
    return pool == ENERGY and kind not in ("construction", "rebuilt", "stock")


def _ends(
    rates: tuple[EmissionRates, ...], land: _Land, year: int, energy: EnergyYears
) -> dict[str, FloatArray]:
    """(kinds,) the ends of what a hectare emits in a year, and of that beyond land that stays."""
    age, found = land.age(year), {}
    power = [one.ends_of(ENERGY) for one in rates]
    for place, (end, worse) in enumerate(zip(ENDS, (np.minimum, np.maximum), strict=True)):
        whole = [getattr(one, end) for one in rates]
        own = [one[place] for one in power]
        rest = [one - other for one, other in zip(whole, own, strict=True)]
        still = getattr(rates[1], ENDS[1 - place]), power[1][1 - place]
        flows = [one[land.today, land.today] for one in (still[1], still[0] - still[1])]
        factors = energy.low[year], energy.high[year]
        told = _added(own, land, age), _added(rest, land, age)
        found[end] = worse(*(factor * told[0] for factor in factors)) + told[1]
        beyond = [
            np.where(age > 0, _by_part(each, land, age) - flow[:, None], 0.0).mean(axis=1)
            for each, flow in zip((own, rest), flows, strict=True)
        ]
        found[f"change_{end}"] = worse(*(factor * beyond[0] for factor in factors)) + beyond[1]
    return found


def _by_part(each: list[FloatArray], land: _Land, age: NDArray[np.int64]) -> FloatArray:
    """(kinds, several) what the year adds in which parts of land have ``age`` (kinds, several), 0 before
    their change; ``each`` (ages,) are rates (classes today, classes planned) by age, that of no age first."""
    by_age, today, planned = np.array(each), land.today[:, None], land.planned[:, None]
    until = age * by_age[age, today, planned]
    before = np.where(age > 1, (age - 1) * by_age[np.maximum(age - 1, 0), today, planned], 0.0)
    added = until - before
    added[abs(added) <= ROUNDING * abs(until)] = 0.0
    found: FloatArray = np.where(age > 0, added, by_age[1, today, today])
    return found


def _added(each: list[FloatArray], land: _Land, age: NDArray[np.int64]) -> FloatArray:
    """(kinds,) the mean of what the year adds over the parts of land."""
    mean: FloatArray = _by_part(each, land, age).mean(axis=1)
    return mean


def _flow(counts: FloatArray, land: _Land, year: int) -> FloatArray:
    """(kinds,) how often a layer's flow counts in a year."""
    share = (land.age(year) > 0).mean(axis=1)
    now, then = counts[land.today, land.today], counts[land.today, land.planned]
    flow: FloatArray = now + share * (then - now)
    return flow
