"""Walks over units, and links by them: beside SciPy's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.sparse import csgraph

from formulations.network.links import linked_anew, network_of
from formulations.network.steps import Neighbours
from formulations.network.walks import steps_away, walk
from tests.support.made_networks import counted, wooded


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(list(Neighbours)))
def test_walks_and_links_are_those_of_scipy(seed: int, neighbours: Neighbours) -> None:
    """Least costs, where they come from, steps and links over land by lot, up to a cost by lot."""
    rng = np.random.default_rng(seed)
    rows, columns = rng.integers(1, 12, 2)
    units = int(rows * columns)
    grid, _ = wooded(" ".join(["." * columns] * rows))
    mesh = counted(grid, 300.0, neighbours=neighbours)
    inside, rate = rng.random(units) < 0.3, rng.uniform(1.0, 9.0, units)
    longest = float(rng.uniform(100.0, 3000.0))
    wanted = network_of(inside, rate, grid, mesh.ways, longest)
    found = linked_anew(wanted, rate, mesh.ways, mesh.around, longest)
    near = np.isfinite(wanted.away_m)
    assert found.away_m[near] == pytest.approx(wanted.away_m[near])
    # A unit beside two patches is as near to either: who owns it may differ, and links with it.
    number, unit = found.ways(np.arange(len(found.cost_m)))
    steps = np.flatnonzero(number[1:] == number[:-1])
    there = {
        (min(one, two), max(one, two)): metres
        for one, two, metres in zip(*(each.tolist() for each in mesh.ways), strict=True)
    }
    charged = np.where(inside, 0.0, rate)
    cost = np.zeros(len(found.cost_m))
    for at in steps.tolist():
        one, two = sorted(unit[at : at + 2].tolist())
        cost[number[at]] += 0.5 * there[one, two] * (charged[one] + charged[two])
    assert found.cost_m == pytest.approx(cost)
    assert (found.cost_m <= longest).all()
    first, second, length = mesh.ways
    cost = 0.5 * length * (rate[first] + rate[second])
    table = sparse.csr_array((cost, (first, second)), shape=(units, units))
    sources = rng.choice(units, min(units, 3), replace=False)
    least = csgraph.dijkstra(table, directed=False, indices=sources, min_only=True, limit=longest)
    gone = walk(mesh.around, rate, np.ones(units, dtype=bool), sources, longest)
    assert gone.cost == pytest.approx(least)
    assert (gone.before[sources] == -1).all()
    begun = np.zeros(units, dtype=bool)
    begun[sources] = True
    ones = sparse.csr_array((np.ones(len(first)), (first, second)), shape=(units, units))
    steps = csgraph.dijkstra(ones, directed=False, indices=sources, min_only=True)
    assert steps_away(mesh.around, begun).tolist() == np.where(np.isfinite(steps), steps, -1).tolist()
