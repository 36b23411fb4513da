from __future__ import annotations

import pytest

from formulations.indicators.compactness import built_compactness
from tests.support.hand_instance import TODAY, URBAN, hand_instance, planned


def test_built_neighbours_count_their_shared_edge() -> None:
    """One town alone shares nothing; a second cell beside it shares 0.1 km, a cell apart none."""
    compactness = built_compactness(hand_instance())
    assert compactness.unit == "km"
    assert compactness.evaluate(TODAY) == 0
    assert compactness.evaluate(planned(c2=URBAN)) == pytest.approx(0.1)
    assert compactness.evaluate(planned(c0=URBAN)) == 0
