"""Interwoven town and country of a study: units, files, and grades as a layer of the study."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio

import planner
from tests.support.small_study import tree, write_study


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small study."""
    return write_study(tmp_path_factory.mktemp("interlace"))


def test_every_file_tells_the_same(study: Path, tmp_path: Path) -> None:
    """Table, layer and raster have the grade of every unit; cells without land are left out; the map is
    drawn."""
    files = {"table": "i.csv", "layer": "i.gpkg", "raster": "i.tif", "picture": "i.png"}
    result = planner.interlace(study, side_m=400, **{key: tmp_path / name for key, name in files.items()})
    table = pd.read_csv(tmp_path / "i.csv")
    layer = gpd.read_file(tmp_path / "i.gpkg")
    assert dict(zip(table["unit"], table["grade"], strict=True)) == result.grades
    assert layer["grade"].tolist() == table["grade"].tolist()
    assert sum(row.area_ha for row in result.rows) == pytest.approx(192.0)
    assert sum(row.units for row in result.rows) == len(table)
    with rasterio.open(tmp_path / "i.tif") as raster:
        cells = np.bincount(raster.read(1).ravel(), minlength=6)
    of_grade = table.groupby("grade")["area_ha"].sum()
    assert {grade: float(count) for grade, count in enumerate(cells) if count} == of_grade.to_dict()
    assert (tmp_path / "i.png").stat().st_size > 10_000


def test_grades_are_a_layer_of_the_study(study: Path) -> None:
    """A red line holds where the grade is high."""
    planner.interlace(study, side_m=400, raster=study.parent / "grades.tif")
    tables = tree()
    line = {"where": "interlace >= 1", "forbid": ["forest"]}
    changed = {
        "layers": {**tables["layers"], "interlace": "grades.tif"},
        "redlines": {**tables["redlines"], "interwoven": line},
    }
    path = write_study(study.parent, changed)
    [found] = [each for each in planner.check(path).redlines if each.name == "interwoven"]
    graded = planner.interlace(path, side_m=400).rows[1:]
    assert found.inside_ha == pytest.approx(sum(row.area_ha for row in graded))


def test_units_may_be_districts_of_the_study(study: Path) -> None:
    """The townships are graded where they are named; a name that is none is told with the nearest."""
    assert set(planner.interlace(study, by="townships").grades) == {"东镇", "西镇"}
    with pytest.raises(planner.StudyError, match="--by.*township.*Did you mean `townships`"):
        planner.interlace(study, by="township")
    with pytest.raises(planner.StudyError, match="0 m is no size of units"):
        planner.interlace(study, side_m=0)


@pytest.mark.parametrize("name", ["map", "map.1%", "map.doc"])
def test_a_picture_of_no_format_is_told(study: Path, tmp_path: Path, name: str) -> None:
    """A name without an ending of pictures is told before anything is drawn."""
    with pytest.raises(planner.StudyError, match=r"--map.*\.png, \.pdf, \.svg"):
        planner.interlace(study, side_m=400, picture=tmp_path / name)
