"""Models beside the layout in a plan: what goes with them, and how a certificate tells of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from formulations.core.attainable_range import range_of
from formulations.core.decided import Term
from formulations.core.problem import LayoutProblem
from formulations.core.solution import Solution
from formulations.linked.kinds import PRICED, Figures, figures_of, idle, link_of, values_of
from formulations.network.limits import is_planned
from instances.instance import Instance
from instances.materials.measures import Measures
from instances.study.findings import Findings
from instances.study.schema import Study
from planner.plans.certify import with_term
from planner.plans.plan import Certificate, IndicatorRecord, Plan
from planner.plans.record import LinkRecord, SideProofRecord, SideRecord
from words.said import say

if TYPE_CHECKING:
    from formulations.linked.beside import Beside

UNIT = "tCO2e/yr"
OfKind = TypeVar("OfKind", bound=Figures)


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


def refuse_less_than_none(instance: Instance, problem: LayoutProblem) -> None:
    """``StudyError`` where the room of measures may be below nothing in a district: no amount would fit."""
    findings = Findings()
    for name, model in instance.models.items():
        if isinstance(model, Measures):
            low, _ = range_of(link_of(instance, model), model.districts, problem.options)
            for district in np.flatnonzero(low < 0)[:1].tolist():
                told = say("measures.less_than_none", district=model.districts.names[district], of=model.of)
                findings.error(f"models.{name}.of", told, say("measures.count_room"))
    findings.raise_errors()


def planned_of(plan: Plan, kind: type[OfKind]) -> tuple[OfKind, SideRecord] | None:
    """What a plan's model of a kind amounts to, with its record; None where the plan has none of that
    kind."""
    for name, planned in plan.models.items():
        model = plan.instance.models[name]
        figures = figures_of(model, planned, values_of(plan.instance, model, plan.layout))
        record = (plan.certificate.side or {}).get(name)
        if isinstance(figures, kind) and record is not None:
            return figures, record
    return None


def idle_of(instance: Instance, figures: OfKind) -> OfKind:
    """The same model on today's land, where nothing is done."""
    found = idle(instance, figures.model)
    if not isinstance(found, type(figures)):
        raise TypeError(f"{figures.model.name} is of two kinds")
    return found


def with_models(
    certificate: Certificate, instance: Instance, found: Sequence[Beside], solution: Solution
) -> Certificate:
    """The certificate with the models of a plan: their objectives are part of its own; the solution's bound
    holds for all parts together, and so does what its prices prove."""
    records: dict[str, SideRecord] = {}
    alone = certificate.proof
    for one in found:
        model, room = one.model, max(0.0, one.objective - one.bound)
        records[model.name] = SideRecord(
            kind=model.table.beside,
            linked=model.table.link,
            objective=one.objective,
            bound=one.bound,
            least=min(one.least, one.objective),
            gap=room / max(abs(one.objective), 1e-9),
            low=one.figures.tco2e("low"),
            high=one.figures.tco2e("high"),
            links=tuple(
                LinkRecord(district=name, value=float(value), price=float(price))
                for name, value, price in zip(model.districts.names, one.value, one.price, strict=True)
            ),
            proof=_proof(one),
        )
        today = idle(instance, model).tco2e()
        certificate = _with_model(certificate, records[model.name], model.name, today, solution.bound)
    if not records:
        return certificate
    proof, proves = None, solution.prices.proves
    if alone is not None and all(one.proof is not None for one in records.values()):
        below = proves if certificate.bound is None else min(proves, certificate.bound)
        proof = alone.model_copy(update={"bound": below if math.isfinite(below) else None})
    return certificate.model_copy(update={"side": records, "proof": proof})


def _proof(one: Beside) -> SideProofRecord | None:
    """What proves a model's part of the bound."""
    if one.proven is None:
        return None
    links, rows = one.proven
    return SideProofRecord(links=tuple(links.tolist()), rows=dict(rows))


def _with_model(
    certificate: Certificate, record: SideRecord, name: str, today: float, bound: float
) -> Certificate:
    """The certificate with one model's objective in its own, which is ``today`` where nothing is
    collected."""
    if certificate.objective is None:
        raise ValueError("a certificate without an objective has no plan")
    objective = certificate.objective + record.objective
    term = Term(f"{PRICED}.{name}", 1.0, record.objective - today, abs(today - record.least))
    below = min(bound, objective) if math.isfinite(bound) else None
    whole = with_term(certificate, objective, below, term)
    indicator = IndicatorRecord(value=record.objective, baseline=today, unit=UNIT)
    return whole.model_copy(update={"indicators": {**whole.indicators, term.indicator: indicator}})
