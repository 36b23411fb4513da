"""Tidying: land stays what it is where a change earns nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulations.column_generation.tie_breaking import break_ties
from formulations.core.indicator import CellTerm, Indicator
from formulations.core.problem import LayoutProblem, Limit, Options
from instances.rules.districts import Districts
from tests.support.random_problems import Shape, random_problem


def three_units(limits: tuple[Limit, ...] = ()) -> LayoutProblem:
    """Wetland, wetland, field today; wetland and water cost the same, a field more."""
    rates = np.array([[0.0, 0.0, 5.0]] * 3)
    today = np.array([0, 0, 2], np.uint8)
    cost = Indicator("net_emissions", "tCO2e/yr", (CellTerm(np.ones(3), today, rates),))
    options = Options(np.zeros(3, np.int32), np.ones((1, 3), bool))
    return LayoutProblem(options, ((1.0, cost),), limits, ("wetland", "water", "field"), today)


def test_a_tie_goes_to_what_stands_there() -> None:
    """Wetland turned to water for nothing turns back; the field that saves 5 stays changed."""
    assert break_ties(three_units(), np.array([1, 1, 1], np.uint8)).tolist() == [0, 0, 1]


def test_a_limit_may_need_the_change() -> None:
    """Where a limit asks for three units of water, the change is kept."""
    water = Indicator(
        "area.water", "ha", (CellTerm(np.ones(3), np.zeros(3, int), np.array([[0.0, 1.0, 0.0]])),)
    )
    limit = Limit(water, Districts.whole(3), np.array([3.0]), np.array([np.inf]))
    assert break_ties(three_units((limit,)), np.array([1, 1, 1], np.uint8)).tolist() == [1, 1, 1]


@given(st.integers(0, 10_000))
def test_tidying_changes_no_figure(seed: int) -> None:
    """Objective and options are as before, whatever the layout."""
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, Shape(rows=3, columns=4, limits=2, bundles=1))
    allowed = problem.options.allowed[problem.options.kind]
    layout = np.where(allowed, rng.random(allowed.shape), -1.0).argmax(axis=1).astype(np.uint8)
    plan = break_ties(problem, layout)
    assert problem.options.permits(plan).all()
    assert problem.objective.evaluate(plan) == pytest.approx(problem.objective.evaluate(layout))
    assert (layout != problem.today).sum() >= (plan != problem.today).sum()
