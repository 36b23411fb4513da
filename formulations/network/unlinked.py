"""Pairs of patches that a layout leaves unlinked: what linking them would be worth, and what is in the way.

The least-cost way between two neighbouring patches crosses units that may join the network and units that
may not, by red lines and transitions. Where the second are none, the pair is left unlinked by choice.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from formulations.network.functional_mesh import FunctionalMesh
from formulations.network.links import Network
from instances.units.grid import FloatArray
from instances.units.sums import sum_by

MOST_PAIRS = 20


class Unlinked(NamedTuple):
    """Links by their positions in a network, those that would gain most first: ``mesh_ha`` is what a way that
    costs nothing would add between the two patches alone, ``barred_ha`` and ``open_ha`` the land on the way
    that may not and that may join."""

    link: NDArray[np.intp]
    mesh_ha: FloatArray
    barred_ha: FloatArray
    open_ha: FloatArray


def unlinked(
    mesh: FunctionalMesh, network: Network, may: NDArray[np.bool_], most: int = MOST_PAIRS
) -> Unlinked:
    """The pairs of neighbouring patches farther apart than the network's distance that would gain most;
    ``may`` (units,) may join."""
    area = network.counted_ha
    lacking = -np.expm1(-mesh.decay * network.cost_m)
    worth = 2.0 * area[network.first] * area[network.second] * lacking / mesh.grid.total_ha
    far = np.flatnonzero(network.cost_m > mesh.distance_m)
    link = far[np.argsort(-worth[far], kind="stable")[:most]]
    number, unit = network.ways(link)
    outside = network.patch[unit] < 0
    number, unit = number[outside], unit[outside]
    size = mesh.grid.area_ha[unit]
    barred = sum_by(number, np.where(may[unit], 0.0, size), len(link))
    return Unlinked(link, worth[link], barred, sum_by(number, size, len(link)) - barred)
