"""Payments between districts in the report: what changes cost where, what falls to whom, who pays whom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formulations.indicators.payments import payments
from planner.report.subject import Subject
from words.catalogue import difference, figure

MOST_FLOWS = 20
"""Payments shown one by one; all of them stand in ``payments.csv``."""


@dataclass(frozen=True, slots=True)
class PaymentChapter:
    """Sentences; districts with (cost, share, net); payments with (from, to, amount); how many more."""

    lead: str
    unit: str
    balances: tuple[tuple[str, str, str, str], ...]
    flows: tuple[tuple[str, str, str], ...]
    left: int


def payment_chapter(subject: Subject) -> PaymentChapter | None:
    """The chapter of a plan; None where the study has no ``[payments]``."""
    table, found = subject.study.payments, payments(subject.instance, subject.plan.layout)
    if table is None or found is None:
        return None
    words, names, each = subject.words, found.division.names_in(subject.words.lang), found.found
    payer, payee = np.nonzero(each.paid)
    order = np.argsort(-each.paid[payer, payee], kind="stable")
    told = {"cost": subject.indicator(table.cost), "by": subject.indicator(table.shared_by)}
    total = words.amount(float(each.cost.sum()), found.unit)
    moved = words.amount(float(each.paid.sum()), found.unit)
    lead = words(f"payments.lead_{table.counts}", total=total, moved=moved, **told)
    rows = zip(names, each.cost.tolist(), each.share.tolist(), each.net.tolist(), strict=True)
    balances = [
        (name, figure(cost), figure(share), difference(net))
        for name, cost, share, net in rows
        if cost or share
    ]
    flows = [
        (names[p], names[r], figure(float(each.paid[p, r])))
        for p, r in zip(payer[order].tolist(), payee[order].tolist(), strict=True)
    ]
    unit = words.unit(found.unit)
    return PaymentChapter(
        lead, unit, tuple(balances), tuple(flows[:MOST_FLOWS]), max(0, len(flows) - MOST_FLOWS)
    )
