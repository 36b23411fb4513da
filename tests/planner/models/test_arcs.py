from __future__ import annotations

import numpy as np
import pytest

from planner.models.arcs import BEND, THINNEST, WIDEST, arcs, widths


def test_arcs_begin_and_end_where_flows_do() -> None:
    """And stand off the straight way by its share in the middle, to the right of whoever goes it."""
    found = arcs(np.array([[[0.0, 0.0], [10.0, 0.0]], [[10.0, 0.0], [0.0, 0.0]]]))
    assert found[0, 0].tolist() == [0, 0]
    assert found[0, -1].tolist() == [10, 0]
    assert found[0, found.shape[1] // 2] == pytest.approx([5, -10 * BEND])
    assert found[1, found.shape[1] // 2] == pytest.approx([5, 10 * BEND])


def test_widths_are_shares_of_the_widest() -> None:
    """What hardly flows can still be seen; nothing at all has no width to share."""
    assert widths(np.array([10.0, 5.0, 0.001])).tolist() == [WIDEST, WIDEST / 2, THINNEST]
    assert widths(np.zeros(0)).tolist() == []
