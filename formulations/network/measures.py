"""Measures of a network, each as published.

Patches i of area a_i, least costs D_ij over the graph of links, p_ij = exp(-k D_ij) with k = ln 2 / d, so
that half of those who set out get d metres of easy land far:

    Q    = sum_ij a_i a_j p_ij           ECA = sqrt(Q)             (Saura et al. 2011), ha
    PC   = Q / A²                        (Saura and Pascual-Hortal 2007), A the area of all units
    IIC  = sum_ij a_i a_j / (1 + n_ij) / A², n_ij the fewest links of at most d between them
                                         (Pascual-Hortal and Saura 2006)
    mesh = sum_c a_c² / A                (Jaeger 2000), c the patches, or what links of at most d join
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csgraph

from formulations.network.links import Network
from formulations.network.morphology import areas_of
from formulations.network.reach import area_by_links, graph_of, probable_area
from instances.units.grid import FloatArray, Grid
from instances.units.sums import sum_by

LEAST_PROBABILITY = 1e-3
"""Pairs of patches less probable than this are not counted; what they could add at the most is told."""
MOST_IMPORTANT = 10
"""So many patches are told by what the network loses without them: each takes as long as the whole."""


@dataclass(frozen=True)
class Shape:
    """What a layout's network is without regard to distance: areas in ha."""

    area_ha: float
    patches: int
    largest_ha: float
    mesh_ha: float
    core_ha: float | None
    """Area farther from other land than one cell; None for parcels, as the six kinds of MSPA that follow
    (``morphology``)."""
    islet_ha: float | None
    edge_ha: float | None
    perforation_ha: float | None
    bridge_ha: float | None
    loop_ha: float | None
    branch_ha: float | None
    lost_ha: float
    """Area that is in the network today and not in this layout."""


@dataclass(frozen=True)
class Reach:
    """What a network amounts to for species that get ``distance_m`` far: half of them, over easy land.

    ``eca_ha`` counts probable pairs only, ``eca_most_ha`` is what it could be with all others.
    """

    distance_m: float
    eca_ha: float
    eca_most_ha: float
    pc: float
    iic: float
    links: int
    components: int
    largest_component_ha: float
    mesh_ha: float
    """Effective mesh size of what links of at most ``distance_m`` join."""


@dataclass(frozen=True)
class Importance:
    """What a network loses without a patch: ``share`` of PC (dPC, 0 to 1)."""

    patch: int
    area_ha: float
    share: float


def longest_link_m(distance_m: float) -> float:
    """The least cost from which on a pair of patches is less probable than ``LEAST_PROBABILITY``."""
    return distance_m * math.log2(1.0 / LEAST_PROBABILITY)


def shape_of(network: Network, today: NDArray[np.bool_], grid: Grid) -> Shape:
    """The shape of a network; ``today`` (units,) is the network of today."""
    member = network.patch >= 0
    area = network.area_ha
    return Shape(
        area_ha=float(area.sum()),
        patches=len(network),
        largest_ha=float(area.max(initial=0.0)),
        mesh_ha=float((area**2).sum()) / grid.total_ha,
        **{f"{kind}_ha": area for kind, area in areas_of(member, grid).items()},
        lost_ha=float(grid.area_ha[today & ~member].sum()),
    )


def reach_of(network: Network, distance_m: float, total_ha: float) -> Reach:
    """The measures at one distance (> 0, m) of a network whose links reach ``longest_link_m`` of it."""
    area, longest = network.area_ha, longest_link_m(distance_m)
    weighted, plain = probable_area(graph_of(network, longest), area, math.log(2) / distance_m, longest)
    q = float(area @ weighted)
    missed = LEAST_PROBABILITY * max(0.0, float(area.sum()) ** 2 - float(area @ plain))
    near = graph_of(network, distance_m)
    _, component = csgraph.connected_components(near, directed=False)
    joined = sum_by(component, area, int(component.max(initial=-1)) + 1)
    return Reach(
        distance_m=distance_m,
        eca_ha=math.sqrt(q),
        eca_most_ha=math.sqrt(q + missed),
        pc=q / total_ha**2,
        iic=float(area @ area_by_links(near, area)) / total_ha**2,
        links=near.nnz // 2,
        components=len(joined),
        largest_component_ha=float(joined.max(initial=0.0)),
        mesh_ha=float((joined**2).sum()) / total_ha,
    )


def link_importance_of(
    network: Network, over: FloatArray, distance_m: float, most: int = MOST_IMPORTANT
) -> dict[int, float]:
    """DPC of the links that most goes ``over`` (links,), by their positions: what PC loses without each, as a
    share of it; each takes as long as the whole."""
    area, longest, decay = network.counted_ha, longest_link_m(distance_m), math.log(2) / distance_m
    total = float(area @ probable_area(graph_of(network, longest), area, decay, longest)[0])
    found = {}
    for link in np.argsort(-over, kind="stable")[:most].tolist():
        kept = np.arange(len(over)) != link
        arrays = {name: getattr(network, name)[kept] for name in ("first", "second", "cost_m", "ends")}
        graph = graph_of(replace(network, **arrays), longest)
        without = float(area @ probable_area(graph, area, decay, longest)[0])
        found[link] = 1.0 - without / total if total > 0 else 0.0
    return found


def importance_of(network: Network, distance_m: float, most: int = MOST_IMPORTANT) -> tuple[Importance, ...]:
    """DPC (Saura and Pascual-Hortal 2007) of the patches that take part in most of Q, the greatest first."""
    area, longest, decay = network.counted_ha, longest_link_m(distance_m), math.log(2) / distance_m
    whole = area * probable_area(graph_of(network, longest), area, decay, longest)[0]
    total = float(whole.sum())
    found = []
    for patch in np.argsort(-whole, kind="stable")[:most].tolist():
        left = np.where(np.arange(len(area)) == patch, 0.0, area)
        without = probable_area(graph_of(network, longest, patch), left, decay, longest)[0]
        share = 1.0 - float(left @ without) / total if total > 0 else 0.0
        found.append(Importance(patch, float(network.area_ha[patch]), share))
    return tuple(sorted(found, key=lambda each: -each.share))
