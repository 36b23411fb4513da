"""Moves of single units leave no piece too small."""

from __future__ import annotations

import numpy as np
import pytest

from formulations.core.rows import Prices
from formulations.patches.ground import ground, types_of
from formulations.patches.moves import apart, new_pieces, single_moves
from formulations.patches.repair import repaired, sizes_of
from tests.support.sized_problems import keeps, random_sized, rule, sized_problem


@pytest.mark.parametrize("seed", range(30))
def test_no_single_move_breaks_a_size(seed: int) -> None:
    """From any layout that keeps the sizes, each move by itself leads to another that does."""
    rng = np.random.default_rng(seed)
    problem = random_sized(rng, (5, 6), 3)
    sizes = problem.sizes
    assert sizes is not None
    land = ground(problem, sizes.grid, types_of(problem), Prices())
    layout = np.array([rng.choice(np.flatnonzero(row)) for row in problem.options.allowed], dtype=np.uint8)
    layout, _ = repaired(problem, sizes, land, layout)
    counted = sizes_of(sizes, layout, problem.today, 3)
    unit, to, cost = single_moves(land, layout, problem.today, counted, 1_000)
    assert len(unit)
    for i, k, change in zip(unit, to, cost, strict=True):
        other = layout.copy()
        other[i] = k
        assert keeps(problem, other)
        assert change == pytest.approx(
            problem.objective.evaluate(other) - problem.objective.evaluate(layout), abs=1e-9
        )


def test_moves_taken_together_are_two_units_apart() -> None:
    """In a row of seven, of moves on every cell the first, fourth and seventh are taken."""
    problem = sized_problem(np.zeros(7, np.uint8), np.zeros((7, 2)), (rule(1, 1.0),), (1, 7))
    sizes = problem.sizes
    assert sizes is not None
    land = ground(problem, sizes.grid, types_of(problem), Prices())
    counted = sizes_of(sizes, problem.today, problem.today, 2)
    chosen = apart(
        land, problem.today, counted, np.arange(8), np.arange(7, dtype=np.int32),
        np.zeros(7, dtype=bool), np.zeros_like(counted.area),
    )  # fmt: skip
    assert np.flatnonzero(chosen).tolist() == [0, 3, 6]


def test_new_pieces_are_as_large_as_asked_and_leave_the_layout_alone() -> None:
    """From the cheapest cell of a row of five a piece of three grows to the cheaper side."""
    cost = np.zeros((5, 2))
    cost[:, 1] = [9.0, 4.0, 1.0, 2.0, 3.0]
    problem = sized_problem(np.zeros(5, np.uint8), cost, (rule(1, 3.0),), (1, 5))
    sizes = problem.sizes
    assert sizes is not None
    land, layout = ground(problem, sizes.grid, types_of(problem), Prices()), problem.today.copy()
    begin, units, spent = new_pieces(
        land, layout, problem.today, (1, 3.0), np.array([2]), np.zeros(5, dtype=bool), 4
    )
    assert begin.tolist() == [0, 3]
    assert sorted(units.tolist()) == [2, 3, 4]
    assert spent.tolist() == [6.0]
    assert (layout == problem.today).all()
