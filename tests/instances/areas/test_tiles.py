"""Tiles of a plane: which one a point lies in, and what they look like."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from instances.areas.tiles import Shape, Tiles

SHAPES: tuple[Shape, ...] = ("grid", "hex")


@pytest.mark.parametrize("shape", SHAPES)
def test_tiles_have_their_area(shape: Shape) -> None:
    """A square of 200 m is 4 ha; a hexagon of 200 m across is half the root of three of that."""
    tiles = Tiles(shape, 200.0)
    outline = tiles.outline(np.array([3]), np.array([-2]))
    assert tiles.area_ha == pytest.approx(4.0 if shape == "grid" else 2 * math.sqrt(3))
    assert shapely.area(outline[0]) / 1e4 == pytest.approx(tiles.area_ha)


@pytest.mark.parametrize("shape", SHAPES)
def test_tiles_leave_no_gap_and_do_not_overlap(shape: Shape) -> None:
    """Tiles side by side are as large together as one by one."""
    column, row = (part.ravel() for part in np.meshgrid(np.arange(4), np.arange(4)))
    outlines = Tiles(shape, 100.0).outline(column, row)
    together = shapely.area(shapely.union_all(outlines, grid_size=1e-6))
    assert together == pytest.approx(shapely.area(outlines).sum(), rel=1e-6)
    assert len(shapely.get_parts(shapely.union_all(outlines, grid_size=1e-6))) == 1


@given(
    shape=st.sampled_from(SHAPES),
    x=st.floats(-1e6, 1e6),
    y=st.floats(-1e6, 1e6),
    side=st.floats(10, 5000),
)
def test_a_point_lies_in_its_tile(shape: Shape, x: float, y: float, side: float) -> None:
    """The outline of the tile of a point holds it, to a millimetre."""
    tiles = Tiles(shape, side)
    column, row = tiles.at(np.array([x]), np.array([y]))
    [outline] = tiles.outline(column, row)
    assert outline.distance(shapely.Point(x, y)) < 1e-3
