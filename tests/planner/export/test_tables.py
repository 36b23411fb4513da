from __future__ import annotations

import csv

import pandas as pd
import pytest

from planner.export.tables import as_written, write_csv, write_indicators, write_transitions
from tests.support.made_plans import small_plan, with_layout


def rows(path):
    """The rows of a CSV as text, read without pandas."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_indicators_show_today_plan_and_change(tmp_path):
    """Every indicator of the certificate has its value today, in the plan, and the change with its unit."""
    write_indicators(small_plan(), tmp_path / "indicators.csv")
    table = {row["indicator"]: row for row in rows(tmp_path / "indicators.csv")}
    cropland = table["area.cropland"]
    assert (cropland["today"], cropland["plan"], cropland["change"]) == ("5.0", "2.0", "-3.0")
    assert (cropland["change_percent"], cropland["unit"]) == ("-60.0", "ha")
    assert cropland["label"] == "Area of cropland"
    assert list(cropland) == ["indicator", "label", "today", "plan", "change", "change_percent", "unit"]


def test_excel_opens_chinese_right(tmp_path):
    """The file starts with the byte-order mark by which Excel knows UTF-8, and Chinese stands in it."""
    write_indicators(small_plan("zh"), tmp_path / "indicators.csv")
    data = (tmp_path / "indicators.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert "净碳排放量" in data.decode("utf-8")
    assert b"\r" not in data


def test_no_percentage_of_nothing(tmp_path):
    """An indicator that is zero today has no change in per cent."""
    plan = small_plan()
    record = plan.certificate.indicators["area.forest"].model_copy(update={"baseline": 0.0})
    plan.certificate.indicators["area.forest"] = record
    write_indicators(plan, tmp_path / "indicators.csv")
    assert (
        next(r for r in rows(tmp_path / "indicators.csv") if r["indicator"] == "area.forest")[
            "change_percent"
        ]
        == ""
    )


def test_transitions_add_up(tmp_path):
    """Areas of all transitions, unchanged land among them, add up to the study's; emissions to the plan's."""
    plan = small_plan()
    write_transitions(plan, tmp_path / "transitions.csv")
    table = rows(tmp_path / "transitions.csv")
    assert {(row["from"], row["to"]): (row["area_ha"], row["units"]) for row in table} == {
        ("cropland", "cropland"): ("2.0", "2"),
        ("cropland", "forest"): ("2.0", "2"),
        ("cropland", "urban"): ("1.0", "1"),
        ("forest", "forest"): ("1.0", "1"),
        ("water", "water"): ("3.0", "3"),
        ("urban", "urban"): ("2.0", "2"),
    }
    assert sum(float(row["area_ha"]) for row in table) == plan.certificate.area_ha
    emissions = sum(float(row["net_emissions_tco2e_yr"]) for row in table)
    assert emissions == pytest.approx(plan.certificate.indicators["net_emissions"].value)


def test_nothing_changes_nothing_moves(tmp_path):
    """Where the plan is today's land, only classes that stay are listed."""
    plan = small_plan()
    write_transitions(with_layout(plan, plan.instance.today), tmp_path / "transitions.csv")
    assert all(row["from"] == row["to"] for row in rows(tmp_path / "transitions.csv"))


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t"])
def test_no_text_is_calculated(tmp_path, sign):
    """A text that a spreadsheet would calculate is marked as text, negative numbers stay numbers, and whoever
    reads the table gets the text as it was."""
    name = f"{sign}1+cmd|' /C calc'!A0"
    write_csv(pd.DataFrame({name: [name, "plain"], "n": [-1.5, 2.0]}), tmp_path / "table.csv")
    (first, second) = rows(tmp_path / "table.csv")
    assert first == {f"'{name}": f"'{name}", "n": "-1.5"}
    assert (second[f"'{name}"], second["n"]) == ("plain", "2.0")
    assert as_written(first[f"'{name}"]) == name
    assert as_written("'quoted'") == "'quoted'"
