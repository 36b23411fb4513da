from __future__ import annotations

import numpy as np
import pytest

from formulations.indicators.connectivity import blue_green_connectivity
from tests.support.hand_instance import CROPLAND, FOREST, HALVES, TODAY, WATER, hand_instance, planned


def test_edges_between_blue_green_neighbours_count_in_km() -> None:
    """Forest 1 touches forest 2 and water 4, along 100 m each: 0.2 km, across classes."""
    connectivity = blue_green_connectivity(hand_instance())
    assert (connectivity.evaluate(TODAY), connectivity.unit) == (pytest.approx(0.2), "km")


def test_one_more_forest_joins_all_its_blue_green_neighbours() -> None:
    """Cell 3 as forest adds its edge with water; cell 5 as water its edges with forest and water."""
    connectivity = blue_green_connectivity(hand_instance())
    assert connectivity.evaluate(planned(c3=FOREST)) == pytest.approx(0.3)
    assert connectivity.evaluate(planned(c5=WATER)) == pytest.approx(0.4)
    assert connectivity.evaluate(np.full(6, CROPLAND)) == 0


def test_an_edge_counts_in_the_district_that_holds_both_sides() -> None:
    """West keeps the edge between 1 and 4; the one between 1 and 2 crosses the border and counts in none."""
    connectivity = blue_green_connectivity(hand_instance())
    assert connectivity.evaluate_by(TODAY, HALVES) == pytest.approx([0.1, 0.0, 0.0])
