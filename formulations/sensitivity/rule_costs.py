"""What red lines cost: unit by unit at the prices of the limits, and as a whole by solving without each."""

from __future__ import annotations

from dataclasses import dataclass

from formulations.connecting import solve_scenario
from formulations.core.problem import LayoutProblem
from formulations.core.rows import Prices
from formulations.core.solution import SolveSettings, Step, WarmStart, Watch
from formulations.network.near_plan import near_plan
from formulations.sensitivity.difference import Certified, Interval, cost_of_rule
from formulations.sensitivity.opportunity_cost import Opportunity, opportunities, without
from formulations.solving import solve
from instances.units.grid import Layout


@dataclass(frozen=True, eq=False)
class RuleCost:
    """What one red line costs: unit by unit, and as a whole (None where it was not solved without it)."""

    units: Opportunity
    whole: Interval | None = None


def rule_costs(
    problem: LayoutProblem,
    prices: Prices,
    layout: Layout,
    bound: float,
    begin: WarmStart,
    settings: SolveSettings,
    watch: Watch,
) -> list[RuleCost]:
    """What every red line of a problem costs; ``bound`` is the best one known of the problem, and ``begin``
    what its solve left.

    Once ``watch`` is told to stop, no further line is solved without.
    """
    watch.report(Step("red lines", 0.0))
    found = opportunities(near_plan(problem, layout), prices, layout)
    again = solve if problem.network is None else solve_scenario
    ruled = Certified(problem.value(layout), bound)
    costs = []
    for units in found:
        whole = None
        if not watch.stop.is_set():
            watch.report(Step(f"without {units.line}", 0.0))
            freed = again(without(problem, units.line), settings, watch, begin)
            # the layout itself is one of those without the line
            best = min(ruled.objective, freed.objective) if freed.layout is not None else ruled.objective
            whole = cost_of_rule(ruled, Certified(best, min(freed.bound, best)))
        costs.append(RuleCost(units, whole))
    return costs
