"""Slope in degrees from elevations in metres, by Horn's method, read window by window.

Horn, B. K. P. (1981): Hill shading and the reflectance map. Proceedings of the IEEE 69(1), 14-47: the rise
across a cell is the mean of the rises in its row and the two beside it, its own counting twice. At the edge
of the heights, and beside cells without one, the rise towards the one neighbour that there is counts, and
rows without any are left out; so a plane has its slope on every cell. A cell with no neighbour along one of
the two directions has no slope.
"""

from __future__ import annotations

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from rasterio.windows import Window

from instances.layers.bands import Image, Numbers
from instances.units.grid import FloatArray
from instances.units.gridding import cell_measures

WEIGHTS = (1.0, 2.0, 1.0)
"""Of a cell's own row or column and those beside it."""

OTHER_UNITS = {"ft", "feet", "foot", "us-ft", "ussurveyfoot", "yd", "km", "dm", "cm", "mm"} | {
    "%",
    "percent",
    "\N{DEGREE SIGN}",
    "deg",
    "degree",
    "degrees",
    "rad",
}
"""Units that are not metres of height, where a layer or a file states one."""


def other_unit(unit: str | None) -> bool:
    """True where a stated unit is known to be none of heights in metres."""
    plain = (unit or "").strip().lower().replace(" ", "")
    return plain in OTHER_UNITS


def slope_of(heights: Numbers) -> Numbers:
    """Slopes in degrees, on the cells of an upright raster of heights in metres; NaN where there is none.

    Sizes of cells are metres on the spot: those of the projection, or on the ellipsoid where cells are
    degrees, by their latitude.
    """

    def read(window: Window) -> Image:
        rows, columns = heights.shape
        top, left = max(window.row_off - 1, 0), max(window.col_off - 1, 0)
        bottom = min(window.row_off + window.height + 1, rows)
        right = min(window.col_off + window.width + 1, columns)
        values = heights.read(Window(left, top, right - left, bottom - top))
        transform = heights.transform @ Affine.translation(left, top)
        _, tall, wide = cell_measures(transform, heights.crs, bottom - top)
        slope = horn(values.astype(np.float64), (wide[:-1] + wide[1:]) / 2, tall)
        own = slope[window.row_off - top :, window.col_off - left :]
        return own[: window.height, : window.width].astype(np.float32)

    return Numbers(read, heights.shape, heights.transform, heights.crs)


def horn(heights: FloatArray, wide_m: FloatArray, tall_m: FloatArray) -> FloatArray:
    """(rows, columns) slope in degrees of heights in metres, NaN where one is missing; ``wide_m`` and
    ``tall_m`` (rows,) size of the cells of every row in metres."""
    across = _rise(heights) / wide_m[:, None]
    down = _rise(heights.T).T / tall_m[:, None]
    slope: FloatArray = np.degrees(np.arctan(np.hypot(across, down)))
    slope[~np.isfinite(heights)] = np.nan
    return slope


def _rise(heights: FloatArray) -> FloatArray:
    """(rows, columns) rise per cell along the rows, the mean over a cell's row and those beside it."""
    rows, columns = heights.shape
    padded = np.full((rows + 2, columns + 2), np.nan)
    padded[1:-1, 1:-1] = heights
    step = np.diff(padded, axis=1)
    before, after = step[:, :-1], step[:, 1:]
    known: NDArray[np.intp] = np.isfinite(before).astype(np.intp) + np.isfinite(after)
    total = np.where(np.isfinite(before), before, 0.0) + np.where(np.isfinite(after), after, 0.0)
    rise = np.divide(total, known, out=np.zeros_like(total), where=known > 0)
    there = (known > 0).astype(np.float64)
    weight = sum(w * there[k : k + rows] for k, w in enumerate(WEIGHTS))
    summed = sum(w * rise[k : k + rows] for k, w in enumerate(WEIGHTS))
    return np.divide(summed, weight, out=np.full((rows, columns), np.nan), where=np.asarray(weight) > 0)
