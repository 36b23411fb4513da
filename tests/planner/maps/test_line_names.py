from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pytest
import shapely
from matplotlib.figure import Figure

from instances.layers.named_lines import NamedLines, read_named_lines
from instances.study.findings import Findings
from instances.study.schema import NamedLineSource
from planner.maps import line_names
from planner.maps.line_names import LETTER, MOST, SIZE, _places, draw_named_lines, name_block
from planner.maps.sheet import Box, columns_of
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


def test_numbers_of_roads_are_names(tmp_path: Path) -> None:
    """A column of whole numbers with a gap holds 305, not 305.0; a road without a number has no name."""
    left, bottom, right, top = small_plan().instance.grid.frame.bounds
    shapes = [shapely.LineString([(left, y), (right, y)]) for y in (bottom, top)]
    frame = gpd.GeoDataFrame({"name": [305.0, None]}, geometry=shapes, crs=small_plan().instance.grid.crs)
    frame.to_file(tmp_path / "rivers.gpkg", driver="GPKG", engine="pyogrio")
    assert read(tmp_path) == ([("305",)], [])


def test_lines_of_another_county_are_refused(folder: Path) -> None:
    """A file that lies wholly elsewhere is told with both extents, instead of maps without a river."""
    frame = gpd.read_file(folder / "rivers.gpkg")
    frame.geometry = frame.geometry.translate(1e6)
    frame.to_file(folder / "rivers.gpkg", driver="GPKG", engine="pyogrio")
    found, wrong = read(folder)
    assert found == []
    assert "outside the land cover" in wrong[0]


def test_thousands_of_names_are_not_all_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of the longest lines that the page shows come first, so many and no more."""
    lines = [shapely.LineString([(0, y), (1, y)]) for y in np.linspace(-1, 1, 2 * MOST + 4)]
    named = NamedLines("water", tuple(str(n) for n in range(len(lines))), np.array(lines, dtype=object))
    tried: list[str] = []
    monkeypatch.setattr(line_names, "_name", lambda *told: tried.append(told[2]))
    ground, axes = SimpleNamespace(bounds=(0.0, 0.0, 1.0, 1.0)), Figure().add_subplot()
    draw_named_lines(axes, Box(0, 0, 5, 5), ground, [named], [])  # type: ignore[arg-type]
    assert tried == [str(n) for n in range(MOST + 2, 2 * MOST + 2)]


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
