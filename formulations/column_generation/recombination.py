"""Recombination: an integer plan from the layouts that the restricted master mixes.

Where all mixed layouts agree, the plan is theirs. The units on which they differ fall into *pieces* that no
pair and no bundle ties to one another, so each piece can follow any of the layouts on its own, at a cost and
with limit values that simply add up. Which piece follows which layout is a small multiple-choice model; its
linear relaxation has at most as many divided pieces as there are limits. A piece too large for that is cut
into stretches; pairs across a cut are then counted as if both sides followed the same layout, and the plan
is measured afterwards as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog
from scipy.sparse.csgraph import connected_components

from formulations.column_generation.graph_cut_structure import CoupledSet
from formulations.core.unit_types import CellTypes, Rows, factorise
from instances.units.grid import FloatArray, Layout
from instances.units.sums import sum_by

GROUPS = 1500
"""Pieces are first decided in at least so many groups, then one by one where a group is divided. At
300 Dongguan takes 1.7 s instead of 1.3 s; at 6,000 the demo county of 200 takes 1.0 s instead of 0.6 s."""
GROUPS_A_ROW = 12
"""And in so many groups for each row: the linear model divides about one group a row, and those that it does
not divide must be many enough to meet the row with. At 3 and 48 nothing changes but on Dongguan: 0.9 s at
48."""


@dataclass(frozen=True, eq=False)
class Choices:
    """What each group of pieces costs and does under every layout, against the base layout.

    ``cost`` (groups, layouts); ``value``: for every layout sparse (rows, groups).
    """

    cost: FloatArray
    value: list[sparse.csr_array]


@dataclass(frozen=True, eq=False)
class _Touched:
    """Pairs with a varying unit: their number, their units, and the number of each unit among those that
    differ where it varies (else -1)."""

    pair: NDArray[np.int64]
    first: NDArray[np.int32]
    second: NDArray[np.int32]
    first_unit: NDArray[np.int32]
    second_unit: NDArray[np.int32]


class _Entries:
    """Limit values by row and group as they are met, brought together once: a matrix for each kind of term
    would cost more than all that stands in them."""

    def __init__(self) -> None:
        self.row: list[NDArray[np.integer]] = []
        self.group: list[NDArray[np.integer]] = []
        self.value: list[FloatArray] = []

    def add(self, row: NDArray[np.integer], group: NDArray[np.integer], value: FloatArray) -> None:
        """Take values in; rows below 0 are left out."""
        kept = row >= 0
        self.row.append(row[kept])
        self.group.append(group[kept])
        self.value.append(value[kept])

    def matrix(self, shape: tuple[int, int]) -> sparse.csr_array:
        """(rows, groups) their sums."""
        if not self.value:
            return sparse.csr_array(shape)
        place = (np.concatenate(self.row), np.concatenate(self.group))
        return sparse.csr_array((np.concatenate(self.value), place), shape=shape)


class Recombination:
    """The pieces on which some layouts differ from a base layout."""

    def __init__(
        self,
        types: CellTypes,
        sets: list[CoupledSet],
        rows: Rows,
        scale: FloatArray,
        rank: NDArray[np.int32],
        base: Layout,
        layouts: list[Layout],
    ) -> None:
        self.types, self.sets, self.rows, self.scale, self.rank = types, sets, rows, scale, rank
        self.base, self.layouts = base, layouts
        differs = np.zeros(len(base), dtype=bool)
        for layout in layouts:
            differs |= layout != base
        self.units = np.flatnonzero(differs).astype(np.int32)
        self.local = np.full(len(base), -1, dtype=np.int32)
        self.local[self.units] = np.arange(len(self.units), dtype=np.int32)
        self.varies = [self._varying(part) for part in sets]
        self.touched = [self._touched(part, varying) for part, varying in zip(sets, self.varies, strict=True)]
        self.piece, self.count = self._connect()

    def _varying(self, part: CoupledSet) -> NDArray[np.bool_]:
        """(units that differ,) True where the layouts differ on being in the set."""
        inside = part.classes[self.base[self.units]]
        varying = np.zeros(len(self.units), dtype=bool)
        for layout in self.layouts:
            varying |= part.classes[layout[self.units]] != inside
        return varying

    def _touched(self, part: CoupledSet, varying: NDArray[np.bool_]) -> _Touched:
        """The pairs with a varying unit."""
        of_unit = np.full(len(self.base), -1, dtype=np.int32)
        of_unit[self.units[varying]] = np.flatnonzero(varying)
        first, second = of_unit[part.first], of_unit[part.second]
        pair = np.flatnonzero((first >= 0) | (second >= 0))
        return _Touched(pair, part.first[pair], part.second[pair], first[pair], second[pair])

    def _connect(self) -> tuple[NDArray[np.int32], int]:
        """(units that differ,) the piece of each; and how many pieces there are."""
        ends: list[tuple[NDArray[np.int32], NDArray[np.int32]]] = []
        for part, varying, touched in zip(self.sets, self.varies, self.touched, strict=True):
            tied = (touched.first_unit >= 0) & (touched.second_unit >= 0)
            ends.append((touched.first_unit[tied], touched.second_unit[tied]))
            bundle, unit = self._bundle_members(part, varying)
            same = bundle[1:] == bundle[:-1]
            ends.append((unit[:-1][same], unit[1:][same]))
        if not ends:
            return np.arange(len(self.units), dtype=np.int32), len(self.units)
        first, second = (np.concatenate(side) for side in zip(*ends, strict=True))
        size = len(self.units)
        graph = sparse.csr_array((np.ones(len(first), dtype=np.int8), (first, second)), shape=(size, size))
        count, piece = connected_components(graph, directed=False)
        return piece.astype(np.int32), int(count)

    def _bundle_members(
        self, part: CoupledSet, varying: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Bundle and number of every varying unit of a bundle, in the order of the bundles."""
        bundle = np.repeat(np.arange(len(part.reward)), np.diff(part.start))
        unit = self.local[part.units]
        kept = unit >= 0
        kept[kept] = varying[unit[kept]]
        return bundle[kept], unit[kept]

    def _cut(self, most: int) -> None:
        """Cut pieces of more than ``most`` units into stretches of so many."""
        size = np.bincount(self.piece, minlength=self.count)
        if not (size > most).any():
            return
        order = np.lexsort((self.rank[self.units], self.piece))
        begins = np.cumsum(size) - size
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order)) - begins[self.piece[order]]
        stretch = place // most
        longest = int(stretch.max(initial=0)) + 1
        self.piece, self.count = factorise(self.piece * np.int64(longest) + stretch, self.count * longest)

    def grouped(self, most: int) -> tuple[NDArray[np.int32], int]:
        """(pieces,) a group for every piece: neighbours in one block together, about ``most`` groups in
        all."""
        self._cut(max(1, len(self.units) // most))
        if self.count <= most:
            return np.arange(self.count, dtype=np.int32), self.count
        size = np.bincount(self.piece, minlength=self.count)
        first = np.zeros(self.count, dtype=np.int64)
        first[self.piece[::-1]] = np.arange(len(self.units) - 1, -1, -1)
        block = self.types.block[self.types.of[self.units[first]]].astype(np.int64)
        order = np.lexsort((self.rank[self.units[first]], block))
        filled = np.empty(self.count, dtype=np.int64)
        filled[order] = np.cumsum(size[order]) * most // max(1, int(size.sum()))
        blocks = int(block.max()) + 1
        return factorise(filled * blocks + block, (int(filled.max()) + 1) * blocks)

    def choices(self, group: NDArray[np.int32], groups: int) -> Choices:
        """Cost and limit values of every group of pieces under every layout, less those of the base."""
        of = group[self.piece]
        base_cost, base_value = self._measure(self.base, of, groups)
        cost, value = [], []
        for layout in self.layouts:
            under_cost, under_value = self._measure(layout, of, groups)
            cost.append(under_cost - base_cost)
            value.append(sparse.csr_array(under_value - base_value))
        return Choices(np.column_stack(cost), value)

    def _measure(
        self, layout: Layout, of: NDArray[np.int32], groups: int
    ) -> tuple[FloatArray, sparse.csr_array]:
        """(groups,) cost and (rows, groups) limit values of what the differing units contribute."""
        types, units = self.types, self.units
        code = types.of[units].astype(np.int64) * types.shape[1] + layout[units]
        cost = np.zeros(groups)
        entries = _Entries()
        for scale, table, rows in zip(types.scales, types.cost, types.rows, strict=True):
            amount = np.ones(len(units)) if scale is None else scale[units]
            cost += sum_by(of, amount * table.ravel()[code], groups)
            counted = sparse.csr_array((amount, (code, of)), shape=(types.cost[0].size, groups))
            found = sparse.coo_array(rows @ counted)
            entries.add(found.row, found.col, found.data)
        for number in range(len(self.sets)):
            cost += self._coupled(number, layout, of, groups, entries)
        return cost, entries.matrix((len(self.rows), groups))

    def _coupled(
        self, number: int, layout: Layout, of: NDArray[np.int32], groups: int, entries: _Entries
    ) -> FloatArray:
        """(groups,) cost of pairs and bundles of a set with a varying unit, a pair of two counting half with
        each; what they add to limits goes into ``entries``."""
        part, varying, touched = self.sets[number], self.varies[number], self.touched[number]
        member = part.classes[self.base]
        member[self.units] = part.classes[layout[self.units]]
        whole = member[touched.first] & member[touched.second]
        both = (touched.first_unit >= 0) & (touched.second_unit >= 0)
        cost = np.zeros(groups)
        for unit in (touched.first_unit, touched.second_unit):
            mine = whole & (unit >= 0)
            pair, home = touched.pair[mine], of[unit[mine]]
            share = np.where(both[mine], 0.5, 1.0)
            cost += sum_by(home, share * part.weight[pair], groups)
            for row in part.pair_rows:
                entries.add(row.row[pair], home, share * row.weight[pair])
        if len(part.reward):
            bundle, unit = self._bundle_members(part, varying)
            present, where = np.unique(bundle, return_index=True)
            complete = np.logical_and.reduceat(member[part.units], part.start[:-1])[present]
            present, home = present[complete], of[unit[where[complete]]]
            cost += sum_by(home, part.reward[present], groups)
            for row in part.bundle_rows:
                entries.add(row.row[present], home, row.weight[present])
        return cost

    def choose(self, value: FloatArray, penalty: FloatArray, usable: NDArray[np.bool_]) -> Layout:
        """The plan that lets every piece follow its best layout, nearly within the limits.

        ``value`` (rows,) limit values of the base layout, ``penalty`` (rows,) what a missed limit costs per
        unit, ``usable`` (blocks, layouts) where a layout may be followed at first.
        """
        if not len(self.units):
            return self.base.copy()
        group, groups, choices = self._offered
        block = np.zeros(groups, dtype=np.int32)
        block[group[self.piece]] = self.types.block[self.types.of[self.units]]
        share = _divide(choices, self.rows, self.scale, value, penalty, usable[block])
        plan = self.follow(share.argmax(axis=1)[group])
        divided = (share.max(axis=1) < 1 - 1e-6)[group[self.piece]]
        if not divided.any() or divided.all() or groups == len(self.units):
            return plan
        within, value = self._within(plan, divided, value)
        return within.choose(value, penalty, np.ones((self.types.blocks, len(self.layouts)), dtype=bool))

    @cached_property
    def _offered(self) -> tuple[NDArray[np.int32], int, Choices]:
        """The groups and what they may choose, which every try with other limit values begins from."""
        group, groups = self.grouped(max(GROUPS, GROUPS_A_ROW * len(self.rows)))
        return group, groups, self.choices(group, groups)

    def _within(
        self, plan: Layout, divided: NDArray[np.bool_], value: FloatArray
    ) -> tuple[Recombination, FloatArray]:
        """The pieces of the divided groups alone, all others following the plan; and the new base's limit
        values."""
        units = self.units[divided]
        base = plan.copy()
        base[units] = self.base[units]
        layouts = []
        for layout in self.layouts:
            mixed = base.copy()
            mixed[units] = layout[units]
            layouts.append(mixed)
        return Recombination(
            self.types, self.sets, self.rows, self.scale, self.rank, base, layouts
        ), value + self._change(base)

    def _change(self, layout: Layout) -> FloatArray:
        """(rows,) limit values of a layout that differs on the pieces only, less those of the base."""
        whole = np.zeros(len(self.units), dtype=np.int32)
        after, before = (self._measure(each, whole, 1)[1] for each in (layout, self.base))
        return (after - before).toarray().ravel()

    def follow(self, choice: NDArray[np.integer]) -> Layout:
        """The layout in which each piece (pieces,) follows the layout of its number."""
        plan = self.base.copy()
        of_unit = choice[self.piece]
        for number, layout in enumerate(self.layouts):
            mine = self.units[of_unit == number]
            plan[mine] = layout[mine]
        return plan


def _model(
    choices: Choices, rows: Rows, scale: FloatArray, value: FloatArray, penalty: FloatArray
) -> tuple[FloatArray, sparse.csr_array, FloatArray, FloatArray, sparse.csr_array]:
    """Cost, limit rows with their bounds, and convexity rows of the multiple-choice model with elastic
    limits."""
    groups, layouts = choices.cost.shape
    cost = np.concatenate([choices.cost.T.ravel(), penalty * scale, penalty * scale])
    identity = sparse.eye_array(len(rows))
    limits = sparse.hstack(
        [sparse.diags_array(1 / scale) @ part for part in choices.value] + [identity, -identity]
    )
    single = sparse.hstack([sparse.eye_array(groups)] * layouts + [sparse.csr_array((groups, 2 * len(rows)))])
    return (
        cost,
        sparse.csr_array(limits),
        (rows.lower - value) / scale,
        (rows.upper - value) / scale,
        sparse.csr_array(single),
    )


def _divide(
    choices: Choices,
    rows: Rows,
    scale: FloatArray,
    value: FloatArray,
    penalty: FloatArray,
    usable: NDArray[np.bool_],
) -> FloatArray:
    """(groups, layouts) shares of the linear relaxation, on the usable ones only."""
    cost, limits, lower, upper, single = _model(choices, rows, scale, value, penalty)
    low, high = np.isfinite(lower), np.isfinite(upper)
    kept = np.concatenate([np.flatnonzero(usable.T.ravel()), np.arange(usable.size, len(cost))])
    solved = linprog(
        cost[kept],
        A_ub=sparse.vstack([-limits[low], limits[high]])[:, kept],
        b_ub=np.concatenate([-lower[low], upper[high]]),
        A_eq=single[:, kept],
        b_eq=np.ones(single.shape[0]),
        method="highs-ds",
    )
    groups, layouts = choices.cost.shape
    if solved.x is None:  # whatever stopped it: every group follows the first layout that it may
        return np.eye(layouts)[usable.argmax(axis=1)]
    share = np.zeros(len(cost))
    share[kept] = solved.x
    return share[: groups * layouts].reshape(layouts, groups).T
