"""Tidying: a plan's changes against another layout undone where nothing is lost by it.

Two layouts may cost the same and differ on much land; a solver ends at any of them. Of the plan's changes,
first whole sets of units tied to one another, then pieces of equal change, then single units return to the
other layout, as many as objective and limits let go. The changes of one pass share no pair and no bundle, so
that what they do adds up and trades (one change against another) are decided together (``knapsack``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from formulations.column_generation.knapsack import choose
from formulations.column_generation.reversion import Reversion
from formulations.core.problem import LayoutProblem
from formulations.indicators.variety import differing_ha
from instances.units.grid import FloatArray, Layout
from instances.units.sums import sum_by

PASSES = 8
"""Most passes over pieces and units. Demo counties and Dongguan end after 2 to 4."""
WORTHWHILE = 0.005
"""A pass that returns less than this share of the land still changed is the last of its kind."""
NOISE = 1e-12
"""Share of the objective that float sums may be off by."""


def tidied(
    problem: LayoutProblem,
    layout: Layout,
    other: Layout,
    most: float,
    via: Sequence[Layout] = (),
    stop: Callable[[], bool] = lambda: False,
) -> Layout:
    """A layout (units,) no farther from another one, that keeps limits and options as this one does and whose
    objective is at most ``most`` or this one's. Parts of the layouts ``via`` are taken where they are nearer.
    """
    tidy = _Tidying(problem, layout, other, most)
    for each in via:
        if stop():
            break
        tidy.run(_components, each)
    for kind, passes in ((_components, 1), (_pieces, PASSES), (_units, PASSES)):
        for _ in range(passes):
            if stop() or not tidy.run(kind, other):
                break
    return tidy.layout


class _Tidying:
    """A layout on its way, with its limit values and objective."""

    def __init__(self, problem: LayoutProblem, layout: Layout, other: Layout, most: float) -> None:
        self.problem, self.layout, self.other = problem, layout, other
        self.rank = problem.rank
        objective = problem.objective.evaluate(layout)
        self.value = np.append(problem.values(layout), objective)
        self.low = np.array([*(row.lower for row in problem.rows), -np.inf])
        self.high = np.array([*(row.upper for row in problem.rows), max(most, objective)])

    def run(self, kind: Callable[[Reversion], tuple[NDArray[np.int64], int]], via: Layout) -> bool:
        """Let groups of one kind follow the layout ``via`` (units,), the other one or one on the way to it;
        whether that was worth another pass."""
        back = Reversion(self.problem, self.layout, via)
        if not len(back):
            return False
        group, groups = kind(back)
        units = back.units
        nearer = (self.layout[units] != self.other[units]) * 1.0 - (via[units] != self.other[units])
        gain = sum_by(group, self.problem.areas[units] * nearer, groups)
        effect = back.effects(group, groups)
        able = self._apart(back, group, effect, sum_by(group, self.problem.areas[units], groups))
        low, high = np.minimum(self.low - self.value, 0.0), np.maximum(self.high - self.value, 0.0)
        taken = able[choose(gain[able], effect[able], low, high)]
        chosen = np.zeros(groups, dtype=bool)
        chosen[taken] = True
        self.layout = back.returned(chosen[group])
        self.value = self.value + np.asarray(effect[taken].sum(axis=0)).ravel()
        left = differing_ha(self.layout, self.other, self.problem.areas)
        return float(gain[taken].sum()) > WORTHWHILE * left

    def _apart(
        self, back: Reversion, group: NDArray[np.int64], effect: sparse.csr_array, area: FloatArray
    ) -> NDArray[np.int64]:
        """Numbers of groups that meet nowhere, along the order of units; the cheaper first."""
        groups = len(area)
        cost = effect[:, [-1]].toarray().ravel() / area
        mixed = np.random.default_rng(0).permutation(groups)
        standing = np.empty(groups, dtype=np.int64)
        standing[np.lexsort((mixed, -cost))] = np.arange(groups)
        number = back.apart(group, standing)
        first = np.zeros(groups, dtype=np.int64)
        first[group[::-1]] = back.units[::-1]
        rank = first if self.rank is None else self.rank[first]
        return number[np.argsort(rank[number], kind="stable")]


def _components(back: Reversion) -> tuple[NDArray[np.int64], int]:
    return back.components()


def _pieces(back: Reversion) -> tuple[NDArray[np.int64], int]:
    return back.pieces()


def _units(back: Reversion) -> tuple[NDArray[np.int64], int]:
    return np.arange(len(back)), len(back)
