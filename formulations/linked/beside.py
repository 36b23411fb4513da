"""An instance's layout with the models that stand beside it: solved together, told as plain figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from formulations.core.problem import LayoutProblem
from formulations.core.solution import Solution, SolveSettings, Watch
from formulations.linked.cycle import cycle_side
from formulations.linked.kinds import Figures, Planned, figures_of, idle
from formulations.linked.measures import measures_side
from formulations.linked.rounds import solve_linked
from formulations.linked.services import ServicesSide, services_side
from formulations.linked.side import NoSidePlan, Side, SidePlan
from formulations.linked.unmet import unmet
from instances.instance import Instance
from instances.materials.models import Model
from instances.units.grid import FloatArray


class Posed(Protocol):
    """A model as a side model, with what reads its solutions."""

    @property
    def side(self) -> Side:
        """The program with its links."""
        ...

    def plan(self, found: SidePlan) -> Planned:
        """What a solution plans."""
        ...


SIDES: Mapping[str, Callable[[Instance, LayoutProblem, Any], Posed]] = {
    "cycle": cycle_side,
    "services": services_side,
    "measures": measures_side,
}
"""How a model of each kind is posed beside the layouts that a problem allows."""


@dataclass(frozen=True, eq=False)
class Beside:
    """One model beside the layout: its plan, what that costs against nothing being done, in tCO2e/yr, a bound
    of it beside this layout and one beside any, and what its links have (districts,) with their prices in
    tCO2e/yr a unit."""

    model: Model
    plan: Planned
    figures: Figures
    objective: float
    bound: float
    least: float
    value: FloatArray
    price: FloatArray
    proven: tuple[FloatArray, Mapping[str, tuple[float, ...]]] | None = None
    """What proves its part of the bound: prices of its links (links,) and of its rows by name."""


def solve_beside(
    instance: Instance, problem: LayoutProblem, settings: SolveSettings, watch: Watch
) -> tuple[Solution, tuple[Beside, ...]]:
    """The best layout with its models, and each of them; none where there is no layout.

    The solution's objective and bound are those of all parts together. ``NoSidePlan`` where a model has no
    answer beside the layout, with what would have to go.
    """
    models = tuple(instance.models.values())
    posed = [SIDES[model.table.kind](instance, problem, model) for model in models]
    sides = [
        replace(one.side, idle=idle(instance, model).tco2e())
        for model, one in zip(models, posed, strict=True)
    ]
    link = all(model.table.link for model in models)
    try:
        solution, together = solve_linked(problem, sides, settings, watch, link)
    except NoSidePlan as none:
        asked = [each for each in posed if isinstance(each, ServicesSide)]
        causes = [cause for each in asked for cause in unmet(each, none.values, settings, watch)]
        raise NoSidePlan(none.name, none.proven, tuple(causes)) from none
    if together is None:
        return solution, ()
    found = [
        _told(model, one.plan(plan), plan, least)
        for model, one, plan, least in zip(models, posed, together.plans, together.least, strict=True)
    ]
    proof = together.proof
    if proof is not None:
        proven = zip(proof.links, proof.rows, strict=True)
        found = [replace(one, proven=each) for one, each in zip(found, proven, strict=True)]
        solution = replace(solution, prices=replace(solution.prices, proves=proof.bound))
    told = problem.objective.evaluate(together.layout) + sum(one.objective for one in found)
    bound = min(solution.bound, told) if np.isfinite(solution.bound) else solution.bound
    return replace(solution, objective=told, bound=bound), tuple(found)


def _told(model: Model, plan: Planned, solved: SidePlan, least: float) -> Beside:
    """One model's plan, its figures counted from what was planned."""
    figures = figures_of(model, plan, solved.side.by_seen(solved.values)[0])
    objective = figures.tco2e()
    bound = min(solved.bound, objective)
    value, price = (solved.side.by_seen(each)[0] for each in (solved.values, solved.price))
    return Beside(model, plan, figures, objective, bound, least, value, price)
