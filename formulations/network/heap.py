"""A binary heap of costs in two arrays, compiled: the nearest of what walks have yet to come to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from formulations.core.compiling import compiled
from instances.units.grid import FloatArray


@compiled(nogil=True)
def push(cost: FloatArray, patch: NDArray[np.int64], size: int, new_cost: float, new_patch: int) -> None:
    """Add to a binary heap of ``size`` entries."""
    place = size
    while place > 0:
        above = (place - 1) // 2
        if cost[above] <= new_cost:
            break
        cost[place], patch[place] = cost[above], patch[above]
        place = above
    cost[place], patch[place] = new_cost, new_patch


@compiled(nogil=True)
def pull(cost: FloatArray, patch: NDArray[np.int64], size: int) -> None:
    """Take the first entry away from a binary heap of which ``size`` entries are left then."""
    last_cost, last_patch = cost[size], patch[size]
    place = 0
    while True:
        below = 2 * place + 1
        if below >= size:
            break
        if below + 1 < size and cost[below + 1] < cost[below]:
            below += 1
        if cost[below] >= last_cost:
            break
        cost[place], patch[place] = cost[below], patch[below]
        place = below
    cost[place], patch[place] = last_cost, last_patch
