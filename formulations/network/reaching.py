"""A functional mesh that must reach so many ha: the weight at which rounds do, what is too much taken back.

Rounds pay for a mesh by weight, and a weight pays for all units of a kind or for none. So greater weights are
tried until rounds reach what is asked, then weights between the two. What the best of them has too much is
taken back by rounds in which the mesh near the plan is no weight but a limit: a row like any other,

    min  sum_m w_m I_m(x)   subject to   mesh(x0) + sum_i worth_i (x_i - x0_i) >= least

whose plan is counted anew on the map. What single units add says little of many that go together, as two ways
side by side: where the plan misses what is asked, half as much is taken back at a time.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace

import numpy as np

from formulations.core.network_goal import NetworkGoal
from formulations.core.problem import LayoutProblem
from formulations.core.solution import Solution, SolveSettings, WarmStart, Watch
from formulations.network.functional_mesh import FunctionalMesh
from formulations.network.giving_back import given_back
from formulations.network.held import holding
from formulations.network.near_plan import near_plan
from formulations.network.rounds import Connected, Means, Round, connect
from instances.units.grid import Layout

START, FURTHER, CLOSE, TRIES = 0.01, 8.0, 2.0, 5
"""The weight first tried, as a share of what today's land costs a ha; the factor to the next one; two weights
so near to each other that none between them is tried; so many of all."""
TOO_MUCH = 0.002
"""Share of what is asked that may be there beyond it."""
TRIMS, SMALLEST = 12, 0.02
"""Rounds at the most that take back what is too much, and the share of it that is too little to be tried."""


@dataclass(frozen=True, eq=False)
class Reached:
    """The plan found best of those that have what is asked, or the one that comes nearest to it; ``weight``
    at which rounds found it."""

    weight: float
    found: Connected


class Reaching:
    """The search for a plan of ``problem`` (without a network) with what ``goal`` asks for."""

    def __init__(
        self,
        problem: LayoutProblem,
        goal: NetworkGoal,
        mesh: FunctionalMesh,
        settings: SolveSettings,
        watch: Watch,
        means: Means,
    ) -> None:
        self.problem, self.goal, self.mesh = problem, goal, mesh
        self.settings, self.watch, self.means = settings, watch, means
        self.began = time.perf_counter()
        self.best: Reached | None = None

    def run(self, warm_start: WarmStart | None) -> Reached:
        """The best plan; its solution has no layout where the problem has none."""
        goal, plain = self.goal, None
        if goal.weight == 0:
            plain = self.means.solve(self.problem, self.settings, Watch(stop=self.watch.stop), warm_start)
            enough = self._as_it_is(plain)
            if enough is not None:
                return Reached(0.0, enough)
            warm_start = plain.warm_start
        usual = START * abs(self.problem.objective.evaluate(self.problem.today)) / self.mesh.grid.total_ha
        low, high, asked = 0.0, np.inf, goal.weight if goal.weight > 0 else usual or 1.0
        for _ in range(TRIES):
            found = connect(
                self.problem, self.mesh, asked, self._left(), self.watch, self.means, warm_start, plain
            )
            if found.solution.layout is None:
                return self.best or Reached(asked, found)
            self._keep(asked, found)
            reached = goal.reached(found.mesh_ha)
            low, high = (low, min(high, asked)) if reached else (max(low, asked), high)
            if self._ended() or self._near(found) or high <= max(goal.weight, CLOSE * low):
                break
            plain, warm_start = found.plain, found.solution.warm_start
            if not np.isfinite(high):
                asked = low * FURTHER
            else:
                asked = max(goal.weight, math.sqrt(low * high) if low > 0 else high / FURTHER)
        if self.best is None:
            raise RuntimeError("no weight was tried")
        self._trim(self.best)
        return self._give_back(self.best)

    def _as_it_is(self, plain: Solution) -> Connected | None:
        """What solving without the network left, where nothing more is to be done."""
        if plain.layout is None:
            return Connected(plain, 0.0, np.inf, self.problem, plain)
        mesh_ha = self.mesh.evaluate(plain.layout)
        if not self.goal.reached(mesh_ha):
            return None
        objective = self.problem.objective.evaluate(plain.layout)
        return Connected(plain, mesh_ha, objective, self.problem, plain, (Round(mesh_ha, objective, 0),))

    def _keep(self, weight: float, found: Connected) -> None:
        best, reached = self.best, self.goal.reached(found.mesh_ha)
        if best is None:
            better = True
        elif reached and self.goal.reached(best.found.mesh_ha):
            better = self._own(weight, found) < self._own(best.weight, best.found)
        else:
            better = found.mesh_ha > best.found.mesh_ha
        if better:
            self.best = Reached(weight, found)

    def _own(self, weight: float, found: Connected) -> float:
        """The objective with the goal's weight, of one with another weight."""
        return found.objective + (weight - self.goal.weight) * found.mesh_ha

    def _trim(self, best: Reached) -> None:
        """Take back what there is too much, where a limit alone asked for it."""
        least, weight, found = self.goal.least_ha, best.weight, best.found
        if weight == self.goal.weight or not self.goal.reached(found.mesh_ha):
            return
        layout, step = found.solution.layout, 1.0
        for _ in range(TRIMS):
            too_much = found.mesh_ha - least
            if layout is None or self._ended() or too_much <= TOO_MUCH * least or step < SMALLEST:
                return
            problem = replace(self._holding(found), network=self.goal)
            posed = near_plan(problem, layout, (1 - step) * too_much)
            brief = Watch(stop=self.watch.stop, brief=True)
            solution = self.means.solve(posed, self._left(), brief, found.solution.warm_start)
            if solution.layout is None:
                return
            mesh_ha = self.mesh.evaluate(solution.layout)
            own = self.problem.objective.evaluate(solution.layout) - weight * mesh_ha
            less = replace(found, solution=solution, mesh_ha=mesh_ha, objective=own, posed=posed)
            if not self.goal.reached(mesh_ha) or self._own(weight, less) >= self._own(weight, found):
                step /= 2
                continue
            found = replace(less, rounds=(*found.rounds, Round(mesh_ha, self._own(weight, less), 0)))
            layout, step, self.best = solution.layout, min(1.0, 2 * step), Reached(weight, found)

    def _give_back(self, best: Reached) -> Reached:
        """The same without units that the network does not need, unless least sizes ask for whole pieces."""
        found, least = best.found, self.goal.least_ha
        layout = self._layout(found)
        none = best.weight == self.goal.weight or self.problem.sizes or self.problem.whole is not None
        if none or found.mesh_ha <= least * (1 + TOO_MUCH):
            return best

        def cost(one: Layout, mesh_ha: float) -> float:
            return self.problem.objective.evaluate(one) - self.goal.weight * mesh_ha

        less = given_back(self._holding(found), self.mesh, layout, least, cost, self._ended)
        mesh_ha = self.mesh.evaluate(less)
        objective = self.problem.objective.evaluate(less) - best.weight * mesh_ha
        solution = replace(found.solution, layout=less)
        told = (*found.rounds, Round(mesh_ha, cost(less, mesh_ha), 0))
        found = replace(found, solution=solution, mesh_ha=mesh_ha, objective=objective, rounds=told)
        return Reached(best.weight, found)

    def _holding(self, found: Connected) -> LayoutProblem:
        """The problem with the corridors that a plan has made as wide as they are."""
        return self.problem if found.held is None else holding(self.problem, self.mesh, found.held)

    def _near(self, found: Connected) -> bool:
        own = self.problem.objective.evaluate(self._layout(found))
        near_bound = own - float(found.plain.bound) <= found.plain.wanted
        return self.goal.weight == 0 and self.goal.reached(found.mesh_ha) and near_bound

    def _layout(self, found: Connected) -> Layout:
        if found.solution.layout is None:
            raise ValueError("a plan without a layout costs nothing")
        return found.solution.layout

    def _left(self) -> SolveSettings:
        limit = self.settings.time_limit
        left = None if limit is None else max(0.5, limit - (time.perf_counter() - self.began))
        return replace(self.settings, time_limit=left)

    def _ended(self) -> bool:
        limit = self.settings.time_limit
        spent = time.perf_counter() - self.began
        return self.watch.stop.is_set() or (limit is not None and spent >= limit)
