from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from instances.layers.named_lines import read_named_lines
from instances.study.findings import Findings
from instances.study.schema import NamedLineSource
from planner.maps.line_names import LETTER, SIZE, _places, name_block
from planner.maps.sheet import columns_of
from tests.support.made_plans import small_plan


def read(folder: Path, **source: str) -> tuple[list[tuple[str, ...]], list[str]]:
    """The names of a study's lines, and what was found wrong."""
    instance, findings = small_plan().instance, Findings()
    named = {"rivers": NamedLineSource(path="rivers.gpkg", **source)}
    study = instance.study.model_copy(update={"map_names": named})
    found = read_named_lines(study, folder, instance.grid, findings)
    return [each.names for each in found], [str(one) for one in findings.items]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A file of lines: one river in two pieces, a shorter one, and one without a name."""
    left, bottom, right, top = small_plan().instance.grid.frame.bounds
    middle = (left + right) / 2
    shapes = [
        shapely.LineString([(left, bottom), (middle, bottom)]),
        shapely.LineString([(middle, bottom), (right, bottom)]),
        shapely.LineString([(left, top), (middle, top)]),
        shapely.LineString([(left, bottom), (left, top)]),
    ]
    table = {"名称": ["长河", "长河", "短溪", None], "code": ["1", "1", "2", "3"]}
    frame = gpd.GeoDataFrame(table, geometry=shapes, crs=small_plan().instance.grid.crs)
    frame.to_file(tmp_path / "rivers.gpkg", driver="GPKG", engine="pyogrio")
    return tmp_path


def test_lines_of_one_name_are_one(folder: Path) -> None:
    """Pieces are merged, the longest line is first, lines without a name are left out."""
    assert read(folder) == ([("长河", "短溪")], [])


def test_the_field_of_the_names_can_be_said(folder: Path) -> None:
    """And a field that there is not is told with the fields that there are."""
    assert read(folder, name="code")[0] == [("1", "3", "2")]
    found, wrong = read(folder, name="nane")
    assert found == []
    assert "map_names.rivers" in wrong[0]
    assert "nane" in wrong[0]


def test_a_name_stands_along_its_line_and_never_upside_down() -> None:
    """On a line from upper right to lower left a name reads from left to right; on a short one it has no
    place."""
    wide = columns_of("长河") * SIZE * LETTER
    x, y, turn = _places(shapely.LineString([(2, 2), (0, 0)]), wide)[0]
    assert (x, y, turn) == (pytest.approx(1), pytest.approx(1), pytest.approx(45))
    assert _places(shapely.LineString([(0, 0), (wide / 2, 0)]), wide) == []
    assert shapely.area(name_block("长河", SIZE, 0, 0)) == pytest.approx(wide * SIZE * 1.25 / 72)


def test_bends_have_no_names() -> None:
    """A name stands where its line is straight, not in a hairpin."""
    around = np.linspace(0, np.pi, 60)
    line = shapely.LineString(np.column_stack([0.1 * np.cos(around), 0.1 * np.sin(around)]))
    assert _places(line, 0.3) == []
