"""Rows with a bound of 0: balances and neutral zones, against the exact model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formulations.column_generation.decompose import solve_decompose
from formulations.column_generation.decomposition import Decomposition
from formulations.column_generation.initial_duals import initial_duals
from formulations.column_generation.row_scales import LEAST, SHARE
from formulations.core.indicator import CellTerm, Indicator, PairTerm
from formulations.core.problem import LayoutProblem, Limit, Options
from formulations.core.solution import SolveSettings, Termination, Watch
from formulations.exact.model import solve_exact
from instances.rules.districts import Districts
from tests.support.random_problems import Shape, random_problem

FREE = np.ones((1, 3), dtype=bool)


def four_units(*bounds: float) -> LayoutProblem:
    """Four units of 2 ha, free between three classes worth -5, 0 and 3 t/ha, in pairs of 7 km where both are
    of the last class; at most so much for one row each."""
    kind = np.zeros(4, dtype=np.int32)
    cell = CellTerm(np.full(4, 2.0), kind, np.array([[-5.0, 0.0, 3.0]]))
    first, second = np.array([0, 2], dtype=np.int32), np.array([1, 3], dtype=np.int32)
    pair = PairTerm(first, second, np.array([-7.0, -7.0]), np.array([False, False, True]))
    objective = Indicator("emissions", "t", cells=(cell,))
    whole = Districts.whole(4)
    balance = Indicator("balance", "t", cells=(cell,), pairs=(pair,))
    low = np.array([-np.inf])
    limits = tuple(Limit(balance, whole, low, np.array([bound])) for bound in bounds)
    today = np.zeros(4, dtype=np.uint8)
    return LayoutProblem(Options(kind, FREE), ((1.0, objective),), limits, ("a", "b", "c"), today)


def test_a_row_is_measured_against_its_bound_or_against_what_units_add_up_to() -> None:
    """Four units of 2 ha at 5 t/ha and two pairs of 7 add up to 54 at the most: a bound of 0 is measured
    against a share of that, any other bound against itself."""
    model = Decomposition(four_units(0.0, 20.0, -3.0, 1e-3))
    assert model.scale == pytest.approx([SHARE * 54, 20.0, 3.0, SHARE * 54])


def test_a_row_that_nothing_adds_to_has_a_scale_too() -> None:
    """Nothing is divided by 0."""
    problem = four_units(0.0)
    (limit,) = problem.limits
    nothing = replace(limit, indicator=Indicator("nothing", "t"))
    assert Decomposition(replace(problem, limits=(nothing,))).scale == pytest.approx([LEAST])


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40))
def test_neutral_districts_are_solved_as_by_the_exact_model(seed: int) -> None:
    """A balance of at most 0 in each district, of terms with either sign, is kept to the last millionth, and
    the intervals [bound, objective] of both methods overlap."""
    rng = np.random.default_rng(seed)
    columns, irregular = int(rng.integers(3, 9)), bool(seed % 2)
    shape = Shape(rows=6, columns=columns, classes=4, irregular=irregular, limit_pairs=False)
    problem = random_problem(rng, shape)
    units = len(problem)
    table = rng.normal(size=(1, 4)) * 10.0 ** rng.integers(-2, 5)
    term = CellTerm(rng.uniform(1, 2, units), np.zeros(units, np.int32), table)
    balance = Indicator("balance", "t", cells=(term,))
    member = np.arange(units, dtype=np.int32) * 3 // units
    districts = Districts("zones", ("x", "y", "z"), member)
    neutral = Limit(balance, districts, np.full(3, -np.inf), np.zeros(3), "limits[9]")
    problem = replace(problem, limits=(*problem.limits, neutral))
    settings = SolveSettings(gap=1e-4, time_limit=20.0)
    exact, decomposed = (method(problem, settings, Watch()) for method in (solve_exact, solve_decompose))
    known = {exact.termination, decomposed.termination}
    assert Termination.INFEASIBLE not in known or (exact.layout is None and decomposed.layout is None)
    if exact.layout is None:
        return
    assert decomposed.layout is not None
    assert (balance.evaluate_by(decomposed.layout, districts) <= 1e-6).all()
    tolerance = 1e-6 * max(1.0, abs(exact.objective))
    assert decomposed.bound <= exact.objective + tolerance
    assert exact.bound <= decomposed.objective + tolerance


def test_a_linear_model_without_an_answer_is_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the solver of the first prices gives up, column generation begins at prices of 0."""

    class Nothing:
        x = None

    monkeypatch.setattr("formulations.column_generation.initial_duals.linprog", lambda *_, **__: Nothing())
    model = Decomposition(four_units(20.0))
    held = model.problem.today
    found = initial_duals(model.types, model.sets, model.rows, model.scale, held, model.coupled)
    assert not found.price.any()
    assert solve_decompose(four_units(20.0), SolveSettings(gap=1e-4), Watch()).layout is not None
