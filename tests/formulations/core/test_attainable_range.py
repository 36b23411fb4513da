from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from formulations.core.attainable_range import attainable_range
from formulations.core.indicator import BundleTerm, CellTerm, Indicator, PairTerm
from formulations.core.problem import Limit, Options
from instances.rules.districts import Districts


def limit_on(indicator: Indicator, member: list[int]) -> Limit:
    """A limit on two districts."""
    districts = Districts("halves", ("left", "right"), np.array(member, dtype=np.int32))
    return Limit(indicator, districts, np.zeros(2), np.full(2, np.inf))


@given(st.integers(0, 2**32 - 1))
def test_no_layout_leaves_the_range(seed: int) -> None:
    """Every layout of four units lies within the range, and of cell terms the range is reached."""
    draw = np.random.default_rng(seed)
    allowed = draw.random((3, 2)) < 0.6
    allowed[np.arange(3), draw.integers(0, 2, 3)] = True
    options = Options(draw.integers(0, 3, 4).astype(np.int32), allowed)
    cells = CellTerm(draw.normal(size=4), draw.integers(0, 2, 4), draw.normal(size=(2, 2)))
    green = np.array([True, False])
    pairs = PairTerm(np.array([0, 2], np.int32), np.array([1, 3], np.int32), draw.normal(size=2), green)
    bundles = BundleTerm(np.array([0, 3]), np.array([0, 1, 2], np.int32), draw.normal(size=1), green)
    member = [0, 0, 1, 1]
    layouts = [
        layout
        for layout in (np.array(each, dtype=np.uint8) for each in product(range(2), repeat=4))
        if options.permits(layout).all()
    ]
    for indicator in (Indicator("i", "ha", (cells,)), Indicator("i", "ha", (cells,), (pairs,), (bundles,))):
        limit = limit_on(indicator, member)
        low, high = attainable_range(limit, options)
        values = np.array([limit.evaluate(layout) for layout in layouts])
        assert (values.min(axis=0) >= low - 1e-9).all()
        assert (values.max(axis=0) <= high + 1e-9).all()
        if not indicator.pairs:
            np.testing.assert_allclose(values.min(axis=0), low, atol=1e-9)
            np.testing.assert_allclose(values.max(axis=0), high, atol=1e-9)


def test_a_share_is_divided_by_the_area_it_is_a_share_of() -> None:
    """Two of four hectares can be green on the left, and one must be on the right."""
    options = Options(
        np.array([0, 1, 2, 1], np.int32), np.array([[True, True], [False, True], [True, False]])
    )
    area = np.array([2.0, 2.0, 1.0, 3.0])
    cells = CellTerm(area, np.zeros(4, np.int8), np.array([[1.0, 0.0]]))
    low, high = attainable_range(
        limit_on(Indicator("green_share", "", (cells,), per=area), [0, 0, 1, 1]), options
    )
    np.testing.assert_allclose(low, [0.0, 0.25])
    np.testing.assert_allclose(high, [0.5, 0.25])


def test_a_share_of_nothing_is_no_number() -> None:
    """A district without units has no green share to reach, and says so without a warning."""
    options = Options(np.zeros(2, np.int32), np.array([[True, True]]))
    cells = CellTerm(np.ones(2), np.zeros(2, np.int8), np.array([[1.0, 0.0]]))
    low, high = attainable_range(
        limit_on(Indicator("green_share", "", (cells,), per=np.ones(2)), [0, 0]), options
    )
    np.testing.assert_allclose(low, [0.0, np.nan])
    np.testing.assert_allclose(high, [1.0, np.nan])
