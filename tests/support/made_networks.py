"""Layout problems in which a given number of cells may join a network, drawn by hand or by lot."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from formulations.core.indicator import CellTerm, Indicator
from formulations.core.problem import LayoutProblem, Limit, Options
from formulations.network.functional_mesh import FunctionalMesh
from formulations.network.linearise import near
from formulations.network.steps import Neighbours
from instances.rules.districts import Districts
from instances.units.grid import Grid, Layout
from tests.support.made_files import made_grid

OPEN, FOREST = 0, 1


def wooded(picture: str) -> tuple[Grid, Layout]:
    """The grid of a picture, cells of 100 m, and its layout: forest where it has ``#``."""
    rows = picture.split()
    layout = np.array([letter == "#" for letter in "".join(rows)], dtype=np.uint8)
    return made_grid(len(rows), len(rows[0])), layout


def planting(
    grid: Grid, today: Layout, may: NDArray[np.bool_], more_ha: float, least_ha: float = 0.0
) -> LayoutProblem:
    """Cells of ``may`` (units,) may be open or forest, of which there may be ``more_ha`` more than today and
    must be ``least_ha`` more; a ha of forest costs 0.001 tCO2e/yr."""
    whole, each = np.zeros(len(today), np.int32), np.array([[0.0, 1.0]])
    forest = Indicator("area.forest", "ha", cells=(CellTerm(grid.area_ha, whole, each),))
    cost = Indicator("cost", "tCO2e/yr", cells=(CellTerm(grid.area_ha, whole, 0.001 * each),))
    now = forest.evaluate(today)
    bounds = np.array([now + least_ha]), np.array([now + more_ha])
    limit = Limit(forest, Districts.whole(len(today)), *bounds, "limits[0]")
    allowed = np.array([[True, False], [False, True], [True, True]])
    options = Options(np.where(may, 2, today).astype(np.int32), allowed)
    return LayoutProblem(options, ((1.0, cost),), (limit,), ("open", "forest"), today, grid.area_ha)


def counted(
    grid: Grid,
    distance_m: float,
    open_resistance: float = 7.0,
    neighbours: Neighbours = Neighbours.EDGES,
) -> FunctionalMesh:
    """The functional mesh of forest in open land."""
    member, resistance = np.array([False, True]), np.array([open_resistance, 1.0])
    return FunctionalMesh(grid, member, resistance, distance_m, neighbours)


def blocks_by_lot(
    seed: int, side: int = 10, blocks: int = 4, candidates: int = 10
) -> tuple[Grid, Layout, NDArray[np.bool_]]:
    """A grid, blocks of forest on it, and cells (units,) not far from them that may become forest."""
    rng = np.random.default_rng(seed)
    image = np.zeros((side, side), dtype=np.uint8)
    for _ in range(blocks):
        row, column = rng.integers(0, side - 2, 2)
        height, width = rng.integers(2, 4, 2)
        image[row : row + height, column : column + width] = 1
    free = np.flatnonzero(image.ravel() == 0)
    may = np.zeros(side * side, dtype=bool)
    may[rng.choice(free, min(candidates, len(free)), replace=False)] = True
    return made_grid(side, side), image.ravel(), may


def never_promises_too_much(mesh: FunctionalMesh, layout: Layout, may: NDArray[np.bool_]) -> bool:
    """Whether what each unit that may join is said to add near a layout is no more than what it adds."""
    found = near(mesh, layout)
    assert found.mesh_ha == pytest.approx(mesh.evaluate(layout))
    promised = found.area_worth + found.way_worth
    for unit in np.flatnonzero(may).tolist():
        joined = layout.copy()
        joined[unit] = FOREST
        if promised[unit] > (mesh.evaluate(joined) - found.mesh_ha) * (1 + 1e-9) + 1e-9:
            return False
    return True
