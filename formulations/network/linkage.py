"""What a plan links that was not: corridors and what they gain, links won and lost, bottlenecks.

A *corridor* is a piece of land that joins the network in the plan and touches two or more of today's patches.
What it gains is what the functional mesh loses where it is left out: its units as today, all others as
planned. A link is *won* where it joins, over at most the network's distance, what was not joined so today,
and *lost* the other way round. A *bottleneck* is a thin piece of a patch that much of what the network
connects goes through.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from formulations.network.flows import flows
from formulations.network.functional_mesh import FunctionalMesh
from formulations.network.linearise import counted_of
from formulations.network.links import Network
from formulations.network.necks import necks
from formulations.network.reach import graph_of
from formulations.network.widths import width_between
from instances.units.grid import FloatArray, Layout
from instances.units.sums import sum_by

Units = NDArray[np.int64]

WORK, FEWEST, MOST = 4_000_000, 4, 20
"""Units that are gone through for the gains of corridors, each of which takes a network of its own; so many
corridors at the least and at the most."""
LEAST_SHARE = 0.02
"""Share of what the network connects that goes through a bottleneck at the least."""
MOST_BOTTLENECKS = 20


@dataclass(frozen=True, eq=False)
class Corridor:
    """Land that joins ``patches`` of today's, the two largest of ``joined_ha``; ``units`` of it.

    From one of these two to the other it is ``length_m`` long, along ``way`` (units, their own at both ends).
    The widest way over it and the patches that it joins is at the least ``width_m`` wide, at ``narrowest``
    (units). ``mesh_ha`` is the functional mesh that it gains.
    """

    units: Units
    way: Units
    patches: int
    joined_ha: tuple[float, float]
    area_ha: float
    length_m: float
    width_m: float
    narrowest: Units
    mesh_ha: float


@dataclass(frozen=True, eq=False)
class Bottleneck:
    """A thin piece of a patch: its ``units``, and the ``share`` (0 to 1) of what the network connects that
    goes through it."""

    units: Units
    share: float
    area_ha: float


@dataclass(frozen=True, eq=False)
class Linkage:
    """The networks of today's land and of a plan, and what lies between them.

    ``won`` and ``lost`` (units,) join and leave the network, and ``joins`` are those won in corridors.
    ``touching`` is the land won in ha by how many of today's patches its pieces touch: none, one, more. Links
    are positions in the plan's network (``won_links``, ``kept_links``) and in today's (``lost_links``).
    ``joining`` is how many corridors there are in all, of which ``corridors`` has those that join most.
    """

    mesh: FunctionalMesh
    today: Network
    plan: Network
    mesh_today_ha: float
    mesh_plan_ha: float
    won: NDArray[np.bool_]
    lost: NDArray[np.bool_]
    joins: NDArray[np.bool_]
    touching: tuple[float, float, float]
    joining: int
    corridors: tuple[Corridor, ...]
    bottlenecks: tuple[Bottleneck, ...]
    won_links: Units
    kept_links: Units
    lost_links: Units
    over: tuple[FloatArray, FloatArray]
    """(links,) of today and of the plan: the share (0 to 1) of what is connected that goes over each."""


def linkage(mesh: FunctionalMesh, today: Layout, plan: Layout) -> Linkage:
    """What a plan (units,) links that today's land (units,) does not, and the other way round."""
    nets = mesh.network(today), mesh.network(plan)
    flowing = flows(nets[1], mesh.decay, mesh.longest_m)
    whole = float(nets[1].counted_ha @ flowing.reached) / mesh.grid.total_ha
    before, after = mesh.member[today], mesh.member[plan]
    won = after & ~before
    touching, joining, joins, corridors = _corridors(mesh, nets[0], won, after & before, (today, plan), whole)
    through = necks(mesh, nets[1], flowing, counted_of(mesh, nets[1], plan)) / max(
        whole * mesh.grid.total_ha, 1e-300
    )
    links = _links(mesh, nets, before & after)
    today_flow = flows(nets[0], mesh.decay, mesh.longest_m)
    today_ha = float(nets[0].counted_ha @ today_flow.reached) / mesh.grid.total_ha
    over = tuple(
        flow.over / max(amount * mesh.grid.total_ha, 1e-300)
        for flow, amount in ((today_flow, today_ha), (flowing, whole))
    )
    return Linkage(
        mesh=mesh,
        today=nets[0],
        plan=nets[1],
        mesh_today_ha=today_ha,
        mesh_plan_ha=whole,
        won=won,
        lost=before & ~after,
        joins=joins,
        touching=touching,
        joining=joining,
        corridors=corridors,
        bottlenecks=_bottlenecks(mesh, through),
        won_links=links[0],
        kept_links=links[1],
        lost_links=links[2],
        over=(over[0], over[1]),
    )


def _pieces(mesh: FunctionalMesh, member: NDArray[np.bool_]) -> tuple[int, NDArray[np.int32]]:
    """How many pieces some units (units,) are in, and (units,) the piece of each, -1 outside."""
    units = np.flatnonzero(member)
    number = np.full(len(member), -1, dtype=np.int64)
    number[units] = np.arange(len(units))
    inside = member[mesh.ways.first] & member[mesh.ways.second]
    first, second = number[mesh.ways.first[inside]], number[mesh.ways.second[inside]]
    graph = sparse.coo_array((np.ones(len(first), bool), (first, second)), shape=(len(units), len(units)))
    count, of = csgraph.connected_components(graph.tocsr(), directed=False)
    piece = np.full(len(member), -1, dtype=np.int32)
    piece[units] = of
    return int(count), piece


def _corridors(
    mesh: FunctionalMesh,
    today: Network,
    won: NDArray[np.bool_],
    stays: NDArray[np.bool_],
    layouts: tuple[Layout, Layout],
    whole_ha: float,
) -> tuple[tuple[float, float, float], int, NDArray[np.bool_], tuple[Corridor, ...]]:
    """Land won by how many patches it touches, how many pieces join some, their units, and those pieces that
    join most."""
    count, piece = _pieces(mesh, won)
    ways, area = mesh.ways, mesh.grid.area_ha
    turned = won[ways.second] & stays[ways.first]
    meets = (won[ways.first] & stays[ways.second]) | turned
    mine = np.where(turned, ways.second, ways.first)[meets]
    other = np.where(turned, ways.first, ways.second)[meets]
    patches = len(today)
    pairs = np.unique(piece[mine].astype(np.int64) * max(patches, 1) + today.patch[other])
    of, patch = pairs // max(patches, 1), pairs % max(patches, 1)
    touched = np.bincount(of, minlength=count)
    size = today.area_ha[patch]
    total, squares = sum_by(of, size, count), sum_by(of, size**2, count)
    owned = sum_by(piece[won], area[won], count)
    by_touch = float(owned[touched == 0].sum()), float(owned[touched == 1].sum())
    joining = np.flatnonzero(touched >= 2)
    most = int(np.clip(WORK // max(len(won), 1), FEWEST, MOST))
    joined = total[joining] ** 2 - squares[joining]
    chosen = joining[np.argsort(-joined, kind="stable")[:most]]
    found = [
        _corridor(
            mesh, today, np.flatnonzero(piece == number), patch[of == number],
            (mine[piece[mine] == number], other[piece[mine] == number]), stays, layouts, whole_ha,
        )
        for number in chosen.tolist()
    ]  # fmt: skip
    found.sort(key=lambda each: -each.mesh_ha)
    joins = np.append(touched >= 2, False)[piece]
    return (*by_touch, float(owned[touched >= 2].sum())), len(joining), joins, tuple(found)


def _corridor(
    mesh: FunctionalMesh,
    today: Network,
    units: Units,
    mates: NDArray[np.int64],
    contact: tuple[NDArray[np.int32], NDArray[np.int32]],
    stays: NDArray[np.bool_],
    layouts: tuple[Layout, Layout],
    whole_ha: float,
) -> Corridor:
    """A piece that joins some patches (``mates``); ``contact`` has the piece's units and those of patches
    that are next to one another."""
    mine, theirs = contact
    pair = mates[np.argsort(-today.area_ha[mates], kind="stable")[:2]].tolist()
    at = [today.patch[theirs] == each for each in pair]
    way = _way(mesh, units, np.unique(theirs[at[0]]), np.unique(theirs[at[1]]))
    land = stays & np.isin(today.patch, mates)
    land[units] = True
    # Squares begin where the corridor does; of parcels the edges to the patches count as well.
    ends = mine if mesh.grid.is_raster else theirs
    width = width_between(mesh, land, np.unique(ends[at[0]]), np.unique(ends[at[1]]))
    without = layouts[1].copy()
    without[units] = layouts[0][units]
    return Corridor(
        units=units,
        way=way,
        patches=len(mates),
        joined_ha=(float(today.area_ha[pair[0]]), float(today.area_ha[pair[1]])),
        area_ha=float(mesh.grid.area_ha[units].sum()),
        length_m=float(mesh.step_m[way[1:-1]].sum()),
        width_m=width.least_m,
        narrowest=width.units,
        mesh_ha=whole_ha - mesh.evaluate(without),
    )


def _way(mesh: FunctionalMesh, units: Units, one: Units, other: Units) -> Units:
    """The shortest way over ``units`` from any unit of ``one`` to any of ``other``, both ends included."""
    nodes = np.sort(np.concatenate([units, one, other]))
    within = np.zeros(len(mesh.grid), dtype=bool)
    within[units] = True
    known = within.copy()
    known[one] = known[other] = True
    ways = mesh.ways
    kept = known[ways.first] & known[ways.second] & (within[ways.first] | within[ways.second])
    first, second = (np.searchsorted(nodes, side[kept]) for side in (ways.first, ways.second))
    graph = sparse.coo_array((ways.length_m[kept], (first, second)), shape=(len(nodes), len(nodes))).tocsr()
    starts, ends = np.searchsorted(nodes, one), np.searchsorted(nodes, other)
    far, before, _ = csgraph.dijkstra(
        graph, directed=False, indices=starts, min_only=True, return_predecessors=True
    )
    at = int(ends[np.argmin(far[ends])])
    way = [at]
    while before[at] >= 0:
        at = int(before[at])
        way.append(at)
    found: Units = nodes[np.array(way[::-1])]
    return found


def _bottlenecks(mesh: FunctionalMesh, share: FloatArray) -> tuple[Bottleneck, ...]:
    """Pieces of units through which a share (units,) of what is connected goes, the narrowest first."""
    count, piece = _pieces(mesh, share >= LEAST_SHARE)
    inside = np.flatnonzero(piece >= 0)
    most = np.zeros(count)
    np.maximum.at(most, piece[inside], share[inside])
    chosen = np.argsort(-most, kind="stable")[:MOST_BOTTLENECKS]
    return tuple(
        Bottleneck(units, float(most[number]), float(mesh.grid.area_ha[units].sum()))
        for number in chosen.tolist()
        for units in [np.flatnonzero(piece == number)]
    )


def _links(
    mesh: FunctionalMesh, nets: tuple[Network, Network], stays: NDArray[np.bool_]
) -> tuple[Units, Units, Units]:
    """Links of at most the network's distance: those won and those kept of the plan, those lost of today."""
    today, plan = nets
    joined_today, joined_plan = (_joined(net, mesh.distance_m) for net in nets)
    area = mesh.grid.area_ha[stays]
    was = _main(plan.patch[stays], joined_today[today.patch[stays]], area, len(plan))
    becomes = _main(today.patch[stays], joined_plan[plan.patch[stays]], area, len(today))
    near = np.flatnonzero(plan.cost_m <= mesh.distance_m)
    one, other = was[plan.first[near]], was[plan.second[near]]
    new = (one != other) & (one >= 0) & (other >= 0)
    short = np.flatnonzero(today.cost_m <= mesh.distance_m)
    first, second = becomes[today.first[short]], becomes[today.second[short]]
    gone = (first != second) | (first < 0)
    return near[new], near[~new], short[gone]


def _joined(network: Network, distance_m: float) -> NDArray[np.int64]:
    """(patches,) the number of what links of at most ``distance_m`` join each patch to."""
    _, component = csgraph.connected_components(graph_of(network, distance_m), directed=False)
    return component.astype(np.int64)


def _main(
    patch: NDArray[np.int32], value: NDArray[np.int64], area: FloatArray, patches: int
) -> NDArray[np.int64]:
    """(patches,) of each patch the value that most of its area has, -1 where it has none."""
    found = np.full(patches, -1, dtype=np.int64)
    if len(patch) == 0:
        return found
    key, inverse = np.unique(patch * (value.max() + 1) + value, return_inverse=True)
    total = sum_by(inverse, area, len(key))
    order = np.argsort(total, kind="stable")
    found[key[order] // (value.max() + 1)] = key[order] % (value.max() + 1)
    return found
