"""A problem that asks something of its network, near a plan: what every unit adds there, as a sum.

What the network is worth becomes a term of the objective, what it must have a row beside the limits: the
prices of limits and land then count what land does for the network, as far as one unit goes.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from formulations.core.indicator import Indicator
from formulations.core.problem import LayoutProblem, Limit
from formulations.network.functional_mesh import NAME, UNIT, FunctionalMesh
from formulations.network.linearise import cell_terms, near
from instances.rules.districts import Districts
from instances.units.grid import Layout


def near_plan(problem: LayoutProblem, layout: Layout, missed_ha: float = 0.0) -> LayoutProblem:
    """The problem near a layout (units,), without a network; itself where nothing is asked of one. The row of
    what the network must have is the last; it asks for ``missed_ha`` more."""
    goal = problem.network
    if goal is None or not isinstance(goal.mesh, FunctionalMesh):
        return problem
    here, mesh = near(goal.mesh, layout), goal.mesh
    term = Indicator(NAME, UNIT, cell_terms(mesh, here))
    parts, limits = problem.parts, problem.limits
    if goal.weight > 0:
        parts = (*parts, (-goal.weight, term))
    if goal.limits:
        least = np.array([term.evaluate(layout) + goal.least_ha - here.mesh_ha + missed_ha])
        whole = Districts.whole(len(problem))
        limits = (*limits, Limit(term, whole, least, np.array([np.inf]), NAME))
    return replace(problem, parts=parts, limits=limits, network=None)
