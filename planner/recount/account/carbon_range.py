"""The range of what a plan changes in net emissions, counted again by trying one coefficient after
another."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from instances.carbon.interval import recount, rests_on
from instances.instance import Instance
from instances.units.grid import Layout
from planner.plans.plan import Certificate
from planner.recount.figures.recount import Recount
from planner.recount.ledger import RELATIVE, Ledger

UNIT = "tCO2e/yr"


def check_carbon(
    certificate: Certificate, instance: Instance, folder: Path, layout: Layout, ledger: Ledger
) -> None:
    """Compare what a certificate tells of its change in net emissions with a layout (units,)."""
    said = certificate.carbon
    if said is None:
        return
    count = Recount(instance, layout)
    moved_ha = count.transitions()[1]
    ledger.number("carbon, years", said.years, instance.study.carbon.years, "yr")
    found = recount(instance.study, folder, instance.classes, instance.today_ha).interval(moved_ha)
    if instance.emissions.local:  # what no coefficient moves
        net = [one.indicators()["net_emissions"].total() for one in (count, count.at(instance.today))]
        found = found.more(net[0] - net[1] - found.value)
    # A small difference of large figures has fewer digits than they have.
    rates = np.abs(instance.emissions.total)
    slack = RELATIVE * float((moved_ha * (rates + np.diag(rates)[:, None])).sum())
    for name, one, other in (
        ("change", said.change, found.value),
        ("low", said.low, found.low),
        ("high", said.high, found.high),
    ):
        ledger.number(f"carbon, {name}", one, one if abs(one - other) <= slack else other, UNIT)
    now = rests_on(instance.emissions, moved_ha)
    for name in ledger.names("carbon, rests_on", said.rests_on, now):
        ledger.number(f"carbon, rests_on, {name}", said.rests_on[name], now[name])
    ledger.done("verify.carbon")
