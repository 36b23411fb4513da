"""Repair leaves no piece too small that can grow or return."""

from __future__ import annotations

import numpy as np
import pytest

from formulations.core.rows import Prices
from formulations.patches.ground import ground, types_of
from formulations.patches.repair import repaired, sizes_of, strictest
from tests.support.sized_problems import keeps, random_sized, rule


@pytest.mark.parametrize("seed", range(30))
def test_every_size_is_kept_where_units_may_return(seed: int) -> None:
    """Any layout is repaired where every unit may be what it is today; walking from unit to unit says so."""
    rng = np.random.default_rng(seed)
    problem = random_sized(rng, (5, 6), 3)
    assert problem.sizes is not None
    land = ground(problem, problem.sizes.grid, types_of(problem), Prices())
    allowed = problem.options.allowed
    layout = np.array([rng.choice(np.flatnonzero(row)) for row in allowed], dtype=np.uint8)
    found, kept = repaired(problem, problem.sizes, land, layout)
    assert kept
    assert keeps(problem, found)
    assert problem.options.permits(found).all()


def test_of_several_rules_the_strictest_counts() -> None:
    """Two sizes for one class and form are one; a project's size is another's."""
    problem = random_sized(np.random.default_rng(1))
    assert problem.sizes is not None
    sizes = type(problem.sizes)((rule(1, 2.0), rule(1, 4.0), rule(1, 3.0, project=True)), problem.sizes.grid)
    assert sorted((each.min_ha, each.project) for each in strictest(sizes)) == [(3.0, True), (4.0, False)]
    counted = sizes_of(sizes, problem.today, problem.today, 2)
    assert counted.least[:, 1] == pytest.approx([4.0, 3.0])
    assert not counted.bound.any()
