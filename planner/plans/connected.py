"""The certificate of a plan whose network has a weight: objective, bound and indicators with the functional
mesh."""

from __future__ import annotations

import math
from typing import Literal

from formulations.core.decided import Term
from formulations.network.functional_mesh import NAME, UNIT, FunctionalMesh, weight_of
from formulations.network.steps import Neighbours
from instances.study.findings import Finding, StudyError
from instances.study.schema import Study
from planner.plans.certify import with_term
from planner.plans.plan import Certificate, IndicatorRecord, NetworkRecord
from words.said import say


def network_record(
    mesh: FunctionalMesh,
    today_ha: float,
    plan_ha: float,
    ceiling_ha: float,
    most_ha: float | None,
    rounds: tuple[float, ...],
    price: float | None = None,
) -> NetworkRecord:
    """The record of functional meshes in ha, with their ECA; ``price`` in tCO2e/yr."""
    neighbours: Literal[4, 8] = 4 if mesh.neighbours is Neighbours.EDGES else 8
    return NetworkRecord(
        neighbours=neighbours,
        distance_m=mesh.distance_m,
        today_ha=today_ha,
        plan_ha=plan_ha,
        ceiling_ha=ceiling_ha,
        eca_today_ha=mesh.eca_ha(today_ha),
        eca_plan_ha=mesh.eca_ha(plan_ha),
        eca_ceiling_ha=mesh.eca_ha(ceiling_ha),
        most_ha=most_ha if most_ha is not None and math.isfinite(most_ha) else None,
        rounds=rounds,
        price=price,
    )


def with_network(
    certificate: Certificate, network: NetworkRecord, weight: float, bound: float
) -> Certificate:
    """The certificate of the same plan with its functional mesh, a ha of which is worth ``weight`` tCO2e/yr,
    in objective and indicators; ``bound`` holds for both."""
    if certificate.objective is None:
        raise ValueError("a certificate without an objective has no plan")
    objective = certificate.objective - weight * network.plan_ha
    below = min(bound, objective) if math.isfinite(bound) else None
    gained, span = network.plan_ha - network.today_ha, weight * network.ceiling_ha
    whole = with_term(certificate, objective, below, Term(NAME, -weight, -weight * gained, span))
    mesh = IndicatorRecord(value=network.plan_ha, baseline=network.today_ha, unit=UNIT)
    indicators = {**certificate.indicators, NAME: mesh}
    return whole.model_copy(update={"indicators": indicators, "network": network})


def refuse_network(study: Study, place: str = f"objective.maximise.{NAME}") -> None:
    """``StudyError`` where the functional mesh has a weight: only a run solves for it."""
    if weight_of(study) > 0:
        raise StudyError([Finding(place, say("network_plan.run_only"), say("network_plan.run"))])
