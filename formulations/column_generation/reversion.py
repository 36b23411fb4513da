"""Reversion: what it does to objective and limits where changed units return to another layout.

The changed units of a layout are put into groups, each of which may return as a whole. What a group does is

    cells     sum over its units of the difference of a_ik
    pairs     l_ij (g_i g_j after - g_i g_j now), with g of both units after where both are of the group
    bundles   r_c (prod g after - prod g now)

exactly where all other groups stay as they are. Groups that share no pair and no bundle add up exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from formulations.core.indicator import BundleTerm, Indicator, PairTerm, bundle_home, pair_home
from formulations.core.problem import LayoutProblem, Limit
from formulations.core.unit_types import per_district, row_numbers, rows_of
from instances.units.grid import FloatArray, Layout

Numbers = NDArray[np.int64]

INDEPENDENT_ROUNDS = 6
"""Rounds in which groups that meet nowhere are gathered; who has none by then waits for another pass."""


@dataclass(frozen=True, eq=False)
class _Pairs:
    """Pairs with a returning unit whose membership differs: the number of either unit among the returning
    (-1: it stays), its membership now and after, and what the pair is worth in which column (-1: none)."""

    first: Numbers
    second: Numbers
    now: tuple[NDArray[np.bool_], NDArray[np.bool_]]
    after: tuple[NDArray[np.bool_], NDArray[np.bool_]]
    weight: FloatArray
    column: Numbers


@dataclass(frozen=True, eq=False)
class _Bundles:
    """Members of bundles whose membership differs: their bundle, their number among the returning units, and
    by how much the bundle lacks more or fewer members once they return; ``lacks`` (bundles,) members now."""

    bundle: Numbers
    unit: Numbers
    more: Numbers
    lacks: Numbers
    reward: FloatArray
    column: Numbers


class Reversion:
    """The returning units of a layout: those that differ from another one and may be as they are there.

    ``units`` (units,) are their numbers; columns of effects are the problem's rows, and the objective last.
    """

    def __init__(self, problem: LayoutProblem, layout: Layout, other: Layout) -> None:
        self.problem, self.layout, self.other = problem, layout, other
        may = problem.options.allowed[problem.options.kind, other]
        self.units: Numbers = np.flatnonzero((layout != other) & may)
        self.columns = len(problem.rows) + 1
        self._local = np.full(len(layout), -1, dtype=np.int64)
        self._local[self.units] = np.arange(len(self.units))
        self._cells = self._cell_effects()
        self._pairs = [each for each in self._each_pairs() if len(each.first)]
        self._bundles = [each for each in self._each_bundles() if len(each.unit)]

    def __len__(self) -> int:
        return len(self.units)

    def effects(self, group: Numbers, groups: int) -> sparse.csr_array:
        """(groups, columns) by how much every group (units,) changes limits and objective,
        returning alone."""
        gather = sparse.csr_array(
            (np.ones(len(group)), (group, np.arange(len(group)))), shape=(groups, len(group))
        )
        total = sparse.csr_array(gather @ self._cells)
        shape = (groups, self.columns)
        for pairs in self._pairs:
            for home, amount in _pair_effects(pairs, group):
                kept = (amount != 0) & (pairs.column >= 0)
                total = total + sparse.csr_array((amount[kept], (home[kept], pairs.column[kept])), shape)
        for bundles in self._bundles:
            home, bundle, turn = _bundle_effects(bundles, group, groups)
            kept = (turn != 0) & (bundles.column[bundle] >= 0)
            amount = turn[kept] * bundles.reward[bundle[kept]]
            total = total + sparse.csr_array((amount, (home[kept], bundles.column[bundle[kept]])), shape)
        return sparse.csr_array(total)

    def components(self) -> tuple[Numbers, int]:
        """(units,) the set of units that pairs and bundles tie to one another, and how many sets there
        are."""
        first, second = self.ties()
        return _components(first, second, len(self))

    def pieces(self) -> tuple[Numbers, int]:
        """(units,) the piece of equal change, connected by pairs or bundles; and how many there are."""
        first, second = self.ties()
        now, then = self.layout[self.units], self.other[self.units]
        same = (now[first] == now[second]) & (then[first] == then[second])
        return _components(first[same], second[same], len(self))

    def ties(self) -> tuple[Numbers, Numbers]:
        """Numbers of two returning units each that share a pair, or follow each other in a bundle."""
        ends: list[tuple[Numbers, Numbers]] = [(np.zeros(0, np.int64), np.zeros(0, np.int64))]
        for pairs in self._pairs:
            both = (pairs.first >= 0) & (pairs.second >= 0)
            ends.append((pairs.first[both], pairs.second[both]))
        for bundles in self._bundles:
            same = bundles.bundle[1:] == bundles.bundle[:-1]
            ends.append((bundles.unit[:-1][same], bundles.unit[1:][same]))
        first, second = (np.concatenate(side) for side in zip(*ends, strict=True))
        return first, second

    def meetings(self, group: Numbers) -> tuple[Numbers, Numbers]:
        """Where groups (units,) meet: (entries,) the number of a pair or bundle, and a group with a unit in
        it. The effects of groups that meet nowhere add up."""
        hub: list[Numbers] = [np.zeros(0, np.int64)]
        met: list[Numbers] = [np.zeros(0, np.int64)]
        count = 0
        for pairs in self._pairs:
            both = np.flatnonzero((pairs.first >= 0) & (pairs.second >= 0))
            hub += [count + np.arange(len(both))] * 2
            met += [group[pairs.first[both]], group[pairs.second[both]]]
            count += len(both)
        for bundles in self._bundles:
            hub.append(count + bundles.bundle)
            met.append(group[bundles.unit])
            count += len(bundles.lacks)
        return np.concatenate(hub), np.concatenate(met)

    def apart(self, group: Numbers, standing: Numbers) -> Numbers:
        """Numbers of groups (units,) that meet nowhere, so that their effects add up: of two that meet, the
        one of higher standing (groups,)."""
        hub, met = self.meetings(group)
        left = np.ones(len(standing), dtype=bool)
        able = np.zeros(len(standing), dtype=bool)
        hubs = int(hub.max(initial=-1)) + 1
        for _ in range(INDEPENDENT_ROUNDS):
            top = np.full(hubs, -1, dtype=np.int64)
            here = left[met]
            np.maximum.at(top, hub[here], standing[met[here]])
            beaten = np.zeros(len(standing), dtype=bool)
            beaten[met[here][standing[met[here]] < top[hub[here]]]] = True
            won = left & ~beaten
            if not won.any():
                break
            able |= won
            left &= ~won
            taken = np.zeros(hubs, dtype=bool)
            taken[hub[won[met]]] = True
            left[met[taken[hub]]] = False
        return np.flatnonzero(able)

    def returned(self, chosen: NDArray[np.bool_]) -> Layout:
        """The layout with some of the returning units (units,) returned."""
        layout = self.layout.copy()
        units = self.units[chosen]
        layout[units] = self.other[units]
        return layout

    def _cell_effects(self) -> sparse.csr_array:
        """(units, columns) of the cell terms."""
        shape = (len(self.units), self.columns)
        everyone = np.arange(len(self.units))
        objective = self._cells_of(self.problem.objective, everyone)
        total = sparse.csr_array((objective, (everyone, np.full(len(self), self.columns - 1))), shape)
        for limit, numbers, factor in self._limits():
            if not limit.indicator.cells:
                continue
            member = limit.districts.member[self.units]
            kept = np.flatnonzero(numbers[member] >= 0)
            amount = factor[member[kept]] * self._cells_of(limit.indicator, kept)
            some = amount != 0
            place = (kept[some], numbers[member[kept]][some])
            total = total + sparse.csr_array((amount[some], place), shape)
        return sparse.csr_array(total)

    def _cells_of(self, indicator: Indicator, kept: Numbers) -> FloatArray:
        """(kept,) by how much the cell terms of an indicator change where these units return."""
        units = self.units[kept]
        now, after = self.layout[units], self.other[units]
        change = np.zeros(len(units))
        for term in indicator.cells:
            table, group = np.asarray(term.table, dtype=float), term.group[units]
            change += term.scale[units] * (table[group, after] - table[group, now])
        return change

    def _limits(self) -> Iterator[tuple[Limit, Numbers, FloatArray]]:
        """Every limit with the row of each district and what turns sums there into values; one place more for
        units in none."""
        numbers = row_numbers(self.problem, rows_of(self.problem))
        for limit, number in zip(self.problem.limits, numbers, strict=True):
            yield limit, number, np.append(per_district(limit.indicator, limit.districts), 0.0)

    def _each_pairs(self) -> Iterator[_Pairs]:
        for pair in self.problem.objective.pairs:
            yield self._touched(pair, pair.weight, np.int64(self.columns - 1))
        for limit, numbers, factor in self._limits():
            for pair in limit.indicator.pairs:
                home = pair_home(pair, limit.districts.member)
                yield self._touched(pair, pair.weight * factor[home], numbers[home])

    def _touched(self, pair: PairTerm, weight: FloatArray, column: Numbers | np.int64) -> _Pairs:
        """The pairs with a unit that leaves or joins the classes as it returns."""
        now, after = pair.classes[self.layout], self._membership(pair.classes)
        turns = now != after
        kept = np.flatnonzero(turns[pair.first] | turns[pair.second])
        first, second = pair.first[kept], pair.second[kept]
        number = np.where(turns, self._local, -1)
        return _Pairs(
            number[first], number[second], (now[first], now[second]), (after[first], after[second]),
            weight[kept], np.broadcast_to(column, len(pair.first))[kept],
        )  # fmt: skip

    def _membership(self, classes: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """(units,) whether a unit is of the classes once all have returned."""
        member: NDArray[np.bool_] = classes[self.layout]
        member[self.units] = classes[self.other[self.units]]
        return member

    def _each_bundles(self) -> Iterator[_Bundles]:
        for bundle in self.problem.objective.bundles:
            yield self._turning(bundle, bundle.reward, np.int64(self.columns - 1))
        for limit, numbers, factor in self._limits():
            for bundle in limit.indicator.bundles:
                home = bundle_home(bundle, limit.districts.member)
                yield self._turning(bundle, bundle.reward * factor[home], numbers[home])

    def _turning(self, bundle: BundleTerm, reward: FloatArray, column: Numbers | np.int64) -> _Bundles:
        """The members of bundles that leave or join the classes as they return."""
        now, after = bundle.classes[self.layout][bundle.units], self._membership(bundle.classes)[bundle.units]
        number = np.repeat(np.arange(len(bundle.reward)), np.diff(bundle.start))
        turns = now != after
        more = now[turns].astype(np.int64) - after[turns]
        lacks = np.bincount(number[~now], minlength=len(bundle.reward))
        return _Bundles(
            number[turns], self._local[bundle.units[turns]], more, lacks,
            reward, np.broadcast_to(column, len(bundle.reward)),
        )  # fmt: skip


def _pair_effects(pairs: _Pairs, group: Numbers) -> Iterator[tuple[Numbers, FloatArray]]:
    """(pairs,) the group of either unit of every pair, and what the pair changes as that group returns."""
    of_first = np.where(pairs.first >= 0, group[pairs.first], -1)
    of_second = np.where(pairs.second >= 0, group[pairs.second], -1)
    whole = pairs.now[0] & pairs.now[1]
    together = of_first == of_second
    after = pairs.after[0] & np.where(together, pairs.after[1], pairs.now[1])
    yield of_first, np.where(of_first >= 0, pairs.weight * (after.astype(float) - whole), 0.0)
    after = pairs.now[0] & pairs.after[1]
    alone = (of_second >= 0) & ~together
    yield of_second, np.where(alone, pairs.weight * (after.astype(float) - whole), 0.0)


def _bundle_effects(bundles: _Bundles, group: Numbers, groups: int) -> tuple[Numbers, Numbers, FloatArray]:
    """(entries,) a group, a bundle, and 1 where the bundle comes about as the group returns, -1 where it
    breaks."""
    code = bundles.bundle * np.int64(groups) + group[bundles.unit]
    present, entry = np.unique(code, return_inverse=True)
    more = np.bincount(entry, weights=bundles.more, minlength=len(present)).astype(np.int64)
    bundle = present // groups
    lacks = bundles.lacks[bundle]
    return present % groups, bundle, ((lacks + more == 0).astype(float) - (lacks == 0))


def pieces_of_change(problem: LayoutProblem, layout: Layout, other: Layout) -> int:
    """How many connected pieces of equal change against another layout there are; neighbours are the pairs of
    objective and limits."""
    changed = layout != other
    number = np.cumsum(changed) - 1
    ends: dict[int, tuple[Numbers, Numbers]] = {}
    for indicator in (problem.objective, *(limit.indicator for limit in problem.limits)):
        for pair in indicator.pairs:
            if id(pair.first) not in ends:
                one, two = pair.first, pair.second
                kept = changed[one] & (layout[one] == layout[two]) & (other[one] == other[two])
                ends[id(pair.first)] = number[one[kept]], number[two[kept]]
    none = np.zeros(0, dtype=np.int64)
    first = np.concatenate([none, *(each[0] for each in ends.values())])
    second = np.concatenate([none, *(each[1] for each in ends.values())])
    return _components(first, second, int(changed.sum()))[1] if changed.any() else 0


def _components(first: Numbers, second: Numbers, count: int) -> tuple[Numbers, int]:
    graph = sparse.csr_array((np.ones(len(first), dtype=np.int8), (first, second)), shape=(count, count))
    found, number = connected_components(graph, directed=False)
    return number.astype(np.int64), int(found)
