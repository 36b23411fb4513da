"""The cheapest class of every state where units of one type differ in what their classes cost, compiled.

Cell terms with several scales (areas, distances, what a unit is worth to a network) price units one by one.
One pass over the units compares the few classes that more than one scale prices; all else is known by type.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from formulations.column_generation.graph_cut import BARRED
from formulations.core.compiling import compiled
from instances.units.grid import FloatArray, Layout


def cheapest_by_unit(
    of: NDArray[np.int32],
    by_type: tuple[Layout, FloatArray],
    tables: FloatArray,
    scales: tuple[FloatArray, ...],
    allowed: NDArray[np.bool_],
    layered: tuple[NDArray[np.intp], NDArray[np.int8]],
    local: NDArray[np.int32],
    free: int,
) -> tuple[Layout, FloatArray]:
    """(units, states) the cheapest class of each state, and (free, states) its cost.

    ``of`` (units,) type; ``by_type`` (types, states) both by the first of the ``scales`` (units,) alone, an
    empty one for ones; ``tables`` (scales, types, classes); ``allowed`` (types, classes); ``layered`` the
    classes that are compared unit by unit, and the state of every class; ``local`` (units,) the number of a
    free unit, -1 for others.
    """
    found: tuple[Layout, FloatArray] = _cheapest_by_unit(
        of, by_type, tables, scales, allowed, layered, local, free
    )
    return found


@compiled(nogil=True)
def _cheapest_by_unit(of, by_type, tables, scales, allowed, layered, local, free):  # type: ignore[no-untyped-def]
    (best_of, cost_of), (classes, state_of_class) = by_type, layered
    units, states = len(of), best_of.shape[1]
    best = np.empty((units, states), dtype=np.uint8)
    cost = np.empty((free, states))
    least = np.empty(states)
    for i in range(units):
        t = of[i]
        for s in range(states):
            best[i, s] = best_of[t, s]
            least[s] = cost_of[t, s]
            if least[s] < BARRED and len(scales[0]):
                least[s] *= scales[0][i]
        for k in classes:
            if not allowed[t, k]:
                continue
            value = 0.0
            for n in range(len(scales)):
                value += scales[n][i] * tables[n, t, k] if len(scales[n]) else tables[n, t, k]
            s = state_of_class[k]
            if value < least[s]:
                least[s] = value
                best[i, s] = k
        if local[i] >= 0:
            for s in range(states):
                cost[local[i], s] = least[s]
    return best, cost
