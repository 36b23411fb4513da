"""Least costs by buckets, beside SciPy's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from scipy.sparse import csgraph

from formulations.network import least_costs
from formulations.network.least_costs import graph_for, nothing_reached, reach_from

PATCHES = 12
links = st.lists(
    st.tuples(
        st.integers(0, PATCHES - 1), st.integers(0, PATCHES - 1), st.sampled_from([1e-3, 1.0, 2.5, 7.0])
    ),
    max_size=30,
)


@pytest.mark.parametrize("most", [1_000_000, 3])
@given(drawn=links, longest=st.sampled_from([0.5, 6.0, 40.0]))
def test_least_costs_are_those_of_scipy(
    most: int, drawn: list[tuple[int, int, float]], longest: float
) -> None:
    """From every patch, one walk after another: what each costs, in that order, by a tree of links that add
    up; also where few buckets hold links much cheaper than they are wide."""
    table = np.full((PATCHES, PATCHES), np.inf)
    for one, other, cost in drawn:
        if one != other and cost <= longest:
            table[one, other] = table[other, one] = min(cost, table[one, other])
    row, column = np.nonzero(np.isfinite(table))
    graph = sparse.coo_array((table[row, column], (row, column)), shape=table.shape).tocsr()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(least_costs, "MOST_BUCKETS", most)
        number = np.arange(graph.nnz, dtype=np.int64)
        ways = graph_for(graph.indptr, graph.indices, number, graph.data, longest)
    expected, room = csgraph.dijkstra(graph, limit=longest), nothing_reached(ways)
    for source in range(PATCHES):
        count = reach_from(ways, source, room)
        assert room.least == pytest.approx(expected[source])
        order = room.order[:count]
        assert order[0] == source
        assert sorted(order) == np.flatnonzero(np.isfinite(expected[source])).tolist()
        seen = {source}
        for unit in order[1:].tolist():
            before = int(room.before[unit])
            assert before in seen
            seen.add(unit)
            assert room.least[unit] == pytest.approx(room.least[before] + graph.data[room.via[unit]])
        room.least[order] = np.inf
