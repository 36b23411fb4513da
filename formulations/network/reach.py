"""Walks over the graph of patches: what every patch can reach, and how easily."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from os import cpu_count

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from formulations.core.compiling import compiled
from formulations.network.least_costs import Graph, graph_for, nothing_reached, reach_from
from formulations.network.links import Network
from instances.units.grid import FloatArray

PARTS = 16
"""Patches are dealt out to so many parts, some of which run side by side; every sum belongs to one part, so
that it does not depend on how many do."""


def graph_of(network: Network, longest_m: float = np.inf, without: int = -1) -> sparse.csr_array:
    """(patches, patches) the costs of links of at most ``longest_m``, both ways; ``without`` one patch."""
    kept = (network.cost_m <= longest_m) & (network.first != without) & (network.second != without)
    first, second, cost = network.first[kept], network.second[kept], network.cost_m[kept]
    rows, columns = np.concatenate([first, second]), np.concatenate([second, first])
    shape = (len(network), len(network))
    graph = sparse.coo_array((np.concatenate([cost, cost]), (rows, columns)), shape=shape).tocsr()
    graph.sort_indices()
    return graph


def probable_area(
    graph: sparse.csr_array,
    area: FloatArray,
    decay: float,
    longest_m: float,
    starts: NDArray[np.intp] | None = None,
) -> tuple[FloatArray, FloatArray]:
    """(patches,) the area that each patch reaches, weighted with exp(-decay · least cost), itself included;
    and the plain area of all patches within ``longest_m``, the only ones that are counted. Of ``starts``
    alone where they are given, 0 for all others."""
    weighted, plain = np.zeros(len(area)), np.zeros(len(area))
    every = np.arange(len(area)) if starts is None else starts
    # Who they are linked by does not matter here.
    links = graph_for(graph.indptr, graph.indices, np.zeros(graph.nnz, dtype=np.int64), graph.data, longest_m)

    def walk(part: int) -> None:
        _probable(links, area, decay, every[part::PARTS].astype(np.int64), (weighted, plain))

    with ThreadPoolExecutor(cpu_count()) as threads:
        list(threads.map(walk, range(PARTS)))
    return weighted, plain


def area_by_links(graph: sparse.csr_array, area: FloatArray) -> FloatArray:
    """(patches,) the area that each patch reaches, each divided by one more than the fewest links to it."""
    found: FloatArray = _by_links(graph.indptr.astype(np.int64), graph.indices.astype(np.int64), area)
    return found


@compiled(nogil=True)
def _probable(
    graph: Graph,
    area: FloatArray,
    decay: float,
    starts: NDArray[np.int64],
    found: tuple[FloatArray, FloatArray],
) -> None:
    """Fill in what every patch of ``starts`` reaches."""
    weighted, plain = found
    reached = nothing_reached(graph)
    for source in starts:
        count = reach_from(graph, source, reached)
        for place in range(count):
            patch = reached.order[place]
            weighted[source] += area[patch] * np.exp(-decay * reached.least[patch])
            plain[source] += area[patch]
            reached.least[patch] = np.inf


@compiled()
def _by_links(start: NDArray[np.int64], to: NDArray[np.int64], area: FloatArray) -> FloatArray:
    count = len(area)
    links = np.full(count, -1, np.int64)
    queue = np.empty(count, np.int64)
    reached = np.zeros(count)
    for source in range(count):
        queue[0] = source
        links[source] = 0
        first, last = 0, 1
        while first < last:
            patch = queue[first]
            first += 1
            reached[source] += area[patch] / (1.0 + links[patch])
            for link in range(start[patch], start[patch + 1]):
                other = to[link]
                if links[other] < 0:
                    links[other] = links[patch] + 1
                    queue[last] = other
                    last += 1
        for mark in range(last):
            links[queue[mark]] = -1
    return reached
