"""Models beside the layout in a plan: what goes with them, and how a certificate tells of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from formulations.core.decided import Term
from formulations.indicators.catalogue import indicators
from formulations.linked.cycle_plan import CycleFigures, CyclePlan
from formulations.linked.services_plan import ServicesFigures, ServicesPlan
from formulations.network.limits import is_planned
from instances.instance import Instance
from instances.materials.cycle import Cycle
from instances.materials.services import Services
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
        model, kind, names = _told(one.figures)
        room = max(0.0, one.objective - one.bound)
        records[model.name] = SideRecord(
            kind=kind,
            linked=model.table.link,
            objective=one.objective,
            bound=one.bound,
            least=min(one.least, one.objective),
            gap=room / max(abs(one.objective), 1e-9),
            low=one.figures.tco2e("low"),
            high=one.figures.tco2e("high"),
            links=tuple(
                LinkRecord(district=name, value=float(value), price=float(price))
                for name, value, price in zip(names, one.value, one.price, strict=True)
            ),
        )
        today = _today(model, instance)
        certificate = _with_model(certificate, records[model.name], model.name, today, bound)
    return certificate.model_copy(update={"side": records}) if records else certificate


def _told(
    figures: CycleFigures | ServicesFigures,
) -> tuple[Cycle | Services, Literal["cycle", "services"], tuple[str, ...]]:
    """A model, its kind, and the names of the districts that it is linked by."""
    if isinstance(figures, CycleFigures):
        return figures.cycle, "cycle", figures.cycle.villages.names
    return figures.services, "services", figures.services.units.names


def _today(model: Cycle | Services, instance: Instance) -> float:
    """TCO2e/yr of a model on today's land where nothing is built."""
    if isinstance(model, Cycle):
        return CycleFigures(model, CyclePlan.none(model), land_ha(instance, model, instance.today)).tco2e()
    people = people_of(instance, model, instance.today)
    return ServicesFigures(model, ServicesPlan.none(model, people), people).tco2e()


def people_of(instance: Instance, services: Services, layout: Layout) -> FloatArray:
    """(units,) persons who live in each unit under a layout."""
    return indicators(instance)[services.people].evaluate_by(layout, services.units)


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
