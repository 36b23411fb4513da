"""An instance's layout with the models that stand beside it: solved together, told as plain figures."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from formulations.core.problem import LayoutProblem
from formulations.core.solution import Solution, SolveSettings, Watch
from formulations.linked.cycle import CycleSide, cycle_side
from formulations.linked.cycle_plan import CycleFigures, CyclePlan
from formulations.linked.rounds import solve_linked
from formulations.linked.services import ServicesSide, services_side
from formulations.linked.services_plan import ServicesFigures, ServicesPlan
from formulations.linked.side import NoSidePlan, SidePlan
from formulations.linked.unmet import unmet
from instances.instance import Instance
from instances.units.grid import FloatArray


@dataclass(frozen=True, eq=False)
class Beside:
    """One model beside the layout: its plan, what that costs against nothing being done, in tCO2e/yr, a bound
    of it beside this layout and one beside any, and what its links have (districts,) with their prices in
    tCO2e/yr a unit."""

    plan: CyclePlan | ServicesPlan
    figures: CycleFigures | ServicesFigures
    objective: float
    bound: float
    least: float
    value: FloatArray
    price: FloatArray


def solve_beside(
    instance: Instance, problem: LayoutProblem, settings: SolveSettings, watch: Watch
) -> tuple[Solution, tuple[Beside, ...]]:
    """The best layout with its models, and each of them; none where there is no layout.

    The solution's objective and bound are those of all parts together. ``NoSidePlan`` where a model has no
    answer beside the layout, with what would have to go.
    """
    ready: list[CycleSide | ServicesSide] = [
        *(cycle_side(instance, problem, cycle) for cycle in instance.cycles.values()),
        *(services_side(instance, problem, services) for services in instance.services.values()),
    ]
    link = all(table.link for table in instance.study.models.values())
    try:
        solution, together = solve_linked(problem, [each.side for each in ready], settings, watch, link)
    except NoSidePlan as none:
        asked = [each for each in ready if isinstance(each, ServicesSide)]
        causes = [cause for each in asked for cause in unmet(each, none.values, settings, watch)]
        raise NoSidePlan(none.name, none.proven, tuple(causes)) from none
    if together is None:
        return solution, ()
    found = [
        _told(each, plan, least)
        for each, plan, least in zip(ready, together.plans, together.least, strict=True)
    ]
    told = problem.objective.evaluate(together.layout) + sum(one.objective for one in found)
    bound = min(solution.bound, told) if np.isfinite(solution.bound) else solution.bound
    return replace(solution, objective=told, bound=bound), tuple(found)


def _told(each: CycleSide | ServicesSide, plan: SidePlan, least: float) -> Beside:
    """One model's plan, its figures counted from what was planned."""
    made: CyclePlan | ServicesPlan
    figures: CycleFigures | ServicesFigures
    if isinstance(each, CycleSide):
        made = each.plan(plan)
        figures = CycleFigures(each.cycle, made, plan.values)
    else:
        made = each.plan(plan)
        figures = ServicesFigures(each.services, made, plan.values)
    objective = figures.tco2e()
    return Beside(made, figures, objective, min(plan.bound, objective), least, plan.values, plan.price)
