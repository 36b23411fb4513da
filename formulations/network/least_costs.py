"""Least costs from one patch over the graph of links, by buckets (Dial 1969; Denardo and Fox 1979).

Patches wait in buckets of equal width by what they are known to cost. No link costs less than a bucket is
wide, so that within one any order will do, and no heap is needed: that takes less than half the time. Where
some link is so cheap that there would be too many buckets they are wider, a patch may be seen twice, and
the order is found by sorting.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from formulations.core.compiling import compiled
from instances.units.grid import FloatArray

MOST_BUCKETS = 1_000_000
NARROWER = 0.999
"""Buckets are so much narrower than the cheapest link: sums of floats may be a little off."""
OUT = -2
"""In place of a next patch: this one waits in no bucket."""


class Graph(NamedTuple):
    """The links of patch i are those at ``start[i]`` to ``start[i + 1]``: to which patch, which link, and
    what it costs, in m; patches that cost more than ``longest`` are not reached. Buckets are ``width`` wide,
    and patches ``ordered`` by them where no link costs less."""

    start: NDArray[np.int64]
    to: NDArray[np.int64]
    link: NDArray[np.int64]
    cost: FloatArray
    longest: float
    width: float
    ordered: bool


class Reached(NamedTuple):
    """All (patches,): what each costs from where a walk began, inf where it is not reached; the link and the
    patch that lead to it; and the patches reached, by what they cost. Then the buckets, empty between walks:
    ``first`` (buckets,) patch in each, those ``after`` and ``ahead`` of a patch, and whether a patch was
    ``seen``, taken out of its bucket once."""

    least: FloatArray
    via: NDArray[np.int64]
    before: NDArray[np.int64]
    order: NDArray[np.int64]
    first: NDArray[np.int64]
    after: NDArray[np.int64]
    ahead: NDArray[np.int64]
    seen: NDArray[np.bool_]


def graph_for(
    start: NDArray[np.integer],
    to: NDArray[np.integer],
    link: NDArray[np.int64],
    cost: FloatArray,
    longest: float,
) -> Graph:
    """The graph of links (places,) along which no way of more than ``longest`` m (> 0) is looked for."""
    cheapest = NARROWER * float(cost.min(initial=longest))
    width = max(cheapest, longest / MOST_BUCKETS)
    return Graph(start.astype(np.int64), to.astype(np.int64), link, cost, longest, width, width == cheapest)


@compiled(nogil=True)
def nothing_reached(graph: Graph) -> Reached:
    """Room for walks, before the first."""
    count = len(graph.start) - 1
    first = np.full(int(graph.longest / graph.width) + 1, -1, np.int64)
    return Reached(
        np.full(count, np.inf),
        np.full(count, -1, np.int64),
        np.full(count, -1, np.int64),
        np.empty(count, np.int64),
        first,
        np.full(count, OUT, np.int64),
        np.full(count, OUT, np.int64),
        np.zeros(count, np.bool_),
    )


@compiled(nogil=True)
def reach_from(graph: Graph, source: int, found: Reached) -> int:
    """Fill in what is reached from a patch, that one first; how many patches that is. ``least`` has to be inf
    everywhere."""
    found.least[source] = 0.0
    found.seen[source] = False
    _wait(source, 0, found)
    count, waiting, bucket = 0, 1, 0
    while waiting > 0:
        patch = found.first[bucket]
        if patch < 0:
            bucket += 1
            continue
        _leave(patch, bucket, found)
        waiting -= 1
        if not found.seen[patch]:
            found.seen[patch] = True
            found.order[count] = patch
            count += 1
        here = found.least[patch]
        for at in range(graph.start[patch], graph.start[patch + 1]):
            there, other = here + graph.cost[at], graph.to[at]
            if there > graph.longest or there >= found.least[other]:
                continue
            if found.least[other] == np.inf:
                found.seen[other] = False
            elif found.after[other] != OUT:
                _leave(other, int(found.least[other] / graph.width), found)
                waiting -= 1
            found.least[other], found.via[other], found.before[other] = there, graph.link[at], patch
            _wait(other, int(there / graph.width), found)
            waiting += 1
    if not graph.ordered:
        reached = found.order[:count].copy()
        found.order[:count] = reached[np.argsort(found.least[reached], kind="mergesort")]
    return count


@compiled(nogil=True)
def _wait(patch: int, bucket: int, found: Reached) -> None:
    """Put a patch into a bucket, ahead of all others."""
    next_ = found.first[bucket]
    found.after[patch], found.ahead[patch] = next_, -1
    if next_ >= 0:
        found.ahead[next_] = patch
    found.first[bucket] = patch


@compiled(nogil=True)
def _leave(patch: int, bucket: int, found: Reached) -> None:
    """Take a patch out of the bucket in which it waits."""
    before, behind = found.ahead[patch], found.after[patch]
    if before >= 0:
        found.after[before] = behind
    else:
        found.first[bucket] = behind
    if behind >= 0:
        found.ahead[behind] = before
    found.after[patch] = OUT
