from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure

from planner.maps.sheet import Box
from planner.models.arcs import BEND, THINNEST, WIDEST, arcs, away, width_keys, widths
from planner.models.site_names import draw_names


def test_arcs_begin_and_end_where_flows_do() -> None:
    """And stand off the straight way by its share in the middle, to the right of whoever goes it."""
    found = arcs(np.array([[[0.0, 0.0], [10.0, 0.0]], [[10.0, 0.0], [0.0, 0.0]]]))
    assert found[0, 0].tolist() == [0, 0]
    assert found[0, -1].tolist() == [10, 0]
    assert found[0, found.shape[1] // 2] == pytest.approx([5, -10 * BEND])
    assert found[1, found.shape[1] // 2] == pytest.approx([5, 10 * BEND])


def test_widths_are_shares_of_the_widest() -> None:
    """What hardly flows can still be seen; nothing at all has no width to share."""
    assert widths(np.array([10.0, 5.0, 0.001])).tolist() == [WIDEST, WIDEST / 2, THINNEST]
    assert widths(np.zeros(0)).tolist() == []


def test_what_stays_where_it_is_has_no_way() -> None:
    """It is neither drawn nor the measure of the widths of others."""
    ends = np.array([[[0.1, 0.1], [0.1, 0.1]], [[0.1, 0.1], [0.4, 0.1]]])
    assert away(ends).tolist() == [False, True]
    assert away(np.zeros((0, 2, 2))).tolist() == []


def test_a_legend_says_what_widths_mean() -> None:
    """Round amounts, none above the largest flow, each as wide as a flow of that amount is drawn."""
    keys = width_keys(np.array([4_000.0, 120.0]), "black", lambda amount: f"{amount:g} t")
    assert [str(key.get_label()) for key in keys] == ["2000 t", "1000 t", "200 t"]
    assert [key.get_linewidth() for key in keys] == [WIDEST / 2, WIDEST / 4, THINNEST]
    assert width_keys(np.zeros(0), "black", str) == []


def test_names_lie_on_no_flow_where_there_is_room() -> None:
    """A name beside its sign leaves the side on which a flow arrives, and stays inside the map."""
    axes = Figure().add_subplot()
    course = np.array([[[0.0, 1.0], [0.5, 1.0], [1.0, 1.0]]])
    draw_names(axes, Box(0, 0, 2, 2), np.array([[0.5, 0.5], [0.97, 0.9]]), ["A", "B"], course)
    written = {text.get_text(): text.get_position() for text in axes.texts}
    assert set(written) == {"A", "B"}
    assert written["A"][0] > 0.5
    assert written["B"][0] < 0.97
    assert written["B"][1] < 1
