"""Patches: connected pieces of some units of a grid, their area and their outlines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio import features
from scipy import ndimage

from instances.units.components import components
from instances.units.grid import FloatArray, Grid, RasterFrame
from instances.units.polygons import Geometries, polygons_from
from instances.units.sums import sum_by


@dataclass(frozen=True, eq=False)
class Patches:
    """``of`` (units,) number of each unit's patch from 1, 0 where it lies in none; ``area_ha`` (patches,)."""

    of: NDArray[np.int32]
    area_ha: FloatArray

    def __len__(self) -> int:
        return len(self.area_ha)


@dataclass(frozen=True, eq=False)
class _Window:
    """The part of a raster that holds some cells: the place of its first cell, its shape, and (cells,) the
    row and the column of each in it. What is done there instead of over a whole county gives the same."""

    frame: RasterFrame
    top: int
    left: int
    shape: tuple[int, int]
    row: NDArray[np.int32]
    column: NDArray[np.int32]

    def painted(self, value: NDArray[Any]) -> NDArray[Any]:
        """The window with values (cells,), 0 elsewhere."""
        image = np.zeros(self.shape, dtype=value.dtype)
        image[self.row, self.column] = value
        return image

    def on_the_ground(self, points: FloatArray) -> FloatArray:
        """Points (n, 2) in columns and rows of the window, in the CRS of the grid."""
        place, x, y = self.frame.transform, points[:, 0] + self.left, points[:, 1] + self.top
        # in the order in which GDAL adds up: the last digit is the same
        return np.column_stack([place.c + place.a * x + place.b * y, place.f + place.d * x + place.e * y])


def _window(frame: RasterFrame, units: NDArray[np.int64]) -> _Window:
    """The window of some units, one at least."""
    row, column = np.divmod(frame.cells[units], np.int32(frame.shape[1]))
    if not len(units):
        return _Window(frame, 0, 0, (0, 0), row, column)
    top, left = int(row.min()), int(column.min())
    shape = int(row.max()) - top + 1, int(column.max()) - left + 1
    return _Window(frame, top, left, shape, row - np.int32(top), column - np.int32(left))


def patches_of(member: NDArray[np.bool_], grid: Grid) -> Patches:
    """The pieces of the units of ``member`` (units,) that hang together over shared edges."""
    if isinstance(grid.frame, RasterFrame):
        # An image is labelled several times faster than the graph of its cells.
        units = np.flatnonzero(member)
        window = _window(grid.frame, units)
        image, count = ndimage.label(window.painted(np.ones(len(units), dtype=bool)))
        of = np.zeros(len(grid), dtype=np.int32)
        of[units] = image[window.row, window.column]
        return Patches(of, sum_by(of[units] - 1, grid.area_ha[units], count))
    component, first = components(np.where(member, 0, -1), grid)
    of, count = component + 1, len(first)
    return Patches(of, sum_by(of, grid.area_ha, count + 1)[1:])


def outlines(patches: Patches, grid: Grid, most: int) -> tuple[Geometries, FloatArray]:
    """Outlines of the largest patches, ``most`` of them at most, and their areas in ha, largest first."""
    order = np.argsort(-patches.area_ha, kind="stable")[:most]
    rank = np.zeros(len(patches) + 1, dtype=np.int32)
    rank[order + 1] = np.arange(1, len(order) + 1)
    of = rank[patches.of]
    drawn = np.full(len(order), None, dtype=object)
    if not len(order):
        return drawn, np.zeros(0)
    if isinstance(grid.frame, RasterFrame):
        units = np.flatnonzero(of)
        window = _window(grid.frame, units)
        image = window.painted(of[units])
        # patches hang together over edges, and so do shapes: there is one of each
        shapes = list(features.shapes(image, mask=image > 0, connectivity=4))
        made = polygons_from([shape["coordinates"] for shape, _ in shapes], window.on_the_ground)
        drawn[[int(value) - 1 for _, value in shapes]] = made
    else:
        units = np.flatnonzero(of)
        units = units[np.argsort(of[units], kind="stable")]
        ends = np.searchsorted(of[units], np.arange(2, len(order) + 1))
        for position, group in enumerate(np.split(units, ends)):
            drawn[position] = shapely.union_all(grid.frame.geometry[group])
    return drawn, patches.area_ha[order]
