"""A coarse copy of a prepared problem: units of one type in one tile take one class together.

Tiles are stretches of units that are consecutive in the problem's order (Morton order on a grid), so that
they are compact. Units of a type share their options, their districts and the group of every cell term;
tied together they are one unit whose scales are their sums, whose inner pairs are cell terms, and whose
outer pairs and bundles are those of its units:

    cell terms    a_mk = sum_(i in m) a_ik
    inner pairs   sum of l_ij over pairs (i, j) within m, times [k in S]
    outer pairs   between the same two units of the copy as one, their weights added up

So a layout of the copy is a layout of the problem with the same cost and the same limit values: it is taken
over as a column as it stands. The copy's bound is none of the problem's; its prices are as good as any.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from formulations.column_generation.decomposition import Decomposition, Structure
from formulations.column_generation.graph_cut_structure import CoupledSet, RowPart
from formulations.column_generation.measure import Measured
from formulations.core.compiling import compiled
from formulations.core.unit_types import CellTypes
from instances.units.grid import FloatArray, Layout
from instances.units.sums import sum_by

TILE = 64
"""Units in a tile: 8 x 8 cells. The demo county of a million cells has 252,000 units in the cut, its copy
16,000; with tiles of 16 cells it has 36,000 (docs/decomposition.md compares)."""


class CoarseCopy(Structure):
    """The copy of a problem; ``of`` (units,) is the copy's unit of each unit, ``lead`` (copied,) one of the
    units of each."""

    def __init__(self, model: Decomposition, tile: int = TILE) -> None:
        types = model.types
        choice = types.allowed.sum(axis=1) > 1
        order = np.empty(len(model.rank), dtype=np.int32)
        order[model.rank] = np.arange(len(order), dtype=np.int32)
        self.of, self.lead = _tied(order, types.of, choice, tile)
        terms = _Terms(types, len(model.rows), [
            sum_by(self.of, scale, len(self.lead)) for scale in types.scales
        ])  # fmt: skip
        pairs = _Pairs(self.of, len(self.lead))
        sets = [self._copied(part, pairs, terms) for part in model.sets]
        homes = model.measure.homes  # else layouts of the copy would not cost the same, block by block
        super().__init__(terms.types(types.of[self.lead]), sets, model.rows, homes, model.scale)

    def __len__(self) -> int:
        return len(self.lead)

    def keeps(self, layout: Layout) -> bool:
        """Whether a layout (units,) of the problem is one of the copy."""
        return bool((layout == layout[self.lead][self.of]).all())

    def shrunk(self, measured: Measured) -> Measured:
        """A layout that the copy ``keeps``, as one of the copy."""
        return Measured(measured.layout[self.lead], measured.cost, measured.value)

    def expanded(self, measured: Measured) -> Measured:
        """A layout of the copy as one of the problem: it costs the same, block by block."""
        return Measured(measured.layout[self.of], measured.cost, measured.value)

    def _copied(self, part: CoupledSet, pairs: _Pairs, terms: _Terms) -> CoupledSet:
        """A set on the units of the copy; its inner pairs join the ``terms``."""
        folded = pairs.folded(part.first, part.second)
        terms.add(part.classes, folded.inner(part.weight), None)
        rows = []
        for row in part.pair_rows:
            home = np.full(len(terms.allowed), -1, dtype=np.int64)
            weight = np.where(row.row >= 0, row.weight, 0.0)
            within, between = row.row[folded.within], row.row[folded.between]
            # Units of a type lie in the same districts: all pairs of a type, or between two, are of one row.
            home[terms.of[part.first[folded.within]][within >= 0]] = within[within >= 0]
            terms.add(part.classes, folded.inner(weight), home)
            number = np.full(len(folded.first), -1, dtype=np.int64)
            number[folded.place[between >= 0]] = between[between >= 0]
            rows.append(RowPart(number, folded.outer(weight)))
        start, units = _bundles(part.start, self.of[part.units])
        return CoupledSet(
            part.classes, folded.first, folded.second, folded.outer(part.weight), tuple(rows),
            start, units, part.reward, part.bundle_rows,
        )  # fmt: skip


class _Terms:
    """The cell terms of the copy: those of the problem, and those that its inner pairs have become."""

    def __init__(self, types: CellTypes, rows: int, scales: list[FloatArray]) -> None:
        self.given, self.allowed, self.of, self.count = types, types.allowed, types.of, rows
        self.scales, self.cost, self.rows = scales, list(types.cost), list(types.rows)

    def add(self, classes: NDArray[np.bool_], scale: FloatArray, row: NDArray[np.int64] | None) -> None:
        """What the inner pairs of each unit bring in some classes: to the objective, or to the row (types,)
        of its type, -1 for none."""
        if not scale.any():
            return
        shape, inside = self.allowed.shape, np.flatnonzero(classes)
        table, matrix = np.zeros(shape), sparse.csr_array((self.count, self.allowed.size))
        if row is None:
            table[:, inside] = 1.0
        else:
            counted = np.flatnonzero(row >= 0)
            place = (counted[:, None] * shape[1] + inside).ravel()
            ones = np.ones(len(place))
            number = np.repeat(row[counted], len(inside))
            matrix = sparse.csr_array((ones, (number, place)), shape=matrix.shape)
        self.scales.append(scale)
        self.cost.append(table)
        self.rows.append(matrix)

    def types(self, of: NDArray[np.int32]) -> CellTypes:
        """The types of the copy, the same as the problem's; ``of`` (copied,) that of each unit."""
        given = self.given
        return CellTypes(
            of, given.allowed, tuple(self.scales), tuple(self.cost), tuple(self.rows),
            given.block, given.blocks,
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Folded:
    """Pairs of units as pairs of the copy's: which lie ``within`` a unit of the copy and in which (``home``),
    which lie ``between`` two and at which ``place`` among ``first``, ``second``."""

    count: int
    within: NDArray[np.int64]
    home: NDArray[np.int32]
    between: NDArray[np.int64]
    place: NDArray[np.int64]
    first: NDArray[np.int32]
    second: NDArray[np.int32]

    def inner(self, weight: FloatArray) -> FloatArray:
        """(copied,) the sum of weights (pairs,) within each unit of the copy."""
        return sum_by(self.home, weight[self.within], self.count)

    def outer(self, weight: FloatArray) -> FloatArray:
        """The sum of weights (pairs,) between every two units of the copy."""
        return sum_by(self.place, weight[self.between], len(self.first))


class _Pairs:
    """Folds pairs; sets on the same arrays of pairs share the work."""

    def __init__(self, of: NDArray[np.int32], count: int) -> None:
        self.of, self.count = of, count
        self.known: dict[tuple[int, int], _Folded] = {}

    def folded(self, first: NDArray[np.int32], second: NDArray[np.int32]) -> _Folded:
        """Pairs ``first``, ``second`` on the units of the copy."""
        key = id(first), id(second)
        if key not in self.known:
            one, other = self.of[first], self.of[second]
            same = one == other
            within, between = np.flatnonzero(same), np.flatnonzero(~same)
            low, high = np.minimum(one, other)[between], np.maximum(one, other)[between]
            code, place = np.unique(low.astype(np.int64) * self.count + high, return_inverse=True)
            ends = (code // self.count).astype(np.int32), (code % self.count).astype(np.int32)
            self.known[key] = _Folded(self.count, within, one[within], between, place, *ends)
        return self.known[key]


def _bundles(
    start: NDArray[np.int64], units: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Bundles with every unit of the copy once, where it comes first."""
    number = np.repeat(np.arange(len(start) - 1), np.diff(start))
    code = number * (np.int64(units.max(initial=0)) + 1) + units
    kept = np.sort(np.unique(code, return_index=True)[1])
    size = np.bincount(number[kept], minlength=len(start) - 1)
    return np.concatenate([[0], np.cumsum(size)]).astype(np.int64), units[kept]


@compiled("Tuple((i4[::1], i4[::1]))(i4[::1], i4[::1], b1[::1], i8)")
def _tied(order, kind, choice, tile):  # type: ignore[no-untyped-def]
    """(units,) the number of those of one type in one tile, or of one type without a choice anywhere; and a
    unit of each. ``order`` are the units one after another, ``kind`` (units,) their types."""
    of, lead, count = np.empty(len(order), np.int32), np.empty(len(order), np.int32), 0
    locked = np.full(len(choice), -1, np.int32)
    here, number = np.empty(tile, np.int32), np.empty(tile, np.int32)
    for start in range(0, len(order), tile):
        found = 0
        for place in range(start, min(start + tile, len(order))):
            unit = order[place]
            mine = kind[unit]
            if not choice[mine]:
                known = locked[mine]
            else:
                known = -1
                for each in range(found):
                    if here[each] == mine:
                        known = number[each]
                        break
            if known < 0:
                known = count
                lead[count] = unit
                count += 1
                if choice[mine]:
                    here[found], number[found] = mine, known
                    found += 1
                else:
                    locked[mine] = known
            of[unit] = known
    return of, lead[:count].copy()
