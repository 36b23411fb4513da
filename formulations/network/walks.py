"""Walks over units from many at once: least costs and who is reached from where, compiled.

A step between two units costs half its length times what a metre of either is. Of ways that cost the same
any may be found. How a network is counted rests on such ties where they decide who is next to whom, and is
left to SciPy (``links``); here is what is only looked for.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from formulations.core.compiling import compiled
from formulations.network.steps import Steps
from instances.units.grid import FloatArray


class Around(NamedTuple):
    """Who is next to every unit: those of unit i are ``other[start[i]:start[i + 1]]``, ``length_m`` away."""

    start: NDArray[np.int64]
    other: NDArray[np.int32]
    length_m: FloatArray


class Walked(NamedTuple):
    """(units,) the least cost from any unit set out from, inf where none gets; the unit before on the way, -1
    where there is none; and the unit set out from, -1 where none gets."""

    cost: FloatArray
    before: NDArray[np.int32]
    source: NDArray[np.int32]


def around(ways: Steps, units: int) -> Around:
    """The steps unit by unit, each from both sides."""
    first, second = np.concatenate([ways.first, ways.second]), np.concatenate([ways.second, ways.first])
    length = np.concatenate([ways.length_m, ways.length_m])
    table = sparse.coo_array((length, (first, second)), shape=(units, units)).tocsr()
    return Around(table.indptr.astype(np.int64), table.indices.astype(np.int32), table.data)


def walk(
    near: Around,
    cost_per_m: FloatArray,
    open_: NDArray[np.bool_],
    sources: NDArray[np.intp],
    most: float = np.inf,
) -> Walked:
    """Walks from ``sources`` over units of ``open_`` (units,), where a metre costs ``cost_per_m`` (units,),
    up to a cost of ``most``; sources may be set out from though they are not open."""
    begun = np.ascontiguousarray(sources, dtype=np.int64)
    return Walked(*_walk(near.start, near.other, near.length_m, cost_per_m, open_, begun, most))


def steps_away(near: Around, sources: NDArray[np.bool_]) -> NDArray[np.int32]:
    """(units,) how many steps every unit is from the nearest of ``sources`` (units,); -1 where none gets."""
    found: NDArray[np.int32] = _steps_away(near.start, near.other, sources)
    return found


def rim_of(near: Around, inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(units,) True for those of ``inside`` (units,) that are next to one outside."""
    found: NDArray[np.bool_] = _rim_of(near.start, near.other, inside)
    return found


def meetings(
    ways: Steps, owner: NDArray[np.int32], away: FloatArray, rate: FloatArray, most: float
) -> tuple[NDArray[np.int64], FloatArray]:
    """The steps on which surroundings of two owners (units,) meet, -1 for none, and (met,) what the way
    over each costs, at most ``most``: ``away`` (units,) on both sides, and the step, a metre of which costs
    ``rate`` (units,)."""
    found: tuple[NDArray[np.int64], FloatArray] = _meetings(
        ways.first, ways.second, ways.length_m, owner, away, rate, most
    )
    return found


@compiled(nogil=True)
def _walk(
    start: NDArray[np.int64],
    other: NDArray[np.int32],
    length: FloatArray,
    rate: FloatArray,
    open_: NDArray[np.bool_],
    sources: NDArray[np.int64],
    most: float,
) -> tuple[FloatArray, NDArray[np.int32], NDArray[np.int32]]:
    units = len(rate)
    cost = np.full(units, np.inf)
    before, source = np.full(units, -1, dtype=np.int32), np.full(units, -1, dtype=np.int32)
    keys, nodes = np.empty(1024 + 2 * len(sources)), np.empty(1024 + 2 * len(sources), dtype=np.int32)
    count = len(sources)
    for place in range(count):
        unit = sources[place]
        cost[unit], source[unit] = 0.0, unit
        keys[place], nodes[place] = 0.0, unit
    while count:
        key, unit = keys[0], nodes[0]
        count -= 1
        _sink(keys, nodes, count)
        if key > cost[unit]:
            continue
        for at in range(start[unit], start[unit + 1]):
            there = other[at]
            if not open_[there]:
                continue
            way = key + 0.5 * length[at] * (rate[unit] + rate[there])
            if way < cost[there] and way <= most:
                cost[there], before[there], source[there] = way, unit, source[unit]
                if count == len(keys):
                    keys = np.concatenate((keys, np.empty(count)))
                    nodes = np.concatenate((nodes, np.empty(count, dtype=np.int32)))
                _rise(keys, nodes, count, way, there)
                count += 1
    return cost, before, source


@compiled(nogil=True)
def _sink(keys: FloatArray, nodes: NDArray[np.int32], count: int) -> None:
    """Put the last of a heap, at ``count``, in the place of its first."""
    key, node, place, child = keys[count], nodes[count], 0, 1
    while child < count:
        if child + 1 < count and keys[child + 1] < keys[child]:
            child += 1
        if keys[child] >= key:
            break
        keys[place], nodes[place] = keys[child], nodes[child]
        place, child = child, 2 * child + 1
    keys[place], nodes[place] = key, node


@compiled(nogil=True)
def _rise(keys: FloatArray, nodes: NDArray[np.int32], place: int, key: float, node: int) -> None:
    """Put one more into a heap, at ``place`` behind its last."""
    while place > 0 and keys[(place - 1) // 2] > key:
        keys[place], nodes[place] = keys[(place - 1) // 2], nodes[(place - 1) // 2]
        place = (place - 1) // 2
    keys[place], nodes[place] = key, node


@compiled(nogil=True)
def _rim_of(
    start: NDArray[np.int64], other: NDArray[np.int32], inside: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    rim = np.zeros(len(inside), dtype=np.bool_)
    for unit in range(len(inside)):
        if inside[unit]:
            for at in range(start[unit], start[unit + 1]):
                rim[unit] |= not inside[other[at]]
    return rim


@compiled(nogil=True)
def _meetings(
    first: NDArray[np.int32],
    second: NDArray[np.int32],
    length: FloatArray,
    owner: NDArray[np.int32],
    away: FloatArray,
    rate: FloatArray,
    most: float,
) -> tuple[NDArray[np.int64], FloatArray]:
    steps, totals, count = np.empty(len(first), dtype=np.int64), np.empty(len(first)), 0
    for step in range(len(first)):
        one, two = first[step], second[step]
        if owner[one] != owner[two] and owner[one] >= 0 and owner[two] >= 0:
            total = away[one] + 0.5 * length[step] * (rate[one] + rate[two]) + away[two]
            if total <= most:
                steps[count], totals[count] = step, total
                count += 1
    return steps[:count].copy(), totals[:count].copy()


@compiled()
def _steps_away(
    start: NDArray[np.int64], other: NDArray[np.int32], sources: NDArray[np.bool_]
) -> NDArray[np.int32]:
    away = np.full(len(sources), -1, dtype=np.int32)
    queue = np.empty(len(sources), dtype=np.int32)
    count = 0
    for unit in range(len(sources)):
        if sources[unit]:
            away[unit] = 0
            queue[count] = unit
            count += 1
    done = 0
    while done < count:
        unit = queue[done]
        done += 1
        for at in range(start[unit], start[unit + 1]):
            if away[other[at]] < 0:
                away[other[at]] = away[unit] + 1
                queue[count] = other[at]
                count += 1
    return away
