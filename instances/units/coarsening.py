"""Coarser rasters: the majority class of blocks of cells, with every block's own area."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS

from instances.study.findings import Findings
from instances.units.grid import FloatArray
from instances.units.gridding import cell_measures
from words.said import say

CELLS_AT_ONCE = 1_000_000
"""Cells counted at a time, so that memory stays modest."""

PLANAR_SLACK, DEGREE_SLACK = 1e-3, 0.05
"""How far from a whole number, in shares of it, the ratio of two cell sizes may be, and for cells in
degrees, which have no one size in metres, how far off goes untold."""

Factors = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Coarse:
    """Blocks of cells: ``index`` (rows, columns) the class of each block, ``no_class`` where it is no unit;
    ``area_ha`` (rows, columns) the area of its cells that have a class; ``dropped_ha`` of blocks that
    are no unit though some of their cells have a class; ``before_ha`` (classes,) the area of the cells of
    every class."""

    index: NDArray[np.uint8]
    area_ha: FloatArray
    transform: Affine
    dropped_ha: float
    before_ha: FloatArray


def block_size(
    resolution: float, transform: Affine, crs: CRS, shape: tuple[int, int], place: str, findings: Findings
) -> Factors | None:
    """Cells of a block (down, across) for a resolution in metres; a finding and None where the cell size
    does not go into it a whole number of times, or where one block would be larger than the whole raster.
    Cells in degrees have no one size in metres, so there the nearest whole numbers are taken, and told."""
    rows, columns = shape
    middle = rows // 2
    _, height, width = cell_measures(transform, crs, rows)
    sizes = float(height[middle]), float(width[middle])
    if not min(sizes) > 0:
        findings.error(place, say("raster.cells_without_size"), say("raster.cells_without_size_remedy"))
        return None
    if resolution > (1 + PLANAR_SLACK) * max(rows * sizes[0], columns * sizes[1]):
        fault = say(
            "raster.coarser_than_all", resolution=resolution, high=rows * sizes[0], wide=columns * sizes[1]
        )
        findings.error(place, fault, say("raster.coarser_than_all_remedy", size=max(sizes)))
        return None
    factors = []
    for size in sizes:
        ratio = resolution / size
        whole = max(round(ratio), 1)
        if ratio < 1 - DEGREE_SLACK or (not crs.is_geographic and abs(ratio - whole) > PLANAR_SLACK * whole):
            _tell_sizes(resolution, size, place, findings)
            return None
        factors.append(whole)
    down, across = factors
    if crs.is_geographic:
        high, wide = down * sizes[0], across * sizes[1]
        if max(abs(high / resolution - 1), abs(wide / resolution - 1)) > DEGREE_SLACK:
            fault = say("raster.degrees_make_no", resolution=resolution, high=high, wide=wide)
            findings.note(place, fault, say("raster.degrees_make_no_remedy"))
    return down, across


def coarsen(
    classes_of: Callable[[int, int], NDArray[np.uint8]],
    shape: tuple[int, int],
    classes: int,
    no_class: int,
    transform: Affine,
    row_ha: FloatArray,
    factors: Factors,
) -> Coarse:
    """Blocks aligned with the raster's origin, each with the class that most of its cells have.

    ``classes_of(top, bottom)`` gives (rows, columns) the class of the cells of some rows, ``no_class`` (more
    than ``classes``) where they have none, and is asked for every row once, in order; ``shape`` is that of
    all of them; ``row_ha`` (rows,) area of a cell. Blocks at the right and lower border may hold fewer cells.
    A block is a unit when at least half of its cells have a class; ties go to the first class.
    """
    down, across = factors
    rows, columns = shape
    blocks = -(-rows // down), -(-columns // across)
    majority = np.full(blocks, no_class, dtype=np.uint8)
    area, before = np.zeros(blocks), np.zeros(classes)
    wide = np.minimum(np.full(blocks[1], across), columns - across * np.arange(blocks[1]))
    count = _Counting(blocks[1], across, columns, classes)
    together = max(1, count.rows_at_once // down)
    for first in range(0, blocks[0], together):
        last = min(first + together, blocks[0])
        end = min(last * down, rows)
        counts = np.zeros((last - first, blocks[1], classes), dtype=np.int64)
        here = area[first:last]
        for top in range(first * down, end, count.rows_at_once):
            bottom = min(top + count.rows_at_once, end)
            found = count(classes_of(top, bottom))
            row = np.arange(top, bottom) // down - first
            starts = np.flatnonzero(np.diff(row, prepend=-1))
            counts[row[starts]] += np.add.reduceat(found, starts, axis=0)
            hectares = found.sum(axis=2) * row_ha[top:bottom, None]
            here[row[starts]] += np.add.reduceat(hectares, starts, axis=0)
            before += found.sum(axis=1).T @ row_ha[top:bottom]
        tall = np.minimum(down, rows - down * np.arange(first, last))
        known = counts.sum(axis=2)
        unit = (known * 2 >= np.multiply.outer(tall, wide)) & (known > 0)
        majority[first:last] = np.where(unit, counts.argmax(axis=2), no_class)
    dropped = float(area[majority == no_class].sum())
    coarse = Affine(transform.a * across, 0.0, transform.c, 0.0, transform.e * down, transform.f)
    return Coarse(majority, area, coarse, dropped, before)


class _Counting:
    """Counts cells of every class by row and block: (rows, blocks across, classes) of (rows, columns)."""

    def __init__(self, blocks: int, across: int, columns: int, classes: int) -> None:
        self._shape, self._classes = (blocks, classes + 1), classes
        self._block = np.arange(columns, dtype=np.int64) // across * (classes + 1)
        self.rows_at_once = max(1, CELLS_AT_ONCE // max(columns, blocks * (classes + 1)))

    def __call__(self, index: NDArray[np.uint8]) -> NDArray[np.int64]:
        size = self._shape[0] * self._shape[1]
        place = np.arange(len(index), dtype=np.int64)[:, None] * size + self._block
        place += np.minimum(index, self._classes)
        counts = np.bincount(place.ravel(), minlength=len(index) * size)
        return counts.reshape(len(index), *self._shape)[:, :, : self._classes]


def _tell_sizes(resolution: float, size: float, place: str, findings: Findings) -> None:
    if resolution < size:
        fault = say("raster.finer_than_cells", resolution=resolution, size=size)
        findings.error(place, fault, say("raster.finer_than_cells_remedy", twice=2 * size))
        return
    below = int(resolution // size)
    findings.error(
        place,
        say("raster.no_multiple", resolution=resolution, ratio=resolution / size, size=size),
        say("raster.no_multiple_remedy", below=below * size, above=(below + 1) * size),
    )
