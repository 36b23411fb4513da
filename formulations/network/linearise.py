"""The functional mesh near a layout, as an indicator of cell terms: what every unit adds by belonging.

    in, or next to, a patch       2 S e^(-k dist) a     S the area that the patch reaches
    on the way of a link          F (e^(k c) - 1)       F the pairs that go over it, c the cost of crossing
    at a neck of a patch          N (1 - e^(-k c'))     N the pairs that go through it, c' the way around

each divided by the area of all units. The first two never promise a single unit too much, as others only
find more ways; the third keeps what holds a patch together, without which rounds swing to and fro.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from formulations.core.indicator import CellTerm
from formulations.network.flows import Flows, flows
from formulations.network.functional_mesh import FunctionalMesh
from formulations.network.links import Network
from formulations.network.necks import necks
from formulations.network.widths import squares_of
from instances.units.grid import FloatArray, Layout
from instances.units.sums import sum_by

FARTHER = 3.0
"""Links so many times as long as those that count are known: nothing goes over them, but a corridor might."""


@dataclass(frozen=True, eq=False)
class Near:
    """The functional mesh near a layout: its value ``mesh_ha``, its ``network``, with links too long to
    count, and ``flow``.

    All (units,): ``area_worth``, ``way_worth`` and ``neck_worth`` say what a unit adds by belonging, in ha of
    functional mesh; ``cross_m`` what it costs to cross, 0 inside.
    """

    mesh_ha: float
    network: Network
    flow: Flows
    area_worth: FloatArray
    way_worth: FloatArray
    neck_worth: FloatArray
    cross_m: FloatArray

    @property
    def worth(self) -> FloatArray:
        """(units,) what a unit adds by belonging, all others as they are, in ha of functional mesh."""
        return self.area_worth + self.way_worth + self.neck_worth

    def at_least(self, other: Near) -> Near:
        """The same with what units are worth near another layout, where that is more."""
        return replace(
            self,
            area_worth=np.maximum(self.area_worth, other.area_worth),
            way_worth=np.maximum(self.way_worth, other.way_worth),
            neck_worth=np.maximum(self.neck_worth, other.neck_worth),
        )


def near(mesh: FunctionalMesh, layout: Layout) -> Near:
    """The functional mesh near a layout (units,)."""
    network = mesh.network(layout, FARTHER)
    flow = flows(network, mesh.decay, mesh.longest_m)
    inside = network.patch >= 0
    cross_m = np.where(inside, 0.0, mesh.resistance[layout] * mesh.step_m)
    total = mesh.grid.total_ha
    # Whoever stands before a lost neck crosses the easiest land that does not belong.
    easiest = float(mesh.resistance[~mesh.member].min()) if (~mesh.member).any() else 0.0
    lost = -np.expm1(-mesh.decay * easiest * mesh.step_m)
    return Near(
        mesh_ha=float(network.counted_ha @ flow.reached) / total,
        network=network,
        flow=flow,
        area_worth=_area_worth(mesh, network, flow, cross_m) * mesh.own_ha / total,
        way_worth=_way_worth(mesh, network, flow, cross_m) / total,
        neck_worth=necks(mesh, network, flow, counted_of(mesh, network, layout)) * lost / total,
        cross_m=cross_m,
    )


def _way_worth(mesh: FunctionalMesh, network: Network, flow: Flows, cross_m: FloatArray) -> FloatArray:
    """(units,) ha² that each unit on the way of a link adds; none where corridors are wider than a unit,
    which are worth something as a whole only."""
    if squares_of(mesh) is not None:
        return np.zeros(len(cross_m))
    found: FloatArray = over_ways(network, flow.over) * np.expm1(mesh.decay * cross_m)
    return found


def _area_worth(mesh: FunctionalMesh, network: Network, flow: Flows, cross_m: FloatArray) -> FloatArray:
    """(units,) ha² that each ha of a unit adds: reached from its patch, or from the nearest one; where that
    counts for nothing, neither does what joins it."""
    owner, distance = network.owner, network.away_m
    from_edge = np.maximum(distance - 0.5 * cross_m, 0.0)
    reached = np.append(np.where(network.counted_ha > 0, flow.reached, 0.0), 0.0)[owner]
    if mesh.sources is not None:
        # By itself a unit is a source only where that needs no more than its own area.
        alone = mesh.own_ha >= mesh.sources.least_ha
        reached = np.where(alone | _beside(mesh, network), reached, 0.0)
    return 2.0 * reached * np.exp(-mesh.decay * from_edge)


def _beside(mesh: FunctionalMesh, network: Network) -> NDArray[np.bool_]:
    """(units,) True in a patch that counts, and next to one."""
    inside = np.append(network.counted_ha > 0, False)[network.patch]
    found = inside.copy()
    found[mesh.ways.first[inside[mesh.ways.second]]] = True
    found[mesh.ways.second[inside[mesh.ways.first]]] = True
    return found


def counted_of(mesh: FunctionalMesh, network: Network, layout: Layout) -> FloatArray:
    """(units,) the area in ha with which every unit counts in its patch."""
    counts = np.append(network.counted_ha > 0, False)[network.patch]
    if mesh.sources is not None:
        counts &= mesh.sources.of(layout)
    return np.where(counts, mesh.grid.area_ha, 0.0)


def cell_terms(mesh: FunctionalMesh, here: Near, more: FloatArray | float = 0.0) -> tuple[CellTerm, ...]:
    """What every unit adds by belonging, and ``more`` (units,), in ha of functional mesh: as land of any
    class of the network; with its own area as land of a source's class alone."""
    whole = np.zeros(len(here.cross_m), dtype=np.int32)
    member = mesh.member[None, :].astype(float)
    if mesh.sources is None or np.array_equal(mesh.sources.member, mesh.member):
        return (CellTerm(here.worth + more, whole, member),)
    source = mesh.sources.member[None, :].astype(float)
    links = here.way_worth + here.neck_worth + more
    return CellTerm(links, whole, member), CellTerm(here.area_worth, whole, source)


def over_ways(network: Network, amount: FloatArray) -> FloatArray:
    """(units,) the sum of an amount (links,) over the links whose way crosses a unit outside patches."""
    number, unit = network.ways(np.arange(len(network.cost_m), dtype=np.intp))
    found = sum_by(unit, amount[number], len(network.patch))
    found[network.patch >= 0] = 0.0
    return found
