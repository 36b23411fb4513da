"""Whether limits collide: the least by which layouts, or mixtures of layouts, must miss them.

Farkas pricing: column generation on the sum of misses, each relative to its bound. Its duals are a
certificate: where they prove a positive bound, no layout meets all limits, and the limits with a price are
those that collide.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from formulations.column_generation.decomposition import Decomposition
from formulations.column_generation.generation import Generation, beginning
from formulations.column_generation.graph_cut_structure import outside_structure
from formulations.column_generation.measure import Measured
from formulations.column_generation.recombination import Recombination
from formulations.core.problem import LayoutProblem
from formulations.core.solution import Watch
from instances.units.grid import FloatArray, Layout

NOTHING = 1e-7
"""A relative miss that float sums may have made."""

ROUNDS = 60
"""Rounds of Farkas pricing at most; without a proof until then no collision is claimed."""
CONVERGED = 1e-4
"""Share of the least miss to which it is known where it ends earlier."""
NEAREST_LAYOUTS = 8
"""Layouts that are recombined to one near the limits, as ``decompose`` does for a plan."""


@dataclass(frozen=True, eq=False)
class Collision:
    """The least relative miss: its lower bound, its prices (rows,), a layout that comes near it, and
    (rows,) by how much a mixture of layouts misses each row, relative to its scale."""

    bound: float
    price: FloatArray
    nearest: Measured
    missed: FloatArray


def proves_infeasible(problem: LayoutProblem, watch: Watch) -> bool:
    """True where prices show that no layout, and no mixture of layouts, meets all limits."""
    return collide(Decomposition(within_structure(problem)), watch, plan=False).bound > NOTHING


def within_structure(problem: LayoutProblem) -> LayoutProblem:
    """The problem without its objective and without limits that no minimum cut can price."""
    fitting = replace(problem, parts=())
    while fitting.limits and outside_structure(fitting):
        coupled = [limit for limit in fitting.limits if limit.indicator.pairs or limit.indicator.bundles]
        kept = tuple(limit for limit in fitting.limits if limit is not coupled[-1])
        fitting = replace(fitting, limits=kept)
    return fitting


def collide(model: Decomposition, watch: Watch, plan: bool = True) -> Collision:
    """Column generation on the sum of relative misses: prices lie between -1 and 1 share of each bound."""
    begin = beginning(model, [model.problem.today], np.zeros(len(model.rows)))
    generation = Generation(model, begin, np.ones(len(model.rows)))
    for _ in range(ROUNDS):
        generation.round(generation.next_price)
        bound, value = generation.bound, generation.mixture.value
        converged = value - bound <= max(NOTHING, CONVERGED * value)
        if watch.stop.is_set() or converged or value <= NOTHING or (bound > NOTHING and not plan):
            break
    layouts = generation.layouts
    nearest = min(layouts, key=lambda each: _miss(model, each))
    if plan:
        nearest = _whole(model, layouts, generation.mixture.weight, nearest)
    missed = generation.mixture.missed / model.scale
    return Collision(generation.bound, generation.price, nearest, missed)


def _miss(model: Decomposition, measured: Measured) -> float:
    """The sum of relative misses of a layout."""
    value = measured.total
    missed = np.maximum(np.maximum(model.rows.lower - value, value - model.rows.upper), 0.0)
    return float((missed / model.scale).sum())


def _whole(model: Decomposition, layouts: list[Measured], weight: FloatArray, nearest: Measured) -> Measured:
    """A layout near the mixture, put together piece by piece."""
    used: NDArray[np.int64] = np.argsort(-weight.sum(axis=0))[:NEAREST_LAYOUTS]
    candidates: list[Layout] = [layouts[int(number)].layout for number in used if weight[:, number].any()]
    base = candidates[0]
    pieces = Recombination(model.types, model.sets, model.rows, model.scale, model.rank, base, candidates)
    usable = np.ones((model.types.blocks, len(candidates)), dtype=bool)
    drafted = model.measure.of(pieces.choose(model.measure.of(base).total, 1 / model.scale, usable))
    return min(drafted, nearest, key=lambda each: _miss(model, each))
