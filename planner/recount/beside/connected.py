"""The network of a plan counted again: its functional mesh, today's, and the ceiling over both.

The mesh is counted on the map by the code that measures any network; what a network may have at the most
rests on the solve, and what follows from it is found again.
"""

from __future__ import annotations

import math

from formulations.core.problem import Options
from formulations.network.ceiling import ceiling
from formulations.network.functional_mesh import NAME, UNIT, functional_mesh
from formulations.network.limits import is_planned, least_mesh
from instances.instance import Instance
from instances.study.findings import Findings
from instances.units.grid import Layout
from planner.plans.connected import network_record
from planner.plans.plan import Certificate, IndicatorRecord
from planner.recount.figures.recount import Counted
from planner.recount.ledger import RELATIVE, Ledger
from words.said import say

FIGURES = ("today_ha", "plan_ha", "ceiling_ha", "eca_today_ha", "eca_plan_ha", "eca_ceiling_ha")


def mesh_limits(instance: Instance, found: dict[str, IndicatorRecord]) -> list[Counted]:
    """The limits on the functional mesh, which follow all others in a certificate."""
    if NAME not in found:
        return []
    asked = least_mesh(instance, functional_mesh(instance), Findings())
    value = found[NAME].value
    numbers = [number for number, each in enumerate(instance.study.limits) if each.indicator == NAME]
    return [
        Counted(NAME, None, None, least, None, value, number, sums=value)
        for least, number in zip(asked, numbers, strict=True)
    ]


def counted_network(
    certificate: Certificate, instance: Instance, layout: Layout, ledger: Ledger
) -> dict[str, IndicatorRecord]:
    """Compare what the certificate says of the network; the functional mesh as an indicator, where the study
    gives it a weight or a limit."""
    asked = is_planned(instance.study)
    ledger.same("network", certificate.network is not None, asked)
    if not asked:
        return {}
    mesh = functional_mesh(instance)
    today_ha, plan_ha = mesh.evaluate(instance.today), mesh.evaluate(layout)
    said = certificate.network
    if said is not None:
        most = math.inf if said.most_ha is None else said.most_ha
        own = float(instance.grid.area_ha[instance.classes.blue_green[layout]].sum())
        if own > most + RELATIVE * max(1.0, own):
            fault = say("runs_verify.most", value=most)
            ledger.differ("network, most_ha", fault, repr(own))
        options = Options(instance.kinds.of, instance.kinds.allowed)
        top = max(ceiling(mesh, options, most), plan_ha)
        found = network_record(mesh, today_ha, plan_ha, top, said.most_ha, said.rounds)
        ledger.same("network, neighbours", said.neighbours, found.neighbours)
        ledger.number("network, distance_m", said.distance_m, found.distance_m, "m")
        for figure in FIGURES:
            ledger.number(f"network, {figure}", getattr(said, figure), getattr(found, figure), "ha")
        ledger.done("verify.network")
    return {NAME: IndicatorRecord(value=plan_ha, baseline=today_ha, unit=UNIT)}
