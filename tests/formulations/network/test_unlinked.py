"""Pairs of patches left unlinked, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from formulations.network.unlinked import unlinked
from tests.support.made_networks import counted, wooded


def test_what_is_in_the_way_is_told() -> None:
    """Two patches two cells apart, one of which may join; a third patch is near enough to be linked."""
    grid, today = wooded("##..#.#")
    mesh = counted(grid, 800.0, open_resistance=7.0)
    network = mesh.network(today)
    may = np.array([True, True, False, True, True, True, True])
    found = unlinked(mesh, network, may)
    assert network.cost_m[found.link] == pytest.approx([1400.0])
    assert (found.barred_ha.tolist(), found.open_ha.tolist()) == ([1.0], [1.0])
    assert found.mesh_ha == pytest.approx([2 * 2 * 1 * (1 - 0.5 ** (1400 / 800)) / 7])


def test_nothing_apart_is_nothing_told() -> None:
    """One patch has no pairs."""
    grid, today = wooded("##..")
    mesh = counted(grid, 800.0)
    found = unlinked(mesh, mesh.network(today), np.ones(4, dtype=bool))
    assert len(found.link) == 0
