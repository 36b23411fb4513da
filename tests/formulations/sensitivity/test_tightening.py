from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulations.sensitivity.difference import Certified, Interval
from formulations.sensitivity.tightening import equivalent, gap_for, room, share_wanted


def test_a_cost_right_to_a_tenth_is_known_well_enough() -> None:
    """90 to 110 is 100 to a tenth; 80 to 120 is not, and either side may keep two fifths of a width of 20."""
    assert Interval(90.0, 110.0).useful(0.0)
    assert Interval(-110.0, -90.0).useful(0.0)
    assert share_wanted(Interval(90.0, 110.0), 0.0) is None
    assert share_wanted(Interval(80.0, 120.0), 0.0) == pytest.approx(8.0)


def test_a_cost_below_the_floor_is_known_well_enough() -> None:
    """Within 12 of nothing is next to nothing; from -8 to 14 is not, until it is 18 wide."""
    assert Interval(-8.0, 12.0).useful(12.0)
    assert not Interval(-8.0, 14.0).useful(12.0)
    assert Interval(-8.0, 14.0).wanted(12.0) == pytest.approx(18.0)
    assert not Interval(-math.inf, 3.0).useful(12.0)


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6), st.floats(0, 1e4))
def test_what_is_useful_is_right_to_a_tenth_or_small(low: float, width: float, floor: float) -> None:
    """The rule for the width says the same as the rule in words."""
    known = Interval(low, low + width)
    middle = abs(known.low + known.high) / 2
    rule = (
        known.width / 2 <= 0.1 * middle * (1 + 1e-9) or max(abs(known.low), abs(known.high)) <= floor + 1e-6
    )
    assert rule or not known.useful(floor)


def test_the_gap_asked_for_shrinks_as_the_room_shall() -> None:
    """A gap of 2 % that is 40 t of room becomes 0.5 % for 10 t, whatever it is relative to; without a gap
    it is relative to the objective."""
    known = Certified(1000.0, 960.0)
    assert room(known) == 40.0
    assert gap_for(10.0, known, 0.02) == pytest.approx(0.005)
    assert gap_for(10.0, known, None) == pytest.approx(0.01)


def test_small_costs_are_told_as_land_of_the_class_that_takes_up_most() -> None:
    """Of cropland (emits 1), forest (takes up 4) and wetland (5, but there is none) it is forest: on 30,000
    ha the floor is what 3 ha take up, 12 t."""
    land = equivalent([1.0, -4.0, -5.0], [True, True, False], 30_000.0)
    assert (land.klass, land.rate) == (1, 4.0)
    assert land.floor == pytest.approx(12.0)
    assert land.hectares(12.0) == pytest.approx(3.0)


def test_where_nothing_takes_up_carbon_no_cost_is_small() -> None:
    """Land that only emits gives no floor."""
    assert equivalent([1.0, 2.0], [True, True], 1000.0).floor == 0.0
