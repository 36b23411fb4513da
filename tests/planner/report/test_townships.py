from __future__ import annotations

import pytest

from planner.pages.map_images import Mapper
from planner.report.townships import township_chapter, zone_rows
from tests.support.made_reports import solved, subject


def number(text: str) -> float:
    """A figure as it is read."""
    return float(text.replace(",", "").replace("−", "-"))


def test_the_three_zones_are_the_whole_land() -> None:
    """Agricultural, ecological and urban space add up to the area today and in the plan."""
    rows, area = zone_rows(subject("zh")), solved().certificate.area_ha
    assert [row.name for row in rows] == ["农业空间", "生态空间", "城镇空间"]
    for side in ("today", "plan"):
        assert sum(number(getattr(row, side)) for row in rows) == pytest.approx(area)
    assert sum(number(row.change) for row in rows) == pytest.approx(0.0, abs=0.01)


def test_districts_add_up_to_the_plan() -> None:
    """What changes in the townships is what changes in the plan, and every one has a grade on both maps."""
    told = subject("en")
    (division,) = township_chapter(told, Mapper(told.instance))
    assert sum(number(row.changed) for row in division.rows) == pytest.approx(told.changed.value)
    assert len(division.rows) == 2
    assert all(1 <= len(each.legend) <= 2 for each in division.maps)
