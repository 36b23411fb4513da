"""What offered corridors add near a layout: sure ones unit by unit, others once all of their units joined."""

from __future__ import annotations

import numpy as np
import pytest

from formulations.network.corridors import NO_CORRIDORS, Corridors
from formulations.network.functional_mesh import FunctionalMesh
from formulations.network.linearise import Near, near
from formulations.network.offered import near_indicator
from instances.units.grid import Layout
from tests.support.made_networks import FOREST, counted, wooded


def _land(rows: str = "###...###") -> tuple[FunctionalMesh, Layout, Near]:
    grid, layout = wooded(rows)
    mesh = counted(grid, 300.0)
    return mesh, layout, near(mesh, layout)


def _three_cells(mesh_ha: float, price: tuple[float, ...]) -> Corridors:
    """One corridor over the three open cells."""
    return Corridors(
        np.array([0, 3]), np.array([3, 4, 5]), np.array([mesh_ha]), np.array([0]), np.array(price)
    )


@pytest.mark.parametrize("gain", [6.0, 60.0])
def test_a_corridor_adds_what_it_gains_once_it_is_there(gain: float) -> None:
    """Whether it is paid as a whole or to its units: all three together add what the corridor gains, of which
    some is paid for units on the way of today."""
    mesh, today, here = _land()
    offered = _three_cells(here.way_worth.sum() + gain, (1.0, 2.0, 3.0))
    joined = np.full(9, FOREST, dtype=np.uint8)
    for added in (NO_CORRIDORS, offered):
        found = near_indicator(mesh, here, added)
        cells = here.worth[3:6].sum() + (0.0 if added is NO_CORRIDORS else gain)
        assert found.evaluate(joined) - found.evaluate(today) == pytest.approx(cells)


def test_a_sure_corridor_pays_each_unit_more_than_its_price() -> None:
    """Sixty ha for a price of six: ten for one to every unit, so that none is left out, and no bundle."""
    mesh, _, here = _land()
    found = near_indicator(mesh, here, _three_cells(here.way_worth.sum() + 60.0, (1.0, 2.0, 3.0)))
    assert found.bundles == ()
    assert found.cells[0].scale[3:6] - here.worth[3:6] == pytest.approx([10.0, 20.0, 30.0])


def test_a_corridor_that_hardly_pays_is_a_bundle() -> None:
    """Six ha for a price of six: nothing for some of its units."""
    mesh, today, here = _land()
    found = near_indicator(mesh, here, _three_cells(here.way_worth.sum() + 6.0, (1.0, 2.0, 3.0)))
    assert [list(each.units) for each in found.bundles] == [[3, 4, 5]]
    two = today.copy()
    two[3:5] = FOREST
    assert found.evaluate(two) - found.evaluate(today) == pytest.approx(here.worth[3:5].sum())


def test_a_unit_of_two_corridors_joins_once() -> None:
    """It is paid what the one pays that pays most."""
    mesh, _, here = _land()
    one = here.way_worth[3:6].sum()
    offered = Corridors(
        np.array([0, 2, 4]),
        np.array([3, 4, 4, 5]),
        np.array([one + 20.0, one + 80.0]),
        np.array([0, 0]),
        np.ones(4),
    )
    found = near_indicator(mesh, here, offered)
    extra = found.cells[0].scale[3:6] - here.worth[3:6]
    assert extra[1] == pytest.approx(extra[2])
    assert extra[1] > extra[0] > 0
