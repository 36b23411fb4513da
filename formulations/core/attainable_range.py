"""How far an indicator can go: bounds that the options alone set, whatever the limits ask.

Each unit, pair and bundle is taken at its own least and greatest. For an indicator of cell terms the range is
exact; pairs and bundles make it an outer bound.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from formulations.core.compiling import compiled
from formulations.core.indicator import BundleTerm, CellTerm, Indicator, PairTerm, bundle_home
from formulations.core.problem import Limit, Options
from formulations.core.unit_types import factorise
from instances.rules.districts import Districts
from instances.units.grid import FloatArray
from instances.units.sums import sum_by

Range = tuple[FloatArray, FloatArray]


def attainable_range(limit: Limit, options: Options) -> Range:
    """(districts,) the least and the greatest value of a limited indicator, in its unit.

    A ratio is NaN in a district without units.
    """
    return range_of(limit.indicator, limit.districts, options)


def range_of(indicator: Indicator, districts: Districts, options: Options) -> Range:
    """(districts,) the least and the greatest value of an indicator, in its unit."""
    low, high = np.zeros(len(districts)), np.zeros(len(districts))
    several = len(indicator.cells) > 1
    parts = [_of_cells(term, options, districts) for term in indicator.cells if not several]
    parts += [_of_all_cells(indicator.cells, options, districts)] if several else []
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


def _of_all_cells(terms: Sequence[CellTerm], options: Options, districts: Districts) -> Range:
    """Several terms at once, exactly: every unit in the class that has the least, or the greatest, of all."""
    least = np.full(len(options), np.inf)
    greatest = -least
    for k in range(options.classes):
        value = np.sum(
            [term.scale * np.asarray(term.table, dtype=float)[term.group, k] for term in terms], axis=0
        )
        may = options.allowed[options.kind, k]
        least = np.where(may, np.minimum(least, value), least)
        greatest = np.where(may, np.maximum(greatest, value), greatest)
    return districts.total(least), districts.total(greatest)


def _of_pairs(pair: PairTerm, options: Options, districts: Districts) -> Range:
    can, must = _membership(pair.classes, options)
    low, high = np.zeros(len(districts)), np.zeros(len(districts))
    _count_pairs(pair.first, pair.second, pair.weight, can, must, districts.member, low, high)
    return low, high


@compiled(nogil=True)
def _count_pairs(first, second, weight, can, must, member, low, high):  # type: ignore[no-untyped-def]
    """Add to (districts,) what the pairs within each count at the least and at the most."""
    for pair in range(len(first)):
        one, other = first[pair], second[pair]
        home = member[one]
        if home < 0 or member[other] != home or not (can[one] and can[other]):
            continue
        sure = must[one] and must[other]
        if weight[pair] > 0:
            high[home] += weight[pair]
            if sure:
                low[home] += weight[pair]
        else:
            low[home] += weight[pair]
            if sure:
                high[home] += weight[pair]


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
