"""Numbers as readers see them: one rounding rule for all of them, and none looks better than it is.

Hectares, kilometres, tCO2e, per cent, prices and whatever a study measures itself have two decimals, halves
away from zero as in spreadsheets, so that a figure reads the same wherever it stands. What would round to
nothing keeps two digits instead (0.0012); only nothing is 0. A lower bound is rounded down, an objective up,
and a gap up to two digits. Files of data (certificate, CSV, layers) hold figures unrounded, so that they add
up; rounded by this rule they are what is shown.
"""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

DECIMALS = 2
"""Decimals of every figure that is not next to nothing."""
MOST_DECIMALS = 8
"""Decimals at most: what is smaller is rounding."""
_EXACT = 15
"""Digits of a float that mean something; spreadsheets round what these say."""
_SUMMED = 13
"""Digits that sums of floats agree in; what lies beyond is no reason to round (108.00000000000003 is 108)."""
_NOISE = 1e-9
"""Share of a figure by which its sums in another order may differ."""


def decimals_for(value: float) -> int:
    """How many decimals show a value: two, more only where it is next to nothing."""
    size = abs(value)
    if size == 0 or size >= 10.0**-DECIMALS or not math.isfinite(size):
        return DECIMALS
    return min(1 - math.floor(math.log10(size)), MOST_DECIMALS)


def nearest(value: float) -> str:
    """A value rounded to the nearest figure."""
    return (
        shown(_rounded(f"{value:.{_EXACT}g}", value, ROUND_HALF_UP)) if math.isfinite(value) else str(value)
    )


def not_above(value: float) -> str:
    """A value rounded down: a lower bound stays a lower bound."""
    return shown(floored(value)) if math.isfinite(value) else str(value)


def not_below(value: float) -> str:
    """A value rounded up: an objective is never shown better than it is."""
    return shown(raised(value)) if math.isfinite(value) else str(value)


def floored(value: float) -> Decimal:
    """What ``not_above`` shows, as a number."""
    return _rounded(f"{value:.{_SUMMED}g}", value, ROUND_FLOOR)


def raised(value: float) -> Decimal:
    """What ``not_below`` shows, as a number."""
    return _rounded(f"{value:.{_SUMMED}g}", value, ROUND_CEILING)


LEAST_SHARE = Decimal("1e-8")
"""Shares that are smaller are told as this one."""


def raised_share(share: float) -> Decimal:
    """What ``percent_not_below`` shows, as a share: a gap for a cell that is formatted as per cent."""
    exact = Decimal(f"{share:.{_EXACT}g}")
    if not exact:
        return Decimal(0)
    place = Decimal(1).scaleb(max(exact.adjusted() - 1, -14))
    raised = exact.quantize(place, ROUND_CEILING)
    return max(raised, LEAST_SHARE) if raised > 0 else raised


def percent_not_below(share: float) -> str:
    """A share in per cent rounded up to two significant digits: a gap is never shown smaller than it is.

    Below a millionth of a per cent it is told as that: nobody reads further digits."""
    percent = raised_share(share).scaleb(2)
    return f"{percent:f} %" if percent else "0 %"


def signed(value: float) -> str:
    """A change with its sign."""
    text = nearest(value)
    return f"+{text}" if value > 0 and text != "0" else text


def change_of(value: float, before: float) -> float:
    """A value less what was before; none where the two differ by rounding alone."""
    change = value - before
    return change if abs(change) > _NOISE * max(1.0, abs(before)) else 0.0


def room_between(objective: float, bound: float) -> str:
    """How far an objective lies above its bound, as the difference of the two as they are shown."""
    return shown(raised(objective) - floored(bound))


def shown(value: Decimal) -> str:
    """A rounded number with its separators; nothing is 0."""
    return f"{value:,f}" if value else "0"


def _rounded(digits: str, value: float, how: str) -> Decimal:
    """A value, given by its digits, with the decimals that show it."""
    return Decimal(digits).quantize(Decimal(1).scaleb(-decimals_for(value)), how)
