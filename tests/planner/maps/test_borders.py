from __future__ import annotations

import numpy as np

from planner.maps.borders import district_picture
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
