"""Least sizes as a problem carries them."""

from __future__ import annotations

import numpy as np

from formulations.core.patch_sizes import Patched, PatchSizes
from tests.support.made_plans import raster_grid
from tests.support.sized_problems import rule


def test_sizes_are_kept_where_no_new_piece_is_too_small() -> None:
    """Two hectares together keep a size of two, one alone does not."""
    sizes = PatchSizes((rule(1, 2.0),), raster_grid(np.ones((1, 4), dtype=bool)))
    today = np.zeros(4, dtype=np.uint8)
    assert sizes.kept(np.array([1, 1, 0, 0], dtype=np.uint8), today)
    assert sizes.below(np.array([1, 1, 0, 1], dtype=np.uint8), today).tolist() == [False] * 3 + [True]


def test_a_plan_is_kept_where_nothing_is_below_afterwards() -> None:
    """What lay below before does not count."""
    assert Patched((9.0, 8.0), (3.0, 0.0), 1.0).kept
    assert not Patched((9.0, 8.0), (3.0, 1.0), 1.0).kept
