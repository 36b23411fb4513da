"""Which limits bind under a layout, and which of those are dearest."""

from __future__ import annotations

import math
from collections.abc import Sequence

from formulations.core.problem import LayoutProblem
from instances.units.grid import FloatArray, Layout

BINDING_SHARE = 0.005
"""Room, as a share of the bound, within which a limit counts as binding (a cell is seldom met exactly)."""
LEAST_PRICE = 1e-6
"""A price below this, per unit of the indicator, is rounding."""


def priced_bound(price: float, at_least: float, at_most: float) -> float:
    """The bound that a price is paid for: the lower one where it is positive, else the upper one; -inf or inf
    where there is none."""
    return at_least if price > 0 else at_most


def binds(value: float, price: float, at_least: float, at_most: float) -> bool:
    """True where a value of the limited indicator leaves next to no room to the bound that has the price.

    Prices prove the bound and need not vanish where a little room is left; a limit with room does not bind.
    """
    bound = priced_bound(price, at_least, at_most)
    if not math.isfinite(bound) or abs(price) < LEAST_PRICE:
        return False
    return abs(value - bound) <= BINDING_SHARE * abs(bound)


def dearest(problem: LayoutProblem, price: Sequence[float] | FloatArray, layout: Layout) -> list[int]:
    """The rows that bind under a layout, those of which one per cent of the bound costs most first; ``price``
    is (rows,) in the order of ``problem.rows``."""
    values = [limit.evaluate(layout) for limit in problem.limits]
    worth: dict[int, float] = {}
    for number, (row, each) in enumerate(zip(problem.rows, price, strict=True)):
        value = float(values[row.limit][row.position])
        if binds(value, float(each), row.lower, row.upper):
            worth[number] = abs(float(each) * priced_bound(float(each), row.lower, row.upper))
    return sorted(worth, key=lambda row: -worth[row])
