"""Boxes of a front: what is settled is not asked again, and bounds go where the most is unknown."""

from __future__ import annotations

import numpy as np

from formulations.sampling.boxes import Box, Unknown, between
from formulations.sampling.dominance import Floor, FloorLine

EXTENT, PROVEN = np.array([10.0, 10.0]), np.zeros(2)


def test_a_bound_that_brought_nothing_settles_what_lies_below_it() -> None:
    """Between (0, 10) and (10, 0), a bound of 6 that came back at 0 leaves 6 to 10; one of 10 leaves none."""
    (box,) = between([(0.0, 10.0), (10.0, 0.0)], [(0.0, 6.0)])
    assert box == Box((0.0, 10.0), (10.0, 0.0), 6.0)
    assert box.halved
    assert between([(0.0, 10.0), (10.0, 0.0)], [(0.0, 10.0)]) == []


def test_a_bound_beside_the_point_it_found_halves_nothing() -> None:
    """A point that reached its own bound within a hair leaves the box above it whole."""
    (box,) = between([(0.0, 10.0), (10.0, 0.0)], [(0.0, 0.01)])
    assert not box.halved


def test_the_bound_goes_where_the_chord_lies_highest_above_what_is_proven() -> None:
    """With first + 4 second >= 10 and first >= 0 proven, the chord from (0, 10) to (10, 0) is highest above
    the floor at 2.5, by hand."""
    floor = Floor([FloorLine(4.0, 10.0), FloorLine(0.0, 0.0)])
    unknown = Unknown(floor, EXTENT, PROVEN)
    assert abs(unknown.place(Box((0.0, 10.0), (10.0, 0.0), 0.0)) - 2.5) < 0.2


def test_what_cannot_be_told_apart_is_left() -> None:
    """Neighbours nearer to each other in both costs than their ends are proven are not divided."""
    near, far = Box((0.0, 1.0), (1.0, 0.0), 0.0), Box((0.0, 9.0), (9.0, 0.0), 0.0)
    floor = Floor([FloorLine(0.0, -5.0)])
    assert Unknown(floor, EXTENT, np.array([2.0, 2.0])).worth([near, far]) == [far]
    assert Unknown(floor, EXTENT, PROVEN).worth([near]) == [near]
