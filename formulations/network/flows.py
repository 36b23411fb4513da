"""Flows over the graph of patches: how much of a network's value goes over every link."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from os import cpu_count
from typing import NamedTuple

import numpy as np
from scipy import sparse

from formulations.core.compiling import compiled
from formulations.network.least_costs import Graph, graph_for, nothing_reached, reach_from
from formulations.network.links import Network
from formulations.network.reach import PARTS
from instances.units.grid import FloatArray


class Flows(NamedTuple):
    """``reached`` (patches,) the area that each patch reaches, each part as probable as it is, in ha;
    ``over`` (links,) the sum of a_i a_j p_ij over all pairs, both ways, that go over a link, in ha²."""

    reached: FloatArray
    over: FloatArray


def flows(network: Network, decay: float, longest_m: float) -> Flows:
    """The flows of a network; pairs of more than ``longest_m`` (m) are not counted, ``decay`` is per m."""
    patches, links = len(network), len(network.cost_m)
    near = np.flatnonzero(network.cost_m <= longest_m)
    first, second = network.first[near], network.second[near]
    ends = np.concatenate([first, second]), np.concatenate([second, first])
    graph = sparse.coo_array((np.tile(near + 1, 2), ends), shape=(patches, patches)).tocsr()
    graph.sort_indices()
    link = graph.data.astype(np.int64) - 1
    ways = graph_for(graph.indptr, graph.indices, link, network.cost_m[link], longest_m)
    reached, over = np.zeros(patches), np.zeros((PARTS, links))

    def walk(part: int) -> None:
        _flow(ways, network.counted_ha, decay, (part, PARTS), (reached, over[part]))

    with ThreadPoolExecutor(cpu_count()) as threads:
        list(threads.map(walk, range(PARTS)))
    return Flows(reached, over.sum(axis=0))


@compiled(nogil=True)
def _flow(
    ways: Graph, area: FloatArray, decay: float, dealt: tuple[int, int], found: tuple[FloatArray, FloatArray]
) -> None:
    """Fill in what goes out from every ``parts``-th patch from ``part`` on: the walk, then its tree
    backwards."""
    part, parts = dealt
    reached, over = found
    count = len(area)
    beyond, walk = np.zeros(count), nothing_reached(ways)
    for source in range(part, count, parts):
        visited = reach_from(ways, source, walk)
        for place in range(visited):
            patch = walk.order[place]
            beyond[patch] = area[patch] * np.exp(-decay * walk.least[patch])
            walk.least[patch] = np.inf
        for place in range(visited - 1, 0, -1):
            patch = walk.order[place]
            over[walk.via[patch]] += area[source] * beyond[patch]
            beyond[walk.before[patch]] += beyond[patch]
        reached[source] = beyond[source]
