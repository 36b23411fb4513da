"""What limits cost: their prices, refined to those of the linear relaxation, and how far the dearest hold."""

from __future__ import annotations

from dataclasses import dataclass

from formulations.core.problem import LayoutProblem
from formulations.core.rows import Prices
from formulations.core.solution import SolveSettings, Step, Watch
from formulations.sensitivity.binding import dearest
from formulations.sensitivity.price_ranges import PriceRange, price_range, refined
from formulations.sensitivity.relaxation import relaxation
from instances.units.grid import Layout

MOST_RANGES = 8
"""Ranges are looked for of so many limits, those of which one per cent costs most."""


@dataclass(frozen=True, eq=False)
class LimitPrices:
    """Prices of the limits, and the bound that they prove.

    ``prices`` of the rows; ``ranges`` in the order of ``problem.rows``, None where no range
    was looked for or there is no price; ``value`` in the objective's unit.
    """

    prices: Prices
    ranges: tuple[PriceRange | None, ...]
    value: float


def limit_prices(
    problem: LayoutProblem, prices: Prices, layout: Layout, settings: SolveSettings, watch: Watch
) -> LimitPrices:
    """Refine the prices of a solve that left a layout, and find the ranges of the dearest.

    Once ``watch`` is told to stop, no further range is looked for.
    """
    watch.report(Step("prices", 0.0))
    relaxed = relaxation(problem, prices, layout, settings, watch)
    own = refined(relaxed, settings.gap)
    ranges: list[PriceRange | None] = [None] * len(problem.rows)
    for row in dearest(problem, own.price, layout)[:MOST_RANGES]:
        if watch.stop.is_set():
            break
        watch.report(Step(f"range of {problem.rows[row].label}", 0.0))
        ranges[row] = price_range(relaxed, own, row)
    return LimitPrices(problem.prices(own.price), tuple(ranges), own.value)
