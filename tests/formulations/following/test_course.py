"""How limits stand while a plan is carried out, by hand and for any figures."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulations.following.course import ALERTS, Course, Standing, standing

INF = math.inf


@pytest.mark.parametrize(
    ("course", "elapsed", "stands"),
    [
        # a guard: 100 ha of cropland today, at least 80, the plan uses 90
        (Course(80, INF, 100, 90, 100), 0.5, Standing.ON_COURSE),
        (Course(80, INF, 100, 90, 95), 0.5, Standing.ON_COURSE),
        (Course(80, INF, 100, 90, 88), 0.5, Standing.WATCH),
        (Course(80, INF, 100, 90, 79), 0.5, Standing.OVER),
        (Course(80, INF, 100, 80, 80), 1.0, Standing.ON_COURSE),
        # a guard from above: nothing changes today, at most 40 ha may
        (Course(-INF, 40, 0, 40, 30), 0.25, Standing.WATCH),
        (Course(-INF, 40, 0, 40, 30), None, Standing.ON_COURSE),
        (Course(-INF, 40, 0, 40, 41), 0.25, Standing.OVER),
        # a target: 10 ha of wood today, at least 20 in the end
        (Course(20, INF, 10, 20, 10), None, Standing.NOT_STARTED),
        (Course(20, INF, 10, 20, 10), 0.5, Standing.WATCH),
        (Course(20, INF, 10, 20, 15), 0.5, Standing.ON_COURSE),
        (Course(20, INF, 10, 20, 15), 1.0, Standing.NOT_REACHED),
        (Course(20, INF, 10, 20, 20), 0.5, Standing.REACHED),
        # a target from above: 50 t today, at most 30
        (Course(-INF, 30, 50, 30, 30), 1.0, Standing.REACHED),
        (Course(-INF, 30, 50, 30, 45), 1.0, Standing.NOT_REACHED),
        (Course(-INF, INF, 1, 2, 3), 1.0, Standing.ON_COURSE),
    ],
)
def test_by_hand(course: Course, elapsed: float | None, stands: Standing) -> None:
    """Guards and targets from both sides, early, in time and late."""
    assert standing(course, elapsed) is stands


@pytest.mark.parametrize(
    ("course", "elapsed", "stands"),
    [
        # 10 ha of wood today, 20 in the end, 18 by now: a course that is steady is no excuse
        (Course(20, INF, 10, 20, 15, 0.0, 18, 18), None, Standing.WATCH),
        (Course(20, INF, 10, 20, 17.5, 0.0, 18, 18), None, Standing.ON_COURSE),
        # nothing is due yet
        (Course(20, INF, 10, 20, 10, 0.0, 10, 10), None, Standing.NOT_STARTED),
        # the plan goes beyond its target; by now it has that
        (Course(20, INF, 10, 30, 15, 0.0, 25, 25), None, Standing.WATCH),
        (Course(20, INF, 10, 20, 15, 0.0, 18, 18), 1.0, Standing.NOT_REACHED),
        # 100 ha of cropland, at least 80: 12 gone where the plan has taken 2, or 12 as well
        (Course(80, INF, 100, 85, 88, 0.0, 98, 98), None, Standing.WATCH),
        (Course(80, INF, 100, 85, 88, 0.0, 88, 88), None, Standing.ON_COURSE),
        # 10 of them were done before their year
        (Course(80, INF, 100, 85, 88, 0.0, 98, 88), None, Standing.ON_COURSE),
        (Course(80, INF, 100, 85, 79, 0.0, 98, 88), None, Standing.OVER),
        # from above: at most 30 t of 50, 40 by now
        (Course(-INF, 30, 50, 30, 44, 0.0, 40, 40), None, Standing.WATCH),
    ],
)
def test_by_hand_where_the_plan_says_what_is_due(
    course: Course, elapsed: float | None, stands: Standing
) -> None:
    """Guards and targets are held against what the plan has by the year that is seen."""
    assert standing(course, elapsed) is stands


FIGURES = st.floats(-1e6, 1e6, allow_nan=False)


@given(FIGURES, FIGURES, FIGURES, st.one_of(st.none(), st.floats(0, 1)))
def test_the_plan_carried_out_is_no_alert(
    bound: float, today: float, plan: float, elapsed: float | None
) -> None:
    """What is seen as planned, of a plan that keeps its limits, asks nobody to look at it."""
    if plan >= bound:
        assert standing(Course(bound, INF, today, plan, plan), 1.0) not in ALERTS
    if plan <= bound:
        assert standing(Course(-INF, bound, today, plan, plan), 1.0) not in ALERTS


@given(FIGURES, FIGURES, FIGURES)
def test_today_is_no_alert_before_anything_is_due(bound: float, today: float, plan: float) -> None:
    """At the start, and where no years are known, land as it is asks nobody to look at it."""
    for elapsed in (None, 0.0):
        assert standing(Course(bound, INF, today, plan, today), elapsed) not in ALERTS
        assert standing(Course(-INF, bound, today, plan, today), elapsed) not in ALERTS


@given(FIGURES, FIGURES, FIGURES, FIGURES, st.floats(0, 1))
def test_a_bound_that_is_missed_is_never_called_reached(
    bound: float, today: float, plan: float, seen: float, elapsed: float
) -> None:
    """Whatever was planned: below its bound a limit is neither reached nor, where it was kept, on course."""
    found = standing(Course(bound, INF, today, plan, seen), elapsed)
    if seen < bound - 1e-6 * max(1.0, abs(bound)):
        assert found is not Standing.REACHED
        if today >= bound:
            assert found is Standing.OVER
