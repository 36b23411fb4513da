"""The second stage: of all plans as good as one found, one near another layout.

Many layouts cost the same, and a solver ends at any of them. What a plan changes is worth asking of people
only where it must, and what differs between the plans of two scenarios is worth looking at only there. The
plan found is therefore moved towards today's land, or towards another plan,

    min  D(x)   subject to the limits and   objective(x) <= objective found

with D the land that differs (``formulations.indicators.variety``). The first objective is never worsened,
but by least sizes of new land: the plan is built to keep them once it has been moved.
Small problems are solved exactly; of others the changes are undone that nothing is lost by (``tidying``), on
the way over layouts that column generation finds, which also bounds D; in the largest without those.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from formulations.column_generation.graph_cut_structure import choose, outside_structure
from formulations.column_generation.least_difference import least_difference
from formulations.column_generation.reversion import pieces_of_change
from formulations.column_generation.tidying import tidied
from formulations.core.merging import Merged, merged
from formulations.core.nearness import Nearness, Towards
from formulations.core.problem import LayoutProblem, Limit
from formulations.core.solution import Solution, SolveSettings, Termination, WarmStart, Watch
from formulations.exact.model import solve_exact
from formulations.indicators.variety import difference, differing_ha
from formulations.patches.building import built
from instances.rules.districts import Districts
from instances.units.grid import Layout

SMALL_GAP, SMALL_SECONDS = 0.02, 30.0
"""Gap of D at which small problems end, and the longest that they may take: Xinwu needs 2 s of a processor by
itself, and 9 where ten programs share two. Where that is not enough they are tidied as large ones are."""
MOST_UNITS = 300_000
"""Units up to which D is bounded. Dongguan's 248,931 take 1.5 CPU s for it; a million would take as long as
the first stage."""
NOISE = 1e-12
"""Share of the objective that float sums may be off by."""


def nearest(
    problem: LayoutProblem,
    solution: Solution,
    other: Layout,
    settings: SolveSettings,
    watch: Watch,
    towards: Towards = Towards.PLAN,
) -> Solution:
    """The solution with a plan that costs no more and differs from another layout (units,) on as little land
    as is found; its ``nearness`` tells how little that is. Prices stay what they are."""
    first = solution.layout
    if first is None:
        return solution
    if problem.whole is not None:
        return _nearest_whole(merged(problem), solution, other, settings, watch, towards)
    began = time.perf_counter()
    before = differing_ha(first, other, problem.areas)

    def ended() -> bool:
        spent = solution.seconds + time.perf_counter() - began
        return watch.stop.is_set() or (settings.time_limit is not None and spent > settings.time_limit)

    found, least = first, 0.0 if before == 0 else None
    if before > 0 and not ended():
        found, least = _moved(problem, solution, first, other, settings, watch, ended)
    objective = problem.objective.evaluate(found)
    seconds = time.perf_counter() - began
    moved = replace(
        solution,
        layout=found,
        objective=objective,
        bound=min(solution.bound, objective),
        seconds=solution.seconds + seconds,
        timings={**solution.timings, "near": seconds},
    )
    # Least sizes come last: what this stage moved would break them, and what they ask for costs something.
    moved = built(problem, moved, settings, watch)
    last = found if moved.layout is None else moved.layout
    least = least if last is found else None
    after = differing_ha(last, other, problem.areas)
    counted = pieces_of_change(problem, first, other), pieces_of_change(problem, last, other)
    # Limits hold to a millionth: the plan itself may so be a hair below what is proven for exact limits.
    nearness = Nearness(towards, before, after, None if least is None else min(least, after), counted)
    # A plan that least sizes have made differ on more land is no longer near for its own sake.
    return replace(moved, nearness=nearness if after <= before else None)


def _nearest_whole(
    small: Merged, solution: Solution, other: Layout, settings: SolveSettings, watch: Watch, towards: Towards
) -> Solution:
    """The same with pieces that stay whole as one unit each; pieces that the other layout splits have there
    the class of their first unit, so that nothing is proven of how little must differ."""
    first = solution.layout
    if first is None:
        return solution
    begun = replace(solution, layout=small.shrink(first), warm_start=WarmStart())
    moved = small.solution(nearest(small.problem, begun, small.shrink(other), settings, watch, towards))
    nearness = moved.nearness
    if nearness is not None and not small.keeps(other):
        nearness = replace(nearness, least_ha=None)
    return replace(moved, nearness=nearness, warm_start=solution.warm_start)


def _moved(
    problem: LayoutProblem,
    solution: Solution,
    first: Layout,
    other: Layout,
    settings: SolveSettings,
    watch: Watch,
    ended: Callable[[], bool],
) -> tuple[Layout, float | None]:
    """A layout no farther from another one than the first and no worse, and the land that must differ where
    that is bounded."""
    most = problem.objective.evaluate(first)
    via: tuple[Layout, ...] = ()
    least: float | None = None
    decided = False
    apart = nearest_problem(problem, other, most)
    method, _ = choose(apart)
    if method == "exact" and not outside_structure(apart):
        brief = replace(
            settings,
            gap=SMALL_GAP,
            room=None,
            relative_to="objective",
            time_limit=SMALL_SECONDS,
            method="exact",
        )
        exact = solve_exact(apart, brief, Watch(stop=watch.stop, brief=True))
        least = max(0.0, exact.bound) if math.isfinite(exact.bound) else None
        via = () if exact.layout is None else (exact.layout,)
        decided = exact.termination is Termination.GAP
    elif method == "decompose" and len(problem) <= MOST_UNITS and not ended():
        gained = abs(most - problem.objective.evaluate(other))
        worth = differing_ha(first, other, problem.areas) / gained if gained > 0 else 1.0
        bounded = least_difference(apart, (first,), solution.prices, worth, ended)
        via, least = bounded.layouts, bounded.bound
    found = [first, *(each for each in via if method == "exact" and _as_good(problem, each, most))]
    if not decided or len(found) == 1:
        tidy = tidied(problem, first, other, most, via, ended)
        found += [tidy] if _as_good(problem, tidy, most) else []
    return min(found, key=apart.objective.evaluate), least


def _as_good(problem: LayoutProblem, layout: Layout, most: float) -> bool:
    """Whether a layout keeps limits and options and costs no more, but for float sums."""
    cost = problem.objective.evaluate(layout)
    return cost <= most + NOISE * max(1.0, abs(most)) and problem.holds(layout)


def nearest_problem(problem: LayoutProblem, other: Layout, most: float) -> LayoutProblem:
    """The layout that differs least from another, of those whose objective is at most ``most``."""
    apart = difference((other,), problem.areas, problem.options.classes)
    enough = Limit(
        problem.objective,
        Districts.whole(len(problem)),
        np.array([-np.inf]),
        np.array([most]),
        "objective",
    )
    return replace(problem, parts=((1.0, apart),), limits=(*problem.limits, enough))
