"""Questions of a sweep where the network counts: what they ask of it, and what is proven of their answers.

A question's own weights value no network, but for those on the objective itself. Where the objective is held
instead, sum_m w_m I_m(x) - w mesh(x) <= B is no limit on a sum over units. With a layout y known to keep it,
whose mesh is M and which leaves s of room,

    sum_m w_m I_m(x) <= B + w M'    and    mesh(x) >= M',    M' = M - s / 2w

keep it as well. That leaves out layouts, so that nothing is proven of the best one by what is solved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from formulations.core.network_goal import NetworkGoal
from formulations.core.problem import LayoutProblem
from instances.units.grid import Layout

TO_THE_MESH = 0.5
"""Share of the room that a known layout leaves which the mesh may give away; the rest is for all else."""


def held_network(
    problem: LayoutProblem, own: float, most: float | None, layouts: Sequence[Layout]
) -> tuple[NetworkGoal | None, float | None]:
    """What a question asks of the network that gives the study's objective the weight ``own``, and what the
    objective without its network may be at the most where it is held to ``most`` (tCO2e/yr); ``layouts`` are
    known ones."""
    goal = problem.network
    if goal is None:
        return None, most
    asked = replace(goal, weight=goal.weight * own)
    if most is not None and goal.weight > 0:
        kept = max(0.0, _kept(problem, most, layouts))
        asked = replace(asked, limits=(*goal.limits, kept))
        most += goal.weight * kept
    return (asked if asked.weight > 0 or asked.limits else None), most


def _kept(problem: LayoutProblem, most: float, layouts: Sequence[Layout]) -> float:
    """The mesh to keep, by the known layout that leaves the most room; none where none keeps the bound."""
    goal = problem.network
    if goal is None:
        return 0.0
    found: tuple[float, float] | None = None
    for layout in layouts:
        room = most - problem.value(layout)
        if room >= 0 and (found is None or room > found[0]):
            found = room, goal.mesh.evaluate(layout)
    return 0.0 if found is None else found[1] - TO_THE_MESH * found[0] / goal.weight


def unproven(problem: LayoutProblem, unlike: Sequence[Layout]) -> float | None:
    """The bound of a question that holds the objective, where a network counts in it: no layout differs from
    those it shall be unlike on more than all land that has a choice (ha, less than nothing); None where the
    bound of what was solved holds."""
    if problem.network is None or problem.network.weight == 0:
        return None
    options = problem.options
    free = (options.allowed.sum(axis=1) > 1)[options.kind]
    return -len(unlike) * float(problem.areas[free].sum())
