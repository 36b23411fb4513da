"""Exchange: the changes chosen are the best that there are, found again by trying all of them."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from formulations.column_generation import exchange
from formulations.column_generation.exchange import CheapChanges, best_together, exchanged
from formulations.column_generation.knapsack import first_of, kinds
from formulations.column_generation.reversion import Reversion
from formulations.core.problem import LayoutProblem
from formulations.core.rows import Prices
from formulations.core.solution import SolveSettings, Watch
from instances.units.grid import Layout
from tests.formulations.column_generation.test_tidying import strip
from tests.support.enumeration import layouts
from tests.support.random_problems import problems

EXACT = SolveSettings(room=0.0)


@settings(deadline=None)
@given(problems(), st.integers(0, 5))
def test_no_choice_of_the_changes_on_offer_is_better(problem: LayoutProblem, turn: int) -> None:
    """All subsets of the changes on offer are tried."""
    kept = [layout for layout in layouts(problem) if problem.holds(layout)]
    for layout in kept[:2]:
        offered = CheapChanges(problem, layout, Prices()).drawn(layout, turn)
        found = exchanged(problem, layout, offered, turn, EXACT, Watch(), singly=True)
        assert problem.options.allowed[problem.options.kind, found].all()
        assert problem.holds(found)
        back = Reversion(problem, layout, offered)
        able = back.apart(np.arange(len(back)), np.random.default_rng(turn).permutation(len(back)))
        best = min(problem.objective.evaluate(each) for each in _choices(back, able) if problem.holds(each))
        assert problem.objective.evaluate(found) <= best + 1e-6 * (1.0 + abs(best))


def _choices(back: Reversion, able: np.ndarray) -> list[Layout]:
    found = []
    for taken in product((False, True), repeat=len(able)):
        chosen = np.zeros(len(back), dtype=bool)
        chosen[able] = taken
        found.append(back.returned(chosen))
    return found


def test_a_draft_that_misses_a_limit_is_made_to_keep_it() -> None:
    """Two woods are asked for, and one is there: each further one costs 1, next to the first 1 less 0.5."""
    problem = strip(0.5)
    layout = np.array([1, 0, 0, 0, 0, 0], dtype=np.uint8)
    offered = np.ones(6, dtype=np.uint8)
    found = exchanged(problem, layout, offered, 0, EXACT, Watch(), singly=False)
    assert problem.holds(found)
    singly = exchanged(
        problem, layout, np.array([1, 1, 0, 1, 0, 0], np.uint8), 0, EXACT, Watch(), singly=True
    )
    assert singly.tolist() == [1, 1, 0, 0, 0, 0]


@settings(deadline=None)
@given(problems(), st.integers(0, 5))
def test_mending_never_misses_limits_by_more(problem: LayoutProblem, turn: int) -> None:
    """Whatever misses limits is brought nearer to them or left as it is; what keeps them keeps them still."""
    for layout in list(layouts(problem))[:6]:
        offered = CheapChanges(problem, layout, Prices()).drawn(layout, turn)
        found = exchanged(problem, layout, offered, turn, EXACT, Watch(), singly=True, mending=True)
        assert problem.options.permits(found).all()
        assert problem.holds(found) or not problem.holds(layout)


def test_a_strip_is_mended_at_the_least_cost() -> None:
    """Two woods are asked for and one is there: mended as the best choice would mend it."""
    problem = strip(0.5)
    layout, offered = np.array([1, 0, 0, 0, 0, 0], np.uint8), np.array([1, 1, 0, 1, 0, 0], np.uint8)
    found = exchanged(problem, layout, offered, 0, EXACT, Watch(), singly=True, mending=True)
    assert found.tolist() == [1, 1, 0, 0, 0, 0]


def test_nothing_on_offer_changes_nothing() -> None:
    """The layout itself is handed back."""
    problem = strip(0.5)
    layout = np.array([1, 1, 0, 0, 0, 0], dtype=np.uint8)
    assert exchanged(problem, layout, layout, 0, EXACT, Watch(), singly=True) is layout


def test_the_cheapest_changes_are_drawn_and_no_more(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """Wood that turns to field gains 1, less 0.7 for the pair it leaves: of six cells the two woods."""
    monkeypatch.setattr(exchange, "CHANGES", 2)
    problem = strip(0.7)
    layout = np.array([1, 1, 0, 0, 0, 0], dtype=np.uint8)
    cheap = CheapChanges(problem, layout, Prices())
    assert cheap.drawn(layout, 0).tolist() == [0, 0, 0, 0, 0, 0]
    # turn after turn others come up, never a class that a unit has
    drawn = [cheap.drawn(layout, turn) for turn in range(9)]
    assert all(2 >= (each != layout).sum() > 0 for each in drawn)


def test_changes_alike_are_counted_and_the_first_are_taken() -> None:
    """Three of five do the same; two of them are asked for."""
    effects = sparse.csr_array(np.array([[1.0, 2.0], [3.0, 0.0], [1.0, 2.0], [1.0 + 1e-3, 2.0], [1.0, 2.0]]))
    kind, first, count = kinds(effects)
    assert sorted(count.tolist()) == [1.0, 1.0, 3.0]
    wanted = np.where(first == 0, 2.0, 0.0)
    assert first_of(kind, wanted).tolist() == [True, False, True, False, False]


def test_a_limit_no_choice_can_meet_is_missed_by_as_little_as_can_be() -> None:
    """Two woods are asked for and one is on offer."""
    problem = strip(0.0)
    layout = np.zeros(6, dtype=np.uint8)
    effects = sparse.csr_array(np.array([[1.0, 1.0]]))  # one change: a hectare of wood more, for 1
    assert best_together(problem, layout, effects, EXACT, Watch()).tolist() == [True]
