"""How wide a way is: the largest square that slides along it, beside a search square by square; corridors as
wide as asked."""

from __future__ import annotations

import itertools
from collections import deque
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from formulations.connecting import solve_connected
from formulations.core.indicator import CellTerm, Indicator
from formulations.core.network_goal import NetworkGoal
from formulations.core.problem import LayoutProblem
from formulations.core.solution import SolveSettings, Watch
from formulations.network.functional_mesh import FunctionalMesh
from formulations.network.linkage import linkage
from formulations.network.widths import width_between
from instances.units.grid import Edges, FloatArray, Grid, ParcelFrame
from tests.support.made_networks import FOREST, counted, planting, wooded

APART = "#####....##### " * 5


def _slides(land: NDArray[np.bool_], one: NDArray[np.bool_], other: NDArray[np.bool_]) -> int:
    """The side of the largest square that gets from some cell to some other, tried one by one."""
    best, (rows, columns) = 0, land.shape
    for side in range(1, min(rows, columns) + 1):
        fits = {
            (row, column)
            for row, column in itertools.product(range(rows - side + 1), range(columns - side + 1))
            if land[row : row + side, column : column + side].all()
        }
        seen = {(r, c) for r, c in fits if one[r : r + side, c : c + side].any()}
        queue = deque(seen)
        while queue:
            row, column = queue.popleft()
            if other[row : row + side, column : column + side].any():
                best = side
                break
            for near in ((row, column + 1), (row + 1, column), (row, column - 1), (row - 1, column)):
                if near in fits and near not in seen:
                    seen.add(near)
                    queue.append(near)
    return best


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_the_widest_way_is_that_of_the_largest_square(seed: int) -> None:
    """Whatever the land: no larger square gets from one end to the other, and the narrowest place is one of
    that size on land."""
    rng = np.random.default_rng(seed)
    rows, columns = rng.integers(3, 10, 2)
    land = rng.random((rows, columns)) < 0.85
    land[0, 0] = True
    ends = [np.zeros_like(land) for _ in range(2)]
    for end in ends:
        end.ravel()[rng.choice(np.flatnonzero(land), 2)] = True
    grid, _ = wooded(" ".join(["." * columns] * rows))
    side = _slides(land, ends[0], ends[1])
    if side:
        units = [np.flatnonzero(each) for each in ends]
        found = width_between(counted(grid, 300.0), land.ravel(), units[0], units[1])
        assert found.least_m == pytest.approx(100.0 * side)
        assert len(found.units) == side**2
        assert land.ravel()[found.units].all()


def test_a_waist_is_the_narrowest_place() -> None:
    """A corridor three wide with a waist of one cell is as wide as that, and that cell is named."""
    grid, today = wooded("###.....### ###.....### ###.....###")
    plan = np.full(33, FOREST, dtype=np.uint8)
    plan[[5, 27]] = 0
    (corridor,) = linkage(counted(grid, 300.0), today, plan).corridors
    assert corridor.width_m == pytest.approx(100.0)
    assert corridor.narrowest.tolist() == [16]


def test_parcels_are_as_wide_a_passage_as_the_edge_they_share() -> None:
    """From parcel 0 to 3 over 1, edges of 40 and 10 m, or over 2, edges of 30 and 20 m: 20 m it is."""
    land, _ = wooded("....")
    ends = np.array([0, 1, 0, 2], dtype=np.int32), np.array([1, 3, 2, 3], dtype=np.int32)
    edges = Edges(*ends, np.array([40.0, 10.0, 30.0, 20.0], dtype=np.float32))
    shapes = np.array([shapely.box(each, 0, each + 1, 1) for each in range(4)], dtype=object)
    grid = Grid(land.crs, land.area_ha, edges, ParcelFrame(shapes, np.arange(4).astype(object)))
    found = width_between(counted(grid, 300.0), np.ones(4, dtype=bool), np.array([0]), np.array([3]))
    assert found.least_m == pytest.approx(20.0)
    assert found.units.tolist() == [2, 3]


def _priced(price: FloatArray) -> tuple[LayoutProblem, FunctionalMesh]:
    """Two blocks of forest, two columns of five cells between at a price each; corridors are 200 m wide."""
    grid, today = wooded("####..#### " * 5)
    mesh = replace(counted(grid, 100.0), corridor_m=200.0)
    problem = planting(grid, today, today == 0, 10.0)
    scale = np.zeros(len(today))
    scale[today == 0] = price
    whole, each = np.zeros(len(today), np.int32), np.array([[0.0, 1.0]])
    cost = Indicator("cost", "tCO2e/yr", (CellTerm(scale, whole, each),))
    return replace(problem, parts=((1.0, cost),)), mesh


@pytest.mark.parametrize("seed", range(3))
def test_of_all_plans_with_a_link_as_wide_as_asked_one_of_the_best_is_found(seed: int) -> None:
    """All 1,024 layouts of ten cells: of those whose blocks are apart, or somewhere linked so wide, the best
    has at most a fiftieth more."""
    price = np.random.default_rng(seed).uniform(0.5, 3.0, 10)
    problem, mesh = _priced(price)
    units, weight = np.flatnonzero(problem.today == 0), 1.0
    solution = solve_connected(problem, NetworkGoal(mesh, weight), SolveSettings(), Watch())
    layout = solution.layout
    assert layout is not None
    widths = [each.width_m for each in linkage(mesh, problem.today, layout).corridors]
    assert max(widths) >= 200.0 - 1e-6
    best = np.inf
    for chosen in itertools.product([0, 1], repeat=len(units)):
        other = problem.today.copy()
        other[units] = chosen
        linked = other.reshape(5, 10)[:, 4:6].all(axis=1)
        if not linked.any() or (linked[1:] & linked[:-1]).any():
            best = min(best, problem.objective.evaluate(other) - weight * mesh.evaluate(other))
    assert best - 1e-9 <= solution.objective <= best + 0.02 * abs(best)


def test_a_strip_as_wide_as_asked_joins_two_blocks() -> None:
    """Eight cells to place where four would do: two side by side all along, as a width of 150 m asks of cells
    of 100 m."""
    grid, today = wooded(APART)
    problem = planting(grid, today, today == 0, 8.0)
    widths = []
    for asked in (0.0, 150.0):
        mesh = replace(counted(grid, 500.0), corridor_m=asked)
        solution = solve_connected(problem, NetworkGoal(mesh, 10.0), SolveSettings(), Watch())
        assert solution.layout is not None
        assert solution.network is not None
        assert solution.network.plan_ha == pytest.approx(58**2 / 70)
        widths += [each.width_m for each in linkage(mesh, today, solution.layout).corridors]
    assert widths[1] == pytest.approx(200.0)
