"""The linear relaxation of a problem as a function of its limits: its value, and the prices that hold there.

The value V(b) over the bounds b of the limits is convex, and the prices at b are its slopes: tightening a
limit costs its price at first and never less later, loosening it gains its price at first and never more
later. Small problems go to HiGHS as one linear program; large ones are priced by minimum cuts, with the
layouts found at one b kept for the next.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from formulations.column_generation.collision import NOTHING, collide
from formulations.column_generation.decomposition import Decomposition
from formulations.column_generation.generation import Generation, Tail, beginning
from formulations.column_generation.graph_cut_structure import EXACT_UNITS, outside_structure
from formulations.column_generation.measure import Measured
from formulations.core.problem import LayoutProblem
from formulations.core.rows import Prices
from formulations.core.solution import SolveSettings, Termination, Watch
from formulations.core.unit_types import Rows, rows_of
from formulations.exact.highs import solve
from formulations.exact.presolve import reduce_problem
from formulations.exact.program import layout_program, limit_rows, tightened
from instances.units.grid import FloatArray, Layout

ROUNDS = 150
"""Rounds of column generation at most for one vector of bounds."""
TAILING_OFF_ROUNDS = 12
"""So many rounds without gain end it: more than for a plan, as prices are told to more figures."""
KNOWN_LAYOUTS = 160
"""Columns kept from one vector of bounds for the next; they are the warm start of the restricted master."""


@dataclass(frozen=True, eq=False)
class Relaxed:
    """The relaxation at some bounds: a lower bound ``value`` of it (inf where nothing is feasible), the
    prices (rows,) that prove it, and by how much it may still rise (``slack``, inf where the search broke
    off)."""

    value: float
    price: FloatArray
    slack: float


class Relaxation(Protocol):
    """The relaxation of one problem; its rows are those of ``LayoutProblem.rows``."""

    @property
    def rows(self) -> Rows:
        """The rows with the bounds that the relaxation itself uses: moved to the next value that whole units
        can give, where they are of equal size."""

    def at(self, lower: FloatArray, upper: FloatArray, within: float, enough: float) -> Relaxed:
        """The relaxation at bounds (rows,), known within ``within`` or to exceed ``enough``."""

    def reaches(self, lower: FloatArray, upper: FloatArray) -> bool:
        """False where it is proven that no layout, and no mixture of layouts, keeps to bounds (rows,)."""

    def tidy(self, found: Relaxed) -> Relaxed:
        """The relaxation at its own bounds with prices of 0 for rows of which the whole bound is worth less
        than the search could tell."""


def relaxation(
    problem: LayoutProblem,
    prices: Prices,
    layout: Layout,
    settings: SolveSettings,
    watch: Watch,
) -> Relaxation:
    """The relaxation of a problem of which prices and a plan that keeps to its options are known."""
    free = int((problem.options.allowed.sum(axis=1) > 1)[problem.options.kind].sum())
    if free <= EXACT_UNITS or outside_structure(problem):
        return _Whole(problem, settings, watch)
    return _Priced(problem, prices, layout, watch)


class _Whole:
    """The relaxation as one linear program; exact to HiGHS's tolerances."""

    def __init__(self, problem: LayoutProblem, settings: SolveSettings, watch: Watch) -> None:
        self.settings, self.watch = settings, Watch(stop=watch.stop)
        reduction = reduce_problem(problem)
        program = layout_program(reduction)
        self.places = limit_rows(reduction, program)
        self.program = tightened(program, self.places, reduction.allowance).relaxed
        self.locked = reduction.constant[1:]
        stated = rows_of(problem)
        self._rows = replace(
            stated,
            lower=self.program.row_lower[self.places] + self.locked,
            upper=self.program.row_upper[self.places] + self.locked,
        )

    @property
    def rows(self) -> Rows:
        return self._rows

    def at(self, lower: FloatArray, upper: FloatArray, within: float, enough: float) -> Relaxed:
        none = np.zeros(len(self.places))
        if (lower > upper).any():
            return Relaxed(np.inf, none, 0.0)
        row_lower, row_upper = self.program.row_lower.copy(), self.program.row_upper.copy()
        row_lower[self.places], row_upper[self.places] = lower - self.locked, upper - self.locked
        program = replace(self.program, row_lower=row_lower, row_upper=row_upper)
        outcome = solve(program, self.settings, self.watch, stage="prices")
        if outcome.termination is Termination.INFEASIBLE:
            return Relaxed(np.inf, none, 0.0)
        if outcome.price is None:
            return Relaxed(outcome.bound, none, np.inf)
        return Relaxed(outcome.bound, outcome.price[self.places], 0.0)

    def reaches(self, lower: FloatArray, upper: FloatArray) -> bool:
        return self.at(lower, upper, np.inf, np.inf).value < np.inf

    def tidy(self, found: Relaxed) -> Relaxed:
        return found


class _Priced:
    """The relaxation by prices and minimum cuts; layouts once found serve at all bounds."""

    def __init__(self, problem: LayoutProblem, prices: Prices, layout: Layout, watch: Watch) -> None:
        self.model, self.watch = Decomposition(problem), watch
        self._rows = self.model.rows
        self.price = self.model.signed(prices.along(problem.rows))
        self.known: list[Measured] = beginning(self.model, (layout, problem.today), self.price)

    @property
    def rows(self) -> Rows:
        return self._rows

    def at(self, lower: FloatArray, upper: FloatArray, within: float, enough: float) -> Relaxed:
        if (lower > upper).any():
            return Relaxed(np.inf, np.zeros(len(lower)), 0.0)
        self.model.rows = replace(self._rows, lower=lower, upper=upper)
        try:
            return self._ascend(within, enough)
        finally:
            self.model.rows = self._rows

    def reaches(self, lower: FloatArray, upper: FloatArray) -> bool:
        if (lower > upper).any():
            return False
        bare = Decomposition(replace(self.model.problem, parts=()))
        bare.rows = replace(bare.rows, lower=lower, upper=upper)
        return collide(bare, self.watch, plan=False).bound <= NOTHING

    def tidy(self, found: Relaxed) -> Relaxed:
        worth = np.abs(found.price) * self.model.scale
        price = np.where(worth > found.slack, found.price, 0.0)
        value = self.model.price(price)[1]
        slack = max(0.0, found.value + found.slack - value)
        return Relaxed(value, price, slack) if slack <= 2 * found.slack else found

    def _ascend(self, within: float, enough: float) -> Relaxed:
        """Rounds until the bound is known within that, or enough."""
        generation = Generation.begun(self.model, self.known, self.price)
        price, tail, slack = self.price, Tail(), np.inf
        for _ in range(ROUNDS):
            self._keep(generation.round(price))
            slack = np.inf if generation.misses else max(0.0, generation.left)
            quiet = tail.quiet_after(generation.gain, slack, within / 4)
            if (
                generation.bound > enough
                or slack <= within
                or quiet >= TAILING_OFF_ROUNDS
                or self.watch.stop.is_set()
            ):
                break
            if generation.misses and generation.left <= within:
                generation.steeper()
            price = generation.next_price
        return Relaxed(generation.bound, generation.price, slack)

    def _keep(self, measured: Measured) -> None:
        """Keep what the master needs of a layout, of the latest ones only."""
        self.known.append(replace(measured, layout=np.zeros(0, dtype=np.uint8)))
        if len(self.known) > KNOWN_LAYOUTS:
            del self.known[1]
