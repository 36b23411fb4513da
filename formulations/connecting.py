"""Connecting: a layout problem in which the functional mesh of the network has a weight, solved and bounded.

    min  sum_m w_m I_m(x) - w mesh(x)   >=   bound of sum_m w_m I_m  -  w ceiling

Rounds (``network.rounds``) find the plan. No layout has a mesh above the ceiling (``network.ceiling``), so
that the bound of the problem without the network, less what the ceiling is worth, is a true bound of the
whole. The area that a network may have at the most is itself the bound of a layout problem. Last, changes are
undone that neither the best round's problem nor the mesh gains by.

Where the mesh must reach so many ha, the weight is looked for at which the rounds do: greater ones until they
do, then between the two. The plan is the best of those that reach it. The bound holds for it as well, as a
limit leaves no layout that was not there without it; that none lower reaches it is not proven.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace

import numpy as np

from formulations.core.indicator import CellTerm, Indicator
from formulations.core.nearness import Towards
from formulations.core.problem import LayoutProblem
from formulations.core.solution import Solution, SolveSettings, Termination, WarmStart, Watch
from formulations.network.ceiling import ceiling
from formulations.network.functional_mesh import FunctionalMesh
from formulations.network.rounds import Connected, Round, connect
from formulations.sampling.nearest import nearest
from formulations.solving import solve
from words.said import say

AS_GOOD = 0.001
"""Share of what the mesh is worth by which a plan that changes less land may be worse."""
AREA_GAP, AREA_SECONDS = 1e-3, 20.0
"""Gap to which the largest network is bounded, and the longest that it may take."""


START, FURTHER, CLOSE, TRIES = 0.01, 8.0, 2.0, 5
"""Where the mesh must reach so much: the weight first tried, as a share of what today's land costs a ha; the
factor to the next one; two weights so near to each other that none between them is tried; so many of all."""


@dataclass(frozen=True, eq=False)
class Connection:
    """A plan whose network has a weight, in tCO2e/yr per ha of functional mesh.

    ``solution``: its objective counts the mesh, its bound is true of every layout. ``today_ha``, ``plan_ha``
    and ``ceiling_ha`` are the functional mesh of today's land, of the plan, and what none exceeds, in ha;
    ``most_ha`` the area that a network has at the most. ``price`` is by how much the problem's own objective
    is worse than in the plan found without a network, in tCO2e/yr.
    """

    solution: Solution
    mesh: FunctionalMesh
    weight: float
    today_ha: float
    plan_ha: float
    ceiling_ha: float
    most_ha: float
    rounds: tuple[Round, ...]
    price: float = 0.0


def solve_connected(
    problem: LayoutProblem,
    mesh: FunctionalMesh,
    weight: float,
    settings: SolveSettings,
    watch: Watch,
    warm_start: WarmStart | None = None,
    least_ha: float = -np.inf,
) -> Connection:
    """The plan found best where a ha of functional mesh is worth ``weight`` (in tCO2e/yr) besides
    ``problem``'s own objective, and there are ``least_ha`` of it at the least; its solution has no layout
    where the problem has none. Where none was found with so much mesh, it has less (``plan_ha``)."""
    began = time.perf_counter()
    tried, found = _reaching(problem, mesh, weight, settings, watch, warm_start, least_ha)
    if found.solution.layout is None:
        return Connection(found.solution, mesh, weight, 0.0, 0.0, np.inf, np.inf, ())
    found = _nearest(problem, mesh, tried, found, settings, watch, began, least_ha)
    found = replace(found, objective=found.objective + (tried - weight) * found.mesh_ha)
    most_ha = _most_ha(problem, mesh, settings, watch, began)
    ceiling_ha = max(ceiling(mesh, problem.options, most_ha), found.mesh_ha)
    bound = float(found.plain.bound) - weight * ceiling_ha
    near = found.objective - bound <= found.solution.wanted
    spent = time.perf_counter() - began
    solution = replace(
        found.solution,
        termination=_termination(near, spent, settings, watch),
        objective=found.objective,
        bound=min(bound, found.objective),
        seconds=spent,
        iterations=len(found.rounds),
        reason=say("network_plan.method", rounds=len(found.rounds), method=found.solution.method),
    )
    today_ha, rounds = mesh.evaluate(problem.today), found.rounds
    price = found.objective + weight * found.mesh_ha - (rounds[0].objective + tried * rounds[0].mesh_ha)
    return Connection(solution, mesh, weight, today_ha, found.mesh_ha, ceiling_ha, most_ha, rounds, price)


def _reaching(
    problem: LayoutProblem,
    mesh: FunctionalMesh,
    weight: float,
    settings: SolveSettings,
    watch: Watch,
    warm_start: WarmStart | None,
    least_ha: float,
) -> tuple[float, Connected]:
    """The best plan of those that reach ``least_ha``, and the weight at which the rounds found it; without
    one the plan that comes nearest."""
    began, limit = time.perf_counter(), settings.time_limit
    usual = START * abs(problem.objective.evaluate(problem.today)) / mesh.grid.total_ha or 1.0
    low, high, asked = 0.0, np.inf, weight if weight > 0 else usual
    best: tuple[float, Connected] | None = None
    least = np.inf
    for _ in range(TRIES):
        left = None if limit is None else max(0.5, limit - (time.perf_counter() - began))
        within = replace(settings, time_limit=left)
        plain = None if best is None else best[1].plain
        found = connect(problem, mesh, asked, within, watch, solve, warm_start, plain)
        if found.solution.layout is None:
            return best or (asked, found)
        reached = found.mesh_ha >= least_ha
        own = found.objective + (asked - weight) * found.mesh_ha
        short = best is None or best[1].mesh_ha < least_ha
        if (reached and own < least) or (short and (best is None or found.mesh_ha > best[1].mesh_ha)):
            best = asked, found
        least = min(least, own) if reached else least
        low, high = (low, min(high, asked)) if reached else (max(low, asked), high)
        over = watch.stop.is_set() or (limit is not None and time.perf_counter() - began >= limit)
        near = reached and own - float(found.plain.bound) <= found.plain.wanted
        if over or near or high <= max(weight, CLOSE * low):
            break
        warm_start = found.solution.warm_start
        if not np.isfinite(high):
            asked = low * FURTHER
        else:
            asked = max(weight, math.sqrt(low * high) if low > 0 else high / FURTHER)
    if best is None:
        raise RuntimeError("no weight was tried")
    return best


def _termination(near: bool, spent: float, settings: SolveSettings, watch: Watch) -> Termination:
    if watch.stop.is_set():
        return Termination.INTERRUPTED
    if near:
        return Termination.GAP
    over = settings.time_limit is not None and spent >= settings.time_limit
    return Termination.TIME if over else Termination.EXHAUSTED


def _nearest(
    problem: LayoutProblem,
    mesh: FunctionalMesh,
    weight: float,
    found: Connected,
    settings: SolveSettings,
    watch: Watch,
    began: float,
    least_ha: float,
) -> Connected:
    """The plan moved near today's land, where that is as good by the mesh as it is counted."""
    spent = time.perf_counter() - began
    moved = nearest(
        found.posed, replace(found.solution, seconds=spent), problem.today, settings, watch, Towards.TODAY
    )
    if moved.layout is None or moved.nearness is None:
        return found
    mesh_ha = mesh.evaluate(moved.layout)
    objective = problem.objective.evaluate(moved.layout) - weight * mesh_ha
    if objective > found.objective + AS_GOOD * weight * found.mesh_ha or mesh_ha < least_ha <= found.mesh_ha:
        return found
    # How little must change is proven of that round's problem, not of the mesh.
    moved = replace(moved, nearness=replace(moved.nearness, least_ha=None))
    return replace(found, solution=moved, mesh_ha=mesh_ha, objective=objective)


def _most_ha(
    problem: LayoutProblem, mesh: FunctionalMesh, settings: SolveSettings, watch: Watch, began: float
) -> float:
    """The area that no layout's network exceeds, in ha; inf where time is over."""
    left = AREA_SECONDS
    if settings.time_limit is not None:
        left = min(left, settings.time_limit - (time.perf_counter() - began))
    if left <= 0 or watch.stop.is_set():
        return np.inf
    one = np.zeros(len(problem), dtype=np.int32)
    cells = (CellTerm(problem.areas, one, mesh.member[None, :].astype(float)),)
    largest = replace(problem, parts=((-1.0, Indicator("network_area", "ha", cells)),), sizes=None)
    asked = replace(settings, gap=AREA_GAP, room=None, relative_to="objective", time_limit=left)
    return -float(solve(largest, asked, Watch(stop=watch.stop, brief=True)).bound)
