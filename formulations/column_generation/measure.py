"""Measuring layouts: cost and limit values by block, as the master wants them.

A pair of neighbours in two blocks counts half in each, a bundle in every block by its share of the units that
must change for it, so that sums over blocks are the true cost and the true limit values. Pairs are gone
through once, compiled.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from formulations.column_generation.graph_cut_structure import CoupledSet, RowPart
from formulations.core.compiling import compiled
from formulations.core.unit_types import CellTypes, Rows, tally
from instances.units.grid import FloatArray, Layout
from instances.units.sums import sum_by

DENSE_PLACES = 2_000_000
"""Rows times blocks up to which limit values are added up in a table."""


@dataclass(frozen=True, eq=False)
class Measured:
    """A layout with its cost (blocks,) in tCO2e/yr and its limit values (rows, blocks)."""

    layout: Layout
    cost: FloatArray
    value: sparse.csr_array

    @property
    def total(self) -> FloatArray:
        """(rows,) the limit values of the whole layout."""
        return np.asarray(self.value.sum(axis=1)).ravel()


class Measure:
    """Measures layouts of one problem over the blocks of its types; ``homes`` has for every set the share of
    each block in its bundles (see ``homes_of``)."""

    def __init__(
        self, types: CellTypes, sets: list[CoupledSet], rows: Rows, homes: list[sparse.csr_array]
    ) -> None:
        self.types, self.sets, self.rows, self.homes = types, sets, rows, homes
        self.block = types.block[types.of] if sets else np.zeros(0, dtype=np.int32)

    def of(self, layout: Layout) -> Measured:
        """Cost and limit values of a layout (units,)."""
        cost, value = self.types.measure(layout)
        for part, homes in zip(self.sets, self.homes, strict=True):
            member = part.classes[layout]
            _add_cost(part.first, part.second, part.weight, member, self.block, cost)
            for row in part.pair_rows:
                value = value + self._halves(part, row, member)
            if len(part.reward):
                whole = np.flatnonzero(np.logical_and.reduceat(member[part.units], part.start[:-1]))
                share = sparse.coo_array(homes[whole])
                which = whole[share.row]
                cost += sum_by(share.col, share.data * part.reward[which], self.types.blocks)
                for row in part.bundle_rows:
                    value = value + self._spread(row, which, share.col, share.data)
        return Measured(layout, cost, sparse.csr_array(value))

    def _halves(self, part: CoupledSet, row: RowPart, member: NDArray[np.bool_]) -> sparse.csr_array:
        """(rows, blocks) what a limit says of the pairs in the set, half with the block of either unit."""
        shape = (len(self.rows), self.types.blocks)
        if shape[0] * shape[1] <= DENSE_PLACES:
            value = np.zeros(shape)
            _add_rows(part.first, part.second, row.weight, row.row, member, self.block, value)
            return sparse.csr_array(value)
        both = np.flatnonzero(member[part.first] & member[part.second])
        first, second = self.block[part.first[both]], self.block[part.second[both]]
        return self._spread(row, both, first, 0.5) + self._spread(row, both, second, 0.5)

    def _spread(
        self, part: RowPart, chosen: NDArray[np.int64], home: NDArray[np.int32], share: float | FloatArray
    ) -> sparse.csr_array:
        weight = share * part.weight[chosen]
        return tally(part.row[chosen], home, weight, (len(self.rows), self.types.blocks))


def homes_of(types: CellTypes, sets: list[CoupledSet], today: Layout) -> list[sparse.csr_array]:
    """For every set (bundles, blocks) by which share each block has a bundle: that of the units which are in
    no class of the set on the land of ``today`` (units,), or of all units where none must change.

    The master mixes blocks one by one. A block that has a bundle without having to do anything for it takes
    it for nothing, while others that have to do it all do not: prices and mixtures are then far from any
    plan. Of the greenways of a county with 300 living units 144 of 245 t/yr were taken so.
    """
    block, found = types.block[types.of], []
    for part in sets:
        number = np.repeat(np.arange(len(part.reward)), np.diff(part.start))
        needed = ~part.classes[today[part.units]]
        counts = needed | ~np.logical_or.reduceat(needed, part.start[:-1])[number] if len(number) else needed
        shape = (len(part.reward), types.blocks)
        shares = sparse.csr_array(
            (np.ones(int(counts.sum())), (number[counts], block[part.units[counts]])), shape=shape
        )
        shares.sum_duplicates()
        each = np.maximum(np.asarray(shares.sum(axis=1)).ravel(), 1.0)
        found.append(sparse.csr_array(sparse.diags_array(1.0 / each) @ shares))
    return found


def support(rows: Rows, price: FloatArray) -> float:
    """sum_r lower_r price_r^+ - upper_r price_r^-: what the bounds themselves are worth at prices (rows,)."""
    low, high = price > 0, price < 0
    return float(rows.lower[low] @ price[low] + rows.upper[high] @ price[high])


def lower_bound(rows: Rows, price: FloatArray, best: Measured, loss: float) -> float:
    """The Lagrangian bound that the best layout at prices (rows,) proves.

    ``loss`` is what pricing may have missed; a margin for float sums keeps the bound on the true side.
    """
    # Weak duality: no plan that keeps the rows is below this, wherever the prices came from (Geoffrion 1974).
    cost, paid = float(best.cost.sum()), float(price @ best.total)
    size = float(np.abs(best.cost).sum()) + float(np.abs(price * best.total).sum())
    return cost - paid + support(rows, price) - loss - 1e-12 * size


@compiled(nogil=True)
def _add_cost(first, second, weight, member, block, cost):  # type: ignore[no-untyped-def]
    """Add to ``cost`` (blocks,) half of every pair in the set for either unit."""
    for pair in range(len(first)):
        one, other = first[pair], second[pair]
        if member[one] and member[other]:
            half = weight[pair] / 2
            cost[block[one]] += half
            cost[block[other]] += half


@compiled(nogil=True)
def _add_rows(first, second, weight, row, member, block, value):  # type: ignore[no-untyped-def]
    """Add to ``value`` (rows, blocks) half of every pair in the set that has a row for either unit."""
    for pair in range(len(first)):
        one, other = first[pair], second[pair]
        if row[pair] >= 0 and member[one] and member[other]:
            half = weight[pair] / 2
            value[row[pair], block[one]] += half
            value[row[pair], block[other]] += half
