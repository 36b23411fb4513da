from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.quality.topology import broken, faces, mean_width

SQUARE = shapely.box(0, 0, 10, 10)


def polygons(*shapes: shapely.Geometry) -> np.ndarray:
    """Shapes as a layer has them."""
    return np.array(shapes, dtype=object)


def test_land_without_a_fault_has_no_faces_of_its_own() -> None:
    """Two squares side by side, one with a further corner on the border that they share."""
    other = shapely.Polygon([(10, 0), (20, 0), (20, 10), (10, 10), (10, 4)])
    found = faces(polygons(SQUARE, other))
    assert (found.overlaps.tolist(), found.gaps.tolist()) == ([], [])


def test_overlaps_are_found_with_their_area() -> None:
    """Two squares that share a strip of 2 m by 10 m, and a polygon that lies twice."""
    found = faces(polygons(SQUARE, shapely.box(8, 0, 20, 10)))
    assert found.overlaps.tolist() == [pytest.approx(20)]
    assert faces(polygons(SQUARE, SQUARE)).overlaps.tolist() == [pytest.approx(100)]


def test_gaps_and_holes_are_found_with_their_area() -> None:
    """A square with a hole of 1 m by 3 m; half of it filled by another polygon."""
    ring = SQUARE.difference(shapely.box(4, 4, 5, 7))
    assert faces(polygons(ring)).gaps.tolist() == [pytest.approx(3)]
    assert faces(polygons(ring, shapely.box(4, 4, 5, 5.5))).gaps.tolist() == [pytest.approx(1.5)]
    assert faces(polygons(ring, shapely.box(4, 4, 5, 7))).gaps.tolist() == []


def test_rounding_of_coordinates_is_no_overlap() -> None:
    """A border that is a tenth of a millimetre off, as geodatabases keep it."""
    found = faces(polygons(SQUARE, shapely.box(9.9999, 0, 20, 10)))
    assert (found.overlaps.tolist(), found.gaps.tolist()) == ([], [])


def test_outlines_that_cross_themselves_are_broken() -> None:
    """A bow tie, an empty polygon and none at all; a square is sound."""
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    assert broken(polygons(SQUARE, bow, shapely.Polygon(), None)).tolist() == [False, True, True, True]


def test_the_mean_width_of_a_strip_is_its_width() -> None:
    """A strip of 1,000 m by 0.5 m."""
    assert mean_width(polygons(shapely.box(0, 0, 1000, 0.5)))[0] == pytest.approx(0.5, rel=1e-3)


@settings(max_examples=40)
@given(st.lists(st.tuples(*[st.integers(0, 9)] * 4), min_size=1, max_size=6))
def test_areas_add_up(corners: list[tuple[int, int, int, int]]) -> None:
    """Whatever rectangles: what is covered twice or more is what their areas have too much, cell by cell."""
    boxes = polygons(*(shapely.box(x, y, x + 1 + w, y + 1 + h) for x, y, w, h in corners))
    cells = np.zeros((20, 20), dtype=int)
    for x, y, w, h in corners:
        cells[x : x + 1 + w, y : y + 1 + h] += 1
    found = faces(boxes)
    assert found.overlaps.sum() == pytest.approx((cells > 1).sum())
    assert found.gaps.sum() == pytest.approx(shapely.area(_filled(boxes)) - (cells > 0).sum())


def _filled(boxes: np.ndarray) -> shapely.Geometry:
    """Their union with its holes filled."""
    parts = shapely.get_parts(shapely.union_all(boxes))
    return shapely.union_all(shapely.polygons(shapely.get_exterior_ring(parts)))
