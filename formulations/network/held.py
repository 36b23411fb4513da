"""Corridors that a plan has made as wide as asked are held: their units stay in the network from then on.

How a network is counted does not depend on how wide it is, so that rounds that go on would give back all
but one row of a corridor. The layout that has it keeps all limits: with the corridor held, too, there is one.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from formulations.core.problem import LayoutProblem, Options
from formulations.network.corridors import Corridors
from formulations.network.functional_mesh import FunctionalMesh
from formulations.network.widths import squares_of
from instances.units.grid import Layout
from instances.units.sums import sum_by


def held_of(mesh: FunctionalMesh, offered: Corridors, layout: Layout) -> NDArray[np.bool_]:
    """(units,) True in corridors that are wider than a unit and all of whose units have joined."""
    found = np.zeros(len(layout), dtype=bool)
    if squares_of(mesh) is None or not len(offered.link):
        return found
    of = np.repeat(np.arange(len(offered.link)), np.diff(offered.start))
    left_out = sum_by(of, (~mesh.member[layout[offered.units]]).astype(float), len(offered.link))
    found[offered.units[left_out[of] == 0]] = True
    return found


def holding(problem: LayoutProblem, mesh: FunctionalMesh, held: NDArray[np.bool_]) -> LayoutProblem:
    """The problem in which some units (units,) may be of the network's classes only."""
    if not held.any():
        return problem
    options = problem.options
    kinds, member = len(options.allowed), mesh.member[None, :]
    both = {name: np.vstack([each, each & member]) for name, each in options.without.items()}
    allowed = np.vstack([options.allowed, options.allowed & member])
    kind = options.kind + np.where(held, kinds, 0).astype(options.kind.dtype)
    return replace(problem, options=Options(kind, allowed, both))
