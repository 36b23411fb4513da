"""Nearest: of plans as good as one found, one near another."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulations.core.indicator import CellTerm, Indicator
from formulations.core.problem import LayoutProblem, Limit, Options
from formulations.core.solution import Solution, SolveSettings, Termination, Watch
from formulations.indicators.variety import differing_ha
from formulations.nearest import nearest, nearest_problem
from formulations.solving import solve
from instances.rules.districts import Districts
from tests.support.enumeration import layouts
from tests.support.random_problems import Shape, random_problem

EXACT = SolveSettings(gap=1e-6, time_limit=30)


def two_of_four() -> LayoutProblem:
    """Four equal units of 1 ha, two of which must be wood, wherever that is."""
    units = 4
    wood = Indicator(
        "area.wood", "ha", (CellTerm(np.ones(units), np.zeros(units, np.int32), np.array([[0.0, 1.0]])),)
    )
    limit = Limit(wood, Districts.whole(units), np.array([2.0]), np.array([np.inf]))
    options = Options(np.zeros(units, np.int32), np.array([[True, True]]))
    return LayoutProblem(options, ((1.0, wood),), (limit,), ("field", "wood"), np.zeros(units, np.uint8))


def solved(problem: LayoutProblem) -> Solution:
    """The best layout."""
    return solve(problem, EXACT, Watch())


def test_of_plans_that_cost_the_same_the_nearest_is_taken() -> None:
    """Wood may stand on any two units: beside a plan with wood on the last two it stands there, by hand."""
    problem = two_of_four()
    other = np.array([0, 0, 1, 1], dtype=np.uint8)
    found = nearest(problem, solved(problem), other, EXACT, Watch())
    assert found.layout is not None
    assert found.layout.tolist() == [0, 0, 1, 1]
    assert found.objective == 2.0


def test_what_must_differ_still_does() -> None:
    """Beside a plan with one unit of wood, only one unit more turns to wood."""
    problem = two_of_four()
    other = np.array([0, 1, 0, 0], dtype=np.uint8)
    found = nearest(problem, solved(problem), other, EXACT, Watch())
    assert found.layout is not None
    assert found.layout[1] == 1
    assert np.count_nonzero(found.layout != other) == 1


@pytest.mark.parametrize("left", ["nothing", "what it began from"])
def test_a_second_stage_that_runs_out_of_time_is_tidied(left: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where HiGHS ends without a nearer plan, or with none, changes that nothing is lost by are undone all
    the same: what a plan changes does not hang on how busy the machine is."""
    problem = two_of_four()
    wasteful = np.array([1, 1, 0, 0], dtype=np.uint8)
    solution = replace(solved(problem), layout=wasteful)
    layout = None if left == "nothing" else wasteful
    monkeypatch.setattr(
        "formulations.nearest.solve_exact",
        lambda *_, **__: replace(solution, termination=Termination.TIME, layout=layout, bound=-np.inf),
    )
    found = nearest(problem, solution, np.array([1, 0, 1, 0], dtype=np.uint8), EXACT, Watch())
    assert found.layout is not None
    assert found.layout.tolist() == [1, 0, 1, 0]
    assert found.nearness is not None
    assert (found.nearness.before_ha, found.nearness.after_ha) == (2.0, 0.0)
    assert found.nearness.least_ha is None


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_nearest_is_as_good_and_no_farther(seed: int) -> None:
    """It keeps to the limits, costs as good as nothing more, and differs on no more land; the bound stays."""
    random = np.random.default_rng(seed)
    problem = random_problem(random, Shape(rows=2, columns=3, classes=3, limits=2))
    before = solved(problem)
    if before.layout is None:
        return
    listed = [layout for layout in layouts(problem) if problem.options.permits(layout).all()]
    other = listed[int(random.integers(len(listed)))]
    after = nearest(problem, before, other, EXACT, Watch())
    assert after.layout is not None
    assert problem.holds(after.layout)
    assert after.objective <= before.objective + 2e-6 * max(1.0, abs(before.objective))
    assert after.objective == pytest.approx(problem.objective.evaluate(after.layout))
    assert after.bound <= before.bound
    area = problem.areas
    assert differing_ha(after.layout, other, area) <= differing_ha(before.layout, other, area)
    apart = nearest_problem(problem, other, before.objective).objective
    best = min(
        apart.evaluate(layout)
        for layout in listed
        if problem.holds(layout) and problem.objective.evaluate(layout) <= before.objective
    )
    assert apart.evaluate(after.layout) <= best / (1 - 0.5) + 1e-9
