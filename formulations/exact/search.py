"""Solving the exact model: relaxation, a plan near it, and the whole program where that is not enough.

The relaxation is almost integral, so that a plan within the gap asked for is mostly found among the units
that it leaves undecided or nearly so. Only if not, HiGHS solves the whole program, without the choices that
the relaxation's reduced costs rule out. Every step leaves a valid bound and the best plan so far.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from formulations.core.decided import Aim
from formulations.core.problem import LayoutProblem
from formulations.core.rows import Prices
from formulations.core.solution import Solution, SolveSettings, Step, Termination, Watch
from formulations.exact.highs import Outcome, solve
from formulations.exact.presolve import Reduction, narrowed, reduce_problem
from formulations.exact.program import Program, layout_program, limit_rows, tightened
from instances.units.grid import FloatArray, Layout

WHOLE_CHOICES = 3_000
"""Problems of at most so many choices go to HiGHS whole at once."""
SMALL_ROOM, SMALL_NODES = 1e-6, 300
"""Share of the objective to which such problems are solved, whatever gap was asked for, and the nodes that
HiGHS may visit for it."""
NEAR_UNITS = (400, 2_000)
"""Units decided afresh near the relaxation, at the first try and the second."""
NEAR_SHARE = 0.3
"""Share of the time left that a try near the relaxation may take."""
BRIEF_CHOICES, BRIEF_NODES = 5_000, 1_000
"""Choices beyond one a unit up to which a brief search decides the whole program, and the nodes that HiGHS
may visit for it: a sweep of many questions does not wait for one that no search decides."""
_DECIDED = 1.0 - 1e-6
"""Share from which on the relaxation has decided a unit: within HiGHS's tolerance of 1."""


def solve_exact(
    problem: LayoutProblem,
    settings: SolveSettings,
    watch: Watch,
    *,
    brief: bool = False,
    bounded: bool = True,
    start: Layout | None = None,
) -> Solution:
    """The best layout of a problem by HiGHS, to ``settings.gap`` or ``settings.room``, or as far as time and
    the stop signal allow.

    A ``brief`` search tries once near the relaxation, and leaves out the whole program where more than a few
    choices are still open. Where the layout is all that is wanted (a part of a problem, whose bound says
    nothing of the problem), a search that is not ``bounded`` is faster; its bound is the relaxation's. From
    a good plan to ``start`` from, HiGHS seeks none of its own and goes to the whole program.

    ``prices`` are the duals of the relaxation: those of a mixed-integer program do not exist, and these
    are the ones that prove the bound. They are missing where the relaxation was not solved in time.
    """
    search = _Search(problem, settings, watch, brief, bounded)
    search.offer(problem.today)
    if start is not None:
        search.offer(start)
        search.begun = search.layout is start
    termination = search.run()
    return search.solution(termination)


@dataclass
class _Search:
    """The state of one solve: the best layout, the bound, and what the relaxation told."""

    problem: LayoutProblem
    settings: SolveSettings
    watch: Watch
    brief: bool
    bounded: bool
    began: float = field(default_factory=time.monotonic)
    small: bool = False
    """Whether the whole problem has few choices."""
    begun: bool = False
    """Whether it begins from a plan better than today's land."""
    layout: Layout | None = None
    wanted: float = 0.0
    """The distance to the bound that is asked for, in tCO2e/yr."""
    objective: float = np.inf
    bound: float = -np.inf
    prices: Prices = field(default_factory=Prices)
    solves: int = 0
    timings: dict[str, float] = field(default_factory=dict)

    def run(self) -> Termination:
        """Relaxation, plans near it, the whole program: as far as needed."""
        reduction = reduce_problem(self.problem)
        program = _program(reduction)
        self.small = len(reduction.unit) <= WHOLE_CHOICES
        self.timings["build"] = self._clock()
        relaxed = self._timed("relaxation", program.relaxed, self.settings)
        if np.isfinite(
            relaxed.bound
        ):  # a layout that keeps the limits proves them feasible, whatever is said
            self.bound = max(self.bound, relaxed.bound)
        infeasible = relaxed.termination is Termination.INFEASIBLE and self.layout is None
        if infeasible or relaxed.termination in (Termination.TIME, Termination.INTERRUPTED):
            return relaxed.termination
        if relaxed.x is None or relaxed.price is None:
            return self._whole(self.problem)
        self.prices = replace(
            self.problem.prices(relaxed.price[limit_rows(reduction, program)]),
            proves=proven_by_prices(self.problem, reduction, program, relaxed.price),
        )
        rounded = reduction.layout(relaxed.x)
        self.wanted = self.aim.room(rounded)
        self.offer(rounded)
        reduced = program.reduced_cost(relaxed.price)[: len(reduction.unit)]
        if len(reduction.unit) > WHOLE_CHOICES and not self.begun:
            for units in NEAR_UNITS[:1] if self.brief else NEAR_UNITS:
                if self.room > self.wanted and self._stopped is None:
                    units += 10 * len(reduction.rows)
                    self._near(
                        narrowed(self.problem, near(self.problem, reduction, relaxed.x, reduced, units))
                    )
        if self.room <= self.wanted:
            return Termination.GAP
        if self._stopped is not None:
            return self._stopped
        room = self.objective - relaxed.bound
        open_choices = worthwhile(self.problem, reduction, reduced, room)
        if self.brief and np.count_nonzero(open_choices) - len(self.problem) > BRIEF_CHOICES:
            return Termination.EXHAUSTED
        return self._whole(narrowed(self.problem, open_choices))

    def offer(self, layout: Layout) -> bool:
        """Take a layout as the best where it keeps to options and limits and is better; False where it does
        not keep to them."""
        objective = self.problem.objective.evaluate(layout)
        if objective >= self.objective:
            return True
        if not self.problem.holds(layout):
            return False
        self.layout, self.objective, self.wanted = layout, objective, self.aim.room(layout)
        return True

    @cached_property
    def aim(self) -> Aim:
        """How far from the bound a plan may stay."""
        return Aim(self.problem, self.settings)

    @property
    def room(self) -> float:
        """The distance between best layout and bound, in tCO2e/yr."""
        return np.inf if self.layout is None else self.objective - self.bound

    def solution(self, termination: Termination) -> Solution:
        """What the search leaves."""
        return Solution(
            termination=termination,
            method="exact",
            layout=self.layout,
            objective=self.objective,
            bound=min(self.bound, self.objective),
            seconds=self._clock(),
            prices=self.prices,
            iterations=self.solves,
            timings=self.timings,
            wanted=self.wanted,
        )

    def _near(self, problem: LayoutProblem) -> None:
        """Look for a plan among few units; its bound holds for these only."""
        reduction = reduce_problem(problem)
        left = self._remaining()
        settings = replace(
            self.settings,
            room=self.wanted / 4,
            time_limit=None if left is None else NEAR_SHARE * left,
        )
        outcome = self._timed("near", _program(reduction), settings)
        if outcome.x is not None:
            self.offer(reduction.layout(outcome.x))

    def _whole(self, problem: LayoutProblem) -> Termination:
        """The whole program, begun from the best layout; what ``problem`` leaves out is no better."""
        reduction = reduce_problem(problem)
        start = reduction.solution(self.layout) if self.layout is not None else None
        program = _program(reduction)
        own = self.settings.room is None and self.settings.relative_to == "decided"
        to_end, again = own and self.bounded and self.small, False
        while True:
            asked, nodes = self.wanted, BRIEF_NODES if self.brief else None
            if to_end:
                size = abs(self.problem.objective.evaluate(reduction.fixed))
                asked, nodes = min(asked, SMALL_ROOM * size), SMALL_NODES
            settings = replace(self.settings, room=asked, time_limit=self._remaining())
            outcome = self._timed("milp", program, settings, start, bounding=self.bounded, nodes=nodes)
            if outcome.x is not None and not self.offer(reduction.layout(outcome.x)):
                self._strictly(reduction, program, settings, start)
            self.bound = max(self.bound, min(outcome.bound, self.objective))
            if outcome.termination is Termination.INFEASIBLE and self.layout is not None:
                return Termination.GAP
            # An end asked for beyond what sums of floats can show is reached where HiGHS says so.
            shown = (
                SMALL_ROOM * max(1.0, abs(self.objective)) if outcome.termination is Termination.GAP else 0.0
            )
            met = self.room <= max(self.wanted, shown) or not self.bounded
            if not met and to_end and outcome.termination is Termination.EXHAUSTED:
                to_end, start = False, outcome.x
                continue
            near = outcome.termination is Termination.GAP
            if met or not near or again:
                return Termination.GAP if met else Termination.EXHAUSTED if near else outcome.termination
            # What counts as near depends on the plan: the one found may ask for more than the last did. And
            # begun from a plan, HiGHS 1.16 has called one optimal whose bound was farther than that.
            again, start = True, None

    def _strictly(
        self, reduction: Reduction, program: Program, settings: SolveSettings, start: FloatArray | None
    ) -> None:
        """Look for a plan that keeps the bounds themselves. The program lets limits be missed by what they
        allow, so that its bound holds for all that keeps them; HiGHS's own tolerance may come on top."""
        rows, allowance, locked = limit_rows(reduction, program), reduction.allowance, reduction.constant[1:]
        lower, upper = program.row_lower.copy(), program.row_upper.copy()
        # bounds that were moved to what whole cells can have are not to be moved again
        lower[rows] += np.where(lower[rows] == reduction.lower - locked - allowance, allowance, 0.0)
        upper[rows] -= np.where(upper[rows] == reduction.upper - locked + allowance, allowance, 0.0)
        strict = replace(program, row_lower=lower, row_upper=upper)
        outcome = self._timed("milp", strict, replace(settings, time_limit=self._remaining()), start)
        if outcome.x is not None:
            self.offer(reduction.layout(outcome.x))

    def _timed(
        self,
        stage: str,
        program: Program,
        settings: SolveSettings,
        start: FloatArray | None = None,
        *,
        bounding: bool = False,
        nodes: int | None = None,
    ) -> Outcome:
        """Solve a program, telling of the search as a whole meanwhile."""
        mark = self._clock()

        def report(step: Step) -> None:
            plans = [
                value for value in (step.plan, self.objective) if value is not None and np.isfinite(value)
            ]
            bounds = [self.bound] + ([step.bound] if bounding and step.bound is not None else [])
            bound = max(bounds)
            plan = min(plans, default=None)
            asked = self.settings.gap if self.settings.room is None else 0.0
            self.watch.report(
                Step(
                    stage, self._clock(), plan, bound if np.isfinite(bound) else None, self.solves,
                    scale=self.wanted / asked if asked else None,
                )
            )  # fmt: skip

        watch = Watch(report, self.watch.stop)
        outcome = solve(program, settings, watch, start=start, stage=stage, bounded=bounding, nodes=nodes)
        self.solves += 1
        self.timings[stage] = self.timings.get(stage, 0.0) + self._clock() - mark
        return outcome

    def _clock(self) -> float:
        return time.monotonic() - self.began

    def _remaining(self) -> float | None:
        limit = self.settings.time_limit
        return None if limit is None else max(0.0, limit - self._clock())

    @property
    def _stopped(self) -> Termination | None:
        """Why the search must stop now, if it must."""
        if self.watch.stop.is_set():
            return Termination.INTERRUPTED
        return Termination.TIME if self._remaining() == 0.0 else None


def _program(reduction: Reduction) -> Program:
    program = layout_program(reduction)
    return tightened(program, limit_rows(reduction, program), reduction.allowance)


def proven_by_prices(
    problem: LayoutProblem, reduction: Reduction, program: Program, price: FloatArray
) -> float:
    """The bound that the prices (rows of the program,) of the limits prove for whoever has nothing else.

    Limits on pairs and corridors count with the bounds that the study gives them: here they are moved where
    locked neighbours leave single units only. Of penalised products the program knows more than prices tell.
    """
    if reduction.penalised.any():
        return -np.inf
    asked = [problem.limits[row.limit].indicator for row in reduction.rows]
    joined = np.array([bool(one.pairs or one.bundles) for one in asked], dtype=bool)
    rows, locked = limit_rows(reduction, program)[joined], reduction.constant[1:][joined]
    allowance = reduction.allowance[joined]
    lower, upper = program.row_lower.copy(), program.row_upper.copy()
    lower[rows] = reduction.lower[joined] - locked - allowance
    upper[rows] = reduction.upper[joined] - locked + allowance
    return replace(program, row_lower=lower, row_upper=upper).bound_at(price)


def near(
    problem: LayoutProblem, reduction: Reduction, x: FloatArray, reduced: FloatArray, units: int
) -> NDArray[np.bool_]:
    """(units, classes) options that keep the relaxation's choice but for some units: those it leaves
    undecided, then those for which another class costs least by the reduced costs (choices,)."""
    share = x[: len(reduction.unit)]
    change = np.where(share < 0.5, np.maximum(reduced, 0.0), np.inf)
    cost = np.minimum.reduceat(change, reduction.first[:-1])
    undecided = np.maximum.reduceat(share, reduction.first[:-1]) < _DECIDED
    cost[undecided] = -1.0
    count = min(len(cost), max(units, 2 * int(undecided.sum())))
    chosen = reduction.free[np.argpartition(cost, count - 1)[:count]]
    allowed = np.zeros((len(problem), problem.options.classes), dtype=bool)
    allowed[np.arange(len(problem)), reduction.layout(x)] = True
    allowed[chosen] = problem.options.allowed[problem.options.kind[chosen]]
    return allowed


def worthwhile(
    problem: LayoutProblem, reduction: Reduction, reduced: FloatArray, room: float
) -> NDArray[np.bool_]:
    """(units, classes) options without choices whose reduced cost alone exceeds ``room``, the distance from
    the relaxation to the best plan: no better plan makes them."""
    allowed = problem.options.allowed[problem.options.kind]
    room = room + 1e-6 * (1.0 + abs(room))
    dear = reduced > room
    allowed[reduction.unit[dear], reduction.klass[dear]] = False
    certain = reduced < -room
    allowed[reduction.unit[certain]] = False
    allowed[reduction.unit[certain], reduction.klass[certain]] = True
    return allowed
