"""Limits on the functional mesh: what a study asks of its network at the least, in ha."""

from __future__ import annotations

import math

import numpy as np

from formulations.core.amounts import bound, is_share_of_today
from formulations.core.network_goal import NetworkGoal
from formulations.network.functional_mesh import NAME, UNIT, FunctionalMesh, functional_mesh, weight_of
from instances.instance import Instance
from instances.study.findings import Findings
from instances.study.schema import Study
from words.said import say


def is_limited(study: Study) -> bool:
    """True where a study has a limit on the functional mesh."""
    return any(limit.indicator == NAME for limit in study.limits)


def is_planned(study: Study) -> bool:
    """True where a plan of a study depends on its network: the mesh has a weight or a limit."""
    return weight_of(study) > 0 or is_limited(study)


def network_goal(instance: Instance, findings: Findings) -> NetworkGoal | None:
    """What a study asks of its network: None where a plan does not depend on it."""
    if not is_planned(instance.study) or not instance.classes.blue_green.any():
        return None
    mesh = functional_mesh(instance)
    return NetworkGoal(mesh, weight_of(instance.study), least_mesh(instance, mesh, findings))


def check_limits(study: Study, findings: Findings) -> None:
    """Findings where the functional mesh is limited otherwise than from below and for the whole area, and
    where corridors have a width but none are made."""
    if study.network.corridor_width_m > 0 and not is_planned(study):
        fault, remedy = say("network_plan.width_for_nothing"), say("network_plan.maximise_mesh")
        findings.warn("network.corridor_width_m", fault, remedy)
    for position, limit in enumerate(study.limits):
        if limit.indicator != NAME:
            continue
        place = f"limits[{position}]"
        if limit.at_most is not None or limit.caps is not None:
            findings.error(
                f"{place}.{'caps' if limit.at_most is None else 'at_most'}",
                say("network_plan.at_most"),
                say("network_plan.at_least"),
            )
        if limit.by is not None:
            findings.error(f"{place}.by", say("network_plan.by"), say("network_plan.whole"))


def least_mesh(instance: Instance, mesh: FunctionalMesh, findings: Findings) -> tuple[float, ...]:
    """What every limit on the functional mesh asks for at the least, in ha, in the order of the study."""
    asked = [
        (f"limits[{position}].at_least", limit.at_least)
        for position, limit in enumerate(instance.study.limits)
        if limit.indicator == NAME and limit.at_least is not None
    ]
    shares = any(is_share_of_today(amount) or isinstance(amount, str) for _, amount in asked)
    today = np.array([mesh.evaluate(instance.today) if shares else 0.0])
    area = np.array([instance.grid.total_ha])
    found = [bound(amount, today, area, UNIT, place, findings) for place, amount in asked]
    return tuple(-math.inf if one is None else float(one[0]) for one in found)
