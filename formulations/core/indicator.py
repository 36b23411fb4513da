"""The one shape of every indicator: cell terms, pair terms and bundle terms.

    I(x) = sum_ik a_ik x_ik + sum_(i,j) l_ij g_i g_j + sum_c r_c prod_(i in c) g_i

with g_i = sum of x_ik over the classes of a set. ``evaluate`` computes it from a finished layout and
shares nothing with any solver.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from instances.rules.districts import Districts
from instances.units.grid import FloatArray, Layout
from instances.units.sums import sum_by


@dataclass(frozen=True, eq=False)
class CellTerm:
    """a_ik = scale[i] * table[group[i], k]: (units,), (units,) and (groups, classes).

    The product form keeps a million units and a dozen classes at a few bytes a unit, and lets units
    of the same group be priced together.
    """

    scale: FloatArray
    group: NDArray[np.integer]
    table: FloatArray

    def of(self, layout: Layout) -> FloatArray:
        """(units,) the term of every unit under a layout."""
        # Two indices, no code made of both: group * classes + class overflows the small type of a layout.
        value: FloatArray = self.scale * np.asarray(self.table, dtype=float)[self.group, layout]
        return value


@dataclass(frozen=True, eq=False)
class PairTerm:
    """weight[e] for each pair of neighbours first[e], second[e] that both carry a class of ``classes``."""

    first: NDArray[np.int32]
    second: NDArray[np.int32]
    weight: FloatArray
    classes: NDArray[np.bool_]

    def of(self, layout: Layout) -> FloatArray:
        """(pairs,) the term of every pair under a layout."""
        member = self.classes[layout]
        value: FloatArray = self.weight * (member[self.first] & member[self.second])
        return value


@dataclass(frozen=True, eq=False)
class BundleTerm:
    """reward[c] where every unit of bundle c carries a class of ``classes``.

    The units of bundle c are ``units[start[c]:start[c + 1]]``; no bundle is empty.
    """

    start: NDArray[np.int64]
    units: NDArray[np.int32]
    reward: FloatArray
    classes: NDArray[np.bool_]

    def of(self, layout: Layout) -> FloatArray:
        """(bundles,) the term of every bundle under a layout."""
        if len(self.reward) == 0:
            return np.zeros(0)
        whole = np.logical_and.reduceat(self.classes[layout][self.units], self.start[:-1])
        value: FloatArray = self.reward * whole
        return value


@dataclass(frozen=True, eq=False)
class Indicator:
    """A number with a unit that can be optimised, limited, evaluated and reported.

    ``per`` (units,) turns a sum into a share: the sum over some units is divided by the total of
    ``per`` over the same units (a share of area, say). ``per`` never depends on the layout. ``ratio`` (above,
    below) makes it the ratio of two indicators in place of terms of its own: no sum over units, and 0 where
    there is nothing to divide by. It can be limited (``ratios``) and told, not weighed.
    """

    name: str
    unit: str
    cells: tuple[CellTerm, ...] = ()
    pairs: tuple[PairTerm, ...] = ()
    bundles: tuple[BundleTerm, ...] = ()
    per: FloatArray | None = None
    ratio: tuple[Indicator, Indicator] | None = None

    @property
    def by_unit(self) -> bool:
        """True for a plain sum over units, such as may be a part of other sums and ratios."""
        return not self.pairs and not self.bundles and self.per is None and self.ratio is None

    def evaluate(self, layout: Layout) -> float:
        """The indicator of a layout (units,), in ``unit``."""
        if self.ratio is not None:
            above, below = (part.evaluate(layout) for part in self.ratio)
            return above / below if below else 0.0
        terms: tuple[CellTerm | PairTerm | BundleTerm, ...] = (*self.cells, *self.pairs, *self.bundles)
        total = float(sum(term.of(layout).sum() for term in terms))
        return total / float(self.per.sum()) if self.per is not None else total

    def evaluate_by(self, layout: Layout, districts: Districts) -> FloatArray:
        """(districts,) the indicator in each district; a pair or a bundle counts where all its units lie.

        A ratio is NaN in a district without units.
        """
        member, count = districts.member, len(districts)
        if self.ratio is not None:
            above, below = (part.evaluate_by(layout, districts) for part in self.ratio)
            return np.divide(above, below, out=np.zeros(count), where=below != 0)
        value = np.zeros(count)
        for cell in self.cells:
            value += districts.total(cell.of(layout))
        for pair in self.pairs:
            value += sum_by(pair_home(pair, member), pair.of(layout), count)
        for bundle in self.bundles:
            value += sum_by(bundle_home(bundle, member), bundle.of(layout), count)
        if self.per is None:
            return value
        total = districts.total(self.per)
        return np.divide(value, total, out=np.full(count, np.nan), where=total > 0)


def within(indicator: Indicator, inside: NDArray[np.bool_]) -> Indicator:
    """An indicator of the units of ``inside`` (units,) alone; pairs and bundles where all of theirs are."""
    cells = tuple(replace(term, scale=np.where(inside, term.scale, 0.0)) for term in indicator.cells)
    pairs = []
    for pair in indicator.pairs:
        kept = inside[pair.first] & inside[pair.second]
        pairs.append(PairTerm(pair.first[kept], pair.second[kept], pair.weight[kept], pair.classes))
    bundles = []
    for bundle in indicator.bundles:
        number = np.repeat(np.arange(len(bundle.reward)), np.diff(bundle.start))
        outside = np.bincount(number[~inside[bundle.units]], minlength=len(bundle.reward)) > 0
        worth: FloatArray = np.where(outside, 0.0, bundle.reward)
        bundles.append(replace(bundle, reward=worth))
    per = None if indicator.per is None else np.where(inside, indicator.per, 0.0)
    return Indicator(indicator.name, indicator.unit, cells, tuple(pairs), tuple(bundles), per)


def pair_home(pair: PairTerm, member: NDArray[np.int32]) -> NDArray[np.int32]:
    """(pairs,) the district in which both units of a pair lie, else -1."""
    first = member[pair.first]
    return np.where(first == member[pair.second], first, np.int32(-1))


def bundle_home(bundle: BundleTerm, member: NDArray[np.int32]) -> NDArray[np.int32]:
    """(bundles,) the district in which all units of a bundle lie, else -1."""
    if len(bundle.reward) == 0:
        return np.zeros(0, dtype=np.int32)
    of_unit = member[bundle.units]
    low = np.minimum.reduceat(of_unit, bundle.start[:-1])
    high = np.maximum.reduceat(of_unit, bundle.start[:-1])
    return np.where(low == high, low, np.int32(-1))


def weighted_sum(name: str, unit: str, parts: Iterable[tuple[float, Indicator]]) -> Indicator:
    """The indicator sum_m w_m I_m, term by term; parts of weight zero leave no term."""
    cells: list[CellTerm] = []
    pairs: list[PairTerm] = []
    bundles: list[BundleTerm] = []
    for weight, part in parts:
        if weight == 0:
            continue
        factor = weight / float(part.per.sum()) if part.per is not None else weight
        cells += [replace(term, table=term.table * factor) for term in part.cells]
        pairs += [replace(term, weight=term.weight * factor) for term in part.pairs]
        bundles += [replace(term, reward=term.reward * factor) for term in part.bundles]
    return Indicator(name, unit, tuple(cells), tuple(pairs), tuple(bundles))
