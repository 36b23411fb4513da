"""Alternatives solved on until a comparison tells what each costs, within a budget.

First the alternative that the others are compared with, then the others together: a round. What a round
brings is kept in the sweep as every solve is, so that the same command goes on where it was.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from formulations.core.solution import Solution
from formulations.sensitivity.difference import Certified, Interval, known_bound
from formulations.sensitivity.tightening import gap_for, room, seconds_on, share_wanted
from planner.sweeps.sweep import Sweep

if TYPE_CHECKING:
    from formulations.sampling.questions import Answer, Asked
    from instances.units.grid import Layout
    from planner.plans.plan import Plan

ROUNDS = 2
"""How often alternatives are solved on at most."""
LEAST_ROOM = 1e-6
"""Room, in tCO2e/yr, that counts as none."""
NEARER = 0.01
"""Share of its room that a plan may lose to be nearer the first."""


class Course(Protocol):
    """An alternative on its way, which can be solved on; ``plan`` is None while it has none."""

    name: str

    @property
    def plan(self) -> Plan | None:
        """Its plan so far."""

    def closer(self, gap: float, seconds: float, near: Layout | None) -> Asked:
        """The question for its plan to a smaller gap."""

    def improved(self, answer: Answer) -> None:
        """Take what it brought."""


def tighten(sweep: Sweep, courses: Sequence[Course], wanted: Callable[[], dict[str, float]]) -> None:
    """Solve alternatives on, the one that the others are compared with first, as far as it takes and the
    budget allows. ``wanted`` tells, by name, the rooms that those whose cost is not known well enough yet may
    have. Plans by a network's rounds are left as they are: solving on brings their ceiling no lower."""
    if not courses or _by_rounds(courses[0]):
        return
    courses = [course for course in courses if not _by_rounds(course)]
    for _ in range(ROUNDS):
        rooms = wanted()
        if not rooms:
            return
        before = _layout(courses[0])
        solved = _solve_on(sweep, courses[:1], [min(rooms.values())], None)
        rooms, near = wanted(), _layout(courses[0])
        if before is near:
            others = [course for course in courses[1:] if course.name in rooms]
        else:  # plans near the first as it was need not be near the one it has become
            others = list(courses[1:])
        solved += _solve_on(sweep, others, [rooms.get(course.name, math.inf) for course in others], near)
        if not solved:
            return


def _by_rounds(course: Course) -> bool:
    return course.plan is not None and course.plan.problem.network is not None


def _layout(course: Course) -> Layout | None:
    return None if course.plan is None else course.plan.layout


def rooms_wanted(costs: Mapping[str, Interval | None], floor: float) -> dict[str, float]:
    """The rooms wanted of the alternatives whose cost is not known well enough, by their names."""
    found = {name: share_wanted(cost, floor) for name, cost in costs.items() if cost is not None}
    return {name: share for name, share in found.items() if share is not None and share > 0}


def certified(plan: Plan) -> Certified:
    """Objective and bound of a plan."""
    return Certified(plan.solution.objective, known_bound(plan.certificate.bound))


def _solve_on(sweep: Sweep, courses: Sequence[Course], rooms: Sequence[float], near: Layout | None) -> int:
    """Solve those on that have more room than is wanted of them; those of which none is wanted (inf) only to
    be near ``near`` anew. How many were."""
    asked, of = [], {}
    for course, wanted in zip(courses, rooms, strict=True):
        plan = course.plan
        if plan is None:
            continue
        now = room(certified(plan))
        again = math.isinf(wanted)
        if now <= wanted and not again:
            continue
        seconds = seconds_on(len(plan.problem))
        gap = gap_for(min(wanted, max(now, LEAST_ROOM)), certified(plan), plan.certificate.gap)
        question = course.closer(gap, seconds, near)
        of[id(question)] = course
        asked.append(question)
    heard = list(sweep.each(asked)) if asked else []
    for question, answer in heard:
        of[id(question)].improved(answer)
    return len(heard)


def better(before: Solution, after: Solution) -> Solution:
    """What two solves of one problem left together: the later plan unless it is worse than the earlier by
    more than a hundredth of its room (which it may lose to be nearer another), the higher bound with its
    prices, the time of both; it ended as the first did."""
    worse = after.objective - before.objective
    plan = after if worse <= 0 or worse <= NEARER * (before.objective - before.bound) else before
    told = after if after.bound >= before.bound else before
    return replace(
        told, layout=plan.layout, objective=plan.objective, bound=min(told.bound, plan.objective),
        termination=before.termination, seconds=before.seconds + after.seconds,
        iterations=before.iterations + after.iterations, warm_start=after.warm_start,
    )  # fmt: skip
