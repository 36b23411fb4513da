"""Red-line alternatives compared: one plan per scenario, and what is known of their differences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from formulations.core.solution import Step, Watch
from formulations.indicators.variety import differing_ha
from formulations.sampling.agreement import majority
from formulations.sensitivity.difference import Certified, Interval, cost_between, known_bound, same_objective
from instances.layers.read_cache import ReadCache
from instances.study.file import StudyFile, load_study
from instances.study.findings import Finding, Findings, StudyError
from instances.units.grid import Grid, Layout, ParcelFrame, RasterFrame
from planner.compare.loosened import loosened
from planner.plans.optimise import Loaded, optimise, settings_of
from planner.plans.outcome import Infeasible, Interrupted, NoPlan, NothingFound, OutOfTime
from planner.plans.plan import Plan

if TYPE_CHECKING:
    from formulations.infeasible import Infeasibility

TRIES = 3
"""How often limits are loosened anew where a scenario has no plan with the first loosening."""


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
        return cost_between(self.first.certified, other.certified) if self.comparable(other) else None

    def by_first(self, other: Alternative) -> float:
        """The plan of another valued by the objective of the first, in tCO2e/yr."""
        return self.first.plan.problem.objective.evaluate(other.plan.layout)

    def differs_ha(self, other: Alternative) -> float:
        """Area on which the plan of another has another class than the first's."""
        plan = self.first.plan
        return differing_ha(plan.layout, other.plan.layout, plan.instance.grid.area_ha)

    @cached_property
    def agreement(self) -> tuple[NDArray[np.uint8], Layout]:
        """(units,) in how many plans a unit has the class that most of them give it, and (units,) that class;
        of classes equally frequent the one of the earliest plan."""
        layouts = [each.plan.layout for each in self.alternatives]
        return majority(layouts, len(self.first.plan.instance.classes))

    @property
    def firm_ha(self) -> float:
        """Area that has one class in every plan."""
        return float(self.first.plan.instance.grid.area_ha[self.agreement[0] == len(self.alternatives)].sum())


def compare(
    path: str | Path,
    scenarios: Sequence[str] | None = None,
    *,
    lang: str | None = None,
    gap: float | None = None,
    time_limit: float | None = None,
    method: str | None = None,
    threads: int | None = None,
    watch: Watch | None = None,
) -> Comparison:
    """Plans of some scenarios of a study file (all by default, in the order of the file), each solved with
    what the one before left; settings as for ``optimise``, ``time_limit`` for each.

    A scenario that no layout can meet is loosened as its infeasibility says. Raises ``StudyError`` with what
    is wrong in any scenario before anything is solved, and ``NoPlan`` where no scenario has a plan.
    """
    source = load_study(path)
    if lang is not None:
        source = StudyFile(source.path, {**source.tree, "lang": lang})
    settings_of(source.base, gap=gap, time_limit=time_limit, method=method, threads=threads)
    watch = watch or Watch()
    watch.report(Step("reading", 0.0))
    loaded = read_alternatives(source, scenarios)

    def solve(one: Loaded, before: Sequence[Alternative]) -> Plan:
        own = replace(watch, report=_named(one.scenario, watch.report))
        return optimise(
            one,
            gap=gap,
            time_limit=time_limit,
            method=method,
            threads=threads,
            watch=own,
            warm_start=before[-1].plan.solution.warm_start if before else None,
            near=before[0].plan.layout if before else None,
        )

    return solve_alternatives(source, loaded, solve, watch)


def _named(scenario: str, report: Callable[[Step], None]) -> Callable[[Step], None]:
    """Report the steps of one scenario under its name."""
    report(Step(scenario, 0.0))
    return lambda step: report(replace(step, stage=f"{scenario}: {step.stage}"))


def read_alternatives(source: StudyFile, scenarios: Sequence[str] | None = None) -> list[Loaded]:
    """The scenarios, read and posed; ``StudyError`` with everything wrong in any of them, each fault once."""
    names = list(dict.fromkeys(scenarios)) if scenarios is not None else list(source.scenario_names)
    cache, findings = ReadCache(), Findings()
    if len(names) < 2:
        known = ", ".join(source.scenario_names)
        fault = f"a comparison needs two scenarios or more; named: {', '.join(names) or 'none'}"
        findings.error("--scenarios", fault, f"Name some of {known}, or add [scenarios.NAME] to the study")
        findings.raise_errors()
    loaded = []
    told: dict[str, Finding] = {}
    for name in names:
        try:
            source.scenario(name)
            one = Loaded(source, name, cache=cache)
            one.log.opening(source.path.name, name)
            _ = one.problem
            loaded.append(one)
        except StudyError as wrong:
            for finding in wrong.findings:
                told.setdefault(str(finding), finding)
    if told:
        raise StudyError(list(told.values()))
    for one in loaded[1:]:
        _same_units(loaded[0], one, findings)
    findings.raise_errors()
    return loaded


def solve_alternatives(
    source: StudyFile,
    loaded: Sequence[Loaded],
    solve: Callable[[Loaded, Sequence[Alternative]], Plan],
    watch: Watch,
) -> Comparison:
    """Solve one scenario after the other, each with those before; once ``watch`` is told to stop, the rest is
    left out."""
    found: list[Alternative] = []
    left: list[LeftOut] = []
    ended: list[NoPlan] = []
    for one in loaded:
        if watch.stop.is_set():
            left.append(LeftOut(one.scenario, "stopped before it was reached"))
            continue
        try:
            found.append(Alternative(one.scenario, solve(one, found)))
        except Infeasible as none:
            ended.append(none)
            _solve_loosened(one, none, solve, found, left)
        except (OutOfTime, NothingFound, Interrupted) as none:
            ended.append(none)
            left.append(LeftOut(one.scenario, str(none)))
    if not found:
        raise ended[0] if ended else Interrupted(loaded[0].scenario)
    return Comparison(source, tuple(found), tuple(left))


def _solve_loosened(
    one: Loaded,
    none: Infeasible,
    solve: Callable[[Loaded, Sequence[Alternative]], Plan],
    found: list[Alternative],
    left: list[LeftOut],
) -> None:
    """Solve an infeasible scenario with its limits loosened, again while that does not mend it."""
    why, further, reason, relaxed = none.why, none.why, str(none), one
    for _ in range(TRIES):
        moved = loosened(relaxed, further, one.scenario)
        if moved is None:
            break
        relaxed = moved
        try:
            found.append(Alternative(one.scenario, solve(relaxed, found), why))
            return
        except Infeasible as again:
            further = again.why
            why = replace(why, together=(*why.together, *further.together))
        except (OutOfTime, NothingFound, Interrupted) as ended:
            reason = f"{reason}; loosened: {ended}"
            break
    left.append(LeftOut(one.scenario, reason, none.why))


def _same_units(first: Loaded, other: Loaded, findings: Findings) -> None:
    """A finding where two scenarios are not about the same units and classes."""
    a, b = first.instance, other.instance
    if a.grid is b.grid and a.classes.names == b.classes.names:
        return
    if not _same_grid(a.grid, b.grid):
        what = "has other units (landcover differs)"
    elif a.classes.names != b.classes.names:
        what = "has other classes"
    else:
        return
    fault = f"{what} than {first.scenario}, so their plans cannot be compared unit by unit"
    findings.error(f"scenarios.{other.scenario}", fault, "Give them the same [landcover] and [classes]")


def _same_grid(one: Grid, other: Grid) -> bool:
    a, b = one.frame, other.frame
    if one.crs != other.crs:
        return False
    if isinstance(a, RasterFrame) and isinstance(b, RasterFrame):
        same = a.shape == b.shape and a.transform == b.transform
        return same and np.array_equal(a.cells, b.cells)
    if isinstance(a, ParcelFrame) and isinstance(b, ParcelFrame):
        return np.array_equal(a.ids, b.ids)
    return False
