"""Refining: all but a bounded number of units stay as planned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from formulations.core.indicator import CellTerm, Indicator
from formulations.core.problem import Limit
from formulations.core.solution import SolveSettings, Watch
from formulations.exact.model import solve_exact
from formulations.exact.refine import missed_districts, refine, restricted, spread
from instances.rules.districts import Districts
from tests.support.random_problems import Shape, random_problem


def test_only_the_free_units_move() -> None:
    """A restricted problem lets the free units choose and keeps every other as planned."""
    problem = random_problem(np.random.default_rng(3), Shape(rows=6, columns=6, limits=0))
    free = np.array([0, 7, 20])
    layout = solve_exact(restricted(problem, problem.today, free), SolveSettings(), Watch()).layout
    assert layout is not None
    kept = np.setdiff1d(np.arange(36), free)
    assert (layout[kept] == problem.today[kept]).all()


def test_all_units_free_is_the_whole_problem() -> None:
    """With room for every unit, refining finds the optimum, and says that its bound holds for the problem."""
    problem = random_problem(np.random.default_rng(3), Shape(rows=4, columns=4, limits=1))
    refined = refine(problem, problem.today, [problem.today], 100, SolveSettings(gap=1e-9), Watch())
    whole = solve_exact(problem, SolveSettings(gap=1e-9), Watch())
    assert refined.whole
    assert abs(refined.solution.objective - whole.objective) < 1e-6


def test_stretches_are_spread_over_all_units() -> None:
    """At most so many units, from the first to the last stretch."""
    chosen = spread(np.arange(10_000), 320)
    assert len(chosen) <= 320
    assert chosen[0] == 0
    assert chosen[-1] == 9_999


def test_where_a_limit_is_missed_units_are_free() -> None:
    """Of four districts the one that falls short is looked at; a limit on all of the area points nowhere."""
    problem = random_problem(np.random.default_rng(3), Shape(rows=6, columns=6, limits=0))
    member = (np.arange(36) // 9).astype(np.int32)
    of_four = Districts("quarters", tuple("abcd"), member)
    changed = Indicator(
        "new", "ha", (CellTerm(np.ones(36), np.zeros(36, np.int32), np.array([[0.0, 1.0, 1.0]])),)
    )
    layout = np.ones(36, dtype=np.uint8)
    layout[member == 2] = 0
    short = Limit(changed, of_four, np.full(4, 5.0), np.full(4, np.inf))
    whole = Limit(changed, Districts.whole(36), np.array([30.0]), np.array([np.inf]))
    inside = missed_districts(replace(problem, limits=(short, whole)), layout)
    assert (inside == (member == 2)).all()
