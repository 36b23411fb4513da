"""Rounding rows: what limits on areas say of whole units, as further rows that are priced like any other.

A limit is met by whole units. Where most of them are of one size d and some are not (cells cut off at the
edge of a coarsened raster), mixtures of layouts meet it with a part of a unit, and the bound misses what a
whole one costs: hundreds of tonnes where a limit asks for urban land. From a row sum a_ik x_ik >= b, with
h_i the amount of unit i in some layout, t = (b - sum h_i) / d and f = t - floor(t), follows for every layout

    sum_ik G((a_ik - h_i) / d) x_ik >= floor(t) + 1,      G(v) = floor(v) + min(1, (v - floor(v)) / f)

(mixed-integer rounding: Nemhauser and Wolsey 1990, Mathematical Programming 46:379; a unit that is counted
from the class it has in h is a complemented variable, Marchand and Wolsey 2001, Operations Research 49:363).
It has the shape of any limit, so that it is priced by the same minimum cut. Upper bounds are taken with their
sign turned. What is counted over several classes is also rounded less those whose own land is limited
(``rounding_land.py``). Rows with pairs or bundles, and rows to which units add amounts of too many sizes,
have none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from formulations.column_generation.rounding_land import NEAR_WHOLE, Beyond, less_limited_land
from formulations.core.indicator import CellTerm, Indicator
from formulations.core.problem import LayoutProblem, Limit
from formulations.core.rounding import MOST_UNITS, RoundedRow, Rounding
from formulations.core.rows import Row
from formulations.core.unit_types import combine
from instances.rules.districts import Districts
from instances.units.grid import FloatArray, Layout
from instances.units.sums import sum_by

SIZES = 2
"""Rows are rounded to so many sizes of unit, the most frequent ones."""
DISTINCT = 1_000
"""Units of more different sizes (parcels, cells in degrees) have no size that most of them share."""


class RoundingRow(NamedTuple):
    """What a rounding row is one of: the row (its number) and whether its lower bound, rounded to units of a
    size (in the row's unit), counted from the least that each unit may add or from a layout; ``less`` the
    classes whose own land is limited."""

    row: int
    lower: bool
    size: float
    from_least: bool
    less: bool


@dataclass(frozen=True, eq=False)
class _Amounts:
    """What units add to a row, by groups of units alike: ``group`` (units,) -1 outside the row's district,
    ``count`` (groups,) how many there are, ``amount`` (groups, classes), ``allowed`` alike, and ``held``
    (groups,) the class that they have in the layout they are counted from."""

    group: NDArray[np.int32]
    count: FloatArray
    amount: FloatArray
    allowed: NDArray[np.bool_]
    held: NDArray[np.int64]


def rounded(
    problem: LayoutProblem, lower: FloatArray, upper: FloatArray, price: FloatArray, near: Layout
) -> tuple[LayoutProblem, list[RoundingRow]]:
    """The problem with rounding rows of all rows that have a price (rows,) as further limits, and what each
    of them is; itself where there are none.

    ``lower`` and ``upper`` (rows,) are bounds of the rows that every layout keeps, ``near`` (units,) a layout
    near the best ones. Amounts are counted from that layout, and from the least that each unit may add.
    """
    found: list[Limit] = []
    what: list[RoundingRow] = []
    for number, row in enumerate(problem.rows):
        indicator = problem.limits[row.limit].indicator
        if price[number] == 0 or indicator.pairs or indicator.bundles:
            continue
        sense, bound = (1.0, lower[number]) if price[number] > 0 else (-1.0, -upper[number])
        if not np.isfinite(bound):
            continue
        each = list(_all_of(problem, row, indicator, (), sense, float(bound), near))
        less = less_limited_land(problem, row, sense, (lower, upper), price)
        if less is not None:
            asked = float(bound) - sum(one.weight * one.bound for one in less[1])
            each += _all_of(problem, row, *less, sense, asked, near)
        for size, from_least, limit in each:
            found.append(limit)
            what.append(RoundingRow(number, sense > 0, size, from_least, less=len(limit.indicator.cells) > 1))
    return (replace(problem, limits=(*problem.limits, *found)) if found else problem), what


def counted_from(problem: LayoutProblem, near: Layout) -> Layout:
    """(units,) the layout that rounding rows are counted from: today's land, but units that are not of the
    most frequent size as in a layout near the best ones.

    On units of that size it does not matter where the counting begins: whole steps move both sides of a row
    alike. On the few others it does, and these few are told in the certificate, so that the rows can be
    written down again from there.
    """
    size, of = np.unique(problem.areas, return_inverse=True)
    usual = of.ravel() == np.bincount(of.ravel()).argmax() if len(size) else np.zeros(0, dtype=bool)
    base: Layout = np.where(usual & problem.options.permits(problem.today), problem.today, near)
    return base


def _all_of(
    problem: LayoutProblem,
    row: Row,
    indicator: Indicator,
    beyond: Sequence[Beyond],
    sense: float,
    bound: float,
    near: Layout,
) -> Iterator[tuple[float, bool, Limit]]:
    """The rounding rows of a row, whichever the units are counted from: the size of units, whether counted
    from the least that each may add, and the row."""
    amounts = _amounts(problem, row, indicator, sense, near)
    if amounts is not None:
        each = np.arange(len(amounts.held))
        least = np.where(amounts.allowed, amounts.amount, np.inf).min(axis=1)
        for from_least, base in ((True, least), (False, amounts.amount[each, amounts.held])):
            for size, limit in _rounded(problem, row, amounts, base, bound, beyond):
                yield size, from_least, limit


def _amounts(
    problem: LayoutProblem, row: Row, indicator: Indicator, sense: float, near: Layout
) -> _Amounts | None:
    """What units add to a row, times its sense; None where that differs too much."""
    limit, options = problem.limits[row.limit], problem.options
    units = np.flatnonzero(limit.districts.member == row.position)
    codes: list[NDArray[np.integer]] = [options.kind[units], near[units]]
    for cell in indicator.cells:
        size, of = np.unique(cell.scale[units], return_inverse=True)
        if len(size) > DISTINCT:
            return None
        codes += [of.ravel(), cell.group[units]]
    code, groups = combine(codes)
    some = np.zeros(groups, dtype=np.int64)
    some[code] = units
    weight = sense if indicator.per is None else sense / float(indicator.per[units].sum())
    amount = np.zeros((groups, options.classes))
    for cell in indicator.cells:
        table = np.asarray(cell.table, dtype=float)[cell.group[some]]
        amount += (weight * cell.scale[some])[:, None] * table
    group = np.full(len(problem), -1, dtype=np.int32)
    group[units] = code
    count = np.bincount(code, minlength=groups).astype(float)
    return _Amounts(group, count, amount, options.allowed[options.kind[some]], near[some].astype(np.int64))


def _rounded(
    problem: LayoutProblem,
    row: Row,
    amounts: _Amounts,
    base: FloatArray,
    bound: float,
    beyond: Sequence[Beyond],
) -> Iterator[tuple[float, Limit]]:
    """The rounding rows of ``sum amount + what is beyond >= bound`` counted from ``base`` (groups,), one for
    each of the most frequent sizes, with the size."""
    over = np.where(amounts.allowed, amounts.amount - base[:, None], 0.0)
    asked = bound - float(amounts.count @ base)
    most = np.abs(over).max(axis=1)
    moves = most > 0
    size, of = np.unique(np.round(most[moves], 9), return_inverse=True)
    often = sum_by(of.ravel(), amounts.count[moves], len(size))
    none = len(amounts.count)
    group = np.where(amounts.group >= 0, amounts.group, np.int32(none))
    for unit in size[np.argsort(-often, kind="stable")[:SIZES]]:
        steps = asked / unit
        rest = steps - np.floor(steps)
        if not NEAR_WHOLE < rest < 1 - NEAR_WHOLE:
            continue
        times = over / unit
        whole = np.floor(times + NEAR_WHOLE)
        table = whole + np.minimum(1.0, np.maximum(times - whole, 0.0) / rest)
        table = np.vstack([table, np.zeros((1, table.shape[1]))])
        cells, least = [CellTerm(np.ones(len(problem)), group, table)], np.floor(steps) + 1
        for one in beyond:
            worth = one.worth(float(unit), float(rest))
            cells.append(_times(one.term, worth * one.sense, amounts.group >= 0))
            least += worth * one.bound
        name = f"{row.label} / {unit:g} {row.unit}{' less limited land' if beyond else ''}"
        counted, free = Indicator(name, "", tuple(cells)), np.full(1, np.inf)
        yield float(unit), Limit(counted, Districts.whole(len(problem)), np.array([least]), free, row.place)


def rounding_of(
    problem: LayoutProblem, base: Layout, what: Sequence[RoundingRow], proves: float, price: FloatArray
) -> Rounding | None:
    """What prices of the rows and of rounding rows (all of them,) counted from a layout ``base`` (units,)
    prove; None where too many units would have to be told, or rows that are less limited land."""
    count = len(problem.rows)
    priced = [(one, worth) for one, worth in zip(what, price[count:].tolist(), strict=True) if worth != 0]
    if any(one.less for one, _ in priced):
        return None
    rows = tuple(RoundedRow(*one[:4], price=worth) for one, worth in priced)
    units = np.flatnonzero(base != problem.today)
    if not rows or len(units) > MOST_UNITS:
        return None
    return Rounding(proves, price[:count].copy(), rows, units, base[units].astype(np.int64))


def _times(term: CellTerm, worth: float, there: NDArray[np.bool_]) -> CellTerm:
    """A term times a number, on the units of a district."""
    scale = term.scale if there.all() else np.where(there, term.scale, 0.0)
    return replace(term, scale=scale, table=worth * np.asarray(term.table, dtype=float))
