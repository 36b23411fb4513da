from __future__ import annotations

from dataclasses import replace

import pytest

from planner.report.limits import divisions, whole_limits
from planner.report.subject import Subject
from tests.support.made_reports import solved, subject
from words.catalogue import Words, figure


def test_limits_of_the_area_and_of_districts_are_apart() -> None:
    """Limits of the whole area stand in one table, those of districts in one for each indicator."""
    (row,) = whole_limits(subject())
    assert (row.name, row.bound, row.value) == ("Area that changes", "≤\u00a040.00", "40.00")
    (division,) = divisions(subject())
    assert division.title == "Area of cropland, by townships"
    assert {row.name for row in division.rows} == {"东镇", "西镇"}


@pytest.mark.slow
def test_the_dearest_district_comes_first() -> None:
    """Districts are ordered by price, then by the room left."""
    (division,) = divisions(subject())
    prices = [limit.price or 0.0 for limit in solved().certificate.limits if limit.district]
    assert division.rows[0].price == figure(max(prices))
    assert division.note == "2 of 2 hold; 0 bind."


def test_divisions_and_districts_have_names_in_the_language_of_the_reader() -> None:
    """A division's label, and the districts' names where the file has some of their own in that language."""
    plan = solved()
    townships = plan.instance.districts["townships"]
    english = tuple({"东镇": "East", "西镇": "West"}[name] for name in townships.names)
    named = replace(townships, labels={"en": "town", "zh": "乡镇"}, names_by_lang={"en": english})
    told = replace(plan, instance=replace(plan.instance, districts={"townships": named}))
    (division,) = divisions(Subject(told, Words("en")))
    assert division.title == "Area of cropland, by town"
    assert {row.name for row in division.rows} == {"East", "West"}
    (division,) = divisions(Subject(told, Words("zh")))
    assert "乡镇" in division.title
    assert {row.name for row in division.rows} == {"东镇", "西镇"}
