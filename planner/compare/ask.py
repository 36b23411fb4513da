"""Red-line alternatives compared: one plan per scenario, and what is known of their differences."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from formulations.core.solution import Step, Watch
from formulations.indicators.variety import differing_ha
from formulations.sampling.agreement import Agreement, agreement
from formulations.sampling.questions import Answer, Base, whole_run
from formulations.sampling.records import RunRecord
from formulations.sensitivity.difference import (
    Certified,
    Interval,
    Planned,
    cost_known,
    known_bound,
    nesting,
    same_objective,
    shared,
)
from formulations.sensitivity.tightening import Equivalent
from instances.study.file import StudyFile, load_study
from planner.compare.loosened import loosened
from planner.compare.reading import read_alternatives
from planner.compare.tighten import better, rooms_wanted, tighten
from planner.plans.optimise import Loaded, no_plan, plan_of, settings_of
from planner.plans.outcome import Infeasible, Interrupted, NoPlan
from planner.plans.plan import Plan
from planner.prices.worth import equivalent_of
from planner.sweeps.sweep import Sweep, Tally, Workforce, open_scenarios, root_key
from planner.words.scenario_names import scenario_label
from words.catalogue import Words
from words.said import say

if TYPE_CHECKING:
    from formulations.infeasible import Infeasibility
    from formulations.sampling.questions import Asked
    from instances.units.grid import Layout

TRIES = 3
"""How often limits are loosened anew where a scenario has no plan with the first loosening."""
NOT_REACHED = say("figures_compare.not_reached")


@dataclass(frozen=True, eq=False)
class Alternative:
    """One scenario of a comparison and its plan.

    ``why`` is None where the scenario has a plan as it stands, else why it has none: the plan then keeps to
    limits loosened by ``why.together``, and ``title`` says so.
    """

    name: str
    plan: Plan
    why: Infeasibility | None = None

    @property
    def title(self) -> str:
        """The scenario's name for readers; it says where limits were loosened."""
        return self.plan.certificate.scenario

    def label(self, words: Words) -> str:
        """The scenario's name for readers in a language: its label where it has one."""
        return scenario_label(self.title, words, self.plan.instance.study.label)

    @property
    def relaxed(self) -> bool:
        """True where the plan keeps to loosened limits only."""
        return self.why is not None

    @property
    def certified(self) -> Certified:
        """Objective and bound."""
        certificate = self.plan.certificate
        if certificate.objective is None:
            raise ValueError("a plan without an objective")
        return Certified(certificate.objective, known_bound(certificate.bound))

    @property
    def planned(self) -> Planned:
        """Its problem, its layout and what is certified of it."""
        return Planned(self.plan.problem, self.plan.layout, self.certified)


@dataclass(frozen=True, eq=False)
class LeftOut:
    """A scenario that has no plan, not even with limits loosened, or was not reached."""

    name: str
    reason: str
    why: Infeasibility | None = None


@dataclass(frozen=True, eq=False)
class Comparison:
    """Plans of several scenarios on the same units; the first is what the others are compared with."""

    source: StudyFile
    alternatives: tuple[Alternative, ...]
    left_out: tuple[LeftOut, ...] = ()
    tally: Tally = field(default_factory=Tally)
    """How much was solved for it, and how much was found solved already."""

    @property
    def first(self) -> Alternative:
        """The alternative with which the others are compared."""
        return self.alternatives[0]

    @property
    def others(self) -> tuple[Alternative, ...]:
        """All but the first."""
        return self.alternatives[1:]

    @property
    def lang(self) -> str:
        """The language of the study."""
        return self.first.plan.instance.study.lang

    def comparable(self, other: Alternative) -> bool:
        """True where the first and another are valued alike: same weights, indicators and coefficients."""
        return same_objective(self.first.plan.problem, other.plan.problem)

    def cost(self, other: Alternative) -> Interval | None:
        """What another costs more than the first, in tCO2e/yr; None where they are not valued alike."""
        return self._costs[other.name]

    @cached_property
    def _costs(self) -> dict[str, Interval | None]:
        return {each.name: self._cost(each) for each in self.alternatives}

    def _cost(self, other: Alternative) -> Interval | None:
        if not self.comparable(other):
            return None
        one, another = self.first.planned, other.planned
        nested = nesting(one.problem, another.problem)
        return cost_known(*shared(one, another, nested), nested)

    @cached_property
    def equivalent(self) -> Equivalent:
        """The land by whose uptake small costs are told."""
        return equivalent_of(self.first.plan.instance)

    @property
    def rooms_wanted(self) -> dict[str, float]:
        """The rooms wanted of the others whose cost is not known well enough, by their names."""
        return rooms_wanted({each.name: self.cost(each) for each in self.others}, self.equivalent.floor)

    def answered(self, other: Alternative) -> bool:
        """True where what another costs is known well enough, or is not asked."""
        known = self.cost(other)
        return known is None or known.useful(self.equivalent.floor)

    def by_first(self, other: Alternative) -> float:
        """The plan of another valued by the objective of the first, in tCO2e/yr."""
        return self.first.plan.problem.value(other.plan.layout)

    def differs_ha(self, other: Alternative) -> float:
        """Area on which the plan of another has another class than the first's."""
        plan = self.first.plan
        return differing_ha(plan.layout, other.plan.layout, plan.instance.grid.area_ha)

    @cached_property
    def agreement(self) -> Agreement:
        """How far the plans agree with the first and with each other."""
        layouts = [each.plan.layout for each in self.alternatives]
        return agreement(layouts[0], layouts, len(self.first.plan.instance.classes))

    @property
    def firm_ha(self) -> float:
        """Area that has one class in every plan."""
        return float(self.first.plan.instance.grid.area_ha[self.agreement.keeps >= 1.0].sum())


class Settings(TypedDict, total=False):
    """Settings of a solve in place of the study's own, as for ``optimise``; None leaves the study's."""

    gap: float | None
    time_limit: float | None
    method: str | None
    threads: int | None


def compare(
    study: str | Path | Loaded,
    scenarios: Sequence[str] | None = None,
    *,
    lang: str | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    out: str | Path | None = None,
    watch: Watch | None = None,
    **settings: Unpack[Settings],
) -> Comparison:
    """Plans of some scenarios of a study (all by default, in the order of the file): the first, then the
    others several at a time, each with what the first left; ``settings`` as for ``optimise``.

    ``workers`` on this machine (None: as many as fit) or those of a ``cluster`` at an address solve. What is
    solved is kept beside the folder ``out``, so that the same call goes on where it was; without one nothing
    is kept. Told to stop, ``watch`` ends it with the plans found so far.
    A scenario that no layout can meet is loosened as its infeasibility says. Raises ``StudyError`` with what
    is wrong in any scenario before anything is solved, and ``NoPlan`` where no scenario has a plan.
    """
    source = (study.source if isinstance(study, Loaded) else load_study(study)).speaking(lang)
    usual = settings_of(source.base, **settings)
    watch = watch or Watch()
    watch.report(Step("reading", 0.0))
    loaded = read_alternatives(source, scenarios)
    kept, workforce = None if out is None else Path(out), Workforce(workers, cluster)
    with open_scenarios(loaded, kept, usual, workforce, watch) as sweep:
        return solve_alternatives(source, loaded, sweep, settings)


def solve_alternatives(
    source: StudyFile, loaded: Sequence[Loaded], sweep: Sweep, settings: Settings
) -> Comparison:
    """Solve scenarios one after another until one has a plan, and the rest together, each near that plan.

    Once the sweep is told to stop the rest is left out. Raises ``NoPlan`` where no scenario has a plan.
    """
    courses = [_Course(one, settings) for one in loaded]
    waiting, first = deque(courses), None
    while waiting and first is None:
        course = waiting.popleft()
        _solve(sweep, [course], None)
        first = course if course.found is not None else None
    if first is not None:
        _solve(sweep, list(waiting), first)
    planned = [course for course in courses if course.found is not None]
    if not planned:
        ended = [course.ended for course in courses if course.ended is not None]
        raise ended[0] if ended else Interrupted(courses[0].name)
    left = tuple(course.left_out() for course in courses if course.found is None)

    def known() -> Comparison:
        alternatives = tuple(course.found for course in planned if course.found is not None)
        return Comparison(source, alternatives, left, sweep.tally)

    tighten(sweep, planned, lambda: known().rooms_wanted)
    return known()


def _solve(sweep: Sweep, courses: Sequence[_Course], first: _Course | None) -> None:
    """Solve scenarios together; one without a plan is asked again as soon as it is loosened."""
    of: dict[int, _Course] = {}
    asked: list[Asked] = []

    def ask(course: _Course) -> None:
        question = course.asked(first)
        of[id(question)] = course
        asked.append(question)

    for course in courses:
        ask(course)
    for question, answer in sweep.each(asked):
        course = of[id(question)]
        moved = course.heard(question, answer)
        if moved is not None:
            sweep.join(course.key, Base.of(moved.instance, moved.problem), root_key(moved.instance))
            ask(course)


class _Course:
    """One scenario on its way to a plan: asked as it stands, then loosened for as long as that may help.

    ``key`` is its name in the sweep, ``answer`` what its plan was made of.
    """

    def __init__(self, loaded: Loaded, settings: Settings) -> None:
        self.name = self.key = loaded.scenario
        self.loaded, self.settings = loaded, settings
        self.found: Alternative | None = None
        self.answer: Answer | None = None
        self.ended: NoPlan | None = None
        self._reason = NOT_REACHED
        self._why: Infeasibility | None = None
        self._moves: Infeasibility | None = None
        self._tries = 0

    @property
    def plan(self) -> Plan | None:
        """Its plan so far."""
        return None if self.found is None else self.found.plan

    def asked(self, first: _Course | None) -> Asked:
        """The question for its plan, near the plan of the first and begun from what that left."""
        near = None if first is None or first.found is None else first.found.plan.layout
        after = None if first is None else first.answer
        own = settings_of(self.loaded.study, **self.settings)
        return whole_run(self.loaded.scenario, self.key, near, after, own)

    def heard(self, asked: Asked, answer: Answer) -> Loaded | None:
        """Take an answer; the scenario loosened where it has to be asked again."""
        none = self._settle(asked, answer)
        if none is None:
            return None
        first_time = self.ended is None
        self.ended = self.ended or none
        if not isinstance(none, Infeasible):
            again = say(none.key, **none.values)
            self._reason = (
                again if first_time else say("figures_compare.loosened", reason=self._reason, again=again)
            )
            return None
        if first_time or self._moves is None:
            self._reason, self._why, self._moves = say(none.key, **none.values), none.why, none.why
        else:
            together = (*self._moves.together, *none.why.together)
            self._moves = replace(self._moves, together=together)
        self._tries += 1
        moved = loosened(self.loaded, none.why, self.name) if self._tries <= TRIES else None
        if moved is not None:
            self.loaded, self.key = moved, root_key(moved.instance)
        return moved

    def closer(self, gap: float, seconds: float, near: Layout | None) -> Asked:
        """The question for its plan again, to a smaller gap, begun from what its last solve left."""
        own = settings_of(self.loaded.study, **self.settings)
        limit = seconds if own.time_limit is None else min(seconds, own.time_limit)
        settings = replace(own, gap=min(gap, own.gap), time_limit=limit)
        return whole_run(self.loaded.scenario, self.key, near, self.answer, settings)

    def improved(self, answer: Answer) -> None:
        """Take what solving on brought: the better plan, the better bound, never a worse one.

        The plan keeps the settings and the ending of the first solve, which reached what was asked for.
        """
        if self.found is None or answer.layout is None:
            return
        before = self.found.plan
        solution = better(before.solution, answer.solution(before.problem))
        own = settings_of(self.loaded.study, **self.settings)
        log, record = self.loaded.log.branch(), answer.record or RunRecord()
        log.settings(own)
        log.replay((self.answer.record or RunRecord()).steps if self.answer else (), before.solution.seconds)
        log.say("solved on, until what the alternatives cost is known")
        log.replay(record.steps, answer.seconds)
        log.ending(solution)
        self.found = replace(self.found, plan=plan_of(self.loaded, solution, own, log))
        self.answer = answer

    def left_out(self) -> LeftOut:
        """Why it has no plan."""
        return LeftOut(self.name, self._reason, self._why)

    def _settle(self, asked: Asked, answer: Answer) -> NoPlan | None:
        """Make the plan of an answer, with its log; why there is none otherwise."""
        settings, problem = asked.settings or settings_of(self.loaded.study), self.loaded.problem
        log, record = self.loaded.log.branch(), answer.record or RunRecord()
        solution = answer.solution(problem)
        log.settings(settings)
        log.replay(record.steps, answer.seconds)
        log.ending(solution)
        if solution.layout is None:
            return no_plan(self.loaded.scenario, problem, solution, settings, Watch(), record.why)
        log.nearness(solution.nearness)
        log.patched(solution.patched)
        self.found = Alternative(self.name, plan_of(self.loaded, solution, settings, log), self._moves)
        self.answer = answer
        return None
