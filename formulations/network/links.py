"""Patches of a network and the links between them: least-cost paths over a resistance surface.

Every unit outside belongs to the patch it is nearest to; patches whose surroundings meet are linked by the
cheapest path over that border (the minimum planar graph of Fall et al. 2007). Over several links the graph
gives the least cost between any two patches; where a path would do better through a third patch's
surroundings without touching it, the graph's distance is longer: what is made of it is never too high.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from formulations.network.steps import Neighbours, Steps
from formulations.network.walks import Around, meetings, rim_of, walk
from instances.units.grid import FloatArray, Grid
from instances.units.sums import sum_by


@dataclass(frozen=True, eq=False)
class Network:
    """Patches and their links.

    ``patch`` (units,) is the patch of every unit, -1 outside; ``area_ha`` (patches,); ``first``, ``second``
    (links,) the patches that a link joins, and ``cost_m`` (links,) its least cost, in metres of easy land.
    ``ends`` (links, 2) are the units between which the two halves of the path meet, ``before`` (units,) the
    unit before each on the way from its patch, negative at the patch. ``owner`` (units,) is the patch
    nearest to a unit, -1 where none is near, and ``away_m`` (units,) the least cost from it to the unit's
    middle, 0 inside.
    """

    patch: NDArray[np.int32]
    area_ha: FloatArray
    first: NDArray[np.int32]
    second: NDArray[np.int32]
    cost_m: FloatArray
    ends: NDArray[np.int32]
    before: NDArray[np.int32]
    owner: NDArray[np.int32]
    away_m: FloatArray
    sources_ha: FloatArray | None = None

    @property
    def counted_ha(self) -> FloatArray:
        """(patches,) the area that is set out from and arrived at, in ha: ``sources_ha``, or all of it."""
        return self.area_ha if self.sources_ha is None else self.sources_ha

    def __len__(self) -> int:
        return len(self.area_ha)

    def path(self, link: int) -> NDArray[np.int32]:
        """The units outside patches that the path of a link crosses, from its first patch to its second."""
        halves = []
        for unit in self.ends[link].tolist():
            half = []
            while self.patch[unit] < 0:
                half.append(unit)
                unit = int(self.before[unit])
            halves.append(half)
        return np.array(halves[0][::-1] + halves[1], dtype=np.int32)

    def ways(self, links: NDArray[np.intp]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The paths of some links and the patches' own units at both ends: (places,) the position in
        ``links`` and the unit, path after path. All are followed at once, a unit a round."""
        if not len(links):
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        numbers, orders, units = [], [], []
        for side in (0, 1):
            at, link, step = self.ends[links, side].astype(np.int64), np.arange(len(links)), 0
            while len(link):
                numbers.append(link)
                orders.append(np.full(len(link), step if side else -step - 1))
                units.append(at)
                going = self.patch[at] < 0
                link, at, step = link[going], self.before[at[going]].astype(np.int64), step + 1
        number, unit = np.concatenate(numbers), np.concatenate(units)
        order = np.lexsort((np.concatenate(orders), number))
        return number[order], unit[order]


def network_of(
    member: NDArray[np.bool_],
    resistance: FloatArray,
    grid: Grid,
    ways: Steps,
    longest_m: float,
    *,
    centres: bool = False,
) -> Network:
    """The network of the units of ``member`` (units,) over ``resistance`` (units,).

    ``ways`` (``steps``) say who is next to whom. Patches cost nothing to cross. Links of more than
    ``longest_m`` are left out. Costs are counted from edge to edge, or between ``centres`` of outer units.
    """
    inside = member[ways.first] & member[ways.second]
    patch, area_ha = _patches(member, ways.first[inside], ways.second[inside], grid)
    charged = np.where(member, resistance if centres else 0.0, resistance)
    first, second = ways.first[~inside], ways.second[~inside]
    length = ways.length_m[~inside]
    cost = 0.5 * length * (charged[first] + charged[second])
    reach = 0.5 * longest_m + float(cost.max(initial=0.0))
    distance, before, source = _spread(first, second, cost, member, reach)
    owner = np.where(source >= 0, patch[np.maximum(source, 0)], -1)
    owner[member] = patch[member]
    total = distance[first] + cost + distance[second]
    meets = (owner[first] != owner[second]) & (owner[first] >= 0) & (owner[second] >= 0)
    meets &= total <= longest_m
    links = _cheapest(owner[first[meets]], owner[second[meets]], total[meets], first[meets], second[meets])
    return Network(patch, area_ha, *links, before, owner, distance)


def linked_anew(
    network: Network, resistance: FloatArray, ways: Steps, near: Around, longest_m: float
) -> Network:
    """The same patches linked over another ``resistance`` (units,), by cheapest ways of ``longest_m`` at
    most; of ways that cost the same any, as nothing is counted by them."""
    inside = network.patch >= 0
    charged = np.where(inside, 0.0, resistance)
    dearest = float(ways.length_m.max(initial=0.0)) * float(charged.max(initial=0.0))
    rim = np.flatnonzero(rim_of(near, inside))
    found = walk(near, charged, ~inside, rim, 0.5 * longest_m + dearest)
    owner = np.where(found.source >= 0, network.patch[found.source], network.patch)
    away = np.where(inside, 0.0, found.cost)
    met, total = meetings(ways, owner, away, charged, longest_m)
    first, second = ways.first[met], ways.second[met]
    links = _cheapest(owner[first], owner[second], total, first, second)
    return Network(network.patch, network.area_ha, *links, found.before, owner, away)


def neighbours_of(grid: Grid, asked: Neighbours) -> Neighbours:
    """The convention that holds on a grid: parcels know shared edges only."""
    return asked if grid.is_raster else Neighbours.EDGES


def _patches(
    member: NDArray[np.bool_], first: NDArray[np.int32], second: NDArray[np.int32], grid: Grid
) -> tuple[NDArray[np.int32], FloatArray]:
    units = np.flatnonzero(member)
    number = np.full(len(member), -1, dtype=np.int32)
    number[units] = np.arange(len(units), dtype=np.int32)
    ones = np.ones(len(first), dtype=bool)
    joined = sparse.coo_array((ones, (number[first], number[second])), shape=(len(units), len(units)))
    count, of = csgraph.connected_components(joined.tocsr(), directed=False)
    patch = np.full(len(member), -1, dtype=np.int32)
    patch[units] = of
    return patch, sum_by(patch[units], grid.area_ha[units], count)


def _spread(
    first: NDArray[np.int32],
    second: NDArray[np.int32],
    cost: FloatArray,
    member: NDArray[np.bool_],
    reach: float,
) -> tuple[FloatArray, NDArray[np.int32], NDArray[np.int32]]:
    """(units,) the least cost from any patch, the unit before on the way, and the unit where it began; no way
    enters a patch again."""
    units = len(member)
    starts = np.unique(np.concatenate([first[member[first]], second[member[second]]]))
    if len(starts) == 0:
        nowhere = np.full(units, -1, dtype=np.int32)
        return np.where(member, 0.0, np.inf), nowhere, nowhere
    out, home = ~member[second], ~member[first]
    rows = np.concatenate([first[out], second[home]])
    columns = np.concatenate([second[out], first[home]])
    graph = sparse.csr_array((np.concatenate([cost[out], cost[home]]), (rows, columns)), shape=(units, units))
    distance, before, source = csgraph.dijkstra(
        graph, indices=starts, min_only=True, return_predecessors=True, limit=reach
    )
    distance[member] = 0.0
    return distance, before, source


def _cheapest(
    one: NDArray[np.int32],
    other: NDArray[np.int32],
    cost: FloatArray,
    first: NDArray[np.int32],
    second: NDArray[np.int32],
) -> tuple[NDArray[np.int32], NDArray[np.int32], FloatArray, NDArray[np.int32]]:
    """The cheapest crossing between every two patches; of equally cheap ones the first."""
    turned = one > other
    ends = np.stack([np.where(turned, second, first), np.where(turned, first, second)], axis=1)
    low, high = np.minimum(one, other), np.maximum(one, other)
    order = np.lexsort((ends[:, 1], ends[:, 0], cost, high, low))
    low, high, cost, ends = low[order], high[order], cost[order], ends[order]
    new = np.ones(len(low), dtype=bool)
    new[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    return low[new], high[new], cost[new], ends[new].astype(np.int32)
