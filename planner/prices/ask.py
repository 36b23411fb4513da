"""What the limits and red lines of a plan cost: prices with the range in which they hold, opportunity costs.

What is exact and what is an estimate:

* a limit's price is the slope of the linear relaxation: no plan under a bound moved by d costs less than the
  relaxation's bound plus price times d; that it costs as much as that is an estimate, good to a tenth within
  the range told;
* where not one more unit can be had beyond a bound, its price is what one unit of loosening saves;
* a unit's opportunity cost is first order, with its neighbours as planned, and costs of many units do not
  add up; that releasing some gains no more than their ceilings and the gap is proven (see
  ``formulations.sensitivity.opportunity_cost``);
* of a plan whose network counts, prices and opportunity costs are those near the plan, where what every unit
  adds to its network is taken as it is there; they prove nothing;
* a line's cost as a whole comes from solving without it, and is an interval from both certificates; both are
  solved on until it is known to a tenth or proven to be next to nothing
  (``formulations.sensitivity.rule_costs``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from formulations.core.solution import SolveSettings, Watch
from formulations.sensitivity.difference import Interval, known_bound
from formulations.sensitivity.opportunity_cost import Opportunity
from formulations.sensitivity.patch_costs import patch_costs, paying
from planner.export.polygons import dissolve
from planner.plans.certify import limit_records, proof_record
from planner.plans.plan import LimitRecord, Plan
from planner.prices.worth import Worth, worth_of

if TYPE_CHECKING:
    from formulations.sensitivity.price_ranges import PriceRange


@dataclass(frozen=True, eq=False)
class LimitPrice:
    """The price of one limit; ``record`` holds it refined, ``found`` the range in which it holds (None: not
    looked for, or no price)."""

    record: LimitRecord
    found: PriceRange | None = None


@dataclass(frozen=True, eq=False)
class LineCost:
    """What one red line costs: unit by unit, and as a whole (None where it was not solved without it)."""

    name: str
    label: str
    units: Opportunity
    whole: Interval | None = None
    worth: Worth | None = None
    """The land by whose uptake small costs are told."""


@dataclass(frozen=True, eq=False)
class Patch:
    """Neighbouring units that would become one class if released: ``total`` is the sum of their opportunity
    costs in tCO2e/yr, ``at_most`` what releasing them together is proven not to exceed."""

    rank: int
    becomes: str
    units: int
    area_ha: float
    total: float
    at_most: float
    geometry: object

    @property
    def per_ha(self) -> float:
        """What a hectare of the patch costs, in tCO2e/yr."""
        return self.total / self.area_ha


@dataclass(frozen=True, eq=False)
class Prices:
    """Prices and opportunity costs of a plan; its certificate tells the same prices. ``room`` is how far its
    objective lies above the bound at these prices: what any release of a unit may gain beyond its ceiling."""

    plan: Plan
    limits: tuple[LimitPrice, ...]
    lines: tuple[LineCost, ...]
    room: float


def prices_of(plan: Plan, watch: Watch | None = None) -> Prices:
    """Prices, ranges and opportunity costs of a plan; solves once more without each red line.

    A limit's ``record.price`` (per unit of its indicator) and a line's ``whole`` cost are in tCO2e/yr;
    ``units.cost`` of a line is (units,). ``ranges`` is for how many limits the range of the price is looked
    for. Once ``watch`` is told to stop, what is left is not looked for.

    >>> found = planner.prices_of(planner.optimise("study.toml"))
    >>> [line.name for line in found.lines]
    ['farmland', 'ecology', 'steep']
    """
    # The solver loads here: the command line asks for help, and verifies, without one.
    from formulations.network.near_plan import near_plan  # noqa: PLC0415
    from formulations.sensitivity.limit_prices import limit_prices  # noqa: PLC0415
    from formulations.sensitivity.rule_costs import rule_costs  # noqa: PLC0415

    watch, settings = watch or Watch(), _settings(plan)
    problem, layout, solution = plan.problem, plan.layout, plan.solution
    asked = near_plan(problem, layout)
    found = limit_prices(asked, solution.prices, layout, settings, watch)
    count = len(problem.rows)
    records = limit_records(problem, layout, replace(solution, prices=found.told), found.edges[:count])
    ratios = [problem.limits[row.limit].ratio is not None for row in problem.rows]
    limits = tuple(
        LimitPrice(record, None if ratio else each)  # the range is that of the linear row, not of the ratio
        for record, each, ratio in zip(records, found.ranges[:count], ratios, strict=True)
    )
    objective, bound = problem.value(layout), known_bound(plan.certificate.bound)
    proven = bound
    if asked is problem:
        bound, proven = max(bound, min(found.value, objective)), found.value
    meshes = plan.certificate.limits[count:]
    limits += tuple(map(LimitPrice, meshes))
    labels = {line.name: line.label for line in plan.instance.redlines}
    worth = worth_of(plan.instance)
    costs = rule_costs(
        problem, found.prices, layout, bound, solution.warm_start, settings, watch, worth.land.floor
    )
    lines = tuple(
        LineCost(cost.units.line, labels.get(cost.units.line, cost.units.line), cost.units, cost.whole, worth)
        for cost in costs
    )
    priced = proof_record(problem, replace(found.prices, proves=found.value), objective)
    told = {"limits": (*records, *meshes), "priced": priced if asked is problem else None}
    told_plan = replace(plan, certificate=plan.certificate.model_copy(update=told))
    return Prices(told_plan, limits, lines, objective - proven)


def _settings(plan: Plan) -> SolveSettings:
    """The settings under which a plan was sought."""
    asked = plan.certificate.settings
    known = {key: asked[key] for key in SolveSettings.__dataclass_fields__ if key in asked}
    return SolveSettings(**known)


def patches(prices: Prices, line: LineCost) -> list[Patch]:
    """The patches in which releasing a line would pay, the dearest first."""
    classes = prices.plan.instance.classes
    found = dissolve(paying(line.units), prices.plan.instance.grid)
    costs = patch_costs(line.units, found.of, len(found), prices.room, line.whole)
    size = found.units()
    return [
        Patch(
            rank,
            classes[int(found.value[number])].name,
            int(size[number]),
            float(found.area_ha[number]),
            float(costs.total[number]),
            float(costs.at_most[number]),
            found.geometry[number],
        )
        for rank, number in enumerate(costs.dearest, start=1)
    ]
