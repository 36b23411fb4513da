"""Merging: pieces of land that stay whole become one unit each, and nothing else of the problem changes.

With x_i = x_j for all units i, j of a piece p, every indicator keeps its shape over the merged units:

    cell terms    sum_(i in p) a_ik            what its units bring in class k
    pair terms    inside a piece l_ij [k in S]: a cell term; between pieces their lengths add up
    bundle terms  a unit named twice counts once
    least sizes   a piece is as large as its units, and next to what they are next to

A piece may become what all of its units may. So whoever solves a layout problem keeps pieces whole without
knowing of it, and a bound of the merged problem is one of every layout that keeps them. A limit by district
counts in each district what lies there: where a piece lies in several, each of these has a limit of its own
over its own units.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from formulations.core.indicator import BundleTerm, CellTerm, Indicator, PairTerm, within
from formulations.core.problem import LayoutProblem, Limit, Options, RatioBound
from formulations.core.solution import Solution, WarmStart
from instances.rules.districts import Districts
from instances.units.grid import Layout
from instances.units.sums import sum_by


@dataclass(frozen=True, eq=False)
class Merged:
    """A problem over merged units; ``of`` (units,) is the merged unit of each unit, ``lead`` (merged,) one of
    the units of each."""

    problem: LayoutProblem
    of: NDArray[np.int32]
    lead: NDArray[np.int64]

    def expand(self, layout: Layout) -> Layout:
        """(units,) a layout of the merged units, unit by unit."""
        spread: Layout = layout[self.of]
        return spread

    def shrink(self, layout: Layout) -> Layout:
        """(merged,) a layout of the units in which every piece has one class; see ``keeps``."""
        short: Layout = layout[self.lead]
        return short

    def begin(self, warm_start: WarmStart | None) -> WarmStart | None:
        """What a similar solve left, for the merged problem; layouts that split a piece are left out."""
        if warm_start is None:
            return None
        kept = (each for each in warm_start.layouts if len(each) == len(self.of) and self.keeps(each))
        return replace(warm_start, layouts=tuple(self.shrink(each) for each in kept))

    def solution(self, found: Solution) -> Solution:
        """What was found of the merged problem, unit by unit."""
        layout = None if found.layout is None else self.expand(found.layout)
        left = replace(
            found.warm_start, layouts=tuple(self.expand(each) for each in found.warm_start.layouts)
        )
        return replace(found, layout=layout, warm_start=left, rounding=None)  # rows of pieces, not of units

    def keeps(self, layout: Layout) -> bool:
        """Whether every piece has one class in a layout (units,)."""
        return bool((layout == layout[self.lead][self.of]).all())


def merged(problem: LayoutProblem) -> Merged:
    """A problem that has pieces (``problem.whole``) with each of them as one unit."""
    whole = problem.whole
    if whole is None:
        raise ValueError("the problem has no pieces that stay whole")
    of, lead = merged_units(whole)
    fold = _Fold(of, lead)
    sums = {id(part): fold.indicator(part) for _, part in problem.parts}
    area_ha = sum_by(of, problem.areas, len(lead))
    rank = None if problem.rank is None else np.argsort(np.argsort(problem.rank[lead])).astype(np.int32)
    small = LayoutProblem(
        _options(problem.options, of, lead),
        tuple((weight, sums[id(part)]) for weight, part in problem.parts),
        tuple(each for limit in problem.limits for each in _limits(limit, fold, sums)),
        problem.class_names,
        problem.today[lead],
        area_ha,
        rank,
        None if problem.sizes is None else problem.sizes.merged(of, area_ha),
    )
    return Merged(small, of, lead)


def merged_units(whole: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """(units,) the merged unit of each unit and (merged,) the first unit of each, in the order of the units;
    ``whole`` (units,) is the piece of each, -1 for those that stand alone."""
    units = np.arange(len(whole), dtype=np.int64)
    count = int(whole.max(initial=-1)) + 1
    first = np.full(count, len(whole), dtype=np.int64)
    inside = np.flatnonzero(whole >= 0)
    np.minimum.at(first, whole[inside], inside)
    leader = np.where(whole >= 0, first[whole], units) if count else units
    is_lead = leader == units
    place = (np.cumsum(is_lead) - 1).astype(np.int32)
    return place[leader], np.flatnonzero(is_lead)


@dataclass(frozen=True, eq=False)
class _Fold:
    """How terms of units become terms of merged units."""

    of: NDArray[np.int32]
    lead: NDArray[np.int64]

    def indicator(self, indicator: Indicator) -> Indicator:
        cells, pairs = [self.cells(term) for term in indicator.cells], []
        for pair in indicator.pairs:
            between, within = self.pairs(pair)
            pairs.append(between)
            cells += within
        bundles = tuple(self.bundles(term) for term in indicator.bundles)
        per = None if indicator.per is None else sum_by(self.of, indicator.per, len(self.lead))
        return Indicator(indicator.name, indicator.unit, tuple(cells), tuple(pairs), bundles, per)

    def cells(self, term: CellTerm) -> CellTerm:
        """The same group where all units of a piece are of it; else a row of the piece's own."""
        count, table = len(self.lead), np.asarray(term.table, dtype=float)
        group = term.group[self.lead]
        mixed = np.zeros(count, dtype=bool)
        mixed[self.of[term.group != group[self.of]]] = True
        scale = sum_by(self.of, term.scale, count)
        if not mixed.any():
            return CellTerm(scale, group, table)
        units = np.flatnonzero(mixed[self.of])
        number = np.cumsum(mixed) - 1
        rows = np.zeros((int(mixed.sum()), table.shape[1]))
        np.add.at(rows, number[self.of[units]], term.scale[units, None] * table[term.group[units]])
        own = np.where(mixed, len(table) + number, group).astype(np.int32)
        return CellTerm(np.where(mixed, 1.0, scale), own, np.vstack([table, rows]))

    def pairs(self, term: PairTerm) -> tuple[PairTerm, list[CellTerm]]:
        """Pairs between pieces, those of the same two as one; and what lies inside of pieces."""
        first, second = self.of[term.first], self.of[term.second]
        inner = first == second
        within = []
        if inner.any():
            scale = sum_by(first[inner], term.weight[inner], len(self.lead))
            none = np.zeros(len(self.lead), dtype=np.int32)
            within.append(CellTerm(scale, none, term.classes[None, :].astype(float)))
        low, high = np.minimum(first, second)[~inner], np.maximum(first, second)[~inner]
        key, place = np.unique(low.astype(np.int64) * len(self.lead) + high, return_inverse=True)
        weight = sum_by(place, term.weight[~inner], len(key))
        one, other = (key // len(self.lead)).astype(np.int32), (key % len(self.lead)).astype(np.int32)
        return PairTerm(one, other, weight, term.classes), within

    def bundles(self, term: BundleTerm) -> BundleTerm:
        """Bundles with every merged unit once."""
        count = len(term.reward)
        number = np.repeat(np.arange(count, dtype=np.int64), np.diff(term.start))
        key = np.unique(number * len(self.lead) + self.of[term.units])
        size = np.bincount(key // len(self.lead), minlength=count)
        start = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
        return BundleTerm(start, (key % len(self.lead)).astype(np.int32), term.reward, term.classes)


def _options(options: Options, of: NDArray[np.int32], lead: NDArray[np.int64]) -> Options:
    """What merged units may become: what all of their units may, with all red lines and without each one."""
    tables = [options.allowed, *options.without.values()]
    joined = np.concatenate([table[options.kind] for table in tables], axis=1)
    several = np.bincount(of, minlength=len(lead))[of] > 1
    units = np.flatnonzero(several)
    units = units[np.argsort(of[units], kind="stable")]
    kind = options.kind[lead].copy()
    if not len(units):
        return Options(kind, options.allowed, options.without)
    start = np.flatnonzero(np.diff(of[units], prepend=-1))
    every = np.logical_and.reduceat(joined[units], start, axis=0)
    rows, number = np.unique(every, axis=0, return_inverse=True)
    kind[of[units][start]] = len(options.allowed) + number.ravel()
    parts = np.split(rows, len(tables), axis=1)
    allowed, *others = [np.vstack([table, part]) for table, part in zip(tables, parts, strict=True)]
    return Options(kind, allowed, dict(zip(options.without, others, strict=True)))


def _limits(limit: Limit, fold: _Fold, sums: Mapping[int, Indicator]) -> list[Limit]:
    """A limit over merged units; of each district that shares a piece with another one a limit of its own."""
    member = limit.districts.member
    split = np.zeros(len(fold.lead), dtype=bool)
    split[fold.of[member != member[fold.lead][fold.of]]] = True
    whole = sums.get(id(limit.indicator)) or fold.indicator(limit.indicator)
    shared = np.zeros(len(limit.districts), dtype=bool)
    shared[member[split[fold.of] & (member >= 0)]] = True
    districts = replace(limit.districts, member=member[fold.lead])
    if not shared.any():
        return [replace(limit, indicator=whole, districts=districts, ratio=_ratio(limit, fold))]
    apart = (np.where(shared, -np.inf, limit.at_least), np.where(shared, np.inf, limit.at_most))
    found = [Limit(whole, districts, *apart, limit.place, _ratio(limit, fold))]
    for position in np.flatnonzero(shared).tolist():
        inside = member == position
        own = np.zeros(len(fold.lead), dtype=bool)
        own[fold.of[inside]] = True
        one = Districts(
            limit.districts.name, (limit.districts.names[position],), np.where(own, 0, -1).astype(np.int32)
        )
        bounds = limit.at_least[[position]], limit.at_most[[position]]
        own_part, told = fold.indicator(within(limit.indicator, inside)), _ratio(limit, fold, position)
        found.append(Limit(own_part, one, *bounds, limit.place, told))
    return found


def _ratio(limit: Limit, fold: _Fold, position: int | None = None) -> RatioBound | None:
    """What is told of a limit on a ratio, over merged units: of all districts, or of one of them."""
    stated = limit.ratio
    if stated is None or stated.ratio.ratio is None:
        return None
    parts, bound = stated.ratio.ratio, stated.bound
    if position is not None:
        inside = limit.districts.member == position
        above, below = (within(part, inside) for part in parts)
        parts, bound = (above, below), bound[[position]]
    over, under = (fold.indicator(part) for part in parts)
    return replace(stated, ratio=replace(stated.ratio, ratio=(over, under)), bound=bound)
