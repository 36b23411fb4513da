"""A plan against what is seen of its land: limits and planned changes judged, other changes found."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from formulations.core.network_goal import MISSED
from formulations.core.problem import LayoutProblem
from formulations.following.course import ALERTS, Course, Standing, standing
from formulations.following.sightings import Sightings, State, Tolerance, sightings
from formulations.following.timing import Timing, timings
from instances.instance import Instance
from instances.land.other_codes import OtherMap
from instances.land.other_map import Ground, Seen, read_other
from instances.land.registration import shift_of
from instances.study.findings import Finding, Findings, StudyError
from instances.units.georeference import metres_per_unit
from instances.units.grid import Layout
from planner.monitor.due import Due, due_of
from planner.monitor.energy import Reported, reported_of
from planner.monitor.judged import Judged, judged_of
from planner.plans.certify import limit_records
from planner.plans.connected import mesh_limit_records
from planner.plans.drawn import drawn_plan
from planner.plans.plan import LimitRecord, Plan
from planner.runs.reopen import reopen
from words.said import say

FIRST_YEAR, LAST_YEAR = 1900, 2200
REACH = 1.5
"""Widths of a cell by which a border may be drawn off, where nobody says otherwise: over a corner."""
PIECES = 4.0
"""Units that land seen otherwise must have to be told, where nobody says otherwise."""
MOST_M, MOST_HA = 1e5, 1e6


@dataclass(frozen=True, slots=True)
class Times:
    """The year that is seen, and those in which the plan begins and ends; None where nobody says."""

    year: int
    first: int | None = None
    last: int | None = None

    @property
    def elapsed(self) -> float | None:
        """The share of the plan's time that is over, 0 to 1; None where its years are not known."""
        if self.last is None:
            return None
        if self.year >= self.last:
            return 1.0
        if self.first is None:
            return None
        return min(1.0, max(0.0, (self.year - self.first) / (self.last - self.first)))


@dataclass(frozen=True, slots=True)
class FollowedLimit:
    """A limit of one district: today's record, the plan's, what is seen, and how it stands; ``due`` is what
    the plan has by the year that is seen, None where it does not say when its changes are due."""

    today: LimitRecord
    plan: LimitRecord
    seen: LimitRecord
    standing: Standing
    due: float | None = None

    @property
    def alert(self) -> bool:
        """True where somebody should look at it."""
        return self.standing in ALERTS


@dataclass(frozen=True, eq=False)
class Monitored:
    """A certified plan, what is seen of its land, and everything that is made of both.

    ``observed`` is the land taken to be there, as a layout that was drawn; ``shift_m`` by how many metres
    east and north the map was moved to lie on the study's cells. ``due`` says when changes are due, None
    where nothing does; ``judged`` by what limits are judged; ``reported`` is the
    energy of the year, None where none was.
    """

    plan: Plan
    folder: Path
    other: OtherMap
    times: Times
    tolerance: Tolerance
    shift_m: tuple[float, float]
    seen: Seen
    sightings: Sightings
    observed: Plan
    limits: tuple[FollowedLimit, ...]
    judged: Judged
    due: Due | None = None
    reported: Reported | None = None

    @property
    def instance(self) -> Instance:
        """The area."""
        return self.plan.instance

    @cached_property
    def timings(self) -> tuple[Timing, ...] | None:
        """(patches,) how every planned change keeps its year; None where it has none."""
        found = self.sightings
        return None if self.due is None else timings(found.states, self.due.year, self.times.year)

    @property
    def elapsed(self) -> float | None:
        """The share of the time of the limits that is over; see ``time_over``."""
        return time_over(self.times, self.due, self.judged)

    @property
    def due_ha(self) -> float:
        """How many hectares are due to have changed by the year that is seen; 0 where nothing says so."""
        if self.due is None:
            return 0.0
        return float(self.sightings.area_ha[self.due.year <= self.times.year].sum())

    def late(self) -> NDArray[np.bool_]:
        """(patches,) planned changes that ask to be looked at: of another class, or not done in time."""
        found = self.sightings
        states = np.array([str(state) for state in found.states], dtype=object)
        large = found.area_ha >= self.tolerance.least_ha
        if self.timings is None:
            over = self.times.elapsed == 1.0
            behind = np.isin(states, [str(State.PARTLY), str(State.NOT_STARTED)]) & over
        else:
            behind = np.array([each is Timing.LATE for each in self.timings], dtype=bool)
        late: NDArray[np.bool_] = large & ((states == str(State.OTHER)) | behind)
        return late

    @property
    def alerts(self) -> int:
        """How many limits, planned changes and other pieces of land ask to be looked at."""
        strayed = int(self.sightings.strayed.max(initial=-1)) + 1
        return sum(limit.alert for limit in self.limits) + int(self.late().sum()) + strayed


def monitored_of(
    folder: str | Path,
    other: OtherMap,
    times: Times,
    tolerance_m: float | None = None,
    least_ha: float | None = None,
    lang: str | None = None,
    energy: str | None = None,
) -> Monitored:
    """A run's plan against another map of its land; see ``planner.monitor.run.monitor``."""
    findings = Findings()
    _check(times, tolerance_m, least_ha, findings)
    plan = reopen(folder, lang)
    due = due_of(plan)
    if due is not None:
        times = _own_years(times, due)
    instance = plan.instance
    ground = Ground(instance.study, instance.grid, instance.classes)
    shift = shift_of(other, ground, (instance.today, plan.layout), findings)
    seen = read_other(other, ground, findings, shift)
    reported = None if energy is None else reported_of(energy, instance, findings)
    findings.raise_errors()
    if seen is None or plan.source is None:
        raise StudyError(findings.errors)
    metres = 1.0 if instance.grid.crs.is_geographic else metres_per_unit(instance.grid.crs)
    tolerance = _tolerance(instance, seen, tolerance_m, least_ha)
    patches = None if due is None else due.of
    found = sightings(
        instance.today, plan.layout, seen.of, instance.grid, len(instance.classes), tolerance, patches
    )
    judged = judged_of(plan, times.year)
    observed = drawn_plan(judged.loaded, found.settled, judged.certified)
    return Monitored(
        plan=plan,
        folder=Path(folder),
        other=other,
        times=times,
        tolerance=tolerance,
        shift_m=(shift[0] * metres, shift[1] * metres),
        seen=seen,
        sightings=found,
        observed=observed,
        limits=_limits(plan, judged, found, (times, due)),
        judged=judged,
        due=due,
        reported=reported,
    )


def _own_years(times: Times, due: Due) -> Times:
    """The years that a plan says itself; ``StudyError`` where others are given."""
    if times.first is not None or times.last is not None:
        place = "--from" if times.first is not None else "--to"
        told = say(f"monitor.own_years_{due.by}", first=due.years[0], last=due.years[-1])
        raise StudyError([Finding(place, told, say("monitor.leave_years"))])
    return Times(times.year, due.years[0], due.years[-1])


def time_over(times: Times, due: Due | None, judged: Judged) -> float | None:
    """The share of the time of the limits that is over, 0 to 1; None where it is not known, or where the plan
    says what is due by the year that is seen and that is not the last one."""
    if due is None:
        return times.elapsed
    end = due.years[-1] if judged.stage is None else judged.stage
    return 1.0 if times.year >= end else None


def _check(times: Times, tolerance_m: float | None, least_ha: float | None, findings: Findings) -> None:
    for name, year in (("--year", times.year), ("--from", times.first), ("--to", times.last)):
        if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
            findings.error(
                name,
                say("monitor.no_year", year=year),
                say("monitor.years", first=FIRST_YEAR, last=LAST_YEAR),
            )
    if times.first is not None and times.last is not None and times.first >= times.last:
        findings.error("--to", say("monitor.order", first=times.first, last=times.last), say("monitor.later"))
    for name, value, most in (("--tolerance", tolerance_m, MOST_M), ("--least-ha", least_ha, MOST_HA)):
        if value is not None and not 0 <= value <= most:
            findings.error(name, say("monitor.no_size", value=value), say("monitor.sizes", most=most))
    findings.raise_errors()


def _tolerance(
    instance: Instance, seen: Seen, tolerance_m: float | None, least_ha: float | None
) -> Tolerance:
    """What is given, else by the cells: of parcels, whose borders are surveyed, every one is told."""
    area = float(np.median(instance.grid.area_ha))
    raster = instance.grid.is_raster
    width = 100.0 * math.sqrt(area)
    cell = seen.cell if not instance.grid.crs.is_geographic else 0.0
    place = REACH * max(width, cell) if raster else 0.0
    return Tolerance(
        place_m=place if tolerance_m is None else tolerance_m,
        least_ha=(PIECES * area if raster else 0.0) if least_ha is None else least_ha,
    )


def _limits(
    plan: Plan, judged: Judged, found: Sightings, asked: tuple[Times, Due | None]
) -> tuple[FollowedLimit, ...]:
    """How every limit stands in the year ``asked`` for, of a plan whose changes are due so."""
    times, due = asked
    problem, elapsed = judged.loaded.problem, time_over(times, due, judged)
    layouts = [plan.instance.today, judged.land, found.settled]
    if due is not None:
        by_now = due.land(plan, times.year)
        layouts += [by_now, np.where(found.settled == plan.layout, plan.layout, by_now)]
    followed = []
    for allowance, (today, planned, seen, *wanted) in _rows(problem, layouts):
        by_year = tuple(one.value for one in wanted) or (None, None)
        course = Course(
            at_least=-math.inf if seen.at_least is None else seen.at_least,
            at_most=math.inf if seen.at_most is None else seen.at_most,
            today=today.value,
            plan=planned.value,
            seen=seen.value,
            allowance=allowance,
            due=by_year[0],
            ahead=by_year[1],
        )
        followed.append(FollowedLimit(today, planned, seen, standing(course, elapsed), course.due))
    return tuple(followed)


def _rows(
    problem: LayoutProblem, layouts: Sequence[Layout]
) -> Iterator[tuple[float, tuple[LimitRecord, ...]]]:
    """By how much every limit may be missed, and its record under each layout."""
    records = [limit_records(problem, layout) for layout in layouts]
    yield from ((row.allowance, tuple(told)) for row, *told in zip(problem.rows, *records, strict=True))
    meshes = zip(*(mesh_limit_records(problem, layout) for layout in layouts), strict=True)
    yield from ((MISSED * abs(told[0].at_least or 0.0), told) for told in meshes)
