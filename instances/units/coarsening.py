"""Coarser rasters: the majority class of blocks of cells, with every block's own area."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS

from instances.study.findings import Findings
from instances.units.grid import FloatArray
from instances.units.gridding import cell_measures

CELLS_AT_ONCE = 4_000_000
"""Cells counted at a time, so that memory stays modest."""

PLANAR_SLACK, DEGREE_SLACK = 1e-3, 0.05
"""How far from a whole number, in shares of it, the ratio of two cell sizes may be, and for cells in
degrees, which have no one size in metres, how far off goes untold."""

Factors = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Coarse:
    """Blocks of cells: ``index`` (rows, columns) the class of each block, ``no_class`` where it is no unit;
    ``area_ha`` (rows, columns) the area of its cells that have a class; ``dropped_ha`` of blocks that
    are no unit though some of their cells have a class."""

    index: NDArray[np.uint8]
    area_ha: FloatArray
    transform: Affine
    dropped_ha: float


def block_size(
    resolution: float, transform: Affine, crs: CRS, rows: int, place: str, findings: Findings
) -> Factors | None:
    """Cells of a block (down, across) for a resolution in metres; a finding and None where the cell size
    does not go into it a whole number of times. Cells in degrees have no one size in metres, so there the
    nearest whole numbers are taken, and told."""
    middle = rows // 2
    _, height, width = cell_measures(transform, crs, rows)
    sizes = float(height[middle]), float(width[middle])
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
            fault = f"cells in degrees make no {resolution:g} m: blocks are {high:,.4g} m high"
            findings.note(place, f"{fault}, {wide:,.4g} m wide", "Every block counts with its own area")
    return down, across


def coarsen(
    index: NDArray[np.uint8],
    classes: int,
    no_class: int,
    transform: Affine,
    row_ha: FloatArray,
    factors: Factors,
) -> Coarse:
    """Blocks aligned with the raster's origin, each with the class that most of its cells have.

    ``index`` (rows, columns) class of every cell, ``no_class`` where it has none; ``row_ha`` (rows,) area
    of a cell. Blocks at the right and lower border may hold fewer cells. A block is a unit when at least
    half of its cells have a class; ties go to the first class.
    """
    down, across = factors
    rows, columns = index.shape
    blocks = -(-rows // down), -(-columns // across)
    majority = np.full(blocks, no_class, dtype=np.uint8)
    area = np.zeros(blocks)
    step = max(1, CELLS_AT_ONCE // (down * columns))
    block_column = np.arange(columns, dtype=np.int64) // across
    wide = np.bincount(block_column)
    for top in range(0, blocks[0], step):
        bottom = min(top + step, blocks[0])
        strip = index[top * down : bottom * down]
        block_row = np.arange(len(strip), dtype=np.int64) // down
        row, column = np.nonzero(strip != no_class)
        block = block_row[row] * blocks[1] + block_column[column]
        here = (bottom - top) * blocks[1]
        counts = np.bincount(block * classes + strip[row, column], minlength=here * classes)
        counts = counts.reshape(here, classes)
        cells = np.multiply.outer(np.bincount(block_row), wide).ravel()
        unit = (counts.sum(axis=1) * 2 >= cells) & (counts.sum(axis=1) > 0)
        majority[top:bottom] = np.where(unit, counts.argmax(axis=1), no_class).reshape(-1, blocks[1])
        weights = row_ha[top * down + row]
        area[top:bottom] = np.bincount(block, weights=weights, minlength=here).reshape(-1, blocks[1])
    dropped = float(area[majority == no_class].sum())
    coarse = Affine(transform.a * across, 0.0, transform.c, 0.0, transform.e * down, transform.f)
    return Coarse(majority, area, coarse, dropped)


def _tell_sizes(resolution: float, size: float, place: str, findings: Findings) -> None:
    if resolution < size:
        findings.error(
            place,
            f"{resolution:g} m is finer than the land cover's cells of {size:,.4g} m",
            f"Give a multiple of them, such as {2 * size:,.4g}, or leave it out",
        )
        return
    below = int(resolution // size)
    findings.error(
        place,
        f"{resolution:g} m is {resolution / size:.3g} times the land cover's cells of {size:,.4g} m",
        f"Give a whole multiple of them: {below * size:,.6g} or {(below + 1) * size:,.6g}",
    )
