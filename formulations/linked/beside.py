"""An instance's layout with the models that stand beside it: solved together, told as plain figures."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from formulations.core.problem import LayoutProblem
from formulations.core.solution import Solution, SolveSettings, Watch
from formulations.linked.cycle import cycle_side
from formulations.linked.cycle_plan import CycleFigures, CyclePlan
from formulations.linked.rounds import solve_linked
from instances.instance import Instance
from instances.units.grid import FloatArray


@dataclass(frozen=True, eq=False)
class Beside:
    """One model beside the layout: its plan, what that costs against nothing being done, in tCO2e/yr, a bound
    of it beside this layout and one beside any, and prices of its links (districts,) in tCO2e/yr per ha."""

    plan: CyclePlan
    figures: CycleFigures
    objective: float
    bound: float
    least: float
    price: FloatArray


def solve_beside(
    instance: Instance, problem: LayoutProblem, settings: SolveSettings, watch: Watch
) -> tuple[Solution, tuple[Beside, ...]]:
    """The best layout with its models, and each of them; none where there is no layout.

    The solution's objective and bound are those of all parts together.
    """
    ready = [cycle_side(instance, problem, cycle) for cycle in instance.cycles.values()]
    link = all(cycle.table.link for cycle in instance.cycles.values())
    solution, together = solve_linked(problem, [each.side for each in ready], settings, watch, link)
    if together is None:
        return solution, ()
    found: list[Beside] = []
    for each, plan in zip(ready, together.plans, strict=True):
        cycle = each.plan(plan)
        figures = CycleFigures(each.cycle, cycle, plan.values)
        objective = figures.tco2e()
        found.append(
            Beside(
                cycle, figures, objective, min(plan.bound, objective), together.least[len(found)], plan.price
            )
        )
    told = problem.objective.evaluate(together.layout) + sum(one.objective for one in found)
    bound = min(solution.bound, told) if np.isfinite(solution.bound) else solution.bound
    return replace(solution, objective=told, bound=bound), tuple(found)
