"""Connected pieces of units."""

from __future__ import annotations

import numpy as np
import shapely
from affine import Affine
from pyproj import CRS

from instances.study.findings import Findings
from instances.units.grid import Edges, Grid, ParcelFrame
from instances.units.gridding import raster_grid
from instances.units.patches import outlines, patches_of


def raster() -> Grid:
    """A grid of 3 rows and 4 columns of 100 m, without its second cell."""
    valid = np.ones((3, 4), dtype=bool)
    valid[0, 1] = False
    grid = raster_grid(valid, Affine(100, 0, 0, 0, -100, 300), CRS.from_epsg(32649), "landcover", Findings())
    assert grid is not None
    return grid


def test_patches_hang_together_over_edges_not_corners() -> None:
    """Cells that meet at a corner only are two patches; the hole in the study area divides as well."""
    # . = no unit:  1 . 1 1 / 0 1 0 0 / 1 1 1 0
    member = np.array([1, 1, 1, 0, 1, 0, 0, 1, 1, 1, 0], dtype=bool)
    patches = patches_of(member, raster())
    assert sorted(patches.area_ha.tolist()) == [1.0, 2.0, 4.0]
    assert ((patches.of > 0) == member).all()


def test_outlines_are_drawn_largest_first_and_no_more_than_asked() -> None:
    """The two largest patches of three are drawn with exactly their area."""
    member = np.array([1, 1, 1, 0, 1, 0, 0, 1, 1, 1, 0], dtype=bool)
    drawn, area = outlines(patches_of(member, raster()), raster(), most=2)
    assert area.tolist() == [4.0, 2.0]
    assert shapely.area(drawn).tolist() == [40_000.0, 20_000.0]
    assert shapely.bounds(drawn)[1].tolist() == [200.0, 200.0, 400.0, 300.0]


def test_parcels_hang_together_over_shared_borders() -> None:
    """Parcels 0 and 1 share a border and become one outline; parcel 3 stands alone."""
    boxes = np.array([shapely.box(x, 0, x + 100, 100) for x in (0, 100, 200, 400)], dtype=object)
    edges = Edges(np.array([0, 1], np.int32), np.array([1, 2], np.int32), np.full(2, 100, np.float32))
    grid = Grid(CRS.from_epsg(32649), np.ones(4), edges, ParcelFrame(boxes, np.arange(4).astype(object)))
    patches = patches_of(np.array([1, 1, 0, 1], dtype=bool), grid)
    drawn, area = outlines(patches, grid, most=10)
    assert area.tolist() == [2.0, 1.0]
    assert shapely.bounds(drawn).tolist() == [[0, 0, 200, 100], [400, 0, 500, 100]]


def test_no_member_gives_no_patch() -> None:
    """Nothing selected leaves no patch and draws nothing."""
    patches = patches_of(np.zeros(11, dtype=bool), raster())
    drawn, area = outlines(patches, raster(), most=5)
    assert len(patches) == len(drawn) == len(area) == 0
