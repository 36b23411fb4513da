"""Models beside the layout in a plan: what goes with them, and how a certificate tells of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from formulations.core.decided import Term
from formulations.linked.cycle_plan import CycleFigures, CyclePlan
from formulations.network.limits import is_planned
from instances.instance import Instance
from instances.materials.cycle import Cycle
from instances.study.findings import Findings
from instances.study.schema import Study
from instances.units.grid import FloatArray, Layout
from planner.plans.certify import with_term
from planner.plans.plan import Certificate, IndicatorRecord
from planner.plans.record import LinkRecord, SideRecord
from words.said import say

if TYPE_CHECKING:
    from formulations.linked.beside import Beside

UNIT = "tCO2e/yr"
PREFIX = "models."
"""What the names of models begin with, among indicators."""


def refuse_with_models(study: Study, near: bool) -> None:
    """``StudyError`` where models are asked for beside what is solved in another way."""
    findings = Findings()
    beside = {
        "functional_mesh": is_planned(study),
        "[patches]": any(rule.enabled and rule.min_ha for rule in study.patches.values()),
        "near": near,
    }
    for other in (name for name, asked in beside.items() if asked):
        findings.error("models", say("cycle.alone", other=other), say("own_rules.leave_out"))
    findings.raise_errors()


def land_ha(instance: Instance, cycle: Cycle, layout: Layout) -> FloatArray:
    """(villages,) ha of the land whose straw is collected, under a layout."""
    return cycle.villages.total(np.where(cycle.land[layout], instance.grid.area_ha, 0.0))


def with_models(
    certificate: Certificate, instance: Instance, found: Sequence[Beside], bound: float
) -> Certificate:
    """The certificate with the models of a plan: their objectives are part of its own; ``bound`` holds for
    all parts together."""
    records: dict[str, SideRecord] = {}
    for one in found:
        cycle = one.figures.cycle
        room = max(0.0, one.objective - one.bound)
        records[cycle.name] = SideRecord(
            kind="cycle",
            linked=cycle.table.link,
            objective=one.objective,
            bound=one.bound,
            least=min(one.least, one.objective),
            gap=room / max(abs(one.objective), 1e-9),
            low=one.figures.tco2e("low"),
            high=one.figures.tco2e("high"),
            links=tuple(
                LinkRecord(district=name, value=float(value), price=float(price))
                for name, value, price in zip(
                    cycle.villages.names, one.figures.land_ha, one.price, strict=True
                )
            ),
        )
        today = CycleFigures(cycle, CyclePlan.none(cycle), land_ha(instance, cycle, instance.today)).tco2e()
        certificate = _with_model(certificate, records[cycle.name], cycle.name, today, bound)
    return certificate.model_copy(update={"side": records}) if records else certificate


def _with_model(
    certificate: Certificate, record: SideRecord, name: str, today: float, bound: float
) -> Certificate:
    """The certificate with one model's objective in its own, which is ``today`` where nothing is
    collected."""
    if certificate.objective is None:
        raise ValueError("a certificate without an objective has no plan")
    objective = certificate.objective + record.objective
    term = Term(f"{PREFIX}{name}", 1.0, record.objective - today, abs(today - record.least))
    below = min(bound, objective) if math.isfinite(bound) else None
    whole = with_term(certificate, objective, below, term)
    indicator = IndicatorRecord(value=record.objective, baseline=today, unit=UNIT)
    return whole.model_copy(update={"indicators": {**whole.indicators, term.indicator: indicator}})
