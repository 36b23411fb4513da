"""Plans show nothing of the blocks that they were recombined from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from formulations.column_generation.decomposition import blocks_of
from formulations.core.solution import SolveSettings, Watch
from formulations.sampling.nearest import nearest
from formulations.solving import solve
from instances.demo import write_demo
from planner.plans.optimise import load

SPREAD = 3.0
"""Standard deviations by which a share of so many edges may be above chance."""


@pytest.mark.slow
def test_change_ends_at_the_border_of_blocks_no_oftener_than_by_chance(tmp_path: Path) -> None:
    """Of the edges where change ends, as many lie on borders of blocks as of all edges between land that has
    a choice, in the plan as solved and as moved near today's land."""
    loaded = load(write_demo(tmp_path, 100))
    problem, edges = loaded.problem, loaded.instance.grid.edges
    problem = replace(problem, limits=tuple(each for each in problem.limits if len(each.districts) == 1))
    block = blocks_of(problem)
    assert len(np.unique(block)) > 8
    settings = SolveSettings(threads=1, method="decompose")
    solution = solve(problem, settings, Watch())
    moved = nearest(problem, solution, problem.today, settings, Watch())
    open_units = (problem.options.allowed.sum(axis=1) > 1)[problem.options.kind]
    one, other = edges.first, edges.second
    between = open_units[one] & open_units[other]
    border = block[one] != block[other]
    chance = float(border[between].mean())
    for layout in (solution.layout, moved.layout):
        assert layout is not None
        changed = layout != problem.today
        ends = (changed[one] != changed[other]) & between
        count = int(ends.sum())
        assert count > 100
        spread = SPREAD * np.sqrt(chance * (1 - chance) / count)
        assert float(border[ends].mean()) <= chance + spread
