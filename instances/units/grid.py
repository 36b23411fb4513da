"""The units of a study area: raster cells or parcels, with their area, neighbours and shared edges."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS

from instances.units.morton import morton_rank

FloatArray = NDArray[np.float64]
Layout = NDArray[np.uint8]
"""(units,) the class index of every unit."""


@dataclass(frozen=True, eq=False)
class Edges:
    """Pairs of neighbouring units (first < second, each pair once) and the length of their shared edge."""

    first: NDArray[np.int32]
    second: NDArray[np.int32]
    length_m: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.first)

    @cached_property
    def length_km(self) -> FloatArray:
        """(edges,) the length of the shared edge in km; one array for every indicator that counts edges."""
        return self.length_m.astype(np.float64) / 1000.0


@dataclass(frozen=True, eq=False)
class RasterFrame:
    """Where the units of a raster study lie: ``cells[i]`` is the row-major position of unit ``i``."""

    shape: tuple[int, int]
    transform: Affine
    cells: NDArray[np.int32]

    def paint(self, values: NDArray[Any], background: float | int) -> NDArray[Any]:
        """(rows, columns) array with ``values`` at the units and ``background`` elsewhere."""
        image = np.full(self.shape[0] * self.shape[1], background, dtype=values.dtype)
        image[self.cells] = values
        return image.reshape(self.shape)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """(left, bottom, right, top) in the CRS of the grid."""
        rows, columns = self.shape
        left, top = self.transform @ (0, 0)
        right, bottom = self.transform @ (columns, rows)
        return min(left, right), min(bottom, top), max(left, right), max(bottom, top)


@dataclass(frozen=True, eq=False)
class ParcelFrame:
    """The polygons of a parcel study: (units,) shapely geometries and the parcels' identifiers."""

    geometry: NDArray[np.object_]
    ids: NDArray[np.object_]

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """(left, bottom, right, top) in the CRS of the grid."""
        left, bottom, right, top = shapely.total_bounds(self.geometry)
        return float(left), float(bottom), float(right), float(top)


@dataclass(frozen=True, eq=False)
class Grid:
    """The units of a study: one type for raster cells and parcels.

    ``area_ha`` is (units,), planar or ellipsoidal as ``area_kind`` says.
    """

    crs: CRS
    area_ha: FloatArray
    edges: Edges
    frame: RasterFrame | ParcelFrame
    area_kind: str = "planar"

    def __len__(self) -> int:
        return len(self.area_ha)

    @property
    def is_raster(self) -> bool:
        """True where the units are raster cells."""
        return isinstance(self.frame, RasterFrame)

    @cached_property
    def morton_rank(self) -> NDArray[np.int32]:
        """(units,) rank along a space-filling curve: consecutive ranks are neighbours on the map."""
        if isinstance(self.frame, RasterFrame):
            row, column = np.divmod(self.frame.cells, np.int32(self.frame.shape[1]))
            return morton_rank(column, row)
        left, bottom, right, top = self.frame.bounds
        points = shapely.get_coordinates(shapely.centroid(self.frame.geometry))
        size = np.maximum(np.array([right - left, top - bottom]), 1e-9)
        whole = ((points - [left, bottom]) / size * 65_535).astype(np.int64)
        return morton_rank(whole[:, 0], whole[:, 1])

    @cached_property
    def total_ha(self) -> float:
        """Area of all units in ha."""
        return float(self.area_ha.sum())
