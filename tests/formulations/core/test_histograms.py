"""Histograms of a layout: what limits count by them is what they count unit by unit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulations.core import histograms
from formulations.core.histograms import Histograms
from formulations.core.indicator import CellTerm, Indicator
from formulations.core.problem import Limit
from instances.rules.districts import Districts
from tests.support.random_problems import Shape, random_problem

TERM = CellTerm(np.array([1.0, 2.0, 4.0]), np.array([0, 1, 1], dtype=np.uint8), np.array([[1.0, 3], [5, 7]]))
LAYOUT = np.array([1, 0, 1], dtype=np.uint8)


@pytest.mark.parametrize("most", [1_000_000, 0])
def test_a_sum_by_hand(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """1 x 3 + 2 x 5 + 4 x 7 = 41, of which 31 in the district of the first and the last unit and none of the
    unit in no district, whether a histogram is counted or not."""
    monkeypatch.setattr(histograms, "MOST_PLACES", most)
    counted = Histograms(LAYOUT)
    assert counted.total(TERM) == pytest.approx(41.0)
    districts = Districts("zones", ("a", "b"), np.array([1, -1, 1], dtype=np.int32))
    assert counted.by_district(TERM, districts).tolist() == pytest.approx([0.0, 31.0])


@given(st.integers(0, 2**32 - 1))
def test_limits_count_alike_by_histograms(seed: int) -> None:
    """Every limit of any problem has the value that its indicator has: whole or by district, as a share of
    area, with pairs and bundles."""
    rng = np.random.default_rng(seed)
    shape = Shape(rows=4, columns=5, irregular=bool(rng.integers(2)), bundles=2, two_sets=True, limits=4)
    problem = random_problem(rng, shape)
    layout = rng.integers(0, problem.options.classes, len(problem)).astype(np.uint8)
    counted = Histograms(layout)
    for limit in problem.limits:
        assert limit.evaluate(layout, counted) == pytest.approx(limit.evaluate(layout), nan_ok=True)


def test_a_share_of_a_district_without_units_is_none() -> None:
    """Where there is nothing to divide by there is no share."""
    share = Indicator("share", "%", (TERM,), per=np.ones(3))
    districts = Districts("zones", ("a", "b"), np.zeros(3, dtype=np.int32))
    limit = Limit(share, districts, np.zeros(2), np.full(2, np.inf))
    assert limit.evaluate(LAYOUT, Histograms(LAYOUT)) == pytest.approx([41 / 3, np.nan], nan_ok=True)
    whole = replace(limit, districts=Districts.whole(3), at_least=np.zeros(1), at_most=np.ones(1))
    assert whole.evaluate(LAYOUT, Histograms(LAYOUT)) == pytest.approx([41 / 3])
