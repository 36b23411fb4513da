"""The patches of a plan's changes and the rows of their order, counted from the map and the study.

Patches are found anew, amounts counted unit by unit, and what a patch emits year by year instead of until
each year. Prices prove a bound once more: every patch in its cheapest year at them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from instances.carbon.ages import rates_by_age
from instances.carbon.conversion import EmissionRates
from instances.instance import Instance
from instances.materials.schedule import Schedule
from instances.units.grid import FloatArray, Layout
from planner.plans.record import ScheduleRecord
from planner.recount.beside.counted import KEPT
from planner.recount.figures.pieces import pieces_of
from planner.recount.figures.recount import Recount
from planner.recount.ledger import RELATIVE, Ledger
from planner.recount.tabled import Row
from words.said import say

TABLE = "schedule.csv"
EQUAL = 1e-9
"""Share of its largest figure by which two years of a patch count as equal."""
UPPER = ("budget", "area", "district")
"""Rows of what is done in a year; the others are of all that is done by its end."""


@dataclass(eq=False)
class CountedOrder:
    """The patches of a plan and their rows, counted from the map."""

    asked: Schedule
    instance: Instance
    layout: Layout
    stage: NDArray[np.int64] | None
    folder: Path

    def __post_init__(self) -> None:
        instance = self.instance
        self.area: FloatArray = np.asarray(instance.grid.area_ha, dtype=float)
        self.span = len(self.asked.years)
        today, planned = instance.today.astype(np.int64), self.layout.astype(np.int64)
        none = np.zeros(len(today), dtype=np.int64)
        when = none if self.stage is None else self.stage
        member = none - 1 if self.asked.districts is None else self.asked.districts.member.astype(np.int64)
        changed = today != planned
        ends = instance.grid.edges.first, instance.grid.edges.second
        alike = np.ones(len(ends[0]), dtype=bool)
        for each in (today, planned, when, member):
            alike &= each[ends[0]] == each[ends[1]]
        lowest = pieces_of(changed, (ends[0][alike], ends[1][alike]))
        self.first = np.unique(lowest[changed])
        self.of = np.where(changed, np.searchsorted(self.first, lowest), -1)
        self.today, self.planned = today[self.first], planned[self.first]
        self.when, self.member = when[self.first], member[self.first]
        self.inside = np.flatnonzero(changed)
        self.ha = self._sums(self.area)

    def _sums(self, value: FloatArray) -> FloatArray:
        """(patches,) the sum over the units of each."""
        found = np.bincount(self.of[self.inside], weights=value[self.inside], minlength=len(self.first))
        return found.astype(float)

    @cached_property
    def money(self) -> FloatArray | None:
        """(patches,) what each costs."""
        name = self.asked.table.cost
        if name is None:
            return None
        count = Recount(self.instance, self.layout)
        now, before = (each.indicators()[name].value for each in (count, count.at(self.instance.today)))
        return self._sums(now - before)

    @cached_property
    def rates(self) -> tuple[EmissionRates, ...]:
        """(ages,) from 1 year on."""
        ages = [float(age) for age in range(1, self.span + 1)]
        instance = self.instance
        return rates_by_age(instance.study, self.folder, instance.classes, instance.today_ha, ages)

    def _each_year(self) -> FloatArray:
        """(ages, patches) what each emits in the year that begins so many years after its change."""
        until = [np.zeros(len(self.first))]
        for age, rate in enumerate(self.rates, start=1):
            until.append(age * rate.total[self.today, self.planned] * self.ha)
        found = np.diff(np.array(until), axis=0)
        for local in self.instance.emissions.local:
            more = self._sums(self.area * local.beyond(self.instance.layers))
            found = found + more * local.counts[self.today, self.planned]
        return found

    @cached_property
    def still(self) -> FloatArray:
        """(patches,) what each emits in a year before its change."""
        found = self.rates[0].total[self.today, self.today] * self.ha
        for rate in self.instance.emissions.local:
            more = self._sums(self.area * rate.beyond(self.instance.layers))
            found = found + more * rate.counts[self.today, self.today]
        return found

    @cached_property
    def tco2e(self) -> FloatArray:
        """(patches, years) until the end of the last year, beside land that keeps its class."""
        beyond = np.cumsum(self._each_year() - self.still, axis=0)
        return beyond[::-1].T

    def _range(self, year: NDArray[np.int64]) -> tuple[float, float]:
        """TCO2e of an order at either end of the ranges of coefficients: land that changes at one end, beside
        land that keeps its class at the other."""
        left = self.span - year
        lower, upper = (
            np.array([getattr(rate, end) for rate in self.rates], dtype=float) for end in ("low", "high")
        )
        beyond = np.zeros(len(self.first))
        for local in self.instance.emissions.local:
            counts = local.counts[self.today, self.planned] - local.counts[self.today, self.today]
            beyond = beyond + left * counts * self._sums(self.area * local.beyond(self.instance.layers))
        ends = [
            left * self.ha * (one[left - 1, self.today, self.planned] - other[0, self.today, self.today])
            for one, other in ((lower, upper), (upper, lower))
        ]
        return float((ends[0] + beyond).sum()), float((ends[1] + beyond).sum())

    @cached_property
    def window(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(patches,) the first and the last year that each may have."""
        stages = self.instance.study.stages
        if stages is None or self.stage is None:
            return np.zeros(len(self.first), dtype=np.int64), np.full(len(self.first), self.span - 1)
        ends = [year - self.asked.years[0] for year in stages.years]
        begins = [0, *(end + 1 for end in ends[:-1])]
        return np.array(begins)[self.when], np.array(ends)[self.when]

    @cached_property
    def may(self) -> NDArray[np.bool_]:
        """(patches, years) whether a patch may have a year."""
        place = np.arange(self.span)
        return (place >= self.window[0][:, None]) & (place <= self.window[1][:, None])

    @cached_property
    def homes(self) -> FloatArray:
        """(patches,) ha of new land for homes."""
        new = self.asked.homes[self.planned] & ~self.asked.homes[self.today]
        return np.where(new, self.ha, 0.0)

    @cached_property
    def cropland(self) -> FloatArray:
        """(patches,) ha by which cropland grows."""
        crops = self.asked.cropland
        gained = np.where(crops[self.planned], self.ha, 0.0)
        return gained - np.where(crops[self.today], self.ha, 0.0)

    @cached_property
    def rows(self) -> dict[str, tuple[FloatArray, NDArray[np.int64], FloatArray]]:
        """By kind the amounts (patches,), their places (patches,) and the bounds (places, years)."""
        table, asked = self.asked.table, self.asked
        whole, found = np.zeros(len(self.first), dtype=np.int64), {}
        if self.money is not None and asked.budget is not None:
            found["budget"] = self.money, whole, asked.budget[None]
        if table.area_per_year is not None:
            found["area"] = self.ha, whole, np.full((1, self.span), table.area_per_year)
        if table.area_per_district is not None and asked.districts is not None:
            most = np.full((len(asked.districts), self.span), table.area_per_district)
            found["district"] = self.ha, self.member, most
        begin, end = self.window
        part = (np.arange(self.span) - begin[:, None] + 1) / (end - begin + 1)[:, None]
        part = np.minimum(1.0, np.maximum(0.0, part))
        if table.homes is not None:
            least = asked.homes_least
            if least is None:
                least = (self.homes[:, None] * part).sum(axis=0)
            found["homes"] = self.homes, whole, least[None]
        if table.cropland is not None:
            final = np.full(self.span, self.cropland.sum())
            asked_for = (self.cropland[:, None] * part).sum(axis=0) if table.cropland == "pro rata" else final
            found["cropland"] = self.cropland, whole, np.minimum(asked_for, 0.0)[None]
        return found

    def _values(self, kind: str, year: NDArray[np.int64]) -> FloatArray:
        """(places, years) what an order comes to."""
        amount, place, bound = self.rows[kind]
        found = np.zeros(bound.shape)
        inside = place >= 0
        np.add.at(found, (place[inside], year[inside]), amount[inside])
        return found if kind in UPPER else np.cumsum(found, axis=1)

    def _room(self, kind: str, year: NDArray[np.int64]) -> tuple[FloatArray, FloatArray]:
        """(places, years) the room that is left to the bounds, and what a miss is measured by."""
        amount, _, bound = self.rows[kind]
        value = self._values(kind, year)
        size = np.maximum(
            np.where(np.isfinite(bound), abs(bound), 0.0), max(abs(amount).max(initial=0.0), EQUAL)
        )
        return (bound - value if kind in UPPER else value - bound), size

    def check(self, year: NDArray[np.int64], said: ScheduleRecord, ledger: Ledger) -> None:
        """Stages, every row, and what the certificate says."""
        astray = int((~self.may[np.arange(len(year)), year]).sum())
        ledger.wrong(f"{TABLE}, year", say("schedule_verify.in_stage"), astray, by="the study")
        for kind in self.rows:
            room, size = self._room(kind, year)
            ledger.figures += room.size
            ledger.wrong(
                f"{TABLE}, {kind}", say("schedule_verify.row"), int((room < -KEPT * size).sum()), "the study"
            )
        ledger.same("schedule.name", said.name, self.asked.name)
        ledger.same("schedule.years", said.years, self.asked.years)
        ledger.same("schedule.patches", said.patches, len(year))
        ledger.number("schedule.asked", said.asked, self.asked.table.gap)
        objective = float(self.tco2e[np.arange(len(year)), year].sum())
        span = np.where(self.may, self.tco2e, -np.inf).max(axis=1) - self._least
        span[span <= EQUAL * np.maximum(1.0, abs(self.tco2e).max(axis=1, initial=0.0))] = 0.0
        ledger.number("schedule.objective", said.objective, objective, "tCO2e")
        low, high = self._range(year)
        ledger.number("schedule.low", said.low, low, "tCO2e")
        ledger.number("schedule.high", said.high, high, "tCO2e")
        ledger.number("schedule.scale", said.scale, float(span.sum()), "tCO2e")
        left = max(0.0, said.objective - said.bound)
        ledger.number("schedule.gap", said.gap, left / said.scale if said.scale > 0 else 0.0)
        amounts = {
            "area_ha": self.ha,
            "cost": self.money,
            "homes_ha": self.homes,
            "cropland_ha": self.cropland,
        }
        for key, amount in amounts.items():
            told = getattr(said, key)
            now = None if amount is None else np.bincount(year, weights=amount, minlength=self.span)
            ledger.same(f"schedule.{key}", told is None, now is None)
            if told is not None and now is not None:
                ledger.same(f"schedule.{key}", len(told), len(now))
                for place, value in zip(
                    self.asked.years, zip(told, now.tolist(), strict=False), strict=False
                ):
                    ledger.number(f"schedule.{key}, {place}", *value)
        self._bound(said, objective, ledger)

    @cached_property
    def _least(self) -> FloatArray:
        """(patches,) the tCO2e of the best year of each."""
        return np.where(self.may, self.tco2e, np.inf).min(axis=1)

    def _bound(self, said: ScheduleRecord, objective: float, ledger: Ledger) -> None:
        """What the prices prove, and that no bound exceeds the objective."""
        if list(said.prices) != list(self.rows):
            ledger.differ("schedule.prices", str(list(said.prices)), str(list(self.rows)))
            return
        cost, proven = np.where(self.may, self.tco2e, np.inf), 0.0
        for kind, (amount, place, bound) in self.rows.items():
            price = np.array(said.prices[kind], dtype=float)
            if price.shape != bound.shape or (price < 0).any() or not np.isfinite(bound[price > 0]).all():
                ledger.differ(f"schedule.prices.{kind}", str(price.shape), str(bound.shape))
                return
            sign = -1.0 if kind in UPPER else 1.0
            for here, row in enumerate(price):
                mine = np.flatnonzero(place == here)
                worth = row if kind in UPPER else np.cumsum(row[::-1])[::-1]
                cost[mine] -= sign * amount[mine, None] * worth
                proven += sign * float((row[row > 0] * bound[here][row > 0]).sum())
        proven += float(cost.min(axis=1).sum())
        size = RELATIVE * max(1.0, float(abs(self.tco2e).sum()))
        ledger.figures += 1
        if abs(said.proven - min(proven, said.objective)) > size:
            ledger.differ("schedule.proven", repr(said.proven), repr(proven))
        if said.bound > objective + size or said.bound < said.proven - size:
            told = say("runs_verify.lower", bound=said.bound)
            ledger.differ("schedule.bound", told, say("runs_verify.objective", value=objective))

    def _barred(self, kind: str, year: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.bool_]:
        """(patches,) whether moving each alone to another year misses a row."""
        amount, place, _ = self.rows[kind]
        room, size = self._room(kind, year)
        room = np.vstack([room + KEPT * size, np.full((1, self.span), np.inf)])[place]
        found = np.zeros(len(year), dtype=bool)
        for at in range(self.span):
            if kind in UPPER:
                found |= (other == at) & (amount > room[:, at])
            else:
                later, sooner = (year <= at) & (at < other), (other <= at) & (at < year)
                found |= (later & (amount > room[:, at])) | (sooner & (-amount > room[:, at]))
        return found & (other != year)

    def reasons(self, year: NDArray[np.int64]) -> list[str]:
        """(patches,) what decides the year of each."""
        row = np.arange(len(year))
        open_, size = (
            np.where(self.may, self.tco2e, np.inf),
            EQUAL * np.maximum(1.0, abs(self.tco2e).max(axis=1, initial=0.0)),
        )
        best, own = open_.argmin(axis=1), self.tco2e[row, year]
        barred = {kind: self._barred(kind, year, best) for kind in self.rows}
        worst = np.where(self.may, self.tco2e, -np.inf).max(axis=1)
        found = []
        for p in row.tolist():
            if worst[p] - self._least[p] <= size[p]:
                found.append("equal")
            elif own[p] <= self._least[p] + size[p]:
                out = self._least[p] > self.tco2e[p].min() + size[p]
                ends = "early" if year[p] == 0 else "late" if year[p] == self.span - 1 else "best"
                found.append("stage" if out else ends)
            else:
                found.append(next((kind for kind in self.rows if barred[kind][p]), "free"))
        return found

    def table(self, year: NDArray[np.int64]) -> list[Row]:
        """The rows that ``schedule.csv`` should have."""
        instance, names = self.instance, self.instance.classes.names
        stages, districts = instance.study.stages, self.asked.districts
        own = self.tco2e[np.arange(len(year)), year]
        return [
            {
                "patch": str(p + 1),
                "district": ""
                if districts is None or self.member[p] < 0
                else districts.names[self.member[p]],
                "from_class": names[self.today[p]],
                "to_class": names[self.planned[p]],
                "area_ha": float(self.ha[p]),
                "year": str(self.asked.years[year[p]]),
                "stage": "" if stages is None else str(stages.years[self.when[p]]),
                "cost": None if self.money is None else float(self.money[p]),
                "tco2e": float(own[p]),
                "waits": float(own[p] - self._least[p]),
                "reason": reason,
            }
            for p, reason in enumerate(self.reasons(year))
        ]

    def by_year(self, year: NDArray[np.int64]) -> list[Row]:
        """The rows that ``schedule_years.csv`` should have."""
        rates, area = self.rates[0].total, self.area
        whole = float((area * np.diagonal(rates)[self.instance.today]).sum())
        for rate in self.instance.emissions.local:
            counts = np.diagonal(rate.counts)[self.instance.today]
            whole += float((area * rate.beyond(self.instance.layers) * counts).sum())
        each = self._each_year() - self.still
        added = np.zeros(self.span)
        for place in range(self.span):
            age = place - year
            done = np.flatnonzero(age >= 0)
            added[place] = whole + float(each[age[done], done].sum())
        told: Mapping[str, tuple[FloatArray | None, str, str]] = {
            "area": (self.ha, "area_ha", "area_most_ha"),
            "budget": (self.money, "cost", "budget"),
            "homes": (self.homes, "homes_ha", "homes_least_ha"),
            "cropland": (self.cropland, "cropland_ha", "cropland_least_ha"),
        }
        found: list[Row] = []
        total = np.cumsum(added)
        for place, name in enumerate(self.asked.years):
            row: dict[str, object] = {"year": str(name), "patches": float((year == place).sum())}
            for kind, (amount, key, bound) in told.items():
                mine = year == place if kind in UPPER else year <= place
                row[key] = None if amount is None else float(amount[mine].sum())
                most = self.rows[kind][2][0, place] if kind in self.rows else np.nan
                row[bound] = float(most) if np.isfinite(most) else None
            row["net_tco2e"], row["cumulative_tco2e"] = float(added[place]), float(total[place])
            row["beyond_today_tco2e"] = float(total[place] - (place + 1) * whole)
            found.append(row)
        return found
