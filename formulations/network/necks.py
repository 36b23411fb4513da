"""Necks: units without which a patch would fall apart, and what the network would lose by it.

From the unit farthest from the patch's edge a tree of easiest ways grows over every patch, easier the farther
from the edge. What hangs on a unit in this tree, with all that comes in over links, is cut off where the unit
is lost: of s ha that the patch reaches, m_c hang on it in pieces c, and s² - sum m_c² - (s - sum m_c)² ha² of
pairs would have to find another way.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from formulations.core.compiling import compiled
from formulations.network.flows import Flows
from formulations.network.functional_mesh import FunctionalMesh
from formulations.network.links import Network
from formulations.network.walks import steps_away, walk
from instances.units.grid import FloatArray

THIN = 1
"""Units so many steps from the patch's edge are looked at; others have neighbours that take over."""


def necks(mesh: FunctionalMesh, network: Network, flow: Flows, counted_ha: FloatArray) -> FloatArray:
    """(units,) the pairs, in ha², that go through a unit in the tree of its patch; 0 outside and where the
    patch is thick. ``counted_ha`` (units,) is with how much of its area every unit counts."""
    patch = network.patch
    units = np.flatnonzero(patch >= 0)
    if len(units) == 0:
        return np.zeros(len(patch))
    deep = depth(mesh, patch >= 0)
    roots = _roots(units, patch[units], deep[units])
    even = mesh.around._replace(length_m=np.ones(len(mesh.around.other)))  # a step is a step
    far, before, _ = walk(even, 1.0 / deep**2, patch >= 0, roots)
    mass = counted_ha + _from_links(network, flow)
    order = units[np.argsort(-far[units], kind="stable")]
    through: FloatArray = _cut_off(order, before.astype(np.int64), mass, flow.reached[np.maximum(patch, 0)])
    through[deep > THIN] = 0.0
    return through


def depth(mesh: FunctionalMesh, member: NDArray[np.bool_]) -> FloatArray:
    """(units,) steps to the nearest unit outside; where there is none, as many as there are units."""
    units, deep = len(member), steps_away(mesh.around, ~member)
    return np.clip(np.where(deep < 0, units, deep).astype(float), 1.0, units)


def _roots(units: NDArray[np.intp], patch: NDArray[np.int32], deep: FloatArray) -> NDArray[np.intp]:
    order = np.lexsort((-deep, patch))
    new = np.ones(len(order), dtype=bool)
    new[1:] = patch[order][1:] != patch[order][:-1]
    return units[order[new]]


def _from_links(network: Network, flow: Flows) -> FloatArray:
    """(units,) the area that comes in over links, at the patch's unit where they end: x with
    2 x (s - x) = flow over the link."""
    found = np.zeros(len(network.patch))
    for side, patches in ((0, network.first), (1, network.second)):
        unit = network.ends[:, side].astype(np.int64)
        while len(unit) and (network.patch[unit] < 0).any():
            outside = network.patch[unit] < 0
            unit[outside] = network.before[unit[outside]]
        whole = flow.reached[patches]
        beyond = 0.5 * (whole - np.sqrt(np.maximum(whole**2 - 2.0 * flow.over, 0.0)))
        np.add.at(found, unit, beyond)
    return found


@compiled()
def _cut_off(
    order: NDArray[np.int64], before: NDArray[np.int64], mass: FloatArray, reached: FloatArray
) -> FloatArray:
    """(units,) the pairs through every unit; ``order`` has the units, those farthest from the root first."""
    hanging = mass.copy()
    squares, found = np.zeros(len(mass)), np.zeros(len(mass))
    for unit in order:
        whole = reached[unit]
        rest = max(0.0, whole - hanging[unit])
        found[unit] = max(0.0, whole * whole - squares[unit] - rest * rest)
        parent = before[unit]
        if parent >= 0:
            hanging[parent] += hanging[unit]
            squares[parent] += hanging[unit] * hanging[unit]
    return found
