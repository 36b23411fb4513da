from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import formulations.sensitivity.relaxation as relaxation_module
from formulations.column_generation.graph_cut_structure import outside_structure
from formulations.core.problem import LayoutProblem
from formulations.core.rows import Prices
from formulations.core.solution import SolveSettings, Watch
from formulations.core.unit_types import rows_of
from formulations.exact.model import solve_exact
from formulations.sensitivity.relaxation import relaxation
from tests.formulations.sensitivity.test_opportunity_cost import strip
from tests.support.enumeration import enumerate_best
from tests.support.random_problems import Shape, problems, random_problem

TIGHT = SolveSettings(gap=1e-9)


def small(problem: LayoutProblem):
    """The relaxation of a small problem, one linear program."""
    return relaxation(problem, Prices(), problem.today, TIGHT, Watch())


def test_the_price_of_a_hectare_by_hand() -> None:
    """A third hectare of cropland takes the place of wood worth 4, a fourth of wood worth 6."""
    problem = strip()
    relaxed, none = small(problem), np.array([np.inf])
    values = [relaxed.at(np.array([ask]), none, 0.0, np.inf).value for ask in (2.0, 2.5, 3.0, 3.5, 4.0)]
    assert values == pytest.approx([-10.0, -8.0, -6.0, -3.0, 0.0])
    assert relaxed.at(np.array([2.5]), none, 0.0, np.inf).price == pytest.approx([4.0])
    assert relaxed.at(np.array([3.5]), none, 0.0, np.inf).price == pytest.approx([6.0])
    assert relaxed.at(np.array([5.0]), none, 0.0, np.inf).value == np.inf
    assert relaxed.at(np.array([3.0]), np.array([2.0]), 0.0, np.inf).value == np.inf


@given(problems(), st.floats(0.01, 0.3))
def test_a_price_lies_between_the_differences_to_both_sides(problem: LayoutProblem, share: float) -> None:
    """Tightening costs the relaxation at least the price, loosening gains at most the price."""
    relaxed = small(problem)
    rows = relaxed.rows
    own = relaxed.at(rows.lower, rows.upper, 0.0, np.inf)
    assume(np.isfinite(own.value))
    slack = 1e-6 * (1.0 + abs(own.value))
    for row in np.flatnonzero(own.price)[:2]:
        bound = rows.lower[row] if own.price[row] > 0 else rows.upper[row]
        for shift in (-share * max(1.0, abs(bound)), share * max(1.0, abs(bound))):
            lower, upper = rows.lower.copy(), rows.upper.copy()
            (lower if own.price[row] > 0 else upper)[row] += shift
            assert relaxed.at(lower, upper, 0.0, np.inf).value >= own.value + own.price[row] * shift - slack


@given(problems(rows=2, columns=2), st.floats(0.01, 0.3))
def test_no_layout_under_a_shifted_bound_costs_less_than_the_price_says(
    problem: LayoutProblem, share: float
) -> None:
    """Bound plus price times shift stays a lower bound of the enumerated optimum at the shifted bound."""
    relaxed = small(problem)
    own = relaxed.at(relaxed.rows.lower, relaxed.rows.upper, 0.0, np.inf)
    assume(np.isfinite(own.value))
    for row in np.flatnonzero(own.price)[:1]:
        limit, district = problem.limits[problem.rows[row].limit], problem.rows[row].position
        side = limit.at_least if own.price[row] > 0 else limit.at_most
        tight = float(relaxed.rows.lower[row] if own.price[row] > 0 else relaxed.rows.upper[row])
        before, moved = side[district], tight + share * max(1.0, abs(tight)) * np.sign(own.price[row])
        side[district] = moved
        best = enumerate_best(problem, 0.0).objective
        side[district] = before
        floor = own.value + own.price[row] * (moved - tight)
        assert best >= floor - 1e-6 * (1.0 + abs(floor))


@pytest.mark.slow
@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_cuts_and_linear_program_agree(seed: int, irregular: bool) -> None:
    """Priced by minimum cuts or solved as one program, the relaxation has one value, also at other bounds."""
    shape = Shape(rows=4, columns=5, classes=4, irregular=irregular, bundles=1, limits=2)
    problem = random_problem(np.random.default_rng(seed), shape)
    assume(not outside_structure(problem))
    solution = solve_exact(problem, SolveSettings(gap=1e-3, time_limit=10.0), Watch())
    assume(solution.layout is not None)
    whole = small(problem)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(relaxation_module, "EXACT_UNITS", -1)
        priced = relaxation(problem, solution.prices, solution.layout, TIGHT, Watch())
    rows = rows_of(problem)
    for loosened in (0.0, 0.5):
        lower, upper = rows.lower - loosened, rows.upper + loosened
        true = whole.at(lower, upper, 0.0, np.inf).value
        found = priced.at(lower, upper, 1e-6 * (1.0 + abs(true)), np.inf)
        assert found.value <= true + 1e-6 * (1.0 + abs(true))
        assert found.value >= true - 1e-3 * (1.0 + abs(true))


def test_a_search_told_to_stop_says_what_it_knows() -> None:
    """Stopped, the relaxation still gives a lower bound."""
    problem = random_problem(np.random.default_rng(11), Shape(rows=5, columns=5, limits=2, bundles=0))
    solution = solve_exact(problem, TIGHT, Watch())
    assert solution.layout is not None
    stopped = threading.Event()
    stopped.set()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(relaxation_module, "EXACT_UNITS", -1)
        relaxed = relaxation(problem, solution.prices, solution.layout, TIGHT, Watch(stop=stopped))
    found = relaxed.at(relaxed.rows.lower, relaxed.rows.upper, 0.0, np.inf)
    assert found.value <= solution.objective + 1e-6
