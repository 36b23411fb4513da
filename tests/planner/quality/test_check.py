from __future__ import annotations

import csv
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from pyogrio import write_dataframe

from instances.study.findings import Severity
from planner.export.formats import Wanted, write_formats
from planner.quality.check import check_quality, write_quality
from planner.quality.fields import field_items
from planner.quality.item import LayerItem
from tests.support.made_plans import small_parcels, small_plan


def faults(items: tuple[LayerItem, ...], severity: Severity = Severity.ERROR) -> dict[tuple[str, str], int]:
    """How much is at fault by layer and rule."""
    return {
        (one.layer, one.item.rule): one.item.faults
        for one in items
        if one.item.faults and one.item.severity is severity
    }


@pytest.mark.parametrize("form", ["gdb", "shp", "parquet"])
def test_an_export_for_the_standard_passes(tmp_path: Path, form: str) -> None:
    """Names, types, lengths, numbers, areas and outlines are as the standard has them; what is left to mend
    is the class that the classification has no code for."""
    plan = small_plan("zh")
    write_formats(plan, tmp_path, Wanted(frozenset({form}), standard_fields=True))
    found = check_quality(tmp_path, plan.instance.grid)
    assert set(faults(found)) <= {("JQDLTB", "class_codes"), ("TDGHDL", "class_codes")}
    assert {one.layer for one in found} >= {"JQDLTB", "TDGHDL", "redlines"}


def test_own_fields_are_told_to_be_none_of_the_standard(tmp_path: Path) -> None:
    """Without the standard's names its layers are missing, and others lack the numbers of features."""
    plan = small_parcels("zh")
    write_formats(plan, tmp_path, Wanted(frozenset({"shp"})))
    missing = [
        one for one in check_quality(tmp_path, plan.instance.grid) if one.item.rule == "fields_missing"
    ]
    assert missing
    assert all(one.item.faults >= 2 for one in missing)
    assert faults(check_quality(tmp_path, plan.instance.grid)) == {("", "layers_missing"): 2}


def test_what_is_wrong_in_a_layer_is_named(tmp_path: Path) -> None:
    """Overlap, doubled number, area without its decimals, wrong code, long text and text for a number."""
    plan = small_plan("zh")
    write_formats(plan, tmp_path, Wanted(frozenset({"shp"}), standard_fields=True))
    path = tmp_path / "shp" / "TDGHDL.shp"
    table = gpd.read_file(path)
    table.loc[0, "BSM"] = table.loc[1, "BSM"]
    table.loc[0, "MJ"] = 10000.125
    table["DLBM"] = "99"
    table["DLMC"] = "地" * 61
    table.loc[0, "geometry"] = table.geometry[0].union(shapely.box(*table.geometry[1].bounds).buffer(1))
    write_dataframe(table, path, encoding="UTF-8")
    found = {
        rule: count
        for (layer, rule), count in faults(check_quality(tmp_path, plan.instance.grid)).items()
        if layer == "TDGHDL"
    }
    assert found["numbers"] == 2
    assert found["areas"] == 1
    assert found["class_codes"] == found["lengths"] == len(table)
    assert found["overlaps"] >= 1


def test_types_are_compared() -> None:
    """A number where the standard has text, and text where it has a number."""
    frame = pd.DataFrame({"BSM": [1, 2], "YSDM": ["a", "b"], "MJ": ["1.00", "2.00"]})
    found = {one.rule: one for one in field_items("changes", frame)}
    assert (found["types"].faults, found["types"].example) == (2, "BSM, MJ")
    assert "numbers" not in found


def test_the_table_tells_every_check(tmp_path: Path) -> None:
    """Also what is right has its row, in the language asked for."""
    plan = small_plan("zh")
    write_formats(plan, tmp_path, Wanted(frozenset({"parquet"}), standard_fields=True))
    found = check_quality(tmp_path, plan.instance.grid)
    write_quality(found, tmp_path / "quality.csv", "zh")
    rows = list(csv.DictReader((tmp_path / "quality.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) == len(found)
    assert {row["severity"] for row in rows} == {"须修改", "须核对", "提示", "通过"}
    assert ("TDGHDL", "重叠", "0") in {(row["layer"], row["check"], row["faults"]) for row in rows}
