"""Refining: all but a bounded number of units stay as planned."""

from __future__ import annotations

import numpy as np

from formulations.exact import solve_exact
from formulations.refine import refine, restricted, spread
from formulations.solution import SolveSettings, Watch
from tests.random_problems import Shape, random_problem


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
    refined = refine(problem, None, [problem.today], 100, SolveSettings(gap=1e-9), Watch())
    whole = solve_exact(problem, SolveSettings(gap=1e-9), Watch())
    assert refined.whole
    assert abs(refined.solution.objective - whole.objective) < 1e-6


def test_stretches_are_spread_over_all_units() -> None:
    """At most so many units, from the first to the last stretch."""
    chosen = spread(np.arange(10_000), 320)
    assert len(chosen) <= 320
    assert chosen[0] == 0
    assert chosen[-1] == 9_999
