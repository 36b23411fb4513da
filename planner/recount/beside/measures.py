"""Measures counted again from their file: every row of their model, and what they cut.

Amounts are read as they were handed on, room from the map, the table of measures from the study's inputs.
Nothing is taken from the model, nor from what wrote the file.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pandas as pd

from instances.instance import Instance
from instances.materials.measures import Measure, Measures
from instances.units.grid import FloatArray, Layout
from planner.export.tables import as_written
from planner.recount.beside.counted import KEPT, UNIT, CountedModel
from planner.recount.figures.recount import Recount
from planner.recount.ledger import Ledger, unreadable
from words.said import say

CUTS = "cuts.csv"
YUAN = "10^3 yuan/yr"


class CountedMeasures(CountedModel):
    """Measures of an instance under a layout (units,), row by row."""

    def __init__(self, measures: Measures, instance: Instance, layout: Layout) -> None:
        self.model = self.measures = measures
        counted = Recount(instance, layout).indicators()[measures.of]
        self.linked: FloatArray = counted.by(measures.districts.member, len(measures.districts))
        self.link_unit = counted.measure
        self.done: list[tuple[Measure, str, float]] = []
        self.table = pd.DataFrame()

    def read(self, folder: Path, ledger: Ledger) -> bool:
        """Read the file; False, with a line in the ledger, where it cannot be read."""
        try:
            table = pd.read_csv(
                folder / CUTS, encoding="utf-8-sig", dtype={"district": str}, keep_default_na=False
            )
            names = [str(as_written(cell)) for cell in table["district"]]
            of = dict.fromkeys((*self.measures.districts.names, ""), 0)
            _ = [of[name] for name in names]
            for line, name, amount in zip(table["line"], names, table["amount"], strict=True):
                if not 1 <= int(line) <= len(self.measures.measures):
                    raise KeyError(line)
                self.done.append((self.measures.measures[int(line) - 1], name, float(amount)))
            self.table, self.files = table.assign(district=names), True
        except (OSError, ValueError, KeyError) as fault:
            ledger.differ(CUTS, say("runs_verify.readable"), unreadable(fault), by="the folder")
        return self.files

    def rows(self, ledger: Ledger) -> None:
        """Every row of the model: places, room, numbers, money and shares."""
        names = self.measures.districts.names
        room = dict(zip(names, self.linked.tolist(), strict=True))
        used: dict[str, float] = defaultdict(float)
        units: dict[Measure, float] = defaultdict(float)
        for one, name, amount in self.done:
            place = f"{CUTS}, {one.name}, {name}"
            if amount < 0:
                ledger.differ(place, say("cycle_verify.not_below"), amount)
            if one.whole and amount != round(amount):
                ledger.differ(place, say("measures_verify.whole"), amount)
            stands = {names[one.district]} if one.district >= 0 else set(names) if one.needs > 0 else {""}
            ledger.figures += 1
            if name not in stands:
                ledger.differ(place, say("measures_verify.place"), name, by="the study")
            units[one] += amount
            if name:
                used[name] += amount * one.needs
        for name, now in used.items():
            self.at_most(f"{CUTS}, {name}", now, room[name], self.link_unit, ledger)
        for one, now in units.items():
            self.at_most(f"{CUTS}, {one.name}", now, one.most, one.unit, ledger)
        self._money(ledger)

    def _money(self, ledger: Ledger) -> None:
        """Budgets and shares by strategy."""
        table = self.measures.table
        spent: dict[str, float] = defaultdict(float)
        cut: dict[str, float] = defaultdict(float)
        for one, _, amount in self.done:
            spent[one.strategy] += amount * one.cost
            cut[one.strategy] += amount * self._unit(one, "value")
        if table.money is not None:
            self.at_most("budget", sum(spent.values()), table.money, YUAN, ledger)
        for name, most in table.budgets.items():
            self.at_most(f"budgets.{name}", spent[name], most, YUAN, ledger)
        whole = sum(cut.values())
        for name, share in table.shares.items():
            ledger.figures += 1
            if cut[name] < share / 100.0 * whole - KEPT * max(1.0, whole):
                told = say("measures_verify.share", share=share)
                ledger.differ(f"shares.{name}", told, f"{cut[name]!r} {UNIT}", by="the study")

    def _unit(self, one: Measure, end: str) -> float:
        """TCO2e/yr that a unit cuts, or the end of it."""
        amount = {"value": one.cut, "low": one.low, "high": one.high}[end]
        grid = self.measures.factors["grid", "", ""]
        rate = {"value": grid.value, "low": grid.low, "high": grid.high}[end]
        return amount * rate if one.electric else amount

    def tables(self, ledger: Ledger) -> None:
        """What the file says of every thing done beside how much of it."""
        columns = ("measure", "strategy", "unit", "cut_tco2e_yr", "low", "high", "cost")
        for row, (one, name, amount) in zip(self.table.to_dict("records"), self.done, strict=True):
            place = f"{CUTS}, {one.name}, {name}"
            told = {key: row[key] for key in columns}
            for key, now in (("measure", one.name), ("strategy", one.strategy), ("unit", one.unit)):
                ledger.same(f"{place}, {key}", str(as_written(told[key])), now)
            for key, end in (("cut_tco2e_yr", "value"), ("low", "low"), ("high", "high")):
                ledger.number(f"{place}, {key}", told[key], amount * self._unit(one, end), UNIT, CUTS)
            ledger.number(f"{place}, cost", told["cost"], amount * one.cost, YUAN, CUTS)
        ledger.done("verify.table", name=CUTS)

    def tco2e(self, end: str = "value") -> float:
        """C in tCO2e/yr, or its low or high end: every figure has one value wherever it enters."""
        of = {"value": "value", "low": "high", "high": "low"}[end]
        return -sum(amount * self._unit(one, of) for one, _, amount in self.done)

    def without(self) -> float:
        """TCO2e/yr where nothing is done."""
        return 0.0
