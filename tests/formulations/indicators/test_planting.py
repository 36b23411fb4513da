from __future__ import annotations

import pytest

from formulations.indicators.planting import planting
from tests.support.hand_instance import CROPLAND, FOREST, TODAY, WATER, hand_instance, planned

MARKS = {"forest": {"native": True}, "water": {"native": False}}


def test_nothing_is_planted_where_nobody_says_what_is_native() -> None:
    """A study that marks no class has neither indicator."""
    assert list(planting(hand_instance())) == []


def test_new_land_alone_is_planted() -> None:
    """Two hectares become forest, of which the study says that it is native, one becomes water, of which it
    says the contrary; forest of today that stays is none of it, and fields are not marked."""
    every, native = planting(hand_instance({"classes": MARKS}))
    assert (every.evaluate(TODAY), native.evaluate(TODAY)) == (0.0, 0.0)
    layout = planned(c0=FOREST, c3=FOREST, c5=WATER, c1=CROPLAND)
    assert every.evaluate(layout) == pytest.approx(3.0)
    assert native.evaluate(layout) == pytest.approx(2.0)
    assert (every.unit, native.name) == ("ha", "native_planted")
