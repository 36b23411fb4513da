"""Pieces that stay whole: merging changes no figure of a layout that keeps them, and solves find the best."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulations.core.indicator import CellTerm, Indicator, PairTerm
from formulations.core.merging import merged, merged_units
from formulations.core.problem import LayoutProblem, Limit, Options
from formulations.core.solution import SolveSettings, Watch
from formulations.infeasible import explain
from formulations.nearest import nearest
from formulations.solving import solve
from instances.rules.districts import Districts
from tests.support.enumeration import enumerate_best, layouts
from tests.support.random_problems import problems


@st.composite
def with_pieces(draw: st.DrawFn) -> LayoutProblem:
    """Random problems in which some units stay whole with others, neighbours or not."""
    problem = draw(problems())
    piece = draw(st.lists(st.integers(-1, 1), min_size=len(problem), max_size=len(problem)))
    whole = np.unique(piece, return_inverse=True)[1].astype(np.int32) - (1 if -1 in piece else 0)
    lead = merged_units(whole)[1][merged_units(whole)[0]]
    kind = problem.options.kind
    if draw(st.booleans()):  # else what a piece may become is what all of its units may
        kind = kind[lead]
    options = replace(problem.options, kind=kind)
    return replace(problem, options=options, today=problem.today[lead], whole=whole)


@given(with_pieces())
def test_every_figure_of_a_layout_stays(problem: LayoutProblem) -> None:
    """Objective and limited indicators of a layout that splits no piece are those of the merged layout."""
    small = merged(problem)
    rows = {row.key: number for number, row in enumerate(small.problem.rows)}
    assert set(rows) == {row.key for row in problem.rows}
    assert small.problem.areas.sum() == pytest.approx(problem.areas.sum())
    for layout in layouts(problem):
        if problem.splits(layout).any():
            assert not problem.holds(layout)
            assert not small.keeps(layout)
            continue
        short = small.shrink(layout)
        assert (small.expand(short) == layout).all()
        assert small.problem.objective.evaluate(short) == pytest.approx(problem.objective.evaluate(layout))
        values = small.problem.values(short)
        for row, value in zip(problem.rows, problem.values(layout), strict=True):
            assert values[rows[row.key]] == pytest.approx(value, abs=1e-9)
        assert small.problem.options.permits(short).all() == problem.options.permits(layout).all()


@settings(max_examples=60)
@given(with_pieces(), st.sampled_from(["exact", "decompose", "auto"]))
def test_the_best_plan_is_that_of_enumeration(problem: LayoutProblem, method: str) -> None:
    """Solves find the best of all layouts that keep pieces whole, and their bound is one of them."""
    allowed = merged(problem).problem.options
    if not allowed.allowed[allowed.kind].any(axis=1).all():
        return  # a piece without any common class is a fault of the study
    best = enumerate_best(problem)
    solution = solve(problem, SolveSettings(gap=1e-9, method=method, threads=1), Watch())
    assert solution.bound <= best.objective + 1e-6 * max(1.0, abs(best.objective))
    if best.layout is None:
        assert solution.layout is None
        return
    assert solution.layout is not None
    assert problem.holds(solution.layout)
    if method == "exact":
        assert solution.objective == pytest.approx(best.objective, rel=1e-6, abs=1e-6)
    moved = nearest(problem, solution, problem.today, SolveSettings(gap=1e-9, threads=1), Watch())
    assert moved.layout is not None
    assert problem.holds(moved.layout)
    assert moved.objective <= solution.objective + 1e-9 * max(1.0, abs(solution.objective))


def two_villages(at_most: float = np.inf) -> LayoutProblem:
    """Five units in a row of 1 ha: village, village, field, village, village of class 0; class 1 is forest.

    The first village lies in two townships, one unit in each. Forest brings -3 on the first unit and +1 on
    each other, and -1 for each edge of forest; at most so many ha of township b become forest.
    """
    none = np.zeros(5, dtype=np.int32)
    worth = CellTerm(np.array([-3.0, 1, 1, 1, 1]), none, np.array([[0.0, 1.0]]))
    edges = PairTerm(
        np.arange(4, dtype=np.int32), np.arange(1, 5, dtype=np.int32), np.ones(4), np.array([False, True])
    )
    cost = Indicator("cost", "t", (worth,))
    edge = Indicator("edge", "km", pairs=(edges,))
    forest = Indicator("forest", "ha", (CellTerm(np.ones(5), none, np.array([[0.0, 1.0]])),))
    townships = Districts("townships", ("a", "b"), np.array([0, 1, 1, 1, 1], dtype=np.int32))
    limit = Limit(forest, townships, np.array([-np.inf] * 2), np.array([np.inf, at_most]), "limits[0]")
    return LayoutProblem(
        Options(none, np.array([[True, True]])),
        ((1.0, cost), (-1.0, edge)),
        (limit,),
        ("village", "forest"),
        np.zeros(5, dtype=np.uint8),
        np.ones(5),
        whole=np.array([0, 0, -1, 1, 1], dtype=np.int32),
    )


def test_a_village_goes_as_one() -> None:
    """By hand: the first village goes (-3 + 1 - 1 = -3), though its second unit alone would stay; no more
    does, as the field then costs 1 - 1 and the other village as much."""
    solution = solve(two_villages(), SolveSettings(gap=1e-9), Watch())
    assert solution.layout is not None
    assert solution.objective == pytest.approx(-3.0)
    assert solution.layout[0] == solution.layout[1] == 1


def test_a_village_in_two_townships_counts_in_both() -> None:
    """Where township b may have no forest, the village stays: one of its units lies there."""
    solution = solve(two_villages(at_most=0.0), SolveSettings(gap=1e-9), Watch())
    assert solution.layout is not None
    assert solution.layout.tolist() == [0, 0, 0, 0, 0]


def test_what_collides_is_explained_with_pieces_whole() -> None:
    """A township that must have one ha of forest less than half a village collides with the village, not by
    its own units."""
    problem = two_villages()
    limit = replace(problem.limits[0], at_least=np.array([1.0, -np.inf]), at_most=np.array([np.inf, 0.0]))
    explained = explain(replace(problem, limits=(limit,)), SolveSettings(), Watch())
    assert explained.proven
    assert {round(each.amount, 6) for each in explained.alone} == {1.0}
