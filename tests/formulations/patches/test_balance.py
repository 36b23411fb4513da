"""Limits are met again by moves that leave every piece large enough."""

from __future__ import annotations

import numpy as np
import pytest

from formulations.core.rows import Prices
from formulations.core.solution import SolveSettings, Watch
from formulations.patches.balance import Moves, balanced, effects_of, missed_by
from formulations.patches.ground import ground, types_of
from formulations.patches.repair import repaired
from tests.support.sized_problems import keeps, random_sized, rule, sized_problem


def test_a_missed_limit_is_met_where_moves_can_meet_it() -> None:
    """Two hectares of wood stand, four are asked for: the two cheapest beside them are added."""
    cost = np.zeros((6, 2))
    cost[:, 1] = [1.0, 1.0, 2.0, 9.0, 9.0, 9.0]
    problem = sized_problem(np.zeros(6, np.uint8), cost, (rule(1, 2.0),), (1, 6), {1: 3.0})
    sizes = problem.sizes
    assert sizes is not None
    types = types_of(problem)
    land = ground(problem, sizes.grid, types, Prices())
    layout = np.array([1, 1, 0, 0, 0, 0], dtype=np.uint8)
    assert missed_by(problem, layout).tolist() == [1.0]
    found = balanced(problem, types, land, layout, SolveSettings(), Watch(), whole_pieces=False)
    assert found.tolist() == [1, 1, 1, 0, 0, 0]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("whole", [False, True])
def test_effects_add_up_and_the_options_are_kept(seed: int, whole: bool) -> None:
    """What moves are said to do to objective and limits is what they do together."""
    rng = np.random.default_rng(seed)
    problem = random_sized(rng, (5, 6), 3)
    sizes = problem.sizes
    assert sizes is not None
    types = types_of(problem)
    land = ground(problem, sizes.grid, types, Prices())
    layout = np.array([rng.choice(np.flatnonzero(row)) for row in problem.options.allowed], dtype=np.uint8)
    layout, _ = repaired(problem, sizes, land, layout)
    found = balanced(problem, types, land, layout, SolveSettings(), Watch(), whole)
    assert problem.options.permits(found).all()
    units = np.flatnonzero(found != layout).astype(np.int32)
    moves = Moves(np.arange(len(units) + 1), units, found[units], np.zeros(len(units)))
    if len(units):
        total = effects_of(problem, layout, moves).sum(axis=0)
        before = [*problem.values(layout), problem.objective.evaluate(layout)]
        after = [*problem.values(found), problem.objective.evaluate(found)]
        assert np.asarray(total).ravel() == pytest.approx(np.array(after) - np.array(before), abs=1e-8)
    mended, kept = repaired(problem, sizes, land, found)
    assert kept
    assert keeps(problem, mended)
