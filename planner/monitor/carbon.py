"""Carbon of the land as it is seen, beside today's, the plan's and what the plan has by then: as tables.

``carbon.csv``   net emissions with their two sides, parts and spaces, stocks, and the energy of the year
``account.csv``  the lines of the carbon account, of studies with an inventory
``energy.csv``   what was reported for the year, beside today's inventory and the land's energy
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property

import numpy as np
import pandas as pd

from formulations.indicators.carbon import BALANCE, SINKS, SOURCES, STOCK
from formulations.indicators.catalogue import indicators
from formulations.indicators.emissions import NET_EMISSIONS
from instances.carbon.coefficients import ENERGY
from instances.carbon.inventory import items
from instances.land.classes import Space
from instances.units.grid import FloatArray, Layout
from instances.units.sums import sum_by
from planner.account.ask import account_of
from planner.account.tables import WHOLE, account_table
from planner.monitor.ask import Monitored
from planner.monitor.energy import amounts_of, emissions_of
from planner.words.indicator_names import label
from planner.words.notices import pool_name
from words.catalogue import Words

CARBON, ACCOUNT, ENERGY_TABLE = "carbon.csv", "account.csv", "energy.csv"
LANDS = ("today", "due", "plan", "seen")
TONNES = "tCO2e/yr"
Row = dict[str, object]
YEAR = "energy.year"
"""The energy of the year that is seen, with its own factors."""


class SeenCarbon:
    """The carbon of the four lands of a plan followed up: today's, what the plan has by the year that is seen
    (None where it does not say), the plan's, and the land taken to be there."""

    def __init__(self, found: Monitored) -> None:
        self.found, self.instance = found, found.instance
        due = None if found.due is None else found.due.land(found.plan, found.times.year)
        lands = self.instance.today, due, found.plan.layout, found.sightings.settled
        self.lands: dict[str, Layout] = {
            name: land for name, land in zip(LANDS, lands, strict=True) if land is not None
        }

    @cached_property
    def net(self) -> dict[str, float]:
        """Net emissions in tCO2e/yr by land."""
        one = indicators(self.instance)[NET_EMISSIONS]
        return {name: float(one.evaluate(land)) for name, land in self.lands.items()}

    @cached_property
    def energy(self) -> dict[str, float]:
        """Energy of built land in tCO2e/yr by land, at the factors of today."""
        return self._parts(part for part in self.instance.emissions.parts if part.endswith(f": {ENERGY}"))

    @property
    def energy_from(self) -> int | None:
        """The first year of the study, of which energy today is; None where it says none, or how factors go
        on."""
        study = self.instance.study
        if study.life_cycle is None or self.instance.energy is None:
            return None
        first = study.stages.years[0] if study.stages is not None else study.life_cycle.base_year
        return None if first is None or self.found.times.year < first else first

    @cached_property
    def in_year(self) -> float | None:
        """What a unit of energy emits in the year that is seen beside the first year of the study; None where
        that is not known."""
        if self.energy_from is None or self.instance.energy is None:
            return None
        return float(self.instance.energy.relative((self.energy_from, self.found.times.year))[0, -1])

    def table(self, lang: str) -> pd.DataFrame:
        """Columns: item, label, unit, today, due, plan, seen, and ``difference``: seen less what the plan has
        by that year, or less the plan where it does not say."""
        words = Words(lang)
        return _with_difference([*self._indicators(lang), *self._spaces(words), *self._all_parts(words)])

    def _indicators(self, lang: str) -> Iterator[Row]:
        known = indicators(self.instance)
        for name in (NET_EMISSIONS, SOURCES, SINKS, BALANCE, STOCK):
            if name in known:
                one = known[name]
                amounts = {each: float(one.evaluate(land)) for each, land in self.lands.items()}
                yield _row(name, label(name, lang, self.instance.classes), one.unit, amounts)

    def _spaces(self, words: Words) -> Iterator[Row]:
        """Net emissions of the land of each space."""
        cells = indicators(self.instance)[NET_EMISSIONS].cells
        space = np.array([list(Space).index(item.space) for item in self.instance.classes])
        nothing = np.zeros(len(self.instance))
        sums = {
            name: sum_by(space[land], sum((term.of(land) for term in cells), nothing), len(Space))
            for name, land in self.lands.items()
        }
        for place, each in enumerate(Space):
            told = words.text("monitor.of_space", space=words.text(f"land.{each}"))
            amounts = {name: float(value[place]) for name, value in sums.items()}
            yield _row(f"net_emissions.{each}", told, TONNES, amounts)

    def _all_parts(self, words: Words) -> Iterator[Row]:
        """The parts of net emissions by kind and pool, then energy with the factors of the year."""
        for part in self.instance.emissions.parts:
            kind, _, pool = part.partition(": ")
            told = words.text(f"kinds.{kind}", pool=pool_name(pool, words))
            yield _row(f"part_{kind}.{pool}", told, TONNES, self._parts([part]))
        if self.in_year is not None:
            told = words.text("monitor.energy_of_year", year=str(self.found.times.year))
            amounts = {name: self.in_year * value for name, value in self.energy.items()}
            yield _row(YEAR, told, TONNES, amounts)

    def account(self, lang: str) -> pd.DataFrame | None:
        """Every line of the carbon account of the whole area, columns as ``table`` has them; None of a study
        without an inventory."""
        if self.instance.inventory is None:
            return None
        columns: dict[str, list[float]] = {}
        whole = pd.DataFrame()
        for name in [one for one in LANDS[1:] if one in self.lands]:
            plan = self.found.plan if name == "plan" else replace(self.found.plan, layout=self.lands[name])
            account = account_of(plan)
            if account is None:
                return None
            whole = account_table(account, lang)
            whole = whole[whole["district"] == WHOLE]
            columns["today"], columns[name] = whole["today"].tolist(), whole["plan"].tolist()
        rows = [
            {"item": line, "label": told, "unit": unit}
            | {name: values[place] for name, values in columns.items()}
            for place, (line, told, unit) in enumerate(whole[["line", "name", "unit"]].to_numpy().tolist())
        ]
        return _with_difference(rows)

    def reported(self, lang: str) -> pd.DataFrame | None:
        """What was reported for the year: emissions of all energy beside the land's, then of each fuel and
        every amount beside today's inventory. Columns: item, label, unit, today, due, plan, seen (by the
        study's figures), reported, difference (reported less seen, else less today). None where nothing
        was."""
        told, mine, words = self.found.reported, self.instance.inventory, Words(lang)
        if told is None:
            return None
        times = 1.0 if self.in_year is None else self.in_year
        land = {name: times * value for name, value in self.energy.items()} | {"today": self.energy["today"]}
        rows = [_row("energy", words.text("monitor.all_energy"), TONNES, land | _some(told.total))]
        before = {} if mine is None else emissions_of(mine)
        for fuel, amount in told.burnt.items():
            name = words.text("monitor.of_fuel", fuel=items()[fuel].label(lang))
            amounts = {"reported": amount} | ({"today": before[fuel]} if fuel in before else {})
            rows.append(_row(f"{fuel}.emissions", name, TONNES, amounts))
        known = {} if mine is None else amounts_of(mine)
        for item, amount in told.amounts().items():
            amounts = {"reported": amount} | ({"today": known[item]} if item in known else {})
            rows.append(_row(item, items()[item].label(lang), items()[item].unit, amounts))
        table = pd.DataFrame(rows, columns=["item", "label", "unit", *LANDS, "reported"])
        table = table.astype(dict.fromkeys((*LANDS, "reported"), float))
        table["difference"] = table["reported"] - table["seen"].fillna(table["today"])
        return table

    def _parts(self, meant: Iterable[str]) -> dict[str, float]:
        """tCO2e/yr of some parts of net emissions, by land."""
        size = len(self.instance.classes)
        rates: FloatArray = np.zeros((size, size))
        for part in meant:
            rates = rates + self.instance.emissions.parts[part]
        return {name: float((moved * rates).sum()) for name, moved in self._moved.items()}

    @cached_property
    def _moved(self) -> dict[str, FloatArray]:
        """(classes today, classes of the land) ha by land."""
        size, today = len(self.instance.classes), self.instance.today.astype(np.int64)
        area = self.instance.grid.area_ha
        return {
            name: sum_by(today * size + land, area, size**2).reshape(size, size)
            for name, land in self.lands.items()
        }


def _row(item: str, told: str, unit: str, amounts: Mapping[str, float]) -> Row:
    return {"item": item, "label": told, "unit": unit, **amounts}


def _some(total: float | None) -> dict[str, float]:
    return {} if total is None else {"reported": total}


def _with_difference(rows: list[Row]) -> pd.DataFrame:
    """Rows as a table; seen less what is due, or less the plan where nothing says what is."""
    table = pd.DataFrame(rows, columns=["item", "label", "unit", *LANDS]).astype(dict.fromkeys(LANDS, float))
    wanted = table["plan"] if table["due"].isna().all() else table["due"]
    table["difference"] = table["seen"] - wanted
    return table
