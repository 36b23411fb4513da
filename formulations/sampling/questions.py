"""Questions of a sweep: one solve each, as plain data that travels to any worker, and its answer.

A question is a change to a study's problem: other weights, further bounds, other emission rates. Its answer
is decided by the problem, the question, the settings and the answers it begins from, never by which worker
took it or when.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from formulations.core.indicator import Indicator
from formulations.core.network_goal import NetworkFound
from formulations.core.patch_sizes import Patched
from formulations.core.problem import LayoutProblem, Limit
from formulations.core.rows import Prices
from formulations.core.solution import Solution, SolveSettings, Step, Termination, WarmStart, Watch
from formulations.indicators.catalogue import indicators
from formulations.indicators.variety import DIFFERENCE, difference
from formulations.posing import pose
from formulations.sampling.cuts import Cut, cut
from formulations.sampling.networks import held_network, unproven
from formulations.sampling.records import RunRecord
from instances.carbon.conversion import EmissionRates
from instances.instance import Instance
from instances.land.stated import Stated
from instances.rules.districts import Districts
from instances.units.grid import FloatArray, Layout

OBJECTIVE = "objective"
"""Name by which a bound means the study's own objective."""
QUIET_ROUNDS, WORTHWHILE = 10, 0.03
"""After so many rounds that each close less than this share of the distance to the bound, a solve ends."""


@dataclass(frozen=True, eq=False)
class Base:
    """What questions of a sweep are asked of: a scenario's problem, its indicators, its land.

    ``instance`` is what they were posed of; without it nothing can be asked at other coefficients.
    """

    problem: LayoutProblem
    indicators: Mapping[str, Indicator]
    area_ha: FloatArray
    instance: Instance | None = None

    @staticmethod
    def of(instance: Instance, problem: LayoutProblem) -> Base:
        """The base of a scenario."""
        return Base(problem, indicators(instance), instance.grid.area_ha, instance)

    def at(self, rates: EmissionRates, stated: Mapping[str, Stated] | None = None) -> Base:
        """The same scenario with other carbon coefficients, and other figures that the study states: whatever
        rests on them, sums, ratios and shares of today's value in limits as well, has those of one draw."""
        if self.instance is None:
            raise ValueError("a base without its instance has no other coefficients")
        other = self.instance.drawn(rates, stated)
        # What is asked of the network rests on no coefficient, and knows what it has counted.
        return Base.of(other, replace(pose(other), network=self.problem.network))


@dataclass(frozen=True)
class Bound:
    """A further bound on an indicator (or on ``objective``) for the whole area, in its unit."""

    indicator: str
    at_least: float = -math.inf
    at_most: float = math.inf


@dataclass(frozen=True, eq=False)
class Question:
    """One solve: ``weights`` (indicator, weight; positive is minimised) in place of the study's objective,
    ``bounds`` beside the study's limits.

    ``rates`` take the place of the study's emission rates, in every indicator that rests on them, and
    ``stated`` that of the figures it states.
    ``unlike`` are layouts from which the one sought shall differ: the weight of ``difference``.
    ``scenario`` is the one it belongs to, by its name in the sweep; a sweep over one scenario needs none.
    """

    name: str
    weights: tuple[tuple[str, float], ...] = ()
    bounds: tuple[Bound, ...] = ()
    rates: EmissionRates | None = None
    unlike: tuple[Layout, ...] = ()
    cut: bool = False
    """Whether the cut below the front is asked for too."""
    whole: bool = False
    """Whether it is solved as a run is: to its end, with a record, and with why there is no plan."""
    scenario: str = ""
    near: Layout | None = None
    """Of plans equally good one near this layout is taken, where it is solved as a run is; None: today."""
    stated: Mapping[str, Stated] | None = None


@dataclass(frozen=True, eq=False)
class Answer:
    """What a question's solve left. ``prices`` are those of the posed question's rows, none where some are
    unknown; only times (``seconds``, and the steps and timings of ``record``) differ from run to run."""

    key: str
    termination: Termination
    method: str
    layout: Layout | None
    objective: float
    bound: float
    prices: Prices
    reason: str = ""
    iterations: int = 0
    gap: float = 0.0
    """The gap asked for, relative to what is decided; to the objective where the question named its own."""
    wanted: float = 0.0
    """The distance to the bound that this was, in tCO2e/yr."""
    seconds: float = 0.0
    cut: Cut | None = None
    record: RunRecord | None = None
    """Of a question solved as a run is."""
    patched: Patched | None = None
    """Where there are least sizes of new land."""
    network: NetworkFound | None = None
    """Where something is asked of the network."""

    def solution(self, problem: LayoutProblem) -> Solution:
        """The solution of the posed question, to be certified; ``ValueError`` for another question."""
        if self.prices and self.prices.keys != tuple(row.key for row in problem.rows):
            raise ValueError("these prices are of the rows of another question")
        record = self.record or RunRecord()
        return Solution(
            self.termination, self.method, self.layout, self.objective, self.bound, self.seconds,
            self.prices, self.reason, self.iterations, record.timings, record.warm_start, self.wanted,
            record.nearness, self.patched, self.network,
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Asked:
    """A question, what its solve begins from, and the gap asked for relative to its objective (None: the
    sweep's, relative to what is decided).

    ``prices`` must come from a question of the same weights, or nearly so; ``plans`` from any. ``after`` is
    an answer solved as a run is, whose warm start takes the place of both. ``settings`` take the place of the
    sweep's.
    """

    question: Question
    gap: float | None = None
    plans: tuple[Answer, ...] = ()
    prices: Answer | None = None
    after: Answer | None = None
    settings: SolveSettings | None = None

    @property
    def warm_start(self) -> WarmStart:
        """What its solve begins from."""
        if self.after is not None and self.after.record is not None:
            return self.after.record.warm_start
        return warm_start_from(self.prices, self.plans)


def whole_run(
    name: str, scenario: str, near: Layout | None, after: Answer | None, settings: SolveSettings
) -> Asked:
    """The question of a scenario's own plan, solved as a run is: near the layout ``near`` (units,) of plans
    equally good, begun from what the answer ``after`` left."""
    return Asked(Question(name, scenario=scenario, whole=True, near=near), after=after, settings=settings)


def warm_start_from(prices: Answer | None, plans: Sequence[Answer]) -> WarmStart:
    """What a solve begins from: prices of an answer to the same weights, and any plans."""
    found = Prices() if prices is None else prices.prices
    return WarmStart(found, tuple(answer.layout for answer in plans if answer.layout is not None))


def posed(base: Base, question: Question, layouts: Sequence[Layout] = ()) -> LayoutProblem:
    """The layout problem of a question; ``layouts`` are those that its solve begins from (``networks``)."""
    if question.rates is not None:
        base = base.at(question.rates, question.stated)
    problem = base.problem
    known: dict[str, Indicator] = {**base.indicators}
    if question.unlike:
        known[DIFFERENCE] = difference(question.unlike, base.area_ha, problem.options.classes)
    known[OBJECTIVE] = problem.objective
    parts = tuple((weight, known[name]) for name, weight in question.weights) or problem.parts
    own = dict(question.weights).get(OBJECTIVE, 0.0) if question.weights else 1.0
    network, most = held_network(problem, own, _most(question), layouts)
    bounds = [
        Bound(OBJECTIVE, bound.at_least, most) if bound.indicator == OBJECTIVE and most is not None else bound
        for bound in question.bounds
    ]
    further = _further(question, bounds, known, len(problem))
    return replace(problem, parts=parts, limits=(*problem.limits, *further), network=network)


def _most(question: Question) -> float | None:
    """What a question lets the objective be at the most; None where it does not say."""
    return min((bound.at_most for bound in question.bounds if bound.indicator == OBJECTIVE), default=None)


def _further(
    question: Question, bounds: Sequence[Bound], known: Mapping[str, Indicator], units: int
) -> tuple[Limit, ...]:
    return tuple(
        Limit(
            known[bound.indicator],
            Districts.whole(units),
            np.array([bound.at_least]),
            np.array([bound.at_most]),
            question.name,
        )
        for bound in bounds
    )


def answer(
    base: Base, key: str, question: Question, begin: WarmStart, settings: SolveSettings, watch: Watch
) -> Answer:
    """Solve a question; what is stopped from outside (``watch.stop``) ends as interrupted."""
    problem = posed(base, question, begin.layouts)
    if question.whole:
        from formulations.sampling.whole_runs import solve_whole  # noqa: PLC0415 - loads the solver

        solution, record = solve_whole(problem, settings, watch, begin, question.near)
    else:
        solution, record = _patiently(problem, settings, watch, begin, bool(question.unlike)), None
    beyond = unproven(base.problem, question.unlike) if _most(question) is not None else None
    return Answer(
        key=key,
        termination=solution.termination,
        method=solution.method,
        layout=solution.layout,
        objective=float(solution.objective),
        bound=float(solution.bound) if beyond is None else beyond,
        prices=solution.prices,
        reason=solution.reason,
        iterations=solution.iterations,
        gap=settings.gap,
        wanted=solution.wanted,
        seconds=solution.seconds,
        cut=_cut(problem, question, solution),
        record=record,
        patched=solution.patched,
        network=solution.network,
    )


def load_solvers() -> None:
    """Load what answers need ahead of the first question: the solver's modules take a second or two."""
    from formulations.sampling import whole_runs  # noqa: F401, PLC0415


def _patiently(
    problem: LayoutProblem, settings: SolveSettings, watch: Watch, begin: WarmStart, further: bool
) -> Solution:
    """The solution found until many rounds bring next to nothing; ``further`` as ``Patience`` has it."""
    from formulations.connecting import solve_scenario  # noqa: PLC0415 - other commands need no solver
    from formulations.patches.building import built  # noqa: PLC0415 - as above
    from formulations.solving import solve_without_sizes  # noqa: PLC0415 - as above

    if problem.network is not None:  # rounds end by themselves
        return solve_scenario(problem, settings, watch, begin)
    patience = Patience(watch, further)
    solution = solve_without_sizes(problem, settings, patience.watch, begin)
    if patience.over and solution.termination is Termination.INTERRUPTED:
        solution = replace(solution, termination=Termination.EXHAUSTED)
    # Out of patience is not out of time: the plan is still built.
    return built(problem, solution, settings, watch, begin.layouts)


def _cut(problem: LayoutProblem, question: Question, solution: Solution) -> Cut | None:
    if not question.cut or solution.layout is None:
        return None
    if not question.bounds and math.isfinite(solution.bound):
        return Cut(dict(question.weights), solution.bound)
    return cut(problem, len(question.bounds), solution.prices) if solution.prices else None


class Patience(threading.Event):
    """The stop signal of column generation that brings nothing more, counted in rounds and not in seconds:
    the answer is then the same on every machine. Where the plan that the search begins with is no answer
    (``further``: an alternative differs from it), no round counts before there is a better one."""

    def __init__(self, outer: Watch, further: bool = False) -> None:
        super().__init__()
        self.outer, self.quiet, self.distance = outer, 0, math.inf
        self.begun: float | None = None if further else math.inf
        self.watch = Watch(report=self.heard, stop=self, brief=True)

    @property
    def over(self) -> bool:
        """True where patience ran out, and not the planner's."""
        return super().is_set() and not self.outer.stop.is_set()

    def is_set(self) -> bool:
        """True where the solve should stop, for either reason."""
        return super().is_set() or self.outer.stop.is_set()

    def heard(self, step: Step) -> None:
        """Count the rounds that bring nothing; the first refinement is the last."""
        self.outer.report(step)
        if step.plan is None or step.bound is None or step.stage not in ("bound", "plan"):
            return
        self.begun = step.plan if self.begun is None else self.begun
        if step.plan >= self.begun:
            return
        distance = step.plan - step.bound
        self.quiet = 0 if distance < (1 - WORTHWHILE) * self.distance else self.quiet + 1
        self.distance = min(self.distance, distance)
        if self.quiet >= QUIET_ROUNDS or step.stage == "plan":
            self.set()
