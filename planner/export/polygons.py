"""Dissolved patches: neighbouring units of one value become one polygon, for raster cells and parcels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio import features

from instances.units.components import components
from instances.units.grid import FloatArray, Grid, ParcelFrame, RasterFrame
from instances.units.polygons import polygons_from
from instances.units.sums import sum_by

BATCH = 50_000
"""Polygons turned from lists into arrays at a time."""


@dataclass(frozen=True, eq=False)
class Dissolved:
    """Patches of units that share a value and hang together over shared edges (4 neighbours on a raster).

    ``of`` (units,) patch of each unit, -1 where it lies in none; ``value``, ``area_ha`` and ``geometry`` are
    (patches,); patches are in the order of their first units. Areas are sums of the units' areas.
    """

    of: NDArray[np.int32]
    value: NDArray[np.int32]
    area_ha: FloatArray
    geometry: NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.value)

    def units(self) -> NDArray[np.int64]:
        """(patches,) how many units each patch has."""
        return np.bincount(self.of[self.of >= 0], minlength=len(self))

    def touching(self, inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """(patches,) True where a unit of the patch lies inside; ``inside`` is (units,)."""
        touched = np.zeros(len(self), dtype=bool)
        touched[self.of[inside & (self.of >= 0)]] = True
        return touched


def dissolve(value: NDArray[np.integer], grid: Grid) -> Dissolved:
    """The patches of a division of the units: ``value`` (units,), negative where a unit is left out."""
    of, first = components(value, grid)
    area = sum_by(of, grid.area_ha, len(first))
    if isinstance(grid.frame, RasterFrame):
        geometry = _trace(grid.frame.paint(of, -1), len(first), grid.frame)
    else:
        geometry = _merge(of, len(first), grid.frame)
    return Dissolved(of, value[first].astype(np.int32), area, geometry)


def _trace(image: NDArray[np.int32], count: int, frame: RasterFrame) -> NDArray[np.object_]:
    """The outline of each number of an image."""
    outlines = np.full(count, None, dtype=object)
    found = features.shapes(image, mask=image >= 0, connectivity=4, transform=frame.transform)
    for batch in _batches(found):
        outlines[[int(number) for _, number in batch]] = polygons_from(
            [shape["coordinates"] for shape, _ in batch]
        )
    return outlines


def _batches(items: Iterable[Any]) -> Iterator[list[Any]]:
    iterator = iter(items)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _merge(of: NDArray[np.int32], count: int, frame: ParcelFrame) -> NDArray[np.object_]:
    """The union of the parcels of each patch; patches of similar size are merged together in one call."""
    units = np.flatnonzero(of >= 0)
    units = units[np.argsort(of[units], kind="stable")]
    size = np.bincount(of[units], minlength=count)
    start = np.cumsum(size) - size
    merged = frame.geometry[units[start]].copy()
    width = 2
    while (
        group := np.flatnonzero((size > width // 2) & (size <= width) & (size > 1))
    ).size or width < size.max(initial=0):
        member = start[group, None] + np.arange(width)
        known = np.arange(width) < size[group, None]
        parcels = np.full(member.shape, None, dtype=object)
        parcels[known] = frame.geometry[units[member[known]]]
        merged[group] = shapely.union_all(parcels, axis=1)
        width *= 2
    return merged
