"""Collisions of limits are proven, and never where a layout meets them."""

from __future__ import annotations

import numpy as np
import pytest

from formulations.column_generation.collision import proves_infeasible
from formulations.core.solution import Watch
from tests.support.enumeration import enumerate_best
from tests.support.random_problems import Shape, random_problem


@pytest.mark.parametrize("seed", range(60))
def test_a_proof_is_never_wrong(seed: int) -> None:
    """What is proven infeasible has no layout; land asked for beyond what may carry it is always proven."""
    shape = Shape(limits=3, limit_pairs=seed % 3 == 0, infeasible=seed % 2 == 0)
    problem = random_problem(np.random.default_rng(seed), shape)
    proven = proves_infeasible(problem, Watch())
    if shape.infeasible:
        assert proven
    if proven:
        assert enumerate_best(problem).layout is None
