from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from words.numbers import nearest, not_above, not_below, percent_not_below, signed

AMOUNTS = st.floats(-1e9, 1e9, allow_nan=False).filter(lambda value: value == 0 or abs(value) > 1e-4)


def number(text: str) -> float:
    """A figure as it is read."""
    return float(text.replace(",", ""))


@given(AMOUNTS)
def test_a_bound_is_never_shown_better_than_it_is(value: float) -> None:
    """A lower bound is rounded down, an objective up, both by less than a millionth or so."""
    assert number(not_above(value)) <= value <= number(not_below(value))
    assert number(not_below(value)) - number(not_above(value)) <= max(2e-5 * abs(value), 2e-6)


@given(st.floats(1e-12, 1.0))
def test_a_gap_is_never_shown_smaller_than_it_is(share: float) -> None:
    """A gap is rounded up to two digits."""
    shown = number(percent_not_below(share).removesuffix(" %")) / 100
    assert share <= shown * (1 + 1e-12)
    assert shown <= share * 1.11 + 1e-14


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (1234567.8, "1,234,568"), (192.0, "192.0"), (12.345678, "12.35"), (-0.00123, "-0.0012")],
)
def test_figures_have_the_decimals_that_matter(value: float, text: str) -> None:
    """Large figures have separators, small ones decimals."""
    assert nearest(value) == text


def test_a_change_has_its_sign() -> None:
    """More and less are told apart at a glance, and no change is plain."""
    assert [signed(1500.0), signed(-2.5), signed(0.0)] == ["+1,500.0", "-2.50", "0"]


def test_no_gap_is_zero() -> None:
    """An exact plan has a gap of 0 %."""
    assert percent_not_below(0.0) == "0 %"
    assert math.isclose(number(percent_not_below(0.00123).removesuffix(" %")), 0.13)
