"""Who needs how much of what units bring together: found by a maximum flow, and never relied upon.

Every open piece (a shared edge, a corridor) is divided evenly at first. A unit that is in the set already,
and would be with less, can hand some of its share on to the units with which it has pieces, and these
further, up to one that would come in with more; what is handed on is a flow along the pieces. Where no more
can be handed on the division is the best there is. Units that may be in either of two sets are two nodes,
the two steps in the chain of states (first set, neither, second set); Ishikawa (2003) has why that is one
network.

SciPy's flows are whole numbers of 32 bits. Shares are counted in steps and rounded down, so that nobody
hands on more than it has: what is found is a division, only not quite the best. What is left to hand on is
then at most a step for every arc, and is sought again in steps that much finer, until it is next to nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from instances.units.grid import FloatArray

Nodes = tuple[NDArray[np.int64], NDArray[np.int64]]
STEPS = 2**29
"""Steps of the largest capacity: both ways along a piece, and what an arc without bound takes, stay below
2**31."""
PASSES = 6
NEXT_TO_NOTHING = 1e-13
"""Share of what units cost: what could still be handed on is no more than float sums leave."""


@dataclass(frozen=True, eq=False)
class Open:
    """Open pieces of one set: pairs ``first``, ``second`` (pairs,) of units with ``reward``, and corridors of
    ``worth`` (corridors,) with members ``units`` (members,) in ``bundle`` (members,)."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    reward: FloatArray
    bundle: NDArray[np.int64]
    units: NDArray[np.int64]
    worth: FloatArray


@dataclass(eq=False)
class _Shares:
    """One set's open pieces divided among nodes: ``one`` and ``other`` (pairs,), ``each`` (members,)."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    one: FloatArray
    other: FloatArray
    bundle: NDArray[np.int64]
    units: NDArray[np.int64]
    each: FloatArray
    worth: FloatArray

    def by_unit(self, count: int) -> FloatArray:
        """(units,) what each is given."""
        pairs = added(self.first, self.one, count) + added(self.second, self.other, count)
        return pairs + added(self.units, self.each, count)


@dataclass(eq=False)
class _Arcs:
    """Arcs of the network so far: tails, heads and capacities in tCO2e/yr, inf for those without bound."""

    tails: list[NDArray[np.int64]] = field(default_factory=list)
    heads: list[NDArray[np.int64]] = field(default_factory=list)
    capacities: list[FloatArray] = field(default_factory=list)

    def add(self, tail: NDArray[np.int64], head: NDArray[np.int64], capacity: FloatArray) -> None:
        self.tails.append(tail)
        self.heads.append(head)
        self.capacities.append(capacity)


def improve(
    cost: FloatArray,
    possible: NDArray[np.bool_],
    inside: NDArray[np.bool_],
    given: Sequence[FloatArray],
    opened: Sequence[Open],
) -> None:
    """Divide open pieces so that the cheapest states cost as much as can be; adds to ``given``.

    ``cost`` and ``possible`` (units, states), ``inside`` (states, sets); for each set ``given`` (units,) and
    what is open. Of sets that overlap pieces stay divided evenly.
    """
    units = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *(_units(each) for each in opened)]))
    if not len(units):
        return
    number = np.full(len(cost), -1, dtype=np.int64)
    number[units] = np.arange(len(units))
    shares = [_evenly(each, number) for each in opened]
    if not inside.all(axis=1).any() or inside.shape[1] == 1:
        chain = _chain(cost[units], possible[units], inside, [total[units] for total in given], shares)
        _hand_on(chain, shares)
    for total, share in zip(given, shares, strict=True):
        total[units] += share.by_unit(len(units))


def added(place: NDArray[np.int64], amount: FloatArray, count: int) -> FloatArray:
    """(count,) the sum of amounts at every place; of none at all they are no whole numbers either."""
    return np.bincount(place, amount, count).astype(float, copy=False)


def _units(one: Open) -> NDArray[np.int64]:
    return np.concatenate([one.first, one.second, one.units])


def _evenly(one: Open, number: NDArray[np.int64]) -> _Shares:
    """Every piece in equal shares; pairs of the same two units are one."""
    ends = np.sort(np.column_stack([number[one.first], number[one.second]]), axis=1)
    base = int(ends.max(initial=0)) + 1
    code, which = np.unique(ends[:, 0] * base + ends[:, 1], return_inverse=True)
    half = added(which.ravel(), one.reward, len(code)) / 2
    members = np.bincount(one.bundle, minlength=len(one.worth))
    each = (one.worth / np.maximum(members, 1))[one.bundle]
    units = number[one.units]
    return _Shares(code // base, code % base, half, half.copy(), one.bundle, units, each, one.worth)


def _chain(
    cost: FloatArray,
    possible: NDArray[np.bool_],
    inside: NDArray[np.bool_],
    given: Sequence[FloatArray],
    shares: Sequence[_Shares],
) -> FloatArray:
    """(units, 2 or 3) costs in the order first set, neither, second set, without what is open. A state that
    a unit cannot have costs more than all that it could be given."""
    count, sets = len(cost), len(shares)
    hope = np.zeros(count)
    for one in shares:
        hope += 2 * (added(one.first, one.one, count) + added(one.second, one.other, count))
        hope += added(one.units, one.worth[one.bundle], count)
    ordered = np.full((count, sets + 1), np.inf)
    for state, member in enumerate(inside):
        place = 1 if not member.any() else 0 if member[0] else 2
        ordered[:, place] = np.where(possible[:, state], cost[:, state], np.inf)
    for place, known in zip((0, 2), given, strict=False):
        ordered[:, place] -= known
    dearest = np.where(np.isfinite(ordered), ordered, -np.inf).max(axis=1)
    return np.where(np.isfinite(ordered), ordered, (dearest + 2 * hope)[:, None])


def _hand_on(chain: FloatArray, shares: Sequence[_Shares]) -> None:
    """Hand shares on until that gains nothing."""
    count = len(chain)
    size = float(np.abs(chain - chain.min(axis=1)[:, None]).sum())
    left = np.inf
    for _ in range(PASSES):
        cost = chain.copy()
        for place, one in zip((0, 2), shares, strict=False):
            cost[:, place] -= one.by_unit(count)
        arcs = _network(cost, shares)
        left = _flow(arcs, shares, count, left)
        if left <= NEXT_TO_NOTHING * size:
            return


def _network(cost: FloatArray, shares: Sequence[_Shares]) -> _Arcs:
    """One node a unit and step of the chain, one a corridor, then source and sink."""
    count, layers = cost.shape[0], cost.shape[1] - 1
    source = layers * count + sum(len(one.worth) for one in shares)
    sink = source + 1
    arcs = _Arcs()
    for one, pair, member in _ways(shares, count):
        _both(arcs, *pair, one.one, one.other)
        _both(arcs, *member, one.each, np.full(len(one.units), np.inf))
    node = np.arange(count)
    rises = [cost[:, layer + 1] - cost[:, layer] for layer in range(layers)]
    into = [np.maximum(rise, 0.0) for rise in rises]
    out = [np.maximum(-rise, 0.0) for rise in rises]
    if layers == 2:  # what would run through a unit alone is left out, and could be taken back
        through = np.minimum(into[0], out[1])
        into[0], out[1] = into[0] - through, out[1] - through
        _both(arcs, node, node + count, np.full(count, np.inf), through)
    for layer in range(layers):
        arcs.add(np.full(count, source), node + layer * count, into[layer])
        arcs.add(node + layer * count, np.full(count, sink), out[layer])
    return arcs


def _ways(shares: Sequence[_Shares], count: int) -> Iterator[tuple[_Shares, Nodes, Nodes]]:
    """For each set the nodes between which it hands shares on: from one unit of a pair to the other (pairs,),
    and from a unit to its corridor (members,).

    The second set lies on the other side of its step of the chain: what is given goes against the flow.
    """
    corridor = len(shares) * count
    for layer, one in enumerate(shares):
        pair = one.first + layer * count, one.second + layer * count
        member = one.units + layer * count, one.bundle + corridor
        corridor += len(one.worth)
        yield (one, pair, member) if layer == 0 else (one, pair[::-1], member[::-1])


def _both(
    arcs: _Arcs, tail: NDArray[np.int64], head: NDArray[np.int64], there: FloatArray, back: FloatArray
) -> None:
    arcs.add(tail, head, there)
    arcs.add(head, tail, back)


def _flow(arcs: _Arcs, shares: Sequence[_Shares], count: int, left: float) -> float:
    """Hand on what a maximum flow in whole steps hands on; at most so much is ``left``, before and after."""
    tails, heads = np.concatenate(arcs.tails), np.concatenate(arcs.heads)
    capacity = np.minimum(np.concatenate(arcs.capacities), left)
    top = float(capacity[np.isfinite(capacity)].max(initial=0.0))
    if top <= 0:
        return 0.0
    steps = np.where(np.isfinite(capacity), np.floor(np.minimum(capacity, top) * (STEPS / top)), STEPS)
    step = top / STEPS
    there = steps > 0
    nodes = int(max(tails.max(), heads.max())) + 1
    graph = csr_array(
        (steps[there].astype(np.int32), (tails[there].astype(np.int32), heads[there].astype(np.int32))),
        shape=(nodes, nodes),
    )
    graph.sort_indices()
    found = maximum_flow(graph, nodes - 2, nodes - 1).flow.tocoo()
    code = found.row.astype(np.int64) * nodes + found.col
    order = np.argsort(code)
    code, value = code[order], found.data[order]

    def along(tail: NDArray[np.int64], head: NDArray[np.int64]) -> FloatArray:
        wanted = tail * nodes + head
        place = np.minimum(np.searchsorted(code, wanted), max(0, len(code) - 1))
        known = code[place] == wanted if len(code) else np.zeros(len(wanted), dtype=bool)
        return np.where(known, value[place] if len(code) else 0, 0) * step

    for one, pair, member in _ways(shares, count):
        moved = np.clip(along(*pair), -one.other, one.one)
        one.one, one.other = one.one - moved, one.other + moved
        each = np.maximum(one.each - along(*member), 0.0)
        total = added(one.bundle, each, len(one.worth))
        one.each = each * np.divide(one.worth, total, out=np.ones(len(total)), where=total > 0)[one.bundle]
    return step * np.count_nonzero(there)
