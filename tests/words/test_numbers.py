from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from words.numbers import change_of, nearest, not_above, not_below, percent_not_below, raised_share, signed

AMOUNTS = st.floats(-1e9, 1e9, allow_nan=False).filter(lambda value: value == 0 or abs(value) > 1e-6)


def number(text: str) -> float:
    """A figure as it is read."""
    return float(text.replace(",", ""))


@given(AMOUNTS)
def test_a_bound_is_never_shown_better_than_it_is(value: float) -> None:
    """A lower bound is rounded down, an objective up, both by less than a hundredth."""
    noise = 1e-12 * abs(value)
    assert number(not_above(value)) - noise <= value <= number(not_below(value)) + noise
    assert number(not_below(value)) - number(not_above(value)) <= 0.01 + 1e-6


@given(AMOUNTS)
def test_a_figure_is_within_half_of_its_last_decimal(value: float) -> None:
    """Every figure has two decimals at least, and nothing but nothing is 0."""
    text = nearest(value)
    assert abs(number(text) - value) <= 0.005 + 1e-6
    assert (text == "0") == (value == 0)
    assert value == 0 or len(text.partition(".")[2]) >= 2


@given(st.floats(1e-12, 1.0))
def test_a_gap_is_never_shown_smaller_than_it_is(share: float) -> None:
    """A gap is rounded up to two digits, a millionth of a per cent at the least, as text and in a cell."""
    shown = number(percent_not_below(share).removesuffix(" %")) / 100
    assert share <= shown * (1 + 1e-12)
    assert shown <= max(share, 1e-8) * 1.11 + 1e-14
    assert float(raised_share(share)) == pytest.approx(shown, rel=1e-12)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1234567.8, "1,234,567.80"),
        (192.0, "192.00"),
        (12.345678, "12.35"),
        (-0.00123, "-0.0012"),
        (4295.125, "4,295.13"),  # halves away from zero, as spreadsheets do
        (-4295.125, "-4,295.13"),
        (1.005, "1.01"),  # a float below it, which every spreadsheet shows so
        (1e-12, "0"),
        (0.009999, "0.0100"),
    ],
)
def test_figures_have_two_decimals(value: float, text: str) -> None:
    """Figures have separators and two decimals; those next to nothing two digits."""
    assert nearest(value) == text


def test_a_figure_that_has_few_decimals_is_no_bound_less() -> None:
    """1.13 is 1.13 rounded down and up: what a float is off by is no decimal."""
    assert (not_above(1.13), not_below(1.13)) == ("1.13", "1.13")
    assert (not_above(108.0 - 3e-14), not_below(108.0 + 3e-14)) == ("108.00", "108.00")
    assert (not_above(-102.4985), not_below(-102.4985)) == ("-102.50", "-102.49")


def test_a_change_has_its_sign() -> None:
    """More and less are told apart at a glance, and no change is plain."""
    assert [signed(1500.0), signed(-2.5), signed(0.0)] == ["+1,500.00", "-2.50", "0"]


def test_a_change_by_rounding_is_none() -> None:
    """Sums of the same land in another order are the same."""
    assert change_of(0.1 + 0.2, 0.3) == 0.0
    assert change_of(1e6 + 1e-4, 1e6) == 0.0
    assert change_of(10.01, 10.0) == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0 %"),
        (0.00123, "0.13 %"),
        (0.0007, "0.070 %"),
        (0.001, "0.10 %"),
        (0.5, "50 %"),
        (1.2, "120 %"),
    ],
)
def test_gaps_have_two_digits(share: float, text: str) -> None:
    """An exact plan has a gap of 0 %; a gap of two digits is shown as it is."""
    assert percent_not_below(share) == text
    assert math.isclose(number(text.removesuffix(" %")) / 100, float(raised_share(share)))
