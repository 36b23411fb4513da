from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from formulations.core.lagrangian import lagrangian
from formulations.sensitivity.held import held
from formulations.sensitivity.reasons import NEIGHBOURS, RATES, Side
from tests.formulations.sensitivity.test_opportunity_cost import CROP, WOOD, strip
from tests.support.made_lines import lined_problems

TODAY = np.zeros(4, dtype=np.uint8)


def side(reward: float, price: float, layout: list[int]) -> Side:
    """The strip with a price on its cropland, and a plan."""
    problem = strip(reward)
    return Side(problem, problem.prices(np.array([price])), np.array(layout, dtype=np.uint8))


def test_a_patch_gains_what_paper_says() -> None:
    """Wood on the last two hectares saves 6 and 4; cropland is worth 3 each: 4 remain, by what wood saves."""
    found = held(side(0.0, 3.0, [CROP, CROP, WOOD, WOOD]), TODAY, np.array([-1, -1, 0, 0]), 1)
    assert found.gain == pytest.approx([4.0])
    assert found.names[int(found.decides[0])] == RATES
    assert found.otherwise == pytest.approx([4.0])
    assert found.other.tolist() == [CROP]
    assert not found.must.any()
    worth = dict(zip(found.names, found.worth[0], strict=True))
    assert worth[RATES] == pytest.approx(10.0)
    assert worth["area.cropland", ""] == pytest.approx(-6.0)


def test_neighbours_decide_where_they_bring_most() -> None:
    """The last hectare saves 4 by itself and 20 beside wood."""
    found = held(side(20.0, 1.0, [CROP, CROP, WOOD, WOOD]), TODAY, np.array([-1, -1, -1, 0]), 1)
    assert found.names[int(found.decides[0])] == NEIGHBOURS
    assert found.gain == pytest.approx([4.0 + 20.0 - 1.0])


def test_a_patch_whose_class_may_not_stay_is_held_by_a_rule() -> None:
    """Town today where only cropland and wood are allowed: a rule holds the patch, whatever it gains."""
    today = np.array([0, 0, 2, 2], dtype=np.uint8)
    found = held(side(0.0, 3.0, [CROP, CROP, WOOD, WOOD]), today, np.array([-1, -1, 0, 1]), 2)
    assert found.must.tolist() == [True, True]


def test_a_patch_that_may_be_nothing_else_has_no_other_class() -> None:
    """Where the line leaves one class only, nothing else is told, at no cost."""
    today = np.array([1, 0, 0, 0], dtype=np.uint8)
    found = held(side(0.0, 3.0, [CROP, CROP, CROP, CROP]), today, np.array([0, -1, -1, -1]), 1)
    assert found.other.tolist() == [-1]
    assert np.isinf(found.otherwise).all()


def test_without_patches_there_is_nothing_to_tell() -> None:
    """A plan that changes nothing has no reasons."""
    found = held(side(0.0, 3.0, [CROP] * 4), TODAY, np.full(4, -1), 0)
    assert len(found.gain) == len(found.other) == len(found.decides) == 0


@given(lined_problems())
def test_what_one_unit_gains_is_the_difference_of_two_whole_evaluations(drawn) -> None:
    """Unit by unit the sum of the parts is F with today's class less F with the class planned, each evaluated
    over the whole land."""
    problem = drawn[0] if isinstance(drawn, tuple) else drawn
    options = problem.options
    prices = problem.prices(np.full(len(problem.rows), 0.5))
    layout = options.allowed[options.kind].argmax(axis=1).astype(np.uint8)
    today = (options.classes - 1 - options.allowed[options.kind][:, ::-1].argmax(axis=1)).astype(np.uint8)
    whole, units = lagrangian(problem, prices), len(layout)
    found = held(Side(problem, prices, layout), today, np.arange(units), units)
    for unit in range(units):
        kept = layout.copy()
        kept[unit] = today[unit]
        assert found.gain[unit] == pytest.approx(whole.evaluate(kept) - whole.evaluate(layout), abs=1e-6)
