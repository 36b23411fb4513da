"""Units that a network does not need, given back: those that save most for what the mesh loses, and no more
of them than the mesh has too much.

What single units add says little of many that go together, so every handful is counted anew on the map, and
half of it is tried where the mesh, a limit or the objective says no.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from formulations.core.lagrangian import alone
from formulations.core.problem import LayoutProblem
from formulations.network.functional_mesh import FunctionalMesh
from formulations.network.linearise import near
from instances.units.grid import FloatArray, Layout

COUNTED, VISITS = (20, 400), 4_000_000
"""So many handfuls are counted at the least and at the most, and so many units in all of them together."""


def given_back(
    problem: LayoutProblem,
    mesh: FunctionalMesh,
    layout: Layout,
    least_ha: float,
    cost: Callable[[Layout, float], float],
    ended: Callable[[], bool],
) -> Layout:
    """A layout that costs no more and has ``least_ha`` of functional mesh as the given one has; ``cost`` of a
    layout and its mesh is what is to be small. Units become again what they are today."""
    mesh_ha = mesh.evaluate(layout)
    best, counted, stuck = cost(layout, mesh_ha), 0, np.zeros(len(layout), dtype=bool)
    most = int(np.clip(VISITS // len(layout), *COUNTED))
    while counted < most and not ended():
        units, loss = _worth_giving(problem, mesh, layout, stuck)
        # What many lose together is less than the sum: one more than fits is tried as well.
        handful = units[: 1 + int(np.searchsorted(np.cumsum(loss), mesh_ha - least_ha, side="right"))]
        taken = False
        while len(handful) and not taken and counted < most and not ended():
            tried = layout.copy()
            tried[handful] = problem.today[handful]
            counted += 1
            found = mesh.evaluate(tried)
            taken = found >= least_ha and cost(tried, found) < best and problem.holds(tried)
            if taken:
                layout, mesh_ha, best = tried, found, cost(tried, found)
            elif len(handful) == 1:
                stuck[handful] = True
                break
            else:
                handful = handful[: len(handful) // 2]
        if not len(handful):
            break
    return layout


def _worth_giving(
    problem: LayoutProblem, mesh: FunctionalMesh, layout: Layout, stuck: NDArray[np.bool_]
) -> tuple[NDArray[np.intp], FloatArray]:
    """(some,) units that save something, the most for what the mesh loses first, and that loss."""
    may = problem.options.allowed[problem.options.kind, problem.today]
    joined = mesh.member[layout] & ~mesh.member[problem.today] & may & ~stuck
    units = np.flatnonzero(joined)
    if not len(units):
        return units, np.zeros(0)
    price = alone(problem.objective, layout, units, problem.options.classes)
    here = np.arange(len(units))
    saving = price[here, layout[units]] - price[here, problem.today[units]]
    loss = np.maximum(near(mesh, layout).worth[units], 1e-12)
    order = np.argsort(-saving / loss, kind="stable")
    order = order[saving[order] > 0]
    return units[order], loss[order]
