from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from planner.pages.sankey import LINE, Flow, diagram, spread

FLOWS = st.lists(
    st.builds(Flow, st.integers(0, 11), st.integers(0, 11), st.floats(0.01, 1e6)), min_size=1, max_size=40
)


@given(FLOWS)
def test_bars_are_as_high_as_their_land(flows: list[Flow]) -> None:
    """Both sides hold the same land, and bars of a side do not overlap."""
    drawn = diagram(flows, 900, 200)
    total = sum(flow.area_ha for flow in flows)
    for side in (drawn.today, drawn.planned):
        assert np.isclose(sum(node.area_ha for node in side), total)
        for upper, lower in pairwise(side):
            assert upper.top + upper.height <= lower.top + 1
    assert len(drawn.bands) == len(flows)


@given(st.lists(st.floats(0, 500), max_size=20))
def test_labels_keep_their_distance(places: list[float]) -> None:
    """No two labels of a side overlap, and they stay in order."""
    moved = spread(sorted(places), LINE, 500)
    assert all(b - a >= LINE - 1e-6 for a, b in pairwise(moved))


def test_labels_that_have_room_stay() -> None:
    """A label with room stands in the middle of its bar."""
    assert spread([50.0, 150.0], 20, 200) == [50.0, 150.0]
    assert spread([50.0, 51.0], 20, 200) == [50.0, 70.0]


def test_no_change_draws_nothing() -> None:
    """Without change there is no bar and no band."""
    drawn = diagram([], 900, 200)
    assert drawn.bands == ()
    assert drawn.today == ()
