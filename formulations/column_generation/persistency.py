"""Persistency: states of units that no optimum needs, dropped by a work-list, compiled.

A state whose best case (its cost less all rewards that its unit may still earn) is no better than another's
worst case (less those already certain) can be left out: the other can always take its place. What a unit has
lost changes what its neighbours may earn, so these are looked at again, until nothing more is lost. A unit
is looked at once, and once more for each loss next to it, whatever the size of the study.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formulations.core.compiling import compiled
from instances.units.grid import FloatArray


@dataclass(frozen=True, eq=False)
class Adjacency:
    """What each unit is tied to: entries ``start[u]:start[u + 1]`` of ``other`` (its neighbours, or its
    bundles) and of ``term`` (the number of the pair, or of the member of a bundle)."""

    start: NDArray[np.int64]
    other: NDArray[np.int32]
    term: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Ties:
    """Pairs and bundles of one set on the units of a graph: what no price changes.

    Pairs ``first``, ``second`` (pairs,); bundle c ties ``units[start[c]:start[c + 1]]``.
    """

    first: NDArray[np.int32]
    second: NDArray[np.int32]
    neighbours: Adjacency
    start: NDArray[np.int64]
    units: NDArray[np.int32]
    bundles: Adjacency

    @property
    def bundle(self) -> NDArray[np.int64]:
        """(members,) the bundle of every member."""
        return np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))


def ties(
    count: int,
    first: NDArray[np.int32],
    second: NDArray[np.int32],
    start: NDArray[np.int64],
    units: NDArray[np.int32],
) -> Ties:
    """The ties of ``count`` units by pairs and by bundles."""
    neighbours = Adjacency(*_neighbours(count, first, second))
    bundle = np.repeat(np.arange(len(start) - 1, dtype=np.int32), np.diff(start))
    order = np.argsort(units, kind="stable")
    begin = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(units, minlength=count), out=begin[1:])
    bundles = Adjacency(begin, bundle[order], order.astype(np.int32))
    return Ties(first, second, neighbours, start, units, bundles)


@compiled("Tuple((i8[::1], i4[::1], i4[::1]))(i8, i4[::1], i4[::1])")
def _neighbours(count, first, second):  # type: ignore[no-untyped-def]
    """Both directions of every pair, sorted by the unit they start at."""
    start = np.zeros(count + 1, np.int64)
    for pair in range(len(first)):
        start[first[pair] + 1] += 1
        start[second[pair] + 1] += 1
    for unit in range(count):
        start[unit + 1] += start[unit]
    place = start.copy()
    other, term = np.empty(2 * len(first), np.int32), np.empty(2 * len(first), np.int32)
    for pair in range(len(first)):
        one, two = first[pair], second[pair]
        other[place[one]], term[place[one]] = two, pair
        other[place[two]], term[place[two]] = one, pair
        place[one] += 1
        place[two] += 1
    return start, other, term


@dataclass(frozen=True, eq=False)
class Rewards:
    """What one set pays: (pairs,) ``weight``, (units,) ``sure`` already, (bundles,) ``reward``."""

    weight: FloatArray
    sure: FloatArray
    reward: FloatArray


def persist(
    cost: FloatArray,
    possible: NDArray[np.bool_],
    members: list[NDArray[np.bool_]],
    tied: list[Ties],
    paid: list[Rewards],
) -> None:
    """Drop from ``possible`` (units, states) what cannot be better than another state whatever the neighbours
    do; ``members[s]`` (states,) says which states lie in set s, of which there are one or two."""
    if not len(cost) or not tied:
        return
    # the compiled loop takes two sets: of one alone the other has no members, no pairs and no bundles
    none = np.zeros(0, dtype=np.int32)
    sets = [*tied, ties(len(cost), none, none, np.zeros(1, dtype=np.int64), none)][:2]
    pay = [*paid, Rewards(np.zeros(0), np.zeros(len(cost)), np.zeros(0))][:2]
    member = np.array([*members, np.zeros(cost.shape[1], dtype=bool)][:2])
    (one, other), (first, second) = sets, pay
    _work(
        np.ascontiguousarray(cost), possible, member,
        one.neighbours.start, one.neighbours.other, one.neighbours.term, first.weight, first.sure,
        one.bundles.start, one.bundles.other, one.start, one.units, first.reward,
        other.neighbours.start, other.neighbours.other, other.neighbours.term, second.weight, second.sure,
        other.bundles.start, other.bundles.other, other.start, other.units, second.reward,
    )  # fmt: skip


@compiled(inline="always")
def _range(unit, start, near, term, weight, sure, may, must, begin, of, reward, dead):  # type: ignore[no-untyped-def]
    """(least, greatest) reward of joining a set."""
    # At the least it earns what neighbours pay that must be in the set already; at the most also what those
    # would that still may. A bundle pays only when whole, so it is hope until the last, and none once dead.
    low, hope = sure[unit], 0.0
    for entry in range(start[unit], start[unit + 1]):
        if must[near[entry]]:
            low += weight[term[entry]]
        elif may[near[entry]]:
            hope += weight[term[entry]]
    for entry in range(begin[unit], begin[unit + 1]):
        if not dead[of[entry]]:
            hope += reward[of[entry]]
    return low, low + hope


@compiled(inline="always")
def _touch(  # type: ignore[no-untyped-def]
    unit, start, near, begin, of, ends, units, may, must, dead, now_may, now_must, queue, last, queued
):
    """Note what a unit now may and must, and call those that it changes something for; the next free place of
    the queue."""
    # A unit that lost a state on the same side of every set changes no neighbour's range: nobody is called.
    if now_may == may[unit] and now_must == must[unit]:
        return last
    may[unit], must[unit] = now_may, now_must
    for entry in range(start[unit], start[unit + 1]):
        other = near[entry]
        if not queued[other]:
            queued[other] = True
            queue[last] = other
            last = last + 1 if last + 1 < len(queue) else 0
    if not now_may:
        for entry in range(begin[unit], begin[unit + 1]):
            bundle = of[entry]
            if dead[bundle]:
                continue
            # Once: a bundle dies with its first unit that stays out, and each of its units loses that hope.
            dead[bundle] = True
            for place in range(ends[bundle], ends[bundle + 1]):
                other = units[place]
                if not queued[other]:
                    queued[other] = True
                    queue[last] = other
                    last = last + 1 if last + 1 < len(queue) else 0
    return last


@compiled()
def _sides(possible, member, may, must):  # type: ignore[no-untyped-def]
    """(units,) whether each may, and whether it must, be in a set."""
    for unit in range(len(possible)):
        inside, outside = False, False
        for state in range(possible.shape[1]):
            if possible[unit, state]:
                if member[state]:
                    inside = True
                else:
                    outside = True
        may[unit], must[unit] = inside, not outside


@compiled()
def _lifeless(ends, units, may, dead):  # type: ignore[no-untyped-def]
    """(bundles,) True where a unit cannot be in the set."""
    for bundle in range(len(ends) - 1):
        for place in range(ends[bundle], ends[bundle + 1]):
            if not may[units[place]]:
                dead[bundle] = True


@compiled()
def _beaten(unit, cost, possible, member, low, high, other_low, other_high):  # type: ignore[no-untyped-def]
    """Whether a unit lost states: those whose best case is no better than another's worst case. Of two that
    tie the later one goes, never both."""
    changed = False
    states = cost.shape[1]
    for state in range(states):
        if not possible[unit, state]:
            continue
        for other in range(states):
            if other == state or not possible[unit, other]:
                continue
            # Both states of one side earn the same there, whatever the neighbours do: it cancels. Only where
            # the sides differ does the reward count, at its most for the state in question, at its least
            # against it.
            best, worst = cost[unit, state], cost[unit, other]
            if member[0, state] and not member[0, other]:
                best -= high
            elif member[0, other] and not member[0, state]:
                worst -= low
            if member[1, state] and not member[1, other]:
                best -= other_high
            elif member[1, other] and not member[1, state]:
                worst -= other_low
            # Ties are common (equal cells of equal land) and would leave large plateaus to the flow.
            if best > worst or (best == worst and state > other):
                possible[unit, state] = False
                changed = True
                break
    return changed


_SET = "i8[::1], i4[::1], i4[::1], f8[::1], f8[::1], i8[::1], i4[::1], i8[::1], i4[::1], f8[::1]"


@compiled(f"void(f8[:, ::1], b1[:, ::1], b1[:, ::1], {_SET}, {_SET})", nogil=True)
def _work(  # type: ignore[no-untyped-def]
    cost, possible, member,
    start_a, near_a, term_a, weight_a, sure_a, begin_a, of_a, ends_a, units_a, reward_a,
    start_b, near_b, term_b, weight_b, sure_b, begin_b, of_b, ends_b, units_b, reward_b,
):  # fmt: skip
    """Look at every unit in turn, and again at those next to a loss, until the queue is empty."""
    count, states = cost.shape
    may_a, must_a = np.empty(count, np.bool_), np.empty(count, np.bool_)
    may_b, must_b = np.empty(count, np.bool_), np.empty(count, np.bool_)
    dead_a, dead_b = np.zeros(len(reward_a), np.bool_), np.zeros(len(reward_b), np.bool_)
    _sides(possible, member[0], may_a, must_a)
    _sides(possible, member[1], may_b, must_b)
    _lifeless(ends_a, units_a, may_a, dead_a)
    _lifeless(ends_b, units_b, may_b, dead_b)
    # units wait in a ring with a place to spare: it is empty where its ends meet
    queue, queued = np.empty(count + 1, np.int32), np.ones(count, np.bool_)
    for unit in range(count):
        queue[unit] = unit
    first, last = 0, count
    # A work-list, not rounds over all units: a decision changes the ranges of its neighbours alone, and runs
    # on outwards along rivers and edges of towns for hundreds of steps, each of which a round would pay for.
    while first != last:
        unit = queue[first]
        first = first + 1 if first < count else 0
        queued[unit] = False
        left = 0
        for state in range(states):
            left += possible[unit, state]
        if left <= 1:
            continue
        low, high = _range(
            unit, start_a, near_a, term_a, weight_a, sure_a, may_a, must_a, begin_a, of_a, reward_a, dead_a
        )
        low_b, high_b = _range(
            unit, start_b, near_b, term_b, weight_b, sure_b, may_b, must_b, begin_b, of_b, reward_b, dead_b
        )
        if not _beaten(unit, cost, possible, member, low, high, low_b, high_b):
            continue
        in_a, out_a, in_b, out_b = False, False, False, False
        for state in range(states):
            if possible[unit, state]:
                if member[0, state]:
                    in_a = True
                else:
                    out_a = True
                if member[1, state]:
                    in_b = True
                else:
                    out_b = True
        last = _touch(
            unit, start_a, near_a, begin_a, of_a, ends_a, units_a, may_a, must_a, dead_a,
            in_a, not out_a, queue, last, queued,
        )  # fmt: skip
        last = _touch(
            unit, start_b, near_b, begin_b, of_b, ends_b, units_b, may_b, must_b, dead_b,
            in_b, not out_b, queue, last, queued,
        )  # fmt: skip


def settled(
    possible: NDArray[np.bool_], member: NDArray[np.bool_], tied: Ties, paid: Rewards
) -> tuple[FloatArray, NDArray[np.int32]]:
    """(units,) the reward of joining a set that is certain, with that of neighbours that must be in it; and
    the numbers of the pairs that two undecided units are still to earn."""
    may, must = np.empty(len(possible), dtype=bool), np.empty(len(possible), dtype=bool)
    _sides(possible, member, may, must)
    sure = paid.sure.copy()
    return sure, _settle(tied.first, tied.second, paid.weight, may, must, sure)


@compiled("i4[::1](i4[::1], i4[::1], f8[::1], b1[::1], b1[::1], f8[::1])", nogil=True)
def _settle(first, second, weight, may, must, sure):  # type: ignore[no-untyped-def]
    """Add to ``sure`` what neighbours that must be in the set pay; the pairs that are left open."""
    pairs, count = np.empty(len(first), np.int32), 0
    for pair in range(len(first)):
        one, other = first[pair], second[pair]
        # What a pair cannot earn any more, or earns without fail, is no arc of the network; what is certain
        # once the other is in goes to the undecided one's own cost.
        if weight[pair] <= 0 or not may[one] or not may[other]:
            continue
        if must[other]:
            if not must[one]:
                sure[one] += weight[pair]
        elif must[one]:
            sure[other] += weight[pair]
        else:
            pairs[count] = pair
            count += 1
    return pairs[:count].copy()
