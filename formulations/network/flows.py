"""Flows over the graph of patches: how much of a network's value goes over every link."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from os import cpu_count
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from formulations.core.compiling import compiled
from formulations.network.links import Network
from formulations.network.reach import PARTS, pull, push
from instances.units.grid import FloatArray


class Flows(NamedTuple):
    """``reached`` (patches,) the area that each patch reaches, each part as probable as it is, in ha;
    ``over`` (links,) the sum of a_i a_j p_ij over all pairs, both ways, that go over a link, in ha²."""

    reached: FloatArray
    over: FloatArray


def flows(network: Network, decay: float, longest_m: float) -> Flows:
    """The flows of a network; pairs of more than ``longest_m`` (m) are not counted, ``decay`` is per m."""
    patches, links = len(network), len(network.cost_m)
    rows = np.concatenate([network.first, network.second])
    columns = np.concatenate([network.second, network.first])
    both = np.arange(1, links + 1, dtype=np.int64)
    numbered = (np.concatenate([both, both]), (rows, columns))
    graph = sparse.coo_array(numbered, shape=(patches, patches)).tocsr()
    graph.sort_indices()
    link = graph.data - 1
    arrays = (graph.indptr.astype(np.int64), graph.indices.astype(np.int64), link, network.cost_m[link])
    reached, over = np.zeros(patches), np.zeros((PARTS, links))

    def walk(part: int) -> None:
        _flow(arrays, network.counted_ha, decay, longest_m, (part, PARTS), (reached, over[part]))

    with ThreadPoolExecutor(cpu_count()) as threads:
        list(threads.map(walk, range(PARTS)))
    return Flows(reached, over.sum(axis=0))


@compiled(nogil=True)
def _flow(
    graph: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], FloatArray],
    area: FloatArray,
    decay: float,
    longest: float,
    dealt: tuple[int, int],
    found: tuple[FloatArray, FloatArray],
) -> None:
    """Fill in what goes out from every ``parts``-th patch from ``part`` on: Dijkstra's walk, then its tree
    backwards."""
    start, to, link, cost = graph
    part, parts = dealt
    reached, over = found
    count, steps = len(area), len(to)
    least = np.full(count, np.inf)
    beyond = np.zeros(count)
    via, before = np.empty(count, np.int64), np.empty(count, np.int64)
    done = np.zeros(count, np.bool_)
    order, touched = np.empty(count, np.int64), np.empty(count, np.int64)
    heap_cost, heap_patch = np.empty(steps + 1), np.empty(steps + 1, np.int64)
    for source in range(part, count, parts):
        least[source] = 0.0
        touched[0] = source
        marks, visited, size = 1, 0, 1
        heap_cost[0], heap_patch[0] = 0.0, source
        while size > 0:
            here, patch = heap_cost[0], heap_patch[0]
            size -= 1
            pull(heap_cost, heap_patch, size)
            if done[patch]:
                continue
            done[patch] = True
            order[visited] = patch
            visited += 1
            beyond[patch] = area[patch] * np.exp(-decay * here)
            for step in range(start[patch], start[patch + 1]):
                there, other = here + cost[step], to[step]
                if there <= longest and there < least[other]:
                    if least[other] == np.inf:
                        touched[marks] = other
                        marks += 1
                    least[other], via[other], before[other] = there, link[step], patch
                    push(heap_cost, heap_patch, size, there, other)
                    size += 1
        for place in range(visited - 1, 0, -1):
            patch = order[place]
            over[via[patch]] += area[source] * beyond[patch]
            beyond[before[patch]] += beyond[patch]
        reached[source] = beyond[source]
        for mark in range(marks):
            least[touched[mark]] = np.inf
            done[touched[mark]] = False
