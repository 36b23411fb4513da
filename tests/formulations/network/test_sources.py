"""Sources of a network: what is set out from and arrived at, all else being crossed only."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from formulations.network.ceiling import ceiling
from formulations.network.functional_mesh import FunctionalMesh
from formulations.network.linearise import cell_terms, near
from formulations.network.sources import Sources
from formulations.network.steps import Neighbours
from tests.formulations.network.test_rounds import connect
from tests.support.made_files import made_grid
from tests.support.made_networks import (
    FOREST,
    blocks_by_lot,
    counted,
    never_promises_too_much,
    planting,
    wooded,
)

ALL = np.array([False, True])


def of_least(mesh: FunctionalMesh, least_ha: float, where: np.ndarray | None = None) -> FunctionalMesh:
    """The same with forest as its source, of a least size, on some land."""
    return replace(mesh, sources=Sources(ALL, where, least_ha))


def test_small_patches_are_stepping_stones() -> None:
    """Two woods of 2 ha, a tree between: 700 m to it and 700 m on. With sources of 2 ha the two reach one
    another over it, and it counts for nothing: (4 + 4 + 2 · 4 · 0.5) / 7 ha at 1,400 m."""
    grid, layout = wooded("##.#.##")
    mesh = of_least(counted(grid, 1400.0), 2.0)
    assert mesh.evaluate(layout) == pytest.approx(12.0 / 7.0)
    assert mesh.network(layout).counted_ha.tolist() == [2.0, 0.0, 2.0]
    # Without the tree they are 300 m of open land apart: 2,100 m.
    felled = layout.copy()
    felled[3] = 0
    assert mesh.evaluate(felled) == pytest.approx((8.0 + 8.0 * 2**-1.5) / 7.0)


def test_sources_by_land_and_by_class() -> None:
    """Of one wood only the left half is set out from; of forest and water only forest."""
    grid, layout = wooded("####")
    half = np.array([True, True, False, False])
    assert of_least(counted(grid, 300.0), 0.0, half).evaluate(layout) == pytest.approx(4.0 / 4.0)
    member = np.array([False, True, True])
    mesh = FunctionalMesh(grid, member, np.array([7.0, 1.0, 1.0]), 300.0)
    wet = np.array([1, 1, 1, 2], dtype=np.uint8)
    assert mesh.evaluate(wet) == pytest.approx(4.0)
    forest = Sources(np.array([False, True, False]), None, 0.0)
    assert replace(mesh, sources=forest).evaluate(wet) == pytest.approx(9.0 / 4.0)


@pytest.mark.parametrize("seed", range(6))
def test_no_cell_is_promised_too_much(seed: int) -> None:
    """What a cell is said to add by joining is never more than what it adds, sources or not."""
    grid, layout, may = blocks_by_lot(seed)
    where = np.random.default_rng(seed).random(len(layout)) < 0.6
    mesh = of_least(counted(grid, 300.0), 3.0, where)
    assert never_promises_too_much(mesh, layout, may)


def test_land_of_another_class_adds_its_way_alone() -> None:
    """Water that joins a wood counts for what goes over it, forest for its own area as well."""
    grid = made_grid(1, 5)
    layout = np.array([1, 1, 0, 1, 1], dtype=np.uint8)
    member, hard = np.array([False, True, True]), np.array([7.0, 1.0, 1.0])
    mesh = FunctionalMesh(grid, member, hard, 300.0, sources=Sources(np.array([False, True, False]), None, 0))
    here = near(mesh, layout)
    links, area = cell_terms(mesh, here)
    wet, wooded_ = layout.copy(), layout.copy()
    wet[2], wooded_[2] = 2, 1
    assert area.of(wet)[2] == 0.0 < area.of(wooded_)[2]
    assert links.of(wet)[2] == links.of(wooded_)[2] == pytest.approx(here.way_worth[2])
    assert mesh.evaluate(wet) == pytest.approx(16.0 / 5.0)
    assert mesh.evaluate(wooded_) == pytest.approx(25.0 / 5.0)


@pytest.mark.parametrize("seed", range(4))
def test_no_layout_exceeds_the_ceiling(seed: int) -> None:
    """Of all ways to plant three cells none has more."""
    grid, today, may = blocks_by_lot(seed, candidates=8)
    where = np.random.default_rng(seed).random(len(today)) < 0.7
    mesh = of_least(counted(grid, 300.0, neighbours=Neighbours(8 if seed % 2 else 4)), 4.0, where)
    options = planting(grid, today, may, 3.0).options
    most = ceiling(mesh, options, float(today.sum() + 3))
    for cells in itertools.combinations(np.flatnonzero(may).tolist(), 3):
        layout = today.copy()
        layout[list(cells)] = FOREST
        assert mesh.evaluate(layout) <= most + 1e-9


def test_a_plan_joins_sources() -> None:
    """Two large woods, and a tree as far from each as they are apart: five cells join the woods."""
    grid, today = wooded("######.....###### " * 6 + "................. " * 5 + "#...............#")
    problem = planting(grid, today, today == 0, 5.0)
    solution, found = connect(problem, of_least(counted(grid, 500.0), 10.0), 10.0)
    assert solution.layout is not None
    assert found.plan_ha == pytest.approx(77**2 / grid.total_ha)


def test_alike_only_with_the_same_sources() -> None:
    """Meshes with other sources count otherwise."""
    grid, _ = wooded("####")
    mesh, half = counted(grid, 300.0), np.array([True, True, False, False])
    every = [mesh, of_least(mesh, 0.0), of_least(mesh, 2.0), of_least(mesh, 0.0, half)]
    for one, other in itertools.product(range(4), repeat=2):
        assert every[one].alike(replace(every[other])) is (one == other)
