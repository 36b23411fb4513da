"""Rounding rows: by hand, and that every layout which keeps the limits keeps them as well."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from formulations.column_generation.decompose import solve_decompose
from formulations.column_generation.decomposition import Decomposition
from formulations.column_generation.rounding_rows import rounded
from formulations.core.indicator import CellTerm, Indicator
from formulations.core.problem import LayoutProblem, Limit, Options
from formulations.core.solution import SolveSettings, Watch
from instances.rules.districts import Districts
from tests.support.enumeration import enumerate_best, layouts


def fields_and_towns(sizes: list[float], least: float, most: float, cost: list[float]) -> LayoutProblem:
    """Fields of some sizes (ha), of which towns may be made at a cost each: at least so many ha of town, and
    at least so many ha of field."""
    units = len(sizes)
    area, group = np.array(sizes), np.zeros(units, np.int32)
    price = Indicator(
        "cost",
        "tCO2e/yr",
        (CellTerm(np.ones(units), np.arange(units), np.array([[0.0, each] for each in cost])),),
    )
    whole, free = Districts.whole(units), np.full(1, np.inf)
    field = Indicator("area.field", "ha", (CellTerm(area, group, np.array([[1.0, 0.0]])),))
    town = Indicator("area.town", "ha", (CellTerm(area, group, np.array([[0.0, 1.0]])),))
    limits = (
        Limit(town, whole, np.array([least]), free, "limits[0]"),
        Limit(field, whole, np.array([most]), free, "limits[1]"),
    )
    options = Options(np.zeros(units, np.int32), np.ones((1, 2), bool))
    return LayoutProblem(options, ((1.0, price),), limits, ("field", "town"), np.zeros(units, np.uint8), area)


def test_a_whole_unit_is_asked_for_where_the_limit_ends_within_one() -> None:
    """20 ha of town from units of 9 ha and one of 3.5: in nines that is 2 + 2/9, and the small unit, 7/18 of
    a nine, is worth a whole step."""
    problem = fields_and_towns([9.0, 9.0, 9.0, 9.0, 3.5], 20.0, 0.0, [1.0] * 5)
    further, _ = rounded(
        problem, np.array([20.0, 0.0]), np.full(2, np.inf), np.array([1.0, 0.0]), problem.today
    )
    nines = next(limit for limit in further.limits[2:] if "/ 9 ha" in limit.indicator.name)
    assert nines.at_least.tolist() == [3.0]
    worth = [float(nines.indicator.evaluate(np.eye(5, dtype=np.uint8)[unit])) for unit in (0, 4)]
    assert worth == [1.0, 1.0]


def test_a_limit_that_whole_units_meet_has_no_rounding_row() -> None:
    """18 ha of town are two nines."""
    problem = fields_and_towns([9.0] * 4, 18.0, 0.0, [1.0] * 4)
    bounds = np.array([18.0, 0.0]), np.full(2, np.inf)
    assert rounded(problem, *bounds, np.array([1.0, 0.0]), problem.today)[0] is problem


sizes = st.lists(st.sampled_from([9.0, 9.0, 9.0, 3.5, 1.0, 0.5]), min_size=4, max_size=7)


@given(sizes, st.floats(0.0, 40.0), st.floats(0.0, 20.0), st.integers(0, 1000))
def test_no_layout_that_keeps_the_limits_is_cut_off(
    area: list[float], least: float, most: float, seed: int
) -> None:
    """All layouts are tried, and the rows are counted from any of them."""
    random = np.random.default_rng(seed)
    problem = fields_and_towns(area, least, most, random.uniform(0.5, 3.0, len(area)).tolist())
    near = random.integers(0, 2, len(area)).astype(np.uint8)
    model = Decomposition(problem)
    further, _ = rounded(problem, model.rows.lower, model.rows.upper, np.array([2.0, 1.0]), near)
    for layout in layouts(problem):
        assert further.holds(layout) or not problem.holds(layout)


@settings(max_examples=60)
@given(sizes, st.floats(1.0, 30.0), st.integers(0, 1000))
def test_the_bound_is_never_above_the_best_plan(area: list[float], least: float, seed: int) -> None:
    """With rounding rows as without: found again by enumeration."""
    cost = np.random.default_rng(seed).uniform(0.5, 3.0, len(area)).tolist()
    problem = fields_and_towns(area, min(least, sum(area)), 0.0, cost)
    best = enumerate_best(problem)
    solution = solve_decompose(problem, SolveSettings(room=0.0), Watch())
    assert best.layout is not None
    assert solution.layout is not None
    assert solution.bound <= best.objective + 1e-9
    assert solution.objective >= best.objective - 1e-9
    assert solution.prices.proves <= best.objective + 1e-9
