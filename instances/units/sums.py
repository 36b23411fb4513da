"""Sums by group: the one vectorised reduction that areas, indicators and prices all rest on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from instances.units.grid import FloatArray


def sum_by(group: NDArray[np.integer], values: FloatArray | None, count: int) -> FloatArray:
    """(count,) the sum of ``values`` over each group (how many, without values); groups below 0 are left
    out."""
    if len(group) and int(group.min()) < 0:
        inside = group >= 0
        group = group[inside]
        values = None if values is None else values[inside]
    return np.bincount(group, weights=values, minlength=count).astype(float, copy=False)
