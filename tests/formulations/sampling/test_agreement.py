from __future__ import annotations

import numpy as np

from formulations.sampling.agreement import agreement

REFERENCE = np.array([0, 1, 2, 3], dtype=np.uint8)
OTHERS = [np.array(row, dtype=np.uint8) for row in ([0, 1, 2, 0], [0, 1, 0, 1], [0, 2, 0, 2])]
TODAY = np.array([0, 0, 0, 0], dtype=np.uint8)


def test_how_often_a_unit_keeps_its_class_is_counted() -> None:
    """By hand: all four plans, three, two, one; and the class that comes most often."""
    found = agreement(REFERENCE, [REFERENCE, *OTHERS], 4)
    assert found.keeps.tolist() == [1.0, 0.75, 0.5, 0.25]
    assert found.most_often.tolist() == [0, 1, 2, 3]
    assert found.classes.tolist() == [1, 2, 2, 4]
    assert found.agree.tolist() == [1.0, 0.75, 0.5, 0.25]


def test_land_stands_in_one_of_four_ways() -> None:
    """Stays, changes alike in all, in two thirds or more, in fewer; the areas add up to the whole."""
    found = agreement(REFERENCE, [REFERENCE, *OTHERS], 4)
    assert found.standing(TODAY).tolist() == [0, 2, 3, 3]
    assert found.standing(REFERENCE + np.uint8(1)).tolist() == [1, 2, 3, 3]
    assert found.areas_ha(TODAY, np.array([1.0, 2.0, 4.0, 8.0])).tolist() == [1.0, 0.0, 2.0, 12.0]
