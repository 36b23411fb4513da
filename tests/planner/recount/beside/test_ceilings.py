"""The ceiling of the functional mesh counted again: by hand, and beside the model's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import planner.recount.beside.ceilings as ceilings
from formulations.core.problem import Options
from formulations.network import ceiling as planned
from formulations.network.functional_mesh import FunctionalMesh
from instances.instance import Instance
from planner.recount.beside.ceilings import ceiling_ha
from tests.planner.recount.beside.test_mesh import MEMBER, RESISTANCE, ground
from tests.support.hand_instance import hand_instance
from tests.support.made_files import made_grid


def choosing(of: np.ndarray, allowed: np.ndarray) -> Instance:
    """An instance whose units may have these classes."""
    instance = hand_instance()
    return replace_kinds(instance, of, allowed)


def replace_kinds(instance: Instance, of: np.ndarray, allowed: np.ndarray) -> Instance:
    """The same instance with other options, worked out before they are asked for."""
    other = replace(instance)
    other.__dict__["kinds"] = replace(instance.kinds, of=of.astype(np.int32), allowed=allowed)
    return other


def test_all_of_a_row_may_be_wood() -> None:
    """Four cells that may all be wood are one patch of 4 ha; of which 2 ha may be: 2 · 2 / 4."""
    grid = made_grid(1, 4)
    free = choosing(np.zeros(4), np.array([[True, True]]))
    assert ceiling_ha(ground(grid, 500.0), free, np.inf) == pytest.approx(4.0)
    assert ceiling_ha(ground(grid, 500.0), free, 2.0) == pytest.approx(1.0)


def test_what_stays_open_is_in_the_way() -> None:
    """Two cells of open land between two woods: 1,400 m, so that half of those who set out arrive."""
    held = choosing(np.array([1, 0, 0, 1]), np.array([[True, False], [False, True]]))
    assert ceiling_ha(ground(made_grid(1, 4), 1400.0), held, np.inf) == pytest.approx(3.0 / 4.0)


def test_where_nothing_may_be_wood_it_is_nothing() -> None:
    """No network, no ceiling."""
    bare = choosing(np.zeros(4), np.array([[True, False]]))
    assert ceiling_ha(ground(made_grid(1, 4), 1400.0), bare, np.inf) == 0.0


@given(seed=st.integers(0, 2**31), distance_m=st.sampled_from([50.0, 400.0]), share=st.floats(0.01, 2.0))
def test_it_is_the_ceiling_that_is_told(seed: int, distance_m: float, share: float) -> None:
    """Whatever units may be, also where there are more patches than are walked from."""
    rng, grid = np.random.default_rng(seed), made_grid(9, 14)
    allowed = rng.random((5, 4)) < 0.4
    allowed[:, 0] |= ~allowed.any(axis=1)
    of, most = rng.integers(0, 5, len(grid)), share * grid.total_ha
    mesh = FunctionalMesh(grid, MEMBER, RESISTANCE, distance_m)
    with pytest.MonkeyPatch.context() as patched:
        if seed % 2:
            patched.setattr(planned, "STARTS", (2, 2))
            patched.setattr(ceilings, "FEWEST", 2)
            patched.setattr(ceilings, "MOST", 2)
        told = planned.ceiling(mesh, Options(of.astype(np.int32), allowed), most)
        own = ceiling_ha(ground(grid, distance_m, False, MEMBER, RESISTANCE), choosing(of, allowed), most)
    assert own == pytest.approx(told, rel=1e-10)
