"""Bands of rasters as numbers, read window by window: NaN where there is none, scale and offset applied."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS
from rasterio.enums import MaskFlags
from rasterio.io import DatasetReader
from rasterio.windows import Window

ABSURD = 1e30
"""Values beyond this magnitude are no data, declared or not."""

CELLS_AT_ONCE = 2_000_000
"""Cells read in one go, so that memory stays modest whatever the size of the raster."""

Image = NDArray[np.floating[Any]]
"""(rows, columns) numbers, NaN where there is no value."""


@dataclass(frozen=True, eq=False)
class Numbers:
    """The numbers of a raster, read where they are wanted: ``read(window)`` gives (rows, columns) of them."""

    read: Callable[[Window], Image]
    shape: tuple[int, int]
    transform: Affine
    crs: CRS

    def seen(self, through: Callable[[Image], Image]) -> Numbers:
        """The same raster with every cell's number changed on its own."""
        return replace(self, read=lambda window: through(self.read(window)))


def numbers_of(source: DatasetReader, band: int, crs: CRS) -> Numbers:
    """The numbers of a band of an open raster in the CRS that it was found to be in."""
    return Numbers(lambda window: read_numbers(source, band, window), source.shape, source.transform, crs)


def read_numbers(source: DatasetReader, band: int, window: Window | None = None) -> Image:
    """The values of a band with NaN where it has none: float32 where that holds every value, else float64."""
    values, known = read_known(source, band, window)
    small = values.dtype in (np.float32, np.float16) or values.dtype.itemsize <= 2
    numbers: Image = values.astype(np.float32 if small else np.float64, copy=False)
    numbers[~known] = np.nan
    return numbers


def read_known(
    source: DatasetReader, band: int, window: Window | None = None
) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """The values of a band as they are, and where they are known, both (rows, columns).

    Where a band states a scale and an offset (hundredths of a degree as whole numbers, say), the values are
    number x scale + offset, as the GDAL data model means it.
    """
    values = source.read(band, window=window)
    known = known_cells(source, band, values, window)
    scale, offset = source.scales[band - 1], source.offsets[band - 1]
    if (scale, offset) != (1.0, 0.0):
        values = values.astype(np.float64) * scale + offset
    return values, known


def known_cells(
    source: DatasetReader, band: int, values: NDArray[Any], window: Window | None = None
) -> NDArray[np.bool_]:
    """True where cells of a band hold a value: not masked, not the declared nodata, not NaN, infinite or
    of an absurd magnitude (nodata that was rounded on its way into the file)."""
    if MaskFlags.all_valid in source.mask_flag_enums[band - 1]:
        known = np.ones(values.shape, dtype=bool)
    else:
        known = source.read_masks(band, window=window) != 0
    if np.issubdtype(values.dtype, np.floating):
        with np.errstate(invalid="ignore"):
            known &= np.abs(values) < ABSURD
    return known


def strips(rows: int, columns: int, at_once: int | None = None) -> Iterator[tuple[int, int]]:
    """Stretches of whole rows, first and beyond the last, of a modest number of cells each."""
    step = max(1, (CELLS_AT_ONCE if at_once is None else at_once) // max(columns, 1))
    for top in range(0, rows, step):
        yield top, min(top + step, rows)
