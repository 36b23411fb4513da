from __future__ import annotations

import numpy as np

from formulations.core.indicator import BundleTerm, PairTerm
from formulations.core.problem import Options
from formulations.exact.factors import ProductGroup

GREEN = np.array([True, True, False])
OPTIONS = Options(
    np.array([0, 1, 2, 3], dtype=np.int32),
    np.array([[1, 1, 1], [1, 1, 0], [0, 0, 1], [1, 0, 1]], dtype=bool),
)
"""Unit 0 may be green or not, unit 1 is always green, unit 2 never, unit 3 perhaps."""


def test_pairs_fall_into_what_is_left_of_them() -> None:
    """Both perhaps: a product. One always: the other alone. One never: nothing. Both always: certain."""
    first = np.array([0, 0, 0, 1], dtype=np.int32)
    second = np.array([3, 1, 2, 1], dtype=np.int32)
    group = ProductGroup(PairTerm(first, second, np.ones(4), GREEN), OPTIONS, offset=7)
    assert group.number.tolist() == [7, -1, -1, -1]
    assert group.single.tolist() == [-1, 0, -1, -1]
    assert group.certain.tolist() == [False, False, False, True]
    assert group.open_count == 1


def test_a_bundle_keeps_its_undecided_units() -> None:
    """Of units 0, 1 and 3 the always green one drops out; a bundle with unit 2 can never be whole."""
    start, units = np.array([0, 3, 6]), np.array([0, 1, 3, 0, 2, 3], dtype=np.int32)
    group = ProductGroup(BundleTerm(start, units, np.ones(2), GREEN), OPTIONS, offset=0)
    assert group.number.tolist() == [0, -1]
    unit, count = group.factors(np.array([True]))
    assert (unit.tolist(), count.tolist()) == ([0, 3], [2])


def test_a_product_lies_where_all_its_units_do() -> None:
    """A bundle across a border is at home nowhere."""
    start, units = np.array([0, 2, 4]), np.array([0, 1, 1, 2], dtype=np.int32)
    group = ProductGroup(BundleTerm(start, units, np.ones(2), GREEN), OPTIONS, offset=0)
    assert group.home(np.array([5, 5, 6, -1], dtype=np.int32)).tolist() == [5, -1]
