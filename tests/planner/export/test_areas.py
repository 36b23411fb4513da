from __future__ import annotations

import numpy as np
import pytest
import shapely
from pyproj import CRS, Geod, Transformer

from planner.export.areas import ellipsoidal_ha, planar_ha, with_both_areas
from planner.export.layers import classes_layer, patches_layer
from tests.support.made_plans import raster_grid, small_parcels, small_plan

ORIGIN = {4547: (5.2e5, 2.56e6), 32650: (7.4e5, 2.5e6), 4490: (114.2, 23.1), 2805: (2e5, 9e5)}
"""A place in each CRS: Gauss-Kruger, UTM far from its meridian, degrees, and another ellipsoid."""


def geodesic_ha(geometry: shapely.Polygon, crs: CRS) -> float:
    """The area by geodesics, one polygon at a time: the other library's answer."""
    geod = Geod(a=crs.ellipsoid.semi_major_metre, rf=crs.ellipsoid.inverse_flattening)
    turn = Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
    return (
        abs(geod.geometry_area_perimeter(shapely.transform(geometry, turn.transform, interleaved=False))[0])
        / 1e4
    )


@pytest.mark.parametrize("code", ORIGIN)
def test_ellipsoidal_areas_are_those_of_geodesics(code: int) -> None:
    """In any CRS the ellipsoidal area agrees with the geodesic one to six digits, long sides included."""
    crs = CRS.from_epsg(code)
    size = 0.003 if crs.is_geographic else 300.0
    grid = raster_grid(np.ones((40, 60), dtype=bool), size, crs, ORIGIN[code])
    left, bottom, right, top = grid.frame.bounds
    shapes = np.array(
        [shapely.box(left, bottom, right, top), shapely.box(left, top - size, left + 3 * size, top)],
        dtype=object,
    )
    found = ellipsoidal_ha(shapes, grid)
    assert found == pytest.approx([geodesic_ha(shape, crs) for shape in shapes], rel=2e-6)


def test_planar_and_ellipsoidal_areas_stand_side_by_side() -> None:
    """Near the meridian of a zone of scale 1 the plane exceeds the ellipsoid by parts in a million."""
    plan = small_plan()
    layer = with_both_areas(patches_layer(plan, "en"), plan.instance.grid)
    assert layer.table["planar_ha"].to_numpy() == pytest.approx(layer.table["area_ha"].to_numpy())
    ratio = layer.table["planar_ha"] / layer.table["ellipsoidal_ha"]
    assert ratio.between(1.0, 1.0 + 1e-5).all()
    assert layer.aliases("zh")["ellipsoidal_ha"] == "椭球面积（公顷）"


def test_degrees_have_no_planar_area() -> None:
    """In a geographic CRS only the ellipsoidal area is stated; it is the plan's own."""
    grid = raster_grid(np.ones((2, 2), dtype=bool), 0.01, CRS.from_epsg(4490), (114.0, 23.0))
    assert planar_ha(np.array([shapely.box(114, 22.98, 114.02, 23)], dtype=object), grid) is None


def test_parcels_have_both_areas() -> None:
    """A parcel study states them for every parcel patch."""
    plan = small_parcels()
    table = with_both_areas(patches_layer(plan, "en"), plan.instance.grid).table
    assert table["planar_ha"].to_numpy() == pytest.approx([1, 3, 1])
    assert table["ellipsoidal_ha"].to_numpy() == pytest.approx([1, 3, 1], rel=2e-3)


def test_tables_stay_as_they_are() -> None:
    """A table without polygons has no area to add."""
    plan = small_plan()
    layer = classes_layer(plan, "en")
    assert with_both_areas(layer, plan.instance.grid) is layer
