"""Limits rounded to whole units, gone through again: each row is arithmetic, and needs no solver.

Where a limit asks for sum_i a_i(x_i) >= b (an upper bound with its sign turned), take any h_i for every unit,
any size d, v_i = (a_i(x_i) - h_i) / d and t = (b - sum_i h_i) / d, of which f lies above floor(t). Every
layout that keeps the limit has sum_i v_i >= t, and keeps

    sum_i G(v_i)  >=  floor(t) + 1,      G(v) = floor(v) + min(1, (v - floor(v)) / f)

Proof: round those v_i up whose fraction is more than f; let n be the sum of all that is whole then, and s
that of the other fractions. Then n + s >= t, and the left side is n + s / f. Where n > floor(t) nothing is
left to prove. Else n = floor(t) - k with k >= 0, so that s >= f + k and n + s / f >= n + 1 + k = floor(t) +
1, as f <= 1 (mixed-integer rounding: Nemhauser and Wolsey 1990).

It holds for any h and d. What the certificate tells of them (the limit, the side, d, whether h is the least
that each unit may add or what it adds in today's class, a few units otherwise) need not be believed. A G
that is more than stated only loosens a row, so that amounts a hair below a whole step may count as one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instances.units.grid import FloatArray
from planner.recount.bound.charges import all_over
from planner.recount.figures.recount import Counted, Recount

HAIR = 1e-4
"""Share of a step by which an amount may be below a whole one and still counts as one."""
NEAR_WHOLE = 1e-6
"""A remainder nearer to 0 or 1 than this may be what float sums make of a whole number: no row then."""


@dataclass(frozen=True)
class ToldRow:
    """What is told of a rounding row: ``row`` (its number) of the limits, the ``lower`` bound or the upper
    one, its ``size`` in the indicator's unit, where it is counted from, and its price in tCO2e/yr a step."""

    row: int
    lower: bool
    size: float
    from_least: bool
    price: float


@dataclass(frozen=True)
class Told:
    """What is told of rounding: rows, and (unit, class) of the units that are not counted from today's."""

    rows: tuple[ToldRow, ...]
    otherwise: tuple[tuple[int, int], ...]


@dataclass(frozen=True, eq=False)
class Rounded:
    """Priced rounding rows as one: ``paid`` (units, classes) what they pay for each class in tCO2e/yr, and
    ``asked`` what all of them together ask for at the least."""

    paid: FloatArray
    asked: float


def fits(told: Told, count: Recount, rows: Sequence[Counted]) -> bool:
    """Whether a certificate tells of limits, bounds, units and classes that there are, and of prices that
    prove anything."""
    units, classes = len(count.layout), len(count.instance.classes)
    places = all(0 <= unit < units and 0 <= k < classes for unit, k in told.otherwise)
    return places and all(
        0 <= one.row < len(rows)
        and math.isfinite(one.size)
        and one.size > 0
        and math.isfinite(one.price)
        and one.price >= 0
        and _bound(rows[one.row], one.lower) is not None
        for one in told.rows
    )


def rounded(
    told: Told,
    count: Recount,
    rows: Sequence[Counted],
    reached: Sequence[tuple[float, float]],
) -> Rounded:
    """The rounding rows that a certificate tells of, written down again from the limits; ``reached`` are the
    bounds (at_least, at_most) of each limit as near as any layout comes to them."""
    base = count.instance.today.astype(np.int64)
    for unit, k in told.otherwise:
        base[unit] = k
    paid = np.zeros((len(base), len(count.instance.classes)))
    asked = 0.0
    for name in sorted({rows[one.row].counted for one in told.rows}):
        amount = _amounts(count, name)
        if amount is None:
            continue  # edges and corridors are not counted unit by unit: such a row proves nothing
        for one in told.rows:
            if rows[one.row].counted == name and one.price > 0:
                asked += _take(one, count, rows[one.row], reached[one.row], amount, base, paid)
    return Rounded(paid, asked)


def _bound(row: Counted, lower: bool) -> float | None:
    """The bound of a limit on one side."""
    return row.at_least if lower else row.at_most


def _amounts(count: Recount, name: str) -> FloatArray | None:
    """(units, classes) what every unit adds to an indicator in each class; None where some of it is counted
    by edges or corridors."""
    columns = []
    for k in range(len(count.instance.classes)):
        here = count.at(all_over(count, k)).indicators()[name]
        if here.counts is not None or len(here.value) != len(count.layout):
            return None
        columns.append(here.value)
    return np.column_stack(columns)


def _take(
    one: ToldRow,
    count: Recount,
    row: Counted,
    reached: tuple[float, float],
    amount: FloatArray,
    base: NDArray[np.int64],
    paid: FloatArray,
) -> float:
    """Add what a rounding row pays to ``paid``; what it asks for, at its price."""
    whole = count.indicators()[row.counted].whole
    here = np.arange(len(base))
    if row.by is not None:
        here = np.flatnonzero(count.instance.districts[row.by].member == row.position)
    share = 1.0 if whole is None else float(whole[here].sum())
    sense = 1.0 if one.lower else -1.0
    bound = reached[0] if sense > 0 else -reached[1]
    added = sense * amount[here] / share
    kinds = count.instance.kinds
    least = np.where(kinds.allowed[kinds.of[here]], added, np.inf).min(axis=1)
    from_here = least if one.from_least else added[np.arange(len(here)), base[here]]
    steps = (bound - float(from_here.sum())) / one.size
    part = steps - np.floor(steps)
    if not np.isfinite(steps) or not NEAR_WHOLE < part < 1 - NEAR_WHOLE:
        return 0.0
    times = (added - from_here[:, None]) / one.size
    wholes = np.floor(times + HAIR)
    paid[here] += one.price * (wholes + np.minimum(1.0, np.maximum(times - wholes, 0.0) / part))
    return one.price * float(np.floor(steps) + 1)


def layout_pays(rounded: Rounded, layout: NDArray[np.integer]) -> float:
    """What the rows pay for a layout, in tCO2e/yr."""
    return float(rounded.paid[np.arange(len(layout)), layout].sum())
