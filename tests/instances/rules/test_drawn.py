"""Red lines that are drawn: polygons, lines and points, of one file or several."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS

from instances.rules.zones import read_zone
from instances.study.findings import Findings
from instances.study.schema import RedLineTable
from tests.support.recounted import DEGREES, FEET, GAUSS, grid_in, wrong_cells, zone_of

RIVER = shapely.segmentize(shapely.LineString([(113.97, 30.03), (114.0, 30.0), (114.04, 29.99)]), 0.001)
WELLS = [shapely.Point(114.001, 30.001), shapely.Point(113.99, 29.99)]
BESIDE = shapely.Point(113.9789, 30.0)
"""About 100 m west of the grid."""


def write(folder: Path, *geometries: shapely.Geometry, name: str = "line.gpkg", **options: Any) -> str:
    """A file of geometries in degrees."""
    gpd.GeoDataFrame(geometry=list(geometries), crs=DEGREES).to_file(folder / name, **options)
    return name


def metric(*geometries: shapely.Geometry) -> shapely.Geometry:
    """Geometries in degrees, united, in metres."""
    whole: shapely.Geometry = gpd.GeoSeries(list(geometries), crs=DEGREES).to_crs(GAUSS).union_all()
    return whole


def refused(folder: Path, **table: Any) -> str:
    """The sentences with which a line is refused, or that it leaves behind."""
    findings = Findings()
    whole = RedLineTable.model_validate({"forbid": ["urban"], **table})
    read_zone(whole, "redlines.line", folder, grid_in(GAUSS), {}, {}, findings)
    return "\n".join(f"{item.severity} {item}" for item in findings)


@pytest.mark.slow
@pytest.mark.parametrize("crs", [GAUSS, DEGREES, FEET])
@pytest.mark.parametrize(
    ("drawn", "buffer_m"), [([RIVER], 60), ([RIVER], 230), (WELLS, 300), ([BESIDE], 300)]
)
def test_lines_and_points_are_widened_by_metres(
    tmp_path: Path, crs: CRS, drawn: list[shapely.Geometry], buffer_m: float
) -> None:
    """A river and wells hold as far as their distance in metres says, whatever the study's CRS counts in;
    also a well outside the study area whose surroundings reach into it."""
    grid, line = grid_in(crs), metric(*drawn)
    zone = zone_of(tmp_path, grid, path=write(tmp_path, *drawn), buffer_m=buffer_m)
    assert zone.inside.any()
    assert (
        wrong_cells(zone, grid, lambda points: shapely.distance(shapely.points(*points), line) <= buffer_m)
        == 0
    )


@pytest.mark.slow
@pytest.mark.parametrize("crs", [GAUSS, DEGREES, FEET])
@pytest.mark.parametrize("buffer_m", [-120, -40])
def test_patches_with_holes_are_narrowed_as_one(tmp_path: Path, crs: CRS, buffer_m: float) -> None:
    """Patches of a line that share borders, one with a hole, one cut where no other has a corner, lose what
    lies near the edge of their union alone."""
    west = shapely.box(113.985, 30.0, 113.995, 30.012)
    hole = shapely.box(114.0, 30.0, 114.003, 30.004)
    east = shapely.box(113.995, 29.995, 114.01, 30.012).difference(hole)
    lower = east.intersection(shapely.box(113, 29, 115, 30.00333))
    upper = east.intersection(shapely.box(113, 30.00333, 115, 31))
    apart = shapely.box(114.015, 29.985, 114.02, 29.99)
    both = shapely.MultiPolygon([apart, *shapely.get_parts(lower)])
    whole = metric(shapely.segmentize(shapely.union_all([west, east, apart]), 1e-3))
    shapely.prepare(whole)
    grid = grid_in(crs)
    zone = zone_of(tmp_path, grid, path=write(tmp_path, west, both, upper), buffer_m=buffer_m)

    def holds(points: Any) -> Any:
        at = shapely.points(*points)
        return shapely.contains(whole, at) & (shapely.distance(at, whole.boundary) >= -buffer_m)

    assert zone.inside.any()
    assert wrong_cells(zone, grid, holds) == 0


@pytest.mark.parametrize(
    ("drawn", "table", "sentence"),
    [
        ([RIVER], {}, "its feature is a line, which has no area. Give `buffer_m`, the metres on either side"),
        (WELLS, {}, "its 2 features are points or lines, which have no area. Give `buffer_m`"),
        ([RIVER], {"buffer_m": -20}, "-20 m narrow the line, but lines and points have no width to narrow"),
        (
            [shapely.LineString(shapely.box(114, 30, 114.01, 30.01).exterior)],
            {},
            "its feature is a closed line, which has no area. Turn them into polygons in a GIS",
        ),
        (
            [shapely.box(114, 30, 114.01, 30.01), RIVER],
            {},
            "warning redlines.line: 1 of its 2 features is a line or a point, which has no area",
        ),
    ],
)
def test_lines_and_points_without_a_buffer_are_told(
    tmp_path: Path, drawn: list[shapely.Geometry], table: dict[str, Any], sentence: str
) -> None:
    """What has no land of its own needs a buffer: the sentence says so, for lines, points and closed lines;
    among polygons they are left out with a warning."""
    assert sentence in refused(tmp_path, path=write(tmp_path, *drawn), **table)


def test_a_buffer_has_a_sensible_width(tmp_path: Path) -> None:
    """The widest buffer takes everything or leaves nothing; wider ones are refused with the study."""
    path = write(tmp_path, RIVER)
    for crs in (GAUSS, DEGREES):
        assert zone_of(tmp_path, grid_in(crs), path=path, buffer_m=1e6).inside.all()
    land = write(tmp_path, shapely.box(113.9, 29.9, 114.1, 30.1), name="land.gpkg")
    assert not zone_of(tmp_path, grid_in(GAUSS), path=land, buffer_m=-1e6).inside.any()
    with pytest.raises(ValueError, match="less than or equal to 1000000"):
        RedLineTable.model_validate({"forbid": ["urban"], "path": path, "buffer_m": 1e308})


def test_a_line_may_have_several_files_and_layers(tmp_path: Path) -> None:
    """A shapefile and two layers of a GeoPackage hold as their union does: a cell that the border between
    two files halves lies inside."""
    parts = [shapely.box(113.97 + 0.0105 * k, 29.97, 113.97 + 0.0105 * (k + 1), 30.03) for k in range(3)]
    shapefile = write(tmp_path, parts[0], name="west.shp")
    write(tmp_path, parts[1], name="rest.gpkg", layer="middle")
    write(tmp_path, parts[2], name="rest.gpkg", layer="east")
    grid = grid_in(DEGREES)
    paths = [shapefile, {"path": "rest.gpkg", "layer": "middle"}, {"path": "rest.gpkg", "layer": "east"}]
    zone = zone_of(tmp_path, grid, path=paths, share=1.0)
    assert zone.inside.reshape(40, 50).sum(axis=1).tolist() == [21] * 40
    assert zone.polygons is not None
    layers = zone_of(tmp_path, grid, path="rest.gpkg", layer=["middle", "east"], share=1.0)
    assert layers.inside.reshape(40, 50).sum(axis=1).tolist() == [20] * 40
    assert np.count_nonzero(zone.inside & ~layers.inside) == 40


def test_what_is_wrong_with_any_of_several_files_is_told(tmp_path: Path) -> None:
    """A missing file, a missing layer and a layer of lines are told together, each with its place."""
    write(tmp_path, shapely.box(114, 30, 114.01, 30.01), name="a.gpkg", layer="one")
    write(tmp_path, RIVER, name="b.gpkg")
    told = refused(tmp_path, path=["nothing.shp", {"path": "a.gpkg", "layer": "on"}, "b.gpkg"])
    assert "redlines.line.path (no. 1): there is no file nothing.shp" in told
    assert "redlines.line.path (no. 2).layer: a.gpkg has no layer `on`. Did you mean `one`?" in told
    assert "redlines.line.path (no. 3): its feature is a line" in told


def test_several_files_take_what_the_table_says_of_all() -> None:
    """Layer, band and CRS of the table hold for every file that states none of its own."""
    table = RedLineTable.model_validate(
        {
            "forbid": ["urban"],
            "path": ["a.tif", {"path": "b.tif", "band": 1}, {"path": "c.gpkg", "layer": "x", "crs": "4490"}],
            "band": 2,
            "crs": "EPSG:4547",
        }
    )
    assert [(each.path, each.layer, each.band, each.crs) for each in table.sources] == [
        ("a.tif", None, 2, "EPSG:4547"),
        ("b.tif", None, 1, "EPSG:4547"),
        ("c.gpkg", "x", 2, "4490"),
    ]
