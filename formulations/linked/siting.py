"""Solving a side model by itself: its relaxation with strong rows where they are broken, then whole plants.

Handing all strong rows to HiGHS makes it useless, and leaving them out leaves a wide gap. So the relaxation
takes in those that its solution breaks, round by round. Where it leaves many columns mixed, whole ones are
sought by exchange; where that is not near enough, HiGHS decides what the relaxation leaves open (figures in
docs/linked.md).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from formulations.core.solution import SolveSettings, Termination, Watch
from formulations.exact.highs import Outcome, SolverFault, highs_with, solve
from formulations.exact.program import Program
from formulations.linked.exchange import exchanged
from formulations.linked.side import NoSidePlan, Side, SidePlan
from instances.units.grid import FloatArray

ROUNDS, MOST_ROWS = 60, 4_000
"""Rounds in which strong rows are taken in, and the most of them in one round."""
BROKEN = 1e-6
"""Share of its largest coefficient by which a strong row must be broken to be taken in."""
STALLED = 0.005
"""Share of the room asked for below which a round's gain of the bound ends the rounds. Gains may grow again:
of 22 rounds of a county, the seventeenth gained as much as the four before it and the four after it."""
MIXED = 20
"""With more whole columns than these mixed in the relaxation, whole ones are sought by exchange first."""
OPENED = 1e-4
"""Share of a whole column in the relaxation from which on it counts as opened."""


@dataclass
class Relaxed:
    """A solved relaxation: its point, its duals by row, a lower bound, and the program with strong rows."""

    x: FloatArray
    price: FloatArray
    bound: float
    program: Program


@dataclass
class Siting:
    """The solves of one side model, which keep the strong rows that any of them has needed."""

    side: Side
    pool: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    highs: highspy.Highs | None = None
    """The relaxation as it was solved last, with the rows of the pool."""

    def with_pool(self, program: Program) -> Program:
        """A program of the side model with the strong rows known so far."""
        rows = self.side.strong[self.pool]
        return replace(
            program,
            matrix=sparse.csr_array(sparse.vstack([program.matrix, rows], format="csr")),
            row_lower=np.concatenate([program.row_lower, np.full(len(self.pool), -np.inf)]),
            row_upper=np.concatenate([program.row_upper, np.zeros(len(self.pool))]),
        )

    def relaxed(self, program: Program, wanted: float, watch: Watch) -> Relaxed:
        """The relaxation of a program with all strong rows that its solution would break, as far as they
        raise the bound by more than a little of ``wanted`` tCO2e/yr a round.

        The bound is counted from the duals, so that it holds whatever HiGHS's tolerances; ``SolverFault``
        where the relaxation has no solution.
        """
        highs, value = self._running(program), -np.inf
        x, dual = np.zeros(len(program.cost)), np.zeros(0)
        for _ in range(ROUNDS):
            x, dual, now = _solved(highs, self.side.name)
            gained, value = now - value, now
            broken = self.side.strong @ x / self.side.most
            broken[self.pool] = 0.0
            new = np.flatnonzero(broken > BROKEN)
            if not len(new) or gained < STALLED * wanted or watch.stop.is_set():
                break
            new = new[np.argsort(-broken[new])][:MOST_ROWS]
            rows = self.side.strong[new]
            highs.addRows(
                len(new), np.full(len(new), -highspy.kHighsInf), np.zeros(len(new)), rows.nnz,
                rows.indptr[:-1].astype(np.int32), rows.indices.astype(np.int32), rows.data,
            )  # fmt: skip
            self.pool = np.concatenate([self.pool, new])
        whole = self.with_pool(program).relaxed
        price = whole.valid_price(np.concatenate([dual, np.zeros(len(whole.row_lower) - len(dual))]))
        return Relaxed(x, price, whole.bound_at(price), whole)

    def _running(self, program: Program) -> highspy.Highs:
        """The HiGHS of this side model with the costs and bounds of a program: it goes on from the last
        solution, whatever that was of."""
        if self.highs is None:
            self.highs = highs_with(self.with_pool(program).relaxed, {"solver": "simplex"})
            return self.highs
        every = np.arange(len(program.cost), dtype=np.int32)
        self.highs.changeColsCost(len(every), every, program.cost)
        self.highs.changeColsBounds(len(every), every, program.lower, program.upper)
        return self.highs

    def bound(self, price: FloatArray, wanted: float, watch: Watch) -> Relaxed:
        """A lower bound of C + price e over everything that the side model may do, with what proves it."""
        return self.relaxed(self.side.priced(price), wanted, watch)

    def whole_bound(self, price: FloatArray, wanted: float, settings: SolveSettings, watch: Watch) -> float:
        """A lower bound of C + price e over every whole solution, to ``wanted`` tCO2e/yr or as far as HiGHS
        comes."""
        program = self.side.priced(price)
        root = self.relaxed(program, wanted, watch)
        every = np.ones(len(program.cost), dtype=bool)
        found = self._decided(program, root, every, replace(settings, room=wanted), watch)
        return max(root.bound, found.bound)

    def whole_at(
        self, price: FloatArray, wanted: float, settings: SolveSettings, watch: Watch
    ) -> FloatArray | None:
        """A whole solution (columns,) of C + price e that is good, whatever the layout gives: of what the
        relaxation opens. None where none was found."""
        program = self.side.priced(price)
        root = self.relaxed(program, wanted, watch)
        opened = (root.x > OPENED) | ~program.whole
        return self._decided(program, root, opened, replace(settings, room=wanted), watch).x

    def whole(self, values: FloatArray, wanted: float, settings: SolveSettings, watch: Watch) -> SidePlan:
        """The best whole solution beside a layout that gives ``values`` (links,) to the links, to
        ``wanted`` tCO2e/yr or as far as HiGHS comes.

        First by exchange where much is mixed; else, or where that is not near enough, what the relaxation
        opens is decided, then everything that the reduced costs leave open. ``NoSidePlan`` where there is no
        whole solution.
        """
        program = self.side.at(values)
        root = self.relaxed(program, wanted, watch)
        # what its rows prove of one more unit: prices of the relaxation, which the layout is priced with
        price = -root.program.reduced_cost(root.price)[self.side.column]
        if self.side.tight is not None:
            tight = Siting(replace(self.side, program=program, strong=self.side.tight(values), tight=None))
            return replace(tight.whole(values, wanted, settings, watch), side=self.side, price=price)
        settings = replace(settings, room=wanted)
        x, objective = self._exchanged(program, root, wanted, watch)
        bound, none = root.bound, False
        if x is None or (objective - bound > wanted and not watch.stop.is_set()):
            opened = (root.x > OPENED) | ~program.whole
            found = self._decided(program, root, opened, settings, watch, start=x)
            if found.objective is not None and found.objective < objective:
                objective, x = found.objective, found.x
        if objective - bound > wanted and not watch.stop.is_set():
            reduced = root.program.reduced_cost(root.price)
            dear = program.whole & (reduced > objective - bound) & (root.x < 0.5)
            again = self._decided(program, root, ~dear, settings, watch, start=x)
            if again.objective is not None and again.objective < objective:
                objective, x = again.objective, again.x
            none = again.termination is Termination.INFEASIBLE
            bound = max(bound, min(again.bound, objective))
        if x is None:
            raise NoSidePlan(self.side.name, proven=none)
        return SidePlan(self.side, x, self.side.program.value(x), min(bound, objective), values, price)

    def _exchanged(
        self, program: Program, root: Relaxed, wanted: float, watch: Watch
    ) -> tuple[FloatArray | None, float]:
        """Whole columns by exchange, with their objective, where many are mixed in the relaxation."""
        share, whole = root.x[program.whole], program.whole
        binary = (program.lower[whole] >= 0).all() and (program.upper[whole] <= 1).all()
        mixed = int(((share > OPENED) & (share < 1.0 - OPENED)).sum())
        if not binary or mixed <= MIXED:
            return None, np.inf
        return exchanged(program, root.x, root.bound + wanted, watch)

    def _decided(
        self,
        program: Program,
        root: Relaxed,
        open_columns: NDArray[np.bool_],
        settings: SolveSettings,
        watch: Watch,
        start: FloatArray | None = None,
    ) -> Outcome:
        """HiGHS on the program with the strong rows that bind, columns that are not open held at 0."""
        slack = self.side.strong[self.pool] @ root.x / self.side.most[self.pool]
        near = Siting(self.side, self.pool[slack > -BROKEN])
        kept = near.with_pool(program)
        upper = np.where(open_columns, kept.upper, np.minimum(kept.upper, 0.0))
        return solve(replace(kept, upper=upper), settings, watch, start=start, stage="side", presolve=True)


def _solved(highs: highspy.Highs, name: str) -> tuple[FloatArray, FloatArray, float]:
    """The point, the duals and the value of a relaxation; ``NoSidePlan`` where it has none."""
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        # It has a solution whatever the prices. A basis that has gone numerically bad is thrown away.
        highs.clearSolver()
        highs.run()
    status = highs.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        raise NoSidePlan(name, proven=True)
    if status != highspy.HighsModelStatus.kOptimal:
        raise SolverFault(f"a side model ended with: {highs.modelStatusToString(status)}")
    solution = highs.getSolution()
    value = float(highs.getInfo().objective_function_value)
    return np.array(solution.col_value, dtype=float), np.array(solution.row_dual, dtype=float), value
