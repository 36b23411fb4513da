from __future__ import annotations

import numpy as np
import pytest
import shapely
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS

from instances.study.findings import Findings
from instances.units.cover import merged, owner, share_inside, weighted_shares
from instances.units.grid import Grid
from instances.units.gridding import raster_grid
from instances.units.parcels import parcel_grid
from tests.support.made_files import made_grid, square


def many(*geometries: shapely.Geometry) -> np.ndarray:
    """Geometries as an array."""
    return np.array(geometries, dtype=object)


def parcels(*geometries: shapely.Geometry) -> Grid:
    """A parcel grid."""
    ids = np.arange(len(geometries)).astype(object)
    grid = parcel_grid(many(*geometries), ids, CRS(32649), 0.5, "p", Findings())
    assert grid is not None
    return grid


def test_a_half_covered_cell_has_share_one_half() -> None:
    """A square shifted by half a cell covers a half, a quarter or nothing of the cells of a 2 x 3 raster."""
    grid = made_grid(2, 3)
    assert share_inside(many(square(0.5, 0)), grid).tolist() == [0.5, 0.5, 0, 0, 0, 0]
    assert share_inside(many(square(0.5, 0.5)), grid).tolist() == [0.25, 0.25, 0, 0.25, 0.25, 0]
    assert share_inside(many(square(0, 0, size=3)), grid).tolist() == [1.0] * 6
    assert share_inside(many(square(7, 7)), grid).tolist() == [0.0] * 6
    assert share_inside(many(), grid).tolist() == [0.0] * 6


def test_overlapping_polygons_count_once() -> None:
    """The share is that of the union: the same square twice covers no more than once."""
    grid = made_grid(1, 2)
    assert share_inside(many(square(0.5, 0), square(0.5, 0)), grid).tolist() == [0.5, 0.5]
    assert share_inside(many(square(0.5, 0), square(0.25, 0)), grid).tolist() == pytest.approx([0.75, 0.5])


def test_touching_polygons_are_not_united() -> None:
    """Polygons that only touch stay as they are, so that a parcel fabric costs no union."""
    assert len(merged(many(square(0, 0), square(1, 0)))) == 2
    assert len(merged(many(square(0, 0), square(0.5, 0), square(5, 0)))) == 2


def test_what_is_there_a_thousand_times_counts_once() -> None:
    """The same polygon again and again is one; very many that overlap are united within the bounds alone."""
    same = square(0, 0)
    assert [part.equals(same) for part in merged(many(*[same] * 3_000))] == [True]
    discs = shapely.buffer(many(*(square(number / 100, 0) for number in range(3_000))), 1e6)
    left, bottom, right, top = same.bounds
    (whole,) = merged(discs, (left, bottom, right, top))
    assert whole.equals(shapely.box(left, bottom, right, top))


def test_holes_lines_and_points_cover_nothing() -> None:
    """A hole is outside; lines and points have no area."""
    grid = made_grid(1, 1)
    ring = square(0, 0).difference(square(0.25, 0.25, size=0.5))
    assert share_inside(many(ring), grid).tolist() == [0.75]
    line = shapely.LineString([(700_000, 2_600_000), (700_100, 2_599_900)])
    assert share_inside(many(line, line.centroid), grid).tolist() == [0.0]
    both = shapely.GeometryCollection([line, shapely.GeometryCollection([ring])])
    assert share_inside(many(both), grid).tolist() == [0.75]


@pytest.mark.parametrize("signs", [(1, -1), (1, 1), (-1, -1), (-1, 1)])
@settings(max_examples=50)
@given(seed=st.integers(0, 2**32 - 1))
def test_shares_are_those_of_plain_intersections(signs: tuple[int, int], seed: int) -> None:
    """On every cell the share equals the area of the intersection with the union, whichever way the raster's
    rows and columns run."""
    rng = np.random.default_rng(seed)
    transform = Affine(10 * signs[0], 0, 5, 0, 7 * signs[1], -3)
    grid = raster_grid(np.ones((5, 6), bool), transform, CRS(32649), "p", Findings())
    assert grid is not None
    left, bottom, right, top = grid.frame.bounds
    x, y = rng.uniform(left - 20, right + 20, (3, 4)), rng.uniform(bottom - 20, top + 20, (3, 4))
    hulls = [shapely.MultiPoint(np.column_stack(corners)).convex_hull for corners in zip(x, y, strict=True)]
    whole = shapely.union_all(hulls)
    corners = [transform @ (c, r) + transform @ (c + 1, r + 1) for r in range(5) for c in range(6)]
    cells = [shapely.box(min(a, c), min(b, d), max(a, c), max(b, d)) for a, b, c, d in corners]
    wanted = [cell.intersection(whole).area / 70 for cell in cells]
    assert share_inside(many(*hulls), grid).tolist() == pytest.approx(wanted, abs=1e-6)


def test_parcels_have_the_share_of_their_area() -> None:
    """A parcel half inside has share one half, one wholly inside 1, also where polygons overlap."""
    grid = parcels(square(0, 0), square(1, 0), square(2, 0))
    inside = share_inside(many(square(-1, -1, size=2.5), square(-1, -1, size=2.25)), grid)
    assert inside.tolist() == pytest.approx([1.0, 0.5, 0.0])
    assert share_inside(many(), grid).tolist() == [0.0] * 3


def test_cells_beyond_polygons_have_no_share_at_all() -> None:
    """Three hundred small triangles at odd places on twenty rows of cells, and cells wholly beyond them: 0,
    not what sums of their sides leave (1e-17), which `layer == 0` would tell from 0."""
    corners = np.random.default_rng(3).random((300, 3, 2)) * [3_000.0, 2_000.0] + [700_000.0, 2_598_000.0]
    share = share_inside(shapely.polygons(corners), made_grid(20, 100)).reshape(20, 100)
    assert (share[:, 31:] == 0.0).all()
    assert not ((share > 0) & (share < 1e-9)).any()


def test_weighted_shares_make_the_area_weighted_mean() -> None:
    """A unit with value 2 on a half and 4 on a quarter has 2 of weighted and 0.75 of plain share."""
    polygons = many(square(0, 0).intersection(square(-0.5, 0)), square(0.75, 0))
    for grid in (made_grid(1, 1), parcels(square(0, 0))):
        weighted, share = weighted_shares(polygons, np.array([2.0, 4.0]), grid)
        assert weighted.tolist() == pytest.approx([2.0])
        assert share.tolist() == pytest.approx([0.75])


def test_the_owner_holds_the_centre_of_a_cell() -> None:
    """A cell belongs to the polygon at its centre, the last of several, not to one that merely touches it."""
    grid = made_grid(1, 4)
    west, sliver = square(-1, -1, size=2.6), square(2, 0, size=0.2)
    assert owner(many(west, sliver), grid).tolist() == [0, 0, -1, -1]
    assert owner(many(west, square(0, 0)), grid).tolist() == [1, 0, -1, -1]
    assert owner(many(), grid).tolist() == [-1] * 4


def test_the_owner_of_a_parcel_holds_most_of_it() -> None:
    """A parcel belongs to the geometry that holds most of its area, all parts of it taken together."""
    grid = parcels(square(0, 0), square(5, 5))
    two_parts = shapely.MultiPolygon(
        [
            shapely.box(700_000, 2_599_900, 700_030, 2_600_000),
            shapely.box(700_070, 2_599_900, 700_100, 2_600_000),
        ]
    )
    middle = shapely.box(700_030, 2_599_900, 700_070, 2_600_000)
    assert owner(many(middle, two_parts), grid).tolist() == [1, -1]


def test_the_owner_of_a_parcel_needs_half_of_it_inside_polygons() -> None:
    """A fifth of a parcel inside a polygon is not enough, nor are two polygons over the same 30 %; two beside
    each other that hold 60 % together are, and the larger part decides."""
    strip = [square(0, 0).intersection(square(0, k)) for k in (0.8, 0.7, 0.6)]
    grid = parcels(square(0, 0))
    assert owner(many(strip[0]), grid).tolist() == [-1]
    assert owner(many(strip[1], strip[1]), grid).tolist() == [-1]
    beside = square(0, 0).intersection(square(0, -0.8))
    assert owner(many(beside, strip[2]), grid).tolist() == [1]


def test_a_cell_that_holds_little_land_is_owned_by_half_of_that_land() -> None:
    """Of two cells with no polygon at their centre and 30 % inside polygons, the one that holds 40 % of
    a cell of land belongs to the polygon with most of it; the whole one belongs to none."""
    grid = made_grid(1, 2)
    partial = Grid(grid.crs, np.array([0.4, 1.0]), grid.edges, grid.frame)
    upper = [square(0, 0).intersection(square(0, -0.8)), square(0, 0.2).intersection(square(0, -0.7))]
    lower = [shapely.transform(each, lambda xy: np.add(xy, (100, 0))) for each in upper]
    assert owner(many(upper[1], upper[0], *lower), partial).tolist() == [1, -1]
