"""The certificate of a plan whose network has a weight: objective, bound and indicators with the functional
mesh."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Literal

from formulations.core.decided import Term
from formulations.core.network_goal import NetworkFound, NetworkGoal
from formulations.core.problem import LayoutProblem
from formulations.core.solution import Solution, SolveSettings
from formulations.network.ceiling import ceiling
from formulations.network.functional_mesh import NAME, UNIT, FunctionalMesh
from formulations.network.steps import Neighbours
from instances.instance import Instance
from instances.study.findings import Finding, StudyError
from instances.study.schema import Study
from instances.units.grid import Layout
from planner.plans.certify import certify, with_term
from planner.plans.plan import Certificate, IndicatorRecord, LimitRecord, NetworkRecord
from words.said import say


def certificate_of(
    instance: Instance, problem: LayoutProblem, solution: Solution, settings: SolveSettings
) -> Certificate:
    """The certificate of a solution that has a layout, its network counted where the problem asks something
    of it; the bound is the solution's."""
    goal, layout = problem.network, solution.layout
    if goal is None or layout is None:
        return certify(instance, problem, solution, settings)
    mesh = mesh_of(goal)
    plan_ha, today_ha = mesh.evaluate(layout), mesh.evaluate(instance.today)
    found = solution.network or looked_at(problem, layout)
    # A layout that was found in another way than by these rounds, or breaks what is asked.
    top = max(found.ceiling_ha, plan_ha)
    plain = replace(solution, bound=solution.bound + goal.weight * top)
    record = network_record(mesh, today_ha, plan_ha, top, found.most_ha, found.rounds, found.price)
    certificate = certify(instance, problem, plain, settings)
    return with_network(certificate, record, goal.weight, solution.bound, goal.limits)


def looked_at(problem: LayoutProblem, layout: Layout) -> NetworkFound:
    """What is known of the network of a layout that no solve has found."""
    goal = problem.network
    if goal is None:
        raise ValueError("nothing is asked of a network")
    mesh = mesh_of(goal)
    plan_ha = mesh.evaluate(layout)
    most = max(ceiling(mesh, problem.options), plan_ha)
    return NetworkFound(mesh.evaluate(problem.today), plan_ha, most, math.inf)


def found_network(record: NetworkRecord | None) -> NetworkFound | None:
    """What a certificate tells of the network, as a solve tells it."""
    if record is None:
        return None
    most = math.inf if record.most_ha is None else record.most_ha
    today, plan, top = record.today_ha, record.plan_ha, record.ceiling_ha
    return NetworkFound(today, plan, top, most, record.rounds, record.price)


def mesh_limit_records(problem: LayoutProblem, layout: Layout) -> tuple[LimitRecord, ...]:
    """The limits on the functional mesh under a layout, which follow all others in a certificate."""
    goal = problem.network
    if goal is None or not goal.limits:
        return ()
    value = goal.mesh.evaluate(layout)
    return tuple(limit_record(least, value) for least in goal.limits)


def mesh_of(goal: NetworkGoal) -> FunctionalMesh:
    """The functional mesh that a goal counts."""
    if not isinstance(goal.mesh, FunctionalMesh):
        raise TypeError("a network is counted as a functional mesh")
    return goal.mesh


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


def refuse_models(study: Study, place: str = "") -> None:
    """``StudyError`` where models stand beside the layout, or the study has stages: only a run solves for
    them."""
    if study.stages is not None:
        raise StudyError([Finding(place or "stages", say("stages.run_only"), say("stages.run"))])
    if study.linked:
        raise StudyError([Finding(place or "models", say("cycle.run_only"), say("cycle.run"))])
