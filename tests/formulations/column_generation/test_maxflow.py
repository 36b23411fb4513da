"""The compiled maximum flow against another library's."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from scipy.sparse.csgraph import maximum_flow

from formulations.column_generation.maxflow import source_side


@given(st.integers(0, 2**32 - 1), st.integers(1, 9))
def test_the_cut_is_as_small_as_the_flow_is_large(seed: int, nodes: int) -> None:
    """On random networks the capacity across the returned side equals the maximum flow that scipy finds."""
    rng = np.random.default_rng(seed)
    pairs = int(rng.integers(0, 3 * nodes))
    tail, head = rng.integers(0, nodes, (2, pairs)).astype(np.int32)
    tail, head = tail[tail != head], head[tail != head]
    forward, backward = rng.integers(0, 6, (2, len(tail)))
    terminal = rng.integers(-8, 9, nodes)
    side = source_side(terminal, tail, head, forward, backward)
    severed = forward[side[tail] & ~side[head]].sum() + backward[side[head] & ~side[tail]].sum()
    severed += terminal[(terminal > 0) & ~side].sum() - terminal[(terminal < 0) & side].sum()
    source, sink = nodes, nodes + 1
    ends = np.arange(nodes)
    rows = np.concatenate([tail, head, np.full(nodes, source), ends])
    columns = np.concatenate([head, tail, ends, np.full(nodes, sink)])
    capacity = np.concatenate([forward, backward, np.maximum(terminal, 0), np.maximum(-terminal, 0)])
    graph = sparse.csr_matrix((capacity, (rows, columns)), shape=(nodes + 2, nodes + 2), dtype=np.int32)
    assert severed == maximum_flow(graph, source, sink).flow_value


def test_a_chain_is_cut_at_its_weakest_arc() -> None:
    """Source -5-> 0 -2-> 1 -4-> sink: the arc between the nodes is cut, by hand."""
    side = source_side(
        np.array([5, -4]), np.array([0], np.int32), np.array([1], np.int32), np.array([2]), np.array([0])
    )
    assert side.tolist() == [True, False]
