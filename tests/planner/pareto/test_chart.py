from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point, Polygon, make_valid
from shapely.geometry.base import BaseGeometry

from planner.charts.shapes import GREY, RED, Chart, Dot, Path, Text, overlap
from planner.pareto.chart import FrontAxis, FrontChart, Mark, OutOfReach, charts

LESS, MORE = FrontAxis("x (ha)", True), FrontAxis("y (km)", False)
SIGNS = {"out": "out of reach", "knee": "knee"}


def front(
    marks: list[Mark], y: FrontAxis = MORE, parts: tuple[str, ...] = ("plan",), lines: tuple[object, ...] = ()
) -> FrontChart:
    """A chart of plans of which each is proven as far as it says."""
    sign = y.sign
    proven = [(0.0, mark.x_best, sign * mark.y) for mark in marks]
    corners = np.array([(mark.x, sign * mark.y_best) for mark in marks])
    return FrontChart(LESS, y, tuple(marks), OutOfReach(np.array([*proven, *lines]), corners), parts, SIGNS)


def plans() -> list[Mark]:
    """Three plans: more of y costs more of x; the second is the knee."""
    return [
        Mark("1", 0.0, 0.0, 0.0, 1.0),
        Mark("2", 5.0, 8.0, 4.5, 8.0, special=True),
        Mark("3", 10.0, 10.0, 9.0, 10.0),
    ]


def places(chart: Chart) -> dict[str, tuple[float, float]]:
    """Where each plan lies, by its name."""
    found = {}
    for shape in chart.shapes:
        if isinstance(shape, Dot) and shape.tip:
            found[shape.tip.partition(":")[0]] = (shape.x, shape.y)
        elif isinstance(shape, Path) and shape.tip:
            middle = Polygon(shape.points).centroid
            found[shape.tip.partition(":")[0]] = (middle.x, middle.y)
    return found


def out_of_reach(chart: Chart) -> BaseGeometry:
    """The area that is shown as out of reach: the grey one after the legend's."""
    *_, area = (shape for shape in chart.shapes if isinstance(shape, Path) and shape.fill == GREY)
    return make_valid(Polygon(area.points))  # it may touch the frame, and itself, along a line


def names(chart: Chart) -> set[str]:
    """The plans that are named on the chart."""
    return {
        shape.text
        for shape in chart.shapes
        if isinstance(shape, Text) and shape.bold and shape.text.isdigit()
    }


def test_plans_lie_where_their_figures_are() -> None:
    """Right is more of x, up is more of y, on a desk and on a phone."""
    for chart in charts(front(plans())):
        at = places(chart)
        assert at["1"][0] < at["2"][0] < at["3"][0]
        assert at["1"][1] > at["2"][1] > at["3"][1]


def test_no_plan_lies_where_none_can_be() -> None:
    """The area out of reach is on the better side of every plan, and ends where it is proven to."""
    for chart in charts(front(plans())):
        area, at = out_of_reach(chart), places(chart)
        assert not any(area.buffer(-0.5).contains(Point(place)) for place in at.values())
        assert area.contains(Point(at["2"][0] - 0.3 * (at["2"][0] - at["1"][0]), at["3"][1]))
        assert area.contains(Point(at["1"][0] - 5, at["2"][1]))
        assert not area.contains(Point(at["2"][0], at["2"][1] + 5))


def test_what_lines_prove_is_shown_between_the_plans() -> None:
    """A line of the certified floor cuts off what the plans alone would leave open."""
    two = [Mark("1", 0.0, 0.0, 0.0, 0.0), Mark("2", 10.0, 10.0, 10.0, 10.0)]
    line = (1.0, 0.0, math.inf)  # first + second >= 0: x at least y
    for chart in charts(front(two, lines=(line,))):
        area, at = out_of_reach(chart), places(chart)
        middle = (at["1"][0] + at["2"][0]) / 2, (at["1"][1] + at["2"][1]) / 2
        assert area.contains(Point(middle[0], middle[1] - 4))
        assert not area.contains(Point(middle[0], middle[1] + 4))


def test_what_no_plan_can_have_is_out_of_reach_at_any_price() -> None:
    """Beyond the most that any plan can have of the second, nothing is white."""
    shown = front(plans())
    corners = np.concatenate([shown.proven.corners, [(math.inf, -10.0)]])
    shown = FrontChart(LESS, MORE, shown.marks, OutOfReach(shown.proven.lines, corners), ("plan",), SIGNS)
    for chart in charts(shown):
        at = places(chart)
        assert out_of_reach(chart).contains(Point(at["3"][0] + 2, at["3"][1] - 3))


@pytest.mark.parametrize("count", [1, 2, 9])
def test_every_front_has_a_chart(count: int) -> None:
    """One plan, two, or nine: each is shown and named."""
    marks = [Mark(str(n + 1), float(n), n**0.5, float(n), n**0.5, n == 4) for n in range(count)]
    for chart in charts(front(marks)):
        assert set(places(chart)) == {mark.name for mark in marks}
        assert any(isinstance(shape, Path) and shape.fill == RED and shape.tip for shape in chart.shapes) == (
            count == 9
        )
    assert names(charts(front(marks))[0]) == {mark.name for mark in marks}


def test_slices_have_colours_and_names_of_their_own() -> None:
    """With a third axis every bound on it has a colour, which the legend names."""
    marks = [Mark(str(n + 1), float(n), float(n), float(n), float(n), part=n % 3) for n in range(6)]
    for chart in charts(front(marks, parts=("free", "at most 3", "at most 2"))):
        written = {shape.text for shape in chart.shapes if isinstance(shape, Text)}
        assert {"free", "at most 3", "at most 2", "out of reach"} <= written
        assert len({shape.fill for shape in chart.shapes if isinstance(shape, Dot) and shape.tip}) == 3


figures = st.floats(-1e6, 1e6, allow_subnormal=False)


@given(st.lists(st.tuples(figures, figures), min_size=1, max_size=12), st.booleans())
def test_nothing_collides(points: list[tuple[float, float]], low: bool) -> None:
    """No text lies on another, on a plan, or beyond the chart, wherever the plans are."""
    y = FrontAxis("蓝绿紧凑度（公里），越大越好 " * 3, low)
    marks = [Mark(str(n + 1), *point, *point, n == 2) for n, point in enumerate(points)]
    for chart in charts(front(marks, y, ("a plan and its range",))):
        texts = [shape for shape in chart.shapes if isinstance(shape, Text)]
        assert not any(overlap(one.box, other.box) for one, other in combinations(texts, 2))
        for text in texts:
            left, top, right, bottom = text.box
            assert left >= -1
            assert top >= -1
            assert right <= chart.width + 1
            assert bottom <= chart.height + 1
            assert not any(left < x < right and top < y < bottom for x, y in places(chart).values())
