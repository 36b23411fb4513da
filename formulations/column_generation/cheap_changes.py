"""The problem of the changes that cost little at the prices found.

At good prices the best layout and the best plan differ where a class costs next to nothing more than another;
of all other units any plan that is better has the class of the best layout. So the units and classes of least
cost, a few thousand of them, are most of what is left to decide (a core in the sense of Balas & Zemel 1980,
Operations Research 28:1130). What a class costs is counted for each unit alone, all others staying; whole
stretches of land that pay only together are brought in by the plan, which stays within reach.
"""

from __future__ import annotations

import numpy as np

from formulations.core.lagrangian import alone, lagrangian
from formulations.core.problem import LayoutProblem
from formulations.core.rows import Prices
from formulations.exact.presolve import narrowed
from instances.units.grid import Layout


def cheap_changes(
    problem: LayoutProblem, prices: Prices, best: Layout, plan: Layout, most: int
) -> LayoutProblem:
    """The problem in which a unit has the class of the best layout (units,) at some prices, that of a plan,
    and those that cost least beside: fewer than ``most`` of them, ties left out together."""
    units = np.arange(len(problem))
    value = alone(lagrangian(problem, prices), best, units, problem.options.classes)
    cost = value - value[units, best][:, None]
    allowed = problem.options.allowed[problem.options.kind]
    cost[~allowed] = np.inf
    cost[units, best] = np.inf
    known = cost[np.isfinite(cost)]
    dearest = np.partition(known, most)[most] if len(known) > most else np.inf
    taken = cost < dearest
    taken[units, best] = True
    taken[units, plan] = True
    return narrowed(problem, taken & allowed)
