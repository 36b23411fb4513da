"""What the gap is relative to: the terms of the objective that can move."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulations.core.decided import Aim, Decided, Deciding, Term
from formulations.core.indicator import CellTerm, Indicator
from formulations.core.solution import SolveSettings
from tests.support.random_problems import Shape, random_problem


def scale(*terms: tuple[float, float]) -> float:
    """The scale of terms (change, span)."""
    return Decided(tuple(Term(str(n), 1.0, *term) for n, term in enumerate(terms))).scale


def test_the_smallest_term_decides() -> None:
    """A twentieth of the smallest term at a gap of 0.001, never more than of all that changes."""
    assert scale((1_000.0, 2_000.0)) == 1_000.0
    assert scale((1_950_000.0, 2_000_000.0), (-1_000.0, 1_400.0)) == 50_000.0
    assert scale((-15_000.0, 100_000.0), (900.0, 4_000.0)) == 15_900.0


def test_a_term_left_as_it_is_counts_with_its_span() -> None:
    """What could have moved and did not is no licence to leave it unproven, nor to search for ever."""
    assert scale((100_000.0, 200_000.0), (0.0, 400.0)) == 50 * 40.0
    assert scale((100_000.0, 200_000.0), (0.0, 0.0)) == 100_000.0
    assert scale((100.0, 200_000.0), (1e-6, 2e-6)) == pytest.approx(200.0)
    assert scale((0.0, 0.0)) == 0.0


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(1e-9, 1e9)), min_size=1, max_size=5))
def test_only_a_term_below_a_millionth_of_all_can_hide(terms: list[tuple[float, float]]) -> None:
    """Whatever the terms change (a share of their spans), the room at a gap of 0.001 is at most a twentieth
    of what each changes or a tenth of its span, or else a millionth of all spans:
    no more than any span above that."""
    spans = [span for _, span in terms]
    room = 1e-3 * scale(*((share * span, span) for share, span in terms))
    for share, span in terms:
        assert room <= max(0.05 * max(share * span, 0.1 * span), 1e-6 * sum(spans)) * (1 + 1e-9)
        assert span < 1e-6 * sum(spans) or room <= span * (1 + 1e-9)


def test_land_that_stays_does_not_count() -> None:
    """A constant in the objective, however large, changes neither scale nor room."""
    rng = np.random.default_rng(5)
    problem = random_problem(rng, Shape(rows=4, columns=4))
    constant = CellTerm(
        np.full(len(problem), 1e6), np.zeros(len(problem), int), np.ones((1, problem.options.classes))
    )
    weight, part = problem.parts[0]
    heavier: Indicator = replace(part, cells=(*part.cells, constant))
    other = replace(problem, parts=((weight, heavier), *problem.parts[1:]))
    layout = np.array([np.flatnonzero(row)[-1] for row in problem.options.allowed[problem.options.kind]])
    assert Deciding(other).of(layout).scale == pytest.approx(Deciding(problem).of(layout).scale)


@given(st.integers(0, 2**32 - 1))
def test_no_change_is_more_than_its_span(seed: int) -> None:
    """Over every layout of a few units no term moves farther than its span says."""
    problem = random_problem(np.random.default_rng(seed), Shape(rows=2, columns=2, classes=3))
    deciding = Deciding(problem)
    allowed = problem.options.allowed[problem.options.kind]
    for choice in product(*(np.flatnonzero(row) for row in allowed)):
        for term in deciding.of(np.array(choice, dtype=np.uint8)).terms:
            if problem.options.permits(problem.today).all():
                assert abs(term.change) <= term.span + 1e-9 * max(1.0, term.span)


def test_a_room_takes_the_place_of_the_gap() -> None:
    """Settings say how far from the bound is near enough: in tCO2e/yr, or of what is decided."""
    problem = random_problem(np.random.default_rng(2), Shape(rows=3, columns=3))
    decided = Deciding(problem).of(problem.today)
    assert Aim(problem, SolveSettings(gap=0.01)).room(problem.today) == pytest.approx(0.01 * decided.scale)
    assert Aim(problem, SolveSettings(gap=0.01, room=7.0)).room(problem.today) == 7.0
    objective = problem.objective.evaluate(problem.today)
    settings = SolveSettings(gap=0.01, relative_to="objective")
    assert Aim(problem, settings).room(problem.today) == pytest.approx(0.01 * abs(objective))
