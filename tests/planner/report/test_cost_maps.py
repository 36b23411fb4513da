from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from formulations.sensitivity.difference import Interval
from formulations.sensitivity.opportunity_cost import Opportunity
from planner.pages.map_images import Mapper
from planner.plans.plan import Plan
from planner.prices.ask import LineCost, Prices, patches
from planner.prices.folder import write_prices
from planner.prices.grades import grade_names, grades_of, ranks_of, steps_of
from planner.report.cost_maps import cost_maps
from planner.report.page import report_page
from planner.report.subject import Subject
from tests.support.made_plans import FOREST, URBAN, small_plan
from tests.support.made_reports import solved
from words.catalogue import Words


def priced(plan: Plan, cost: dict[str, list[float]]) -> Prices:
    """A plan whose red lines cost so much, unit by unit."""
    lines = []
    for line in plan.instance.redlines:
        each = np.zeros(len(plan.instance.grid))
        each[: len(cost.get(line.name, []))] = cost.get(line.name, [])
        becomes = np.where(np.arange(len(each)) % 2 == 0, FOREST, URBAN).astype(np.uint8)
        units = Opportunity(line.name, each, each, np.where(each > 0, becomes, plan.layout))
        lines.append(LineCost(line.name, line.label, units, Interval(0.0, 100.0)))
    return Prices(plan, (), tuple(lines), 0.0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the costs of two red lines, the second of which costs nothing anywhere."""
    plan = small_plan("zh")
    first = plan.instance.redlines[0].name
    write_prices(priced(plan, {first: [3.0, 12.0, 0.0, 1.0]}), tmp_path)
    return tmp_path


def test_steps_are_round_and_shared() -> None:
    """Grades begin at 1, 2, 5 … below the dearest; the dearest hectare is in the last one."""
    assert steps_of(244.39) == (10.0, 20.0, 50.0, 100.0, 200.0)[1:]
    assert steps_of(5.0) == (0.5, 1.0, 2.0, 5.0)
    assert steps_of(0.0) == ()
    assert grades_of(np.array([0.4, 0.5, 4.9, 5.0, 9.0]), steps_of(5.0)).tolist() == [1, 2, 4, 5, 5]
    assert grades_of(np.array([0.0]), ()).tolist() == [1]
    assert len(grade_names(steps_of(5.0), Words("zh"))) == 5
    assert len(grade_names((), Words("en"))) == 1


def test_ranks_go_by_the_hectare() -> None:
    """The dearest hectare is first; equal ones keep their order."""
    assert ranks_of(np.array([1.0, 3.0, 3.0, 2.0])).tolist() == [4, 1, 2, 3]
    assert ranks_of(np.zeros(0)).tolist() == []


def test_the_chapter_ranks_patches_by_the_hectare(folder: Path) -> None:
    """Rows fall with their rank and say what the package says; lines that cost nothing are named."""
    plan = small_plan("zh")
    subject = Subject(plan, Words("zh"))
    found = cost_maps(subject, Mapper(plan.instance), folder)
    assert found is not None
    (only,) = found.maps
    table = pd.read_csv(folder / "redline_patches.csv", encoding="utf-8-sig").sort_values("rank_per_ha")
    assert [row.rank for row in only.rows] == table["rank_per_ha"].tolist()
    assert [float(row.per_ha) for row in only.rows] == pytest.approx(
        table["per_ha_tco2e_yr"].round(2).tolist()
    )
    assert [float(row.per_ha) for row in only.rows] == sorted(
        (float(row.per_ha) for row in only.rows), reverse=True
    )
    assert only.count == len(only.drawn) == len(table)
    assert (found.free == "") == (len(plan.instance.redlines) == 1)
    assert cost_maps(subject, Mapper(plan.instance), None) is None
    assert cost_maps(subject, Mapper(plan.instance), folder / "elsewhere") is None


def test_outlines_lie_where_the_land_lies(folder: Path) -> None:
    """A patch drawn on the map covers the pixels of its own units, and no others."""
    plan = small_plan("zh")
    mapper = Mapper(plan.instance)
    line = priced(plan, {plan.instance.redlines[0].name: [3.0, 12.0, 0.0, 1.0]}).lines[0]
    frame = plan.instance.grid.frame
    for patch in patches(priced(plan, {line.name: [3.0, 12.0, 0.0, 1.0]}), line):
        numbers = [
            float(one) for one in re.findall(r"-?[\d.]+", mapper.polygon(patch.geometry).split("l")[0])
        ]
        left, _, right, top = frame.bounds
        metres = (right - left) / mapper.ground.width
        corner = shapely.Point(left + numbers[0] * metres, top - numbers[1] * metres)
        assert shapely.distance(corner, patch.geometry) < 0.1 * metres


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_shows_it(tmp_path: Path, lang: str) -> None:
    """The report has the chapter where the folder holds what it is made of, in its contents too."""
    plan = solved()
    write_prices(priced(plan, {plan.instance.redlines[0].name: [3.0, 12.0, 0.0, 1.0]}), tmp_path)
    page = report_page(plan, lang, None, tmp_path)
    assert page.count('href="#costs"') == 1
    assert page.count('<figure class="whymap costmap">') == 1
    assert 'id="costs"' not in report_page(plan, lang)


def test_a_package_of_an_earlier_version_is_no_fault(folder: Path) -> None:
    """Where patches have no grade yet, their line is told as one that costs nothing by itself."""
    import sqlite3

    with sqlite3.connect(folder / "opportunity.gpkg") as database:
        name = small_plan("zh").instance.redlines[0].name
        database.execute(f'ALTER TABLE "{name}" RENAME COLUMN rank_per_ha TO older')
    plan = small_plan("zh")
    found = cost_maps(Subject(replace(plan), Words("zh")), Mapper(plan.instance), folder)
    assert found is not None
    assert found.maps == ()
