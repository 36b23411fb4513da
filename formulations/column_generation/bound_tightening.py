"""Bound tightening: bounds of limits moved to the next value that whole units can give.

Where all that a row's undecided units can add to it are whole multiples of one step (areas of equal cells),
its value moves in such steps above what decided units add, so its bounds can be rounded inwards and no layout
is lost. The bound that prices prove is then that of the layouts there are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from formulations.core.unit_types import CellTypes, Rows
from instances.units.grid import FloatArray
from instances.units.sums import sum_by

_PARTS = 12
"""The step is sought among the smallest amount, its half, third and so on to its twelfth: cells cut off at
the edge of a coarsened raster are a few parts of a whole one."""
_SIZES = 1_000
"""Units of more different sizes (parcels, cells in degrees) have no step in common."""
_SAMPLE = 20_000
"""Units looked at to tell so; sorting all of them would take longer than all else here."""
_WHOLE = 1e-12
"""Relative distance from a multiple within which an amount is one: float sums of areas."""
_MANY = 1e6
"""Amounts of so many steps tell nothing of what float sums are."""
_SLACK = 1e-10
"""Share of a step by which a bound may lie beyond a multiple and still mean it: float sums. What a limit
itself allows stands in the bounds already (``rows_of``)."""


def tightened(rows: Rows, types: CellTypes, paired: NDArray[np.bool_]) -> Rows:
    """Rows with bounds moved to the next value that a layout can take; ``paired`` (rows,) rows with further
    terms stay."""
    lower, upper = rows.lower.copy(), rows.upper.copy()
    row, amount, decided = _amounts(types, len(rows))
    first = np.searchsorted(row, np.arange(len(rows) + 1))
    for number in np.flatnonzero(~paired & (np.diff(first) > 0)):
        step = _step(amount[first[number] : first[number + 1]])
        if step > 0:
            start = decided[number]
            least = start + np.ceil((lower[number] - start) / step - _SLACK) * step
            most = start + np.floor((upper[number] - start) / step + _SLACK) * step
            if least <= most:  # else no layout keeps both, which the whole program tells
                lower[number], upper[number] = least, most
    return Rows(lower, upper, rows.limit, rows.district)


def _step(amounts: FloatArray) -> float:
    """The largest part of the smallest amount of which all are multiples; 0 where there is none."""
    size = np.abs(amounts)
    if not np.isfinite(size).all() or size.max() > _MANY * size.min():
        return 0.0
    least = float(size.min())
    for parts in range(1, _PARTS + 1):
        multiple = size * (parts / least)
        if np.abs(multiple - np.rint(multiple)).max() <= _WHOLE * max(1.0, float(multiple.max())):
            return least / parts
    return 0.0


def _amounts(types: CellTypes, count: int) -> tuple[NDArray[np.int64], FloatArray, FloatArray]:
    """What an undecided unit can add to each row: (row, amount), sorted by row, inf where too many differ;
    and (rows,) what decided units add."""
    free = types.allowed.sum(axis=1) > 1
    only = np.arange(len(free)) * types.shape[1] + types.allowed.argmax(axis=1)
    found, decided = [np.zeros((0, 2))], np.zeros(count)
    for scale, matrix in zip(types.scales, types.rows, strict=True):
        total = sum_by(types.of, scale, len(free))
        decided += matrix[:, only[~free]] @ total[~free]
        entries = sparse.coo_array(matrix)
        of_type = entries.col // types.shape[1]
        kept = free[of_type] & (entries.data != 0)
        start, size = _sizes(types, scale, free)
        repeat = np.diff(start)[of_type[kept]]
        ahead = np.arange(repeat.sum()) - np.repeat(np.cumsum(repeat) - repeat, repeat)
        place = np.repeat(start[of_type[kept]], repeat) + ahead
        amount = np.repeat(entries.data[kept], repeat) * size[place]
        found.append(np.unique(np.column_stack([np.repeat(entries.row[kept], repeat), amount]), axis=0))
    pairs = np.concatenate(found)
    pairs = pairs[pairs[:, 1] != 0]
    pairs = pairs[np.argsort(pairs[:, 0], kind="stable")]
    return pairs[:, 0].astype(np.int64), pairs[:, 1], decided


def _sizes(
    types: CellTypes, scale: FloatArray | None, free: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], FloatArray]:
    """The distinct values of a scale by free type, type t's from ``start[t]`` on; inf where many differ."""
    numbers = np.arange(len(free) + 1)
    if scale is None:
        return np.concatenate([[0], np.cumsum(free)]), np.ones(int(free.sum()))
    if len(np.unique(scale[:: 1 + len(scale) // _SAMPLE])) > _SIZES:
        return numbers, np.full(len(free), np.inf)
    units = np.flatnonzero(free[types.of])
    value, rank = np.unique(scale[units], return_inverse=True)
    count = max(1, len(value))
    code = np.unique(types.of[units].astype(np.int64) * count + rank)
    return np.searchsorted(code // count, numbers), value[code % count]
