"""Components: units of one value that hang together over shared edges, numbered by their first units."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from instances.units.grid import Grid


def components(value: NDArray[np.integer], grid: Grid) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """(units,) the component of each unit, and (components,) the first unit of each.

    ``value`` is (units,), negative where a unit is left out: its component is -1.
    """
    same = (value[grid.edges.first] == value[grid.edges.second]) & (value[grid.edges.first] >= 0)
    first, second = grid.edges.first[same], grid.edges.second[same]
    links = sparse.coo_array((np.ones(len(first), dtype=bool), (first, second)), shape=(len(grid), len(grid)))
    _, component = csgraph.connected_components(links.tocsr(), directed=False)
    wanted = np.flatnonzero(value >= 0)
    _, start, inverse = np.unique(component[wanted], return_index=True, return_inverse=True)
    order = np.argsort(start)
    rank = np.empty(len(start), dtype=np.int32)
    rank[order] = np.arange(len(start), dtype=np.int32)
    of = np.full(len(grid), -1, dtype=np.int32)
    of[wanted] = rank[inverse]
    return of, wanted[start[order]]
