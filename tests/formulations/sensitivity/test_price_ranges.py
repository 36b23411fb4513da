from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given

from formulations.core.indicator import CellTerm, Indicator
from formulations.core.problem import LayoutProblem, Limit, Options
from formulations.core.solution import SolveSettings, Watch
from formulations.sensitivity.price_ranges import price_range, refined
from formulations.sensitivity.relaxation import relaxation
from instances.rules.districts import Districts
from tests.support.random_problems import problems

TIGHT = SolveSettings(gap=1e-6)


def terraces(at_least: float, sense: float = 1.0) -> LayoutProblem:
    """Twenty hectares of cropland: ten would save 4 tCO2e/yr each as wood, ten 6. ``at_least`` hectares of
    cropland are asked for; with ``sense`` -1 the same is said as at most 20 - ``at_least`` of wood."""
    saved = np.array([[0.0, -4.0], [0.0, -6.0]])
    group = np.repeat([0, 1], 10)
    emissions = Indicator("net_emissions", "tCO2e/yr", (CellTerm(np.ones(20), group, saved),))
    counted = np.array([[1.0, 0.0]] * 2) if sense > 0 else np.array([[0.0, 1.0]] * 2)
    land = Indicator("area", "ha", (CellTerm(np.ones(20), group, counted),))
    low = np.array([at_least if sense > 0 else -np.inf])
    high = np.array([np.inf if sense > 0 else 20 - at_least])
    limit = Limit(land, Districts.whole(20), low, high, "limits[0]")
    options = Options(group.astype(np.int32), np.ones((2, 2), dtype=bool))
    return LayoutProblem(options, ((1.0, emissions),), (limit,), ("crop", "wood"), np.zeros(20, np.uint8))


def range_of(problem: LayoutProblem):
    """The refined price and its range."""
    relaxed = relaxation(problem, {}, problem.today, TIGHT, Watch())
    own = refined(relaxed, TIGHT.gap)
    return own.price[0], price_range(relaxed, own, 0)


def test_a_price_holds_as_far_as_the_cheap_land_reaches() -> None:
    """Nine of ten cheap hectares are taken: the price of 4 holds upwards to about ten, downwards as far as
    was tried."""
    price, found = range_of(terraces(9.0))
    assert price == pytest.approx(4.0)
    assert 9.0 < found.high <= 10.3
    assert found.low == pytest.approx(9.0 * (1 - 0.64))
    assert found.open_low
    assert not found.open_high


def test_a_ceiling_has_its_range_on_both_sides_too() -> None:
    """The same said as at most 11 ha of wood: the price is -4, and holds down to about ten."""
    price, found = range_of(terraces(9.0, sense=-1.0))
    assert price == pytest.approx(-4.0)
    assert 9.7 <= found.low < 11.0 < found.high


def test_at_the_edge_of_the_cheap_land_the_price_holds_to_one_side() -> None:
    """All ten cheap hectares are taken: one more costs 6, one fewer saves 4; the price is one of the two
    or between them, and never holds both ways."""
    price, found = range_of(terraces(10.0))
    assert 4.0 - 1e-6 <= price <= 6.0 + 1e-6
    assert found.low == 10.0 or found.high == 10.0


def test_beyond_what_the_land_can_give_no_price_holds() -> None:
    """At 19.9 of 20 hectares the range ends before the last hectare."""
    price, found = range_of(terraces(19.0))
    assert price == pytest.approx(6.0)
    assert found.high <= 20.0


def test_a_limit_with_room_has_no_price_and_no_range() -> None:
    """Nothing asked, nothing paid."""
    price, found = range_of(terraces(0.0))
    assert price == 0.0
    assert found is None


@pytest.mark.slow
@given(problems(rows=2, columns=3, classes=3))
def test_within_its_range_a_price_foretells_the_relaxation(problem: LayoutProblem) -> None:
    """At both ends of the range, price times shift is the change of the relaxation to within a tenth."""
    relaxed = relaxation(problem, {}, problem.today, TIGHT, Watch())
    own = refined(relaxed, TIGHT.gap)
    assume(np.isfinite(own.value) and (own.price != 0).any())
    row = int(np.flatnonzero(own.price)[0])
    found = price_range(relaxed, own, row)
    assert found is not None
    rows = relaxed.rows
    price = own.price[row]
    bound = rows.lower[row] if price > 0 else rows.upper[row]
    assert found.low <= bound <= found.high
    for end in (found.low, found.high):
        lower, upper = rows.lower.copy(), rows.upper.copy()
        for side in (lower, upper):
            if side is (lower if price > 0 else upper) or lower[row] == rows.upper[row]:
                side[row] = end
        if lower[row] > upper[row]:
            lower[row] = upper[row] = end
        value = relaxed.at(lower, upper, 0.0, np.inf).value
        said = price * (end - bound)
        assert abs(value - own.value - said) <= 0.1 * abs(said) + 1e-6 * (1.0 + abs(own.value))
