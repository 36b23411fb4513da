"""Payments between the districts of a division under a layout, by indicators of the study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from formulations.core.indicator import Indicator
from formulations.indicators.catalogue import indicators
from instances.checks import instead
from instances.instance import Instance
from instances.rules.districts import Districts
from instances.rules.payments import Settlement, settled
from instances.study.findings import Findings
from instances.units.grid import Layout
from words.said import say


@dataclass(frozen=True, eq=False)
class Payments:
    """Who pays whom: districts, the settlement, and its unit."""

    division: Districts
    found: Settlement
    unit: str


def check_payments(instance: Instance, catalogue: Mapping[str, Indicator], findings: Findings) -> None:
    """Errors where ``[payments]`` names an indicator that is not there, or that has no sum by district."""
    table = instance.study.payments
    for key in ("cost", "shared_by") if table is not None else ():
        name, place = getattr(table, key), f"payments.{key}"
        one = catalogue.get(name)
        if one is None:
            remedy = instead(name, catalogue, "indicators")
            findings.error(place, say("study_posing.no_indicator", name=name), remedy)
        elif one.ratio is not None or one.per is not None:
            findings.error(place, say("payments.share", name=name), say("payments.amount"))


def payments(instance: Instance, layout: Layout) -> Payments | None:
    """Who pays whom under a layout; None where the study has no ``[payments]``."""
    table = instance.study.payments
    if table is None:
        return None
    division, catalogue = instance.districts[table.by], indicators(instance)
    cost, key = (
        catalogue[name].evaluate_by(layout, division)[: len(division)]
        for name in (table.cost, table.shared_by)
    )
    cost = cost - catalogue[table.cost].evaluate_by(instance.today, division)[: len(division)]
    if table.counts == "growth":
        key = key - catalogue[table.shared_by].evaluate_by(instance.today, division)[: len(division)]
    return Payments(division, settled(cost, key), catalogue[table.cost].unit)
