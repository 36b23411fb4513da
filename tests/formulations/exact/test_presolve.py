from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulations.core.problem import LayoutProblem
from formulations.exact.presolve import narrowed, reduce_problem
from tests.support.gold_models import four_cells
from tests.support.random_problems import problems


def random_layout(problem: LayoutProblem, seed: int) -> np.ndarray:
    """Any layout that the options allow."""
    allowed = problem.options.allowed[problem.options.kind]
    draw = np.random.default_rng(seed).random(allowed.shape)
    return np.where(allowed, draw, -1.0).argmax(axis=1).astype(np.uint8)


@given(problems(rows=3, columns=4, classes=5), st.integers(0, 2**32 - 1))
def test_what_is_folded_away_is_not_lost(problem: LayoutProblem, seed: int) -> None:
    """Objective and limits of any layout are the same from the folded forms as from the indicators."""
    reduction = reduce_problem(problem)
    layout = random_layout(problem, seed)
    x = reduction.solution(layout)
    assert (reduction.layout(x) == layout).all()
    choices = len(reduction.unit)
    forms = reduction.constant + reduction.of_choice @ x[:choices] + reduction.of_product @ x[choices:]
    assert forms[0] == pytest.approx(problem.objective.evaluate(layout))
    assert forms[1:] == pytest.approx(problem.values(layout))


def test_a_locked_neighbour_makes_a_pair_a_cell_term() -> None:
    """Cell 3 is locked green: its edges with cells 1 and 2 need no product, only the others do."""
    reduction = reduce_problem(four_cells())
    assert reduction.free.tolist() == [0, 1, 2]
    factors = np.diff(reduction.products.start).tolist()
    assert factors == [2, 2, 2, 2, 3]
    assert reduction.penalised.tolist() == [False, False, True, True, False]
    green = (reduction.unit == 1) & (reduction.klass == 0)
    assert reduction.of_choice[[0]].toarray()[0, green].item() == pytest.approx(-4.0 - 50.0 * 0.1)
    assert reduction.constant[0] == pytest.approx(-5.0)


def test_a_problem_without_a_choice_is_all_constants() -> None:
    """Where every unit is locked there is nothing to decide, and the forms are their values."""
    problem = four_cells()
    locked = narrowed(problem, np.eye(3, dtype=bool)[problem.today])
    reduction = reduce_problem(locked)
    assert len(reduction.unit) == len(reduction.products) == 0
    assert reduction.constant[0] == pytest.approx(problem.objective.evaluate(problem.today))
    assert (reduction.layout(np.zeros(0)) == problem.today).all()


@given(st.integers(1, 12), st.integers(2, 70), st.integers(0, 2**32 - 1))
def test_narrowed_options_are_the_ones_given(units: int, classes: int, seed: int) -> None:
    """Units with the same options become one kind, whatever the number of classes."""
    problem = four_cells()
    allowed = np.random.default_rng(seed).random((units, classes)) < 0.3
    allowed[:, 0] |= ~allowed.any(axis=1)
    options = narrowed(problem, allowed).options
    assert (options.allowed[options.kind] == allowed).all()
    assert len(options.allowed) == len(np.unique(allowed, axis=0))
