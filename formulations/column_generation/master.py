"""The master of column generation: which mixture of the layouts found so far meets the limits at least cost.

The area is divided into blocks and every priced layout gives one column a block, so that blocks can follow
different layouts (disaggregated Dantzig-Wolfe master). Its duals are the prices at which the next layout is
sought. A pair of neighbours in two blocks counts half in each: that share of the master is a guide, never a
bound; bounds come from pricing alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import highspy
import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray
from scipy import sparse

from formulations.core.unit_types import Rows
from formulations.exact.handover import program_of
from formulations.exact.highs import SolverFault, highs_with
from instances.units.grid import FloatArray, Layout

WEIGHTLESS = 1e-6
"""A layout of less weight is not mixed."""


@dataclass(frozen=True, eq=False)
class Mixture:
    """A solved master: its value, the prices of the limits (rows,), weight (blocks, layouts), and by how
    much each limit is missed (rows,)."""

    value: float
    price: FloatArray
    weight: FloatArray
    missed: FloatArray


def master_model(
    rows: Rows, scale: FloatArray, penalty: FloatArray, first: FloatArray, blocks: int
) -> pyo.ConcreteModel:
    """The master before any priced layout: one column a block that stands for ``first`` (rows + 1, blocks):
    its cost, then its limit values."""
    m = pyo.ConcreteModel("master")
    m.ROWS = pyo.RangeSet(0, len(rows) - 1)
    m.BLOCKS = pyo.RangeSet(0, blocks - 1)
    m.weight = pyo.Var(m.BLOCKS, domain=pyo.NonNegativeReals, doc="share of the first layout in each block")
    m.under = pyo.Var(m.ROWS, domain=pyo.NonNegativeReals, doc="shortfall below a lower bound [scaled]")
    m.over = pyo.Var(m.ROWS, domain=pyo.NonNegativeReals, doc="excess over an upper bound [scaled]")

    @m.Constraint(m.BLOCKS, doc="sum_t weight[b,t] = 1")
    def convexity(m: pyo.ConcreteModel, b: int) -> object:
        return m.weight[b] == 1

    @m.Constraint(
        m.ROWS,
        doc="lower <= sum_bt A[r,b,t] weight[b,t] + under - over <= upper  [unit of the limit / scale]",
    )
    def limit(m: pyo.ConcreteModel, r: int) -> object:
        value = sum(first[r + 1, b] / scale[r] * m.weight[b] for b in m.BLOCKS if first[r + 1, b])
        lower = rows.lower[r] / scale[r] if np.isfinite(rows.lower[r]) else None
        upper = rows.upper[r] / scale[r] if np.isfinite(rows.upper[r]) else None
        return pyo.inequality(lower, value + m.under[r] - m.over[r], upper)

    @m.Objective(sense=pyo.minimize, doc="sum_bt cost[b,t] weight[b,t] + penalty (under + over)  [tCO2e/yr]")
    def cost(m: pyo.ConcreteModel) -> object:
        return sum(first[0, b] * m.weight[b] for b in m.BLOCKS) + sum(
            float(penalty[r]) * (m.under[r] + m.over[r]) for r in m.ROWS
        )

    return m


class Master:
    """The growing master: a Pyomo model handed over once, then kept in a running HiGHS that gains columns."""

    def __init__(
        self, rows: Rows, scale: FloatArray, penalty: FloatArray, cost: FloatArray, value: sparse.csr_array
    ) -> None:
        self.rows, self.scale, self.blocks = rows, scale, len(cost)
        first = np.vstack([cost, value.toarray()]) if len(rows) else cost[None, :]
        self.model = master_model(rows, scale, penalty, first, self.blocks)
        given = program_of(self.model)
        self.highs = highs_with(given.program, {"presolve": "off"})
        row = {id(constraint): place for place, constraint in enumerate(given.constraints)}
        column = {id(variable): place for place, variable in enumerate(given.variables)}
        self.convexity = _places(row, self.model.convexity)
        self.limit = _places(row, self.model.limit)
        self.under = _places(column, self.model.under)
        self.over = _places(column, self.model.over)
        self.columns = [_places(column, self.model.weight)]

    def add(self, cost: FloatArray, value: sparse.csr_array) -> None:
        """Add a layout: its cost (blocks,) and its limit values (rows, blocks)."""
        scaled = (
            sparse.csc_array(sparse.diags_array(1 / self.scale) @ value)
            if len(self.rows)
            else sparse.csc_array((0, self.blocks))
        )
        count = np.diff(scaled.indptr)
        start = np.concatenate([[0], np.cumsum(count + 1)]).astype(np.int32)
        index = np.empty(int(start[-1]), dtype=np.int32)
        data = np.ones(int(start[-1]))
        index[start[:-1]] = self.convexity
        rest = np.ones(len(index), dtype=bool)
        rest[start[:-1]] = False
        index[rest] = self.limit[scaled.indices]
        data[rest] = scaled.data
        base = self.highs.getNumCol()
        none, infinite = np.zeros(self.blocks), np.full(self.blocks, highspy.kHighsInf)
        self.highs.addCols(self.blocks, cost, none, infinite, len(index), start[:-1], index, data)
        self.columns.append(np.arange(base, base + self.blocks, dtype=np.int32))

    def solve(self) -> Mixture:
        """The best mixture of the layouts so far; ``SolverFault`` where HiGHS finds none."""
        self.highs.run()
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            # It has a solution whatever the limits. A basis that has gone numerically bad is thrown away.
            self.highs.clearSolver()
            self.highs.run()
        if self.highs.getModelStatus() == highspy.HighsModelStatus.kNotset:
            # Where missing a limit costs far more than layouts differ, HiGHS may refuse to begin. Prices
            # that it finds for costs divided by a power of two are as good: any prices prove a bound.
            self.highs.setOptionValue("user_objective_scale", -max(0, int(np.ceil(np.log2(self._dearest())))))
            self.highs.clearSolver()
            self.highs.run()
        status = self.highs.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            raise SolverFault(f"the master ended with: {self.highs.modelStatusToString(status)}")
        solution = self.highs.getSolution()
        dual, column = np.array(solution.row_dual), np.array(solution.col_value)
        missed = (column[self.under] + column[self.over]) * self.scale
        weight = np.column_stack([column[numbers] for numbers in self.columns])
        value = float(self.highs.getInfo().objective_function_value)
        return Mixture(value, dual[self.limit] / self.scale, weight, missed)

    def _dearest(self) -> float:
        """The largest cost of the program, in thousands."""
        return max(1.0, float(np.abs(self.highs.getLp().col_cost_).max(initial=0.0)) / 1_000)

    def boxed(self, low: FloatArray, high: FloatArray) -> None:
        """Keep scaled prices (rows,) between low and high: what a shortfall costs, and what an excess
        does."""
        self.highs.changeColsCost(len(high), self.under, high)
        self.highs.changeColsCost(len(low), self.over, -low)


def ranked(
    mixture: Mixture, layouts: Sequence[Layout], block: NDArray[np.int32], most: int
) -> tuple[list[Layout], NDArray[np.bool_]]:
    """At most so many layouts, the r-th of which follows in every block (units,) the layout that has the
    r-th most weight there; and (blocks, layouts) where it has any. Elsewhere it follows the first."""
    weight = mixture.weight
    order = np.argsort(-weight, axis=1, kind="stable")[:, :most]
    carries = np.take_along_axis(weight, order, axis=1) > WEIGHTLESS
    count = max(1, int(carries.sum(axis=1).max(initial=0)))
    order = np.where(carries, order, order[:, :1])[:, :count]
    made: list[Layout] = [np.empty_like(layouts[0]) for _ in range(count)]
    by_block = np.argsort(block, kind="stable")
    ends = np.cumsum(np.bincount(block, minlength=len(weight)))
    for numbers, units in zip(order, np.split(by_block, ends[:-1]), strict=True):
        for layout, number in zip(made, numbers, strict=True):
            layout[units] = layouts[int(number)][units]
    return made, carries[:, :count]


def _places(place: Mapping[int, int], component: pyo.Constraint | pyo.Var) -> NDArray[np.int32]:
    """Where the members of a constraint or variable stand, in the order of their index."""
    return np.array([place[id(member)] for member in component.values()], dtype=np.int32)
