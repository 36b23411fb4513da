from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pandas as pd
import pyogrio
import pytest

import planner
from planner import NoPlan, Plan, StudyError
from planner.plans.scheduled import posed
from planner.recount.beside.schedule import check_schedule
from planner.recount.ledger import Ledger
from planner.runs.found import read_certificate
from tests.support.schedule_study import write_schedule_study
from tests.support.small_study import EASY


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, Path]:
    """A plan of the small study with the order of its changes, written."""
    folder = tmp_path_factory.mktemp("schedule")
    plan = planner.optimise(planner.load(write_schedule_study(folder)))
    return plan, planner.write(plan, folder / "out")


def test_a_run_with_an_order_is_written_verified_and_opened_again(made: tuple[Plan, Path]) -> None:
    """The order is no part of the plan's objective; every patch has a year, a reason and a cost; sums by year
    keep money and land; everything counted again holds, and the plan comes back with its order."""
    plan, out = made
    record = plan.certificate.schedule
    assert record is not None
    assert plan.certificate.objective == pytest.approx(plan.problem.value(plan.layout))
    assert record.bound <= record.objective
    assert record.gap <= record.asked
    patches = pd.read_csv(out / "schedule.csv", encoding="utf-8-sig")
    years = pd.read_csv(out / "schedule_years.csv", encoding="utf-8-sig")
    works = plan.certificate.indicators["works"]
    assert len(patches) == record.patches
    assert patches["tco2e"].sum() == pytest.approx(record.objective)
    assert patches["cost"].sum() == pytest.approx(works.value - works.baseline)
    assert patches["area_ha"].sum() == pytest.approx((plan.layout != plan.instance.today).sum())
    assert (years["area_ha"] <= 18 + 1e-6).all()
    assert (years["cost"][:3] <= years["budget"][:3] + 1e-3).all()
    assert years["beyond_today_tco2e"].iloc[-1] == pytest.approx(record.objective)
    verified = planner.verify(out)
    assert verified.holds, verified.differences
    again = planner.reopen(out)
    assert again.order is not None
    assert plan.order is not None
    assert again.order.tolist() == plan.order.tolist()


def test_the_range_of_an_order_is_that_of_its_ledger(made: tuple[Plan, Path]) -> None:
    """From all coefficients at their lower ends on land that changes, and at their upper ends on the same
    land had it stayed, to the other way round; the objective lies between."""
    plan, _ = made
    record, asked = plan.certificate.schedule, posed(plan)
    assert record is not None
    assert asked is not None
    assert plan.order is not None
    low = high = 0.0
    for p in range(len(asked.patches)):
        left = len(record.years) - int(plan.order[p])
        pair = asked.patches.today[p], asked.patches.planned[p]
        stays = pair[0], pair[0]
        ha, then, now = asked.patches.area_ha[p], asked.rates[left], asked.rates[1]
        low += left * ha * (then.low[pair] - now.high[stays])
        high += left * ha * (then.high[pair] - now.low[stays])
    assert (record.low, record.high) == pytest.approx((low, high))
    assert record.low <= record.objective <= record.high


def test_layer_sheets_and_report_tell_of_the_order(made: tuple[Plan, Path]) -> None:
    """The layer has every patch with its year, in words too; the workbook has both sheets, the report its
    chapter, and the project the layer."""
    _, out = made
    layer = pyogrio.read_dataframe(out / "plan.gpkg", layer="schedule")
    patches = pd.read_csv(out / "schedule.csv", encoding="utf-8-sig")
    assert layer["year"].tolist() == patches["year"].tolist()
    assert layer["in_year"].tolist() == [str(year) for year in patches["year"]]
    assert layer.geometry.area.to_numpy() / 1e4 == pytest.approx(patches["area_ha"].to_numpy())
    sheets = openpyxl.load_workbook(out / "plan.xlsx", read_only=True).sheetnames
    assert {"Order by year", "Order by patch"} <= set(sheets)
    page = (out / "report.html").read_text(encoding="utf-8")
    assert 'id="schedule"' in page
    assert "Order of the changes" in page


@pytest.mark.slow
def test_the_ledger_follows_the_order(tmp_path: Path) -> None:
    """With [life_cycle] land changes patch by patch, not in equal parts: both tables say the same of every
    year; counted again it holds, and years that the ledger does not have are refused."""
    years = {"life_cycle": {"base_year": 2025, "target_year": 2030, "last_year": 2035}}
    plan = planner.optimise(planner.load(write_schedule_study(tmp_path, years)))
    out = planner.write(plan, tmp_path / "out")
    ledger = pd.read_csv(out / "ledger.csv", encoding="utf-8-sig")
    whole = ledger[ledger["division"].isna()].set_index("year")
    ordered = pd.read_csv(out / "schedule_years.csv", encoding="utf-8-sig").set_index("year")
    assert ordered["patches"].sum() > 0
    beyond = whole.loc[ordered.index, "change_tco2e"]
    assert beyond.tolist() == pytest.approx(ordered["beyond_today_tco2e"].tolist())
    verified = planner.verify(out)
    assert verified.holds, verified.differences
    (tmp_path / "early").mkdir()
    early = {"life_cycle": {"base_year": 2027, "target_year": 2030}}
    with pytest.raises(StudyError, match="years beyond those of the ledger"):
        _ = planner.load(write_schedule_study(tmp_path / "early", early)).instance


@pytest.mark.parametrize(
    ("file", "column", "change", "told"),
    [
        ("schedule.csv", "year", lambda value: 2031, "schedule.csv, year"),
        ("schedule.csv", "year", lambda value: 2029 if value != 2029 else 2026, "schedule.objective"),
        ("schedule.csv", "tco2e", lambda value: value + 1.0, "tco2e"),
        ("schedule.csv", "cost", lambda value: value + 1.0, "cost"),
        ("schedule.csv", "reason", lambda value: "best", "reason"),
        ("schedule.csv", "from_class", lambda value: "urban", "from_class"),
        ("schedule.csv", "district", lambda value: "没有", "district"),
        ("schedule.csv", "patch", lambda value: 99, "schedule.csv"),
        ("schedule_years.csv", "cost", lambda value: value + 1.0, "cost"),
        ("schedule_years.csv", "cropland_least_ha", lambda value: value - 1.0, "cropland_least_ha"),
        ("schedule_years.csv", "cumulative_tco2e", lambda value: value * 1.01, "cumulative_tco2e"),
    ],
)
def test_whatever_is_changed_is_found(
    made: tuple[Plan, Path], tmp_path: Path, file: str, column: str, change: object, told: str
) -> None:
    """Another year, figure, reason, class or district of a patch, or of a year: named with its place."""
    plan, out = made
    copy, ledger = tmp_path / "copy", Ledger()
    shutil.copytree(out, copy)
    table = pd.read_csv(copy / file, encoding="utf-8-sig")
    table[column] = table[column].astype(object)
    table.loc[0, column] = change(table.loc[0, column])  # type: ignore[operator]
    table.to_csv(copy / file, index=False, encoding="utf-8-sig")
    check_schedule(copy, read_certificate(copy), plan.instance, plan.layout, None, ledger)
    found = [f"{one.figure} {one.said} {one.found}" for one in ledger.differences]
    assert any(told in one for one in found), found


@pytest.mark.parametrize(
    ("update", "told"),
    [
        ({"objective": -1e9}, "schedule.objective"),
        ({"bound": 1e9}, "schedule.bound"),
        ({"proven": 0.0}, "schedule.proven"),
        ({"scale": 1.0}, "schedule.scale"),
        ({"prices": {}}, "schedule.prices"),
        ({"homes_ha": (1.0, 0.0, 0.0, 0.0)}, "schedule.homes_ha"),
        ({"patches": 1}, "schedule.patches"),
    ],
)
def test_a_certificate_that_tells_another_order_is_found(
    made: tuple[Plan, Path], update: dict[str, object], told: str
) -> None:
    """Objective, bound, what prices prove, sums: each is counted again."""
    plan, out = made
    certificate, ledger = plan.certificate, Ledger()
    assert certificate.schedule is not None
    record = certificate.schedule.model_copy(update=update)
    false = certificate.model_copy(update={"schedule": record})
    check_schedule(out, false, plan.instance, plan.layout, None, ledger)
    assert any(told in one.figure for one in ledger.differences), ledger.differences


def test_what_cannot_be_kept_is_told_with_what_would_do(tmp_path: Path) -> None:
    """A budget too small for any order: how much larger it must be, and that the plan itself stands."""
    path = write_schedule_study(tmp_path, EASY, budget=1.0, area_per_year=None, by=None, cropland=None)
    with pytest.raises(NoPlan, match=r"a budget .* % larger .* 10⁴ yuan in place of 1") as none:
        planner.optimise(planner.load(path))
    assert "without it the plan itself stands" in str(none.value)


def test_a_schedule_of_one_year_is_the_plan(tmp_path: Path) -> None:
    """All changes in the one year: land and money of the year are those of the plan."""
    path = write_schedule_study(
        tmp_path,
        EASY,
        years=[2030, 2030],
        budget=None,
        area_per_year=None,
        by=None,
        cropland=None,
        homes=None,
    )
    plan = planner.optimise(planner.load(path))
    record, works = plan.certificate.schedule, plan.certificate.indicators["works"]
    assert record is not None
    assert record.area_ha == pytest.approx((plan.certificate.indicators["changed_area"].value,))
    assert record.cost == pytest.approx((works.value - works.baseline,))


@pytest.mark.parametrize(
    "field", ["district", "from_class", "to_class", "stage", "cost", "waits", "reason", "to_name", "why"]
)
def test_whatever_the_layer_says_of_a_patch_is_counted_again(
    made: tuple[Plan, Path], tmp_path: Path, field: str
) -> None:
    """A field of the layer that is not as in the table is named, words for readers too."""
    plan, out = made
    copy, ledger = tmp_path / "copy", Ledger()
    shutil.copytree(out, copy)
    table = pyogrio.read_dataframe(copy / "plan.gpkg", layer="schedule")
    table.loc[0, field] += "x" if isinstance(table.loc[0, field], str) else 1.0
    pyogrio.write_dataframe(table, copy / "plan.gpkg", layer="schedule")
    check_schedule(copy, read_certificate(copy), plan.instance, plan.layout, None, ledger)
    assert [one.figure for one in ledger.differences] == [f"plan.gpkg, schedule, {field}"]


@pytest.mark.slow
def test_stages_have_their_patches_done_by_their_years(tmp_path: Path) -> None:
    """Beside [stages] every patch has a year of its stage, and all holds when it is counted again."""
    tables = {"stages": {"years": [2027, 2029]}, "limits": [{"indicator": "changed_area", "at_most": 30}]}
    path = write_schedule_study(tmp_path, tables, budget=None, area_per_year=None, by=None)
    plan = planner.optimise(planner.load(path))
    out = planner.write(plan, tmp_path / "out")
    patches = pd.read_csv(out / "schedule.csv", encoding="utf-8-sig")
    assert (patches["year"] <= patches["stage"]).all()
    assert (patches["year"][patches["stage"] == 2029] > 2027).all()
    verified = planner.verify(out)
    assert verified.holds, verified.differences


def test_every_fault_of_a_schedule_is_told_at_once(tmp_path: Path) -> None:
    """No such indicator, district, class; a year twice, out of the years or below nothing."""
    path = write_schedule_study(
        tmp_path, cost="work", by="townshipz", homes="homes.csv", homes_of=["town"], cropland_of=["crops"]
    )
    (tmp_path / "homes.csv").write_text("year,area_ha\n2026,1\n2026,2\n2040,3\n2027,-1\n", encoding="utf-8")
    with pytest.raises(StudyError) as wrong:
        _ = planner.load(path).instance
    told = str(wrong.value)
    assert "counts people" not in told
    for part in ("order.cost", "order.by", "town", "crops", "2026 a second time", "2040", "below 0"):
        assert part in told, (part, told)
    (tmp_path / "other").mkdir()
    path = write_schedule_study(tmp_path / "other", cost=None, by=None, area_per_district=5.0)
    with pytest.raises(StudyError) as wrong:
        _ = planner.load(path).instance
    assert "no `cost` says" in str(wrong.value)
    assert "names no division" in str(wrong.value)


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ({"years": [2030, 2026]}, "do not ascend"),
        ({"years": [2026, 2028, 2030]}, "list of 3, where an order has two years"),
        ({"gap": 0}, "may be small, not nothing. Write a small share such as `gap = 0.00001`"),
        ({"homes": "on  time"}, "neither `on time` nor a file"),
        ({"homes": "On-Time"}, "neither `on time` nor a file"),
        ({"homes": None, "villages": "townships"}, "villages"),
    ],
)
def test_a_schedule_that_says_what_cannot_be_is_refused(
    tmp_path: Path, model: dict[str, object], told: str
) -> None:
    """Years that do not ascend or are not two, no gap, a word that is nearly one, and keys of other kinds:
    each with what to write."""
    path = write_schedule_study(tmp_path, **model)
    with pytest.raises(StudyError, match=told):
        _ = planner.load(path).instance


def test_an_order_that_ends_after_the_target_year_is_told(tmp_path: Path) -> None:
    """The plan is to be carried out by the target year; an order that goes on is a warning, no error."""
    years = {"life_cycle": {"base_year": 2025, "target_year": 2028, "last_year": 2035}}
    found = planner.load(write_schedule_study(tmp_path, years)).instance.findings
    assert any("until 2029, after the target year 2028" in str(each) for each in found)
    (tmp_path / "other").mkdir()
    years["life_cycle"]["target_year"] = 2029
    found = planner.load(write_schedule_study(tmp_path / "other", years)).instance.findings
    assert not any("target year" in str(each) for each in found)


@pytest.mark.slow
def test_other_commands_go_on_without_the_order(tmp_path: Path) -> None:
    """A comparison of a study with an order plans as before and verifies: the order is a run's."""
    path = write_schedule_study(tmp_path)
    planner.compare(path, out=tmp_path / "out", gap=0.05)
    verified = planner.verify(tmp_path / "out")
    assert verified.holds, [one.differences for _, one in verified.inside]
