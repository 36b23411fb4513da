"""States of units by a minimum cut: unit costs and rewards for neighbours (or bundles) in one set together.

``StateGraph`` holds cost (units, states) and, for every set, its pairs and bundles. ``persist`` drops states
that no optimum needs; ``minimum_states`` decides what is left by one maximum flow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formulations.column_generation.maxflow import source_side
from formulations.column_generation.persistency import Rewards, Ties, persist, settled
from formulations.core.compiling import compiled
from instances.units.grid import FloatArray
from instances.units.sums import sum_by

BARRED = 1e29
"""Costs from here on mean that a unit cannot take the state."""

SOURCE, SINK = -1, -2
"""Numbers of the terminals at the ends of arcs."""

_PRECISION = 2.0**44
"""Whole-number capacity of the busiest node; costs and rewards are rounded to its steps. What rounding may
have missed is taken off the bound (``loss``), so that the number decides accuracy, never truth."""

_INFINITE = 2.0**52
"""Capacity of an arc that no minimum cut severs: more than all arcs of a node, and 2**10 of them within 63
bits."""


@dataclass(frozen=True, eq=False)
class _Open:
    """What is still to be earned on one set by the undecided units; ``sure`` (units,) rewards certain by
    now."""

    first: NDArray[np.int32]
    second: NDArray[np.int32]
    weight: FloatArray
    sure: FloatArray
    bundle: NDArray[np.int64]
    units: NDArray[np.int32]
    reward: FloatArray


class StateGraph:
    """Costs of states and rewards on sets; ``members[s]`` (states,) says which states lie in set s."""

    def __init__(self, cost: FloatArray, members: list[NDArray[np.bool_]]) -> None:
        self.cost = cost
        self.members = members
        self.ties: list[Ties] = []
        self.rewards: list[Rewards] = []
        self.possible = cost < BARRED

    def couple(self, ties: Ties, rewards: Rewards) -> None:
        """Add one set: its pairs and bundles, and what they pay."""
        self.ties.append(ties)
        self.rewards.append(rewards)

    def persist(self) -> None:
        """Drop states that cannot be better than another whatever the neighbours do."""
        persist(self.cost, self.possible, self.members, self.ties, self.rewards)

    def left(self) -> list[_Open]:
        """For every set what the units that have a choice are still to earn."""
        return [
            self._left(member, ties, rewards)
            for member, ties, rewards in zip(self.members, self.ties, self.rewards, strict=True)
        ]

    def _left(self, member: NDArray[np.bool_], ties: Ties, rewards: Rewards) -> _Open:
        sure, pair = settled(self.possible, member, ties, rewards)
        bundle = ties.bundle
        dead = np.zeros(len(rewards.reward), dtype=bool)
        dead[bundle[~self.possible[ties.units][:, member].any(axis=1)]] = True
        kept = ~dead[bundle]
        return _Open(
            ties.first[pair], ties.second[pair], rewards.weight[pair], sure,
            bundle[kept], ties.units[kept], rewards.reward,
        )  # fmt: skip


def minimum_states(graph: StateGraph) -> tuple[NDArray[np.int8], float, int]:
    """(units,) the states of least cost less rewards; a bound on what rounding to integer capacities
    can have lost; and how many units the flow decided."""
    state = graph.possible.argmax(axis=1).astype(np.int8)
    open_units = np.flatnonzero(graph.possible.sum(axis=1) > 1)
    if len(open_units) == 0:
        return state, 0.0, 0
    network = _Network(graph, open_units, graph.left())
    side, loss = network.cut()
    state[open_units] = network.states(side)
    return state, loss, len(open_units)


class _Network:
    """The flow network of the undecided units: one node a unit and layer, one a bundle.

    Layer 0's node is on the source side where the state is 0; with three states layer 1's is where the
    state is 0 or 1. A set lies on the source side of its layer, or on the sink side of layer 1.
    """

    def __init__(self, graph: StateGraph, units: NDArray[np.int64], sets: list[_Open]) -> None:
        self.units = units
        self.possible = graph.possible[units]
        self.layers = graph.cost.shape[1] - 1
        self.number = np.full(len(graph.cost), -1, dtype=np.int64)
        self.number[units] = np.arange(len(units))
        self.tails: list[NDArray[np.int64]] = []
        self.heads: list[NDArray[np.int64]] = []
        self.forward: list[FloatArray] = []
        self.backward: list[FloatArray] = []
        self.nodes = len(units) * self.layers
        cost = self._level_costs(graph.cost[units])
        for part, member in zip(sets, graph.members, strict=True):
            cost = self._reward(part, member, cost)
        self._terminals(cost)

    def _level_costs(self, cost: FloatArray) -> FloatArray:
        """Unit costs with barred states replaced by what keeps the sums small."""
        # The flow counts in whole numbers scaled by the largest sum at a node: a common part of a unit's
        # costs, or the stand-in for a barred state, would take the precision from all that is to be decided.
        cost = cost.copy()
        cheapest = np.where(self.possible, cost, np.inf).min(axis=1)
        for state in range(cost.shape[1]):
            cost[~self.possible[:, state], state] = cheapest[~self.possible[:, state]]
        return cost - cheapest[:, None]

    def _reward(self, part: _Open, member: NDArray[np.bool_], cost: FloatArray) -> FloatArray:
        """Take the sure rewards and half of each open pair into the costs; the other half becomes arcs."""
        # w g_i g_j = w/2 (g_i + g_j) - w/2 |g_i - g_j|: a part for each unit, and an arc that is cut where
        # the two differ. Either direction costs the same, so that one arc with both capacities will do.
        first, second = self.number[part.first], self.number[part.second]
        half = part.weight / 2
        gain = part.sure[self.units]
        gain = gain + sum_by(first, half, len(self.units))
        gain = gain + sum_by(second, half, len(self.units))
        layer, source = _side(member)
        offset = layer * len(self.units)
        self._arcs(first + offset, second + offset, half, half)
        self._bundles(part, offset, source)
        cost = cost.copy()
        cost[:, member] -= gain[:, None]
        return cost

    def _bundles(self, part: _Open, offset: int, source: bool) -> None:
        """A bundle is one node on its set's side, tied to its units by infinite arcs."""
        # Its node lies on the set's side only if all its units do, else an infinite arc would be cut: then
        # the arc to the terminal is, and the reward is lost. With pairs for every two units it would need
        # many more.
        alive, bundle = np.unique(part.bundle, return_inverse=True)
        if len(alive) == 0:
            return
        nodes = self.nodes + np.arange(len(alive))
        self.nodes += len(alive)
        reward = part.reward[alive]
        terminal = np.full(len(alive), SOURCE if source else SINK, dtype=np.int64)
        if source:
            self._arcs(terminal, nodes, reward, np.zeros(len(alive)))
        else:
            self._arcs(nodes, terminal, reward, np.zeros(len(alive)))
        members = self.number[part.units] + offset
        tied = members >= offset
        infinite, zero = np.full(int(tied.sum()), np.inf), np.zeros(int(tied.sum()))
        if source:
            self._arcs(nodes[bundle[tied]], members[tied], infinite, zero)
        else:
            self._arcs(members[tied], nodes[bundle[tied]], infinite, zero)

    def _terminals(self, cost: FloatArray) -> None:
        """Arcs for the unit costs, and infinite ones that keep layers nested and barred states out."""
        count = len(self.units)
        node = np.arange(count)
        # With three states a unit has two nodes; the infinite arc from the first to the second keeps the cut
        # from saying "in state 0" and "beyond state 1" at once, and its way back is barred where there is no
        # 1.
        if self.layers == 2:
            blocked = np.where(self.possible[:, 1], 0.0, np.inf)
            self._arcs(node, node + count, np.full(count, np.inf), blocked)
            middle = self.possible[:, 1]
            cost[:, 1] = np.where(middle, cost[:, 1], cost[:, 2])
            self._barred(node, ~self.possible[:, 0], ~self.possible[:, 2], count)
        for layer in range(self.layers):
            extra = cost[:, layer] - cost[:, layer + 1]
            place = node + layer * count
            positive = extra > 0
            terminal = np.where(positive, SINK, SOURCE)
            tails = np.where(positive, place, terminal)
            heads = np.where(positive, terminal, place)
            self._arcs(tails, heads, np.abs(extra), np.zeros(count))

    def _barred(
        self, node: NDArray[np.int64], no_first: NDArray[np.bool_], no_last: NDArray[np.bool_], count: int
    ) -> None:
        first, last = node[no_first], node[no_last] + count
        self._arcs(first, np.full(len(first), SINK), np.full(len(first), np.inf), np.zeros(len(first)))
        self._arcs(np.full(len(last), SOURCE), last, np.full(len(last), np.inf), np.zeros(len(last)))

    def _arcs(
        self, tails: NDArray[np.int64], heads: NDArray[np.int64], forward: FloatArray, backward: FloatArray
    ) -> None:
        """Arcs tail -> head with a capacity each way; ends are nodes, SOURCE or SINK."""
        self.tails.append(tails)
        self.heads.append(heads)
        self.forward.append(forward)
        self.backward.append(backward)

    def cut(self) -> tuple[NDArray[np.bool_], float]:
        """(nodes,) True on the source side of a minimum cut, and the bound on its rounding loss."""
        joined = (np.concatenate(each) for each in (self.tails, self.heads, self.forward, self.backward))
        terminal, tail, head, there, back, loss = _whole(self.nodes, *joined)
        return source_side(terminal, tail, head, there, back), loss

    def states(self, side: NDArray[np.bool_]) -> NDArray[np.int8]:
        """(units,) state of every undecided unit from the sides of its layers."""
        count = len(self.units)
        state = np.full(count, self.layers, dtype=np.int8)
        for layer in reversed(range(self.layers)):
            state[side[layer * count : (layer + 1) * count]] = layer
        return state


def _side(member: NDArray[np.bool_]) -> tuple[int, bool]:
    """The layer on which a set is decided, and whether it lies on the source side there."""
    if len(member) == 2 or not member[1]:
        return (0, True) if member[0] else (len(member) - 2, False)
    return 1, True


@compiled()
def _whole(nodes, tails, heads, forward, backward):  # type: ignore[no-untyped-def]
    """Capacities in whole numbers: of the terminals (nodes,), the arcs between nodes with theirs, and a bound
    on what rounding may lose."""
    through = np.zeros(nodes)
    for arc in range(len(tails)):
        both = 0.0
        if forward[arc] < np.inf:
            both += forward[arc]
        if backward[arc] < np.inf:
            both += backward[arc]
        for node in (tails[arc], heads[arc]):
            if node >= 0:
                through[node] += both
    # The scale is set by the node with most passing through it, so that no sum at a node leaves 63 bits.
    # Each capacity is off by half a unit at most, and a cut severs each once: half of all that were rounded
    # is what the cut found may cost more than the best one. It is taken off the bound (``lower_bound``).
    largest = through.max() if nodes else 0.0
    scale = _PRECISION / largest if largest > 0 else 1.0
    terminal = np.zeros(nodes, np.int64)
    tail, head = np.empty(len(tails), np.int32), np.empty(len(tails), np.int32)
    there, back = np.empty(len(tails), np.int64), np.empty(len(tails), np.int64)
    count, rounded = 0, 0
    for arc in range(len(tails)):
        one, other = _INFINITE, _INFINITE
        if forward[arc] < np.inf:
            one = np.rint(forward[arc] * scale)
            rounded += forward[arc] != 0
        if backward[arc] < np.inf:
            other = np.rint(backward[arc] * scale)
            rounded += backward[arc] != 0
        if tails[arc] == SOURCE:
            terminal[heads[arc]] += np.int64(one)
        elif heads[arc] == SINK:
            terminal[tails[arc]] -= np.int64(one)
        else:
            tail[count], head[count] = tails[arc], heads[arc]
            there[count], back[count] = np.int64(one), np.int64(other)
            count += 1
    return terminal, tail[:count], head[:count], there[:count], back[:count], 0.5 * rounded / scale
