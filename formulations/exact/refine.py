"""Refining a plan: HiGHS decides a bounded number of units afresh, all others stay as planned."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from formulations.core.problem import LayoutProblem, Options
from formulations.core.solution import Solution, SolveSettings, Watch
from formulations.exact.model import solve_exact
from instances.units.grid import Layout

PART_SECONDS = 120.0
"""Longest that a part of a problem is refined, and the whole where no time limit is asked for."""


@dataclass(frozen=True, eq=False)
class Refined:
    """What HiGHS left; ``whole`` where every unit with a choice was free, so that its bound holds for the
    problem."""

    solution: Solution
    whole: bool


def refine(
    problem: LayoutProblem,
    plan: Layout,
    layouts: list[Layout],
    units: int,
    settings: SolveSettings,
    watch: Watch,
) -> Refined:
    """The best plan that departs from ``plan`` on at most ``units`` units, where recent layouts differ first.

    Units are taken in stretches spread over the area, so that every district and kind has some; up to half of
    them where the plan misses a district's limit, so that it can be met there.
    """
    differs = np.zeros(len(plan), dtype=bool)
    for layout in layouts:
        differs |= layout != plan
    choice = (problem.options.allowed.sum(axis=1) > 1)[problem.options.kind]
    lacking = choice & missed_districts(problem, plan)
    taken = np.zeros(len(plan), dtype=bool)
    taken[spread(np.flatnonzero(lacking), units // 2)] = True
    for wanted in (differs, choice):
        taken[spread(np.flatnonzero(wanted & ~taken), units - int(taken.sum()))] = True
    free = np.flatnonzero(taken)
    whole = int(choice[free].sum()) == int(choice.sum())
    limit = settings.time_limit
    if not whole or limit is None:
        settings = replace(settings, time_limit=PART_SECONDS if limit is None else min(PART_SECONDS, limit))
    part = restricted(problem, plan, free)
    solution = solve_exact(part, settings, watch, brief=watch.brief, bounded=whole, start=plan)
    return Refined(solution, whole)


def missed_districts(problem: LayoutProblem, layout: Layout) -> NDArray[np.bool_]:
    """(units,) True in districts whose limits a layout misses; a limit on most of the area points nowhere."""
    inside = np.zeros(len(problem), dtype=bool)
    for limit in problem.limits:
        missed = limit.shortfall(layout) > 1e-9 * np.maximum(1.0, np.abs(limit.evaluate(layout)))
        mine = np.append(missed, False)[limit.districts.member]
        if 2 * np.count_nonzero(mine) < len(problem):
            inside |= mine
    return inside


def spread(units: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """At most so many of the units, in short stretches at even distances."""
    if len(units) <= most:
        return units
    stretch = 16
    starts = np.linspace(0, len(units) - stretch, max(1, most // stretch)).astype(np.int64)
    chosen = np.unique((starts[:, None] + np.arange(stretch)).ravel())
    return units[chosen[:most]]


def restricted(problem: LayoutProblem, base: Layout, free: NDArray[np.int64]) -> LayoutProblem:
    """The problem in which all units but the free ones keep the class of the base layout."""
    kinds, classes = problem.options.allowed.shape
    kind = base.astype(np.int32) + np.int32(kinds)
    kind[free] = problem.options.kind[free]
    allowed = np.vstack([problem.options.allowed, np.eye(classes, dtype=bool)])
    return replace(problem, options=Options(kind, allowed))
