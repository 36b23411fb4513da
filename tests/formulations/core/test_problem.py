from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulations.column_generation.decompose import solve_decompose
from formulations.column_generation.graph_cut_structure import outside_structure
from formulations.core.indicator import CellTerm, Indicator
from formulations.core.problem import KEPT, LayoutProblem, Limit, Options
from formulations.core.solution import SolveSettings, Watch
from formulations.exact.model import solve_exact
from instances.rules.districts import Districts
from tests.support.enumeration import enumerate_best
from tests.support.random_problems import Shape, random_problem


def land(area: np.ndarray, at_least: float) -> LayoutProblem:
    """Units of some area that may be of the second class, of which at least so much is asked; it costs."""
    count = len(area)
    group = np.zeros(count, dtype=np.int64)
    have = Indicator("area.1", "ha", (CellTerm(area, group, np.array([[0.0, 1.0]])),))
    cost = Indicator("cost", "tCO2e/yr", (CellTerm(np.ones(count), group, np.array([[0.0, 1.0]])),))
    limit = Limit(have, Districts.whole(count), np.array([at_least]), np.array([np.inf]), "limits[0]")
    options = Options(np.zeros(count, dtype=np.int32), np.ones((1, 2), dtype=bool))
    return LayoutProblem(
        options, ((1.0, cost),), (limit,), ("other", "land"), np.zeros(count, dtype=np.uint8)
    )


@pytest.mark.parametrize(("asked", "kept"), [(0.3, True), (0.9, True), (1.2, False), (5.0, False)])
def test_a_limit_is_kept_to_a_thousand_millionth_of_its_bound(asked: float, kept: bool) -> None:
    """40 ha keep a bound that is less than a thousand-millionth of it higher, and none beyond."""
    problem = land(np.array([10.0, 30.0]), 40.0 * (1.0 + asked * KEPT))
    assert problem.holds(np.ones(2, dtype=np.uint8)) is kept


def test_an_edge_kept_in_single_precision_misses_its_bound() -> None:
    """0.1 km do not keep a bound of the 0.10000000149 that single precision makes of 0.1."""
    asked = float(np.float32(0.1))
    assert not land(np.array([0.1]), asked).holds(np.ones(1, dtype=np.uint8))
    assert land(np.array([asked]), asked).holds(np.ones(1, dtype=np.uint8))


def test_float_sums_of_large_terms_are_allowed_for() -> None:
    """A balance of large figures is 0 but for what their sum leaves."""
    area = np.array([1e9 / 3, -1e9 / 3 + 1e-4])
    assert land(area, 1.5e-4).holds(np.ones(2, dtype=np.uint8))
    assert not land(area, 1.0).holds(np.ones(2, dtype=np.uint8))


def near_the_edge(seed: int, shape: Shape) -> LayoutProblem:
    """A random problem whose limits lie a few thousand-millionths beside what some layout has: inside what a
    limit allows or outside."""
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, shape)
    moved = []
    for limit in problem.limits:
        sides = []
        for side, sign in ((limit.at_least, 1.0), (limit.at_most, -1.0)):
            step = sign * rng.choice([-2.0, 0.0, 0.5, 0.999, 1.001, 2.0, 50.0]) * limit.allowance()
            sides.append(np.where(np.isfinite(side), side + step, side))
        moved.append(replace(limit, at_least=sides[0], at_most=np.maximum(*sides)))  # posing refuses others
    return replace(problem, limits=tuple(moved))


@pytest.mark.slow
@pytest.mark.parametrize("method", ["exact", "decompose"])
@given(seed=st.integers(0, 2**32 - 1), irregular=st.booleans(), bundles=st.integers(0, 1))
@settings(max_examples=60)
def test_a_bound_holds_for_every_layout_that_is_accepted(
    method: str, seed: int, irregular: bool, bundles: int
) -> None:
    """However near a bound lies to what a layout has: the plan found is one that is accepted, and no accepted
    layout is below the bound, whichever method."""
    problem = near_the_edge(seed, Shape(irregular=irregular, bundles=bundles, limits=2))
    if method == "decompose" and outside_structure(problem):
        return
    solve = solve_exact if method == "exact" else solve_decompose
    solution = solve(problem, SolveSettings(gap=1e-9, threads=1), Watch())
    best = enumerate_best(problem)
    scale = 1e-7 * max(1.0, abs(best.objective)) if best.layout is not None else 0.0
    assert (solution.layout is not None) == (best.layout is not None)
    if solution.layout is not None:
        assert problem.holds(solution.layout)
        assert solution.bound <= best.objective + scale / 100
        assert solution.objective == pytest.approx(best.objective, abs=scale)
