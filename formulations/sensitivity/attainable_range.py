"""How far an indicator can go: bounds that the options alone set, whatever the other limits ask.

Each unit, pair and bundle is taken at its own least and greatest. For an indicator of one cell term the
range is exact; pairs and bundles, and several terms at once, make it an outer bound. A bound within less
than one unit of its end is at the edge: there is no next hectare, whatever price a solver gives it.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from formulations.core.indicator import BundleTerm, CellTerm, PairTerm, bundle_home, pair_home
from formulations.core.problem import LayoutProblem, Limit, Options
from formulations.core.rows import Prices, Row
from formulations.core.unit_types import factorise
from formulations.sensitivity.binding import binds
from instances.rules.districts import Districts
from instances.units.grid import FloatArray
from instances.units.sums import sum_by

Range = tuple[FloatArray, FloatArray]
LOWER, UPPER, NONE = 1, -1, 0
"""Which bound of a row is at the edge of what can be reached."""
STEP = 0.02
"""Share of a bound that is asked for beyond it, where one whole unit is more than that."""
_ROUNDING = 1e-9


def attainable_range(limit: Limit, options: Options) -> Range:
    """(districts,) the least and the greatest value of a limited indicator, in its unit.

    A ratio is NaN in a district without units.
    """
    districts, indicator = limit.districts, limit.indicator
    low, high = np.zeros(len(districts)), np.zeros(len(districts))
    parts = [_of_cells(term, options, districts) for term in indicator.cells]
    parts += [_of_pairs(pair, options, districts) for pair in indicator.pairs]
    parts += [_of_bundles(bundle, options, districts) for bundle in indicator.bundles]
    for least, greatest in parts:
        low += least
        high += greatest
    if indicator.per is not None:
        total = districts.total(indicator.per)
        inhabited = np.where(total > 0, total, np.nan)
        low, high = low / inhabited, high / inhabited
    return low, high


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


def _of_cells(term: CellTerm, options: Options, districts: Districts) -> Range:
    groups = term.table.shape[0]
    code = options.kind.astype(np.int64) * groups + term.group
    of, count = factorise(code, len(options.allowed) * groups)
    key = np.empty(count, dtype=np.int64)
    key[of] = code
    allowed = options.allowed[key // groups]
    rates = np.asarray(term.table, dtype=float)[key % groups]
    least = np.where(allowed, rates, np.inf).min(axis=1)[of]
    greatest = np.where(allowed, rates, -np.inf).max(axis=1)[of]
    one, other = term.scale * least, term.scale * greatest
    return districts.total(np.minimum(one, other)), districts.total(np.maximum(one, other))


def _of_pairs(pair: PairTerm, options: Options, districts: Districts) -> Range:
    can, must = _membership(pair.classes, options)
    home = pair_home(pair, districts.member)
    return _counted(
        pair.weight,
        can[pair.first] & can[pair.second],
        must[pair.first] & must[pair.second],
        home,
        len(districts),
    )


def _of_bundles(bundle: BundleTerm, options: Options, districts: Districts) -> Range:
    if len(bundle.reward) == 0:
        return np.zeros(len(districts)), np.zeros(len(districts))
    can, must = _membership(bundle.classes, options)
    can = np.logical_and.reduceat(can[bundle.units], bundle.start[:-1])
    must = np.logical_and.reduceat(must[bundle.units], bundle.start[:-1])
    return _counted(bundle.reward, can, must, bundle_home(bundle, districts.member), len(districts))


def _membership(classes: NDArray[np.bool_], options: Options) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(units,) whether a unit can, and whether it must, carry one of the classes."""
    can = np.logical_or.reduce(options.allowed & classes, axis=1)
    must = ~np.logical_or.reduce(options.allowed & ~classes, axis=1)
    return can[options.kind], must[options.kind]


def _counted(
    weight: FloatArray, can: NDArray[np.bool_], must: NDArray[np.bool_], home: NDArray[np.int32], count: int
) -> Range:
    inside = home >= 0
    least = np.where(weight > 0, weight * must, weight * can)[inside]
    greatest = np.where(weight > 0, weight * can, weight * must)[inside]
    return sum_by(home[inside], least, count), sum_by(home[inside], greatest, count)
