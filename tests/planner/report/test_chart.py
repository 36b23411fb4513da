from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.report.chart import ChartAxis, Mark, charts, ticks

LESS, MORE = ChartAxis("x", True), ChartAxis("y", False)


def marks() -> list[Mark]:
    """Three plans: more of y costs more of x; the second is told apart."""
    return [
        Mark("1", 0.0, 0.0, 0.0, 1.0),
        Mark("2", 5.0, 8.0, 4.5, 8.0, special=True),
        Mark("3", 10.0, 10.0, 9.0, 10.0),
    ]


@given(st.floats(-1e7, 1e7), st.floats(1e-3, 1e6))
def test_ticks_are_round_and_within(low: float, extent: float) -> None:
    """The figures of an axis lie within it, are few, and stand at equal distances."""
    found = ticks(low, low + extent)
    assert 2 <= len(found) <= 8
    assert all(low - 1e-6 * extent <= value <= low + extent * (1 + 1e-6) for value in found)


def test_points_lie_where_their_figures_are() -> None:
    """Right is more of x, up is more of y; all points lie within the frame."""
    for chart in charts(LESS, MORE, marks()):
        first, second, third = chart.dots
        assert first.x < second.x < third.x
        assert first.y > second.y > third.y
        assert all(
            chart.left < dot.x < chart.right and chart.top < dot.y < chart.bottom for dot in chart.dots
        )


def test_what_is_out_of_reach_lies_on_the_better_side() -> None:
    """No plan lies inside the area that is proven to be out of reach, which is left of and above all."""
    for chart in charts(LESS, MORE, marks()):
        for x, y, width, height in chart.out_of_reach:
            assert x == pytest.approx(chart.left)
            assert y == pytest.approx(chart.top)
            for dot in chart.dots:
                inside = x < dot.x < x + width - 1e-6 and y < dot.y < y + height - 1e-6
                assert not inside


def test_names_that_would_overlap_are_left_out() -> None:
    """Of points too close to be named both, the one told apart keeps its name."""
    close = [Mark("1", 0.0, 0.0, 0.0, 0.0), Mark("2", 10.0, 10.0, 10.0, 10.0)]
    close.append(Mark("3", 10.01, 10.01, 10.0, 10.0, special=True))
    wide, _ = charts(LESS, MORE, close)
    assert [dot.named for dot in wide.dots] == [True, False, True]


def test_one_point_has_a_chart() -> None:
    """A front of a single plan is drawn too."""
    wide, slim = charts(LESS, MORE, marks()[:1])
    assert len(wide.dots) == len(slim.dots) == 1
