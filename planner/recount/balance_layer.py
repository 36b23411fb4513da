"""The districts of a plan with their carbon, counted again: what every row of their layer must tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instances.instance import Instance
from instances.rules.districts import Districts
from instances.units.grid import FloatArray, Layout
from planner.recount.account import AccountRecount
from planner.recount.account_table import expected_rows
from planner.recount.ledger import RELATIVE
from planner.recount.recount import Recount

SUMS = {"net": "net_emissions", "sources": "sources", "sinks": "sinks", "stock": "carbon_stock"}
OF_ACCOUNT = {
    "uptake": "uptake", "emitted": "sources.whole", "account": "ratio.balance_whole",
    "fossil": "ratio.balance_fossil", "cycle": "ratio.cycle",
}  # fmt: skip
STEPS = 5
"""Grades of the balance."""


@dataclass(frozen=True, eq=False)
class DistrictRows:
    """``names`` of the districts that hold units, in their order, that of land in none last and nameless;
    ``of`` (units,) the row of each; ``figures`` by field, and by how much each may differ."""

    names: list[str]
    of: NDArray[np.int64]
    figures: Mapping[str, FloatArray]
    slack: Mapping[str, FloatArray]

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
    return DistrictRows([names[n] for n in held], np.searchsorted(held, member), figures, slack)


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
