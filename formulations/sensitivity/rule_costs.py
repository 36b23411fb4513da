"""What red lines cost: unit by unit at the prices of the limits, and as a whole by solving without each.

As a whole a line costs what the best plan with it costs more than the best without it. Of both only objective
and bound are known, so it is an interval, as wide as both rooms. Where it is too wide to be useful the two
are solved on: first the plan with all lines, of which every line's cost is counted, then those without.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from formulations.connecting import solve_scenario
from formulations.core.problem import LayoutProblem
from formulations.core.rows import Prices
from formulations.core.solution import SolveSettings, Step, WarmStart, Watch
from formulations.network.near_plan import near_plan
from formulations.sensitivity.difference import Certified, Interval, cost_of_rule
from formulations.sensitivity.opportunity_cost import Opportunity, opportunities, without
from formulations.sensitivity.tightening import room, seconds_on, share_wanted
from formulations.solving import solve
from instances.units.grid import Layout

ROUNDS = 2
"""How often what is too wide is solved on at most: the second round aims by what the first one found."""


@dataclass(frozen=True, eq=False)
class RuleCost:
    """What one red line costs: unit by unit, and as a whole (None where it was not solved without it)."""

    units: Opportunity
    whole: Interval | None = None


@dataclass(eq=False)
class _Side:
    """One of two problems that are compared: what is certified of it so far, and where a solve goes on."""

    problem: LayoutProblem
    known: Certified
    begin: WarmStart

    def solve(self, settings: SolveSettings, watch: Watch) -> None:
        """Solve it, or solve it on: the better plan and the higher bound are kept."""
        again = solve if self.problem.network is None else solve_scenario
        found = again(self.problem, settings, watch, self.begin)
        objective = min(self.known.objective, found.objective)
        self.known = Certified(objective, min(max(self.known.bound, found.bound), objective))
        self.begin = found.warm_start

    def closer(self, wanted: float, settings: SolveSettings, watch: Watch) -> None:
        """Solve it on to a distance to the bound of ``wanted`` tCO2e/yr, where it is not as near already."""
        if room(self.known) > wanted and not watch.stop.is_set():
            most = seconds_on(len(self.problem))
            limit = most if settings.time_limit is None else min(most, settings.time_limit)
            self.solve(replace(settings, room=wanted, time_limit=limit), watch)


def rule_costs(
    problem: LayoutProblem,
    prices: Prices,
    layout: Layout,
    bound: float,
    begin: WarmStart,
    settings: SolveSettings,
    watch: Watch,
    floor: float = 0.0,
) -> list[RuleCost]:
    """What every red line of a problem costs, to a tenth or until it is proven below ``floor`` tCO2e/yr, as
    far as the time for it goes; ``bound`` is the best one known of the problem, and ``begin`` what its solve
    left.

    Once ``watch`` is told to stop, nothing further is solved.
    """
    watch.report(Step("red lines", 0.0))
    found = opportunities(near_plan(problem, layout), prices, layout)
    ruled = _Side(problem, Certified(problem.value(layout), bound), begin)
    free: list[tuple[Opportunity, _Side]] = []
    for units in found:
        if watch.stop.is_set():
            break
        watch.report(Step(f"without {units.line}", 0.0))
        # the layout itself is one of those without the line
        known = Certified(ruled.known.objective, float("-inf"))
        side = _Side(without(problem, units.line), known, begin)
        side.solve(settings, watch)
        free.append((units, side))
    if problem.network is None:  # what a network leaves open is its ceiling's: no solve comes nearer
        _solve_on(ruled, [side for _, side in free], settings, watch, floor)
    told = [RuleCost(units, cost_of_rule(ruled.known, side.known)) for units, side in free]
    return told + [RuleCost(units) for units in found[len(free) :]]


def _solve_on(
    ruled: _Side, free: Sequence[_Side], settings: SolveSettings, watch: Watch, floor: float
) -> None:
    """Solve on until every cost is known well enough, for at most so many rounds."""
    for _ in range(ROUNDS):
        wanted = [share for side in free if (share := _share(ruled, side, floor)) is not None]
        if not wanted:
            return
        ruled.closer(min(wanted), settings, watch)
        for side in free:
            share = _share(ruled, side, floor)
            if share is not None:
                side.closer(share, settings, watch)


def _share(ruled: _Side, free: _Side, floor: float) -> float | None:
    """The room that either side may have; None where what the line costs is known well enough."""
    # every plan with the line is one without it
    objective = min(free.known.objective, ruled.known.objective)
    free.known = Certified(objective, min(free.known.bound, objective))
    share = share_wanted(cost_of_rule(ruled.known, free.known), floor)
    return None if share is None or share <= 0 else share
