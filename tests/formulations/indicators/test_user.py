from __future__ import annotations

import pytest

from formulations.indicators.user import user_indicators
from tests.support.hand_instance import FOREST, TODAY, hand_instance, planned


def test_a_layer_counts_on_land_of_its_classes() -> None:
    """Cropland on cells 0 and 3 has 0.5 and 3.0 t/ha: 3.5 t."""
    harvest, _ = user_indicators(hand_instance())
    assert (harvest.name, harvest.unit) == ("harvest", "t")
    assert harvest.evaluate(TODAY) == pytest.approx(3.5)
    assert harvest.evaluate(planned(c3=FOREST)) == pytest.approx(0.5)


def test_a_corridor_counts_when_all_of_it_is_blue_green() -> None:
    """The upper corridor (forests 1 and 2) stands today, the lower one lacks cell 3."""
    _, greenway = user_indicators(hand_instance())
    assert (greenway.name, greenway.unit) == ("greenway", "km")
    assert greenway.evaluate(TODAY) == pytest.approx(1.5)
    assert greenway.evaluate(planned(c3=FOREST)) == pytest.approx(3.5)


def test_a_layer_that_was_not_read_gives_no_indicator() -> None:
    """What cannot be computed is not in the catalogue, so that naming it is a finding and no fault."""
    assert [found.name for found in user_indicators(hand_instance(layers={}, corridors={}))] == []
