from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulations.sampling.dominance import Floor, FloorLine, efficient, knee, volume


def test_what_another_beats_is_not_efficient() -> None:
    """A point that is no better anywhere and worse somewhere goes, also where it is only weakly worse."""
    cost = np.array([[1.0, 5.0], [2.0, 3.0], [2.0, 4.0], [3.0, 3.0], [4.0, 1.0]])
    assert efficient(cost).tolist() == [True, True, False, False, True]


def test_of_equal_points_the_first_stays() -> None:
    """The same figures twice are one point, and rounding makes no second one."""
    cost = np.array([[1.0, 2.0], [1.0, 2.0], [1.0 + 1e-12, 2.0]])
    assert efficient(cost, 1e-9).tolist() == [True, False, False]


@given(st.lists(st.tuples(*[st.integers(0, 5)] * 3), min_size=1, max_size=12))
def test_efficient_is_what_its_definition_says(points: list[tuple[int, int, int]]) -> None:
    """Exactly the values that no other value dominates are kept, each once."""
    cost = np.array(points, dtype=float)
    kept = {tuple(row) for row in cost[efficient(cost)]}
    undominated = {
        tuple(row) for row in cost if not any((other <= row).all() and (other < row).any() for other in cost)
    }
    assert kept == undominated
    assert len(kept) == int(efficient(cost).sum())


def test_a_floor_is_the_highest_of_its_lines() -> None:
    """A line counts up to where it holds; beyond, only the others do."""
    floor = Floor([FloorLine(1.0, 10.0), FloorLine(0.0, 8.0, until=4.0)])
    assert floor([1.0, 4.0, 5.0]).tolist() == [9.0, 8.0, 5.0]
    assert Floor([])(1.0).tolist() == [-np.inf]


def test_the_volume_of_two_steps_is_counted_by_hand() -> None:
    """Points (1, 3), (2, 1) up to the corner (4, 4): 2 x 3 + 1 x 1 = 7; nothing is proven below 0."""
    cost = np.array([[1.0, 3.0], [2.0, 1.0]])
    found = volume(cost, np.array([4.0, 4.0]), Floor([FloorLine(0.0, 0.0)]), 0.0)
    assert found.low == 7.0
    assert found.high == found.box == 16.0


def test_a_tight_floor_closes_the_volume() -> None:
    """Where the floor runs along the points, at most a strip's width stays unknown."""
    cost = np.array([[0.0, 1.0], [1.0, 0.0]])
    lines = [FloorLine(0.0, 0.0), FloorLine(0.0, 1.0, until=1.0 - 1e-9)]
    found = volume(cost, np.array([2.0, 2.0]), Floor(lines), 0.0)
    assert found.low == pytest.approx(3.0)
    assert 3.0 <= found.high <= 3.0 + 2e-3


@given(st.lists(st.tuples(st.floats(0, 9), st.floats(0, 9)), min_size=1, max_size=8))
def test_what_is_found_never_exceeds_what_could_be(points: list[tuple[float, float]]) -> None:
    """Low lies below high, whatever the points, as long as the floor lies below them."""
    cost = np.array(points)
    floor = Floor([FloorLine(0.0, float(cost[:, 0].min()))])
    found = volume(cost, np.array([10.0, 10.0]), floor, float(cost[:, 1].min()))
    assert 0 <= found.low <= found.high * (1 + 1e-9) + 1e-9
    assert found.high <= found.box * (1 + 1e-9) + 1e-9


def test_the_knee_is_farthest_from_the_line() -> None:
    """Of (0, 10), (1, 2), (5, 1), (10, 0) the second gives up a tenth and gains four fifths."""
    found = knee(np.array([[0.0, 10.0], [1.0, 2.0], [5.0, 1.0], [10.0, 0.0]]))
    assert found is not None
    assert (found.point, found.given_up, found.gained) == (1, 0.1, 0.8)
    assert found.distance == pytest.approx(0.7 / np.sqrt(2))


def test_a_straight_or_bulging_front_has_no_knee() -> None:
    """No point below the line, no knee; nor with two points only."""
    assert knee(np.array([[0.0, 4.0], [3.0, 3.0], [4.0, 0.0]])) is None
    assert knee(np.array([[0.0, 1.0], [1.0, 0.0]])) is None
