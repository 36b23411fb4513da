from __future__ import annotations

import math
import re

import pytest

from formulations.infeasible import Infeasibility, Relaxation
from formulations.sensitivity.difference import Interval
from formulations.sensitivity.tightening import Equivalent
from instances.land.classes import Classes, class_table
from planner.compare.sentences import interval_in_words, relaxations
from planner.prices.worth import Worth


@pytest.mark.parametrize(
    ("known", "lang", "said"),
    [
        (Interval(1200.0, 1300.0), "en", "costs between 1,200 and 1,300 tCO2e/yr more than base"),
        (Interval(-9.0, -4.0), "en", "costs between 4 and 9 tCO2e/yr less than base"),
        (Interval(2.0, math.inf), "en", "costs at least 2 tCO2e/yr more than base"),
        (Interval(-math.inf, -2.0), "en", "costs at least 2 tCO2e/yr less than base"),
        (Interval(-math.inf, 5.0), "en", "no bound tells how far"),
        (Interval(-3.0, 5.0), "en", "not distinguishable from base"),
        (Interval(0.0, 5.0), "en", "costs at most 5 tCO2e/yr more than base, perhaps nothing"),
        (Interval(0.0, 0.0), "en", "costs the same as base"),
        (Interval(7.0, 7.0), "en", "costs 7 tCO2e/yr more than base"),
        (Interval(-7.0, -7.0), "zh", "比“base”少 7"),
        (Interval(1200.0, 1300.0), "zh", "比“base”多 1,200"),
        (Interval(-9.0, -4.0), "zh", "比“base”少 4"),
        (Interval(2.0, math.inf), "zh", "比“base”至少多 2"),
        (Interval(-3.0, 5.0), "zh", "与“base”无法区分"),
    ],
)
def test_an_interval_is_said_as_surely_as_it_is_known(known: Interval, lang: str, said: str) -> None:
    """More, less, at least, or not to be told apart: never a difference that the gaps may hide."""
    text = interval_in_words(known, "base", lang)
    assert said in re.sub(r"\.0+", "", text)


def test_intervals_are_rounded_outwards() -> None:
    """Rounding never makes a difference surer than it is."""
    text = interval_in_words(Interval(1.23456789, 2.3456781), "base", "en")
    low, high = (float(word) for word in text.split() if word[0].isdigit())
    assert low <= 1.23456789
    assert high >= 2.3456781


def test_a_small_cost_is_told_as_land_too() -> None:
    """Forest takes up 4 t a hectare: within 12 t of nothing is next to nothing, what 3 ha take up; what is
    neither small nor known to a tenth says how wide it is and how wide it may be."""
    worth = Worth(Equivalent(0, 4.0, 12.0), Classes((class_table()["forest"],)))
    text = interval_in_words(Interval(-8.0, 12.0), "base", "en", worth)
    assert "less than 12.00 tCO2e/yr either way, what 3.00 ha of forest take up" in text
    assert "3.00 公顷林地" in interval_in_words(Interval(0.0, 12.0), "base", "zh", worth)
    text = interval_in_words(Interval(80.0, 120.0), "base", "en", worth)
    assert "the interval is 40.00 tCO2e/yr wide and would have to be 20.00" in text


def test_relaxations_name_limits_only() -> None:
    """What must be let out of a red line is no limit that was moved."""
    limit = Relaxation("changed_area", "limits[1]", "limit", 5.0, "ha", 40.0, 45.0)
    line = Relaxation("ecology", "redlines.ecology", "redline", 3.0, "ha", units=3)
    assert relaxations(Infeasibility((limit, line), ()), "en") == "Area that changes from 40.00 to 45.00 ha"
    assert relaxations(None, "en") == ""
