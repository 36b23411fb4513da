"""Layouts as pictures: every unit of a study, raster cell or parcel, on one image of unit numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from PIL import Image
from rasterio import features

from instances.land.colours import Colour
from instances.units.grid import Grid, RasterFrame

Picture = NDArray[np.uint8]
"""(rows, columns, 3) red, green, blue."""
LONGEST = 16.0
"""Times its width that a ground is drawn long at most."""
WHITE: Colour = (255, 255, 255)


@dataclass(frozen=True, eq=False)
class Canvas:
    """``unit`` (rows, columns) the number of the unit at each pixel, ``units`` where there is none.

    The first row is the northernmost. ``bounds`` is (left, bottom, right, top) in the CRS of the grid;
    ``metres`` (across, up) the metres in one unit of its axes.
    """

    unit: NDArray[np.int32]
    units: int
    bounds: tuple[float, float, float, float]
    metres: tuple[float, float]
    gaps: bool = False
    """True where streets and waters lie between units, as between parcels."""

    @property
    def size_m(self) -> tuple[float, float]:
        """Width and height of the ground in metres."""
        left, bottom, right, top = self.bounds
        return (right - left) * self.metres[0], (top - bottom) * self.metres[1]

    @property
    def drawn_m(self) -> tuple[float, float]:
        """Width and height of the ground as it is drawn, in metres along its longer side: a strip is drawn as
        wide as can be seen."""
        width, height = self.size_m
        return max(width, height / LONGEST), max(height, width / LONGEST)

    @property
    def widened(self) -> float:
        """How many times as wide across as it is a strip is drawn; 1 for any other ground."""
        (width, height), (drawn, high) = self.size_m, self.drawn_m
        return max(drawn / width, high / height)

    def paint(self, colours: NDArray[np.uint8], pixels: int) -> Picture:
        """The picture of ``colours`` (units, 3) on white, brought down to about ``pixels`` along its longer
        side by averaging colours, so that narrow land fades rather than vanishes."""
        palette = np.vstack([colours, np.array([WHITE], dtype=np.uint8)])
        picture = palette[self.unit]
        factor = max(picture.shape[:2]) // pixels
        return np.asarray(Image.fromarray(picture).reduce(factor)) if factor > 1 else picture

    def mask(self, inside: NDArray[np.bool_], pixels: int) -> NDArray[np.bool_]:
        """(rows, columns) True at units inside (units,), every nth pixel of a large picture, with an empty
        border all round so that outlines close."""
        step = max(1, max(self.unit.shape) // pixels)
        member: NDArray[np.bool_] = np.append(inside, False)[every(self.unit, step)]
        return np.pad(member, 1)


def every(image: NDArray[np.int32], step: int) -> NDArray[np.int32]:
    """Every nth pixel of an image both ways, one at least: the middle ones of its blocks."""
    down, across = (min(step // 2, (size - 1) // 2) for size in image.shape)
    return image[down::step, across::step]


def canvas(grid: Grid, pixels: int) -> Canvas:
    """The canvas of a grid: a raster's own cells, or parcels burnt onto ``pixels`` along the longer side."""
    metres = _metres(grid)
    if isinstance(grid.frame, RasterFrame):
        numbers = np.arange(len(grid), dtype=np.int32)
        image = grid.frame.paint(numbers, len(grid))
        across, down = grid.frame.transform.a, grid.frame.transform.e
        image = image[:: -1 if down > 0 else 1, :: -1 if across < 0 else 1]
        return Canvas(image, len(grid), grid.frame.bounds, metres)
    left, bottom, right, top = bounds = grid.frame.bounds
    width, height = (right - left) * metres[0], (top - bottom) * metres[1]
    scale = pixels / max(width, height)
    columns, rows = max(1, round(width * scale)), max(1, round(height * scale))
    image = features.rasterize(
        zip(grid.frame.geometry, range(len(grid)), strict=True),
        out_shape=(rows, columns),
        fill=len(grid),
        transform=Affine((right - left) / columns, 0.0, left, 0.0, (bottom - top) / rows, top),
        dtype="int32",
    )
    return Canvas(image, len(grid), bounds, metres, gaps=True)


def _metres(grid: Grid) -> tuple[float, float]:
    """Metres in one unit of the axes across and up, in the middle of the grid."""
    if not grid.crs.is_geographic:
        factor = float(grid.crs.axis_info[0].unit_conversion_factor)
        return factor, factor
    left, bottom, right, top = grid.frame.bounds
    x, y = (left + right) / 2, (bottom + top) / 2
    geod = grid.crs.get_geod()
    if geod is None:
        raise ValueError(f"the CRS {grid.crs.name} has no ellipsoid")
    step = 1e-3
    return geod.inv(x, y, x + step, y)[2] / step, geod.inv(x, y, x, y + step)[2] / step
