"""Limits on ratios: one linear row for each bound, and told as a ratio.

    N(x) / D(x) >= b      is asked as      N(x) - b D(x) >= 0

and the same with <=, for every district with its own b. That is the same wherever D(x) > 0, and where there
is nothing to divide by, N(x) = D(x) = 0, it asks nothing. D must never be negative. The price p of the row in
tCO2e/yr per unit of N is told as p D(x) / 100: what another 0.01 of the ratio costs at the plan.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from formulations.core.indicator import CellTerm, Indicator
from formulations.core.problem import Limit, Options, RatioBound
from instances.rules.districts import Districts
from instances.units.grid import FloatArray
from instances.units.sums import sum_by

ROUNDS = 60
"""Steps of Newton's way to the greatest ratio; each at least squares the distance left."""


def ratio_limits(
    ratio: Indicator, districts: Districts, at_least: FloatArray, at_most: FloatArray, place: str
) -> list[Limit]:
    """The linear limits of a ratio: one for its lower bounds and one for its upper ones, (districts,) each,
    -inf and inf where there is none."""
    found = []
    for lower, bound in ((True, at_least), (False, at_most)):
        bounded = np.isfinite(bound)
        if not bounded.any():
            continue
        row = balance(ratio, districts, np.where(bounded, bound, 0.0))
        least = np.where(bounded & lower, 0.0, -np.inf)
        most = np.where(bounded & (not lower), 0.0, np.inf)
        found.append(Limit(row, districts, least, most, place, RatioBound(ratio, bound, lower)))
    return found


def balance(ratio: Indicator, districts: Districts, bound: FloatArray) -> Indicator:
    """N - b D with b (districts,), in the unit of N, under the ratio's name. ``ValueError`` for what is no
    ratio."""
    above, below = _parts(ratio)
    same = bool((bound == bound[0]).all())
    each = np.append(bound, 0.0)[districts.member]
    taken = [
        replace(term, table=-bound[0] * term.table) if same else replace(term, scale=-each * term.scale)
        for term in below.cells
    ]
    joined: dict[tuple[int, int], CellTerm] = {}
    for term in (*above.cells, *taken):
        key = (id(term.scale), id(term.group))
        known = joined.get(key)
        joined[key] = term if known is None else replace(known, table=known.table + term.table)
    return Indicator(ratio.name, above.unit, tuple(joined.values()))


def _parts(ratio: Indicator) -> tuple[Indicator, Indicator]:
    if ratio.ratio is None:
        raise ValueError(f"{ratio.name} is no ratio")
    return ratio.ratio


@dataclass(frozen=True, eq=False)
class _Best:
    """Per district the numerator and denominator of the layout that is best at a ratio."""

    above: FloatArray
    below: FloatArray


def ratio_range(ratio: Indicator, districts: Districts, options: Options) -> tuple[FloatArray, FloatArray]:
    """(districts,) the least and the greatest that a ratio can be by the options alone. A layout with nothing
    to divide by keeps any bound: NaN where that is the best, and inf where it leaves something above.

    Newton's method on max N(x) - b D(x) = 0 (Dinkelbach 1967), exact for sums over units: every unit takes
    its best class at the ratio of the step before.
    """
    sides = []
    for sign in (-1.0, 1.0):
        bound = np.zeros(len(districts))
        found = np.full(len(districts), np.nan)
        for _ in range(ROUNDS):
            best = _best(ratio, districts, options, bound, sign)
            # With something above and nothing below, a ratio has no end on this side.
            endless = np.where(sign * best.above > 0, sign * np.inf, np.nan)
            value = np.divide(best.above, best.below, out=endless, where=best.below > 0)
            better = np.isnan(found) | (sign * value > sign * found)
            moved = better & ~np.isnan(value) & (value != found)
            if not moved.any():
                break
            found = np.where(moved, value, found)
            bound = np.where(np.isfinite(found), found, bound)
        sides.append(found)
    return sides[0], sides[1]


def _best(ratio: Indicator, districts: Districts, options: Options, bound: FloatArray, sign: float) -> _Best:
    """The sums of N and D where every unit takes the class with the greatest sign x (N - b D); of equal ones
    that with the greater D, so that a ratio is found wherever there is one."""
    each = np.append(bound, 0.0)[districts.member]
    count = len(options)
    least, above, below = np.full(count, -np.inf), np.zeros(count), np.zeros(count)
    for k in range(options.classes):
        n, d = (_of_class(part, k) for part in _parts(ratio))
        worth = sign * (n - each * d)
        take = options.allowed[options.kind, k] & ((worth > least) | ((worth == least) & (d > below)))
        least, above, below = np.where(take, worth, least), np.where(take, n, above), np.where(take, d, below)
    totals = [sum_by(districts.member, values, len(districts)) for values in (above, below)]
    return _Best(*totals)


def _of_class(indicator: Indicator, k: int) -> FloatArray:
    """(units,) what an indicator of cell terms has of every unit in class k."""
    each = [term.scale * np.asarray(term.table, dtype=float)[term.group, k] for term in indicator.cells]
    return np.asarray(np.sum(each, axis=0), dtype=float)
