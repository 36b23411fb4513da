from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from instances.land.stated import Stated, read_stated
from instances.study.file import parse_study
from instances.study.findings import Findings
from tests.support.made_plans import CLASSES, CROPLAND, FOREST, URBAN

TODAY_HA = np.array([2.0, 2.0, 1.0, 1.0])


def stated(
    tables: dict[str, Any], tmp_path: Path, csv: str = "", classes: dict[str, Any] | None = None
) -> tuple[dict[str, Stated], list[str]]:
    """The figures of some indicators, and what is said of them; ``csv`` is ``t.csv``."""
    (tmp_path / "t.csv").write_text(csv, encoding="utf-8")
    tree = {"title": "t", "landcover": {"path": "c.tif"}, "indicators": tables, "classes": classes or {}}
    findings = Findings()
    found = read_stated(parse_study(tree, "study.toml"), tmp_path, CLASSES, TODAY_HA, findings)
    return found, [str(finding) for finding in findings]


def test_figures_by_class_hold_whatever_the_land_is_today(tmp_path: Path) -> None:
    """110 people a hectare of urban land, 3 of cropland, none elsewhere."""
    found, told = stated({"people": {"per_class": {"urban": 110, "cropland": 3}}}, tmp_path)
    assert told == []
    assert found["people"].value.tolist() == [[3.0, 0.0, 0.0, 110.0]] * 4


def test_a_csv_has_ranges_and_what_it_leaves_out_is_told(tmp_path: Path) -> None:
    """Low and high are kept; classes that a file does not name count 0, and a note says so."""
    csv = "class,value,low,high,source\nurban,95,60,140,x\nwetland,1,1,1,not in this study\n"
    found, told = stated({"jobs": {"per_class": "t.csv"}}, tmp_path, csv)
    assert [end[0, URBAN] for end in (found["jobs"].low, found["jobs"].value, found["jobs"].high)] == [
        60,
        95,
        140,
    ]
    assert told == [
        "indicators.jobs.per_class: says nothing of cropland, forest, water: each of them counts 0."
    ]


def test_changes_have_figures_of_their_own(tmp_path: Path) -> None:
    """Costs stand between a class today and one planned; all other changes cost nothing."""
    found, told = stated({"cost": {"per_change": "t.csv"}}, tmp_path, "from,to,value\ncropland,urban,45\n")
    assert told == []
    assert found["cost"].value[CROPLAND, URBAN] == 45.0
    assert found["cost"].value.sum() == 45.0


def test_floor_turns_figures_a_square_metre_into_figures_a_hectare(tmp_path: Path) -> None:
    """20 kg a m2 of floor at a floor ratio of 1.5 are 300,000 kg a hectare."""
    table = {"heat": {"per_class": {"urban": 20}, "per": "floor"}}
    found, told = stated(table, tmp_path, classes={"urban": {"floor_ratio": 1.5}})
    assert told == []
    assert found["heat"].value[FOREST, URBAN] == 300_000.0
    found, told = stated(table, tmp_path)
    assert found == {}
    assert "urban has no floor_ratio" in told[0]


def test_a_census_scales_what_there_is(tmp_path: Path) -> None:
    """A note tells the factor; where today's land comes to nothing, or to less, no factor meets a census."""
    found, told = stated({"p": {"per_class": {"urban": 110}, "calibrate": 220, "unit": "people"}}, tmp_path)
    assert found["p"].value[0, URBAN] == 110.0
    assert "comes to 110 people: all figures are multiplied by 2 to meet 220" in told[0]
    for per_class in ({"shrub": 3}, {"urban": 0}, {"urban": -1, "cropland": 2}):
        found, told = stated({"p": {"per_class": per_class, "calibrate": 220}}, tmp_path)
        assert found == {}
        assert told[0].startswith("indicators.p.calibrate")


def test_every_fault_of_every_table_is_told_at_once(tmp_path: Path) -> None:
    """Unknown classes, lines twice, changes that are none and missing files, all together."""
    csv = "from,to,value\ncropland,cropland,1\ncropland,forrest,2\ncropland,urban,1\ncropland,urban,1\n"
    tables = {
        "a": {"per_class": {"urbn": 1}},
        "b": {"per_change": "t.csv"},
        "c": {"per_class": "gone.csv"},
    }
    found, told = stated(tables, tmp_path, csv)
    assert found == {}
    said = "\n".join(told)
    for part in (
        "`urbn`",
        "cropland to cropland is no change",
        "`forrest`",
        "cropland to urban a second time",
        "gone.csv",
    ):
        assert part in said


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_class_twice_is_told_in_both_languages(lang: str, tmp_path: Path) -> None:
    """The second line of a class is a fault, whatever it says."""
    findings = Findings()
    (tmp_path / "t.csv").write_text("class,value\nurban,1\nurban,1\n", encoding="utf-8")
    tree = {"title": "t", "landcover": {"path": "c"}, "indicators": {"a": {"per_class": "t.csv"}}}
    read_stated(parse_study(tree, "study.toml"), tmp_path, CLASSES, TODAY_HA, findings)
    assert "urban" in findings.errors[0].told(lang)
