from __future__ import annotations

import math
from dataclasses import replace

import pytest

from formulations.core.indicator import Indicator
from formulations.sampling.axes import Axis
from formulations.sampling.questions import Answer
from tests.formulations.sampling.test_regret import GIVEN, plan
from tests.support.sweeping import axis

GREEN = Indicator("green_share", "%")


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_cost_turned_back_is_the_value(sign: float) -> None:
    """Whether small or large is better, an axis gives the indicator's own figure."""
    assert axis(GREEN, sign).natural(sign * 40.0) == 40.0


def test_a_cost_of_nothing_has_no_sign() -> None:
    """Nobody reads -0."""
    assert math.copysign(1.0, axis(GREEN, -1.0).natural(0.0)) == 1.0


@pytest.mark.parametrize(("sign", "side"), [(1.0, "at_most"), (-1.0, "at_least")])
def test_a_cost_held_is_a_bound_on_the_side_that_is_worse(sign: float, side: str) -> None:
    """A cost of at most 5 is a value of at most 5 or at least -5, and rounding does not break it."""
    one = axis(GREEN, sign)
    bound = one.bound(5.0)
    assert getattr(bound, side) == pytest.approx(5.0 * sign)
    assert sign * getattr(bound, side) >= 5.0
    assert one.most(bound) == getattr(bound, side)


def test_an_answer_without_a_layout_has_no_cost() -> None:
    """What was not found costs nothing that could be told."""
    answer: Answer = plan(GIVEN, [0, 0], 0.0, 0.0).answer
    one: Axis = axis(GREEN)
    assert one.cost(answer) == 0.0
    with pytest.raises(ValueError, match="no cost"):
        one.cost(replace(answer, layout=None))
