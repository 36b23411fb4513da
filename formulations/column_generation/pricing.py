"""Pricing: the best layout at given prices of the limits, exactly, by one minimum cut.

With prices mu the limits leave the model and

    L(mu) = min_x c(x) - sum_r mu_r A_r(x) + sum_r (lower_r mu_r^+ - upper_r mu_r^-)

splits by unit but for rewards on the coupled sets. Each unit is in one of two or three *states* (in the set
or not; for two sets: in the first, in neither or between, in the second), inside a state the cheapest class
wins, and the states follow from a cut: w g_i g_j = w/2 (g_i + g_j) - w/2 |g_i - g_j| (Kolmogorov & Zabih
2004, IEEE PAMI 26:147); two sets are two layers tied by infinite arcs (Ishikawa 2003, IEEE PAMI 25:1333).

Most units need no node: a state whose best case (all rewards) is no better than another's worst case (those
already certain) is dropped, which decides neighbours in turn (persistency).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formulations.column_generation.graph_cut import BARRED, StateGraph, minimum_states
from formulations.column_generation.graph_cut_structure import CoupledSet, Rewarded
from formulations.column_generation.persistency import Rewards, Ties, ties
from formulations.column_generation.unit_costs import cheapest_by_unit
from formulations.core.unit_types import CellTypes
from instances.units.grid import FloatArray, Layout
from instances.units.sums import sum_by


@dataclass(frozen=True, eq=False)
class Priced:
    """The best layout at some prices. ``loss`` bounds by how much integer capacities may have missed the
    optimum; ``nodes`` is the number of units that the cut itself had to decide."""

    layout: Layout
    loss: float
    nodes: int


@dataclass(frozen=True, eq=False)
class _Coupling:
    """One set on the free units (numbered 0..free-1): pairs and bundles among them, which are ``tied`` to
    locked members, and what all of these pay."""

    ties: Ties
    pair: Rewarded
    tied: NDArray[np.int32]
    tied_pair: Rewarded
    bundle: Rewarded


class Pricing:
    """Prices layouts over types of unit; everything that no price changes is prepared once."""

    def __init__(self, types: CellTypes, sets: list[CoupledSet]) -> None:
        self.types = types
        self.sets = sets
        scales = types.scales
        # one scale that is nowhere negative orders the classes of a type alike for all of its units
        self._dense = len(scales) > 1 or (scales[0] is not None and bool((scales[0] < 0).any()))
        self.state_of_class, self.members = states_of(sets, types.shape[1])
        self.states = len(self.members[0]) if sets else 1
        possible = np.zeros((types.shape[0], self.states), dtype=bool)
        for state in range(self.states):
            possible[:, state] = types.allowed[:, self.state_of_class == state].any(axis=1)
        self.type_possible = possible
        free_type = possible.sum(axis=1) > 1
        self.free = np.flatnonzero(free_type[types.of]).astype(np.int32)
        self.only_state = possible.argmax(axis=1).astype(np.int8)
        self.local = local = np.full(len(types.of), -1, dtype=np.int32)
        local[self.free] = np.arange(len(self.free), dtype=np.int32)
        locked_state = self.only_state[types.of]
        self.couplings = [
            _couple(part, local, member[locked_state])
            for part, member in zip(sets, self.members, strict=True)
        ]

    def best(self, price: FloatArray) -> Priced:
        """The layout of least cost at prices (rows,)."""
        tables = self.types.priced(price)
        best_class, cost = self._states(tables)
        state = self.only_state[self.types.of]
        loss, nodes = 0.0, 0
        if len(self.free):
            unit_cost = cost if self._dense else cost[self.types.of[self.free]]
            state[self.free], loss, nodes = self._decide(unit_cost, price)
        if self._dense:
            layout = best_class[np.arange(len(state)), state]
        else:
            layout = best_class.ravel()[self.types.of * np.int32(self.states) + state]
        return Priced(layout, loss, nodes)

    def _states(self, tables: list[FloatArray]) -> tuple[Layout, FloatArray]:
        """(types or units, states) the cheapest class of each state, and its cost; by unit the cost of free
        units alone."""
        allowed = self.types.allowed
        if not self._dense:
            return _cheapest(np.where(allowed, tables[0], BARRED), self.state_of_class, self.states)
        layered = np.array([any(table[:, k].any() for table in tables[1:]) for k in range(allowed.shape[1])])
        scale = self.types.scales[0]
        if scale is not None and (scale < 0).any():
            layered[:] = True
        # classes that one scale alone prices are compared by type, the others unit by unit
        plain = np.where(allowed & ~layered, tables[0], BARRED)
        scales = tuple(np.zeros(0) if each is None else each for each in self.types.scales)
        return cheapest_by_unit(
            self.types.of, _cheapest(plain, self.state_of_class, self.states), np.array(tables), scales,
            allowed, (np.flatnonzero(layered), self.state_of_class), self.local, len(self.free),
        )  # fmt: skip

    def _decide(self, cost: FloatArray, price: FloatArray) -> tuple[NDArray[np.int8], float, int]:
        """(free units,) states of least cost; the rounding loss; the number of units in the cut."""
        if not self._dense and self.types.scales[0] is not None:
            scale = self.types.scales[0][self.free]
            cost = np.where(cost < BARRED, cost * scale[:, None], BARRED)
        graph = StateGraph(cost, self.members)
        for coupling in self.couplings:
            sure = sum_by(coupling.tied, coupling.tied_pair.at(price), len(cost))
            graph.couple(coupling.ties, Rewards(coupling.pair.at(price), sure, coupling.bundle.at(price)))
        graph.persist()
        state, loss, nodes = minimum_states(graph)
        return state, loss, nodes


def states_of(sets: list[CoupledSet], classes: int) -> tuple[NDArray[np.int8], list[NDArray[np.bool_]]]:
    """(classes,) state of every class, and for every set (states,) which states lie in it.

    One set: in, out. Two disjoint sets: first, neither, second. Two nested: inner, rest of the outer,
    neither.
    """
    state = np.zeros(classes, dtype=np.int8)
    if not sets:
        return state, []
    inner = sets[0].classes
    if len(sets) == 1:
        state[~inner] = 1
        return state, [np.array([True, False])]
    outer = sets[1].classes
    nested = bool((inner <= outer).all())
    state[:] = 2 if nested else 1
    state[outer] = 1 if nested else 2
    state[inner] = 0
    return state, [
        np.array([True, False, False]),
        np.array([True, True, False] if nested else [False, False, True]),
    ]


def _cheapest(cost: FloatArray, state_of_class: NDArray[np.int8], states: int) -> tuple[Layout, FloatArray]:
    best = np.zeros((len(cost), states), dtype=np.uint8)
    value = np.full((len(cost), states), BARRED)
    for state in range(states):
        inside = np.flatnonzero(state_of_class == state)
        if len(inside) == 0:
            continue
        chosen = cost[:, inside].argmin(axis=1)
        best[:, state] = inside[chosen]
        value[:, state] = cost[np.arange(len(cost)), inside[chosen]]
    return best, value


def _couple(part: CoupledSet, local: NDArray[np.int32], locked_in: NDArray[np.bool_]) -> _Coupling:
    """A set's pairs and bundles on the free units; those with a unit locked outside the set can earn
    nothing."""
    first, second = local[part.first], local[part.second]
    free_first, free_second = first >= 0, second >= 0
    both = np.flatnonzero(free_first & free_second)
    one = np.flatnonzero(free_first & ~free_second & locked_in[part.second])
    other = np.flatnonzero(free_second & ~free_first & locked_in[part.first])
    bundle_of = np.repeat(np.arange(len(part.reward)), np.diff(part.start))
    unit = local[part.units]
    dead = np.zeros(len(part.reward), dtype=bool)
    dead[bundle_of[(unit < 0) & ~locked_in[part.units]]] = True
    kept = (unit >= 0) & ~dead[bundle_of]
    alive, size = np.unique(bundle_of[kept], return_counts=True)
    start = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
    return _Coupling(
        ties(int(local.max(initial=-1)) + 1, first[both], second[both], start, unit[kept]),
        part.pair_rewards(both), np.concatenate([first[one], second[other]]),
        part.pair_rewards(np.concatenate([one, other])), part.bundle_rewards(alive),
    )  # fmt: skip
