from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulations.core.indicator import Indicator
from formulations.core.lagrangian import alone, lagrangian, spans
from formulations.core.problem import LayoutProblem
from formulations.core.rows import Prices
from tests.support.enumeration import layouts
from tests.support.random_problems import problems

SEEDS = st.integers(0, 2**32 - 1)


def random_prices(problem: LayoutProblem, seed: int) -> Prices:
    """A price of any size and sign for every row."""
    return problem.prices(np.random.default_rng(seed).normal(0.0, 20.0, len(problem.rows)))


def some_layout(problem: LayoutProblem, seed: int) -> np.ndarray:
    """A layout that the options allow."""
    allowed = problem.options.allowed[problem.options.kind]
    draw = np.random.default_rng(seed).random(allowed.shape)
    return np.where(allowed, draw, -1.0).argmax(axis=1).astype(np.uint8)


@given(problems(), SEEDS)
def test_the_lagrangian_is_the_objective_less_what_the_limits_are_paid(
    problem: LayoutProblem, seed: int
) -> None:
    """F of a layout is its objective less price times value of every limit in every district."""
    prices, layout = random_prices(problem, seed), some_layout(problem, seed)
    paid = float(prices.values @ problem.values(layout))
    expected = problem.objective.evaluate(layout) - paid
    assert lagrangian(problem, prices).evaluate(layout) == pytest.approx(expected, rel=1e-9, abs=1e-6)


@given(problems(), SEEDS)
def test_changing_one_unit_changes_the_indicator_as_told(problem: LayoutProblem, seed: int) -> None:
    """The difference between two classes of one unit is what the change does to the whole sum."""
    priced, layout = lagrangian(problem, random_prices(problem, seed)), some_layout(problem, seed)
    units = np.arange(len(layout))
    value = alone(priced, layout, units, problem.options.classes)
    for unit in units:
        for klass in range(problem.options.classes):
            changed = layout.copy()
            changed[unit] = klass
            told = value[unit, klass] - value[unit, layout[unit]]
            true = priced.evaluate(changed) - priced.evaluate(layout)
            assert told == pytest.approx(true, rel=1e-9, abs=1e-6)


@given(problems(rows=2, columns=2, classes=3), SEEDS)
def test_no_neighbours_move_a_unit_beyond_its_span(problem: LayoutProblem, seed: int) -> None:
    """Whatever the other units become, what joining a set adds stays between least and most."""
    priced = lagrangian(problem, random_prices(problem, seed))
    units = np.arange(len(problem))
    coupled = Indicator("coupled", "", pairs=priced.pairs, bundles=priced.bundles)
    sides = spans(priced, problem.options, units)
    outside = [k for k in range(problem.options.classes) if not any(side.classes[k] for side in sides)]
    for layout in layouts(problem):
        value = alone(coupled, layout, units, problem.options.classes)
        for side in sides:
            for k in np.flatnonzero(side.classes):
                others = [each for each in sides if each is not side and each.classes[k]]
                added = value[:, k] - (value[:, outside[0]] if outside else 0.0)
                least = side.least + sum(each.least for each in others)
                most = side.most + sum(each.most for each in others)
                assert (added >= least - 1e-6).all()
                assert (added <= most + 1e-6).all()
