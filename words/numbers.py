"""Numbers as readers see them, rounded so that none looks better than it is."""

from __future__ import annotations

import math

DIGITS = 6
"""Significant digits of a figure in a summary."""


def decimals_for(value: float) -> int:
    """How many decimals show a value with ``DIGITS`` significant digits."""
    if value == 0 or not math.isfinite(value):
        return 0
    return min(max(DIGITS - 1 - math.floor(math.log10(abs(value))), 0), DIGITS)


def nearest(value: float) -> str:
    """A value rounded to the nearest figure, with few decimals: for columns of figures."""
    return f"{value:,.{_few_decimals(value)}f}"


def not_above(value: float) -> str:
    """A value rounded down: a lower bound stays a lower bound."""
    decimals = decimals_for(value)
    return f"{math.floor(value * 10**decimals) / 10**decimals:,.{decimals}f}"


def not_below(value: float) -> str:
    """A value rounded up: an objective is never shown better than it is."""
    decimals = decimals_for(value)
    return f"{math.ceil(value * 10**decimals) / 10**decimals:,.{decimals}f}"


def percent_not_below(share: float) -> str:
    """A share in per cent rounded up to two significant digits: a gap is never shown smaller than it is."""
    if share == 0:
        return "0 %"
    decimals = min(max(1 - math.floor(math.log10(share * 100)), 0), 12)
    return f"{math.ceil(share * 100 * 10**decimals) / 10**decimals:.{decimals}f} %"


def signed(value: float) -> str:
    """A change with its sign."""
    return f"{value:+,.{_few_decimals(value)}f}" if value else "0"


def _few_decimals(value: float) -> int:
    size = abs(value)
    if size == 0 or size >= 1e5 or not math.isfinite(size):
        return 0
    if size >= 1:
        return 1 if size >= 100 else 2
    return min(1 - math.floor(math.log10(size)), 8)
