from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from planner import load, optimise
from planner.export.workbook import write_workbook
from planner.plans.plan import Plan
from planner.runs.folder import write
from tests.support.made_plans import small_parcels, small_plan
from tests.support.small_study import write_quick_study

Row = dict[str, object]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, Path]:
    """The plan of the small study and the folder of its run."""
    home = tmp_path_factory.mktemp("run")
    plan = optimise(load(write_quick_study(home / "study")))
    return plan, write(plan, home / "out")


def opened(plan: Plan, folder: Path, lang: str, **more: object) -> Workbook:
    """The workbook as another library reads it."""
    write_workbook(plan, folder / "plan.xlsx", lang, **more)
    return openpyxl.load_workbook(folder / "plan.xlsx")


def rows(page: Worksheet) -> list[Row]:
    """The rows under the frozen header, by heading."""
    header = int(page.freeze_panes[1:]) - 1
    heads = [str(cell.value).split("\n")[0] for cell in page[header]]
    values = page.iter_rows(min_row=header + 1, values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in values]


def full(value: float | str | None) -> object:
    """A number to the sixteen digits that a workbook keeps."""
    return None if value is None else pytest.approx(float(value), rel=1e-15, abs=0)


def test_the_sheets_are_those_of_a_hand_in(run: tuple[Plan, Path], tmp_path: Path) -> None:
    """One sheet a subject, in the language asked for, scenarios where some are compared."""
    plan, _ = run
    assert opened(plan, tmp_path, "en").sheetnames == [
        "Indicators",
        "Limits and prices",
        "Red lines",
        "Transitions",
        "Transition matrix",
        "Districts",
        "Certificate",
    ]
    book = opened(plan, tmp_path, "zh", scenarios={"base": plan.certificate, "strict": plan.certificate})
    assert book.sheetnames == [
        "指标",
        "约束与价格",
        "红线",
        "用地转换",
        "用地转移矩阵",
        "分区",
        "情景",
        "证书",
    ]


def test_figures_are_those_of_the_certificate(run: tuple[Plan, Path], tmp_path: Path) -> None:
    """Every indicator, limit and price reads back as the certificate has it, to sixteen digits."""
    plan, _ = run
    book, certificate = opened(plan, tmp_path, "en"), plan.certificate
    for row, record in zip(rows(book["Indicators"]), certificate.indicators.values(), strict=True):
        assert (row["Today"], row["Plan"]) == (full(record.baseline), full(record.value))
        assert row["Unit"] == record.unit
    for row, limit in zip(rows(book["Limits and prices"]), certificate.limits, strict=True):
        assert (row["At least"], row["At most"]) == (full(limit.at_least), full(limit.at_most))
        found = (row["Plan"], row["Room left"], row["Price"])
        assert found == (full(limit.value), full(limit.slack), full(limit.price))
        assert row["Unit of the price"] == limit.price_unit
        assert row["District"] == (limit.district or "whole area")
    said = {str(row["Item"]): row["Value"] for row in rows(book["Certificate"])}
    objective, gap, bound = said["Objective"], said["Gap"], said["Bound: no layout can be lower"]
    assert 0 <= float(str(objective)) - (certificate.objective or 0.0) < 0.01
    assert 0 <= (certificate.bound or 0.0) - float(str(bound)) < 0.01
    assert float(str(gap)) >= (certificate.gap or 0.0)
    assert said["CRS"] == plan.instance.grid.crs.name


def test_red_lines_add_up_to_their_land(run: tuple[Plan, Path], tmp_path: Path) -> None:
    """Each line with its rule and the land inside; nothing that it bars changes."""
    plan, _ = run
    found = rows(opened(plan, tmp_path, "en")["Red lines"])
    assert [row["No."] for row in found] == list(range(1, len(plan.instance.redlines) + 1))
    for row, line in zip(found, plan.instance.redlines, strict=True):
        assert row["Red line"] == line.label
        assert row["Rule"]
        assert row["Area inside"] == full(plan.instance.grid.area_ha[line.inside].sum())
        assert row["Changes that the line bars"] == 0
    unwanted = plan.instance.redlines[0].existing_units
    assert (float(str(found[0]["Against the rule · today"])) > 0) == (unwanted > 0)


def test_transitions_agree_with_the_table_beside(run: tuple[Plan, Path], tmp_path: Path) -> None:
    """The sheet, its total and the matrix say what transitions.csv of the same run says."""
    plan, out = run
    book = opened(plan, tmp_path, "en")
    with (out / "transitions.csv").open(encoding="utf-8-sig", newline="") as stream:
        table = list(csv.DictReader(stream))
    *found, total = rows(book["Transitions"])
    assert [row["Area"] for row in found] == [full(row["area_ha"]) for row in table]
    assert [row["Net emissions"] for row in found] == [full(row["net_emissions_tco2e_yr"]) for row in table]
    assert (total["Area"], total["Units"]) == (plan.certificate.area_ha, plan.certificate.cells)
    matrix = rows(book["Transition matrix"])
    assert matrix[-1]["Today"] == pytest.approx(plan.certificate.area_ha)
    assert len(matrix) == len(plan.instance.classes) + 1


def test_districts_add_up(run: tuple[Plan, Path], tmp_path: Path) -> None:
    """The two townships share the whole area and all of its emissions between them."""
    plan, _ = run
    found = rows(opened(plan, tmp_path, "en")["Districts"])
    assert [row["District"] for row in found] == ["东镇", "西镇"]
    record = plan.certificate.indicators["net_emissions"]
    assert sum(float(str(row["Area"])) for row in found) == pytest.approx(plan.certificate.area_ha)
    assert sum(float(str(row["Net emissions · today"])) for row in found) == pytest.approx(record.baseline)
    assert sum(float(str(row["Net emissions · plan"])) for row in found) == pytest.approx(record.value)
    changed = plan.certificate.indicators["changed_area"].value
    assert sum(float(str(row["Area that changes"])) for row in found) == pytest.approx(changed)


def test_it_is_formatted_as_one_hands_it_in(run: tuple[Plan, Path], tmp_path: Path) -> None:
    """Title, frozen header, number formats, readable widths, and print set-up are there on every sheet."""
    plan, _ = run
    book = opened(plan, tmp_path, "zh")
    for page in book:
        assert page["A1"].font.bold
        assert page.freeze_panes
        assert page.page_setup.orientation == "landscape"
        assert page.page_setup.paperSize in (8, 9)  # A3 where A4 would split the table
        assert (page.page_setup.fitToWidth or 1) == 1
        assert page.print_title_rows
        assert page.column_dimensions["A"].width >= 8
        assert page.print_options.horizontalCentered
    page = book["指标"]
    assert page["A1"].value == "附表1　规划指标"
    assert page["B6"].border.left.style == page["B6"].border.bottom.style == "thin"
    assert "情景：基准" in str(page["A2"].value)
    assert "平面面积" in str(page["A3"].value)
    header = int(page.freeze_panes[1:]) - 1
    assert page.cell(header + 1, 3).value == "tCO₂e/年"
    assert page.cell(header + 1, 4).number_format == "#,##0.00"
    assert page.cell(header + 1, 7).number_format == "+0.00%;-0.00%;0.00%"
    assert page.auto_filter.ref


def test_scenarios_stand_side_by_side(run: tuple[Plan, Path], tmp_path: Path) -> None:
    """A comparison has a column for each scenario, one without a plan included."""
    plan, _ = run
    other = plan.certificate.model_copy(
        update={"scenario": "strict", "objective": None, "gap": None, "indicators": {}}
    )
    found = rows(
        opened(plan, tmp_path, "en", scenarios={"base": plan.certificate, "strict": other})["Scenarios"]
    )
    objective = next(row for row in found if row["Indicator"] == "Objective")
    assert (objective["base"], objective["strict"]) == (
        pytest.approx(plan.certificate.objective, abs=0.01),
        None,
    )


def test_plans_without_limits_or_districts_have_no_such_sheets(tmp_path: Path) -> None:
    """What a study does not have is left out."""
    for plan in (small_plan(), small_parcels()):
        names = opened(plan, tmp_path, "en").sheetnames
        lines = ["Red lines"] if plan.instance.redlines else []
        assert names == ["Indicators", *lines, "Transitions", "Transition matrix", "Certificate"]


def test_text_is_never_a_formula(tmp_path: Path) -> None:
    """A title that begins with an equals sign is text."""
    plan = small_plan()
    plan = replace(plan, certificate=plan.certificate.model_copy(update={"title": "=1+1"}))
    page = opened(plan, tmp_path, "en")["Certificate"]
    assert next(row["Value"] for row in rows(page) if row["Item"] == "Title") == "=1+1"
    assert {cell.data_type for row in page.iter_rows() for cell in row} <= {"s", "n"}


def test_equal_plans_are_equal_workbooks(tmp_path: Path) -> None:
    """Writing twice gives the same bytes."""
    for name in ("one.xlsx", "other.xlsx"):
        write_workbook(small_plan(), tmp_path / name)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "other.xlsx").read_bytes()
