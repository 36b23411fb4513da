"""Units in an order that keeps neighbours together."""

from __future__ import annotations

import numpy as np

from instances.units.morton import morton_rank


def test_four_cells_by_hand() -> None:
    """The curve runs through a 2x2 square in the shape of a Z."""
    assert morton_rank(np.array([0, 1, 0, 1]), np.array([0, 0, 1, 1])).tolist() == [0, 1, 2, 3]


def test_stretches_are_compact() -> None:
    """A sixteenth of a 64x64 grid, taken from the curve, is a square of 16x16."""
    row, column = np.divmod(np.arange(64 * 64), 64)
    rank = morton_rank(column, row)
    for part in range(16):
        mine = rank // 256 == part
        assert np.ptp(row[mine]) == np.ptp(column[mine]) == 15
