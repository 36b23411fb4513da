"""Types of unit: tables that stand for millions of units measure layouts as the indicators do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulations.column_generation.decomposition import Decomposition
from formulations.core.unit_types import combine, factorise
from tests.support.random_problems import Shape, random_problem


@given(st.integers(0, 2**32 - 1))
def test_measuring_by_type_is_evaluating_by_indicator(seed: int) -> None:
    """Cost and limit values over blocks add up to what the indicators say of any layout."""
    rng = np.random.default_rng(seed)
    shape = Shape(rows=4, columns=5, irregular=bool(rng.integers(2)), bundles=2, two_sets=True, limits=3)
    problem = random_problem(rng, shape)
    model = Decomposition(problem)
    allowed = problem.options.allowed[problem.options.kind]
    layout = np.where(allowed, rng.random(allowed.shape), -1.0).argmax(axis=1).astype(np.uint8)
    measured = model.measure.of(layout)
    assert measured.cost.sum() == pytest.approx(problem.objective.evaluate(layout))
    assert measured.total == pytest.approx(problem.values(layout))


@given(st.lists(st.integers(0, 30), min_size=1, max_size=40))
def test_factorised_codes_keep_their_order(codes: list[int]) -> None:
    """Renumbering gives the rank of each code among those that occur, dense or sparse."""
    array = np.array(codes)
    expected = np.unique(array, return_inverse=True)[1]
    for bound in (31, 10**12):
        numbers, count = factorise(array, bound)
        assert numbers.tolist() == expected.tolist()
        assert count == expected.max() + 1


def test_units_in_no_district_are_a_group_of_their_own() -> None:
    """-1 counts as a group when groups are combined."""
    of, count = combine([np.array([0, 0, 1]), np.array([-1, 0, -1])])
    assert count == 3
    assert len(set(of.tolist())) == 3
