from __future__ import annotations

import numpy as np
import pytest
import shapely
from affine import Affine
from pyproj import CRS, Transformer

from instances.study.findings import Findings
from instances.units.cover import share_inside
from instances.units.gridding import raster_grid
from instances.units.projecting import TOLERANCE_M, edges, project

GAUSS, DEGREES = CRS(4547), CRS(4490)
PROVINCE = shapely.box(110.5, 29, 117.5, 31)
"""A box of four corners: its upper edge is the parallel of 31 degrees."""


def brought(shape: shapely.Geometry, source: CRS = DEGREES, target: CRS = GAUSS) -> shapely.Geometry:
    """One geometry in another CRS."""
    found: shapely.Geometry = project(np.array([shape], dtype=object), source, target)[0]
    return found


def by_hand(shape: shapely.Geometry, source: CRS, target: CRS, step: float) -> shapely.Geometry:
    """A geometry with a corner at every step, brought over by PROJ alone."""
    turn = Transformer.from_crs(source, target, always_xy=True)
    return shapely.transform(shapely.segmentize(shape, step), turn.transform, interleaved=False)


def test_land_south_of_a_parallel_is_counted_to_the_parallel() -> None:
    """Of 20 x 20 cells of 1 km around 31 degrees north those 200 whose centres lie south of it are inside a
    box of degrees; the chord between its corners runs 5 km further north."""
    x, y = Transformer.from_crs(DEGREES, GAUSS, always_xy=True).transform(114.0, 31.0)
    origin = Affine(1000, 0, round(x, -3) - 10_000, 0, -1000, y + 10_000)
    grid = raster_grid(np.ones((20, 20), dtype=bool), origin, GAUSS, "g", Findings())
    assert grid is not None
    share = share_inside(np.array([brought(PROVINCE)], dtype=object), grid)
    back = Transformer.from_crs(GAUSS, DEGREES, always_xy=True)
    row, column = np.divmod(np.arange(400), 20)
    _, latitude = back.transform(*(origin @ (column + 0.5, row + 0.5)))
    assert grid.area_ha[share >= 0.5].sum() == pytest.approx(20_000.0)
    assert ((share >= 0.5) == (latitude < 31)).all()


@pytest.mark.parametrize(
    "shape",
    [
        PROVINCE,
        shapely.LineString([(105, 20), (123, 50)]),
        shapely.MultiPolygon([PROVINCE, shapely.box(112, 20, 113, 28)]),
        shapely.GeometryCollection([PROVINCE, shapely.MultiLineString([[(110, 30), (118, 24)]])]),
        shapely.Polygon(PROVINCE.exterior, [shapely.box(112, 29.5, 116, 30.5).exterior]),
    ],
    ids=["box", "line", "multi", "collection", "hole"],
)
@pytest.mark.parametrize("target", [4547, 3857, 3035], ids=["gauss", "mercator", "laea"])
def test_edges_lie_where_they_are_in_any_crs(shape: shapely.Geometry, target: int) -> None:
    """Lines, polygons, holes and what collections hold lie within centimetres of the same with a corner at
    every hundredth of a degree."""
    found = brought(shape, DEGREES, CRS(target))
    true = by_hand(shape, DEGREES, CRS(target), 0.01)
    assert found.geom_type == shape.geom_type
    corners = shapely.get_coordinates(true)[:: max(1, shapely.get_num_coordinates(true) // 500)]
    off = shapely.distance(shapely.points(corners), shapely.boundary(found) if found.area else found)
    if found.geom_type != "GeometryCollection":
        assert off.max() < 2 * TOLERANCE_M
    assert found.area == pytest.approx(true.area, rel=1e-6)


@pytest.mark.parametrize("target", [4490, 32650, 3857], ids=["degrees", "utm", "mercator"])
def test_edges_drawn_on_the_plane_bend_in_degrees(target: int) -> None:
    """A box of 200 km in a zone of Gauss-Kruger has the same outline in degrees as one with many corners."""
    shape = shapely.box(400_000, 3_000_000, 600_000, 3_200_000)
    found, true = brought(shape, GAUSS, CRS(target)), by_hand(shape, GAUSS, CRS(target), 500)
    assert shapely.get_num_coordinates(found) < 5_000
    unit = 111_000 if target == 4490 else 1
    corners = shapely.points(shapely.get_coordinates(true))
    assert shapely.distance(corners, found.exterior).max() * unit < 2 * TOLERANCE_M


def test_short_edges_are_left_as_they_are() -> None:
    """Parcels of a hundred metres get no further corner, nor does anything where no CRS changes."""
    parcel = shapely.box(114, 30, 114.001, 30.001)
    assert shapely.get_num_coordinates(brought(parcel)) == 5
    assert brought(PROVINCE, DEGREES, CRS(4490)) is PROVINCE


def test_only_long_edges_are_cut() -> None:
    """Of a layer the geometries that bend get corners, the others none."""
    shapes = np.array([shapely.box(114, 30, 114.001, 30.001), PROVINCE, shapely.Point(114, 30)], dtype=object)
    small, large, point = shapely.get_num_coordinates(project(shapes, DEGREES, GAUSS))
    assert (small, point) == (5, 1)
    assert 1_000 < large < 50_000


def test_a_line_that_bends_both_ways_is_cut_too() -> None:
    """A diagonal over the middle of a zone lies on its chord in the middle, and nowhere else."""
    line = shapely.LineString([(111, -4), (117, 4)])
    assert shapely.get_num_coordinates(brought(line)) > 100


def test_land_of_the_whole_world_comes_to_an_end() -> None:
    """A box of the whole world in a zone's CRS ends, and what lies beside it in the layer is right."""
    world = np.array([shapely.box(-180, -90, 180, 90), shapely.box(114, 30, 114.1, 30.1)], dtype=object)
    found = project(world, DEGREES, CRS(32649))
    assert shapely.get_num_coordinates(found[0]) < 1_000_000
    assert shapely.bounds(found[1]) == pytest.approx(
        by_hand(world[1], DEGREES, CRS(32649), 1e-3).bounds, abs=0.02
    )


@pytest.mark.parametrize(
    "land", [shapely.box(-180, -90, 180, 90), shapely.box(0, 0, 150, 60), shapely.box(60, -20, 179, 80)]
)
@pytest.mark.parametrize("source", [4490, 3857])
def test_land_that_reaches_around_the_earth_still_holds_the_area(land: shapely.Geometry, source: int) -> None:
    """A zone's projection has no place for the other side of the Earth; the cells on this side are inside."""
    grid = raster_grid(np.ones((3, 3), bool), Affine(100, 0, 5e5, 0, -100, 3e6), GAUSS, "g", Findings())
    assert grid is not None
    if source == 3857:
        land = by_hand(shapely.intersection(land, shapely.box(-180, -85, 180, 85)), DEGREES, CRS(3857), 1)
    found = np.array([brought(land, CRS(source))], dtype=object)
    assert share_inside(found, grid) == pytest.approx(1.0)


def test_land_far_away_stays_far_away() -> None:
    """What lies wholly on the other side of the Earth is not cut off to nothing."""
    assert not brought(shapely.box(-70, 40, -69, 41)).is_empty


def test_edges_beyond_what_a_projection_holds_leave_the_corners() -> None:
    """Where pieces of an edge have no place in the target but its corners do, the corners are kept."""
    shape = shapely.LineString([(114, 80), (-66, 80)])  # over the pole, by the antimeridian of the zone
    assert np.isfinite(shapely.get_coordinates(brought(shape, DEGREES, CRS(3035)))).all()


def test_edges_are_those_of_rings_and_lines() -> None:
    """A box has four edges, a line of three points two, a point none."""
    shapes = np.array(
        [
            shapely.Point(0, 0),
            shapely.box(0, 0, 1, 1),
            shapely.GeometryCollection([shapely.LineString([(0, 0), (1, 0), (1, 1)]), shapely.Point(5, 5)]),
        ],
        dtype=object,
    )
    start, end, of = edges(shapes)
    assert np.bincount(of).tolist() == [0, 4, 2]
    assert np.hypot(*(end - start).T).tolist() == [1.0] * 6
