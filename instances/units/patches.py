"""Patches: connected pieces of some units of a grid, their area and their outlines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio import features
from scipy import ndimage

from instances.units.components import components
from instances.units.grid import FloatArray, Grid, RasterFrame
from instances.units.polygons import Geometries
from instances.units.sums import sum_by


@dataclass(frozen=True, eq=False)
class Patches:
    """``of`` (units,) number of each unit's patch from 1, 0 where it lies in none; ``area_ha`` (patches,)."""

    of: NDArray[np.int32]
    area_ha: FloatArray

    def __len__(self) -> int:
        return len(self.area_ha)


def patches_of(member: NDArray[np.bool_], grid: Grid) -> Patches:
    """The pieces of the units of ``member`` (units,) that hang together over shared edges."""
    if isinstance(grid.frame, RasterFrame):
        # An image is labelled several times faster than the graph of its cells.
        image, count = ndimage.label(grid.frame.paint(member, False))
        of = image.ravel()[grid.frame.cells].astype(np.int32, copy=False)
    else:
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
        image = grid.frame.paint(of, 0)
        shapes = features.shapes(image, mask=image > 0, connectivity=4, transform=grid.frame.transform)
        parts: dict[int, list[shapely.Geometry]] = {}
        for outline, value in shapes:
            parts.setdefault(int(value) - 1, []).append(shapely.geometry.shape(outline))
        for position, pieces in parts.items():  # several where cells hang together over corners
            drawn[position] = pieces[0] if len(pieces) == 1 else shapely.multipolygons(pieces)
    else:
        units = np.flatnonzero(of)
        units = units[np.argsort(of[units], kind="stable")]
        ends = np.searchsorted(of[units], np.arange(2, len(order) + 1))
        for position, group in enumerate(np.split(units, ends)):
            drawn[position] = shapely.union_all(grid.frame.geometry[group])
    return drawn, patches.area_ha[order]
