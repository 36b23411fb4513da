"""Roads: a motorway across the county, roads that join the towns, lanes that join the villages."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import ndimage, sparse, spatial
from scipy.sparse import csgraph

from instances.demo.noise import Field, cells_of, fractal, stream
from instances.demo.rivers import neighbour_graph
from instances.demo.settlements import Towns
from instances.demo.terrain import Relief

_ROUTING = 128
"""Cells a side of the grid on which roads seek their way."""

ROAD_CELLS = 0.021
"""Share of the county's cells that roads may fill; coarse maps show the main ones only."""


def roads(seed: int, settled: Towns, county: Relief, water: Field) -> list[NDArray[np.object_]]:
    """Lines in order of importance: the motorway, roads between towns by their size."""
    cost = _cost(seed, county, water)
    graph = neighbour_graph(cost)
    return [_motorway(seed, settled, graph), _town_roads(settled, graph)]


def lanes(seed: int, settled: Towns, village: NDArray[np.float64]) -> NDArray[np.object_]:
    """The shortest net of lanes that joins villages with their neighbours and the towns, a bit crooked."""
    places = np.concatenate([settled.place, village])
    if len(places) < 4:
        return np.zeros(0, dtype=object)
    pairs = _shortest_net(places)
    start, end = places[pairs[:, 0]], places[pairs[:, 1]]
    aside = (end - start)[:, ::-1] * np.array([-1.0, 1.0])
    bend = stream(seed, "lanes").uniform(-0.22, 0.22, len(pairs))[:, None]
    along = np.linspace(0, 1, 7)[:, None, None]
    path = start + along * (end - start) + np.sin(np.pi * along) * bend * aside
    lines: NDArray[np.object_] = shapely.linestrings(path.transpose(1, 0, 2))
    return lines[np.argsort(shapely.length(lines), kind="stable")]


def within_budget(groups: list[NDArray[np.object_]], size: int) -> NDArray[np.object_]:
    """The lines, in order, that fill no more cells than roads may; the first always."""
    lines = np.concatenate(groups)
    cells = 1.15 * size * np.cumsum(shapely.length(lines))
    fits = cells <= ROAD_CELLS * size**2
    fits[0] = True
    return lines[fits]


def _cost(seed: int, county: Relief, water: Field) -> NDArray[np.float64]:
    size = county.height.shape[0]
    step = size // _ROUTING
    hilly = county.hilliness[::step, ::step]
    wet = ndimage.maximum_filter(water, step)[::step, ::step]
    wander = fractal(seed, "road wander", _ROUTING, 10, 3)
    return (1 + 9 * hilly + 7 * wet + 0.25 * np.abs(wander)).astype(np.float64)


def _motorway(seed: int, settled: Towns, graph: sparse.csr_array) -> NDArray[np.object_]:
    """From edge to edge past the county town, and a second one across it where the county is large."""
    random = stream(seed, "motorway")
    turn = random.uniform(-0.35, 0.35)
    past = settled.place[0] + 1.35 * settled.radius[0] * np.array([np.sin(turn), -np.cos(turn)])
    west, east = np.array([0.0, random.uniform(0.45, 0.8)]), np.array([1.0, random.uniform(0.3, 0.6)])
    stops = np.array([west, past, east])
    pieces = _routes(graph, stops, np.array([[0, 1], [1, 2]]))
    joined = np.concatenate([shapely.get_coordinates(pieces[0]), shapely.get_coordinates(pieces[1])[1:]])
    joined = ndimage.gaussian_filter1d(joined, 2.5, axis=0, mode="nearest")
    joined[0, 0], joined[-1, 0] = 0.0, 1.0
    return np.array([shapely.linestrings(joined)])


def _town_roads(settled: Towns, graph: sparse.csr_array) -> NDArray[np.object_]:
    """The shortest net between the towns and some short cuts, roads between large towns first."""
    places = settled.place
    tree = _shortest_net(places)
    short_cuts = _relative_neighbours(places)
    pairs = np.unique(np.sort(np.concatenate([tree, short_cuts]), axis=1), axis=0)
    pairs = pairs[np.argsort(-(settled.radius[pairs[:, 0]] * settled.radius[pairs[:, 1]]), kind="stable")]
    return _routes(graph, places, pairs)


def _shortest_net(places: NDArray[np.float64]) -> NDArray[np.int64]:
    pairs = _near_pairs(places)
    length = np.hypot(*(places[pairs[:, 0]] - places[pairs[:, 1]]).T)
    graph = sparse.coo_array((length, (pairs[:, 0], pairs[:, 1])), shape=(len(places),) * 2)
    net = csgraph.minimum_spanning_tree(graph.tocsr()).tocoo()
    return np.stack([net.row, net.col], axis=1).astype(np.int64)


def _near_pairs(places: NDArray[np.float64]) -> NDArray[np.int64]:
    triangles = spatial.Delaunay(places).simplices
    pairs = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [0, 2]]])
    return np.unique(np.sort(pairs, axis=1), axis=0).astype(np.int64)


def _relative_neighbours(places: NDArray[np.float64]) -> NDArray[np.int64]:
    """Pairs with no third town nearer to both."""
    pairs = _near_pairs(places)
    between = spatial.distance.cdist(places, places)
    far = np.maximum(between[pairs[:, 0]], between[pairs[:, 1]]).min(axis=1)
    return pairs[far >= between[pairs[:, 0], pairs[:, 1]] - 1e-12]


def _routes(
    graph: sparse.csr_array, places: NDArray[np.float64], pairs: NDArray[np.int64]
) -> NDArray[np.object_]:
    """The cheapest way over land for each pair of places, smoothed."""
    column, row = cells_of(places, _ROUTING)
    node = row * _ROUTING + column
    starts = np.unique(pairs[:, 0])
    _, before = csgraph.dijkstra(graph, directed=False, indices=node[starts], return_predecessors=True)
    lines = []
    for first, second in pairs:
        came, way = before[np.searchsorted(starts, first)], [int(node[second])]
        while way[-1] != node[first]:
            way.append(int(came[way[-1]]))
        cells = np.array(way)
        path = (np.stack([cells % _ROUTING, cells // _ROUTING], axis=1) + 0.5) / _ROUTING
        path[0], path[-1] = places[second], places[first]
        lines.append(shapely.linestrings(_smooth(path)[::-1]))
    return np.array(lines)


def _smooth(path: NDArray[np.float64]) -> NDArray[np.float64]:
    """A path without the corners of the routing grid, its ends where they were."""
    if len(path) < 3:
        return path if len(path) > 1 else np.repeat(path, 2, axis=0)
    fine = np.stack(
        [np.interp(np.linspace(0, 1, 3 * len(path)), np.linspace(0, 1, len(path)), c) for c in path.T], axis=1
    )
    smooth = ndimage.gaussian_filter1d(fine, 4.0, axis=0, mode="nearest")
    smooth[0], smooth[-1] = path[0], path[-1]
    return smooth
