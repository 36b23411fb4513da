"""The functional mesh near a layout, against counting it anew with one cell more or less."""

from __future__ import annotations

import numpy as np
import pytest

from formulations.network.linearise import near
from formulations.network.necks import necks
from tests.support.made_networks import FOREST, OPEN, blocks_by_lot, counted, never_promises_too_much, wooded


@pytest.mark.parametrize("seed", range(8))
def test_no_cell_is_promised_too_much(seed: int) -> None:
    """What a cell is said to add by joining is never more than what it adds: others only find more ways."""
    grid, layout, may = blocks_by_lot(seed)
    mesh = counted(grid, 300.0)
    assert never_promises_too_much(mesh, layout, may)


def test_a_cell_beside_a_block_by_hand() -> None:
    """Four ha alone and one more cell: 2 x 4 ha²; the cell's own ha² is of second order."""
    grid, layout = wooded("####.")
    found = near(counted(grid, 300.0), layout)
    assert found.area_worth[4] * 5 == pytest.approx(8.0)
    assert found.way_worth[4] == 0.0


def test_a_neck_holds_its_patch_together() -> None:
    """Two blocks and one cell between: all pairs across go through it; a thick patch has no neck."""
    grid, layout = wooded("###.### ####### ###.###")
    mesh = counted(grid, 300.0)
    found = near(mesh, layout)
    through = necks(mesh, found.network, found.flow, grid.area_ha * layout)
    assert through[10] == pytest.approx(19**2 - 2 * 9**2)
    apart = layout.copy()
    apart[10] = OPEN
    assert found.mesh_ha - mesh.evaluate(apart) > 0
    assert (through[0], through[3]) == (0.0, 0.0)


def test_everything_is_one_patch() -> None:
    """Where all land belongs there is no link and no edge, and every ha reaches all."""
    grid, layout = wooded("### ###")
    found = near(counted(grid, 300.0), layout)
    assert found.mesh_ha == pytest.approx(6.0)
    assert (found.way_worth == 0).all()
    assert found.area_worth == pytest.approx(np.full(6, 2.0))


def test_units_are_worth_what_they_are_near_either_layout() -> None:
    """Of two layouts each unit takes the greater worth; all else is that of the first."""
    grid, today = wooded("##..##..##")
    mesh = counted(grid, 300.0)
    other = today.copy()
    other[2:4] = FOREST
    here, there = near(mesh, today), near(mesh, other)
    both = here.at_least(there)
    assert both.area_worth.tolist() == np.maximum(here.area_worth, there.area_worth).tolist()
    assert both.way_worth.tolist() == np.maximum(here.way_worth, there.way_worth).tolist()
    assert both.neck_worth.tolist() == np.maximum(here.neck_worth, there.neck_worth).tolist()
    assert (both.worth >= np.maximum(here.worth, there.worth) - 1e-12).all()
    assert both.mesh_ha == here.mesh_ha
    assert both.network is here.network
