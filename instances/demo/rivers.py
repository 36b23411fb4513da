"""Rivers that gather from the hills to the county's edge and widen on their way; lakes and reservoirs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import ndimage, sparse
from scipy.sparse import csgraph

from instances.demo.noise import Field, centres, fractal, sample, stream
from instances.demo.terrain import Relief

DRAINAGE = 256
"""Cells a side of the grid on which water is routed."""

_MOUTH_WIDTH = 0.012
_STREAM = 0.0035
"""Share of the county whose water makes a stream."""


@dataclass(frozen=True, eq=False)
class Rivers:
    """Waters in unit coordinates. ``reaches`` are short pieces of river with their ``width`` (sides of the
    county) and the number of the river they belong to, the longest river first; ``lakes`` are polygons."""

    reaches: NDArray[np.object_]
    width: NDArray[np.float64]
    river: NDArray[np.int64]
    lakes: NDArray[np.object_]
    bed: NDArray[np.float64]
    """(reaches,) height of each reach's bed in metres, falling all the way to the county's edge."""
    lift: Field
    """(DRAINAGE, DRAINAGE) metres by which the hollows that rivers cross are filled with valley floor."""


@dataclass(frozen=True, eq=False)
class Drainage:
    """Where each cell's water goes: ``to`` (-1 at the edge), the share of the county above it, the height
    of a stream's bed there, and how much hollows are filled."""

    to: NDArray[np.int64]
    share: NDArray[np.float64]
    bed: NDArray[np.float64]
    lift: Field


Course = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]
"""A river: (points, 2) its path downstream, the share of the county above each point, its bed's height."""


def rivers(seed: int, county: Relief) -> Rivers:
    """The waters of a county whose relief is given at ``DRAINAGE`` cells a side."""
    water = drainage(seed, county.height)
    lines = _courses(seed, water)
    reaches, widths, numbers, beds = [], [], [], []
    for number, (path, share, bed) in enumerate(lines):
        for start in range(0, len(path) - 1, 3):
            reaches.append(shapely.linestrings(path[start : start + 4]))
            widths.append(_MOUTH_WIDTH * float(np.sqrt(share[start : start + 4].mean())))
            numbers.append(number)
            beds.append(bed[start : start + 4].min())
    lakes = _lakes(seed, county, lines) + _reservoirs(county, lines)
    return Rivers(
        np.array(reaches), np.array(widths), np.array(numbers), np.array(lakes), np.array(beds), water.lift
    )


def drainage(seed: int, height: Field) -> Drainage:
    """Least-cost ways of water to the edge: the lower the land, the cheaper, so that valleys gather it."""
    size = height.shape[0]
    level = (height - height.min()) / max(float(np.ptp(height)), 1.0)
    cost = np.exp(8.0 * np.sqrt(level) + 0.8 * fractal(seed, "meanders", size, 12, 4, 0.7)).astype(np.float64)
    cost *= 1 + 3 * np.exp(-rim_distance(size) / 0.02)
    graph = neighbour_graph(cost, _edge_cost(size, level))
    _, before = csgraph.dijkstra(graph, directed=False, indices=size * size, return_predecessors=True)
    to = before[:-1].astype(np.int64)
    to[to == size * size] = -1
    levels = _levels(to)
    share = np.full(size * size, 1.0 / (size * size))
    filled = height.ravel().astype(np.float64).copy()
    for cells in reversed(levels[1:]):
        np.add.at(share, to[cells], share[cells])
    for cells in levels[1:]:
        filled[cells] = np.maximum(filled[cells], filled[to[cells]] + 0.02)
    lift = ndimage.gaussian_filter(filled.reshape(height.shape) - height, 3).astype(np.float32)
    bed = (height + lift).ravel().astype(np.float64)
    for cells in reversed(levels[1:]):
        wet = cells[share[cells] > _STREAM]
        np.minimum.at(bed, to[wet], bed[wet] - 0.01)
    return Drainage(to, share, bed, lift)


def rim_distance(size: int) -> Field:
    """(size, size) distance to the county's edge, in sides of the county."""
    along = np.minimum(centres(size), 1 - centres(size))
    return np.minimum(along[None, :], along[:, None])


def _edge_cost(size: int, level: Field) -> NDArray[np.float64]:
    """Cost of leaving the county at each cell of its edge: nothing at the lowest place, much elsewhere."""
    cost = np.full((size, size), np.inf)
    cost[0], cost[-1], cost[:, 0], cost[:, -1] = 1, 1, 1, 1
    smooth = ndimage.gaussian_filter(level, size / 40)
    out = np.where(np.isfinite(cost), smooth, np.inf)
    row, column = np.unravel_index(np.argmin(out), out.shape)
    rows, columns = np.indices((size, size))
    away = np.hypot(rows - row, columns - column) / size
    return np.where(np.isfinite(cost), 1e-3 + size * 6.0 * np.minimum(away, 0.6), np.inf)


def neighbour_graph(cost: NDArray[np.float64], edge: NDArray[np.float64] | None = None) -> sparse.csr_array:
    """Cells linked with their eight neighbours; with ``edge`` costs, the rim with one more node outside."""
    size = cost.shape[0]
    index = np.arange(size * size).reshape(size, size)
    first, second, weight = [], [], []
    for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
        a = (slice(0, size - down), slice(max(0, -right), size - max(0, right)))
        b = (slice(down, size), slice(max(0, right), size - max(0, -right)))
        first.append(index[a].ravel())
        second.append(index[b].ravel())
        weight.append((np.hypot(down, right) * (cost[a] + cost[b]) / 2).ravel())
    nodes = size * size
    if edge is not None:
        rim, nodes = np.isfinite(edge), nodes + 1
        first.append(index[rim])
        second.append(np.full(int(rim.sum()), size * size))
        weight.append(edge[rim])
    pairs = np.concatenate(first), np.concatenate(second)
    return sparse.coo_array((np.concatenate(weight), pairs), shape=(nodes, nodes)).tocsr()


def _levels(to: NDArray[np.int64]) -> list[NDArray[np.intp]]:
    """The cells by their number of steps to the edge, nearest first."""
    steps = np.where(to >= 0, 1, 0)
    ahead = to.copy()
    while (ahead >= 0).any():
        moving = ahead >= 0
        steps[moving] += np.where(moving, steps[ahead], 0)[moving]
        ahead[moving] = ahead[ahead[moving]]
    order = np.argsort(steps, kind="stable")
    return np.split(order, np.cumsum(np.bincount(steps))[:-1])


def _courses(seed: int, water: Drainage) -> list[Course]:
    """The rivers, longest first: each along a smoothed path."""
    size = DRAINAGE
    streams = np.flatnonzero(water.share > _STREAM)
    main_child = np.full(size * size, -1)
    for cell in streams[np.argsort(water.share[streams], kind="stable")]:
        if water.to[cell] >= 0:
            main_child[water.to[cell]] = cell
    mouths = [c for c in streams if water.to[c] < 0 or main_child[water.to[c]] != c]
    paths = []
    for mouth in mouths:
        upstream = [mouth] if water.to[mouth] < 0 else [water.to[mouth], mouth]
        while main_child[upstream[-1]] >= 0:
            upstream.append(main_child[upstream[-1]])
        paths.append(np.array(upstream[::-1]))
    paths.sort(key=lambda path: (-water.share[path[-1]], -len(path), int(path[0])))
    place = _meander(seed, size)
    courses = []
    for path in (path for path in paths if len(path) >= 6):
        points = place[path].copy()
        smooth = ndimage.gaussian_filter1d(points, 1.6, axis=0, mode="nearest")
        smooth[-1] = points[-1] if water.to[path[-1]] >= 0 else _to_edge(points[-1])
        place[path[:-1]] = smooth[:-1]
        courses.append((smooth, water.share[np.append(path[:-1], path[-2])], water.bed[path]))
    return courses


def _meander(seed: int, size: int) -> NDArray[np.float64]:
    """(cells, 2) the centre of every cell, shifted a little by one smooth field: joints stay joined."""
    grid = centres(size).astype(np.float64)
    shift = [fractal(seed, f"meander {axis}", size, 40, 2).ravel() * 0.5 / size for axis in "xy"]
    across, down = np.meshgrid(grid, grid)
    return np.stack([across.ravel() + shift[0], down.ravel() + shift[1]], axis=1).clip(0, 1)


def _to_edge(point: NDArray[np.float64]) -> NDArray[np.float64]:
    """The nearest point on the county's edge."""
    edge = np.round(point)
    axis = int(np.argmin(np.abs(edge - point)))
    moved = point.copy()
    moved[axis] = edge[axis]
    return moved


def _lakes(seed: int, county: Relief, lines: list[Course]) -> list[shapely.Geometry]:
    """Two lakes in the plain beside the great river, one large and one small."""
    random = stream(seed, "lakes")
    main = lines[0][0]
    low = main[(sample(county.hilliness, main) < 0.1) & (np.abs(main - 0.5) < 0.36).all(axis=1)]
    low = low if len(low) > 1 else main
    lakes = []
    for radius, along in ((0.05, 0.75), (0.026, 0.3)):
        beside = random.uniform(0, 2 * np.pi)
        centre = low[int(along * (len(low) - 1))] + 1.2 * radius * np.array([np.cos(beside), np.sin(beside)])
        lakes.append(_blob(random, centre, radius, stretch=random.uniform(1.2, 1.8)))
    return lakes


def _reservoirs(county: Relief, lines: list[Course]) -> list[shapely.Geometry]:
    """Reservoirs: three valleys of the hills, dammed where they open, narrowing upstream."""
    found: list[shapely.Geometry] = []
    for path, share, _ in lines[1:]:
        hilly = sample(county.hilliness, path)
        dam = np.flatnonzero((hilly > 0.35) & (share > 0.008))
        if len(dam) < 8 or len(found) == 3:
            continue
        reach = path[max(0, dam[-1] - 16) : dam[-1] + 1]
        radius = np.linspace(0.0015, 0.011, len(reach))
        found.append(shapely.union_all(shapely.buffer(shapely.points(reach), radius)))
    return found


def _blob(
    random: np.random.Generator, centre: NDArray[np.float64], radius: float, stretch: float
) -> shapely.Geometry:
    """A round shape with a lively shore, pulled along one axis."""
    angle = np.linspace(0, 2 * np.pi, 96, endpoint=False)
    shore = np.ones_like(angle)
    for wave in range(2, 14):
        shore += random.normal(0, 0.25 / wave) * np.cos(wave * angle + random.uniform(0, 2 * np.pi))
    turn = random.uniform(0, np.pi)
    x, y = radius * shore * np.cos(angle) * stretch, radius * shore * np.sin(angle) / stretch
    turned = np.stack([x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)], axis=1)
    return shapely.make_valid(shapely.polygons(np.clip(centre + turned, 0, 1)))
