from __future__ import annotations

from collections import Counter

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from rasterio import features

from planner.export import polygons
from planner.export.polygons import dissolve
from tests.support.made_plans import parcel_grid, raster_grid, small_parcels

IMAGES = arrays.arrays(np.int16, st.tuples(st.integers(1, 7), st.integers(1, 7)), elements=st.integers(-2, 2))


def test_cells_of_one_value_become_one_polygon():
    """Cells that share an edge and a value are one patch; a corner joins nothing."""
    grid = raster_grid(np.ones((2, 3), dtype=bool))
    patches = dissolve(np.array([0, 0, 1, 1, 0, 0]), grid)
    assert patches.value.tolist() == [0, 1, 1]
    assert patches.of.tolist() == [0, 0, 1, 2, 0, 0]
    assert patches.area_ha.tolist() == [4, 1, 1]
    assert patches.units().tolist() == [4, 1, 1]
    assert shapely.area(patches.geometry).tolist() == [40_000, 10_000, 10_000]


def test_a_hole_stays_a_hole():
    """A ring of cells is one polygon with the patch inside cut out."""
    value = np.zeros((3, 3), dtype=int)
    value[1, 1] = 1
    patches = dissolve(value.ravel(), raster_grid(np.ones((3, 3), dtype=bool)))
    assert shapely.get_num_interior_rings(patches.geometry).tolist() == [1, 0]
    assert shapely.area(patches.geometry).tolist() == [80_000, 10_000]


def test_what_is_left_out_has_no_patch():
    """Units with a negative value belong to no patch; where all have one there are no patches."""
    grid = raster_grid(np.ones((1, 3), dtype=bool))
    patches = dissolve(np.array([-1, 5, -1]), grid)
    assert patches.of.tolist() == [-1, 0, -1]
    assert (len(patches), patches.value.tolist()) == (1, [5])
    assert len(dissolve(np.full(3, -1), grid)) == 0


def test_a_patch_touches_a_line_with_any_of_its_units():
    """A patch touches a red line when one of its cells lies inside."""
    patches = dissolve(np.array([0, 0, 1, -1]), raster_grid(np.ones((1, 4), dtype=bool)))
    assert patches.touching(np.array([False, True, False, True])).tolist() == [True, False]


@given(IMAGES)
def test_patches_are_those_of_the_image(image):
    """Patches are valid polygons with the values and areas that GDAL's own polygons of the image have."""
    grid = raster_grid(image != -2)
    patches = dissolve(image[image != -2], grid)
    assert shapely.is_valid(patches.geometry).all()
    assert np.allclose(shapely.area(patches.geometry) / 1e4, patches.area_ha)
    image = np.where(image < 0, -1, image)
    found = features.shapes(image, mask=image >= 0, connectivity=4)
    expected = Counter((int(value), shapely.geometry.shape(shape).area) for shape, value in found)
    assert Counter(zip(patches.value.tolist(), patches.area_ha.tolist(), strict=True)) == expected


@given(IMAGES)
def test_batches_do_not_matter(image):
    """Polygons are the same however many are turned into arrays at a time."""
    grid, value = raster_grid(np.ones(image.shape, dtype=bool)), image.ravel()
    whole = dissolve(value, grid)
    kept, polygons.BATCH = polygons.BATCH, 2
    try:
        pieces = dissolve(value, grid)
    finally:
        polygons.BATCH = kept
    assert shapely.equals_exact(whole.geometry, pieces.geometry).all()


def test_parcels_of_one_value_are_merged():
    """Parcels that share an edge and a value become one polygon, in patches of any size."""
    plan = small_parcels()
    patches = dissolve(plan.layout, plan.instance.grid)
    assert patches.of.tolist() == [0, 1, 1, 2]
    assert patches.area_ha.tolist() == [1, 3, 1]
    assert shapely.area(patches.geometry).tolist() == [10_000, 30_000, 10_000]


@given(st.lists(st.integers(0, 1), min_size=1, max_size=40))
def test_rows_of_parcels_are_merged_into_runs(values):
    """In a row of parcels every run of equal values is one polygon as long as the run."""
    count = len(values)
    boxes = [(100.0 * x, 0.0, 100.0 * x + 100, 100.0) for x in range(count)]
    grid = parcel_grid(boxes, list(range(count - 1)), list(range(1, count)))
    patches = dissolve(np.array(values), grid)
    starts = np.flatnonzero(np.diff([-1, *values]))
    lengths = np.diff([*starts, count])
    assert np.allclose(shapely.area(patches.geometry) / 1e4, lengths)
    assert np.allclose(patches.area_ha, lengths)
    assert (shapely.get_type_id(patches.geometry) == shapely.GeometryType.POLYGON).all()
