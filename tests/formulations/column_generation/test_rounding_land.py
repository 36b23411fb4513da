from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulations.column_generation.decompose import solve_decompose
from formulations.column_generation.decomposition import Decomposition
from formulations.column_generation.rounding_land import Beyond
from formulations.column_generation.rounding_rows import rounded
from formulations.core.indicator import CellTerm, Indicator
from formulations.core.problem import LayoutProblem, Limit, Options
from formulations.core.solution import SolveSettings, Watch
from instances.rules.districts import Districts
from tests.support.enumeration import enumerate_best, layouts


def works(units: int, cost: list[float], jobs: float, industry: float, sign: float = 1.0) -> LayoutProblem:
    """Units of 1 ha, fields, industry of 2 jobs or offices of 5, at a cost each: at least so many jobs, and
    so much industry; with ``sign`` -1 at most."""
    area, group = np.ones(units), np.zeros(units, np.int32)
    costs = np.array([[0.0, each, 3 * each] for each in cost]) * sign
    price = Indicator("cost", "tCO2e/yr", (CellTerm(area, np.arange(units), costs),))
    whole, free = Districts.whole(units), np.full(1, np.inf)
    counted = [
        Indicator("jobs", "person", (CellTerm(area, group, np.array([[0.0, 2.0, 5.0]])),)),
        Indicator("area.industry", "ha", (CellTerm(area, group, np.array([[0.0, 1.0, 0.0]])),)),
    ]
    asked = [np.array([jobs]), np.array([industry])]
    ends = [(bound, free) if sign > 0 else (-free, bound) for bound in asked]
    limits = tuple(
        Limit(one, whole, low, high, "limits") for one, (low, high) in zip(counted, ends, strict=True)
    )
    options = Options(np.zeros(units, np.int32), np.ones((1, 3), bool))
    names = ("field", "industry", "office")
    return LayoutProblem(options, ((1.0, price),), limits, names, np.zeros(units, np.uint8), area)


def test_offices_fill_what_industry_leaves_by_whole_ones() -> None:
    """13 jobs, of which a hectare of industry that is asked for has 2: 11 are left, 2 and 1/5 offices, so
    that 3 offices and hectares of further industry are needed; where parts of one may be, each counts 2."""
    problem = works(6, [1.0] * 6, 13.0, 1.0)
    bounds = np.array([13.0, 1.0]), np.full(2, np.inf)
    further = rounded(problem, *bounds, np.array([1.0, 1.0]), problem.today)[0].limits[2:]
    row = next(one for one in further if one.indicator.name.endswith("less limited land"))
    office, industry = (row.indicator.evaluate(np.full(6, k, np.uint8)) / 6 for k in (2, 1))
    assert (office, industry) == (1.0, 1.0)
    assert row.at_least.tolist() == [3.0 + 1.0]
    parts = Beyond(row.indicator.cells[1], 1.0, 1.0, 2.0, 0.0)
    assert parts.worth(5.0, 0.2) == pytest.approx(2.0)


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 6), st.floats(0, 25), st.floats(0, 6), st.sampled_from([1.0, -1.0]), st.integers(0, 99))
def test_no_layout_that_keeps_the_limits_is_cut_off(
    units: int, jobs: float, industry: float, sign: float, seed: int
) -> None:
    """All layouts are tried, of lower and of upper bounds, counted from any of them."""
    random = np.random.default_rng(seed)
    problem = works(units, random.uniform(0.5, 3.0, units).tolist(), jobs, industry, sign)
    near = random.integers(0, 3, units).astype(np.uint8)
    model = Decomposition(problem)
    price = sign * np.array([2.0, 1.0])
    further = rounded(problem, model.rows.lower, model.rows.upper, price, near)[0]
    for layout in layouts(problem):
        assert further.holds(layout) or not problem.holds(layout)


@settings(max_examples=30, deadline=None)
@given(st.integers(3, 6), st.floats(0, 14), st.integers(0, 3), st.integers(0, 99))
def test_the_bound_is_never_above_the_best_plan(units: int, jobs: float, industry: int, seed: int) -> None:
    """Found again by enumeration."""
    cost = np.random.default_rng(seed).uniform(0.5, 3.0, units).tolist()
    problem = works(units, cost, jobs, float(industry))
    best = enumerate_best(problem)
    if best.layout is None:
        return
    solution = solve_decompose(problem, SolveSettings(room=0.0), Watch())
    assert solution.bound <= best.objective + 1e-9 <= solution.objective + 2e-9
