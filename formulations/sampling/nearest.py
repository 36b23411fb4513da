"""Of all plans as good as one found, a plan near another one.

Many layouts cost the same, and two solves end at any two of them. What differs between plans of two scenarios
is worth looking at only where it must: the second plan is therefore moved towards the first,

    min  D(x)   subject to the limits and   objective(x) <= objective found + a hundredth of the gap asked,

with D the land that differs (``formulations.indicators.variety``).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from formulations.core.problem import LayoutProblem, Limit
from formulations.core.solution import Solution, SolveSettings, WarmStart, Watch
from formulations.indicators.variety import difference, differing_ha
from formulations.solving import solve
from instances.rules.districts import Districts
from instances.units.grid import Layout

_GAP = 0.5
"""Gap at which the search for a near plan ends: half of the land that differs is good enough."""
_LEAST_SECONDS = 20.0
"""Time that it has at least, however quick the solve was."""
_SHARE = 0.01
"""Share of the gap asked for that a plan may lose to be nearer."""


def nearest(
    problem: LayoutProblem, solution: Solution, other: Layout, settings: SolveSettings, watch: Watch
) -> Solution:
    """The solution with a plan that is as good and differs from another layout (units,) on as little land as
    can be found in a few times what the solution took; bound and prices stay what they are.

    As good: at most a hundredth of the gap asked for is lost, and none of what it needs to be reached.
    """
    if solution.layout is None or np.array_equal(solution.layout, other):
        return solution
    most = _as_good(solution, settings.gap)
    brief = replace(settings, gap=_GAP, time_limit=max(_LEAST_SECONDS, 5 * solution.seconds), method="auto")
    question = nearest_problem(problem, other, most)
    found = solve(
        question,
        brief,
        Watch(stop=watch.stop, brief=True),
        WarmStart(layouts=(solution.layout,)),
    ).layout
    area = problem.areas
    if found is None or not question.holds(found):
        return solution
    if differing_ha(found, other, area) >= differing_ha(solution.layout, other, area):
        return solution
    objective = problem.objective.evaluate(found)
    return replace(solution, layout=found, objective=objective, bound=min(solution.bound, objective))


def _as_good(solution: Solution, gap: float) -> float:
    """The most that a plan as good as a solution may cost."""
    room = gap * max(1e-9, abs(solution.objective))
    return max(solution.objective, min(solution.objective + _SHARE * room, solution.bound + room))


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
