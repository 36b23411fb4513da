"""Coarse copies: their layouts are layouts of the problem, and the rounds on them hurt nothing."""

from __future__ import annotations

import numpy as np
import pytest

from formulations.column_generation import approach
from formulations.column_generation.coarse_copy import CoarseCopy
from formulations.column_generation.decompose import solve_decompose
from formulations.column_generation.decomposition import Decomposition
from formulations.column_generation.graph_cut_structure import outside_structure
from formulations.core.solution import SolveSettings, Watch
from instances.units.grid import Layout
from tests.support.random_problems import Shape, random_problem

SHAPE = Shape(rows=6, columns=6, classes=4, bundles=3, two_sets=True, limits=3, locked=0.3)


def any_of(copy: CoarseCopy, rng: np.random.Generator) -> Layout:
    """A layout of the copy, drawn from what each of its units may become."""
    allowed = copy.types.allowed[copy.types.of]
    drawn: Layout = (rng.random(allowed.shape) * allowed).argmax(axis=1).astype(np.uint8)
    return drawn


@pytest.mark.parametrize("seed", range(15))
@pytest.mark.parametrize("irregular", [False, True])
def test_a_layout_of_the_copy_costs_the_same_and_counts_the_same_block_by_block(
    seed: int, irregular: bool
) -> None:
    """Whatever the problem is made of: cell terms, pairs on two sets, corridors, limits on any of them."""
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, Shape(**{**vars(SHAPE), "irregular": irregular}))
    if outside_structure(problem):
        return
    model = Decomposition(problem)
    copy = CoarseCopy(model, tile=9)
    assert len(copy) <= len(problem)
    for _ in range(3):
        small = copy.measure.of(any_of(copy, rng))
        large = copy.expanded(small)
        counted = model.measure.of(large.layout)
        assert problem.options.permits(large.layout).all()
        assert large.cost == pytest.approx(counted.cost, rel=1e-9, abs=1e-9)
        assert large.value.toarray() == pytest.approx(counted.value.toarray(), rel=1e-9, abs=1e-9)
        assert copy.keeps(large.layout)
        assert (copy.shrunk(large).layout == small.layout).all()


@pytest.mark.parametrize("seed", range(15))
def test_the_best_layout_of_the_copy_is_no_better_than_that_of_the_problem(seed: int) -> None:
    """At any prices: the copy has some of the problem's layouts, and none besides. With tiles of one unit
    it has all of them."""
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, SHAPE)
    if outside_structure(problem):
        return
    model = Decomposition(problem)
    price = model.signed(rng.normal(size=len(model.rows)))
    whole, tied, same = (
        each.price(price)[1] for each in (model, CoarseCopy(model, tile=9), CoarseCopy(model, tile=1))
    )
    assert tied >= whole - 1e-9 * max(1.0, abs(whole))
    assert same == pytest.approx(whole, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("seed", range(8))
def test_a_plan_approached_by_a_copy_is_the_best_one_all_the_same(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same optimum, proven as before, whether or not the rounds begin on a copy."""
    problem = random_problem(np.random.default_rng(seed), Shape(rows=3, columns=4, limits=2))
    if outside_structure(problem):
        return
    plain = solve_decompose(problem, SolveSettings(gap=1e-7), Watch())
    monkeypatch.setattr(approach, "FEWEST", 1)
    monkeypatch.setattr(approach, "COARSER", 1)
    near = solve_decompose(problem, SolveSettings(gap=1e-7), Watch())
    assert (near.layout is None) == (plain.layout is None)
    if plain.layout is not None:
        assert near.objective == pytest.approx(plain.objective, rel=1e-6, abs=1e-6)
        assert near.bound <= plain.objective + 1e-6 * max(1.0, abs(plain.objective))
