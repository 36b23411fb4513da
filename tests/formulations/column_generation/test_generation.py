"""Rounds of pricing and master: where they begin, and when they have tailed off."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formulations.column_generation.decompose import solve_decompose
from formulations.column_generation.decomposition import Decomposition
from formulations.column_generation.generation import Tail, beginning
from formulations.core.problem import LayoutProblem
from formulations.core.solution import SolveSettings, Watch
from tests.support.random_problems import Shape, random_problem

TIGHT = SolveSettings(gap=1e-7)


def locked(problem: LayoutProblem, rng: np.random.Generator) -> LayoutProblem:
    """The problem with another red line: some units may only stay as they are."""
    options, count = problem.options, problem.options.classes
    kind = options.kind.copy()
    some = (rng.random(len(kind)) < 0.4) & options.permits(problem.today)
    kind[some] = len(options.allowed) + problem.today[some]
    allowed = np.vstack([options.allowed, np.eye(count, dtype=bool)])
    return replace(problem, options=replace(options, kind=kind, allowed=allowed, without={}))


@pytest.mark.parametrize("seed", range(30))
def test_layouts_of_another_red_line_are_brought_within_this_one(seed: int) -> None:
    """A layout that a new red line bars in places is begun from all the same: it is permitted everywhere, has
    what it had where it may, and today's class where that may stay; the plan is the best one still."""
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, Shape(rows=3, columns=4, limits=1, limit_pairs=False))
    first = solve_decompose(problem, TIGHT, Watch())
    if first.layout is None:
        return
    barred = locked(problem, rng)
    model = Decomposition(barred)
    (begun,) = beginning(model, [first.layout], np.zeros(len(model.rows)))
    assert barred.options.permits(begun.layout).all()
    kept = barred.options.permits(first.layout)
    assert (begun.layout[kept] == first.layout[kept]).all()
    stays = ~kept & barred.options.permits(barred.today)
    assert (begun.layout[stays] == barred.today[stays]).all()
    cold, warm = (solve_decompose(barred, TIGHT, Watch(), one) for one in (None, first.warm_start))
    assert (cold.layout is None) == (warm.layout is None)
    if cold.layout is not None:
        assert warm.objective == pytest.approx(cold.objective, rel=1e-6, abs=1e-6)


def test_rounds_tail_off_where_neither_the_bound_rises_nor_the_mixture_comes_nearer() -> None:
    """A gain of the bound, or a distance a tenth less than ever, begins the count of quiet rounds anew."""
    tail = Tail()
    said = [
        tail.quiet_after(gain, left, 1.0) for gain, left in ((5, 100), (0, 95), (0, 91), (0, 80), (0, 79))
    ]
    assert said == [0, 1, 2, 0, 1]
    assert tail.quiet_after(1.5, 79, 1.0) == 0
    assert tail.quiet_after(0.5, 71, 1.0) == 0
    assert tail.quiet_after(0.5, np.inf, 1.0) == 1
