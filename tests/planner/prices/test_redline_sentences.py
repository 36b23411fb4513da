from __future__ import annotations

import math

import numpy as np
import pytest

from formulations.sensitivity.difference import Interval
from formulations.sensitivity.opportunity_cost import Opportunity
from planner.prices.ask import LineCost
from planner.prices.redline_sentences import line_in_words


def line(whole: Interval | None, cost: list[float]) -> LineCost:
    """A red line with these costs of its units."""
    values = np.array(cost)
    return LineCost(
        "eco", "Ecology", Opportunity("eco", values, values, np.zeros(len(cost), np.uint8)), whole
    )


@pytest.mark.parametrize(
    ("whole", "cost", "english", "chinese"),
    [
        (
            Interval(10.0, 20.0),
            [0.0, 3.0],
            "Ecology as a whole costs between 10",
            "“Ecology”整条红线的代价为 10",
        ),
        (Interval(0.0, 20.0), [0.0], "perhaps nothing: the gaps do not tell; no single unit", "不超过 20"),
        (Interval(5.0, math.inf), [1.0], "costs at least 5", "至少为 5"),
        (Interval(0.0, math.inf), [1.0], "was not found; 1 unit would gain", "未能求得"),
        (
            None,
            [2.0, 7.5],
            "was not found; 2 units would gain by being released alone, the dearest about 7.50",
            "单元有 2 个，最多的一个约减少 7.50",
        ),
    ],
)
def test_what_a_line_costs_is_said_as_surely_as_it_is_known(
    whole: Interval | None, cost: list[float], english: str, chinese: str
) -> None:
    """The whole line as an interval, then its dearest unit."""
    assert english in line_in_words(line(whole, cost), "en")
    assert chinese in line_in_words(line(whole, cost), "zh")
