from __future__ import annotations

import numpy as np

from formulations.indicators.variety import difference, differing_ha

AREA = np.array([1.0, 2.0, 4.0])
ONE = np.array([0, 0, 1], dtype=np.uint8)
OTHER = np.array([0, 1, 1], dtype=np.uint8)


def test_the_difference_is_counted_against_every_other() -> None:
    """A layout that changes the first unit differs by 1 ha from both, and by 2 ha more from one."""
    indicator = difference([ONE, OTHER], AREA, 3)
    assert indicator.evaluate(ONE) == 2.0
    assert indicator.evaluate(np.array([2, 0, 1], dtype=np.uint8)) == 1 + 1 + 2
    assert indicator.evaluate(np.array([2, 2, 2], dtype=np.uint8)) == 14.0
    assert indicator.unit == "ha"


def test_the_indicator_is_the_sum_of_the_differences() -> None:
    """Indicator and plain comparison agree on chance layouts."""
    rng = np.random.default_rng(0)
    others = [rng.integers(0, 4, 50).astype(np.uint8) for _ in range(3)]
    area, layout = rng.random(50), rng.integers(0, 4, 50).astype(np.uint8)
    expected = sum(differing_ha(layout, other, area) for other in others)
    assert np.isclose(difference(others, area, 4).evaluate(layout), expected)
