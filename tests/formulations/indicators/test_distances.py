from __future__ import annotations

import pytest

from formulations.indicators.distances import distances
from tests.support.hand_instance import TODAY, URBAN, hand_instance, planned


def test_built_land_is_weighed_with_its_distance() -> None:
    """The town at 6 km gives 6 ha·km; with cell 0 at 0.5 km built as well, 6.5 ha·km."""
    [distance] = distances(hand_instance())
    assert (distance.name, distance.unit) == ("distance.town_distance", "ha·km")
    assert distance.evaluate(TODAY) == pytest.approx(6.0)
    assert distance.evaluate(planned(c0=URBAN)) == pytest.approx(6.5)


def test_a_layer_without_unit_leaves_hectares() -> None:
    """A layer that states no unit is taken as a factor: its indicator is in ha."""
    [distance] = distances(
        hand_instance({"layers": {"town_distance": {"path": "distance.tif", "distance": True}}})
    )
    assert distance.unit == "ha"


def test_a_layer_is_no_indicator_unless_the_study_calls_it_a_distance() -> None:
    """Slopes, soils and categories give no indicator that nobody asked for."""
    tables = {
        "town_distance": {"path": "distance.tif", "unit": "km"},
        "soil": {"path": "s.tif", "kind": "category"},
    }
    assert list(distances(hand_instance({"layers": tables}))) == []
