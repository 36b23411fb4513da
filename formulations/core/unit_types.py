"""Types of unit: the cell terms of a whole problem as small tables.

Units of one *type* share their options and the group of every cell term, so that cost and limits
of a layout are (scale x table) sums over types. A layout of a million units is then priced and measured
through a histogram over (type, class) of a few thousand entries:

    cost at prices   C_s = c_s - sum_r mu_r A_rs          (types, classes) for every scale s
    limits           A_r(x) = sum_s <A_rs, h_s(x)>        h_s the histogram of x weighted with scale s
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from formulations.core.compiling import compiled
from formulations.core.indicator import Indicator
from formulations.core.problem import LayoutProblem
from instances.rules.districts import Districts
from instances.units.grid import FloatArray, Layout
from instances.units.sums import sum_by

_DENSE_CODES = 20_000_000
_DENSE_PLACES = 2_000_000


def factorise(codes: NDArray[np.integer], bound: int) -> tuple[NDArray[np.int32], int]:
    """Renumber codes in [0, bound) to those that occur, in order; (units,) and how many there are."""
    if bound > _DENSE_CODES:
        present, numbers = np.unique(codes, return_inverse=True)
        return numbers.astype(np.int32), len(present)
    present = np.zeros(bound, dtype=bool)
    present[codes] = True
    number = np.cumsum(present, dtype=np.int32) - 1
    return number[codes], int(number[-1]) + 1


def tally(
    row: NDArray[np.integer], column: NDArray[np.integer], weight: FloatArray, shape: tuple[int, int]
) -> sparse.csr_array:
    """(rows, columns) the sum of weights at every place; rows below 0 are left out."""
    if shape[0] * shape[1] > _DENSE_PLACES:
        kept = row >= 0
        return sparse.csr_array((weight[kept], (row[kept], column[kept])), shape=shape)
    code = np.where(row >= 0, row * np.int64(shape[1]) + column, -1)
    return sparse.csr_array(sum_by(code, weight, shape[0] * shape[1]).reshape(shape))


def combine(arrays: Iterable[NDArray[np.integer]]) -> tuple[NDArray[np.int32], int]:
    """(units,) one code for every combination of the given group arrays that occurs; -1 counts as a group."""
    code: NDArray[np.int32] | None = None
    count = 1
    for array in arrays:
        low = min(0, int(array.min(initial=0)))
        groups = int(array.max(initial=0)) - low + 1
        if groups == 1 and code is not None:
            continue
        kind = np.dtype(np.int32 if count * groups < 2**31 else np.int64)
        joined: NDArray[np.integer] = array.astype(kind) - low
        if code is not None:
            joined += code.astype(kind) * groups
        code, count = factorise(joined, count * groups)
    if code is None:
        raise ValueError("no group array given")
    return code, count


@dataclass(frozen=True, eq=False)
class Rows:
    """The bounded rows of a problem's limits: (rows,) bounds, and where each row comes from."""

    lower: FloatArray
    upper: FloatArray
    limit: NDArray[np.int32]
    district: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.lower)


@dataclass(frozen=True, eq=False)
class CellTypes:
    """The cell terms of objective and limits over types of unit.

    ``of`` (units,) type; ``allowed`` (types, classes); for every scale s: ``scales[s]`` (units,) or None for
    ones, ``cost[s]`` (types, classes), ``rows[s]`` sparse (rows, types x classes); ``block`` (types,) the
    block.
    """

    of: NDArray[np.int32]
    allowed: NDArray[np.bool_]
    scales: tuple[FloatArray | None, ...]
    cost: tuple[FloatArray, ...]
    rows: tuple[sparse.csr_array, ...]
    block: NDArray[np.int32]
    blocks: int

    @property
    def shape(self) -> tuple[int, int]:
        """(types, classes)."""
        return self.allowed.shape[0], self.allowed.shape[1]

    def histograms(self, layout: Layout) -> list[FloatArray]:
        """For every scale (types x classes,) its sum over the units of each type and class."""
        types, classes = self.shape
        places = types * classes
        return [
            _histogram(self.of, layout, classes, places, np.zeros(0) if scale is None else scale)
            for scale in self.scales
        ]

    def priced(self, price: FloatArray) -> list[FloatArray]:
        """For every scale (types, classes) the cost less what the limits pay at prices (rows,)."""
        return [
            cost - (rows.T @ price).reshape(self.shape)
            for cost, rows in zip(self.cost, self.rows, strict=True)
        ]

    def measure(self, layout: Layout) -> tuple[FloatArray, sparse.csr_array]:
        """(blocks,) cost and (rows, blocks) limit values of the cell terms of a layout."""
        types, classes = self.shape
        cost = np.zeros(self.blocks)
        value = (
            sparse.csr_array((self.rows[0].shape[0], self.blocks)) if self.rows else sparse.csr_array((0, 0))
        )
        home = np.repeat(self.block, classes)
        for table, rows, histogram in zip(self.cost, self.rows, self.histograms(layout), strict=True):
            cost += sum_by(home, table.ravel() * histogram, self.blocks)
            used = np.flatnonzero(histogram)
            gather = sparse.csr_array(
                (histogram[used], (used, home[used])), shape=(types * classes, self.blocks)
            )
            value = value + rows @ gather
        return cost, value


def rows_of(problem: LayoutProblem) -> Rows:
    """The problem's bounded rows in the order of ``problem.rows``, with the allowance of each: what is proven
    within these bounds holds for every layout that keeps the limits."""
    lower = np.array([row.least for row in problem.rows], dtype=float)
    upper = np.array([row.most for row in problem.rows], dtype=float)
    limit = np.array([row.limit for row in problem.rows], dtype=np.int32)
    return Rows(lower, upper, limit, np.array([row.position for row in problem.rows], dtype=np.int32))


def row_numbers(problem: LayoutProblem, rows: Rows) -> list[NDArray[np.int64]]:
    """For every limit (districts + 1,) the row of each district, -1 where it has none (and at the end)."""
    numbers = [np.full(len(limit.districts) + 1, -1, dtype=np.int64) for limit in problem.limits]
    for row, (limit, district) in enumerate(zip(rows.limit, rows.district, strict=True)):
        numbers[limit][district] = row
    return numbers


def per_district(limit_indicator: Indicator, districts: Districts) -> FloatArray:
    """(districts,) factor that turns the indicator's plain sum into its value."""
    if limit_indicator.per is None:
        return np.ones(len(districts))
    total = districts.total(limit_indicator.per)
    return np.divide(1.0, total, out=np.zeros(len(districts)), where=total > 0)


class _Scales:
    """Collects the distinct scales; a constant scale becomes ones times its constant."""

    def __init__(self) -> None:
        self.arrays: list[FloatArray | None] = []
        self._known: dict[int, tuple[int, float]] = {}

    def place(self, scale: FloatArray) -> tuple[int, float]:
        """Number of the scale and the constant to multiply a table with."""
        key = id(scale)
        if key not in self._known:
            constant = float(scale[0]) if len(scale) and bool((scale == scale[0]).all()) else None
            wanted = None if constant is not None else scale
            number = next((n for n, array in enumerate(self.arrays) if array is wanted), len(self.arrays))
            if number == len(self.arrays):
                self.arrays.append(wanted)
            self._known[key] = (number, 1.0 if constant is None else constant)
        return self._known[key]


def cell_types(problem: LayoutProblem, rows: Rows, block: NDArray[np.int32]) -> CellTypes:
    """The types of a problem; ``block`` (units,) is a division that no type may straddle."""
    terms = list(problem.objective.cells)
    limited = [term for limit in problem.limits for term in limit.indicator.cells]
    arrays: dict[int, NDArray[np.integer]] = {
        id(problem.options.kind): problem.options.kind,
        id(block): block,
    }
    arrays |= {id(term.group): term.group for term in (*terms, *limited)}
    arrays |= {id(limit.districts.member): limit.districts.member for limit in problem.limits}
    of, count = combine(arrays.values())
    first = np.zeros(count, dtype=np.int64)
    first[of[::-1]] = np.arange(len(of) - 1, -1, -1)

    scales = _Scales()
    allowed = problem.options.allowed[problem.options.kind[first]]
    costs: dict[int, FloatArray] = {}
    for term in terms:
        number, constant = scales.place(term.scale)
        table = costs.setdefault(number, np.zeros(allowed.shape))
        table += constant * term.table[term.group[first]]
    entries: dict[int, list[sparse.coo_array]] = {}
    for limit, numbers in zip(problem.limits, row_numbers(problem, rows), strict=True):
        district = limit.districts.member[first]
        factor = np.append(per_district(limit.indicator, limit.districts), 0.0)[district]
        for term in limit.indicator.cells:
            number, constant = scales.place(term.scale)
            table = (constant * factor)[:, None] * term.table[term.group[first]]
            entries.setdefault(number, []).append(_row_entries(table * allowed, numbers[district], len(rows)))
    if not scales.arrays:
        scales.arrays.append(None)
    empty = sparse.coo_array((len(rows), allowed.size))
    matrices = tuple(
        sparse.csr_array(sum(entries.get(number, []), start=empty)) for number in range(len(scales.arrays))
    )
    cost = tuple(costs.get(number, np.zeros(allowed.shape)) for number in range(len(scales.arrays)))
    return CellTypes(
        of, allowed, tuple(scales.arrays), cost, matrices, block[first], int(block.max(initial=0)) + 1
    )


def _row_entries(table: FloatArray, row: NDArray[np.int64], count: int) -> sparse.coo_array:
    kept = np.flatnonzero((table != 0).ravel() & np.repeat(row >= 0, table.shape[1]))
    return sparse.coo_array(
        (table.ravel()[kept], (np.repeat(row, table.shape[1])[kept], kept)), shape=(count, table.size)
    )


@compiled(nogil=True)
def _histogram(of, layout, classes, places, scale):  # type: ignore[no-untyped-def]
    """(places,) the sum of ``scale`` (units,) by type and class, how many units where it is empty."""
    found = np.zeros(places)
    for unit in range(len(of)):
        found[of[unit] * classes + layout[unit]] += scale[unit] if len(scale) else 1.0
    return found
