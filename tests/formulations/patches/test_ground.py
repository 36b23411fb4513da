"""What one unit's change does to the Lagrangian is what evaluating it twice says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formulations.core.lagrangian import lagrangian
from formulations.core.patch_sizes import PatchSizes
from formulations.core.problem import LayoutProblem
from formulations.patches.ground import BARRED, change, ground, neighbours, types_of
from tests.support.made_plans import raster_grid
from tests.support.random_problems import Shape, random_problem


def raster_problem(seed: int) -> LayoutProblem:
    """A random problem on a raster, with sizes."""
    problem = random_problem(np.random.default_rng(seed), Shape(rows=3, columns=4, two_sets=True, limits=3))
    return replace(problem, sizes=PatchSizes((), raster_grid(np.ones((3, 4), dtype=bool))))


@pytest.mark.parametrize("seed", range(12))
def test_a_change_is_priced_exactly(seed: int) -> None:
    """Cells, pairs and prices of limits, for every unit and class that may be."""
    rng, problem = np.random.default_rng(seed), raster_problem(seed)
    assert problem.sizes is not None
    prices = problem.prices(rng.normal(0.0, 3.0, len(problem.rows)))
    land = ground(problem, problem.sizes.grid, types_of(problem), prices)
    whole, allowed = lagrangian(problem, prices), problem.options.allowed[problem.options.kind]
    layout = np.array([rng.choice(np.flatnonzero(row)) for row in allowed], dtype=np.uint8)
    for i in range(len(problem)):
        for k in range(problem.options.classes):
            found = change(land, layout, i, k)
            if not allowed[i, k]:
                assert found == BARRED
                continue
            other = layout.copy()
            other[i] = k
            assert found == pytest.approx(whole.evaluate(other) - whole.evaluate(layout), abs=1e-8)


def test_every_unit_knows_its_neighbours() -> None:
    """Of a block of four, each has two; edges are numbered as the grid's."""
    grid = raster_grid(np.ones((2, 2), dtype=bool))
    start, near, edge = neighbours(grid)
    assert np.diff(start).tolist() == [2, 2, 2, 2]
    for unit in range(4):
        for j, e in zip(
            near[start[unit] : start[unit + 1]], edge[start[unit] : start[unit + 1]], strict=True
        ):
            assert {unit, int(j)} == {int(grid.edges.first[e]), int(grid.edges.second[e])}
