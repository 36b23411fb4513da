"""The functional mesh counted again on the map: patches, links between them, and who reaches whom.

    mesh = sum_ij a_i a_j exp(-ln 2 · D_ij / d) / A

Patches are found by giving every unit the lowest number that it hangs together with, steps by looking at
cells row by row and column by column. Every unit outside belongs to the patch it is nearest to; where the
surroundings of two patches meet they are linked by the cheapest way over that border. Of what is equally near
SciPy's Dijkstra decides, here as anywhere. Least costs over several links are walked again for many patches
at a time. Nothing here is the model's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra, reverse_cuthill_mckee

from instances.instance import Instance
from instances.land.resistance import resistances
from instances.units.georeference import geod_of, metres_per_unit
from instances.units.grid import FloatArray, Grid, Layout, RasterFrame
from planner.recount.figures.pieces import pieces_of
from planner.recount.figures.recount import shared_edges

HALVINGS = math.log2(1000.0)
"""A pair of patches so many times the distance apart is reached by one in a thousand: it is not counted."""
AT_A_TIME = 64
"""Patches from which is walked at a time, on the patches around them."""
Links = tuple[NDArray[np.int64], NDArray[np.int64], FloatArray]


@dataclass(frozen=True, eq=False)
class Ground:
    """The map on which networks are counted: ``first``, ``second`` (steps,) units beside one another and how
    far their middles are apart (steps,); what classes count (classes,) and how hard each is to cross."""

    grid: Grid
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    length_m: FloatArray
    counts: NDArray[np.bool_]
    hard: FloatArray
    distance_m: float
    corners: bool
    sources: tuple[NDArray[np.bool_], NDArray[np.bool_], float] | None = None
    """Classes (classes,) and land (units,) that one sets out from, and how much of them a patch needs in ha
    to count at all; None where all of a patch counts."""

    @classmethod
    def of(cls, instance: Instance) -> Ground:
        """As a study asks for it in ``[network]``."""
        asked, grid = instance.study.network, instance.grid
        corners = asked.neighbours != "edges" and isinstance(grid.frame, RasterFrame)
        hard = resistances(instance.classes, asked.resistance)
        steps = steps_of(grid, corners=corners)
        green = instance.classes.blue_green
        named = [not asked.source_classes or name in asked.source_classes for name in instance.classes.names]
        land = np.ones(len(grid), dtype=bool) if instance.sources is None else instance.sources
        sources = (green & np.array(named, dtype=bool), land, asked.source_ha)
        some = bool(asked.source_ha or asked.source_classes or asked.source_where)
        return cls(grid, *steps, green, hard, asked.distance_m, corners, sources if some else None)

    @property
    def longest_m(self) -> float:
        """The least cost beyond which nobody is counted."""
        return self.distance_m * HALVINGS

    def chance(self, cost_m: FloatArray) -> FloatArray:
        """How many of those who set out get so far, as a share."""
        return np.exp(-(math.log(2.0) / self.distance_m) * cost_m)

    @cached_property
    def total_ha(self) -> float:
        """The area of all units."""
        return float(np.asarray(self.grid.area_ha, dtype=float).sum())

    def mesh_ha(self, layout: Layout) -> float:
        """The functional mesh of a layout (units,), in ha."""
        patch, area = self.patches(self.counts[layout])
        if self.sources is not None:
            area = self.set_out(patch, self.sources[0][layout], len(area))
        return self.reached(area, self.links(patch, self.hard[layout])) / self.total_ha

    def patches(self, inside: NDArray[np.bool_]) -> tuple[NDArray[np.int64], FloatArray]:
        """(units,) the patch of every unit, -1 outside, and (patches,) their areas in ha."""
        lowest = pieces_of(inside, (self.first, self.second))
        patch = np.full(len(inside), -1, dtype=np.int64)
        patch[inside] = np.unique(lowest[inside], return_inverse=True)[1]
        area = np.bincount(patch[inside], weights=self.grid.area_ha[inside])
        return patch, area.astype(float)

    def set_out(self, patch: NDArray[np.int64], source: NDArray[np.bool_], count: int) -> FloatArray:
        """(patches,) the area in ha that one sets out from, of units of a source's class (units,)."""
        if self.sources is None:
            raise ValueError("all of a patch is set out from")
        _, land, least = self.sources
        some = np.flatnonzero(source & land & (patch >= 0))
        area = np.bincount(patch[some], weights=self.grid.area_ha[some], minlength=count)
        return np.where(area >= least - 1e-9 * least, area, 0.0)

    def links(self, patch: NDArray[np.int64], hard: FloatArray) -> Links:
        """The two patches of every link and its cost in m of easy land: ``patch`` (units,), -1 outside, and
        how hard every unit is to cross (units,)."""
        hard = np.where(patch >= 0, 0.0, hard)
        open_ = (patch[self.first] < 0) | (patch[self.second] < 0)
        first, second = self.first[open_], self.second[open_]
        cost = 0.5 * self.length_m[open_] * (hard[first] + hard[second])
        away, nearest = _surroundings(patch, first, second, cost, 0.5 * self.longest_m)
        over = away[first] + cost + away[second]
        ends = np.sort(np.column_stack([nearest[first], nearest[second]]), axis=1)
        good = (ends[:, 0] >= 0) & (ends[:, 0] < ends[:, 1]) & (over <= self.longest_m)
        count = int(patch.max(initial=-1)) + 1
        pair, number = np.unique(ends[good, 0] * count + ends[good, 1], return_inverse=True)
        cheapest = np.full(len(pair), np.inf)
        np.minimum.at(cheapest, number, over[good])
        return pair // max(count, 1), pair % max(count, 1), cheapest

    def reached(self, area: FloatArray, links: Links) -> float:
        """Sum of a_i a_j p_ij over all pairs of patches that are not too far apart, in ha²."""
        found = float((area**2).sum())
        if not len(links[0]):
            return found
        graph = both_ways(links, len(area))
        order = reverse_cuthill_mckee(graph, symmetric_mode=True)  # those near one another follow one another
        for at in range(0, len(order), AT_A_TIME):
            these = order[at : at + AT_A_TIME]
            near = dijkstra(graph, indices=these, min_only=True, limit=self.longest_m)
            around = np.flatnonzero(np.isfinite(near))
            own = np.searchsorted(around, these)
            least = dijkstra(graph[around][:, around], indices=own, limit=self.longest_m)
            least[np.arange(len(own)), own] = np.inf  # counted by itself
            reached = (self.chance(least) * area[around]).sum(axis=1)
            found += float((area[these] * reached).sum())
        return found


def both_ways(links: Links, count: int) -> csr_array:
    """The costs of links as a graph (count, count), there and back."""
    one, other, cost = links
    rows, columns = np.concatenate([one, other]), np.concatenate([other, one])
    return coo_array((np.concatenate([cost, cost]), (rows, columns)), shape=(count, count)).tocsr()


def _surroundings(
    patch: NDArray[np.int64],
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    cost: FloatArray,
    half_m: float,
) -> tuple[FloatArray, NDArray[np.int64]]:
    """(units,) how far the nearest patch is, and which it is, -1 where none is near: from the rims of all
    patches outwards, never into one."""
    away = np.where(patch >= 0, 0.0, np.inf)
    rows, columns = np.concatenate([first, second]), np.concatenate([second, first])
    outwards = patch[columns] < 0
    rims = np.unique(rows[outwards & (patch[rows] >= 0)])
    if not len(rims):
        return away, patch.copy()
    costs = np.concatenate([cost, cost])[outwards]
    graph = csr_array((costs, (rows[outwards], columns[outwards])), shape=(len(patch), len(patch)))
    reach = half_m + float(cost.max(initial=0.0))
    found, _, source = dijkstra(graph, indices=rims, min_only=True, return_predecessors=True, limit=reach)
    nearest = np.where(source >= 0, patch[np.maximum(source, 0)], -1)
    return np.where(patch >= 0, 0.0, found), np.where(patch >= 0, patch, nearest)


def steps_of(grid: Grid, *, corners: bool) -> tuple[NDArray[np.int64], NDArray[np.int64], FloatArray]:
    """Units beside one another, and the metres between their middles: a cell is as wide as its area is of its
    height; at corners, as high as in the middle of the map."""
    pairs, length_km = shared_edges(grid)
    first, second = pairs[:, 0], pairs[:, 1]
    area = np.asarray(grid.area_ha, dtype=float)
    if not isinstance(grid.frame, RasterFrame):
        return first, second, _apart(grid, first, second)
    edge_m = (1000.0 * length_km).astype(np.float32)
    metres = 0.5 * 10_000.0 * (area[first] + area[second]) / edge_m
    if not corners:
        return first, second, metres
    unit, height = grid.frame.paint(np.arange(len(grid)), -1), _height_m(grid, grid.frame)
    for one, other in ((unit[:-1, :-1], unit[1:, 1:]), (unit[:-1, 1:], unit[1:, :-1])):
        there = (one >= 0) & (other >= 0)
        first, second = np.append(first, one[there]), np.append(second, other[there])
        metres = np.append(metres, np.hypot(10_000.0 * area[one[there]] / height, height))
    return first, second, metres


def _height_m(grid: Grid, frame: RasterFrame) -> float:
    """The height of a cell; of cells in degrees that in the middle of the map."""
    place, unit = frame.transform, metres_per_unit(grid.crs)
    if not grid.crs.is_geographic:
        return math.hypot(place.b, place.e) * unit
    degrees = math.degrees(unit)
    latitude = (place.f + place.e * frame.shape[0] / 2) * degrees
    return float(geod_of(grid.crs).inv(0.0, latitude, 0.0, latitude + abs(place.e) * degrees)[2])


def _apart(grid: Grid, first: NDArray[np.int64], second: NDArray[np.int64]) -> FloatArray:
    """(steps,) the metres between the centroids of parcels."""
    shapes = np.asarray(grid.frame.geometry) if not isinstance(grid.frame, RasterFrame) else np.zeros(0)
    middle, unit = shapely.get_coordinates(shapely.centroid(shapes)), metres_per_unit(grid.crs)
    if grid.crs.is_geographic:
        degrees = middle * math.degrees(unit)
        return np.asarray(geod_of(grid.crs).inv(*degrees[first].T, *degrees[second].T)[2], dtype=float)
    return np.hypot(*(middle[first] - middle[second]).T) * unit
