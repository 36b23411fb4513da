"""Ranges in which the prices of limits hold.

The price of a limit *holds* at a shift d of its bound where it foretells what the shift costs the linear
relaxation V, to within a tenth: |V(b + d) - V(b) - price d| <= |price d| / 10. As V is convex, the range of
such d is an interval around 0, tightening further costs more than the price says, and loosening further gains
less. Both are statements about the relaxation, from which the plan differs by no more than its gap. Whatever
the range, no layout under the shifted bound costs less than bound + price d.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formulations.core.problem import KEPT
from formulations.core.unit_types import Rows
from formulations.sensitivity.relaxation import Relaxation, Relaxed
from instances.units.grid import FloatArray

TENTH = 0.1
"""Share of the cost that the price foretells by which it may be wrong."""
FIRST_STEP = 0.02
"""The first shift that is tried, as a share of the bound."""
WIDEST, NARROWEST = 0.64, 0.0025
"""Shifts beyond, and below, are not tried."""
_EXACT = 1e-7
"""Relative accuracy to which the relaxation is known at best."""


@dataclass(frozen=True, slots=True)
class PriceRange:
    """The bounds of a limit, in its indicator's unit, between which its price was found to hold.

    ``open_low`` and ``open_high`` say that it held as far as was tried on that side.
    """

    low: float
    high: float
    open_low: bool
    open_high: bool


def refined(relaxed: Relaxation, gap: float) -> Relaxed:
    """The relaxation at the problem's own bounds, with prices that are as good as they get."""
    rows = relaxed.rows
    first = relaxed.at(rows.lower, rows.upper, np.inf, np.inf)
    return relaxed.tidy(relaxed.at(rows.lower, rows.upper, accuracy(first.value, gap), np.inf))


def accuracy(value: float, gap: float) -> float:
    """To within what the relaxation is to be known where its value is about so much."""
    return max(_EXACT, 1e-3 * gap) * max(1.0, abs(value))


def price_range(relaxed: Relaxation, own: Relaxed, row: int, edge: int = 0) -> PriceRange | None:
    """The range in which the price of a row holds; None where it has none. ``own`` is the relaxation at the
    problem's own bounds. ``edge`` is 1 where nothing can be had beyond the row's lower bound, -1 where
    nothing beyond its upper one: there the range ends."""
    price = float(own.price[row])
    if price == 0 or not np.isfinite(own.value):
        return None
    rows = relaxed.rows
    bound = float(rows.lower[row] if price > 0 else rows.upper[row])
    low, open_low = (0.0, False) if edge < 0 else _reach(relaxed, own, row, -1.0, bound)
    high, open_high = (0.0, False) if edge > 0 else _reach(relaxed, own, row, 1.0, bound)
    return PriceRange(bound - low, bound + high, open_low, open_high)


def _reach(relaxed: Relaxation, own: Relaxed, row: int, sign: float, bound: float) -> tuple[float, bool]:
    """How far the bound may move to one side with the price still holding, and whether no end was found."""
    size = abs(bound) or 1 / FIRST_STEP  # of no bound one unit is tried first
    step = FIRST_STEP
    if not _holds(relaxed, own, row, sign * step * size):
        while step > NARROWEST:
            step /= 2
            if _holds(relaxed, own, row, sign * step * size):
                return step * size, False
        return 0.0, False
    while step < WIDEST:
        if not _holds(relaxed, own, row, sign * 2 * step * size):
            return step * size, False
        step *= 2
    return step * size, True


def _holds(relaxed: Relaxation, own: Relaxed, row: int, shift: float) -> bool:
    """True where the price foretells the cost of a shift to within a tenth."""
    lower, upper = moved(relaxed.rows, row, shift, 1 if own.price[row] > 0 else -1)
    said = float(own.price[row]) * shift
    allowance = TENTH * abs(said) + _EXACT * max(1.0, abs(own.value))
    found = relaxed.at(lower, upper, 0.2 * allowance, own.value + said + allowance)
    return bool(found.slack < np.inf and abs(found.value - own.value - said) <= allowance)


def moved(rows: Rows, row: int, shift: float, side: int) -> tuple[FloatArray, FloatArray]:
    """The bounds (rows,) with one of a row moved, the lower one where ``side`` is 1, else the upper one; a
    row with equal bounds moves as a whole."""
    lower, upper = rows.lower.copy(), rows.upper.copy()
    room = 2.1 * KEPT * max(1.0, abs(lower[row]))  # what a limit allows on either side of equal bounds
    fixed = bool(np.isfinite(lower[row]) and upper[row] - lower[row] <= room)
    if side > 0 or fixed:
        lower[row] += shift
    if side < 0 or fixed:
        upper[row] += shift
    return lower, upper
