"""How a limit stands while a plan is carried out: on course, to be watched, over, reached or not reached.

A bound that today's land keeps is a guard: it is over where it is missed, and to be watched where more than
half of the room that there was is used up and more than the plan would have used by now. A bound that today's
land misses is a target: it is reached where it is kept, to be watched where less is done than should have
been by now, and not reached where the time is over. What should have been by now is what the plan has by the
year that is seen, where it says when each change is due, else what a steady course would have.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

HALF = 0.5
"""Share of a guard's room that may be used before it is watched."""
SLACK = 0.1
"""Share of the way by which what is seen may lie behind a steady course."""
BEGUN = 0.01
"""Share of the way to a target below which nothing was begun."""
ROUNDING = 1e-9


class Standing(StrEnum):
    """How a limit stands; the last three are alerts."""

    ON_COURSE = "on_course"
    REACHED = "reached"
    NOT_STARTED = "not_started"
    WATCH = "watch"
    OVER = "over"
    NOT_REACHED = "not_reached"


ALERTS = frozenset({Standing.WATCH, Standing.OVER, Standing.NOT_REACHED})
_WORST = list(Standing)


@dataclass(frozen=True, slots=True)
class Course:
    """A limit's figures: today's value, that of the plan, and what is seen, in the indicator's unit; bounds
    are -inf and inf where there are none, and may be missed by ``allowance``. ``due`` is what the plan has by
    the year that is seen, ``ahead`` that with what is done early; None where it does not say when its changes
    are due. Early changes use room of a guard and are told by themselves; they make up for no late ones."""

    at_least: float
    at_most: float
    today: float
    plan: float
    seen: float
    allowance: float = 0.0
    due: float | None = None
    ahead: float | None = None


def standing(course: Course, elapsed: float | None) -> Standing:
    """How a limit stands after a share of the plan's time (0 to 1; None where that is not known: nothing is
    then late)."""
    found = [Standing.ON_COURSE]
    if math.isfinite(course.at_least):
        found.append(_side(course, course.at_least, 1.0, elapsed))
    if math.isfinite(course.at_most):
        found.append(_side(course, course.at_most, -1.0, elapsed))
    return max(found, key=_WORST.index)


def _side(course: Course, bound: float, sign: float, elapsed: float | None) -> Standing:
    """One bound; ``sign`` turns an upper one into a lower one."""
    bound, today, plan, seen = (sign * value for value in (bound, course.today, course.plan, course.seen))
    due, ahead = (None if value is None else sign * value for value in (course.due, course.ahead))
    allowance = course.allowance + ROUNDING * max(1.0, abs(bound))
    if today >= bound - allowance:
        if ahead is None:
            ahead = today + (plan - today) * (1.0 if elapsed is None else min(1.0, max(0.0, elapsed)))
        return _guard(bound, today, ahead, seen, allowance)
    if seen >= bound - allowance:
        return Standing.REACHED
    way, gone = bound - today, seen - today
    if elapsed is not None and elapsed >= 1.0:
        return Standing.NOT_REACHED
    share = elapsed if due is None else min(1.0, (due - today) / way)
    if share is not None and gone < (share - SLACK) * way - allowance:
        return Standing.WATCH
    return Standing.NOT_STARTED if gone < BEGUN * way else Standing.ON_COURSE


def _guard(bound: float, today: float, due: float, seen: float, allowance: float) -> Standing:
    if seen < bound - allowance:
        return Standing.OVER
    room, used = today - bound, today - seen
    by_plan = max(0.0, today - due)
    beyond = used > by_plan + SLACK * room + allowance
    return Standing.WATCH if room > 0 and used > HALF * room + allowance and beyond else Standing.ON_COURSE
