"""Moves of single units that leave no piece too small, and which of many moves stand apart from each other.

A unit may leave its class where the piece that it leaves stays large enough and in one piece: its neighbours
in the piece are joined without it, over units next to it (the simple points of digital topology, on any graph
of neighbours; Kong and Rosenfeld 1989). It may become today's class anywhere, and another class beside a
piece that is, or with it becomes, large enough.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from formulations.core.compiling import compiled
from formulations.patches.ground import BARRED, Ground, change
from formulations.patches.growth import cheapest
from instances.units.grid import FloatArray, Layout

MOST_BESIDE = 64
"""Units next to a unit up to which it is looked whether its neighbours are joined without it."""


class Sizes(NamedTuple):
    """Of patches (first row) and projects (second): ``least`` (2, classes) that a piece must have, 0 for
    none; ``of`` (2, units) the number of the piece, ``area`` (2, pieces + 1) in ha, ``bound``
    (2, pieces + 1) True where the piece has new land, so that it must not become too small."""

    least: FloatArray
    of: NDArray[np.int32]
    area: FloatArray
    bound: NDArray[np.bool_]


@compiled()
def single_moves(
    g: Ground, layout: Layout, today: Layout, sizes: Sizes, most: int
) -> tuple[NDArray[np.int32], NDArray[np.uint8], FloatArray]:
    """(moves,) the units that may move, the class that each may take, and what F changes by; the first
    ``most`` of them."""
    unit = np.empty(most, dtype=np.int32)
    to = np.empty(most, dtype=np.uint8)
    cost = np.empty(most)
    count = 0
    for i in range(len(layout)):
        first = count
        # What a unit may become is asked first: it is cheap, and most units may become nothing.
        for e in range(g.start[i] - 1, g.start[i + 1]):
            k = today[i] if e < g.start[i] else layout[g.near[e]]
            if k == layout[i] or count == most or not g.allowed[g.of[i], k]:
                continue
            known = False
            for n in range(first, count):
                known = known or to[n] == k
            if known or (k != today[i] and not _may_join(g, layout, today, sizes, i, k)):
                continue
            unit[count], to[count] = i, k
            count += 1
        if count > first and not _may_leave(g, layout, today, sizes, i):
            count = first
        for n in range(first, count):
            cost[n] = change(g, layout, i, to[n])
    return unit[:count], to[:count], cost[:count]


@compiled()
def _may_join(g: Ground, layout: Layout, today: Layout, sizes: Sizes, i: int, k: int) -> bool:
    """Whether unit i as new land of class k lies in pieces that are large enough."""
    for form in range(2):
        if sizes.least[form, k] == 0.0:
            continue
        enough = False
        for e in range(g.start[i], g.start[i + 1]):
            j = g.near[e]
            if layout[j] == k and sizes.of[form, j] > 0:
                area = sizes.area[form, sizes.of[form, j]] + g.area[i]
                enough = enough or area >= sizes.least[form, k]
        if not enough:
            return False
    return True


@compiled()
def _may_leave(g: Ground, layout: Layout, today: Layout, sizes: Sizes, i: int) -> bool:
    """Whether what unit i leaves stays large enough and in one piece."""
    c = layout[i]
    for form in range(2):
        piece = sizes.of[form, i]
        if sizes.least[form, c] == 0.0 or piece == 0 or not sizes.bound[form, piece]:
            continue
        left = sizes.area[form, piece] - g.area[i]
        if left > 0.01 * g.area[i] and (
            left < sizes.least[form, c] or not _joined(g, layout, today, i, form == 1)
        ):
            return False
    return True


@compiled()
def _joined(g: Ground, layout: Layout, today: Layout, i: int, project: bool) -> bool:
    """Whether the neighbours of unit i in its piece are joined without it, over units at most two steps from
    it."""
    c = layout[i]
    ring = np.empty(MOST_BESIDE, dtype=np.int32)
    found, beside = 0, 0
    for e in range(g.start[i], g.start[i + 1]):
        j = g.near[e]
        if layout[j] == c and not (project and today[j] == c):
            if beside == MOST_BESIDE:
                return False
            ring[beside] = j
            beside += 1
    if beside <= 1:
        return True
    # The first neighbour, and from there whatever is beside the unit or beside one of those.
    reached = np.empty(MOST_BESIDE, dtype=np.int32)
    reached[0] = ring[0]
    found, at, met = 1, 0, 1
    while at < found and met < beside:
        u = reached[at]
        at += 1
        near = _among(ring, beside, u)
        for e in range(g.start[u], g.start[u + 1]):
            v = g.near[e]
            if v == i or layout[v] != c or (project and today[v] == c) or _among(reached, found, v):
                continue
            mine = _among(ring, beside, v)
            if (near or mine) and found < MOST_BESIDE:
                reached[found] = v
                found += 1
                met += mine
    return met == beside


@compiled()
def _among(units: NDArray[np.int32], count: int, u: int) -> bool:
    """Whether a unit is among the first ``count``."""
    found = False
    for n in range(count):
        found = found or units[n] == u
    return found


@compiled()
def apart(
    g: Ground, layout: Layout, sizes: Sizes, start: NDArray[np.int64], units: NDArray[np.int32],
    taken: NDArray[np.bool_], room: FloatArray,
) -> NDArray[np.bool_]:  # fmt: skip
    """(moves,) those taken, one after another, that stand two units apart from all taken before and leave
    the pieces that they take from large enough together.

    Move m moves ``units[start[m]:start[m + 1]]``; ``taken`` (units,) next to what is taken already, ``room``
    (2, pieces + 1) how much each piece can spare in ha. Both are kept up to date.
    """
    chosen = np.zeros(len(start) - 1, dtype=np.bool_)
    for m in range(len(start) - 1):
        free = True
        alone = start[m + 1] - start[m] == 1
        for n in range(start[m], start[m + 1]):
            i = units[n]
            free = free and not taken[i]
            for e in range(g.start[i], g.start[i + 1]):
                free = free and not taken[g.near[e]]
            for form in range(2):
                piece = sizes.of[form, i]
                if alone and piece > 0 and sizes.bound[form, piece] and sizes.least[form, layout[i]] > 0:
                    left = sizes.area[form, piece] - g.area[i]
                    free = free and (room[form, piece] >= g.area[i] or left <= 0.01 * g.area[i])
            if not free:
                break
        if not free:
            continue
        chosen[m] = True
        for n in range(start[m], start[m + 1]):
            i = units[n]
            taken[i] = True
            for e in range(g.start[i], g.start[i + 1]):
                taken[g.near[e]] = True
            for form in range(2):
                room[form, sizes.of[form, i]] -= g.area[i]
    return chosen


@compiled()
def new_pieces(
    g: Ground,
    layout: Layout,
    today: Layout,
    target: tuple[int, float],
    starts: NDArray[np.int64],
    blocked: NDArray[np.bool_],
    most: int,
) -> tuple[NDArray[np.int64], NDArray[np.int32], FloatArray]:
    """Up to ``most`` pieces of unchanged land, apart from one another, that may take the class of ``target``
    and reach its hectares: (pieces + 1,) where each begins in (units,), and (pieces,) what F changes by.

    Each grows from one of ``starts`` by the neighbour that costs least; ``blocked`` (units,) are left out and
    kept up to date. The layout is as it was, afterwards.
    """
    begin = np.zeros(most + 1, dtype=np.int64)
    units = np.empty(len(layout), dtype=np.int32)
    cost = np.zeros(most)
    pieces, count = 0, 0
    for seed in starts:
        if pieces == most:
            break
        if blocked[seed] or layout[seed] != today[seed] or layout[seed] == target[0]:
            continue
        size, spent = _new_piece(g, layout, today, target, units[count:], seed, blocked)
        if size > 0:
            cost[pieces] = spent
            count += size
            pieces += 1
            begin[pieces] = count
    return begin[: pieces + 1], units[:count], cost[:pieces]


@compiled()
def _new_piece(
    g: Ground,
    layout: Layout,
    today: Layout,
    target: tuple[int, float],
    units: NDArray[np.int32],
    seed: int,
    blocked: NDArray[np.bool_],
) -> tuple[int, float]:
    """How many units a new piece from a seed has, listed in ``units``, and what it costs; 0 where none comes
    about."""
    k, least = target
    area, spent, size = 0.0, 0.0, 0
    best, step = seed, change(g, layout, seed, k)
    while best >= 0 and step < BARRED and area < least:
        layout[best] = k
        units[size] = best
        size += 1
        area += g.area[best]
        spent += step
        if area < least:
            best, step = cheapest(g, layout, today, k, units[:size], blocked)
    for n in range(size):
        layout[units[n]] = today[units[n]]
        blocked[units[n]] = True
    if area < least:
        return 0, 0.0
    for n in range(size):
        for e in range(g.start[units[n]], g.start[units[n] + 1]):
            blocked[g.near[e]] = True
    return size, spent
