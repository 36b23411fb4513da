"""How limits stand, judged again: by hand, and beside what follows a plan up."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulations.following.course import ALERTS, Course, Standing, standing
from planner.recount.beside.standings import CALLS, WORSE, state_of

figures = st.floats(-100, 100) | st.sampled_from([0.0, 50.0, 20.0])
maybe = st.none() | figures


@pytest.mark.parametrize(
    ("bounds", "seen", "elapsed", "stands"),
    [
        ((80.0, None), (100.0, 90.0, 88.0), 0.5, "watch"),
        ((80.0, None), (100.0, 90.0, 95.0), 0.5, "on_course"),
        ((80.0, None), (100.0, 90.0, 79.0), None, "over"),
        ((None, 30.0), (50.0, 30.0, 45.0), 1.0, "not_reached"),
        ((20.0, None), (10.0, 20.0, 10.0), None, "not_started"),
        ((20.0, None), (10.0, 20.0, 20.0), 0.5, "reached"),
        ((None, None), (1.0, 2.0, 3.0), 1.0, "on_course"),
    ],
)
def test_a_limit_stands_as_paper_says(
    bounds: tuple[float | None, float | None],
    seen: tuple[float, float, float],
    elapsed: float | None,
    stands: str,
) -> None:
    """Of 20 ha of room 12 are gone where the plan would have used 5: to be watched; and so on."""
    assert state_of(bounds, seen, 0.0, elapsed) == stands


def test_the_words_are_those_of_the_house() -> None:
    """The same states in the same order, the same of them alerts."""
    assert list(WORSE) == [str(one) for one in Standing]
    assert {str(one) for one in ALERTS} == CALLS


@given(
    maybe,
    maybe,
    st.tuples(figures, figures, figures),
    st.floats(0, 5),
    st.tuples(st.none() | st.floats(-0.5, 1.5), st.none() | st.tuples(figures, figures)),
)
def test_both_judge_alike(
    low: float | None,
    high: float | None,
    seen: tuple[float, float, float],
    allowance: float,
    time: tuple[float | None, tuple[float, float] | None],
) -> None:
    """Whatever the figures, unless they lie where rounding decides."""
    bounds = -math.inf if low is None else low, math.inf if high is None else high
    elapsed, by_now = time
    due, ahead = by_now or (None, None)
    told = {
        str(standing(Course(*bounds, *seen, allowance * (1 + nudge), due, ahead), elapsed))
        for nudge in (-1e-9, 0.0, 1e-9)
    }
    assert state_of((low, high), seen, allowance, elapsed, by_now) in told
