"""The certificate of a plan whose network has a weight: objective, bound and indicators with the functional
mesh."""

from __future__ import annotations

import math
from typing import Literal

from formulations.core.decided import Term
from formulations.network.functional_mesh import NAME, UNIT, FunctionalMesh
from formulations.network.limits import is_limited, is_planned
from formulations.network.steps import Neighbours
from instances.study.findings import Finding, StudyError
from instances.study.schema import Study
from planner.plans.certify import with_term
from planner.plans.plan import Certificate, IndicatorRecord, LimitRecord, NetworkRecord
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
    certificate: Certificate,
    network: NetworkRecord,
    weight: float,
    bound: float,
    least_ha: tuple[float, ...] = (),
) -> Certificate:
    """The certificate of the same plan with its functional mesh, a ha of which is worth ``weight`` tCO2e/yr,
    in objective and indicators, and with what limits ask of it; ``bound`` holds for all of it."""
    if certificate.objective is None:
        raise ValueError("a certificate without an objective has no plan")
    record = IndicatorRecord(value=network.plan_ha, baseline=network.today_ha, unit=UNIT)
    limits = (*certificate.limits, *(limit_record(asked, network.plan_ha) for asked in least_ha))
    added = {
        "indicators": {**certificate.indicators, NAME: record},
        "limits": limits,
        "network": network,
        "proof": None,  # prices prove what is a sum over units
    }
    if weight == 0:
        return certificate.model_copy(update=added)
    objective = certificate.objective - weight * network.plan_ha
    below = min(bound, objective) if math.isfinite(bound) else None
    gained, span = network.plan_ha - network.today_ha, weight * network.ceiling_ha
    whole = with_term(certificate, objective, below, Term(NAME, -weight, -weight * gained, span))
    return whole.model_copy(update=added)


def limit_record(least_ha: float, value_ha: float) -> LimitRecord:
    """The record of a limit on the functional mesh; what it costs is not known."""
    return LimitRecord(
        indicator=NAME,
        district=None,
        at_least=least_ha,
        at_most=None,
        value=value_ha,
        slack=value_ha - least_ha,
        price=None,
        price_unit=f"tCO2e/yr per {UNIT}",
    )


def refuse_network(study: Study, place: str = "") -> None:
    """``StudyError`` where the functional mesh has a weight or a limit, or where models stand beside the
    layout, or the study has stages: only a run solves for them."""
    if study.stages is not None:
        raise StudyError([Finding(place or "stages", say("stages.run_only"), say("stages.run"))])
    if study.models:
        raise StudyError([Finding(place or "models", say("cycle.run_only"), say("cycle.run"))])
    if is_planned(study):
        place = place or ("limits" if is_limited(study) else f"objective.maximise.{NAME}")
        raise StudyError([Finding(place, say("network_plan.run_only"), say("network_plan.run"))])
