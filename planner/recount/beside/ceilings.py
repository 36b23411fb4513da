"""The ceiling of the functional mesh counted again: no layout of a study has more.

Take every unit into the network that may be, and let all others be as easy to cross as they may become: in no
layout are two units farther apart. From the largest of the patches that come about, the least costs to all
others are walked cell by cell; between two others no distance is looked for: it is no less than what leads to
the nearest patch from either. What a patch can reach, with at most N ha in the network, is the most when the
likeliest is taken first; so is the sum over all patches.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from instances.instance import Instance
from instances.units.grid import FloatArray
from planner.recount.beside.mesh import Ground, both_ways

WALKED = 12_000_000
"""Places that all walks together may come to."""
FEWEST, MOST = 8, 200
"""Patches from which is walked."""


def ceiling_ha(ground: Ground, instance: Instance, most_ha: float) -> float:
    """The functional mesh that no layout exceeds whose network has at most ``most_ha``, in ha."""
    kinds = instance.kinds
    may = np.any(kinds.allowed & ground.counts, axis=1)[kinds.of]
    easiest = np.where(kinds.allowed, ground.hard, np.inf).min(axis=1)[kinds.of]
    patch, area = ground.patches(may)
    if not len(area):
        return 0.0
    if ground.sources is not None:
        source = np.any(kinds.allowed & ground.sources[0], axis=1)[kinds.of]
        area = ground.set_out(patch, source, len(area))
    places = len(area) + int((~may).sum())
    walks = min(max(WALKED // places, FEWEST), MOST)
    largest = np.argsort(-area, kind="stable")[:walks]
    near = ground.chance(_walked(ground, patch, easiest, largest, len(area)))
    worth = np.zeros(len(area))
    for row, one in enumerate(largest.tolist()):
        worth[one] = _likeliest(near[row], area, most_ha)
    others = np.setdiff1d(np.arange(len(area)), largest)
    if len(others):
        worth[others] = _of_others(ground, (patch, easiest, area), (largest, others), near, most_ha)
    return _likeliest(worth, area, most_ha) / ground.total_ha


def _of_others(
    ground: Ground,
    land: tuple[NDArray[np.int64], FloatArray, FloatArray],
    named: tuple[NDArray[np.int64], NDArray[np.int64]],
    near: FloatArray,
    most_ha: float,
) -> FloatArray:
    """(others,) what patches can reach from which nobody walks: the largest, themselves, and all that is left
    at the distance of their nearest."""
    (patch, easiest, area), (largest, others) = land, named
    one, other, cost = ground.links(patch, easiest)
    nearest = np.full(len(area), np.inf)
    np.minimum.at(nearest, np.concatenate([one, other]), np.concatenate([cost, cost]))
    left = area[others].sum() - area[others]
    chance = np.vstack([near[:, others], np.ones(len(others)), ground.chance(nearest[others])])
    sizes = np.vstack([np.repeat(area[largest][:, None], len(others), axis=1), area[others], left])
    order = np.argsort(-chance, axis=0)
    room = np.full(len(others), most_ha)
    found = np.zeros(len(others))
    for row in order:
        each = np.arange(len(others))
        taken = np.minimum(sizes[row, each], room)
        found += taken * chance[row, each]
        room = room - taken
    return found


def _likeliest(value: FloatArray, size: FloatArray, most: float) -> float:
    """What ``most`` of what there is may be worth: the dearest is taken first."""
    order = np.argsort(-value)
    before = np.cumsum(size[order]) - size[order]
    taken = np.clip(most - before, 0.0, size[order])
    return float((taken * value[order]).sum())


def _walked(
    ground: Ground,
    patch: NDArray[np.int64],
    hard: FloatArray,
    starts: NDArray[np.int64],
    count: int,
) -> FloatArray:
    """(starts, patches) the least costs over all land, patches being free to cross."""
    outside = patch < 0
    place = patch.copy()
    place[outside] = count + np.arange(int(outside.sum()))
    hard = np.where(outside, hard, 0.0)
    one, other = place[ground.first], place[ground.second]
    cost = 0.5 * ground.length_m * (hard[ground.first] + hard[ground.second])
    apart = one != other
    places = count + int(outside.sum())
    pair = np.minimum(one, other)[apart] * places + np.maximum(one, other)[apart]
    pair, number = np.unique(pair, return_inverse=True)
    least = np.full(len(pair), np.inf)
    np.minimum.at(least, number, cost[apart])
    graph = both_ways((pair // places, pair % places, least), places)
    found = np.empty((len(starts), count))
    for row, start in enumerate(starts.tolist()):
        found[row] = dijkstra(graph, indices=start, limit=ground.longest_m)[:count]
    return found
