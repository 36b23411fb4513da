"""One round over pieces that are too small: each grows or returns to today's land, whichever costs less.

Both are priced at the prices of the limits, unit by unit, exactly (``ground.change``). A piece grows by the
unchanged neighbour that costs least until it is large enough, and stops where that costs more than its
return. A unit takes part in one repair a round; what a round left too small is seen to in the next.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from formulations.core.compiling import compiled
from formulations.patches.ground import BARRED, Ground, change
from instances.units.grid import FloatArray, Layout


class Counted(NamedTuple):
    """What is counted of class ``k``: ``of`` (units,) piece from 1, 0 for none, ``area`` (pieces + 1,) in ha,
    and the ``least`` that a piece must have; ``project`` where new land alone counts."""

    k: int
    of: NDArray[np.int32]
    area: FloatArray
    least: float
    project: bool


class Work(NamedTuple):
    """Where a round keeps what it is at: the units of the piece in hand (``members``) and their classes
    ``before``; ``inside`` (units,) and ``met`` (pieces + 1,) the repair that came there last."""

    members: NDArray[np.int32]
    before: NDArray[np.uint8]
    inside: NDArray[np.int32]
    met: NDArray[np.int32]


@compiled()
def repair_round(
    g: Ground,
    layout: Layout,
    today: Layout,
    counted: Counted,
    seeds: NDArray[np.int64],
    busy: NDArray[np.bool_],
    give_up: bool,
) -> None:
    """Repair the pieces that hold the seeds (pieces,), in the layout itself; ``busy`` (units,) those that a
    repair of this round used. Where it is to ``give_up`` pieces return whatever it costs."""
    units = len(layout)
    work = Work(
        np.empty(units, dtype=np.int32),
        np.empty(units, dtype=np.uint8),
        np.zeros(units, dtype=np.int32),
        np.zeros(len(counted.area), dtype=np.int32),
    )
    stamp = 0
    for seed in seeds:
        stamp += 1
        count = _gather(g, layout, today, counted, work, seed, stamp)
        area, free = 0.0, True
        for n in range(count):
            area += g.area[work.members[n]]
            free = free and not busy[work.members[n]]
        if count == 0 or not free or area >= counted.least:
            continue
        back = _revert(g, layout, today, counted.k, work, count)
        work.met[counted.of[seed]] = stamp
        total = count
        if not give_up or back >= BARRED:
            total = _grow(g, layout, today, counted, work, busy, (area, back, count, stamp))
        for n in range(total):
            busy[work.members[n]] = True
            if total == count and back < BARRED:
                layout[work.members[n]] = work.before[n]


@compiled()
def _gather(
    g: Ground, layout: Layout, today: Layout, counted: Counted, work: Work, seed: int, stamp: int
) -> int:
    """How many units the piece of a seed has, as it is now, listed in ``members``; 0 where the seed is not in
    one any more."""
    k = counted.k
    if layout[seed] != k or (counted.project and today[seed] == k):
        return 0
    work.members[0] = seed
    work.inside[seed] = stamp
    count, at = 1, 0
    while at < count:
        i = work.members[at]
        at += 1
        for e in range(g.start[i], g.start[i + 1]):
            j = g.near[e]
            if work.inside[j] != stamp and layout[j] == k and not (counted.project and today[j] == k):
                work.inside[j] = stamp
                work.members[count] = j
                count += 1
    return count


@compiled()
def _revert(g: Ground, layout: Layout, today: Layout, k: int, work: Work, count: int) -> float:
    """What F changes by where the new units of a piece return to today's classes, which are left in
    ``before``; ``BARRED`` where one may not. The layout is as it was, afterwards."""
    cost = 0.0
    for n in range(count):
        i = work.members[n]
        work.before[n] = today[i]
        if today[i] != k:
            step = change(g, layout, i, today[i])
            cost = BARRED if step >= BARRED or cost >= BARRED else cost + step
            layout[i] = today[i]
    for n in range(count):
        layout[work.members[n]] = k
    return cost


@compiled()
def _grow(
    g: Ground,
    layout: Layout,
    today: Layout,
    counted: Counted,
    work: Work,
    busy: NDArray[np.bool_],
    piece: tuple[float, float, int, int],
) -> int:
    """How many units the piece has once it is large enough: it grew by the cheapest unchanged neighbours, one
    at a time; as many as before where that would cost more than its return, and nothing has changed.

    ``piece``: its area in ha, what its return costs, its units, and the number of this repair.
    """
    area, back, count, stamp = piece
    total, spent = count, 0.0
    while area < counted.least:
        best, step = cheapest(g, layout, today, counted.k, work.members[:total], busy)
        if best < 0 or spent + step >= back:
            for n in range(count, total):
                layout[work.members[n]] = today[work.members[n]]
            return count
        spent += step
        layout[best] = counted.k
        work.members[total] = best
        total += 1
        area += g.area[best]
        for e in range(g.start[best], g.start[best + 1]):
            other = counted.of[g.near[e]]
            if other > 0 and work.met[other] != stamp and layout[g.near[e]] == counted.k:
                work.met[other] = stamp
                area += counted.area[other]
    return total


@compiled()
def cheapest(
    g: Ground,
    layout: Layout,
    today: Layout,
    k: int,
    members: NDArray[np.int32],
    busy: NDArray[np.bool_],
) -> tuple[int, float]:
    """The unchanged neighbour of some units that costs least as class k, and what F then changes by; -1 where
    there is none that may be k and is not ``busy``."""
    best, least = -1, BARRED
    for i in members:
        for e in range(g.start[i], g.start[i + 1]):
            j = g.near[e]
            if layout[j] != k and layout[j] == today[j] and not busy[j]:
                step = change(g, layout, j, k)
                if step < least:
                    best, least = j, step
    return best, least
