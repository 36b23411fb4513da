"""Measuring by block: sums over blocks are the layout's own, and a bundle counts where it must be made."""

from __future__ import annotations

import numpy as np
import pytest

from formulations.column_generation.decomposition import Decomposition
from formulations.column_generation.graph_cut_structure import coupled_sets, outside_structure
from formulations.column_generation.measure import homes_of
from formulations.core.indicator import BundleTerm, Indicator
from formulations.core.problem import LayoutProblem, Options
from formulations.core.unit_types import cell_types, rows_of
from instances.units.grid import Layout
from tests.support.random_problems import Shape, random_problem

SHAPE = Shape(rows=6, columns=6, classes=4, bundles=3, two_sets=True, limits=3, locked=0.3)
FARM, WOOD = 0, 1


def greenway(today: list[int]) -> tuple[LayoutProblem, list[int]]:
    """Six units in three blocks of two, and a greenway of the last five, worth 12 where it is whole."""
    units = np.arange(1, 6, dtype=np.int32)
    bundle = BundleTerm(np.array([0, 5]), units, np.array([-12.0]), np.array([False, True]))
    options = Options(np.zeros(6, dtype=np.int32), np.ones((1, 2), dtype=bool))
    objective = Indicator("greenway", "tCO2e/yr", (), (), (bundle,))
    land = np.array(today, dtype=np.uint8)
    return LayoutProblem(options, ((1.0, objective),), (), ("farm", "wood"), land), [0, 0, 1, 1, 2, 2]


@pytest.mark.parametrize(
    ("today", "shares"),
    [
        ([FARM, WOOD, FARM, FARM, WOOD, FARM], [0.0, 2 / 3, 1 / 3]),  # whoever has to plant has it
        ([FARM, WOOD, WOOD, WOOD, WOOD, FARM], [0.0, 0.0, 1.0]),
        ([FARM, WOOD, WOOD, WOOD, WOOD, WOOD], [0.2, 0.4, 0.4]),  # whole today: each can break it
        ([WOOD, FARM, FARM, FARM, FARM, FARM], [0.2, 0.4, 0.4]),
    ],
)
def test_a_bundle_counts_in_the_blocks_that_must_change_for_it(today: list[int], shares: list[float]) -> None:
    """By hand: the more of what is missing lies in a block, the larger its share; the whole is 12."""
    problem, blocks = greenway(today)
    types = cell_types(problem, rows_of(problem), np.array(blocks, dtype=np.int32))
    (homes,) = homes_of(types, coupled_sets(problem, rows_of(problem)), problem.today)
    assert homes.toarray()[0] == pytest.approx(shares)


@pytest.mark.parametrize("seed", range(12))
def test_blocks_add_up_to_the_layout(seed: int) -> None:
    """Cost and every limit: pairs count half on either side of a border, bundles by their shares."""
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, SHAPE)
    if outside_structure(problem):
        return
    model = Decomposition(problem)
    for _ in range(4):
        allowed = problem.options.allowed[problem.options.kind]
        layout: Layout = (rng.random(allowed.shape) * allowed).argmax(axis=1).astype(np.uint8)
        measured = model.measure.of(layout)
        assert measured.cost.sum() == pytest.approx(problem.objective.evaluate(layout))
        assert measured.total == pytest.approx(problem.values(layout))
