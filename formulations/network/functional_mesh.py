"""The functional mesh: the area that one who sets out anywhere reaches on average, in ha.

    mesh = sum_ij a_i a_j exp(-k D_ij) / A = ECA² / A

with patches i of area a_i (that of its sources, where a study names some: all else is only crossed), least
costs D_ij over the graph of links, k = ln 2 / d, A the area of all units (``measures``). It is no sum over
units: what a cell adds depends on all others. ``linearise`` says what it is near a layout, ``rounds`` makes a
plan of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from formulations.network.links import Network, neighbours_of, network_of
from formulations.network.measures import longest_link_m
from formulations.network.reach import graph_of, probable_area
from formulations.network.sources import Sources, same_sources, sources_of
from formulations.network.steps import Neighbours, Steps, steps
from instances.instance import Instance
from instances.land.resistance import resistances
from instances.study.schema import Study
from instances.units.grid import FloatArray, Grid, Layout
from instances.units.sums import sum_by

NAME = "functional_mesh"
UNIT = "ha"
REMEMBERED = 8
"""Layouts whose functional mesh is kept at hand: a plan is asked for its own several times."""


def weight_of(study: Study) -> float:
    """What a ha of functional mesh is worth in a study's objective, in tCO2e/yr; 0 where it is not asked
    for."""
    return study.objective.maximise.get(NAME, 0.0)


@dataclass(frozen=True, eq=False)
class FunctionalMesh:
    """How the network of a layout is counted: ``member`` (classes,) belong to it, ``resistance`` (classes,)
    how hard they are to cross, ``distance_m`` (> 0) how far half of those get who set out on easy land.
    ``corridor_m`` is how wide corridors are that a plan makes; no layout is counted otherwise by it."""

    grid: Grid
    member: NDArray[np.bool_]
    resistance: FloatArray
    distance_m: float
    neighbours: Neighbours = Neighbours.EDGES
    sources: Sources | None = None
    corridor_m: float = 0.0

    @property
    def decay(self) -> float:
        """K, per m of easy land."""
        return math.log(2.0) / self.distance_m

    @property
    def longest_m(self) -> float:
        """The least cost from which on pairs are not counted, in m."""
        return longest_link_m(self.distance_m)

    @cached_property
    def ways(self) -> Steps:
        """The steps from unit to unit."""
        return steps(self.grid, neighbours_of(self.grid, self.neighbours))

    @cached_property
    def step_m(self) -> FloatArray:
        """(units,) how long it is to cross a unit: the mean of its steps, in m."""
        units = len(self.grid)
        total, count = np.zeros(units), np.zeros(units)
        for side in (self.ways.first, self.ways.second):
            total += sum_by(side, self.ways.length_m, units)
            count += np.bincount(side, minlength=units)
        typical = float(self.ways.length_m.mean()) if len(self.ways.length_m) else 1.0
        return np.divide(total, count, out=np.full(units, typical), where=count > 0)

    def network(self, layout: Layout, farther: float = 1.0) -> Network:
        """Patches and links of a layout (units,), ``farther`` times as long as those that count."""
        member = self.member[layout]
        found = network_of(member, self.resistance[layout], self.grid, self.ways, farther * self.longest_m)
        if self.sources is None:
            return found
        return replace(found, sources_ha=self.sources.area_ha(found, self.sources.of(layout), self.grid))

    @cached_property
    def own_ha(self) -> FloatArray:
        """(units,) the area in ha with which a unit counts as land of a source's class."""
        where = None if self.sources is None else self.sources.where
        return self.grid.area_ha if where is None else self.grid.area_ha * where

    def evaluate(self, layout: Layout) -> float:
        """The functional mesh of a layout (units,), in ha; that of a layout counted lately is known."""
        key = blake2b(layout.tobytes(), digest_size=16).digest()
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= REMEMBERED:
                self._known.pop(next(iter(self._known)))
            found = self._known[key] = self.evaluate_network(self.network(layout))
        return found

    @cached_property
    def _known(self) -> dict[bytes, float]:
        return {}

    def alike(self, other: object) -> bool:
        """True where another functional mesh counts every layout of the same units alike."""
        if not isinstance(other, FunctionalMesh):
            return False
        tables = (self.member, other.member), (self.resistance, other.resistance)
        return (
            all(np.array_equal(*each) for each in tables)
            and (self.distance_m, self.neighbours) == (other.distance_m, other.neighbours)
            and same_sources(self.sources, other.sources)
            and len(self.grid) == len(other.grid)
            and self.corridor_m == other.corridor_m
        )

    def evaluate_network(self, net: Network) -> float:
        """The functional mesh of a network, in ha."""
        graph = graph_of(net, self.longest_m)
        weighted, _ = probable_area(graph, net.counted_ha, self.decay, self.longest_m)
        return float(net.counted_ha @ weighted) / self.grid.total_ha

    def eca_ha(self, mesh_ha: float) -> float:
        """The equivalent connected area of a functional mesh, both in ha."""
        return math.sqrt(mesh_ha * self.grid.total_ha)


def functional_mesh(instance: Instance) -> FunctionalMesh:
    """The functional mesh of the blue-green network as a study asks for it (``[network]``)."""
    asked, classes = instance.study.network, instance.classes
    neighbours = Neighbours.EDGES if asked.neighbours == "edges" else Neighbours.CORNERS
    return FunctionalMesh(
        grid=instance.grid,
        member=classes.blue_green,
        resistance=resistances(classes, asked.resistance),
        distance_m=asked.distance_m,
        neighbours=neighbours_of(instance.grid, neighbours),
        sources=sources_of(instance),
        corridor_m=asked.corridor_width_m,
    )
