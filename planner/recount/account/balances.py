"""The districts of a plan with their carbon, counted again: what every row of their layer must tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataSourceError

from instances.instance import Instance
from instances.rules.districts import Districts
from instances.units.grid import FloatArray, Layout
from planner.recount.account.account import AccountRecount
from planner.recount.account.account_table import expected_rows
from planner.recount.figures.recount import Recount
from planner.recount.layers.described import wrong_areas
from planner.recount.layers.layered import ROUNDED_HA, Layered, is_standard
from planner.recount.layers.outlines import drawn_units
from planner.recount.layers.reread import GEOMETRY
from planner.recount.ledger import RELATIVE, Ledger
from words.said import say

SUMS = {"net": "net_emissions", "sources": "sources", "sinks": "sinks", "stock": "carbon_stock"}
OF_ACCOUNT = {
    "uptake": "uptake", "emitted": "sources.whole", "account": "ratio.balance_whole",
    "fossil": "ratio.balance_fossil", "cycle": "ratio.cycle",
}  # fmt: skip
LAYER = "balance"
STEPS = 5
"""Grades of the balance."""


def check_balances(layered: Layered, instance: Instance, layout: Layout, ledger: Ledger) -> None:
    """Compare the layer of districts, one shape each, with the carbon of their land."""
    rows = district_rows(instance, layout)
    if rows is None and LAYER in _layers(layered):
        ledger.differ(f"{layered.path.name}, {LAYER}", say("runs_verify.nothing"), say("runs_verify.one"))
    fields = () if rows is None else ("district", "area_ha", "grade", *rows.figures)
    table = None if rows is None else layered.table(LAYER, fields, instance.grid, ledger)
    if rows is None or table is None:
        return

    def differ(figure: str, count: int) -> None:
        if count:
            told = say("runs_verify.do_not", n=f"{count:,}")
            place = ", ".join((layered.path.name, LAYER, figure))
            ledger.differ(place, say("runs_verify.sum_of_units"), told, by="the plan")

    if rows.named(table["district"]):
        drawn = drawn_units(shapely.from_wkb(table[GEOMETRY]), instance.grid.frame)
        differ("outlines", int((drawn.of != rows.of).sum()) + drawn.beyond + drawn.astray)
    for field, wrong in (*rows.wrong(table), *wrong_areas(table, instance.grid, layered.planar)):
        differ(field, int(wrong))


def _layers(layered: Layered) -> set[str]:
    """The layers that are there; none where that cannot be read, which is told layer by layer."""
    try:
        return layered.layers()
    except (DataSourceError, OSError, ValueError):
        return set()


@dataclass(frozen=True, eq=False)
class DistrictRows:
    """``names`` of the districts that hold units, in their order, that of land in none last and nameless;
    ``of`` (units,) the row of each; ``figures`` by field, and by how much each may differ."""

    names: list[str]
    of: NDArray[np.int64]
    area_ha: FloatArray
    figures: Mapping[str, FloatArray]
    slack: Mapping[str, FloatArray]

    def named(self, told: Iterable[object]) -> bool:
        """Whether the names told are those of the rows."""
        return [str(name or "") for name in told] == self.names

    def wrong(self, table: Mapping[str, NDArray[np.object_]]) -> Iterator[tuple[str, int]]:
        """Fields of a table, and how many of its rows tell another figure."""
        if not self.named(table["district"]):
            yield "district", len(self.names)
            return
        for field, values in (*self.figures.items(), ("area_ha", self.area_ha)):
            said = table[field].astype(float)
            close = np.isclose(said, values, rtol=RELATIVE, atol=0, equal_nan=True)
            rounded = ROUNDED_HA if field == "area_ha" and is_standard(table) else 0.0
            near = np.abs(said - values) <= self.slack.get(field, np.zeros(1)) + rounded
            yield field, int((~close & ~near).sum())
        yield "grade", sum(one != other for one, other in zip(table["grade"], self.grades(), strict=True))

    def grades(self) -> list[str]:
        """Of every row how great its balance is in the plan: the share of rows that a value is not below, in
        fifths; ``none`` without a value."""
        values = self.figures.get("account_plan", self.figures["balance_plan"])
        known = sorted(values[~np.isnan(values)].tolist())
        steps = [known[step * len(known) // STEPS] for step in range(1, STEPS)] if known else []
        return ["none" if np.isnan(one) else str(1 + sum(one >= step for step in steps)) for one in values]


def district_rows(instance: Instance, layout: Layout) -> DistrictRows | None:
    """The rows of the layer; None where no district holds land."""
    kept = instance.inventory
    able = {name: one for name, one in instance.districts.items() if (one.member >= 0).any()}
    if not able:
        return None
    by = None if kept is None or kept.by not in able else kept.by
    division = able[by or next(iter(able))]
    count = len(division.names) + 1
    member = np.where(division.member < 0, count - 1, division.member).astype(np.int64)
    held = np.unique(member)
    figures: dict[str, FloatArray] = {}
    slack: dict[str, FloatArray] = {}
    told = [*_land(instance, layout, member, count)]
    told += [*_account(instance, layout, division, count)] if by else []
    for field, today, plan, size in told:
        for when, values in (("today", today), ("plan", plan), ("change", plan - today)):
            figures[f"{field}_{when}"] = values[held]
            slack[f"{field}_{when}"] = RELATIVE * np.fmax(1.0, size)[held]
    names = [*division.names, ""]
    area = np.bincount(member, weights=instance.grid.area_ha, minlength=count)[held].astype(float)
    return DistrictRows([names[n] for n in held], np.searchsorted(held, member), area, figures, slack)


Row = tuple[str, FloatArray, FloatArray, FloatArray]


def _land(instance: Instance, layout: Layout, member: NDArray[np.int64], count: int) -> Iterator[Row]:
    """What land gives off, takes up and holds, with the sum of its pieces without signs."""
    recount = Recount(instance, layout)
    ends = [recount.at(instance.today).indicators(), recount.indicators()]
    known: dict[str, list[FloatArray]] = {}
    for field, name in SUMS.items():
        if name in ends[0]:
            amounts = [end[name] for end in ends]
            known[field] = [one.by(member, count) for one in amounts]
            size = np.maximum(*(one.unsigned().by(member, count) for one in amounts))
            yield field, known[field][0], known[field][1], size
    ratios = [
        np.divide(sinks, sources, out=np.zeros(count), where=sources != 0)
        for sinks, sources in zip(known["sinks"], known["sources"], strict=True)
    ]
    yield "balance", ratios[0], ratios[1], np.maximum(*ratios)


def _account(instance: Instance, layout: Layout, division: Districts, count: int) -> Iterator[Row]:
    """What follows from the lines of the account, district by district."""
    rows = dict(expected_rows(AccountRecount(instance, layout)))
    for field, name in OF_ACCOUNT.items():
        expected = rows[name]
        today, plan, size = (
            np.append(each[1:], np.full(count, np.nan))[:count]
            for each in (expected.figures["today"], expected.figures["plan"], expected.unsigned)
        )
        yield field, today, plan, size
