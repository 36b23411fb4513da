"""The boundary of the study area."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from instances.instance import Instance, read
from instances.study.file import load_study
from instances.study.findings import StudyError
from instances.units.grid import RasterFrame
from tests.support.small_study import CELL, CRS, LEFT, TOP, box, write_polygons, write_study


def small(folder: Path, *polygons: shapely.Polygon, crs: str = CRS) -> Instance:
    """The small study with a boundary."""
    study = write_study(folder, {"boundary": {"path": "area.gpkg"}, "redlines": {}, "limits": []})
    named = {f"part {number}": polygon for number, polygon in enumerate(polygons)}
    write_polygons(folder / "area.gpkg", "area", named, crs)
    return read(load_study(study))


def told(instance: Instance) -> list[str]:
    """What is said of the boundary."""
    return [str(finding) for finding in instance.findings if finding.place == "boundary"]


def test_cells_inside_are_those_with_their_centre_inside(tmp_path: Path) -> None:
    """Of 12 x 16 cells the 8 x 5 whose centres lie in the polygon stay, with edges among themselves."""
    shifted = shapely.affinity.translate(box(1, 2, 6, 10), 0.3 * CELL, 0.3 * CELL)
    instance = small(tmp_path, shifted)
    assert len(instance) == 40
    assert instance.grid.total_ha == pytest.approx(40.0)
    assert len(instance.grid.edges) == 8 * 4 + 7 * 5
    frame = instance.grid.frame
    assert isinstance(frame, RasterFrame)
    assert (frame.shape, frame.transform.c, frame.transform.f) == ((8, 5), LEFT + CELL, TOP - 2 * CELL)
    assert told(instance) == [
        "boundary: 40 of 192 units lie inside, 40.00 ha; 152.00 ha of land cover outside it are left out."
    ]


def test_what_is_left_has_the_classes_layers_and_districts_of_its_own_place(tmp_path: Path) -> None:
    """Values follow their cells; a class that is outside alone is no class of the study."""
    whole = read(load_study(write_study(tmp_path / "whole")))
    instance = small(tmp_path / "part", box(8, 4, 16, 12))
    assert "forest" not in instance.classes.names
    assert "urban_residential" in instance.classes.names
    rows, columns = np.divmod(np.arange(192), 16)
    inside = (columns >= 8) & (rows >= 4)
    assert np.array_equal(instance.layers["slope"], whole.layers["slope"][inside])
    names = [whole.classes.names[k] for k in whole.today[inside]]
    assert [instance.classes.names[k] for k in instance.today] == names
    townships = instance.districts["townships"]
    assert {townships.names[k] for k in townships.member} == {"东镇"}


def test_a_boundary_in_pieces_and_in_another_crs_is_one(tmp_path: Path) -> None:
    """Polygons that overlap count once, and degrees are brought to metres."""
    table = gpd.GeoSeries([box(0, 0, 4, 4), box(2, 2, 6, 6)], crs=CRS).to_crs("EPSG:4490")
    instance = small(tmp_path, *table, crs="EPSG:4490")
    assert len(instance) == 16 + 16 - 4


def test_a_boundary_around_all_or_beyond_says_so(tmp_path: Path) -> None:
    """Nothing is left out; land inside without land cover is told in hectares."""
    instance = small(tmp_path, box(-2, 0, 16, 12))
    assert len(instance) == 192
    whole, beyond = told(instance)
    assert whole == "boundary: all land of the land cover lies inside it: nothing is left out."
    assert beyond == "boundary: 24.00 ha inside it have no land cover. They are no part of the plan."


@pytest.mark.parametrize(
    ("polygon", "words"),
    [
        (shapely.box(9e5, 3e6, 9.1e5, 3.1e6), "boundary: lies wholly outside the land cover"),
        (shapely.affinity.scale(box(2, 2, 3, 3), 0.2, 0.2, origin=(LEFT + 205, TOP - 205)), "no land of the"),
        (shapely.LineString([(LEFT, TOP), (LEFT + 900, TOP - 900)]), "boundary: holds no polygon"),
    ],
)
def test_a_boundary_that_is_none_is_refused(tmp_path: Path, polygon: shapely.Geometry, words: str) -> None:
    """Elsewhere, without a single cell, or a line: each has its sentence."""
    with pytest.raises(StudyError, match=words):
        small(tmp_path, polygon)


def test_parcels_inside_are_those_with_most_of_them_inside(tmp_path: Path) -> None:
    """Of three parcels one lies inside, one by half, one by a third: two stay, with the border they share."""
    parcels = [box(0, 0, 2, 2), box(2, 0, 4, 2), box(4, 0, 7, 2)]
    table = gpd.GeoDataFrame({"DLBM": ["0101", "0301", "0701"]}, geometry=parcels, crs=CRS)
    table.to_file(tmp_path / "parcels.gpkg", layer="parcels")
    write_polygons(tmp_path / "area.gpkg", "area", {"county": box(0, 0, 3, 2)})
    (tmp_path / "study.toml").write_text(
        'title = "lots"\n[landcover]\npath = "parcels.gpkg"\nscheme = "third-survey"\n'
        '[boundary]\npath = "area.gpkg"\n',
        encoding="utf-8",
    )
    instance = read(load_study(tmp_path / "study.toml"))
    assert len(instance) == 2
    assert instance.grid.total_ha == pytest.approx(8.0)
    assert instance.grid.edges.length_m.tolist() == [pytest.approx(200.0)]
    assert len(instance.classes) == 2
