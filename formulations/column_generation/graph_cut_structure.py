"""The structure that makes a layout problem a minimum cut once its limits are priced.

At given prices what couples units are rewards on one set of classes, or on two sets that are disjoint or
nested. ``outside_structure`` says in a sentence what does not fit; ``coupled_sets`` collects what does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formulations.core.indicator import BundleTerm, Indicator, PairTerm, bundle_home, pair_home
from formulations.core.problem import LayoutProblem, Limit
from formulations.core.unit_types import Rows, per_district, row_numbers
from instances.units.grid import FloatArray
from words.said import Said, say

EXACT_UNITS = 3_000
"""Below so many units that have a choice the monolithic model is as quick as decomposition."""


@dataclass(frozen=True, eq=False)
class RowPart:
    """What one limit says of a set's pairs (or bundles): their coefficient, and their row (-1 for none)."""

    row: NDArray[np.int64]
    weight: FloatArray


@dataclass(frozen=True, eq=False)
class CoupledSet:
    """A set of classes and everything that couples units on it.

    Pairs ``first``, ``second`` with objective coefficient ``weight`` (<= 0) and the limits' parts; bundles
    likewise: bundle c ties ``units[start[c]:start[c + 1]]``.
    """

    classes: NDArray[np.bool_]
    first: NDArray[np.int32]
    second: NDArray[np.int32]
    weight: FloatArray
    pair_rows: tuple[RowPart, ...]
    start: NDArray[np.int64]
    units: NDArray[np.int32]
    reward: FloatArray
    bundle_rows: tuple[RowPart, ...]

    def pair_rewards(self, some: NDArray[np.integer]) -> Rewarded:
        """What some of the pairs pay."""
        return _of_some(self.weight, self.pair_rows, some)

    def bundle_rewards(self, some: NDArray[np.integer]) -> Rewarded:
        """What some of the bundles pay."""
        return _of_some(self.reward, self.bundle_rows, some)


@dataclass(frozen=True, eq=False)
class Rewarded:
    """What some pairs (or bundles) pay: their coefficient in the objective, and the limits' parts."""

    weight: FloatArray
    rows: tuple[RowPart, ...]

    def at(self, price: FloatArray) -> FloatArray:
        """(pairs,) their reward at prices (rows,), never negative within the structure."""
        reward = -self.weight
        padded = np.append(price, 0.0)
        for part in self.rows:
            reward += padded[part.row] * part.weight
        return np.maximum(reward, 0.0, out=reward)


def _of_some(weight: FloatArray, rows: Sequence[RowPart], some: NDArray[np.integer]) -> Rewarded:
    """Those of some numbers; a limit that says nothing of any of them is left out."""
    parts = (RowPart(part.row[some], part.weight[some]) for part in rows)
    return Rewarded(weight[some], tuple(part for part in parts if (part.row >= 0).any()))


def outside_structure(problem: LayoutProblem) -> str:
    """Why a problem is no minimum cut at prices, in a sentence; empty where it is one."""
    for weight, indicator in problem.parts:
        if any((term.weight * weight > 0).any() for term in indicator.pairs):
            return say("methods.edges_penalised", indicator=indicator.name)
        if any((term.reward * weight > 0).any() for term in indicator.bundles):
            return say("methods.bundles_penalised", indicator=indicator.name)
    for limit in problem.limits:
        fault = _limit_outside(limit)
        if fault:
            return fault
    sets = distinct_sets(problem)
    if len(sets) > 2:
        return say("methods.many_sets", sets=len(sets))
    if len(sets) == 2 and not (_disjoint(*sets) or _nested(*sets)):
        return say("methods.sets_overlap")
    return ""


def _limit_outside(limit: Limit) -> str:
    indicator = limit.indicator
    terms = [term.weight for term in indicator.pairs] + [term.reward for term in indicator.bundles]
    rewarded = any((term > 0).any() for term in terms)
    penalised = any((term < 0).any() for term in terms)
    if rewarded and penalised:
        return say("methods.both_signs", indicator=indicator.name)
    if rewarded and np.isfinite(limit.at_most).any():
        return say("methods.from_above", indicator=indicator.name)
    if penalised and np.isfinite(limit.at_least).any():
        return say("methods.from_below", indicator=indicator.name)
    return ""


def _disjoint(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> bool:
    return not (one & other).any()


def _nested(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> bool:
    return bool((one <= other).all() or (other <= one).all())


def distinct_sets(problem: LayoutProblem) -> list[NDArray[np.bool_]]:
    """The sets of classes on which units are coupled, each once."""
    found: dict[bytes, NDArray[np.bool_]] = {}
    for indicator in (problem.objective, *(limit.indicator for limit in problem.limits)):
        for classes in (
            *(term.classes for term in indicator.pairs),
            *(term.classes for term in indicator.bundles),
        ):
            found.setdefault(classes.tobytes(), classes)
    return list(found.values())


def coupled_sets(problem: LayoutProblem, rows: Rows) -> list[CoupledSet]:
    """The problem's coupled sets; of two nested ones the inner comes first."""
    sets = sorted(distinct_sets(problem), key=lambda classes: int(classes.sum()))
    return [_coupled_set(problem, rows, classes) for classes in sets]


def _coupled_set(problem: LayoutProblem, rows: Rows, classes: NDArray[np.bool_]) -> CoupledSet:
    pairs = _Collected()
    bundles = _Collected()
    for pair in _on(problem.objective, classes)[0]:
        pairs.add((pair.first, pair.second), pair.weight, None)
    for bundle in _on(problem.objective, classes)[1]:
        bundles.add((bundle.start, bundle.units), bundle.reward, None)
    for limit, numbers in zip(problem.limits, row_numbers(problem, rows), strict=True):
        factor = np.append(per_district(limit.indicator, limit.districts), 0.0)
        member = limit.districts.member
        on_pairs, on_bundles = _on(limit.indicator, classes)
        for pair in on_pairs:
            home = pair_home(pair, member)
            pairs.add((pair.first, pair.second), pair.weight * factor[home], numbers[home])
        for bundle in on_bundles:
            home = bundle_home(bundle, member)
            bundles.add((bundle.start, bundle.units), bundle.reward * factor[home], numbers[home])
    first, second = pairs.joined_pairs()
    start, units = bundles.joined_bundles()
    return CoupledSet(classes, first, second, *pairs.coefficients(), start, units, *bundles.coefficients())


def _on(indicator: Indicator, classes: NDArray[np.bool_]) -> tuple[list[PairTerm], list[BundleTerm]]:
    return (
        [term for term in indicator.pairs if (term.classes == classes).all()],
        [term for term in indicator.bundles if (term.classes == classes).all()],
    )


class _Collected:
    """Terms of one set; those on the same arrays of pairs (or bundles) share their entries."""

    def __init__(self) -> None:
        self.arrays: list[tuple[NDArray[np.integer], NDArray[np.integer]]] = []
        self.terms: list[tuple[int, FloatArray, NDArray[np.int64] | None]] = []

    def add(
        self,
        arrays: tuple[NDArray[np.integer], NDArray[np.integer]],
        weight: FloatArray,
        row: NDArray[np.int64] | None,
    ) -> None:
        known = (n for n, held in enumerate(self.arrays) if held[0] is arrays[0] and held[1] is arrays[1])
        place = next(known, len(self.arrays))
        if place == len(self.arrays):
            self.arrays.append(arrays)
        self.terms.append((place, weight, row))

    def joined_pairs(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        if len(self.arrays) == 1:
            return self.arrays[0][0].astype(np.int32, copy=False), self.arrays[0][1].astype(
                np.int32, copy=False
            )
        none = np.zeros(0, dtype=np.int32)
        return (
            np.concatenate([none, *(first for first, _ in self.arrays)]).astype(np.int32),
            np.concatenate([none, *(second for _, second in self.arrays)]).astype(np.int32),
        )

    def joined_bundles(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        starts: list[NDArray[np.int64]] = [np.zeros(1, dtype=np.int64)]
        units: list[NDArray[np.int32]] = [np.zeros(0, dtype=np.int32)]
        offset = 0
        for start, members in self.arrays:
            starts.append((start[1:] + offset).astype(np.int64))
            units.append(members.astype(np.int32, copy=False))
            offset += len(members)
        return np.concatenate(starts), np.concatenate(units)

    def coefficients(self) -> tuple[FloatArray, tuple[RowPart, ...]]:
        sizes = [0] * len(self.arrays)
        for place, weight, _ in self.terms:
            sizes[place] = len(weight)
        offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(int)
        objective = np.zeros(int(offsets[-1]))
        parts: list[RowPart] = []
        for place, weight, row in self.terms:
            where = slice(offsets[place], offsets[place + 1])
            if row is None:
                objective[where] += weight
                continue
            whole_row = np.full(len(objective), -1, dtype=np.int64)
            whole_weight = np.zeros(len(objective))
            whole_row[where], whole_weight[where] = row, weight
            parts.append(RowPart(whole_row, whole_weight))
        return objective, tuple(parts)


def choose(problem: LayoutProblem) -> tuple[str, Said]:
    """(``exact`` or ``decompose``, the reason in a sentence) by structure and size."""
    free = int((problem.options.allowed.sum(axis=1) > 1)[problem.options.kind].sum())
    fault = outside_structure(problem)
    if fault:
        return "exact", say("methods.outside", fault=fault)
    if free <= EXACT_UNITS:
        return "exact", say("methods.small", free=free)
    return "decompose", say("methods.priced", free=free)
