"""Names on maps stand inside of what they name, and none over another."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from planner.pages.map_labels import LINE, NARROWEST, placed


def test_what_is_not_on_the_map_is_not_named() -> None:
    """A district without a pixel has no place, and so no name."""
    assert placed(["东镇"], np.array([[np.nan, np.nan]]), 100, 100) == ()


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
