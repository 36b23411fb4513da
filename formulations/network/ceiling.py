"""A ceiling of the functional mesh that no layout exceeds.

Were all units in the network that may be, and all others as easy to cross as they may become, no two units
would be farther apart than in any layout. With exact distances D between the patches i of that layout, its
largest as starts, and at most N ha in the network,

    mesh(x) <= max { sum_i x_i T_i / A : 0 <= x_i <= a_i, sum_i x_i <= N },   T_i = max_x sum_j x_j p_ij.

Distances between two patches that are no starts are not looked for: they are no less than what leads to the
next patch from either.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from formulations.core.problem import Options
from formulations.network.functional_mesh import FunctionalMesh
from formulations.network.links import Network, network_of
from instances.units.grid import FloatArray

VISITS = 12_000_000
"""Units that all walks together may come to."""
STARTS = (8, 200)
"""At the least and at the most so many walks."""
AT_A_TIME = 16


def ceiling(mesh: FunctionalMesh, options: Options, most_ha: float = np.inf) -> float:
    """The functional mesh that no layout within the options exceeds whose network has at most ``most_ha``, in
    ha."""
    may = np.logical_or.reduce(options.allowed[:, mesh.member], axis=1)[options.kind]
    easiest = np.where(options.allowed, mesh.resistance, np.inf).min(axis=1)[options.kind]
    network = network_of(may, easiest, mesh.grid, mesh.ways, mesh.longest_m)
    area = _counted(mesh, options, network)
    if len(area) == 0:
        return 0.0
    if area.max() >= most_ha:
        return most_ha**2 / mesh.grid.total_ha  # all there may be finds room where nothing is apart
    starts = np.argsort(-area, kind="stable")[: _count(int((~may).sum()) + len(area))]
    least = _distances(mesh, network, easiest, starts)
    probable = np.exp(-mesh.decay * least)
    alone = np.exp(-mesh.decay * _nearest(network))
    others = np.setdiff1d(np.arange(len(area)), starts)
    total = np.zeros(len(area))
    total[starts] = _most(probable, np.broadcast_to(area, probable.shape), most_ha)
    if len(others):
        rest = area[others].sum() - area[others]
        near = np.column_stack([probable[:, others].T, np.ones(len(others)), alone[others]])
        sizes = np.column_stack(
            [np.broadcast_to(area[starts], (len(others), len(starts))), area[others], rest]
        )
        total[others] = _most(near, sizes, most_ha)
    return float(_most(total[None, :], area[None, :], most_ha)[0]) / mesh.grid.total_ha


def _counted(mesh: FunctionalMesh, options: Options, network: Network) -> FloatArray:
    """(patches,) the most that a patch may count with: of sources, what may be of their classes."""
    if mesh.sources is None:
        return network.area_ha
    source = np.logical_or.reduce(options.allowed[:, mesh.sources.member], axis=1)[options.kind]
    if mesh.sources.where is not None:
        source &= mesh.sources.where
    return mesh.sources.area_ha(network, source, mesh.grid)


def _count(nodes: int) -> int:
    return int(np.clip(VISITS // max(nodes, 1), *STARTS))


def _most(value: FloatArray, size: FloatArray, most: float) -> FloatArray:
    """(rows,) the most that ``most`` of what there is may be worth: the dearest is taken first."""
    order = np.argsort(-value, axis=1)
    taken = np.minimum(np.cumsum(np.take_along_axis(size, order, axis=1), axis=1), most)
    each = np.diff(taken, axis=1, prepend=0.0)
    found: FloatArray = (each * np.take_along_axis(value, order, axis=1)).sum(axis=1)
    return found


def _nearest(network: Network) -> FloatArray:
    """(patches,) the cost of the cheapest link of every patch: the least to any other, exactly."""
    found = np.full(len(network), np.inf)
    np.minimum.at(found, network.first, network.cost_m)
    np.minimum.at(found, network.second, network.cost_m)
    return found


def _distances(
    mesh: FunctionalMesh, network: Network, resistance: FloatArray, starts: NDArray[np.intp]
) -> FloatArray:
    """(starts, patches) the least costs over all ways there are, patches being free to cross; inf beyond the
    longest that counts."""
    patches = len(network)
    outside = network.patch < 0
    node = np.where(outside, patches + np.cumsum(outside) - 1, network.patch)
    charged = np.where(outside, resistance, 0.0)
    ways = mesh.ways
    cost = 0.5 * ways.length_m * (charged[ways.first] + charged[ways.second])
    low = np.minimum(node[ways.first], node[ways.second])
    high = np.maximum(node[ways.first], node[ways.second])
    between = np.flatnonzero(low != high)
    order = between[np.lexsort((cost[between], high[between], low[between]))]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (low[order][1:] != low[order][:-1]) | (high[order][1:] != high[order][:-1])
    kept = order[new]
    count = patches + int(outside.sum())
    graph = sparse.csr_array((cost[kept], (low[kept], high[kept])), shape=(count, count))
    graph = graph + graph.T
    rows = [
        csgraph.dijkstra(graph, indices=starts[at : at + AT_A_TIME], limit=mesh.longest_m)[:, :patches]
        for at in range(0, len(starts), AT_A_TIME)
    ]
    return np.concatenate(rows)
