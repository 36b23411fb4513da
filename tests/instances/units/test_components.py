from __future__ import annotations

import numpy as np

from instances.units.components import components
from tests.support.made_plans import parcel_grid, raster_grid


def test_units_of_one_value_hang_together_over_edges_not_corners() -> None:
    """Two twos meet at a corner only; what is left out divides, and numbers follow the first units."""
    value = np.array([1, 1, 2, 2, 2, 1, -1, -1, 1])
    of, first = components(value, raster_grid(np.ones((3, 3), dtype=bool)))
    assert of.tolist() == [0, 0, 1, 2, 2, 3, -1, -1, 3]
    assert first.tolist() == [0, 2, 3, 5]


def test_parcels_hang_together_where_they_share_a_border() -> None:
    """Three parcels in a row, the last of another value."""
    grid = parcel_grid([(0, 0, 1, 1), (1, 0, 2, 1), (2, 0, 3, 1)], [0, 1], [1, 2])
    of, first = components(np.array([4, 4, 7]), grid)
    assert of.tolist() == [0, 0, 1]
    assert first.tolist() == [0, 2]


def test_nothing_has_no_components() -> None:
    """Where every unit is left out there is none."""
    of, first = components(np.full(4, -1), raster_grid(np.ones((2, 2), dtype=bool)))
    assert of.tolist() == [-1] * 4
    assert len(first) == 0
