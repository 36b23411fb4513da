"""The Lagrangian: the objective with every limit taken in at its price, again as one indicator.

    F(x) = sum_m w_m I_m(x) - sum_r mu_r I_r(x)
    L(mu) = min_x F(x) + sum_r (lower_r mu_r^+ - upper_r mu_r^-)

L(mu) is a lower bound of every plan (see docs/mathematics.md). ``alone`` says what one unit makes of F in
each class while all others stay as they are; ``spans`` how far its neighbours could move that.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from formulations.core.indicator import BundleTerm, Indicator, PairTerm, bundle_home, pair_home
from formulations.core.problem import OBJECTIVE_UNIT, LayoutProblem, Limit, Options
from formulations.core.rows import Prices
from formulations.core.unit_types import per_district
from instances.units.grid import FloatArray, Layout
from instances.units.sums import sum_by


def lagrangian(problem: LayoutProblem, prices: Prices) -> Indicator:
    """F as an indicator in tCO2e/yr; limits without a price leave no term."""
    cells, pairs, bundles = (
        list(problem.objective.cells),
        list(problem.objective.pairs),
        list(problem.objective.bundles),
    )
    for limit, price in problem.by_limit(prices).items():
        if price.any():
            paid = payment(limit, price)
            cells += paid.cells
            pairs += paid.pairs
            bundles += paid.bundles
    return Indicator("lagrangian", OBJECTIVE_UNIT, tuple(cells), tuple(pairs), tuple(bundles))


def payment(limit: Limit, price: FloatArray) -> Indicator:
    """-mu I of one limit over its districts, in tCO2e/yr: what F holds of it."""
    factor = np.append(-price * per_district(limit.indicator, limit.districts), 0.0)
    member, indicator = limit.districts.member, limit.indicator
    return Indicator(
        limit.indicator.name,
        OBJECTIVE_UNIT,
        tuple(replace(term, scale=term.scale * factor[member]) for term in indicator.cells),
        tuple(
            replace(term, weight=term.weight * factor[pair_home(term, member)]) for term in indicator.pairs
        ),
        tuple(
            replace(term, reward=term.reward * factor[bundle_home(term, member)])
            for term in indicator.bundles
        ),
    )


def alone(indicator: Indicator, layout: Layout, units: NDArray[np.integer], classes: int) -> FloatArray:
    """(n, classes) the part of an indicator that touches each of some units (n,), by the class that the
    unit has, all other units as in the layout; in the indicator's unit.

    Differences along a row are what changing that one unit does to the indicator.
    """
    value = _cells(indicator, units, classes)
    for classes_of, beside in _joined(indicator, layout):
        value += np.outer(beside[units], classes_of)
    return value


def _cells(indicator: Indicator, units: NDArray[np.integer], classes: int) -> FloatArray:
    value = np.zeros((len(units), classes))
    for term in indicator.cells:
        value += term.scale[units, None] * np.asarray(term.table, dtype=float)[term.group[units]]
    return value


def _joined(indicator: Indicator, layout: Layout) -> list[tuple[NDArray[np.bool_], FloatArray]]:
    """For every pair and bundle term its classes and (units,) what a unit adds by carrying one of them."""
    found = []
    for pair in indicator.pairs:
        member = pair.classes[layout]
        beside = sum_by(pair.first, pair.weight * member[pair.second], len(layout))
        beside += sum_by(pair.second, pair.weight * member[pair.first], len(layout))
        found.append((pair.classes, beside))
    found += [(term.classes, _completed(term, term.classes[layout])) for term in indicator.bundles]
    return found


def _completed(bundle: BundleTerm, member: NDArray[np.bool_]) -> FloatArray:
    """(units,) the rewards of the bundles of which every other unit is a member."""
    if len(bundle.reward) == 0:
        return np.zeros(len(member))
    inside = member[bundle.units]
    missing = np.add.reduceat((~inside).astype(np.int64), bundle.start[:-1])
    of = np.repeat(np.arange(len(bundle.reward)), np.diff(bundle.start))
    whole = missing[of] == ~inside
    return sum_by(bundle.units, bundle.reward[of] * whole, len(member))


@dataclass(frozen=True, eq=False)
class Span:
    """What carrying one of ``classes`` adds to F for each of some units (n,), at the least and the most over
    everything that the other units may become."""

    classes: NDArray[np.bool_]
    least: FloatArray
    most: FloatArray


def spans(indicator: Indicator, options: Options, units: NDArray[np.integer]) -> list[Span]:
    """The span of every set of classes that the indicator couples; terms on one set are taken together."""
    found: dict[bytes, Span] = {}
    terms: tuple[PairTerm | BundleTerm, ...] = (*indicator.pairs, *indicator.bundles)
    for term in terms:
        may = np.logical_or.reduce(options.allowed & term.classes, axis=1)[options.kind]
        must = ~np.logical_or.reduce(options.allowed & ~term.classes, axis=1)[options.kind]
        bounds = _pair_span(term, may, must) if isinstance(term, PairTerm) else _bundle_span(term, may, must)
        least, most = (side[units] for side in bounds)
        key = term.classes.tobytes()
        if key in found:
            least, most = least + found[key].least, most + found[key].most
        found[key] = Span(term.classes, least, most)
    return list(found.values())


def _pair_span(
    pair: PairTerm, may: NDArray[np.bool_], must: NDArray[np.bool_]
) -> tuple[FloatArray, FloatArray]:
    low, high = np.minimum(pair.weight, 0.0), np.maximum(pair.weight, 0.0)
    sides = []
    for gain, loss in ((low, high), (high, low)):
        total = np.zeros(len(may))
        for here, other in ((pair.first, pair.second), (pair.second, pair.first)):
            total += sum_by(here, gain * may[other] + loss * must[other], len(may))
        sides.append(total)
    return sides[0], sides[1]


def _bundle_span(
    bundle: BundleTerm, may: NDArray[np.bool_], must: NDArray[np.bool_]
) -> tuple[FloatArray, FloatArray]:
    low = replace(bundle, reward=np.minimum(bundle.reward, 0.0))
    high = replace(bundle, reward=np.maximum(bundle.reward, 0.0))
    return (
        _completed(low, may) + _completed(high, must),
        _completed(high, may) + _completed(low, must),
    )
