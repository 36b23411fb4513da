"""Middles of groups of pixels lie inside of them."""

from __future__ import annotations

import numpy as np

from instances.units.centres import inner_points


def test_the_middle_of_a_bent_district_lies_in_it() -> None:
    """By hand: the middle of an L of five pixels is above its corner; what is not there has none."""
    group = np.array([[0, -1, -1], [0, -1, -1], [0, 0, 0]])
    found = inner_points(group, 2)
    assert found[0].tolist() == [0.5, 1.5]
    assert np.isnan(found[1]).all()


def test_an_image_of_no_group_has_no_middle() -> None:
    """Nothing has a middle where no pixel belongs to a group."""
    assert np.isnan(inner_points(np.full((2, 2), -1), 1)).all()
