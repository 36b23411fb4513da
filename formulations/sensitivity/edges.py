"""Bounds at the edge of what can be reached: no next hectare is there to be had, whatever price a solver
gives it.

A bound within less than one unit of the end of its indicator's attainable range is at the edge.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from formulations.core.attainable_range import Range, attainable_range
from formulations.core.problem import LayoutProblem
from formulations.core.rows import Prices, Row
from formulations.sensitivity.binding import binds
from instances.units.grid import FloatArray

LOWER, UPPER, NONE = 1, -1, 0
"""Which bound of a row is at the edge of what can be reached."""
STEP = 0.02
"""Share of a bound that is asked for beyond it, where one whole unit is more than that."""
_ROUNDING = 1e-9


def step_beyond(bound: float) -> float:
    """By how much more is asked to tell whether there is any: one unit of the indicator, or ``STEP`` of the
    bound where that is less."""
    return min(1.0, STEP * abs(bound)) or 1.0


def side_of(row: Row, value: float, price: float) -> int:
    """The bound that a row's price is paid for, ``LOWER`` or ``UPPER``; ``NONE`` where it does not bind."""
    if not binds(value, price, row.lower, row.upper):
        return NONE
    return LOWER if price > 0 else UPPER


def edges(problem: LayoutProblem, values: FloatArray, prices: Prices) -> NDArray[np.int8]:
    """(rows,) ``LOWER`` or ``UPPER`` where this bound of a row binds at its value (rows,) and the options
    alone allow not one step beyond it, else ``NONE``."""
    found = np.zeros(len(problem.rows), dtype=np.int8)
    ranges: dict[int, Range] = {}
    price = prices.along(problem.rows).tolist()
    for number, (row, value) in enumerate(zip(problem.rows, values.tolist(), strict=True)):
        side = side_of(row, value, price[number])
        if side == NONE:
            continue
        if row.limit not in ranges:
            ranges[row.limit] = attainable_range(problem.limits[row.limit], problem.options)
        bound = row.lower if side == LOWER else row.upper
        low, high = (float(end[row.position]) for end in ranges[row.limit])
        end, beyond = high if side == LOWER else low, bound + side * step_beyond(bound)
        if side * (beyond - end) > _ROUNDING * max(1.0, abs(end)) and math.isfinite(end):
            found[number] = side
    return found
