"""Measuring layouts: cost and limit values by block, as the master wants them.

A pair of neighbours in two blocks counts half in each, a bundle in the block of its first unit, so that sums
over blocks are the true cost and the true limit values.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from formulations.column_generation.graph_cut_structure import CoupledSet, RowPart
from formulations.core.unit_types import CellTypes, Rows, tally
from instances.units.grid import FloatArray, Layout
from instances.units.sums import sum_by


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
            both = np.flatnonzero(member[part.first] & member[part.second])
            first, second = self.block[part.first[both]], self.block[part.second[both]]
            half = part.weight[both] / 2
            cost += sum_by(first, half, self.types.blocks) + sum_by(second, half, self.types.blocks)
            for row in part.pair_rows:
                value = value + self._spread(row, both, first, 0.5) + self._spread(row, both, second, 0.5)
            if len(part.reward):
                whole = np.flatnonzero(np.logical_and.reduceat(member[part.units], part.start[:-1]))
                home = self.block[part.units[part.start[:-1]]][whole]
                cost += sum_by(home, part.reward[whole], self.types.blocks)
                for row in part.bundle_rows:
                    value = value + self._spread(row, whole, home, 1.0)
        return Measured(layout, cost, sparse.csr_array(value))

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
