"""What the limits and red lines of a plan cost: prices with the range in which they hold, opportunity costs.

What is exact and what is an estimate:

* a limit's price is the slope of the linear relaxation: no plan under a bound moved by d costs less than the
  relaxation's bound plus price times d; that it costs as much as that is an estimate, good to a tenth within
  the range told;
* a unit's opportunity cost is first order, with its neighbours as planned, and costs of many units do not
  add up; that releasing some gains no more than their ceilings and the gap is proven (see
  ``formulations.sensitivity.opportunity_cost``);
* a line's cost as a whole comes from solving without it, and is an interval from both certificates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from formulations.core.solution import SolveSettings, Step, Watch
from formulations.sensitivity.difference import Certified, Interval, cost_of_rule, known_bound
from formulations.sensitivity.opportunity_cost import Opportunity, opportunities, without
from instances.units.grid import FloatArray
from instances.units.sums import sum_by
from planner.export.polygons import dissolve
from planner.plans.certify import limit_records
from planner.plans.plan import LimitRecord, Plan

if TYPE_CHECKING:
    from formulations.sensitivity.price_ranges import PriceRange

MOST_RANGES = 8
"""Ranges are looked for of so many limits, those of which one per cent costs most."""


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


@dataclass(frozen=True, eq=False)
class Prices:
    """Prices and opportunity costs of a plan; its certificate tells the same prices. ``room`` is how far its
    objective lies above the bound at these prices: what any release of a unit may gain beyond its ceiling."""

    plan: Plan
    limits: tuple[LimitPrice, ...]
    lines: tuple[LineCost, ...]
    room: float


def prices_of(plan: Plan, watch: Watch | None = None, *, ranges: int = MOST_RANGES) -> Prices:
    """Prices, ranges and opportunity costs of a plan; solves once more without each red line.

    A limit's ``record.price`` (per unit of its indicator) and a line's ``whole`` cost are in tCO2e/yr;
    ``units.cost`` of a line is (units,). ``ranges`` is for how many limits the range of the price is looked
    for. Once ``watch`` is told to stop, what is left is not looked for.

    >>> found = planner.prices_of(planner.optimise("study.toml"))
    >>> [line.name for line in found.lines]
    ['farmland', 'ecology', 'steep']
    """
    # The solver loads here: the command line asks for help, and verifies, without one.
    from formulations.sensitivity.price_ranges import price_range, refined  # noqa: PLC0415
    from formulations.sensitivity.relaxation import relaxation  # noqa: PLC0415

    watch, settings = watch or Watch(), _settings(plan)
    problem, solution = plan.problem, plan.solution
    watch.report(Step("prices", 0.0))
    relaxed = relaxation(problem, solution.prices, plan.layout, settings, watch)
    own = refined(relaxed, settings.gap)
    prices = problem.prices_by_limit(own.price)
    records = limit_records(problem, plan.layout, replace(solution, prices=prices))
    found: list[PriceRange | None] = [None] * len(records)
    for row in _dearest(records)[:ranges]:
        if watch.stop.is_set():
            break
        watch.report(Step(f"range of {records[row].label}", 0.0))
        found[row] = price_range(relaxed, own, row)
    limits = tuple(LimitPrice(record, each) for record, each in zip(records, found, strict=True))
    watch.report(Step("red lines", 0.0))
    units = opportunities(problem, prices, plan.layout)
    objective = problem.objective.evaluate(plan.layout)
    told = replace(plan, certificate=plan.certificate.model_copy(update={"limits": tuple(records)}))
    return Prices(told, limits, _lines(plan, units, own.value, settings, watch), objective - own.value)


def _settings(plan: Plan) -> SolveSettings:
    """The settings under which a plan was sought."""
    asked = plan.certificate.settings
    known = {key: asked[key] for key in SolveSettings.__dataclass_fields__ if key in asked}
    return SolveSettings(**known)


def _dearest(records: Sequence[LimitRecord]) -> list[int]:
    """The rows with a price, those of which one per cent of the bound costs most first."""

    def worth(record: LimitRecord) -> float:
        price = record.price or 0.0
        bound = record.at_least if price > 0 else record.at_most
        return abs(price * (bound or 0.0))

    return sorted((row for row, one in enumerate(records) if one.binds), key=lambda row: -worth(records[row]))


def _lines(
    plan: Plan, units: Sequence[Opportunity], value: float, settings: SolveSettings, watch: Watch
) -> tuple[LineCost, ...]:
    """Every red line's cost as a whole, by solving without it."""
    from formulations.solving import solve  # noqa: PLC0415 - as above

    labels = {line.name: line.label for line in plan.instance.redlines}
    objective = plan.problem.objective.evaluate(plan.layout)
    ruled = Certified(objective, max(known_bound(plan.certificate.bound), min(value, objective)))
    costs = []
    for found in units:
        whole = None
        if not watch.stop.is_set():
            watch.report(Step(f"without {found.line}", 0.0))
            freed = solve(without(plan.problem, found.line), settings, watch, plan.solution.warm_start)
            # the plan itself is one of the layouts without the line
            best = min(objective, freed.objective) if freed.layout is not None else objective
            whole = cost_of_rule(ruled, Certified(best, min(freed.bound, best)))
        costs.append(LineCost(found.line, labels.get(found.line, found.line), found, whole))
    return tuple(costs)


def patches(prices: Prices, line: LineCost) -> list[Patch]:
    """The patches in which releasing a line would pay, the dearest first."""
    plan, cost, classes = prices.plan, line.units.cost, prices.plan.instance.classes
    value = np.where(cost > 0, line.units.becomes.astype(np.int32), -1)
    found = dissolve(value, plan.instance.grid)
    total = _sums(found.of, cost, len(found))
    most = prices.room + _sums(found.of, line.units.ceiling, len(found))
    if line.whole is not None:  # a part of the line cannot cost more than all of it
        most = np.minimum(most, line.whole.high)
    size = found.units()
    return [
        Patch(
            rank,
            classes[int(found.value[number])].name,
            int(size[number]),
            float(found.area_ha[number]),
            float(total[number]),
            float(most[number]),
            found.geometry[number],
        )
        for rank, number in enumerate(np.argsort(-total, kind="stable"), start=1)
    ]


def _sums(of: NDArray[np.int32], cost: FloatArray, count: int) -> FloatArray:
    inside = of >= 0
    return sum_by(of[inside], cost[inside], count)
