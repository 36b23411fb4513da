"""Limits on what is counted over several classes, less the classes whose own land is limited too.

Homes for so many people stand on urban land and in villages: 247.5 u + 101.25 v >= b, by whole units. Where
limits ask for u units of urban land (u = c + s, with s >= 0 what there is beyond), villages are left to fill
what is missing, b - 247.5 c, and whole villages fill more than parts of one. The row

    sum sense R(x)  >=  b,     sense R = R' + sum_k w_k L_k,     L_k = c_k + s_k >= c_k the limited land

is R' + sum w_k s_k >= b - sum w_k c_k: of the same shape as before, with the s_k beside it, which rounding
(``rounding_rows.py``) takes at w_k / (d f), or at G(w_k / d) where it is a whole number of units.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from formulations.core.indicator import CellTerm, Indicator
from formulations.core.problem import LayoutProblem
from formulations.core.rows import Row
from instances.units.grid import FloatArray

NEAR_WHOLE = 1e-4
"""A remainder nearer to 0 or 1 than this may be what float sums make of a whole number."""


@dataclass(frozen=True, eq=False)
class Beyond:
    """What there is of limited land beyond its bound: ``sense`` x the term - ``bound``, at ``weight``. It is
    a multiple of ``step``; 0 where it may be anything."""

    term: CellTerm
    sense: float
    bound: float
    weight: float
    step: float

    def worth(self, unit: float, rest: float) -> float:
        """What a hectare of it counts in a row rounded to multiples of ``unit``, of which ``rest`` is missing
        to a whole one."""
        if self.step == 0:
            return self.weight / (unit * rest)
        times = self.weight * self.step / unit
        whole = np.floor(times + NEAR_WHOLE)
        return float(whole + min(1.0, max(times - whole, 0.0) / rest)) / self.step


def less_limited_land(
    problem: LayoutProblem, row: Row, sense: float, bounds: tuple[FloatArray, FloatArray], price: FloatArray
) -> tuple[Indicator, tuple[Beyond, ...]] | None:
    """What a row counts on classes whose land has no limit with a price (rows,), and the others' land beyond
    these limits; None where there are none. ``bounds`` are (rows,) those that every layout keeps."""
    indicator = problem.limits[row.limit].indicator
    if len(indicator.cells) != 1 or indicator.per is not None:
        return None
    (term,) = indicator.cells
    table = np.asarray(term.table, dtype=float)
    alike = (table == table[:1]).all(axis=0)
    found: dict[int, Beyond] = {}
    for number, (land, of) in _limited(problem, row, term):
        own = 1.0 if price[number] > 0 else -1.0
        bound = bounds[0][number] if own > 0 else -bounds[1][number]
        weight = sense * own * float(table[0, land])
        if price[number] != 0 and alike[land] and weight > 0 and np.isfinite(bound):
            found.setdefault(land, Beyond(of, own, float(bound), weight, _step(of.scale, float(bound))))
    if not found or not np.delete(table, [*found], axis=1).any():
        return None
    rest = table.copy()
    rest[:, [*found]] = 0.0
    return replace(indicator, cells=(replace(term, table=rest),)), tuple(found.values())


def _step(scale: FloatArray, bound: float) -> float:
    """The size of all units, where a bound is some whole number of them."""
    size = float(scale[0])
    steps = bound / size if size > 0 else np.nan
    return size if (scale == size).all() and abs(steps - np.rint(steps)) < NEAR_WHOLE**2 else 0.0


def _limited(problem: LayoutProblem, row: Row, term: CellTerm) -> Iterator[tuple[int, tuple[int, CellTerm]]]:
    """The other rows of the same land that bound the area of one class: their number, class and term."""
    land = problem.limits[row.limit].districts
    for number, other in enumerate(problem.rows):
        limit = problem.limits[other.limit]
        indicator = limit.indicator
        if other.limit == row.limit or other.position != row.position or len(indicator.cells) != 1:
            continue
        if indicator.pairs or indicator.bundles or indicator.per is not None:
            continue
        (one,) = indicator.cells
        table = np.asarray(one.table, dtype=float)
        counted = np.flatnonzero(table.any(axis=0))
        if len(counted) != 1 or not (table[:, counted] == 1.0).all():
            continue
        same = np.array_equal(limit.districts.member, land.member) and np.array_equal(one.scale, term.scale)
        if same:
            yield number, (int(counted[0]), one)
