from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Geod

from instances.study.findings import Findings
from instances.units.grid import Grid
from instances.units.parcels import in_metres, near_pairs, parcel_grid, widen
from tests.support.made_files import said

GAUSS = CRS(4547)


def grid_of(
    *polygons: shapely.Polygon, snap_m: float = 0.5, crs: CRS = GAUSS, findings: Findings | None = None
) -> Grid:
    """The parcel grid of some polygons."""
    geometry = np.array(polygons, dtype=object)
    ids = np.arange(len(geometry)).astype(object)
    grid = parcel_grid(
        geometry, ids, crs, snap_m, "landcover", findings if findings is not None else Findings()
    )
    assert grid is not None
    return grid


def borders(grid: Grid) -> dict[tuple[int, int], float]:
    """Shared border in m by pair of parcels."""
    edges = grid.edges
    pairs = zip(edges.first.tolist(), edges.second.tolist(), edges.length_m.tolist(), strict=True)
    return {(a, b): length for a, b, length in pairs}


@pytest.mark.parametrize("snap_m", [0.0, 0.5, 2.0])
def test_four_squares_share_four_borders(snap_m: float) -> None:
    """Four squares of 100 m around a point share four borders of 100 m; those that meet in the corner only
    share nothing."""
    squares = [shapely.box(x, y, x + 100, y + 100) for y in (0, 100) for x in (0, 100)]
    found = borders(grid_of(*squares, snap_m=snap_m))
    assert set(found) == {(0, 1), (0, 2), (1, 3), (2, 3)}
    assert list(found.values()) == pytest.approx([100.0] * 4, rel=1e-3)


def test_borders_that_do_not_quite_meet_count_within_the_snap() -> None:
    """Two fields 0.4 m apart share their border with snap_m = 0.5, but not with snap_m = 0.3."""
    left, right = shapely.box(0, 0, 100, 100), shapely.box(100.4, 0, 200, 100)
    assert borders(grid_of(left, right, snap_m=0.5))[0, 1] == pytest.approx(100, rel=0.01)
    assert borders(grid_of(left, right, snap_m=0.3)) == {}


def test_outlines_drawn_densely_share_what_plain_ones_share() -> None:
    """Ten times the corners, each off by a few millimetres as a digitiser leaves them, change no border."""
    plain = [shapely.box(0, 0, 100, 100), shapely.box(110, 0, 200, 100)]
    dense = [
        shapely.transform(shapely.segmentize(field, 2.0), lambda xy: xy + 3e-3 * np.sin(7 * xy[:, ::-1]))
        for field in plain
    ]
    assert borders(grid_of(*dense, snap_m=20))[0, 1] == pytest.approx(
        borders(grid_of(*plain, snap_m=20))[0, 1], rel=0.01
    )


def test_a_partly_shared_border_counts_as_far_as_it_is_shared() -> None:
    """A field of 40 m beside one of 100 m shares 40 m."""
    found = borders(grid_of(shapely.box(0, 0, 100, 100), shapely.box(100, 30, 140, 70)))
    assert found[0, 1] == pytest.approx(40, rel=0.01)


def test_a_pond_in_a_field_shares_its_whole_outline() -> None:
    """A parcel inside the hole of another shares all of its boundary: 4 x 20 m."""
    pond = shapely.box(40, 40, 60, 60)
    found = borders(grid_of(shapely.box(0, 0, 100, 100).difference(pond), pond))
    assert found[0, 1] == pytest.approx(80, rel=0.02)


@given(st.integers(2, 5), st.integers(0, 2**32 - 1))
def test_borders_of_a_gapless_mesh_are_its_inner_edges(size: int, seed: int) -> None:
    """In a mesh of quadrilaterals without gaps every shared border has the length of the common edge."""
    rng = np.random.default_rng(seed)
    lines = np.arange(size + 1) * 100.0
    x, y = np.meshgrid(lines, lines)
    x, y = x + rng.uniform(-15, 15, x.shape), y + rng.uniform(-15, 15, y.shape)
    corner = np.stack([x, y], axis=-1)
    cells = [
        shapely.Polygon([corner[r, c], corner[r, c + 1], corner[r + 1, c + 1], corner[r + 1, c]])
        for r in range(size)
        for c in range(size)
    ]
    wanted = {}
    for r in range(size):
        for c in range(size):
            if c + 1 < size:
                wanted[r * size + c, r * size + c + 1] = np.hypot(*(corner[r, c + 1] - corner[r + 1, c + 1]))
            if r + 1 < size:
                wanted[r * size + c, (r + 1) * size + c] = np.hypot(
                    *(corner[r + 1, c] - corner[r + 1, c + 1])
                )
    found = borders(grid_of(*cells, snap_m=0.2))
    assert set(found) == set(wanted)
    for pair, length in wanted.items():
        assert found[pair] == pytest.approx(length, abs=0.5)


def test_overlaps_are_told_with_number_and_area() -> None:
    """Two parcels that overlap by 10 m x 100 m are told as 0.10 ha."""
    findings = Findings()
    grid_of(shapely.box(0, 0, 100, 100), shapely.box(90, 0, 190, 100), findings=findings)
    assert "1 pair of parcels overlap, by 0.10 ha in all (most: 0 and 1, 0.10 ha)" in said(findings)


def test_parcels_parted_by_roads_are_told_with_the_gap() -> None:
    """Where most parcels have no neighbour, the finding names the gap and the snap_m that bridges it."""
    findings = Findings()
    fields = [shapely.box(x, 0, x + 100, 100) for x in (0, 112, 224, 336)]
    grid_of(*fields, findings=findings)
    assert "4 of 4 parcels share no border" in said(findings)
    assert "lie 12 m or more from others. If roads or ditches part them, give `snap_m = 14`" in said(findings)


def test_parcels_in_degrees_have_ellipsoidal_areas_and_lengths_in_metres() -> None:
    """A parcel in degrees has its area on the ellipsoid, and shares its border by its length in metres."""
    west, east = shapely.box(113, 22.5, 113.01, 22.51), shapely.box(113.01, 22.5, 113.02, 22.51)
    grid = grid_of(west, east, crs=CRS(4490))
    geod = Geod(ellps="GRS80")
    true, _ = geod.geometry_area_perimeter(west)
    assert grid.area_kind == "ellipsoidal"
    assert grid.area_ha[0] * 1e4 == pytest.approx(abs(true), rel=1e-5)
    _, _, side = geod.inv(113.01, 22.5, 113.01, 22.51)
    assert borders(grid)[0, 1] == pytest.approx(side, rel=1e-3)


def test_a_layer_without_parcels_is_refused() -> None:
    """A study needs at least one parcel."""
    findings = Findings()
    none = np.empty(0, dtype=object)
    assert parcel_grid(none, none, GAUSS, 0.5, "landcover", findings) is None
    assert "not one parcel holds a land class" in said(findings)


def test_parcels_within_reach_are_paired_once() -> None:
    """Pairs are named once, the first before the second."""
    fields = np.array([shapely.box(x, 0, x + 10, 10) for x in (0, 11, 30)], dtype=object)
    first, second = near_pairs(fields, 2.0)
    assert (first.tolist(), second.tolist()) == ([0], [1])


@pytest.mark.parametrize("crs", [4547, 4490, 2263])
def test_widening_is_in_metres_in_every_crs(crs: int) -> None:
    """A point widened by 1,000 m covers 314 ha (a 32-gon of the circle) whatever the units of its CRS."""
    spot = {4547: (500_000, 2_500_000), 4490: (113, 22.5), 2263: (984_250, 200_000)}[crs]
    circle = widen(np.array([shapely.Point(spot)], dtype=object), 1000.0, CRS(crs))
    left, bottom, right, top = shapely.total_bounds(circle)
    area = shapely.area(in_metres(circle, CRS(crs), (left, bottom, right, top)))[0]
    assert area == pytest.approx(np.pi * 1e6, rel=0.01)
