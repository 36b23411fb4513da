from __future__ import annotations

import numpy as np

from planner.maps.borders import closed_mask, district_picture
from planner.maps.pictures import Canvas


def ground(gaps: bool) -> Canvas:
    """Two parcels with a street of one pixel in 200 between them, and open ground to their right."""
    unit = np.full((100, 200), 2, dtype=np.int32)
    unit[:, :50], unit[:, 51:100] = 0, 1
    return Canvas(unit, 2, (0.0, 0.0, 200.0, 100.0), (1.0, 1.0), gaps=gaps)


def test_a_street_belongs_to_the_nearest_parcel() -> None:
    """Districts of parcels touch across streets; ground that is no street stays nobody's."""
    whose = district_picture(ground(gaps=True), np.array([0, 1]), 200)
    assert set(np.unique(whose[:, :100])) == {0, 1}
    assert (whose[10:-10, 103:] == -1).all()


def test_what_is_no_land_of_a_raster_is_nobodys() -> None:
    """A hole between cells is a hole; a district has the pixels of its units alone."""
    whose = district_picture(ground(gaps=False), np.array([0, 0]), 200)
    assert (whose[:, 50] == -1).all()
    assert (whose[:, :50] == 0).all()
    assert (whose[:, 100:] == -1).all()


def test_a_line_around_parcels_has_the_street_between_them() -> None:
    """One outline goes around two parcels of a red line; around one of them it ends at the street."""
    both = closed_mask(ground(gaps=True), np.array([True, True]), 200)
    first = closed_mask(ground(gaps=True), np.array([True, False]), 200)
    assert both[1:-1, 1:101].all()
    assert first[1:-1, 1:51].all()
    assert not first[:, 53:].any()
    assert not closed_mask(ground(gaps=False), np.array([True, True]), 200)[:, 51].any()
