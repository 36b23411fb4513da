"""What limits cost: their prices, refined to those of the linear relaxation, and how far the dearest hold.

Where not one more unit can be had beyond a bound, the relaxation rises without end there, and any price from
the slope of loosening upwards proves the same: a solver's may be in the hundred thousands. Such a limit is
told the slope of loosening it, found where it is loosened by half a step.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from formulations.core.merging import merged
from formulations.core.problem import LayoutProblem
from formulations.core.rows import Prices
from formulations.core.solution import SolveSettings, Step, Watch
from formulations.sensitivity.binding import dearest
from formulations.sensitivity.edges import LOWER, NONE, UPPER, edges, side_of, step_beyond
from formulations.sensitivity.price_ranges import PriceRange, accuracy, moved, price_range, refined
from formulations.sensitivity.relaxation import Relaxed, relaxation
from instances.units.grid import Layout

MOST_RANGES = 8
"""Ranges are looked for of so many limits, those of which one per cent costs most."""


@dataclass(frozen=True, eq=False)
class LimitPrices:
    """Prices of the limits, and the bound that they prove.

    ``prices`` of the rows prove ``value``, in the objective's unit; ``told`` are those that readers are told:
    the same but for rows at the edge of what can be reached, which have that of loosening each alone.
    ``edges`` (rows,) says which bound of a row that is, if one. ``ranges`` in the order of ``problem.rows``,
    None where no range was looked for or there is no price.
    """

    prices: Prices
    ranges: tuple[PriceRange | None, ...]
    value: float
    told: Prices
    edges: NDArray[np.int8]


def limit_prices(
    problem: LayoutProblem, prices: Prices, layout: Layout, settings: SolveSettings, watch: Watch
) -> LimitPrices:
    """Refine the prices of a solve that left a layout, and find the ranges of the dearest.

    Once ``watch`` is told to stop, no further range is looked for.
    """
    if problem.whole is not None:
        small = merged(problem)
        found = limit_prices(small.problem, prices, small.shrink(layout), settings, watch)
        return _along(found, small.problem, problem)
    watch.report(Step("prices", 0.0))
    search = _Search(problem, prices, layout, settings, watch)
    wanted = dearest(problem, search.own.price, layout)[:MOST_RANGES]
    ranges: list[PriceRange | None] = [None] * len(problem.rows)
    for row in wanted:
        if watch.stop.is_set():
            break
        watch.report(Step(f"range of {problem.rows[row].label}", 0.0))
        ranges[row] = search.range_of(row)
    told = [problem.prices(each) for each in (search.loose.price, search.told)]
    return LimitPrices(told[0], tuple(ranges), search.loose.value, told[1], search.edges)


def _along(found: LimitPrices, small: LayoutProblem, problem: LayoutProblem) -> LimitPrices:
    """What was found of a merged problem's rows, in the order of the problem's own."""
    place = {row.key: number for number, row in enumerate(small.rows)}
    order = [place[row.key] for row in problem.rows]
    return replace(found, ranges=tuple(found.ranges[number] for number in order), edges=found.edges[order])


class _Search:
    """The relaxation of a problem, its value and prices, and which of them are at an edge."""

    def __init__(
        self, problem: LayoutProblem, prices: Prices, layout: Layout, settings: SolveSettings, watch: Watch
    ) -> None:
        self.problem, self.gap, self.values = problem, settings.gap, problem.values(layout)
        self.relaxed = relaxation(problem, prices, layout, settings, watch)
        self.own = refined(self.relaxed, settings.gap)
        self.edges = edges(problem, self.values, problem.prices(self.own.price))
        self.loose = self._loosened(self.edges)
        self.told = self.loose.price.copy()

    def range_of(self, row: int) -> PriceRange | None:
        """How far the price of a row holds; where nothing can be had beyond its bound, now or in sight of the
        other limits, the price is that of loosening it alone."""
        found = None if self.edges[row] else price_range(self.relaxed, self._with(row), row)
        side = self._collides(row, found)
        if side != NONE:
            self.edges[row] = side
            self.loose = self._loosened(self.edges)
            kept = self.edges == NONE
            self.told = np.where(kept, self.loose.price, self.told)
        if self.edges[row]:
            alone = np.zeros_like(self.edges)
            alone[row] = self.edges[row]
            self.told[row] = self._loosened(alone).price[row]
            return price_range(self.relaxed, self._with(row), row, edge=int(self.edges[row]))
        return found

    def _with(self, row: int) -> Relaxed:
        """The relaxation at the problem's own bounds with the price that is told of a row."""
        price = self.own.price.copy()
        price[row] = self.told[row]
        return replace(self.own, price=price)

    def _collides(self, row: int, found: PriceRange | None) -> int:
        """The bound of a row that the other limits keep from being moved by one step; ``NONE`` where it can
        be, which needs no search where its price holds that far."""
        one = self.problem.rows[row]
        value = float(self.values[row])
        side = side_of(one, value, float(self.told[row]))
        if side == NONE or self.edges[row]:
            return NONE
        step = step_beyond(one.lower if side == LOWER else one.upper)
        rows = self.relaxed.rows
        bound = float(rows.lower[row] if side == LOWER else rows.upper[row])
        if found is not None and (found.high - bound if side == LOWER else bound - found.low) >= step:
            return NONE
        lower, upper = moved(rows, row, side * step, side)
        return NONE if self.relaxed.reaches(lower, upper) else side

    def _loosened(self, at_edge: NDArray[np.int8]) -> Relaxed:
        """The prices that hold where rows at an edge are loosened by half a step, and what they prove at the
        problem's own bounds."""
        if not at_edge.any():
            return self.own
        rows, step = self.relaxed.rows, np.zeros(len(at_edge))
        for row in np.flatnonzero(at_edge):
            one = self.problem.rows[row]
            step[row] = step_beyond(one.lower if at_edge[row] == LOWER else one.upper) / 2
        lower = np.where(at_edge == LOWER, rows.lower - step, rows.lower)
        upper = np.where(at_edge == UPPER, rows.upper + step, rows.upper)
        found = self.relaxed.at(lower, upper, accuracy(self.own.value, self.gap), np.inf)
        if not np.isfinite(found.value):
            return self.own
        paid = np.sign(found.price) == at_edge
        value = found.value + float((np.abs(found.price) * step)[paid].sum())
        return Relaxed(value, found.price, max(0.0, self.own.value + self.own.slack - value))
