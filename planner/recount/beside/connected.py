"""The network of a plan counted again: its functional mesh, today's, and the ceiling over both.

Mesh and ceiling are counted on the map (``mesh``, ``ceilings``); the largest area that a network may have
within the limits is the solve's, and what follows from it is found again.
"""

from __future__ import annotations

import math

from instances.instance import Instance
from instances.units.grid import Layout
from planner.plans.plan import Certificate, IndicatorRecord
from planner.recount.beside.ceilings import ceiling_ha
from planner.recount.beside.mesh import Ground
from planner.recount.figures.bounds import asked
from planner.recount.figures.limit_rows import MESH, MESH_UNIT, asks_mesh
from planner.recount.figures.recount import Counted
from planner.recount.ledger import RELATIVE, Ledger
from words.said import say


def mesh_limits(instance: Instance, found: dict[str, IndicatorRecord]) -> list[Counted]:
    """The limits on the functional mesh, which follow all others in a certificate."""
    if MESH not in found:
        return []
    value, today = found[MESH].value, found[MESH].baseline
    total_ha = float(instance.grid.total_ha)
    return [
        Counted(
            MESH, None, None, asked(limit.at_least, MESH_UNIT, today, total_ha), None, value, number,
            sums=value,
        )
        for number, limit in enumerate(instance.study.limits)
        if limit.indicator == MESH
    ]  # fmt: skip


def mesh_at(instance: Instance, layout: Layout) -> dict[str, IndicatorRecord]:
    """The functional mesh of any layout and today's, as an indicator, where the study plans it."""
    if not asks_mesh(instance.study):
        return {}
    ground = Ground.of(instance)
    value, baseline = ground.mesh_ha(layout), ground.mesh_ha(instance.today)
    return {MESH: IndicatorRecord(value=value, baseline=baseline, unit=MESH_UNIT)}


def counted_network(
    certificate: Certificate, instance: Instance, layout: Layout, ledger: Ledger
) -> dict[str, IndicatorRecord]:
    """Compare what the certificate says of the network; the functional mesh as an indicator, where the study
    gives it a weight or a limit."""
    is_asked = asks_mesh(instance.study)
    ledger.same("network", certificate.network is not None, is_asked)
    if not is_asked:
        return {}
    ground = Ground.of(instance)
    today_ha, plan_ha = ground.mesh_ha(instance.today), ground.mesh_ha(layout)
    said = certificate.network
    if said is not None:
        most = math.inf if said.most_ha is None else said.most_ha
        own = float(instance.grid.area_ha[ground.counts[layout]].sum())
        if own > most + RELATIVE * max(1.0, own):
            ledger.differ("network, most_ha", say("runs_verify.most", value=most), repr(own))
        ledger.same("network, neighbours", said.neighbours, 8 if ground.corners else 4)
        ledger.number("network, distance_m", said.distance_m, ground.distance_m, "m")
        found = {"today": today_ha, "plan": plan_ha}
        found["ceiling"] = max(ceiling_ha(ground, instance, most), plan_ha)
        for name, mesh_ha in found.items():
            ledger.number(f"network, {name}_ha", getattr(said, f"{name}_ha"), mesh_ha, "ha")
            joined_ha = math.sqrt(mesh_ha * ground.total_ha)  # ECA
            ledger.number(f"network, eca_{name}_ha", getattr(said, f"eca_{name}_ha"), joined_ha, "ha")
        ledger.done("verify.network")
    return {MESH: IndicatorRecord(value=plan_ha, baseline=today_ha, unit=MESH_UNIT)}
