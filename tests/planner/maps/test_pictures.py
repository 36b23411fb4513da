from __future__ import annotations

import numpy as np
import pytest
from pyproj import CRS

from planner.maps.pictures import canvas
from tests.support.made_plans import CLASSES, raster_grid, small_parcels, small_plan

PALETTE = np.array([item.colour for item in CLASSES], dtype=np.uint8)


def test_cells_are_painted_where_they_lie():
    """A picture has a pixel for each cell in its class's colour, white where the study has none."""
    plan = small_plan()
    picture = canvas(plan.instance.grid, 100).paint(PALETTE[plan.layout], 100)
    assert picture.shape == (3, 4, 3)
    assert picture[0, 0].tolist() == list(CLASSES[1].colour)
    assert picture[0, 3].tolist() == [255, 255, 255]
    assert picture[2, 3].tolist() == list(CLASSES[3].colour)


def test_parcels_are_burnt_in_place():
    """Parcels fill their own pixels; land between them stays white."""
    plan = small_parcels()
    ground = canvas(plan.instance.grid, 60)
    picture = ground.paint(PALETTE[plan.layout], 1000)
    assert picture.shape == (10, 60, 3)
    row = picture[5, [5, 15, 25, 45, 55]].tolist()
    colours = [list(CLASSES[k].colour) for k in (0, 1, 1)]
    assert row == [*colours, [255, 255, 255], list(CLASSES[3].colour)]
    assert ground.size_m == (600, 100)


def test_large_pictures_are_averaged():
    """A picture larger than asked for is brought down by averaging, so that narrow land fades but stays."""
    grid = raster_grid(np.ones((100, 100), dtype=bool))
    colours = np.full((10_000, 3), 200, dtype=np.uint8)
    colours[::2] = 100
    picture = canvas(grid, 100).paint(colours, 50)
    assert picture.shape == (50, 50, 3)
    assert (picture == 150).all()


def test_masks_have_an_empty_border():
    """A mask is one pixel wider on every side, so that the outline of an area at the edge closes."""
    plan = small_plan()
    mask = canvas(plan.instance.grid, 100).mask(np.ones(11, dtype=bool), 100)
    assert mask.shape == (5, 6)
    assert mask.sum() == 11
    assert not mask[0].any()


def test_degrees_are_measured_on_the_ellipsoid():
    """On a geographic CRS a degree of longitude at 60 degrees north is half as long as on the equator."""
    degrees = CRS.from_epsg(4490)
    equator, north = (
        canvas(raster_grid(np.ones((2, 2), dtype=bool), 0.01, degrees, (110.0, top)), 10)
        for top in (0.01, 60.01)
    )
    assert equator.metres[0] == pytest.approx(111_320, rel=1e-3)
    assert north.metres[0] == pytest.approx(equator.metres[0] / 2, rel=3e-3)
    assert north.metres[1] == pytest.approx(111_400, rel=1e-3)
