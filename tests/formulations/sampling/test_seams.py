"""Blocks of the decomposition do not show on the map: edges of change lie on their borders by chance."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from formulations.column_generation.decomposition import blocks_of
from formulations.core.nearness import Towards
from formulations.core.problem import LayoutProblem
from formulations.core.solution import SolveSettings, Watch
from formulations.nearest import nearest
from formulations.posing import pose
from formulations.solving import solve
from instances.demo import write_demo
from instances.instance import read
from instances.study.file import load_study
from instances.units.grid import Layout

MOST = 1.5
"""Multiple of chance up to which borders of blocks do not stand out."""


def on_borders(problem: LayoutProblem, layout: Layout) -> tuple[float, float]:
    """The share of the edges of change that lie on a border of blocks, and that of all edges that could."""
    pair = next(term for _, part in problem.parts for term in part.pairs)
    block = blocks_of(problem)
    border = block[pair.first] != block[pair.second]
    change = np.where(layout == problem.today, -1, layout.astype(int))
    edge = change[pair.first] != change[pair.second]
    choice = (problem.options.allowed.sum(axis=1) > 1)[problem.options.kind]
    could = choice[pair.first] | choice[pair.second]
    return float(border[edge].mean()), float(border[could].mean())


@pytest.mark.slow
@pytest.mark.parametrize(("size", "by_district"), [(80, False), (120, True)])
def test_edges_of_change_lie_on_borders_of_blocks_by_chance(
    tmp_path: Path, size: int, by_district: bool
) -> None:
    """In demo counties of several sizes, with blocks along districts and with blocks along the order of
    cells; the second stage changes less land and leaves fewer pieces."""
    # pieces of new land are built after both stages
    problem = replace(pose(read(load_study(write_demo(tmp_path, size)))), sizes=None)
    if not by_district:
        problem = replace(problem, limits=tuple(each for each in problem.limits if not each.districts.name))
    settings = SolveSettings(gap=1e-3, method="decompose")
    first = solve(problem, settings, Watch())
    second = nearest(problem, first, problem.today, settings, Watch(), Towards.TODAY)
    assert first.layout is not None
    assert second.layout is not None
    assert second.nearness is not None
    assert second.objective <= first.objective + 1e-9 * abs(first.objective)
    assert second.nearness.after_ha <= second.nearness.before_ha
    assert second.nearness.pieces[1] <= second.nearness.pieces[0]
    assert second.nearness.least_ha is not None
    assert second.nearness.after_ha <= 1.15 * second.nearness.least_ha
    share, chance = on_borders(problem, second.layout)
    assert share <= MOST * chance
