"""What the network of a plan amounts to and links: worked out once for table, layers, map, report and verify.

A study has a network where the functional mesh has a weight or a limit, or with a table ``[network]``.
"""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from formulations.network.functional_mesh import FunctionalMesh, functional_mesh
from formulations.network.limits import is_planned
from formulations.network.linkage import Linkage, linkage
from formulations.network.links import neighbours_of
from formulations.network.measured import Convention, Measured, measured
from formulations.network.measures import Importance, importance_of, link_importance_of
from formulations.network.steps import Neighbours
from formulations.network.unlinked import Unlinked, unlinked
from instances.instance import Instance
from instances.study.schema import Study
from instances.units.grid import FloatArray, Layout

TODAY, PLAN = "today", "plan"
DISTANCES_M = (500.0, 1000.0, 3000.0)
"""Distances at which every network is measured, beside the study's own."""


@dataclass(frozen=True, eq=False)
class Networked:
    """Today's land and a plan as networks: measured by every convention, and what lies between them.

    ``cost`` (units,) is what the change of every unit adds to net emissions, in tCO2e/yr; ``important`` the
    patches of the plan that matter most, ``links`` its links that matter most with their share of PC, and
    ``unlinked`` the pairs of its patches that linking would gain most.
    """

    layout: Layout
    mesh: FunctionalMesh
    measured: dict[Neighbours, tuple[Measured, ...]]
    linkage: Linkage
    important: tuple[Importance, ...]
    links: dict[int, float]
    unlinked: Unlinked
    cost: FloatArray


def has_network(study: Study) -> bool:
    """True where a study asks for a network: by a weight or a limit, or by saying how it is counted."""
    return is_planned(study) or "network" in study.model_fields_set


def networked(instance: Instance, layout: Layout) -> Networked:
    """The network of a layout of an instance beside today's; worked out once for as long as both are held."""
    known = _KNOWN.get(instance)
    if known is None or known.layout is not layout:
        known = _KNOWN[instance] = _networked(instance, layout)
    return known


_KNOWN: WeakKeyDictionary[Instance, Networked] = WeakKeyDictionary()


def _networked(instance: Instance, layout: Layout) -> Networked:
    mesh, grid = functional_mesh(instance), instance.grid
    distances = tuple(sorted({*DISTANCES_M, mesh.distance_m}))
    layouts = {TODAY: instance.today, PLAN: layout}
    found = {}
    for way in dict.fromkeys(neighbours_of(grid, each) for each in Neighbours):
        convention = Convention(grid, mesh.member, mesh.resistance, way, distances)
        found[way] = measured(layouts, instance.today, convention, mesh.distance_m, 0)
    between = linkage(mesh, instance.today, layout)
    kinds = instance.kinds
    may = np.logical_or.reduce(kinds.allowed[:, mesh.member], axis=1)[kinds.of]
    rates, today = instance.emissions.total, instance.today
    return Networked(
        layout=layout,
        mesh=mesh,
        measured=found,
        linkage=between,
        important=importance_of(between.plan, mesh.distance_m),
        links=link_importance_of(between.plan, between.over[1], mesh.distance_m),
        unlinked=unlinked(mesh, between.plan, may),
        cost=(rates[today, layout] - rates[today, today]) * grid.area_ha,
    )
