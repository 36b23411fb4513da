from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from formulations.core.indicator import CellTerm, Indicator
from formulations.core.problem import LayoutProblem, Options
from formulations.sampling.axes import Axis
from formulations.sampling.dominance import efficient
from formulations.sampling.front import drive
from formulations.sampling.questions import Base
from formulations.sampling.traversal import Ask, Trace
from tests.support.enumeration import layouts
from tests.support.oracles import oracle_of
from tests.support.random_problems import problems
from tests.support.sweeping import axis, base_of


def traced(base: Base, axes: tuple[Axis, Axis], points: int, gap: float = 1e-6) -> Trace:
    """The front of a base, traced in this process."""
    trace = Trace(base, axes, Ask(points, gap))
    drive(oracle_of(base), [trace])
    return trace


def every_cost(problem: LayoutProblem, axes: tuple[Axis, Axis]) -> np.ndarray:
    """(layouts, 2) the costs of every layout that the study allows."""
    kept = [layout for layout in layouts(problem) if problem.holds(layout)]
    return np.array([[one.sign * one.indicator.evaluate(x) for one in axes] for x in kept]).reshape(-1, 2)


def table_problem(costs: list[tuple[float, float]]) -> tuple[Base, tuple[Axis, Axis]]:
    """One unit whose classes cost what the table says, in two indicators."""
    first, second = np.array(costs, dtype=float).T
    one, none = np.ones(1), np.zeros(1, dtype=np.uint8)
    x, y = (
        Indicator(name, "t", (CellTerm(one, none, column[None, :]),))
        for name, column in (("x", first), ("y", second))
    )
    count = len(costs)
    options = Options(np.zeros(1, dtype=np.int32), np.ones((1, count), dtype=bool))
    names = tuple(f"class_{k}" for k in range(count))
    problem = LayoutProblem(options, ((1.0, x),), (), names, none)
    return base_of(problem, y), (axis(x), axis(y))


def test_weakly_efficient_points_are_not_reported() -> None:
    """(1, 5) and (4, 1) are as good as (1, 3) and (3, 1) in one quantity alone: neither is reported."""
    base, axes = table_problem([(1, 5), (1, 3), (3, 3), (2, 2), (3, 1), (4, 1)])
    trace = traced(base, axes, 9)
    assert [point.cost for point in trace.points()] == [(1.0, 3.0), (2.0, 2.0), (3.0, 1.0)]


def test_points_above_the_chord_are_found() -> None:
    """An efficient point that no weighted sum finds is on the front all the same."""
    base, axes = table_problem([(0, 10), (6, 6), (10, 0)])
    assert [point.cost for point in traced(base, axes, 5).points()] == [(0, 10), (6, 6), (10, 0)]


def test_what_is_best_in_both_is_one_point() -> None:
    """Where nothing is traded off the front is one plan."""
    base, axes = table_problem([(1, 1), (2, 1), (1, 3)])
    assert [point.cost for point in traced(base, axes, 9).points()] == [(1.0, 1.0)]


def test_bounds_go_where_the_front_bends() -> None:
    """Of a front with one sharp bend the bend is among the first points asked for, not halfway along."""
    bend = [(0.0, 100.0), (1.0, 10.0), (100.0, 0.0)]
    steep = [(n / 20, 100.0 - 90.0 * n / 20) for n in range(1, 20)]
    flat = [(1.0 + 99.0 * n / 20, 10.0 - 10.0 * n / 20) for n in range(1, 20)]
    base, axes = table_problem([*bend, *steep, *flat])
    costs = np.array([point.cost for point in traced(base, axes, 4).points()])
    assert np.abs(costs - np.array([1.0, 10.0])).sum(axis=1).min() < 10


@settings(max_examples=25)
@given(problem=problems(), signs=st.tuples(*[st.sampled_from([1.0, -1.0])] * 2))
def test_every_point_is_efficient_and_no_interval_lies(
    problem: LayoutProblem, signs: tuple[float, float]
) -> None:
    """Held against every layout: no point is dominated, none lies below the floor, both ends are the best."""
    base = base_of(problem)
    names = list(base.indicators)
    assume(len(names) >= 2)
    axes = axis(base.indicators[names[0]], signs[0]), axis(base.indicators[names[1]], signs[1])
    costs = every_cost(problem, axes)
    trace = traced(base, axes, 6)
    if not len(costs):
        assert trace.without is not None
        return
    found = np.array([point.cost for point in trace.points()])
    tolerance = 1e-5 * np.maximum(1.0, np.abs(costs).max(axis=0))
    for point in found:
        better = (costs < point - tolerance).any(axis=1) & (costs <= point + tolerance).all(axis=1)
        assert not better.any()
    assert (costs[:, 0] >= trace.floor(costs[:, 1]) - tolerance[0]).all()
    assert costs[:, 1].min() >= trace.lowest - tolerance[1]
    assert found[0, 0] <= costs[:, 0].min() + tolerance[0]
    assert found[-1, 1] <= costs[:, 1].min() + tolerance[1]


@settings(max_examples=15)
@given(problem=problems(2, 2, 3))
def test_enough_points_are_the_whole_front(problem: LayoutProblem) -> None:
    """Asked for more points than there are, a trace finds every one that is not close beside another."""
    base = base_of(problem)
    names = list(base.indicators)
    assume(len(names) >= 2)
    axes = axis(base.indicators[names[0]]), axis(base.indicators[names[1]])
    costs = every_cost(problem, axes)
    assume(len(costs) > 0)
    tolerance = 1e-6 * np.maximum(1.0, np.abs(costs).max(axis=0))
    front = costs[efficient(costs, tolerance)]
    trace = traced(base, axes, 30)
    found = np.array([point.cost for point in trace.points()])
    span = np.maximum(np.ptp(front, axis=0), tolerance)
    for point in front:
        assert (np.abs(found - point) / span).max(axis=1).min() < 0.05
