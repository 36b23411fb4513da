"""Connecting: a layout problem that asks something of its network, solved and bounded.

    min  sum_m w_m I_m(x) - w mesh(x)   >=   bound of sum_m w_m I_m  -  w ceiling

Rounds (``network.rounds``) find the plan. No layout has a mesh above the ceiling (``network.ceiling``), so
that the bound of the problem without the network, less what the ceiling is worth, is a true bound of the
whole. The area that a network may have at the most is itself the bound of a layout problem. Last, changes are
undone that neither the best round's problem nor the mesh gains by.

Where the mesh must reach so many ha, ``network.reaching`` looks for the plan. The bound holds for it as well,
as a limit leaves no layout that was not there without it; that none lower reaches it is not proven.

Whoever solves one scenario begins here (``solve_scenario``), with a network or without.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from formulations.core.indicator import CellTerm, Indicator
from formulations.core.nearness import Towards
from formulations.core.network_goal import NetworkFound, NetworkGoal
from formulations.core.patch_sizes import Patched
from formulations.core.problem import LayoutProblem
from formulations.core.rows import Prices
from formulations.core.solution import Solution, SolveSettings, Termination, WarmStart, Watch
from formulations.nearest import nearest
from formulations.network.ceiling import ceiling
from formulations.network.functional_mesh import FunctionalMesh
from formulations.network.reaching import Reached, Reaching
from formulations.network.rounds import Connected, Means
from formulations.patches.building import built
from formulations.solving import solve, solve_without_sizes
from instances.units.grid import Layout
from words.said import say

AS_GOOD = 0.001
"""Share of what the mesh is worth by which a plan that changes less land may be worse."""
AREA_GAP, AREA_SECONDS = 1e-3, 20.0
"""Gap to which the largest network is bounded, and the longest that it may take."""


def solve_scenario(
    problem: LayoutProblem,
    settings: SolveSettings,
    watch: Watch,
    warm_start: WarmStart | None = None,
    near: Layout | None = None,
) -> Solution:
    """The plan found of a problem: by rounds where it asks something of its network (``Solution.network``),
    then also near the layout ``near`` (units,), or near today's land, and with least sizes kept; else as
    ``solve_without_sizes``, to be moved and built yet."""
    if problem.network is None:
        return solve_without_sizes(problem, settings, watch, warm_start)
    return solve_connected(problem, problem.network, settings, watch, warm_start, near)


def solve_connected(
    problem: LayoutProblem,
    goal: NetworkGoal,
    settings: SolveSettings,
    watch: Watch,
    warm_start: WarmStart | None = None,
    near: Layout | None = None,
) -> Solution:
    """The plan found best of a problem with a goal of its network; no layout where the problem has none, or
    where none was found that has what the goal asks for: ``network`` then tells how near one came."""
    return _Connecting(problem, goal, settings, watch, near).run(warm_start)


class _Connecting:
    def __init__(
        self,
        problem: LayoutProblem,
        goal: NetworkGoal,
        settings: SolveSettings,
        watch: Watch,
        near: Layout | None,
    ) -> None:
        if not isinstance(goal.mesh, FunctionalMesh):
            raise TypeError("a network is counted as a functional mesh")
        self.problem, self.goal, self.mesh = replace(problem, network=None), goal, goal.mesh
        self.settings, self.watch, self.near = settings, watch, near
        self.began = time.perf_counter()

    def run(self, warm_start: WarmStart | None) -> Solution:
        """The solution, its bound that of all layouts."""
        goal, problem = self.goal, self.problem
        search = Reaching(problem, goal, self.mesh, self.settings, self.watch, Means(solve, built))
        reached = search.run(warm_start)
        if reached.found.solution.layout is None:
            return reached.found.solution
        found = self._nearest(reached)
        own = found.objective + reached.weight * found.mesh_ha
        most_ha = self._most_ha()
        ceiling_ha = max(ceiling(self.mesh, problem.options, most_ha), found.mesh_ha)
        objective = own - goal.weight * found.mesh_ha
        bound = float(found.plain.bound) - goal.weight * ceiling_ha
        rounds = found.rounds
        price = own - (rounds[0].objective + reached.weight * rounds[0].mesh_ha)
        told = NetworkFound(
            self.mesh.evaluate(problem.today),
            found.mesh_ha,
            ceiling_ha,
            most_ha,
            tuple(each.mesh_ha for each in rounds),
            price,
        )
        kept = goal.reached(found.mesh_ha)
        near = kept and objective - bound <= found.solution.wanted
        return replace(
            found.solution,
            layout=found.solution.layout if kept else None,
            prices=self._prices(found.solution.prices),
            termination=self._termination(near, impossible=not goal.reached(ceiling_ha)),
            objective=objective if kept else np.inf,
            bound=min(bound, objective),
            seconds=time.perf_counter() - self.began,
            iterations=len(rounds),
            reason=say("network_plan.method", rounds=len(rounds), method=found.solution.method),
            network=told,
            patched=self._patched(reached.weight, found, objective, bound),
            rounding=None,  # of the problem with corridors, not of the study's own limits
        )

    def _patched(self, weight: float, found: Connected, objective: float, bound: float) -> Patched | None:
        """What least sizes made of the plan found at a weight, its network counted: rounds themselves know
        linear problems only."""
        patched, draft = found.solution.patched, found.drafted
        if patched is None or draft is None:
            return patched
        before = draft.round.objective + (weight - self.goal.weight) * draft.round.mesh_ha
        return replace(
            patched,
            new_ha=(draft.new_ha, patched.new_ha[1]),
            below_ha=(draft.below_ha, patched.below_ha[1]),
            cost=objective - before,
            floor=bound,
        )

    def _prices(self, prices: Prices) -> Prices:
        """Those of the problem's own rows: a limit on the mesh has been one as well."""
        return self.problem.prices(prices.along(self.problem.rows)) if prices else prices

    def _termination(self, near: bool, impossible: bool) -> Termination:
        if self.watch.stop.is_set():
            return Termination.INTERRUPTED
        if impossible:
            return Termination.INFEASIBLE
        if near:
            return Termination.GAP
        limit = self.settings.time_limit
        over = limit is not None and time.perf_counter() - self.began >= limit
        return Termination.TIME if over else Termination.EXHAUSTED

    def _nearest(self, reached: Reached) -> Connected:
        """The plan moved near today's land or another, where that is as good by the mesh as it is counted."""
        found, weight, goal = reached.found, reached.weight, self.goal
        spent = time.perf_counter() - self.began
        other, towards = (
            (self.problem.today, Towards.TODAY) if self.near is None else (self.near, Towards.PLAN)
        )
        begun = replace(found.solution, seconds=spent)
        moved = nearest(found.posed, begun, other, self.settings, self.watch, towards)
        if moved.layout is None or moved.nearness is None:
            return found
        mesh_ha = self.mesh.evaluate(moved.layout)
        objective = self.problem.objective.evaluate(moved.layout) - weight * mesh_ha
        worse = objective > found.objective + AS_GOOD * weight * found.mesh_ha
        if worse or (goal.reached(found.mesh_ha) and not goal.reached(mesh_ha)):
            return found
        # How little must change is proven of that round's problem, not of the mesh.
        moved = replace(moved, nearness=replace(moved.nearness, least_ha=None))
        return replace(found, solution=moved, mesh_ha=mesh_ha, objective=objective)

    def _most_ha(self) -> float:
        """The area that no layout's network exceeds, in ha; inf where time is over."""
        left = AREA_SECONDS
        if self.settings.time_limit is not None:
            left = min(left, self.settings.time_limit - (time.perf_counter() - self.began))
        if left <= 0 or self.watch.stop.is_set():
            return np.inf
        problem, member = self.problem, self.mesh.member[None, :].astype(float)
        one = np.zeros(len(problem), dtype=np.int32)
        cells = (CellTerm(problem.areas, one, member),)
        largest = replace(problem, parts=((-1.0, Indicator("network_area", "ha", cells)),), sizes=None)
        asked = replace(self.settings, gap=AREA_GAP, room=None, relative_to="objective", time_limit=left)
        return -float(solve(largest, asked, Watch(stop=self.watch.stop, brief=True)).bound)
