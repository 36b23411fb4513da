"""Names on maps stand inside of what they name, and none over another."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from planner.report.map_labels import LINE, NARROWEST, middles, placed


def test_the_middle_of_a_bent_district_lies_in_it() -> None:
    """By hand: the middle of an L of five pixels is above its corner; what is not there has none."""
    group = np.array([[0, -1, -1], [0, -1, -1], [0, 0, 0]])
    found = middles(group, 2)
    assert found[0].tolist() == [0.5, 1.5]
    assert np.isnan(found[1]).all()


def test_a_map_without_districts_has_no_names() -> None:
    """Nothing is named where no pixel belongs to a district."""
    assert placed(["东镇"], middles(np.full((2, 2), -1), 1), 100, 100) == ()


def test_the_first_of_two_in_one_place_is_named() -> None:
    """Of names that would meet the first stands; one at the edge moves in, a long one is cut."""
    at = np.array([[50.0, 50.0], [52.0, 50.0], [0.0, 20.0], [50.0, 90.0]])
    found = placed(["东镇", "西镇", "南镇", "A very long name of a township"], at, 100, 100)
    assert [each.text for each in found] == ["东镇", "南镇", "A very long…"]
    assert (found[0].left, found[0].top) == (50.0, 50.0)
    assert found[1].left == 100 * 11.5 / NARROWEST


@given(st.lists(st.tuples(st.floats(0, 200), st.floats(0, 100)), max_size=30))
def test_no_names_meet(places: list[tuple[float, float]]) -> None:
    """On the narrowest map of a page no two names cover each other."""
    at = np.array(places).reshape(-1, 2)
    found = placed([str(n) for n in range(len(at))], at, 200, 100)
    for n, one in enumerate(found):
        for other in found[:n]:
            across = abs(one.left - other.left) / 100 * NARROWEST
            down = abs(one.top - other.top) / 100 * NARROWEST / 2
            assert across >= 6.5 or down >= LINE - 1e-9
