"""A layout problem prepared for pricing: its types of unit, coupled sets, bounded rows and blocks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from formulations.column_generation.bound_tightening import tightened
from formulations.column_generation.graph_cut_structure import CoupledSet, coupled_sets
from formulations.column_generation.initial_duals import InitialDuals, initial_duals
from formulations.column_generation.measure import Measure, Measured, homes_of, lower_bound
from formulations.column_generation.pricing import Pricing
from formulations.column_generation.row_scales import row_scales
from formulations.core.problem import LayoutProblem
from formulations.core.unit_types import CellTypes, Rows, cell_types, rows_of
from instances.units.grid import FloatArray

NOTHING = 1e-12
"""A dual worth less than this share of the dearest one is what float sums leave of 0."""
BLOCKS = 64
"""Blocks of the restricted master where no limit divides the area into at least a quarter as many districts.
Each is a convexity row and one column a layout (docs/decomposition.md compares districts). On a study of
40 x 40 cells in which everything is open 1 block takes 13 rounds, 16 take 5, 64 take 4, 256 take 3."""


class Structure:
    """What is priced and measured: types of unit, coupled sets, the blocks' shares in their bundles, and
    bounded rows with their scales."""

    def __init__(
        self,
        types: CellTypes,
        sets: list[CoupledSet],
        rows: Rows,
        homes: list[sparse.csr_array],
        scale: FloatArray | None = None,
    ) -> None:
        self.types, self.sets, self.rows = types, sets, rows
        self.pricing = Pricing(types, sets)
        self.measure = Measure(types, sets, rows, homes)
        self.scale = row_scales(rows, types, sets) if scale is None else scale

    def price(self, price: FloatArray) -> tuple[Measured, float]:
        """The best layout at prices (rows,), and the lower bound that it proves."""
        priced = self.pricing.best(price)
        measured = self.measure.of(priced.layout)
        return measured, lower_bound(self.rows, price, measured, priced.loss)

    def signed(self, price: FloatArray) -> FloatArray:
        """Prices (rows,) with the sign that each row's bounds allow: none below 0 without an upper bound.

        What float sums leave of a 0 is 0.
        """
        lowest = np.where(np.isfinite(self.rows.upper), -np.inf, 0.0)
        highest = np.where(np.isfinite(self.rows.lower), np.inf, 0.0)
        worth = np.abs(price) * self.scale
        return np.where(worth > NOTHING * worth.max(initial=0.0), np.clip(price, lowest, highest), 0.0)


class Decomposition(Structure):
    """One problem prepared for column generation."""

    def __init__(self, problem: LayoutProblem) -> None:
        self.problem = problem
        bounded = rows_of(problem)
        types = cell_types(problem, bounded, blocks_of(problem))
        sets = coupled_sets(problem, bounded)
        self.coupled = _coupled_rows(sets, len(bounded))
        self.rank = rank_of(problem)
        self.near = np.array([row.allowance for row in problem.rows], dtype=float) / 2
        homes = homes_of(types, sets, problem.today)
        super().__init__(types, sets, tightened(bounded, types, self.coupled), homes)

    def initial_duals(self) -> InitialDuals:
        """The prices to begin with."""
        held = self.problem.today
        return initial_duals(self.types, self.sets, self.rows, self.scale, held, self.coupled)

    def holds(self, value: FloatArray) -> bool:
        """True where limit values (rows,) keep to the bounds, or nearly so: ``LayoutProblem.holds`` decides,
        which adds up in another order."""
        return bool(((value >= self.rows.lower - self.near) & (value <= self.rows.upper + self.near)).all())


def _coupled_rows(sets: list[CoupledSet], count: int) -> NDArray[np.bool_]:
    """(rows,) True for rows that count pairs or bundles."""
    coupled = np.zeros(count + 1, dtype=bool)
    for part in sets:
        for row in (*part.pair_rows, *part.bundle_rows):
            coupled[row.row] = True
    return coupled[:count]


def blocks_of(problem: LayoutProblem) -> NDArray[np.int32]:
    """(units,) blocks for the master: the finest districts of the limits, else compact stretches of
    units."""
    finest = max((limit.districts for limit in problem.limits), key=len, default=None)
    units = len(problem)
    if finest is not None and len(finest) >= BLOCKS // 4:
        return np.where(finest.member >= 0, finest.member, np.int32(len(finest))).astype(np.int32)
    count = min(BLOCKS, max(1, units // 16))
    return (rank_of(problem).astype(np.int64) * count // max(1, units)).astype(np.int32)


def rank_of(problem: LayoutProblem) -> NDArray[np.int32]:
    """(units,) the problem's order of units."""
    return np.arange(len(problem), dtype=np.int32) if problem.rank is None else problem.rank
