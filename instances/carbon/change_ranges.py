"""The ranges of what a plan changes in sources, sinks, their balance, carbon stocks and stated figures.

Each coefficient is drawn once, for the land of today and that of the plan. What is linear in them has its
exact range (``interval.py``). A source is what a part of a rate gives to the air, max(0, rate): with
h hectares of a transition (of the plan, less those of today)

    change = sum h max(0, rate) = sum over what is a source at the set's values  h rate
             + sum of what else can become one, or cease to be one, within the coefficients' ranges

The first sum is linear and its range exact; the second adds h x how far the rate can go over to the other
side. Where no rate changes its side the range is exact, else no draw leaves it. Of sinks alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from instances.carbon.coefficients import Coefficient
from instances.carbon.entries import Entries
from instances.carbon.interval import Interval
from instances.land.stated import Stated
from instances.units.grid import FloatArray


def side_range(entries: Entries, hectares: FloatArray, sign: float) -> Interval:
    """What ``hectares`` (classes today, classes planned), which may be a difference, give to the air (sign 1)
    or take up (-1), part by part, and its range."""
    value = sign * entries.rates(entries.figures())
    ends = [sign * entries.weight * entries.figures(end)[entries.row] for end in ("low", "high")]
    least, most = entries.sums(np.minimum(*ends)), entries.sums(np.maximum(*ends))
    on_side = value > 0
    # linear: what is on this side at the values of the set
    kept = on_side[entries.part, entries.today, entries.planned]
    area = hectares[entries.today, entries.planned]
    activity = np.bincount(
        entries.row, weights=np.where(kept, sign * entries.weight * area, 0.0), minlength=len(entries.rows)
    )
    bounds = [activity * entries.figures(end) for end in ("low", "high")]
    crossing = np.where(on_side, np.maximum(-least, 0.0), np.maximum(most, 0.0)) * hectares[None]
    low = float(np.minimum(*bounds).sum() + np.minimum(crossing, 0.0).sum())
    high = float(np.maximum(*bounds).sum() + np.maximum(crossing, 0.0).sum())
    # or each transition by itself, whichever says more
    alone = [np.maximum(one, 0.0) * hectares[None] for one in (least, most)]
    low = max(low, float(np.minimum(*alone).sum()))
    high = min(high, float(np.maximum(*alone).sum()))
    return Interval(float((np.maximum(value, 0.0) * hectares[None]).sum()), low, high)


def stock_range(rows: Mapping[str, Sequence[Coefficient | None]], change_ha: FloatArray) -> Interval:
    """The change of what stands in land, tCO2e, and its range.

    ``rows`` are the coefficients of every class by pool, ``change_ha`` (classes,) the plan's land less
    today's. Classes of one coefficient count together.
    """
    together: dict[tuple[str, str, str], tuple[Coefficient, float]] = {}
    for row, change in _standing(rows, change_ha):
        key = (row.name, row.kind, row.pool)
        together[key] = (row, change + (together[key][1] if key in together else 0.0))
    held = list(together.values())
    ends = [sorted((change * row.low, change * row.high)) for row, change in held]
    value = sum(change * row.value for row, change in held)
    return Interval(value, sum(low for low, _ in ends), sum(high for _, high in ends))


def _standing(
    rows: Mapping[str, Sequence[Coefficient | None]], change_ha: FloatArray
) -> Iterator[tuple[Coefficient, float]]:
    for pool in rows.values():
        for row, change in zip(pool, change_ha.tolist(), strict=True):
            if row is not None:
                yield row, change


def stated_range(figures: Sequence[FloatArray], hectares: FloatArray, by_class: bool) -> Interval:
    """The change of a figure that a study states, and its range: ``figures`` are value, low and high,
    (classes today, classes planned), ``hectares`` the plan's less today's. ``by_class``: one figure a class
    planned, else one a change of class."""
    if by_class:
        figures = [one[:1] for one in figures]
        hectares = hectares.sum(axis=0, keepdims=True)
    value, low, high = (one * hectares for one in figures)
    return Interval(
        float(value.sum()), float(np.minimum(low, high).sum()), float(np.maximum(low, high).sum())
    )


def calibrated_range(
    stated: Stated, hectares: FloatArray, today_ha: FloatArray, calibrate: float
) -> Interval:
    """What calibrated figures come to on some land (classes,), which may be a difference, and its range:
    whatever they are, they come to ``calibrate`` over the land of today (classes,).

    calibrate x sum f h / sum f t is greatest where f is high for all classes of which h / t is above some
    number and low for the others, and least the other way round.
    """
    value, low, high = stated.value[0], stated.low[0], stated.high[0]
    own = calibrate * float(value @ hectares) / float(value @ today_ha)
    if float(low @ today_ha) <= 0 or (low < 0).any():
        return Interval(own, -np.inf, np.inf)
    there = today_ha > 0
    share = np.divide(hectares, today_ha, out=np.where(hectares > 0, np.inf, -np.inf), where=there)
    order = np.argsort(share)
    rank = np.empty(len(order), dtype=np.intp)
    rank[order] = np.arange(len(order))
    first = rank[None, :] < np.arange(len(order) + 1)[:, None]  # so many classes of the least share
    least, most = np.where(first, high, low), np.where(first, low, high)
    ends = [calibrate * (one @ hectares) / (one @ today_ha) for one in (least, most)]
    return Interval(own, float(ends[0].min()), float(ends[1].max()))


def ratio_range(
    above: Interval, below: Interval, above_change: Interval, below_change: Interval, plan_below: Interval
) -> tuple[float, float] | None:
    """By how much a ratio can change, from what is divided by what today (``above``, ``below``), the changes
    of both, and what is divided by in the plan; None where that may be nothing.

    (N + dN) / (D + dD) - N / D = (dN - (N / D) dD) / (D + dD); every factor is taken at its worst.
    """
    if below.low <= 0 or plan_below.low <= 0:
        return None
    ratios = (above.low / below.high, above.high / below.low)
    moved = [one * end for one in ratios for end in (below_change.low, below_change.high)]
    ends = (above_change.low - max(moved), above_change.high - min(moved))
    found = [end / one for end in ends for one in (plan_below.low, plan_below.high)]
    return min(found), max(found)
