"""By how much another map lies beside the study's: found by where it agrees best with land that is known.

Rasters of two surveys often differ by part of a cell in where they say that their cells lie. Read as they
stand, every border would then seem to have moved. The shift is found, never assumed: the map is moved by
quarters of a cell, up to one cell each way, and at the middle of every unit its class is compared with those
that the unit may have. The shift is the middle of all that agree as well as the best.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window

from instances.land.other_codes import OtherMap
from instances.land.other_map import Classed, Ground, classed_cells
from instances.layers.raster import own_cells
from instances.layers.raster_files import is_raster, raster_file
from instances.study.files import find_file
from instances.study.findings import Findings
from instances.units.datums import transformer
from instances.units.georeference import same_crs
from instances.units.grid import FloatArray, Grid, Layout, RasterFrame

STEPS = (np.arange(-4, 4) + 0.5) / 4
"""Shifts that are tried, in cells of the map: none puts the middle of a unit on the border of two cells."""
AS_WELL = 0.002
"""Share of the units by which a shift may agree less than the best and still be one of them."""
LEAST_AGREEMENT = 0.6
"""Where the best shift agrees on fewer units than this, the map is another land, and none is taken."""
SMALLEST = 0.05
"""A shift of less than this share of a cell is none."""
MOST_POINTS = 200_000
"""So many units are looked at."""


def shift_of(
    other: OtherMap, ground: Ground, expected: Sequence[Layout], findings: Findings
) -> tuple[float, float]:
    """By how much a raster is to be moved east and north, in the units of its CRS, to agree best with any of
    the ``expected`` layouts (units,); 0 and 0 for polygons, parcels, and cells that are the study's own."""
    found = find_file(str(other.path), Path(), other.place, Findings())
    if found is None or not is_raster(found) or not isinstance(ground.grid.frame, RasterFrame):
        return 0.0, 0.0
    shift = 0.0, 0.0
    with raster_file(found, other.place, Findings()) as source:
        if source is not None:
            read = classed_cells(other, source, ground, findings)
            if read is not None and own_cells(read.numbers, ground.grid) is None:
                shift = _best(read, ground.grid, expected)
    return shift


def _best(read: Classed, grid: Grid, expected: Sequence[Layout]) -> tuple[float, float]:
    numbers = read.numbers
    rows, columns = numbers.shape
    image = np.nan_to_num(numbers.read(Window(0, 0, columns, rows)), nan=-1).astype(np.int16)
    every = max(1, len(grid) // MOST_POINTS)
    of = np.arange(0, len(grid), every)
    column, row = _places(grid, of, read)
    wanted = [layout[of] for layout in expected]
    agreement = np.array([[_agrees(image, column - e, row - n, wanted) for e in STEPS] for n in STEPS])
    best = float(agreement.max())
    if best < LEAST_AGREEMENT:
        return 0.0, 0.0
    near = np.argwhere(agreement >= best - AS_WELL)
    down, across = STEPS[near[:, 0]].mean(), STEPS[near[:, 1]].mean()
    if max(abs(down), abs(across)) < SMALLEST:
        return 0.0, 0.0
    cell = numbers.transform
    return float(across * cell.a + down * cell.b), float(across * cell.d + down * cell.e)


def _places(grid: Grid, of: NDArray[np.intp], read: Classed) -> tuple[FloatArray, FloatArray]:
    """(units,) the column and row of the map in which the middle of every unit lies, with fractions."""
    frame = grid.frame
    if not isinstance(frame, RasterFrame):
        raise TypeError("parcels have no cells")
    row, column = np.divmod(frame.cells[of].astype(float), frame.shape[1])
    place = frame.transform
    x = place.c + place.a * (column + 0.5) + place.b * (row + 0.5)
    y = place.f + place.d * (column + 0.5) + place.e * (row + 0.5)
    if not same_crs(grid.crs, read.numbers.crs):
        x, y = transformer(grid.crs, read.numbers.crs).transform(x, y)
    back = ~read.numbers.transform
    return back.a * x + back.b * y + back.c, back.d * x + back.e * y + back.f


def _agrees(
    image: NDArray[np.int16], column: FloatArray, row: FloatArray, wanted: Sequence[NDArray[np.uint8]]
) -> float:
    """The share of units at whose middle a moved map has one of the classes wanted."""
    across, down = np.floor(column + 1e-6).astype(np.int64), np.floor(row + 1e-6).astype(np.int64)
    inside = (across >= 0) & (across < image.shape[1]) & (down >= 0) & (down < image.shape[0])
    seen = np.full(len(column), -1, dtype=np.int16)
    seen[inside] = image[down[inside], across[inside]]
    agrees = np.zeros(len(column), dtype=bool)
    for layout in wanted:
        agrees |= seen == layout
    return float(agrees.mean())
