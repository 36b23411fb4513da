from __future__ import annotations

import numpy as np
import pytest

from formulations.indicators.areas import areas, blue_green_lost, changed_area, green_share
from tests.support.hand_instance import CROPLAND, FOREST, HALVES, TODAY, URBAN, hand_instance, planned


def test_classes_and_spaces_have_their_hectares() -> None:
    """Two hectares of cropland and forest, one of water and town; spaces add up their classes."""
    found = {area.name: (area.evaluate(TODAY), area.unit) for area in areas(hand_instance())}
    assert found == {
        "area.cropland": (2.0, "ha"),
        "area.forest": (2.0, "ha"),
        "area.water": (1.0, "ha"),
        "area.urban": (1.0, "ha"),
        "area.production": (2.0, "ha"),
        "area.living": (1.0, "ha"),
        "area.ecological": (3.0, "ha"),
    }


def test_the_green_share_is_a_percentage_of_the_area_it_is_asked_for() -> None:
    """Half of all land is blue-green: two of four hectares in the west, one of two in the east; where no
    land is, no share is."""
    share = green_share(hand_instance())
    assert (share.evaluate(TODAY), share.unit) == (pytest.approx(50.0), "%")
    by_half = share.evaluate_by(planned(c0=URBAN, c4=CROPLAND), HALVES)
    assert by_half[:2] == pytest.approx([25.0, 50.0])
    assert np.isnan(by_half[2])


def test_blue_green_land_lost_counts_what_is_given_up() -> None:
    """Forest that becomes cropland is lost; a lake that becomes forest is not, and new forest is none."""
    lost = blue_green_lost(hand_instance())
    assert lost.evaluate(TODAY) == 0
    assert lost.evaluate(planned(c1=CROPLAND, c4=FOREST, c0=FOREST)) == pytest.approx(1.0)


def test_the_changed_area_counts_what_is_not_as_today() -> None:
    """Nothing changed is 0 ha; two cells changed are 2 ha."""
    changed = changed_area(hand_instance())
    assert changed.evaluate(TODAY) == 0
    assert changed.evaluate(planned(c0=URBAN, c5=CROPLAND)) == pytest.approx(2.0)
