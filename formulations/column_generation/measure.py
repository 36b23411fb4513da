"""Measuring layouts: cost and limit values by block, as the master wants them.

A pair of neighbours in two blocks counts half in each, a bundle in the block of its first unit, so that sums
over blocks are the true cost and the true limit values. Pairs are gone through once, compiled.
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
    """Measures layouts of one problem over the blocks of its types."""

    def __init__(self, types: CellTypes, sets: list[CoupledSet], rows: Rows) -> None:
        self.types, self.sets, self.rows = types, sets, rows
        self.block = types.block[types.of] if sets else np.zeros(0, dtype=np.int32)

    def of(self, layout: Layout) -> Measured:
        """Cost and limit values of a layout (units,)."""
        cost, value = self.types.measure(layout)
        for part in self.sets:
            member = part.classes[layout]
            _add_cost(part.first, part.second, part.weight, member, self.block, cost)
            for row in part.pair_rows:
                value = value + self._halves(part, row, member)
            if len(part.reward):
                whole = np.flatnonzero(np.logical_and.reduceat(member[part.units], part.start[:-1]))
                home = self.block[part.units[part.start[:-1]]][whole]
                cost += sum_by(home, part.reward[whole], self.types.blocks)
                for row in part.bundle_rows:
                    value = value + self._spread(row, whole, home, 1.0)
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
        self, part: RowPart, chosen: NDArray[np.int64], home: NDArray[np.int32], share: float
    ) -> sparse.csr_array:
        weight = share * part.weight[chosen]
        return tally(part.row[chosen], home, weight, (len(self.rows), self.types.blocks))


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
