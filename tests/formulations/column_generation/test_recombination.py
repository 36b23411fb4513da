"""Pieces: an integer plan from mixed layouts, whose parts add up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulations.column_generation.decomposition import Decomposition
from formulations.column_generation.recombination import Recombination
from tests.support.random_problems import Shape, random_problem


@given(st.integers(0, 2**32 - 1))
def test_what_pieces_cost_adds_up(seed: int) -> None:
    """Whatever layout each piece follows, cost and limit values are those of the base plus those of the
    pieces."""
    rng = np.random.default_rng(seed)
    shape = Shape(rows=5, columns=6, irregular=bool(rng.integers(2)), bundles=3, two_sets=True, limits=3)
    problem = random_problem(rng, shape)
    model = Decomposition(problem)
    base = rng.integers(0, problem.options.classes, len(problem)).astype(np.uint8)
    layouts = [base]
    for _ in range(3):
        other = base.copy()
        moved = rng.random(len(base)) < 0.3
        other[moved] = rng.integers(0, problem.options.classes, int(moved.sum()))
        layouts.append(other)
    pieces = Recombination(model.types, model.sets, model.rows, model.scale, model.rank, base, layouts)
    number = np.arange(pieces.count, dtype=np.int32)
    choices = pieces.choices(number, pieces.count)
    choice = rng.integers(0, len(layouts), pieces.count)
    before, after = model.measure.of(base), model.measure.of(pieces.follow(choice))
    assert after.cost.sum() - before.cost.sum() == pytest.approx(choices.cost[number, choice].sum(), abs=1e-9)
    moved_value = sum(value[:, choice == t].sum(axis=1) for t, value in enumerate(choices.value))
    assert after.total - before.total == pytest.approx(moved_value, abs=1e-9)


def test_layouts_that_agree_leave_the_base_alone() -> None:
    """Without a unit on which layouts differ there is no piece, and the plan is the base."""
    problem = random_problem(np.random.default_rng(1), Shape(limits=1))
    model = Decomposition(problem)
    pieces = Recombination(
        model.types, model.sets, model.rows, model.scale, model.rank, problem.today, [problem.today]
    )
    usable = np.ones((model.types.blocks, 1), bool)
    value = model.measure.of(problem.today).total
    assert (pieces.choose(value, np.ones(len(model.rows)), usable) == problem.today).all()
