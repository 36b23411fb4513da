"""Fix and optimise: districts decided afresh by HiGHS, those that lose most first, while all others stay.

Where districts have rows of their own, what one of them does best hardly hangs on the others: with these
held, HiGHS decides some hundred units to the end within tenths of a second, pairs, bundles and all rows
counted (fix-and-optimise: Helber and Sahling 2010, International Journal of Production Economics 123:247).
What a district loses is told by the prices: how much more it costs than the best layout at them.

Rows that districts share are held by their prices at first (``priced_rows``), as what a district is to take
of them another has yet to give; the sums stray and come back as straying costs more. Then they hold, and
some districts at a time are decided together, so that one can take what another gives.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from formulations.column_generation.decomposition import Decomposition
from formulations.column_generation.fixing import own_rows
from formulations.column_generation.measure import Measured
from formulations.core.problem import LayoutProblem
from formulations.core.solution import SolveSettings, Watch
from formulations.exact.highs import solve
from formulations.exact.model import solve_exact
from formulations.exact.presolve import reduce_problem
from formulations.exact.priced_rows import bound_of, held_by_price, strayed
from formulations.exact.program import layout_program, limit_rows
from formulations.exact.refine import restricted
from instances.units.grid import FloatArray, Layout

FIRMNESS = (0.002, 0.1)
"""Shares of its price by which straying from a shared limit costs more, turn by turn. Of 300 living units
the first turn brings plan and straying together from 130 to 58 t/yr above the bound, the second all limits
back at 67 t/yr; with limits held throughout 102 are left."""
TOGETHER = (1, 6, 12)
"""Districts decided together once all limits hold, at first and later."""
CHOICES = 40_000
"""Choices beyond one a unit that are decided at a time: more take HiGHS longer than they bring."""
SECONDS = 10.0
"""Longest for some districts with all limits held."""
PRICED_SECONDS = 2.0
"""Longest for a district with shared limits held by their prices: most take a tenth of it."""
LOSES = 0.02
"""Share of what is asked for from which on a loss is worth a look."""
PRICED = 1e-9
"""Price times scale, in tCO2e/yr, from which on a limit counts as priced."""


def lost(layout: Measured, best: Measured, price: FloatArray) -> FloatArray:
    """(blocks,) by how much each block of a layout costs more at prices (rows,) than in the layout that is
    ``best`` at them, in tCO2e/yr."""
    more = layout.cost - best.cost - price @ (layout.value - best.value)
    found: FloatArray = np.asarray(more).ravel()
    return found


def groups(loss: FloatArray, least: float, size: int) -> Iterator[NDArray[np.int64]]:
    """Blocks that lose at least so much, ``size`` at a time, those that lose most first."""
    order = np.argsort(-loss, kind="stable")
    order = order[loss[order] >= least]
    for begin in range(0, len(order), size):
        yield order[begin : begin + size]


def decided_afresh(
    model: Decomposition,
    problem: LayoutProblem,
    plan: Layout,
    price: FloatArray,
    settings: SolveSettings,
    watch: Watch,
) -> Measured:
    """The plan (units,) with blocks decided afresh while that brings anything: it keeps every limit and is no
    worse. ``model`` is that of the problem or of one with further limits, ``price`` (its rows,) prices near
    the best ones; ``settings.room`` is what is asked for, ``settings.time_limit`` for all together."""
    run = _Afresh(model, problem, price, settings, watch)
    straying = plan
    for firmness in FIRMNESS:
        straying = run.by_prices(straying, firmness)
    if problem.holds(straying) and problem.objective.evaluate(straying) < problem.objective.evaluate(plan):
        plan = straying
    for size in TOGETHER:
        plan = run.within_limits(plan, size)
    return model.measure.of(plan)


class _Afresh:
    """What turns share: which blocks lose, the limits with a price that blocks share, and the time left."""

    def __init__(
        self,
        model: Decomposition,
        problem: LayoutProblem,
        price: FloatArray,
        settings: SolveSettings,
        watch: Watch,
    ) -> None:
        self.model, self.problem, self.price = model, problem, price
        self.settings, self.watch = settings, watch
        self.began, self.asked = time.monotonic(), settings.room or 0.0
        self.best = model.price(price)[0]
        self.block = model.types.block[model.types.of]
        self.choices = (problem.options.allowed.sum(axis=1) - 1)[problem.options.kind]
        own, count = own_rows(problem), len(problem.rows)
        worth = np.abs(price[:count] * model.scale[:count])
        self.shared = np.flatnonzero(~own & (worth > PRICED))
        self.paid = price[self.shared]
        # Bounds of the model are moved to what whole units can give: no part is paid for what no plan can.
        lower, upper = model.rows.lower[self.shared], model.rows.upper[self.shared]
        self.bound = bound_of(self.paid, lower, upper)
        least, most = np.array([(row.least, row.most) for row in problem.rows]).reshape(-1, 2).T
        self.held = np.setdiff1d(np.arange(count), self.shared)
        self.least, self.most = least[self.held], most[self.held]

    def by_prices(self, layout: Layout, firmness: float) -> Layout:
        """The layout with blocks decided one by one, limits that they share held by their price: it keeps all
        others."""
        if not len(self.shared):
            return layout
        cost = self._strayed(layout, firmness)
        # Turns that end before the limits are back are lost: each leaves half of the time to what follows.
        for some in self._turn(layout, 1, self._seconds(np.inf) / 2):
            reduction = reduce_problem(restricted(self.problem, layout, some))
            program, constant = layout_program(reduction), reduction.constant[1:]
            program = held_by_price(
                program,
                limit_rows(reduction, program)[self.shared],
                self.bound - constant[self.shared],
                self.paid,
                firmness,
            )
            part = replace(self.settings, room=LOSES * self.asked, time_limit=self._seconds(PRICED_SECONDS))
            found = solve(program, part, self.watch, bounded=False)
            if found.x is not None:
                offered = reduction.layout(found.x)
                less = self._strayed(offered, firmness)
                if less < cost:
                    layout, cost = offered, less
        return layout

    def _strayed(self, layout: Layout, firmness: float) -> float:
        """What a layout costs with what it strays from shared limits; infinite where it misses another."""
        value = self.problem.values(layout)
        held = value[self.held]
        if (held < self.least).any() or (held > self.most).any():
            return np.inf
        away = strayed(value[self.shared], self.bound, self.paid, firmness)
        return self.problem.objective.evaluate(layout) + away

    def within_limits(self, plan: Layout, size: int) -> Layout:
        """The plan with so many blocks at a time decided afresh, all limits held."""
        value = self.problem.objective.evaluate(plan)
        for some in self._turn(plan, size):
            part = replace(self.settings, room=LOSES * self.asked, time_limit=self._seconds(SECONDS))
            held = restricted(self.problem, plan, some)
            found = solve_exact(held, part, self.watch, bounded=False, start=plan)
            if found.layout is not None and found.objective < value and self.problem.holds(found.layout):
                plan, value = found.layout, found.objective
        return plan

    def _turn(self, layout: Layout, size: int, spare: float = 0.0) -> Iterator[NDArray[np.int64]]:
        """The units of so many blocks at a time, those that lose most first, until ``spare`` seconds are
        left."""
        spare = 0.0 if np.isinf(spare) else spare
        loss = lost(self.model.measure.of(layout), self.best, self.price)
        for some in groups(loss, LOSES * self.asked, size):
            if self._seconds(np.inf) <= spare or self.watch.stop.is_set():
                return
            free = np.flatnonzero(np.isin(self.block, some))
            if 0 < int(self.choices[free].sum()) <= CHOICES:
                yield free

    def _seconds(self, most: float) -> float:
        """Seconds for a part: at most so many, and what is left."""
        left = (self.settings.time_limit or np.inf) - (time.monotonic() - self.began)
        return min(most, left)
