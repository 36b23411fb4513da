"""Payments between districts as a table: who pays whom, and how much."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from formulations.indicators.payments import payments
from planner.export.tables import write_csv
from planner.plans.plan import Plan

PAYMENTS = "payments.csv"


def write_payments(plan: Plan, folder: Path) -> None:
    """Write one row for each payment: from, to, amount, unit; none where nobody pays."""
    found = payments(plan.instance, plan.layout)
    if found is None:
        raise ValueError("a study without [payments] has none")
    names, paid = np.array(found.division.names, dtype=object), found.found.paid
    payer, payee = np.nonzero(paid)
    rows = {
        "from": names[payer],
        "to": names[payee],
        "amount": paid[payer, payee],
        "unit": np.full(len(payer), found.unit, dtype=object),
    }
    write_csv(pd.DataFrame(rows), folder / PAYMENTS)
