"""Column generation: rounds of pricing and master over one problem, whatever it is asked for.

Every round prices the limits, finds the best layout at these prices and the bound that it proves (Dantzig &
Wolfe 1960; Lagrangian bound of Geoffrion 1974), and mixes all layouts so far anew; the duals of the mixture
are the next prices. Nothing holds prices near earlier ones: columns by block make the master's own prices
good from the first rounds on (docs/decomposition.md compares).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from formulations.column_generation.decomposition import Decomposition, Structure
from formulations.column_generation.master import Master, Mixture
from formulations.column_generation.measure import Measured
from formulations.core.problem import LayoutProblem
from instances.units.grid import FloatArray, Layout

MISSED = 1e-7
"""Share of a limit's scale from which on the restricted master misses it: HiGHS's feasibility tolerance."""
FIRST_PENALTY = 1e3
"""Dual penalty at first, in multiples of what limits are typically worth: the box in which duals may lie.
At 1e5 the demo county of 200 takes 7.6 s instead of 0.6 s; at 10 none of the studies is slower."""
PENALTY_GROWTH = 10.0
"""Factor by which the dual penalty grows where limits are still missed once the bound has stalled.
At 2 and 100 nothing changes: the first penalty is rarely too low."""
NEARER = 0.9
"""Master and bound this much nearer than ever is a gain too: else demo 200 stops 255 t/yr below its bound."""


@dataclass
class Tail:
    """When rounds have tailed off: how many in a row neither raised the bound nor brought the mixture
    nearer to it than ever. Both count, as prices may do better for many rounds before the bound shows it."""

    quiet: int = 0
    nearest: float = np.inf

    def quiet_after(self, gain: float, left: float, least: float) -> int:
        """So many rounds in a row without gain after one that raised the bound by ``gain`` and ended
        ``left`` away from it; of the bound, more than ``least`` is a gain."""
        gains = gain > least or left < NEARER * self.nearest
        self.quiet, self.nearest = 0 if gains else self.quiet + 1, min(left, self.nearest)
        return self.quiet


class Generation:
    """The layouts so far, the mixture of them that the master likes best, and the best bound with its prices
    and the ``best`` layout at them.

    ``begin`` are layouts to start from, one at least. ``penalty`` (rows,) is what missing a limit by its
    scale costs the master at first, in tCO2e/yr.
    """

    def __init__(self, model: Structure, begin: Sequence[Measured], penalty: FloatArray) -> None:
        first, *others = begin
        self.model, self.penalty = model, penalty
        self.master = Master(model.rows, model.scale, penalty, first.cost, first.value)
        self.layouts = [first]
        self.bound, self.price, self.gain = -np.inf, np.zeros(len(model.rows)), 0.0
        self.best = first
        self.seconds = {"price": 0.0, "master": 0.0}
        for each in others:
            self.take(each)
        self.mixture: Mixture = self.master.solve()

    @classmethod
    def begun(cls, model: Structure, begin: Sequence[Measured], price: FloatArray) -> Generation:
        """The same with a penalty to match prices (rows,) near the true ones."""
        return cls(model, begin, penalties(model, price, begin[0]))

    def take(self, measured: Measured) -> None:
        """Add a layout."""
        self.layouts.append(measured)
        self.master.add(measured.cost, measured.value)

    def round(self, price: FloatArray) -> Measured:
        """The best layout at prices (rows,), taken into the mixture; ``gain`` is by how much the bound
        rose."""
        began = time.perf_counter()
        measured, bound = self.model.price(price)
        self.gain = bound - self.bound
        # The Lagrangian bound goes up and down from round to round; the best one and its duals are kept.
        if self.gain > 0:
            self.bound, self.price, self.best = bound, price, measured
        priced = time.perf_counter()
        self.take(measured)
        self.mixture = self.master.solve()
        self.seconds["price"] += priced - began
        self.seconds["master"] += time.perf_counter() - priced
        return measured

    @property
    def next_price(self) -> FloatArray:
        """(rows,) the prices at which the mixture would change."""
        return self.model.signed(self.mixture.price)

    @property
    def misses(self) -> bool:
        """True where the mixture misses a limit: its value then says nothing of the bound."""
        return bool((self.mixture.missed > MISSED * self.model.scale).any())

    @property
    def left(self) -> float:
        """How far the bound may still rise, in tCO2e/yr; below 0 by what pairs across blocks are worth."""
        return self.mixture.value - self.bound

    def steeper(self) -> None:
        """Let missing a limit cost ten times as much."""
        self.penalty = PENALTY_GROWTH * self.penalty
        self.master.boxed(-self.penalty, self.penalty)


def beginning(model: Decomposition, layouts: Iterable[Layout], price: FloatArray) -> list[Measured]:
    """Some layouts, brought within the problem's options, today's land only where it lies within them; the
    best one at prices (rows,) without any."""
    problem = model.problem
    fitting = [each for each in layouts if len(each) == len(problem)]
    stays = problem.options.permits(problem.today).all()
    usable = [_within(problem, each) for each in fitting if stays or each is not problem.today]
    return [model.measure.of(each) for each in usable] or [model.price(price)[0]]


def _within(problem: LayoutProblem, layout: Layout) -> Layout:
    """A layout with today's class on units that may no longer have theirs, or with the first that they may:
    under another red line most of a layout found before is still as good as it was."""
    options = problem.options
    barred = np.flatnonzero(~options.permits(layout))
    if not len(barred):
        return layout
    allowed = options.allowed[options.kind[barred]]
    today = problem.today[barred]
    stays = allowed[np.arange(len(barred)), today]
    fitting: Layout = layout.copy()
    fitting[barred] = np.where(stays, today, allowed.argmax(axis=1))
    return fitting


def penalties(model: Structure, price: FloatArray, today: Measured) -> FloatArray:
    """(rows,) what missing a limit by its scale should cost: far more than limits are worth at prices (rows,)
    near the true ones, or than everything costs today where no price is known."""
    worth = np.abs(price * model.scale)
    known = worth[worth > 0]
    typical = float(known.mean()) if len(known) else float(np.abs(today.cost).sum()) / max(1, len(price))
    return np.full(len(price), FIRST_PENALTY * max(1e-6, typical))


def typical_price(model: Structure, today: Measured, price: FloatArray) -> FloatArray:
    """(rows,) the scale on which prices (rows,) can be expected to move."""
    known = np.abs(price[price != 0])
    fallback = float(np.abs(today.cost).sum()) / model.scale / max(1.0, len(price))
    return np.full(len(price), 0.05 * float(known.mean())) if len(known) else fallback
