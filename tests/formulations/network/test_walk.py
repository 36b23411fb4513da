"""Walks from many units at once, beside those of scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from scipy.sparse import csgraph

from formulations.network.steps import Neighbours, steps
from formulations.network.walk import around, walk
from tests.support.made_files import made_grid


@pytest.mark.parametrize("neighbours", list(Neighbours))
@pytest.mark.parametrize("limit", [np.inf, 900.0])
def test_least_costs_are_those_of_scipy(neighbours: Neighbours, limit: float) -> None:
    """Over random charges, with units barred; every way leads back to its start at its cost."""
    grid, rng = made_grid(20, 30), np.random.default_rng(3)
    ways = steps(grid, neighbours)
    charged, barred = rng.uniform(1, 9, 600), rng.random(600) < 0.2
    starts = rng.choice(np.flatnonzero(~barred), 5, replace=False)
    found = walk(around(ways, 600), charged, barred, starts, limit)
    open_step = ~barred[ways.first] & ~barred[ways.second]
    first, second = ways.first[open_step], ways.second[open_step]
    cost = 0.5 * ways.length_m[open_step] * (charged[first] + charged[second])
    graph = sparse.csr_array((cost, (first, second)), shape=(600, 600))
    wanted = csgraph.dijkstra(graph, directed=False, indices=starts, min_only=True, limit=limit)
    assert found.cost == pytest.approx(wanted)
    assert (np.isfinite(found.cost) == (found.source >= 0)).all()
    reached = np.flatnonzero((found.before >= 0) & ~np.isin(np.arange(600), starts))
    assert (found.cost[found.before[reached]] < found.cost[reached]).all()
    assert (found.source[found.before[reached]] == found.source[reached]).all()


def test_plain_steps_count_one() -> None:
    """Four cells in a row are three steps apart, whatever their size."""
    grid = made_grid(1, 4)
    found = walk(around(steps(grid), 4), np.ones(4), np.zeros(4, bool), np.array([0]), plain=True)
    assert found.cost.tolist() == [0, 1, 2, 3]
    assert found.before.tolist() == [-1, 0, 1, 2]
