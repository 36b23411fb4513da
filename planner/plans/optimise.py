"""From a study file to a plan: read, pose, choose the method, solve, certify."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from formulations.core.nearness import Towards
from formulations.core.problem import LayoutProblem
from formulations.core.solution import Solution, SolveSettings, Step, Termination, WarmStart, Watch
from formulations.posing import pose
from formulations.staged.problem import Staged, pose_stages
from instances.instance import Instance, read
from instances.layers.read_cache import ReadCache
from instances.study.file import StudyFile, load_study
from instances.study.findings import Finding, Findings
from instances.study.schema import BASE, LONGEST_S, MOST_THREADS, Study
from instances.units.grid import Layout
from planner.plans.beside import refuse_less_than_none, refuse_with_models, with_models
from planner.plans.connected import certificate_of
from planner.plans.log import RunLog
from planner.plans.ordered import with_order
from planner.plans.outcome import (
    Infeasible,
    Interrupted,
    NoPlan,
    NothingFound,
    OutOfReach,
    OutOfTime,
    Unserved,
)
from planner.plans.patches import patch_findings
from planner.plans.plan import Plan
from planner.plans.ruled import refuse_with_rules, with_rules, without_plan
from planner.plans.staged import certify_stages, check_stages, last_prices
from planner.words.indicator_names import label
from planner.words.notices import told
from planner.words.scenario_names import folder_name
from words.said import say

if TYPE_CHECKING:
    from formulations.exact.rules import Rule
    from formulations.infeasible import Infeasibility
    from formulations.linked.beside import Beside

METHODS = ("auto", "exact", "decompose")


class Overrides(TypedDict):
    """Settings of a solve that take the place of the study's own; None leaves those."""

    gap: float | None
    time_limit: float | None
    method: str | None
    threads: int | None


@dataclass(frozen=True, eq=False)
class Loaded:
    """One scenario of a study file; its layers are read when first needed.

    Scenarios that share a ``cache`` share what they read alike.
    """

    source: StudyFile
    scenario: str = BASE
    log: RunLog = field(default_factory=RunLog)
    cache: ReadCache | None = None

    @property
    def study(self) -> Study:
        """The scenario's study, typed."""
        return self.source.scenario(self.scenario)

    @cached_property
    def instance(self) -> Instance:
        """The area as frozen arrays; ``StudyError`` with every finding where it cannot be read."""
        instance = read(self.source, self.scenario, self.cache)
        self.log.say(f"read {len(instance):,} units, {instance.grid.total_ha:,.2f} ha")
        for finding in instance.findings:
            self.log.say(f"{finding.severity}: {finding}")
        return instance

    @property
    def folder_name(self) -> str:
        """The scenario's name as that of one folder, never a path."""
        return folder_name(self.scenario)

    @property
    def problem(self) -> LayoutProblem:
        """What is allowed, wanted and limited; ``StudyError`` where the study asks for the impossible."""
        return self._posed[0]

    @cached_property
    def staged(self) -> Staged | None:
        """The problem over classes and years of a study with stages; ``problem`` is that of its last year."""
        _ = self._posed
        found: Staged | None = self.__dict__.get("staged")
        return found

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What a planner should know of the study: warnings and notes of reading and posing it."""
        return (*self.instance.findings, *self._posed[1])

    @property
    def marks(self) -> tuple[str, ...]:
        """The sentences that every use of a plan must show of its coefficients, in the study's language."""
        return told(self.instance.emissions.notices, self.study.lang)

    def indicator_label(self, name: str) -> str:
        """An indicator's name for readers, in the study's language."""
        return label(name, self.study.lang, self.instance.classes)

    @cached_property
    def _posed(self) -> tuple[LayoutProblem, Findings]:
        findings = Findings()
        check_stages(self.study, findings)
        problem = pose(self.instance, findings)
        if self.study.stages is not None:
            self.__dict__["staged"] = pose_stages(self.instance, problem, findings)
        for finding in findings:
            self.log.say(f"{finding.severity}: {finding}")
        rows, units = len(problem.rows), len(problem)
        self.log.say(f"posed: {units:,} units, {len(problem.class_names)} classes, {rows} limits")
        return problem, findings


def load(path: str | Path, scenario: str = BASE, *, lang: str | None = None) -> Loaded:
    """One scenario of a study file; ``lang`` (zh or en) takes the place of the study's own.

    Layers are read when they are first needed. Raises ``StudyError`` with every finding where the file is no
    study or has no such scenario.

    >>> loaded = planner.load("study.toml", "loose")
    >>> loaded.study.title, len(loaded.instance)
    ('A small study', 192)
    """
    source = load_study(path).speaking(lang)
    source.scenario(scenario)
    loaded = Loaded(source, scenario)
    loaded.log.opening(source.path.name, scenario)
    return loaded


def loaded_from(study: Loaded | str | Path) -> Loaded:
    """The study as it is loaded already, or the base scenario of a study file."""
    return study if isinstance(study, Loaded) else load(study)


def optimise(
    study: Loaded | str | Path,
    *,
    gap: float | None = None,
    time_limit: float | None = None,
    method: str | None = None,
    threads: int | None = None,
    watch: Watch | None = None,
    warm_start: WarmStart | None = None,
    near: Layout | None = None,
    rules: Sequence[Rule] = (),
) -> Plan:
    """The plan of a study, loaded or by its file; settings not given are the study's own (``[solver]``).

    ``gap`` is relative to what is decided (``certificate.decided``), ``time_limit`` in seconds, ``method``
    one of auto, exact, decompose; ``warm_start`` is what the plan of a similar problem left
    (``plan.solution.warm_start``): it spares work. Of plans equally good one near the layout ``near``
    (units,) is taken, or near today's land. ``watch.report`` hears of every step, from this thread; once
    ``watch.stop`` is set the solve ends with the best plan so far. ``rules`` are
    functions that each add Pyomo components of the planner's own to the exact model, which HiGHS solves.

    The plan's ``layout`` is (units,) indices into ``plan.instance.classes``; objective and bound of its
    ``certificate`` are in tCO2e/yr. Nothing is written: see ``write``.
    Raises ``StudyError`` (the input is wrong) or ``NoPlan`` (why there is none).

    >>> plan = planner.optimise("study.toml", gap=0.01)
    >>> plan.layout.shape, plan.certificate.gap <= 0.01
    ((192,), True)
    """
    loaded = loaded_from(study)
    settings = settings_of(loaded.study, gap=gap, time_limit=time_limit, method=method, threads=threads)
    watch = watch or Watch()
    _ = loaded.problem  # the log of the solve goes on where that of the reading ends
    log = loaded.log.branch()
    plan = _planned(loaded, settings, watch, log, method, (warm_start, near), rules)
    plan = with_order(plan, settings, watch)
    log.ordered(plan.certificate.schedule)
    return replace(plan, log=log.lines)


def _planned(
    loaded: Loaded,
    settings: SolveSettings,
    watch: Watch,
    log: RunLog,
    method: str | None,
    begins: tuple[WarmStart | None, Layout | None],
    rules: Sequence[Rule],
) -> Plan:
    """The plan of a study before the order of its changes; ``begins``: a warm start, and a layout near which
    it is sought."""
    problem, (warm_start, near) = loaded.problem, begins
    log.settings(settings)
    if rules:
        refuse_with_rules(loaded.study, method, near is not None)
        return _ruled(loaded, rules, settings, watch, log)
    if loaded.study.linked:
        refuse_with_models(loaded.study, near is not None)
        refuse_less_than_none(loaded.instance, problem)
        return _beside(loaded, settings, watch, log)
    if loaded.staged is not None:
        return _staged(loaded, loaded.staged, settings, watch, log)
    solution = _solved(problem, settings, watch, log, warm_start, near)
    if solution.layout is None:
        raise no_plan(loaded.scenario, problem, solution, settings, watch)
    return plan_of(loaded, solution, settings, log)


def _solved(
    problem: LayoutProblem,
    settings: SolveSettings,
    watch: Watch,
    log: RunLog,
    warm_start: WarmStart | None = None,
    near: Layout | None = None,
) -> Solution:
    """The solution of a problem, of equally good layouts one near today's land or ``near``."""
    # The solver loads here, not with the module: verifying a plan must not load one.
    from formulations.connecting import solve_scenario
    from formulations.nearest import nearest

    reporting = replace(watch, report=_both(log.step, watch.report))
    solution = solve_scenario(problem, settings, reporting, warm_start, near)
    log.ending(solution)
    if solution.layout is not None and solution.network is None:
        watch.report(Step("near", solution.seconds, solution.objective, solution.bound))
        other, towards = (problem.today, Towards.TODAY) if near is None else (near, Towards.PLAN)
        solution = nearest(problem, solution, other, settings, watch, towards)
        log.nearness(solution.nearness)
        log.patched(solution.patched)
    return solution


def _staged(loaded: Loaded, staged: Staged, settings: SolveSettings, watch: Watch, log: RunLog) -> Plan:
    """The plan of a study with stages: class and year of every unit, found together."""
    solution = _solved(staged.problem, settings, watch, log)
    if solution.layout is None:
        raise no_plan(loaded.scenario, staged.problem, solution, settings, watch)
    if not staged.problem.holds(solution.layout):
        raise RuntimeError(f"the layout of method {solution.method} breaks a limit or a red line")
    certificate, stages, planned = certify_stages(loaded.instance, staged, solution, settings)
    log.closing(certificate)
    prices = last_prices(staged, solution.prices, loaded.problem.rows)
    own = replace(solution, layout=planned, prices=prices, warm_start=WarmStart())
    return Plan(
        loaded.instance, loaded.problem, planned, own, certificate, loaded.source, log.lines,
        loaded.findings, staged=stages,
    )  # fmt: skip


def _ruled(loaded: Loaded, rules: Sequence[Rule], settings: SolveSettings, watch: Watch, log: RunLog) -> Plan:
    """The plan of a study that keeps rules of the planner's own as well."""
    # The solver loads here, not with the module: verifying a plan must not load one.
    from formulations.exact.rules import solve_with_rules

    hearing = replace(watch, report=_both(log.step, watch.report))
    solution, kept = solve_with_rules(loaded.problem, rules, settings, hearing)
    log.ending(solution)
    if solution.layout is None:
        raise without_plan(loaded.scenario, tuple(rule.__name__ for rule in rules), solution, watch)
    return with_rules(plan_of(loaded, solution, settings, log), kept)


def _beside(loaded: Loaded, settings: SolveSettings, watch: Watch, log: RunLog) -> Plan:
    """The plan of a study with models beside the layout."""
    # The solver loads here, not with the module: verifying a plan must not load one.
    from formulations.linked.beside import solve_beside
    from formulations.linked.side import NoSidePlan

    hearing = replace(watch, report=_both(log.step, watch.report))
    try:
        solution, found = solve_beside(loaded.instance, loaded.problem, settings, hearing)
    except NoSidePlan as none:
        if watch.stop.is_set():
            raise Interrupted(loaded.scenario) from none
        raise Unserved(loaded.scenario, none.name, none.proven, none.causes) from none
    log.ending(solution)
    if solution.layout is None:
        raise no_plan(loaded.scenario, loaded.problem, solution, settings, watch)
    return plan_of(loaded, solution, settings, log, beside=found)


def plan_of(
    loaded: Loaded,
    solution: Solution,
    settings: SolveSettings,
    log: RunLog,
    beside: Sequence[Beside] = (),
) -> Plan:
    """The plan of a solution that has a layout, certified, with the models that stand ``beside`` it.

    ``RuntimeError`` where the layout breaks a limit or a red line, which would be a fault of the method.
    """
    instance, problem, layout = loaded.instance, loaded.problem, solution.layout
    if layout is None or not problem.holds(layout):
        raise RuntimeError(f"the layout of method {solution.method} breaks a limit or a red line")
    certificate = certificate_of(instance, problem, solution, settings)
    certificate = with_models(certificate, instance, beside, solution)
    log.closing(certificate)
    findings = (*loaded.findings, *patch_findings(certificate.patches))
    return Plan(
        instance, problem, layout, solution, certificate, loaded.source, log.lines, findings,
        models={one.model.name: one.plan for one in beside},
    )  # fmt: skip


def settings_of(
    study: Study,
    *,
    gap: float | None = None,
    time_limit: float | None = None,
    method: str | None = None,
    threads: int | None = None,
) -> SolveSettings:
    """The study's settings with those given laid over them; ``StudyError`` for a value out of range."""
    findings = Findings()
    if gap is not None and not 0 < gap < 1:
        findings.error("--gap", say("study_settings.gap", gap=gap), say("study_settings.give_gap"))
    if time_limit is not None and not 0 < time_limit <= LONGEST_S:
        findings.error(
            "--time-limit", say("study_settings.time", time=time_limit), say("study_settings.give_time")
        )
    if threads is not None and not 1 <= threads <= MOST_THREADS:
        fault = say("study_settings.threads", threads=threads)
        findings.error("--threads", fault, say("study_settings.give_threads", most=MOST_THREADS))
    if method is not None and method not in METHODS:
        fault = say("study_settings.method", method=repr(method))
        findings.error("--method", fault, say("study_settings.give_method", names=METHODS))
    findings.raise_errors()
    own = study.solver
    return SolveSettings(
        gap=own.gap if gap is None else gap,
        room=own.room if gap is None else None,
        time_limit=own.time_limit if time_limit is None else time_limit,
        method=own.method if method is None else method,
        threads=own.threads if threads is None else threads,
        seed=own.seed,
    )


def no_plan(
    scenario: str,
    problem: LayoutProblem,
    solution: Solution,
    settings: SolveSettings,
    watch: Watch,
    why: Infeasibility | None = None,
) -> NoPlan:
    """Why there is no plan, as the exception to raise; ``why`` where it was explained already."""
    if watch.stop.is_set() or solution.termination is Termination.INTERRUPTED:
        return Interrupted(scenario)
    if solution.network is not None and problem.network is not None:
        told = solution.network
        return OutOfReach(scenario, problem.network.least_ha, told.plan_ha, told.ceiling_ha)
    if solution.termination is Termination.TIME:
        return OutOfTime(scenario, solution.seconds)
    if why is None:
        from formulations.infeasible import explain

        why = explain(problem, settings, watch)
    if solution.termination is Termination.INFEASIBLE or why.proven:
        return Infeasible(scenario, why)
    return NothingFound(scenario, solution.seconds, why)


def _both(first: Callable[[Step], None], second: Callable[[Step], None]) -> Callable[[Step], None]:
    def report(step: Step) -> None:
        first(step)
        second(step)

    return report
