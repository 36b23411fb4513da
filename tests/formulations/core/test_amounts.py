from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulations.core.amounts import Meant, Of, bound, is_share_of_today, percentage, read_amount
from instances.study.findings import Findings
from instances.units.grid import FloatArray


def asked_of(
    amount: float | str, baseline: list[float], unit: str = "ha", area: list[float] | None = None
) -> tuple[FloatArray | None, Findings]:
    """The bound of an amount, and what was found on the way."""
    findings = Findings()
    areas = np.array(area if area is not None else [10.0] * len(baseline))
    return bound(amount, np.array(baseline), areas, unit, "limits[0].at_least", findings), findings


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("95%", 0.95), ("105 %", 1.05), (" 100% ", 1.0), ("98.5%", 0.985), ("95％", 0.95), ("９５％", 0.95),
        ("95\u3000%", 0.95), ("95\u00a0%", 0.95), ("1,050%", 10.5), ("1，050％", 10.5), ("0%", 0.0),
    ],
)  # fmt: skip
def test_percentages_are_read_however_they_are_typed(text: str, share: float) -> None:
    """``95%`` and ``105 %`` mean what they say, in Chinese full width and with any blank too."""
    assert percentage(text) == pytest.approx(share)
    assert is_share_of_today(text)


@pytest.mark.parametrize(
    "text",
    ["95", "%", "95%%", "1e2%", "95 percent", ".5%", "9 5%", "nan%", "", "inf", "5 of area", "百分之五"],
)
def test_anything_else_is_no_percentage(text: str) -> None:
    """A text that is nearly a percentage is refused, never guessed."""
    assert percentage(text) is None
    asked, findings = asked_of(text, [3.0])
    assert asked is None
    assert "neither a number nor a percentage" in str(findings.errors[0])


@pytest.mark.parametrize(
    ("text", "unit", "of", "value"),
    [
        ("80% of area", "ha", Of.AREA, 0.8),
        ("5 ％ of its area", "ha", Of.AREA, 0.05),
        ("30% of area", "%", Of.AREA, 0.3),
        ("80%总面积", "ha", Of.AREA, 0.8),
        ("+50 ha", "ha", Of.CHANGE, 50.0),
        ("＋50公顷", "ha", Of.CHANGE, 50.0),
        ("-50 ha", "ha", Of.CHANGE, -50.0),
        ("−1,500 ha", "ha", Of.CHANGE, -1500.0),
        ("+2", "%", Of.CHANGE, 2.0),
        ("+3 km", "km", Of.CHANGE, 3.0),
        ("1,200 ha", "ha", Of.NUMBER, 1200.0),
        ("150 亩", "ha", Of.NUMBER, 10.0),
        ("2 km2", "ha", Of.NUMBER, 200.0),
        ("2 km²", "ha", Of.NUMBER, 200.0),
        ("500 m", "km", Of.NUMBER, 0.5),
        ("7 tCO2e/yr", "tCO2e/yr", Of.NUMBER, 7.0),
        ("4 ha·km", "ha·km", Of.NUMBER, 4.0),
    ],
)
def test_amounts_are_read_in_every_form(text: str, unit: str, of: Of, value: float) -> None:
    """Shares of the area, changes and numbers with a unit are brought to the indicator's unit."""
    asked = read_amount(text, unit)
    assert isinstance(asked, Meant)
    assert (asked.of, asked.value) == (of, pytest.approx(value))


@pytest.mark.parametrize(
    ("text", "unit", "words"),
    [
        ("-5%", "ha", '"-5%" may mean two things.* Write "95%" for that share'),
        ("+5％", "ha", 'Write "105%" for that share'),
        ("1,5%", "ha", "has a comma that sets no thousands apart. Write decimals with a point"),
        ("12,34 ha", "ha", "has a comma"),
        ("120% of area", "ha", "no share of an area: it takes 0% to 100%"),
        ("+5% of area", "ha", "no share of an area"),
        ("5% of area", "km", "is a share of an area, but the indicator is in km"),
        ("5 km", "ha", "is in another unit than the indicator, which is in ha"),
        ("5 ha", "", "which is in no unit. Write a number in its unit"),
        ("9" * 400 + "%", "ha", r"is more than 1,000,000% of today"),
        ("9" * 400 + " ha", "ha", "is larger than anything on Earth"),
        ("+1" + "0" * 20, "ha", "is larger than anything on Earth"),
    ],
)
def test_amounts_that_cannot_be_meant_have_their_sentence(text: str, unit: str, words: str) -> None:
    """Signs before shares, decimal commas, foreign units, slips of the hand: told with what to write."""
    asked, findings = asked_of(text, [3.0], unit)
    assert asked is None
    [finding] = findings.errors
    assert re.search(words, str(finding))
    assert len(str(finding)) < 250


@given(st.floats(0, 300).map(lambda value: round(value, 3)), st.floats(1e-3, 1e9))
def test_a_percentage_is_that_share_of_today(percent: float, today: float) -> None:
    """The bound is percent / 100 of today's value, in every district its own; none where none is."""
    asked, _ = asked_of(f"{percent:.3f}%", [today, np.nan])
    assert asked is not None
    assert asked[0] == pytest.approx(percent / 100 * today)
    assert np.isnan(asked[1])


def test_a_number_is_the_bound_in_every_district() -> None:
    """A number is taken as it stands, but in districts without land."""
    asked, _ = asked_of(12.5, [1.0, 0.0, np.nan])
    assert asked == pytest.approx([12.5, 12.5, np.nan], nan_ok=True)


def test_a_share_of_the_area_is_of_each_districts_own() -> None:
    """80 % of lots of 10 and 20 ha is 8 and 16 ha, whatever is there today; of a share, that share."""
    asked, findings = asked_of("80% of area", [0.0, -3.0, np.nan], area=[10.0, 20.0, 5.0])
    assert asked == pytest.approx([8.0, 16.0, np.nan], nan_ok=True)
    assert asked_of("80% of area", [20.0, 40.0], "%")[0] == pytest.approx([80.0, 80.0])
    assert not findings.errors


def test_a_change_is_from_today_in_each_district() -> None:
    """50 ha more than 1, 0 and -3 are 51, 50 and 47 ha: a change needs no positive value of today."""
    asked, findings = asked_of("+50 ha", [1.0, 0.0, -3.0, np.nan])
    assert asked == pytest.approx([51.0, 50.0, 47.0, np.nan], nan_ok=True)
    assert not list(findings)


def test_a_share_of_a_share_is_told() -> None:
    """40 % of a green share of 62 % is 24.8 %: whoever meant 40 % reads it; 101 % can only be of today."""
    asked, findings = asked_of("40%", [62.0], "%")
    assert asked == pytest.approx([24.8])
    assert "40% of today's 62 % is 24.8 %. If 40 % is meant, write 40 without quotes" in str(
        findings.items[0]
    )
    assert not list(asked_of("101%", [62.0], "%")[1])


@pytest.mark.parametrize(
    ("amount", "baseline", "words"),
    [
        ("95%", [0.0], "absent today, and 95% of nothing is nothing. Give the bound as a number in ha"),
        ("95%", [0.0, 0.0], "absent today"),
        ("95%", [-20.0], r"negative \(-20 ha\), so 95% of it is no clear bound"),
        ("95%", [30.0, -20.0], r"negative \(-20 ha\) in 1 of 2 districts"),
        (float("nan"), [1.0], "nan bounds nothing"),
        (float("inf"), [1.0], "inf bounds nothing"),
    ],
)
def test_amounts_that_say_nothing_are_findings(
    amount: float | str, baseline: list[float], words: str
) -> None:
    """A percentage of nothing or of a negative value, NaN and infinity: each has its sentence and remedy."""
    asked, findings = asked_of(amount, baseline)
    assert asked is None
    assert re.search(words, str(findings.errors[0]))


def test_a_percentage_holds_where_only_some_districts_have_none() -> None:
    """A township without cropland does not spoil the limit of the others: its own bound is 0."""
    asked, findings = asked_of("95%", [0.0, 100.0])
    assert asked == pytest.approx([0.0, 95.0])
    assert not findings.errors
