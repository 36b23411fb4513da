"""Payments between districts counted again, district by district, from the indicators on the map."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from instances.instance import Instance
from planner.recount.figures.amounts import Amounts
from planner.recount.ledger import Ledger
from planner.recount.tabled import Row, check_rows

TABLE = "payments.csv"
EVEN = 1e-9
"""Share of all costs below which a balance is even."""


def check_payments(
    folder: Path,
    instance: Instance,
    plan: Mapping[str, Amounts],
    today: Mapping[str, Amounts],
    ledger: Ledger,
) -> None:
    """Compare the payments of a folder with what the indicators of ``plan`` and ``today`` come to."""
    if instance.study.payments is not None and (folder / TABLE).is_file():
        check_rows(folder / TABLE, ("from", "to"), list(_rows(instance, plan, today)), ledger)


def _rows(instance: Instance, plan: Mapping[str, Amounts], today: Mapping[str, Amounts]) -> Iterator[Row]:
    asked = instance.study.payments
    if asked is None:
        return
    division = instance.districts[asked.by]

    def by(found: Mapping[str, Amounts], name: str) -> list[float]:
        return [float(each) for each in found[name].by(division.member, len(division.names))]

    before = by(today, asked.shared_by) if asked.counts == "growth" else [0.0] * len(division.names)
    cost = [max(0.0, new - old) for new, old in zip(by(plan, asked.cost), by(today, asked.cost), strict=True)]
    key = [max(0.0, new - old) for new, old in zip(by(plan, asked.shared_by), before, strict=True)]
    if sum(key) <= 0:
        return
    left = [own - sum(cost) * part / sum(key) for own, part in zip(cost, key, strict=True)]
    left = [each if abs(each) > EVEN * sum(cost) else 0.0 for each in left]
    owed = sum(each for each in left if each > 0)
    for payer, gives in zip(division.names, left, strict=True):
        for payee, gets in zip(division.names, left, strict=True):
            if gives < 0 < gets:
                amount = -gives * gets / owed
                yield {"from": payer, "to": payee, "amount": amount, "unit": plan[asked.cost].measure}
