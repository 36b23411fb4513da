from __future__ import annotations

from planner.report.limits import divisions, whole_limits
from tests.support.made_reports import solved, subject
from words.catalogue import figure


def test_limits_of_the_area_and_of_districts_are_apart() -> None:
    """Limits of the whole area stand in one table, those of districts in one for each indicator."""
    (row,) = whole_limits(subject())
    assert (row.name, row.bound, row.value) == ("Area that changes", "≤\u00a040.00", "40.00")
    (division,) = divisions(subject())
    assert division.title == "Area of cropland, by townships"
    assert {row.name for row in division.rows} == {"东镇", "西镇"}


def test_the_dearest_district_comes_first() -> None:
    """Districts are ordered by price, then by the room left."""
    (division,) = divisions(subject())
    prices = [limit.price or 0.0 for limit in solved().certificate.limits if limit.district]
    assert division.rows[0].price == figure(max(prices))
    assert division.note == "2 of 2 hold; 0 bind."
