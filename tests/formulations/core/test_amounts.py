from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulations.core.amounts import bound, percentage
from instances.study.findings import Findings


@pytest.mark.parametrize(
    ("text", "share"), [("95%", 0.95), ("105 %", 1.05), (" 100% ", 1.0), ("98.5%", 0.985), ("95％", 0.95)]
)
def test_percentages_are_read_with_or_without_a_space(text: str, share: float) -> None:
    """``95%`` and ``105 %`` mean what they say, in Chinese full width too."""
    assert percentage(text) == pytest.approx(share)


@pytest.mark.parametrize("text", ["95", "%", "95%%", "-5%", "1e2%", "95 percent", ".5%", "9 5%", "nan%", ""])
def test_anything_else_is_no_percentage(text: str) -> None:
    """A text that is nearly a percentage is refused, never guessed."""
    assert percentage(text) is None
    findings = Findings()
    assert bound(text, np.array([3.0]), "ha", "limits[0].at_least", findings) is None
    assert "neither a number nor a percentage" in str(findings.errors[0])


@given(st.floats(0, 300).map(lambda value: round(value, 3)), st.floats(1e-3, 1e9))
def test_a_percentage_is_that_share_of_today(percent: float, today: float) -> None:
    """The bound is percent / 100 of today's value, in every district its own; none where none is."""
    asked = bound(f"{percent:.3f}%", np.array([today, np.nan]), "ha", "limits[0].at_least", Findings())
    assert asked is not None
    assert asked[0] == pytest.approx(percent / 100 * today)
    assert np.isnan(asked[1])


def test_a_number_is_the_bound_in_every_district() -> None:
    """A number is taken as it stands, but in districts without land."""
    asked = bound(12.5, np.array([1.0, 0.0, np.nan]), "ha", "limits[0].at_least", Findings())
    assert asked == pytest.approx([12.5, 12.5, np.nan], nan_ok=True)


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
    findings = Findings()
    assert bound(amount, np.array(baseline), "ha", "limits[0].at_least", findings) is None
    assert re.search(words, str(findings.errors[0]))


def test_a_percentage_holds_where_only_some_districts_have_none() -> None:
    """A township without cropland does not spoil the limit of the others: its own bound is 0."""
    findings = Findings()
    asked = bound("95%", np.array([0.0, 100.0]), "ha", "limits[0].at_least", findings)
    assert asked == pytest.approx([0.0, 95.0])
    assert not findings.errors
