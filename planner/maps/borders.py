"""Whose ground is whose on a map: districts as pictures, over streets between parcels too."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from planner.maps.pictures import Canvas, every

STREET = 0.008
"""Half the width of a street that is closed between parcels, as a share of the picture's longer side."""
PADDED = 16
"""Pixels around a picture, so that what lies at its edge is closed as elsewhere."""


def district_picture(ground: Canvas, member: NDArray[np.integer], pixels: int) -> NDArray[np.int64]:
    """(rows, columns) the district of every nth pixel, -1 where there is none, of ``member`` (units,);
    streets between parcels belong to the district of the nearest one, so that borders run along them once and
    not around every parcel."""
    step = max(1, max(ground.unit.shape) // pixels)
    unit = every(ground.unit, step)
    whose = np.append(member, -1).astype(np.int64)[unit]
    if not ground.gaps:
        return whose
    land, reach = unit < ground.units, max(1.0, STREET * max(unit.shape))
    apart, nearest = distance_transform_edt(~np.pad(land, PADDED), return_indices=True)
    closed = distance_transform_edt(apart <= reach) > reach
    inside = tuple(slice(PADDED, PADDED + size) for size in unit.shape)
    row, column = (np.clip(part[inside] - PADDED, 0, None) for part in nearest)
    return np.where(closed[inside] | land, whose[row, column], -1)


def closed_mask(ground: Canvas, inside: NDArray[np.bool_], pixels: int) -> NDArray[np.bool_]:
    """(rows, columns) True at units inside (units,) and at streets between them, every nth pixel, with an
    empty border all round so that outlines close."""
    return np.pad(district_picture(ground, inside.astype(np.int32) - 1, pixels) >= 0, 1)
