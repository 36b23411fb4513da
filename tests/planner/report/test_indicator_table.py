from __future__ import annotations

from planner.report.indicator_table import indicator_rows
from tests.support.made_reports import subject


def test_limited_indicators_are_binding_and_come_first() -> None:
    """Limited indicators are binding and say whether they are met; the others are expected."""
    rows = indicator_rows(subject())
    assert [row.key for row in rows[:4]] == [
        "area.cropland",
        "changed_area",
        "net_emissions",
        "blue_green_compactness",
    ]
    assert [row.binding for row in rows[:3]] == [True, True, False]
    assert (rows[0].met, rows[2].met) == (True, None)


def test_targets_say_what_is_asked() -> None:
    """A bound, limits by district, or a place in the objective."""
    targets = {row.key: row.target for row in indicator_rows(subject())}
    assert targets["area.cropland"] == "by townships: 2 of 2 met"
    assert targets["changed_area"] == "≤\u00a040.00"
    assert targets["net_emissions"] == "as low as possible"
    assert targets["blue_green_compactness"] == "as high as possible"
