"""What is left to decide: a layout problem with its locked units folded away, as arrays.

A unit with one option is a constant. A product of which one factor is 0 is gone; factors that are 1
drop out of it; one factor left makes it a cell term, two or more a *product* column. Objective and limits
are then linear forms over choices x_ik and products z_p: ``exact`` writes them as algebra,
``program`` as arrays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from formulations.core.indicator import BundleTerm, CellTerm, Indicator, PairTerm
from formulations.core.problem import LayoutProblem, Options
from formulations.core.rows import Row
from formulations.exact.factors import ProductGroup
from instances.rules.districts import Districts
from instances.units.grid import FloatArray, Layout
from instances.units.sums import sum_by

Entries = tuple[FloatArray, NDArray[np.int64], NDArray[np.int64]]
"""(value, row, column) of some entries of a matrix."""


@dataclass(frozen=True, eq=False)
class Products:
    """Products of two or more undecided factors: those of product p are ``node[start[p]:start[p + 1]]``.

    Node n is g of unit ``unit[n]``: the sum of the choices ``choice[first[n]:first[n + 1]]``.
    """

    start: NDArray[np.int64]
    node: NDArray[np.int64]
    unit: NDArray[np.int64]
    first: NDArray[np.int64]
    choice: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.start) - 1


@dataclass(frozen=True, eq=False)
class Reduction:
    """A problem over what is undecided. Form 0 is the objective, form 1 + r row r of ``LayoutProblem.rows``.

    ``unit`` and ``klass`` (choices,) name the choices x_ik, those of one unit side by side; ``free`` (free,)
    the undecided units, their choices from ``first`` (free + 1,). ``constant`` (forms,), ``of_choice``
    sparse (forms, choices) and ``of_product`` sparse (forms, products) are the forms; ``lower``, ``upper``
    (rows,) bound the rows. ``fixed`` (units,) is the class of every locked unit.
    """

    fixed: Layout
    free: NDArray[np.int64]
    first: NDArray[np.int64]
    unit: NDArray[np.int64]
    klass: NDArray[np.int64]
    products: Products
    constant: FloatArray
    of_choice: sparse.csr_array
    of_product: sparse.csr_array
    rows: tuple[Row, ...]
    lower: FloatArray
    upper: FloatArray

    @property
    def allowance(self) -> FloatArray:
        """(rows,) by how much each row may be missed and still be kept."""
        return np.array([row.allowance for row in self.rows], dtype=float)

    @property
    def penalised(self) -> NDArray[np.bool_]:
        """(products,) True where objective or limits may want the product below what its factors make it."""
        sign = self.of_product.sign()
        wanted = np.where(np.append(True, np.isfinite(self.upper)), 1.0, 0.0)
        unwanted = np.where(np.append(False, np.isfinite(self.lower)), 1.0, 0.0)
        rises, falls = sign.maximum(0), (-sign).maximum(0)
        pressed: NDArray[np.bool_] = rises.T @ wanted + falls.T @ unwanted > 0
        return pressed

    def layout(self, x: FloatArray) -> Layout:
        """The layout of a solution: of the choices (choices, first in ``x``) the largest of every unit."""
        layout = self.fixed.copy()
        share = x[: len(self.unit)]
        best = np.maximum.reduceat(share, self.first[:-1]) if len(self.free) else share
        owner = np.repeat(np.arange(len(self.free)), np.diff(self.first))
        top = np.flatnonzero(share >= best[owner])
        layout[self.unit[top[::-1]]] = self.klass[top[::-1]]
        return layout

    def solution(self, layout: Layout) -> FloatArray:
        """(choices + products,) the values of choices and products under a layout."""
        choice = (layout[self.unit] == self.klass).astype(float)
        nodes = self.products
        if not len(nodes):
            return choice
        g = np.add.reduceat(choice[nodes.choice], nodes.first[:-1])
        return np.concatenate([choice, np.minimum.reduceat(g[nodes.node], nodes.start[:-1])])


def reduce_problem(problem: LayoutProblem) -> Reduction:
    """Fold what is locked into constants and cell terms."""
    rows = problem.rows
    forms = _Forms(problem.options, 1 + len(rows))
    whole = Districts.whole(len(problem))
    forms.add(problem.objective, whole, np.zeros(1, dtype=np.int64))
    form = [np.full(len(limit.districts), -1, dtype=np.int64) for limit in problem.limits]
    for number, row in enumerate(rows, start=1):
        form[row.limit][row.position] = number
    for limit, own in zip(problem.limits, form, strict=True):
        forms.add(limit.indicator, limit.districts, own)
    return forms.reduction(rows)


class _Forms:
    """Collects the entries of the forms, term by term."""

    def __init__(self, options: Options, count: int) -> None:
        self.options, self.count = options, count
        several = options.allowed.sum(axis=1) > 1
        free = several[options.kind]
        self.fixed = options.allowed.argmax(axis=1).astype(np.uint8)[options.kind]
        self.locked = np.flatnonzero(~free)
        self.free = np.flatnonzero(free)
        position, self.klass = np.nonzero(options.allowed[options.kind[self.free]])
        self.unit = self.free[position]
        self.first = np.zeros(len(options) + 1, dtype=np.int64)
        self.first[1:] = np.cumsum(np.where(free, options.allowed.sum(axis=1)[options.kind], 0))
        self.constant = np.zeros(count)
        self.choices: list[Entries] = []
        self.products: list[Entries] = []
        self.groups: dict[tuple[object, ...], ProductGroup] = {}
        self.total = 0

    def add(self, indicator: Indicator, districts: Districts, form: NDArray[np.int64]) -> None:
        """Add an indicator to the forms (districts,), -1 where a district has none."""
        if not (form >= 0).any():
            return
        form = np.append(form, -1)  # units outside every district (-1) find their form at the end
        factor = np.ones(len(form))
        if indicator.per is not None:
            factor[:-1] = 1.0 / np.maximum(districts.total(indicator.per), np.finfo(float).tiny)
        for cell in indicator.cells:
            self._cell(cell, form[districts.member], factor[districts.member])
        for group, weight in self._grouped(indicator):
            home = group.home(districts.member)
            self._product(group, weight * factor[home], form[home])

    def _cell(self, term: CellTerm, form: NDArray[np.int64], factor: FloatArray) -> None:
        still = self.locked[form[self.locked] >= 0]
        value = term.scale[still] * term.table[term.group[still], self.fixed[still]] * factor[still]
        self.constant += sum_by(form[still], value, self.count)
        unit = self.unit
        self._choice(
            form[unit],
            np.arange(len(unit)),
            term.scale[unit] * term.table[term.group[unit], self.klass] * factor[unit],
        )

    def _choice(self, form: NDArray[np.int64], choice: NDArray[np.int64], value: FloatArray) -> None:
        kept = (form >= 0) & (value != 0)
        self.choices.append((value[kept], form[kept], choice[kept]))

    def _grouped(self, indicator: Indicator) -> Iterator[tuple[ProductGroup, FloatArray]]:
        """Pairs and bundles as groups of products; terms over the same units and classes share one."""
        terms: tuple[PairTerm | BundleTerm, ...] = (*indicator.pairs, *indicator.bundles)
        for term in terms:
            parts = (term.first, term.second) if isinstance(term, PairTerm) else (term.start, term.units)
            key = (type(term), *map(id, parts), term.classes.tobytes())
            if key not in self.groups:
                self.groups[key] = ProductGroup(term, self.options, self.total)
                self.total += self.groups[key].open_count
            yield self.groups[key], term.weight if isinstance(term, PairTerm) else term.reward

    def _product(self, group: ProductGroup, weight: FloatArray, form: NDArray[np.int64]) -> None:
        kept = (form >= 0) & (weight != 0)
        certain = kept & group.certain
        self.constant += sum_by(form[certain], weight[certain], self.count)
        lone = kept & (group.single >= 0)
        spot, choice = self.members(group.single[lone], group.classes)
        self._choice(form[lone][spot], choice, weight[lone][spot])
        product = kept & (group.number >= 0)
        self.products.append((weight[product], form[product], group.number[product]))

    def members(
        self, unit: NDArray[np.int64], classes: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """For free units (n,) the choices that lie in ``classes``: (position in n, choice), in order."""
        count = self.first[unit + 1] - self.first[unit]
        spot = np.repeat(np.arange(len(unit)), count)
        ahead = np.arange(len(spot)) - np.repeat(np.cumsum(count) - count, count)
        choice = self.first[unit][spot] + ahead
        inside = classes[self.klass[choice]]
        return spot[inside], choice[inside]

    def reduction(self, rows: tuple[Row, ...]) -> Reduction:
        """The forms, with products that no form uses left out."""
        of_product = _matrix(self.products, (self.count, self.total))
        used = np.zeros(self.total, dtype=bool)
        used[of_product.indices] = True
        return Reduction(
            fixed=self.fixed,
            free=self.free,
            first=np.append(self.first[self.free], len(self.unit)),
            unit=self.unit,
            klass=self.klass,
            products=self._nodes(used),
            constant=self.constant,
            of_choice=_matrix(self.choices, (self.count, len(self.unit))),
            of_product=of_product[:, np.flatnonzero(used)],
            rows=rows,
            lower=np.array([row.lower for row in rows], dtype=float),
            upper=np.array([row.upper for row in rows], dtype=float),
        )

    def _nodes(self, used: NDArray[np.bool_]) -> Products:
        """The factors of the products in use; a unit is one node for each set of classes."""
        sets = list(dict.fromkeys(group.classes.tobytes() for group in self.groups.values()))
        code, size = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
        for group in self.groups.values():
            unit, count = group.factors(used)
            code.append(unit + sets.index(group.classes.tobytes()) * len(self.options))
            size.append(count)
        found, node = np.unique(np.concatenate(code), return_inverse=True)
        length, choice = np.zeros(len(found), dtype=np.int64), [np.zeros(0, dtype=np.int64)]
        for number, mask in enumerate(sets):
            mine = np.flatnonzero(found // len(self.options) == number)
            spot, inside = self.members(found[mine] % len(self.options), np.frombuffer(mask, dtype=bool))
            length[mine] = np.bincount(spot, minlength=len(mine))
            choice.append(inside)
        start = np.concatenate([[0], np.cumsum(np.concatenate(size))])
        first = np.concatenate([[0], np.cumsum(length)])
        return Products(start, node, found % len(self.options), first, np.concatenate(choice))


def _matrix(entries: list[Entries], shape: tuple[int, int]) -> sparse.csr_array:
    """Sum of (value, row, column) entries as a sparse array without explicit zeros."""
    if not entries:
        return sparse.csr_array(shape)
    value, row, column = (np.concatenate(part) for part in zip(*entries, strict=True))
    matrix = sparse.csr_array(sparse.coo_array((value, (row, column)), shape=shape))
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    return matrix


def narrowed(problem: LayoutProblem, allowed: NDArray[np.bool_]) -> LayoutProblem:
    """The problem with other options: ``allowed`` (units, classes), at least one for each unit."""
    packed, kind = np.unique(np.packbits(allowed, axis=1), axis=0, return_inverse=True)
    options = np.unpackbits(packed, axis=1, count=allowed.shape[1]).astype(bool)
    return replace(problem, options=Options(kind.ravel().astype(np.int32), options))
