"""A plan that says when its changes are due, followed up: an order of its changes, stages, and both."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import pytest
from numpy.typing import NDArray

import planner
from planner.plans.plan import Plan
from tests.support.schedule_study import write_schedule_study
from tests.support.small_study import CROPLAND, URBAN, landcover, write_raster, write_study
from tests.support.stored import stored

YEARS = (2026, 2027, 2028, 2029)
STAGES = {"years": [2030, 2035]}
LIMITS = [
    {"indicator": "area.cropland", "at_least": "80%", "by": "townships", "every_year": True},
    {"indicator": "changed_area", "at_most": 15, "year": 2030},
    {"indicator": "changed_area", "at_most": 40},
    {"indicator": "changed_area", "at_most": 25, "counts": "stage"},
    {"indicator": "area.forest", "at_least": 45},
]


STAGED = {"stages": STAGES, "limits": LIMITS, "solver": {"method": "decompose", "room": 5.0}}


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small study with two stages, solved into ``run``."""

    def prepared(home: Path) -> Path:
        planner.run(write_study(home / "study", STAGED), out=home / "run")
        return home

    return stored(tmp_path_factory, "monitor-stages", prepared)


def land_file(plan: Plan, land: NDArray[np.uint8], path: Path) -> Path:
    """Write the land (units,) as a raster of codes."""
    return write_raster(path, plan.instance.grid.frame.paint(plan.instance.classes.codes[land], 0))


def years_of(home: Path) -> tuple[Plan, NDArray[np.int64]]:
    """The plan of a run with an order, and (units,) the year of each, 0 where land stays."""
    plan = planner.reopen(home / "run")
    table = pd.read_csv(home / "run" / "schedule.csv")
    result = planner.monitor(home / "run", home / "run" / "plan.tif", year=2029)
    of = result.monitored.sightings.planned
    return plan, np.append(table["year"].to_numpy(), 0)[of]


def test_what_the_order_has_by_a_year_is_on_course(ordered: Path, tmp_path: Path) -> None:
    """The land that the order has by the end of each of its years gives no alert in that year; in the next
    exactly the patches of that year are late, and a year before they were early."""
    plan, year = years_of(ordered)
    order = pd.read_csv(ordered / "run" / "schedule.csv")["year"]
    for now in YEARS:
        land = np.where((year > 0) & (year <= now), plan.layout, plan.instance.today)
        seen = land_file(plan, land, tmp_path / f"{now}.tif")
        result = planner.monitor(ordered / "run", seen, year=now)
        assert result.alerts == 0
        assert set(map(str, result.monitored.timings or ())) == {"on_course"}
        later = planner.monitor(ordered / "run", seen, year=min(now + 1, YEARS[-1]))
        told = [str(each) for each in later.monitored.timings or ()]
        assert [each == "late" for each in told] == ((order <= now + 1) & (order > now)).tolist()
        before = planner.monitor(ordered / "run", seen, year=now - 1)
        told = [str(each) for each in before.monitored.timings or ()]
        assert [each == "early" for each in told] == (order == now).tolist()


def test_patches_are_those_of_the_order(ordered: Path, tmp_path: Path) -> None:
    """Numbers, years and areas in ``changes.csv`` and its layer are those of ``schedule.csv``; what is due is
    the sum of what the order does until then, and ``verify`` counts all of it again."""
    cover, out = ordered / "study" / "cover.tif", tmp_path / "out"
    result = planner.monitor(ordered / "run", cover, year=2027, out=out)
    order = pd.read_csv(ordered / "run" / "schedule.csv")
    told = pd.read_csv(out / "changes.csv")
    assert told[["patch", "planned_year"]].to_numpy().tolist() == order[["patch", "year"]].to_numpy().tolist()
    assert told["area_ha"].tolist() == pytest.approx(order["area_ha"].tolist())
    assert set(told["state"]) == {"not_started"}
    assert (told["course"] == np.where(order["year"] <= 2027, "late", "on_course")).all()
    by_year = pd.read_csv(ordered / "run" / "schedule_years.csv").set_index("year")
    record = json.loads((out / "monitor.json").read_text(encoding="utf-8"))
    assert record["due_ha"] == pytest.approx(by_year.loc[:2027, "area_ha"].sum())
    assert record["years_by"] == "schedule"
    alerts = pd.read_csv(out / "alerts.csv").set_index("indicator")
    assert alerts.loc["changed_area", "due"] == pytest.approx(record["due_ha"])
    large = told["area_ha"] >= result.monitored.tolerance.least_ha
    assert result.alerts == int((large & (told["course"] == "late")).sum()) > 0
    small = int((~large & (told["course"] == "late")).sum())
    assert any(f"{small} of those that are late are smaller" in each for each in result.sentences("en"))
    assert planner.verify(out).holds


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("late,late", "on_course,on course"),
        (",2026,", ",2028,"),
        ("not_started,not started,late", "done,done,late"),
    ],
)
def test_an_order_told_wrongly_is_found(ordered: Path, tmp_path: Path, wrong: str, said: str) -> None:
    """``verify`` misses no change of a patch's year, state or course."""
    out = tmp_path / "out"
    planner.monitor(ordered / "run", ordered / "study" / "cover.tif", year=2027, out=out)
    text = (out / "changes.csv").read_text(encoding="utf-8")
    assert wrong in text
    (out / "changes.csv").write_text(text.replace(wrong, said), encoding="utf-8")
    assert not planner.verify(out).holds


def test_what_was_lost_beyond_the_order_is_watched(ordered: Path, tmp_path: Path) -> None:
    """In 2026 the order has taken no cropland: eight ha of town on it use up most of the east's room, and are
    told in their own year, not excused by what is due in 2029."""
    cells = landcover()
    cells[8:12, 12:14] = URBAN
    assert (landcover()[8:12, 12:14] == CROPLAND).all()
    seen = write_raster(tmp_path / "seen.tif", cells)
    result = planner.monitor(ordered / "run", seen, year=2026)
    assert [row.district for row in result.limits("en") if row.state == "watch"] == ["东镇"]


def test_years_of_another_are_refused(ordered: Path, staged: Path) -> None:
    """A plan that says itself when its changes are due takes no other years, and says which it has."""
    for home, first, last in ((ordered, 2026, 2029), (staged, 2030, 2035)):
        with pytest.raises(planner.StudyError, match=f"{first} to {last}"):
            planner.monitor(home / "run", home / "study" / "cover.tif", year=2027, first=2025, last=2040)


@pytest.mark.slow
def test_stages_are_followed_by_their_years(staged: Path, tmp_path: Path) -> None:
    """The land of a stage gives no alert in its year; today's land is not started throughout, and late from
    the year of the first stage on. Limits are those of the stage under way: of 2030 three (two townships and
    what may change by then), of 2035 four."""
    plan = planner.reopen(staged / "run")
    assert plan.staged is not None
    cover = staged / "study" / "cover.tif"
    for year, land in zip((2030, 2035), plan.staged.layouts(plan.layout), strict=True):
        out = tmp_path / str(year)
        result = planner.monitor(
            staged / "run", land_file(plan, land, tmp_path / f"{year}.tif"), year=year, out=out
        )
        assert result.alerts == 0
        alerts = pd.read_csv(out / "alerts.csv")
        assert set(alerts["stage"]) == {year}
        assert len(alerts) == (3 if year == 2030 else 4)
        assert alerts["plan"].tolist() == alerts["value"].tolist() == alerts["due"].tolist()
        assert planner.verify(out).holds
    for year, late in ((2029, set()), (2035, {2030, 2035})):
        result = planner.monitor(staged / "run", cover, year=year, out=tmp_path / f"today{year}")
        assert set(result.states()) == {"not_started"}
        told = pd.read_csv(tmp_path / f"today{year}" / "changes.csv")
        assert set(told.loc[told["course"] == "late", "planned_year"]) == late
        assert planner.verify(tmp_path / f"today{year}").holds
    forest = pd.read_csv(tmp_path / "today2035" / "alerts.csv").set_index("indicator").loc["area.forest"]
    assert forest.state == "not_reached"


def test_the_rest_of_a_plan_with_stages_is_refused_with_what_to_do(staged: Path, tmp_path: Path) -> None:
    """A rest is planned for one target year; the sentence says how a plan with stages is followed up."""
    cover = staged / "study" / "cover.tif"
    with pytest.raises(planner.StudyError, match="with the stages that are left"):
        planner.replan(staged / "run", cover, year=2032, out=tmp_path / "rest")


@pytest.mark.slow
def test_an_order_between_stages_tells_the_years(tmp_path: Path) -> None:
    """Where both are asked for, patches are due in the years of the order, and limits are those of stages."""
    (tmp_path / "study").mkdir()
    tables = {"stages": {"years": [2027, 2029]}, "limits": [{"indicator": "changed_area", "at_most": 40}]}
    tables["solver"] = {"method": "decompose", "room": 5.0}
    study = write_schedule_study(
        tmp_path / "study", tables, area_per_year=None, budget=None, homes=None, cropland=None
    )
    planner.run(study, out=tmp_path / "run")
    result = planner.monitor(tmp_path / "run", tmp_path / "run" / "plan.tif", year=2029, out=tmp_path / "out")
    assert result.alerts == 0
    record = json.loads((tmp_path / "out" / "monitor.json").read_text(encoding="utf-8"))
    assert (record["years_by"], record["stage"], record["from"], record["to"]) == (
        "schedule",
        2029,
        2026,
        2029,
    )
    assert planner.verify(tmp_path / "out").holds


def test_the_report_tells_years_in_both_languages(ordered: Path, tmp_path: Path) -> None:
    """Page and layer say what is due, late and early."""
    told = {"en": ("Changes by the year", "Due by 2027", "4 late"), "zh": ("逾期", "至 2027", "逾期 4 块")}
    for lang, words in told.items():
        out = tmp_path / lang
        planner.monitor(ordered / "run", ordered / "study" / "cover.tif", year=2027, lang=lang, out=out)
        page = (out / "report.html").read_text(encoding="utf-8")
        for word in words:
            assert word in page
    layer = pyogrio.read_dataframe(tmp_path / "en" / "alerts.gpkg", layer="planned")
    assert set(layer["course"]) == {"late", "on_course"}
