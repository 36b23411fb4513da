"""The ceiling of the functional mesh, against every layout there is."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from formulations.network import ceiling as ceilings
from formulations.network.ceiling import ceiling
from formulations.network.steps import Neighbours
from tests.support.made_networks import FOREST, blocks_by_lot, counted, planting, wooded


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("starts", [1, 200])
def test_no_layout_exceeds_the_ceiling(seed: int, starts: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all ways to plant three cells none has more, whether all patches are starts or one."""
    monkeypatch.setattr(ceilings, "STARTS", (starts, starts))
    grid, today, may = blocks_by_lot(seed, candidates=8)
    mesh = counted(grid, 300.0, neighbours=Neighbours.CORNERS if seed % 2 else Neighbours.EDGES)
    options = planting(grid, today, may, 3.0).options
    free, kept = ceiling(mesh, options), ceiling(mesh, options, float(today.sum() + 3))
    assert kept <= free + 1e-9
    for cells in itertools.combinations(np.flatnonzero(may).tolist(), 3):
        layout = today.copy()
        layout[list(cells)] = FOREST
        assert mesh.evaluate(layout) <= kept + 1e-9


def test_a_ceiling_by_hand() -> None:
    """All may join: one patch of all land, or of as much as there may be."""
    grid, today = wooded("##..##")
    options = planting(grid, today, np.ones(6, dtype=bool), 2.0).options
    mesh = counted(grid, 300.0)
    assert ceiling(mesh, options) == pytest.approx(6.0)
    assert ceiling(mesh, options, 5.0) == pytest.approx(25 / 6)


def test_where_nothing_may_belong() -> None:
    """No network, no ceiling above 0."""
    grid, today = wooded("....")
    options = planting(grid, today, np.zeros(4, dtype=bool), 1.0).options
    assert ceiling(counted(grid, 300.0), options) == 0.0
