"""The relaxation of a plan that keeps least sizes, over the choices that matter, and that plan as it rounds.

New land of a class has a neighbour of the class (``cuts.with_single_cuts``). With these rows the relaxation
knows what a piece costs, and where pieces are of few units it is next to whole: of 30,000 choices in Dongguan
it divides 62. So its prices are those at which pieces meet the limits, and what it rounds to is nearly the
best plan: what still is too small, or misses a limit, is little (``repair``, ``balance``).

Choices that matter are those of units in pieces that are too small, of their neighbours, of units in which
plans differ, and those that cost least at the prices known. Where all choices are taken, the relaxation
bounds every layout that keeps the sizes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formulations.core.lagrangian import alone, lagrangian
from formulations.core.patch_sizes import PatchSizes
from formulations.core.problem import LayoutProblem
from formulations.core.rows import Prices
from formulations.core.solution import SolveSettings, Watch
from formulations.exact.highs import solve
from formulations.exact.presolve import Reduction, narrowed, reduce_problem
from formulations.exact.program import layout_program, limit_rows, tightened
from formulations.patches.cuts import choices, with_single_cuts
from instances.units.grid import FloatArray, Layout

FEW = 4.0
"""Units of which a piece of the least size consists at the most, for the relaxation to know what it costs."""
WHOLE = 40_000
"""Most choices of a problem that are all taken."""
CHEAPEST = 6_000
"""Choices that are taken because they cost least."""
MOST = 120_000
"""Most choices of a relaxation: more take HiGHS too long."""


@dataclass(frozen=True, eq=False)
class Relaxed:
    """What the relaxation rounds to, the prices of limits that come with it, and its bound: of every layout
    that keeps the sizes, -inf where not all choices were taken. ``objective`` is its own, ``dearer``
    (units, classes) by how much any layout over the choices taken is dearer than that where a unit has that
    class, inf for choices not taken."""

    layout: Layout
    prices: Prices
    bound: float
    objective: float
    dearer: FloatArray

    def open_to(self, problem: LayoutProblem, plan: Layout, cost: float, most: int) -> LayoutProblem:
        """The problem over up to so many of the choices with which a layout may be better than a plan of a
        cost, the likeliest; all others stay as planned."""
        everyone = np.arange(len(plan))
        able = self.dearer < max(cost - self.objective, 0.0)
        able[everyone, plan] = False
        known = np.flatnonzero(able)
        if len(known) > most:
            known = known[np.argpartition(self.dearer.ravel()[known], most)[:most]]
        taken = np.zeros(able.shape, dtype=bool)
        taken.ravel()[known] = True
        taken[everyone, plan] = True
        return narrowed(problem, taken)


def of_few_units(sizes: PatchSizes, below: NDArray[np.bool_]) -> bool:
    """Whether a piece of every least size consists of few of the units (units,) that are in smaller ones."""
    typical = float(np.median(sizes.grid.area_ha[below])) if below.any() else 0.0
    return max((rule.min_ha for rule in sizes.rules), default=0.0) <= FEW * typical


def relaxed(
    problem: LayoutProblem,
    sizes: PatchSizes,
    plans: Sequence[Layout],
    prices: Prices,
    settings: SolveSettings,
    watch: Watch,
) -> Relaxed | None:
    """The relaxation over what matters to ``plans``, at least one, the last of them the best; None where
    HiGHS finds none within ``settings.time_limit``, or too much matters."""
    every = problem.options.allowed[problem.options.kind]
    whole = choices(problem) <= WHOLE
    taken = every if whole else _matters(problem, sizes, plans, prices)
    part = narrowed(problem, taken)
    if choices(part) > MOST:
        return None
    reduction = reduce_problem(part)
    program = layout_program(reduction)
    limits = limit_rows(reduction, program)
    program = tightened(program, limits, reduction.allowance)
    program = with_single_cuts(program, part, sizes, reduction)
    quiet = Watch(stop=watch.stop)
    outcome = solve(program.relaxed, settings, quiet, stage="patches", presolve=True)
    if outcome.x is None or outcome.price is None:
        return None
    bound = program.bound_at(program.valid_price(outcome.price)) if whole else -math.inf
    layout = _rounded(reduction, outcome.x, plans[-1], every.shape[1])
    dearer = np.full(every.shape, np.inf)
    reduced = program.reduced_cost(outcome.price)[: len(reduction.unit)]
    dearer[reduction.unit, reduction.klass] = np.maximum(reduced, 0.0)
    prices = problem.prices(outcome.price[limits])
    return Relaxed(layout, prices, bound, program.value(outcome.x), dearer)


def _rounded(reduction: Reduction, x: FloatArray, plan: Layout, classes: int) -> Layout:
    """Every unit as the class that it mostly is; of classes as much as each other that of the plan."""
    units = reduction.free
    most = np.zeros((len(plan), classes))
    most[reduction.unit, reduction.klass] = x[: len(reduction.unit)]
    most[units, plan[units]] += 1e-6
    layout = reduction.fixed.copy()
    layout[units] = most[units].argmax(axis=1)
    return layout


def _matters(
    problem: LayoutProblem, sizes: PatchSizes, plans: Sequence[Layout], prices: Prices
) -> NDArray[np.bool_]:
    """(units, classes) the choices that matter."""
    today, last, edges = problem.today, plans[-1], sizes.grid.edges
    every = problem.options.allowed[problem.options.kind]
    everyone = np.arange(len(problem))
    amiss = np.zeros(len(problem), dtype=bool)
    taken = np.zeros(every.shape, dtype=bool)
    for plan in plans:
        amiss |= sizes.below(plan, today) | (plan != last)
        taken[everyone, plan] = True
    taken[amiss, today[amiss]] = True
    for one, other in ((edges.first, edges.second), (edges.second, edges.first)):
        for plan in plans:
            joins = amiss[one] & (plan[one] != today[one])
            taken[other[joins], plan[one[joins]]] = True
    cost = np.where(taken, np.inf, _costs(problem, last, prices))
    known = np.flatnonzero(np.isfinite(cost))
    if len(known) > CHEAPEST:
        known = known[np.argpartition(cost.ravel()[known], CHEAPEST)[:CHEAPEST]]
    taken.ravel()[known] = True
    found: NDArray[np.bool_] = taken & every
    found[everyone, last] = True
    return found


def _costs(problem: LayoutProblem, layout: Layout, prices: Prices) -> FloatArray:
    """(units, classes) what each class costs at prices with all other units as in the layout; inf where it
    may not be."""
    options = problem.options
    units = np.flatnonzero((options.allowed.sum(axis=1) > 1)[options.kind])
    each = alone(lagrangian(problem, prices), layout, units, options.classes)
    each -= each[np.arange(len(units)), layout[units]][:, None]
    each[~options.allowed[options.kind[units]]] = np.inf
    cost = np.full((len(problem), options.classes), np.inf)
    cost[units] = each
    return cost
