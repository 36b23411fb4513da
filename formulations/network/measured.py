"""Layouts as networks, measured: without regard to distance, at several distances, and what matters most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formulations.network.links import Network, network_of
from formulations.network.measures import (
    Importance,
    Reach,
    Shape,
    importance_of,
    longest_link_m,
    reach_of,
    shape_of,
)
from formulations.network.steps import Neighbours, steps
from instances.units.grid import FloatArray, Grid, Layout


@dataclass(frozen=True, eq=False)
class Measured:
    """One layout as a network: its ``name`` (``today``, a plan's folder, a raster's file), its measures
    without regard to distance, those at every distance, and the patches that matter most."""

    name: str
    network: Network
    shape: Shape
    reaches: tuple[Reach, ...]
    important: tuple[Importance, ...]


@dataclass(frozen=True, eq=False)
class Convention:
    """How networks are counted: ``member`` (classes,) belong to them, ``resistance`` (classes,) how hard they
    are to cross; who is next to whom; from edge to edge or between ``centres``; the distances in m (> 0)."""

    grid: Grid
    member: NDArray[np.bool_]
    resistance: FloatArray
    neighbours: Neighbours
    distances_m: tuple[float, ...]
    centres: bool = False


def measured(
    layouts: Mapping[str, Layout], today: Layout, convention: Convention, weigh_at_m: float, most: int
) -> tuple[Measured, ...]:
    """Layouts (units,) by name, each measured; at ``weigh_at_m`` the ``most`` important patches are weighed,
    which takes as long for each as the whole."""
    grid, member = convention.grid, convention.member
    ways = steps(grid, convention.neighbours)
    longest = longest_link_m(max(convention.distances_m))
    found = []
    for name, layout in layouts.items():
        resistance = convention.resistance[layout]
        net = network_of(member[layout], resistance, grid, ways, longest, centres=convention.centres)
        found.append(
            Measured(
                name,
                net,
                shape_of(net, member[today], grid),
                reaches_of(net, convention.distances_m, grid.total_ha),
                importance_of(net, weigh_at_m, most) if most else (),
            )
        )
    return tuple(found)


def reaches_of(network: Network, distances_m: Sequence[float], total_ha: float) -> tuple[Reach, ...]:
    """The measures of a network at every distance."""
    return tuple(reach_of(network, distance, total_ha) for distance in distances_m)
