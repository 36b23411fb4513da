from __future__ import annotations

import numpy as np
import pytest

from formulations.indicators.compactness import blue_green_compactness, built_compactness
from tests.support.hand_instance import CROPLAND, FOREST, HALVES, TODAY, URBAN, WATER, hand_instance, planned


def test_edges_between_blue_green_neighbours_count_in_km() -> None:
    """Forest 1 touches forest 2 and water 4, along 100 m each: 0.2 km, across classes."""
    compactness = blue_green_compactness(hand_instance())
    assert (compactness.evaluate(TODAY), compactness.unit) == (pytest.approx(0.2), "km")


def test_one_more_forest_joins_all_its_blue_green_neighbours() -> None:
    """Cell 3 as forest adds its edge with water; cell 5 as water its edges with forest and water."""
    compactness = blue_green_compactness(hand_instance())
    assert compactness.evaluate(planned(c3=FOREST)) == pytest.approx(0.3)
    assert compactness.evaluate(planned(c5=WATER)) == pytest.approx(0.4)
    assert compactness.evaluate(np.full(6, CROPLAND)) == 0


def test_an_edge_counts_in_the_district_that_holds_both_sides() -> None:
    """West keeps the edge between 1 and 4; the one between 1 and 2 crosses the border and counts in none."""
    compactness = blue_green_compactness(hand_instance())
    assert compactness.evaluate_by(TODAY, HALVES) == pytest.approx([0.1, 0.0, 0.0])


def test_built_neighbours_count_their_shared_edge() -> None:
    """One town alone shares nothing; a second cell beside it shares 0.1 km, a cell apart none."""
    compactness = built_compactness(hand_instance())
    assert compactness.unit == "km"
    assert compactness.evaluate(TODAY) == 0
    assert compactness.evaluate(planned(c2=URBAN)) == pytest.approx(0.1)
    assert compactness.evaluate(planned(c0=URBAN)) == 0
