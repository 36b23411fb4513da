from __future__ import annotations

import numpy as np
import pytest

from formulations.core.indicator import CellTerm, Indicator
from formulations.core.problem import LayoutProblem, Limit, Options
from formulations.sampling.axes import Axis
from formulations.sampling.front import EXACT_GAP, LARGE_GAP, SLICED_GAP, accuracy, front
from formulations.sampling.oracle import NoLayout
from formulations.sampling.questions import Base
from instances.rules.districts import Districts
from tests.support.oracles import oracle_of
from tests.support.sweeping import axis, base_of


def table(costs: list[tuple[float, ...]], units: int = 1) -> tuple[Base, tuple[Axis, ...]]:
    """One unit (or more that cost nothing) whose classes cost what the table says, in several indicators."""
    columns = np.array(costs, dtype=float).T
    scale, none = np.zeros(units), np.zeros(units, dtype=np.uint8)
    scale[0] = 1.0
    found = [
        Indicator(name, "t", (CellTerm(scale, none, column[None, :]),))
        for name, column in zip("xyz", columns, strict=False)
    ]
    options = Options(np.zeros(units, dtype=np.int32), np.ones((1, len(costs)), dtype=bool))
    names = tuple(f"class_{k}" for k in range(len(costs)))
    problem = LayoutProblem(options, ((1.0, found[0]),), (), names, none)
    return base_of(problem, *found[1:]), tuple(axis(one) for one in found)


def test_a_front_tells_its_points_knee_and_volume() -> None:
    """By hand: of (0, 10), (1, 2), (10, 0) the second is the knee, and what is dominated of the rectangle
    from (0, 0) to (10, 10) is 9 x 8."""
    base, axes = table([(0, 10), (1, 2), (10, 0)])
    found = front(oracle_of(base), base, axes, 5, 1e-6)
    assert [point.values for point in found.points] == [(0.0, 10.0), (1.0, 2.0), (10.0, 0.0)]
    assert [point.number for point in found.points] == [1, 2, 3]
    assert found.at_knee is found.points[1]
    (part,) = found.slices
    assert part.volume.low == pytest.approx(72.0)
    assert part.volume.high >= 72.0
    for point in found.points:
        assert all(best <= value for best, value in zip(point.best, point.values, strict=True))


def test_a_straight_front_has_no_knee() -> None:
    """Where every step costs the same no point is marked."""
    base, axes = table([(0, 4), (1, 3), (2, 2), (4, 0)])
    assert front(oracle_of(base), base, axes, 4, 1e-6).at_knee is None


def test_of_three_quantities_no_point_of_a_slice_is_dominated_by_another() -> None:
    """The best of the third lies in a slice of its own; (9, 9, 9) is worse in all and in none."""
    costs = [(0, 8, 6), (8, 0, 6), (2, 9, 0), (9, 2, 0), (9, 9, 9)]
    base, axes = table(costs)
    found = front(oracle_of(base), base, axes, 9, 1e-6)
    values = {point.values for point in found.points}
    assert len(found.slices) > 1
    assert values <= {tuple(map(float, each)) for each in costs[:-1]}
    assert {value[2] for value in values} == {0.0, 6.0}
    assert found.slices[0].level is None
    assert [point.number for point in found.points] == list(range(1, len(found.points) + 1))


def test_without_a_plan_there_is_no_front() -> None:
    """The question that nothing answers is handed back with its answer."""
    base, axes = table([(0, 1), (1, 0)])
    whole = Districts.whole(1)
    never = Limit(axes[0].indicator, whole, np.array([5.0]), np.array([np.inf]))
    problem = LayoutProblem(
        base.problem.options, base.problem.parts, (never,), base.problem.class_names, base.problem.today
    )
    refused = base_of(problem, axes[1].indicator)
    with pytest.raises(NoLayout, match="best x") as none:
        front(oracle_of(refused), refused, axes, 3, 1e-6)
    assert none.value.answer.layout is None


def test_accuracy_goes_by_size_where_none_is_asked_for() -> None:
    """Small studies are as exact as the exact model, large ones and those of three axes less."""
    small, large = (table([(0, 1), (1, 0)], units)[0].problem for units in (1, 5_000))
    assert accuracy(small, None) == EXACT_GAP
    assert accuracy(small, None, 3) == SLICED_GAP
    assert accuracy(large, None) == LARGE_GAP
    assert accuracy(large, 0.25) == 0.25
