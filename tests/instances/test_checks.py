"""What is checked of a study by its names and files alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from instances.checks import check_areas, check_files, check_names, input_paths
from instances.land.classes import Classes, class_table
from instances.rules.districts import Districts
from instances.study.findings import Findings
from instances.study.schema import Study

CLASSES = Classes(tuple(class_table()[name] for name in ("cropland", "forest")))


def study_of(**tables: Any) -> Study:
    """A study of a raster with the given tables."""
    return Study.model_validate({"title": "names", "landcover": {"path": "today.tif"}, **tables})


def test_a_limit_by_an_unknown_division_is_told() -> None:
    """The division that a limit names must be a table of [districts]."""
    findings = Findings()
    limit = {"indicator": "area.forest", "at_least": 1, "by": "township"}
    check_names(study_of(limits=[limit], districts={"townships": {"path": "t.gpkg", "name": "N"}}), findings)
    check_names(study_of(limits=[limit]), findings)
    assert [str(finding) for finding in findings] == [
        "limits (no. 1).by: there is no table districts.township. Did you mean `townships`?",
        "limits (no. 1).by: there is no table districts.township. Add it under [districts.township].",
    ]


def test_a_limit_for_a_district_without_units_is_told() -> None:
    """A district that lies outside the land cover can have no limit; an unknown one is told by name."""
    towns = Districts("towns", ("东", "西"), np.zeros(3, dtype=np.int32))
    findings = Findings()
    limits = [
        {"indicator": "a", "at_least": 1, "by": "towns", "district": name} for name in ("东", "西", "南")
    ]
    check_areas(study_of(limits=limits), CLASSES, {"towns": towns}, findings)
    told = [str(finding) for finding in findings]
    assert "limits (no. 2).district: `西` holds no unit of the land cover" in told[0]
    assert (
        "limits (no. 3).district: districts.towns has no district `南`. Known in districts.towns: 东, 西."
        in told[1]
    )


def test_an_indicator_of_an_unknown_class_is_told() -> None:
    """A class that neither the study nor the project knows is refused where an indicator names it."""
    findings = Findings()
    indicators = {"x": {"layer": "slope", "classes": ["forrest", "water"]}}
    check_areas(study_of(indicators=indicators), CLASSES, {}, findings)
    assert [finding.place for finding in findings] == ["indicators.x.classes"]


def test_the_inputs_of_a_study_are_listed_once_each() -> None:
    """Every file is an input once; lines left out and coefficient sets of the project are none."""
    study = study_of(
        layers={"slope": "slope.tif", "aspect": "slope.tif"},
        redlines={
            "a": {"path": "lines.gpkg", "layer": "a", "forbid": ["urban"]},
            "b": {"path": "lines.gpkg", "layer": "b", "forbid": ["urban"]},
            "c": {"path": "other.gpkg", "enabled": False},
        },
        carbon={"coefficients": "own.csv"},
    )
    assert input_paths(study) == ("today.tif", "slope.tif", "lines.gpkg", "own.csv")
    assert input_paths(study_of()) == ("today.tif",)


def test_missing_files_and_wrong_conditions_are_told_without_land_cover(tmp_path: Path) -> None:
    """Files that are not there and conditions that are none are told; lines left out are not looked at."""
    findings = Findings()
    study = study_of(
        layers={"slope": "slope.tif"},
        redlines={
            "a": {"path": "lines.gpkg", "forbid": ["urban"]},
            "b": {"where": "slop > 2", "forbid": ["urban"]},
            "c": {"path": "other.gpkg", "enabled": False},
        },
        indicators={"ways": {"corridors": {"path": "ways.gpkg"}}},
    )
    check_files(study, tmp_path, findings)
    places = [finding.place for finding in findings]
    assert places == ["layers.slope", "indicators.ways.corridors", "redlines.a", "redlines.b.where"]
