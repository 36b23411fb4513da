from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formulations.core.problem import LayoutProblem
from formulations.core.rows import Prices
from formulations.sensitivity.reasons import NEIGHBOURS, RATES, TIE, Side, reasons
from tests.formulations.sensitivity.test_opportunity_cost import CROP, WOOD, strip


def side(problem: LayoutProblem, price: float, layout: list[int]) -> Side:
    """An alternative with one price."""
    return Side(problem, problem.prices(np.array([price])), np.array(layout, dtype=np.uint8))


def reason_of(first: Side, other: Side, unit: int):
    """The reason of one unit."""
    found = reasons(first, other, np.array([unit]))
    return found.names[int(found.of[0])]


def test_a_dearer_limit_is_the_reason() -> None:
    """Cropland worth 5 instead of 3 keeps the hectare that wood would save 4 on."""
    first = side(strip(), 3.0, [CROP, CROP, WOOD, WOOD])
    other = side(strip(), 5.0, [CROP, CROP, WOOD, CROP])
    assert reason_of(first, other, 3) == ("area.cropland", "")


def test_neighbours_planned_otherwise_are_the_reason() -> None:
    """At equal prices the third cell follows the fourth, which one alternative plants."""
    first = side(strip(reward=5.0), 7.0, [CROP, CROP, CROP, CROP])
    other = side(strip(reward=5.0), 7.0, [CROP, CROP, WOOD, WOOD])
    assert reason_of(first, other, 2) == NEIGHBOURS


def test_other_rates_are_the_reason() -> None:
    """Wood that saves ten times as much is planted for itself."""
    base = strip()
    (weight, emissions), *_ = base.parts
    term = emissions.cells[0]
    richer = replace(emissions, cells=(replace(term, table=10 * np.asarray(term.table)),))
    first = side(base, 6.0, [CROP, CROP, CROP, CROP])
    other = side(replace(base, parts=((weight, richer),)), 6.0, [CROP, CROP, CROP, WOOD])
    assert reason_of(first, other, 3) == RATES


@pytest.mark.parametrize("nudge", [0.0, 0.01])
def test_a_choice_of_equal_worth_has_no_reason(nudge: float) -> None:
    """Nothing moves, or a price by less than its noise: either class is as good."""
    first = side(strip(), 4.0, [CROP, CROP, WOOD, CROP])
    other = side(strip(), 4.0 - nudge, [CROP, CROP, WOOD, WOOD])
    assert reason_of(first, other, 3) == TIE


def test_a_limit_of_one_alternative_alone_counts() -> None:
    """Where only one alternative has the limit, its price is the reason all the same."""
    free = replace(strip(), limits=())
    first = side(strip(), 9.0, [CROP, CROP, CROP, CROP])
    other = Side(free, Prices(), np.array([CROP, CROP, WOOD, WOOD], dtype=np.uint8))
    assert reason_of(first, other, 3) == ("area.cropland", "")
