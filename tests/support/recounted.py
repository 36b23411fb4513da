"""Where red lines hold, counted again by points in every cell: by shapely and pyproj alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from instances.rules.zones import Zone, read_zone
from instances.study.findings import Findings
from instances.study.schema import RedLineTable
from instances.units.grid import Grid, RasterFrame
from instances.units.gridding import raster_grid

GAUSS, DEGREES = CRS(4547), CRS(4490)
FEET = CRS.from_proj4("+proj=tmerc +lat_0=0 +lon_0=114 +x_0=500000 +ellps=GRS80 +units=us-ft +type=crs")
SIDE = 10
"""Points on a side of a cell."""
UNSURE = 0.08
"""Cells whose share lies so near the one asked for are not held against points."""

Points = tuple[NDArray[np.float64], NDArray[np.float64]]


def grid_in(crs: CRS, valid: NDArray[np.bool_] | None = None) -> Grid:
    """40 rows and 50 columns of about 100 m around 114 E 30 N in a CRS."""
    if crs.is_geographic:
        transform = Affine(0.001, 0, 113.98, 0, -0.001, 30.02)
    else:
        x, y = Transformer.from_crs(DEGREES, crs, always_xy=True).transform(113.98, 30.02)
        cell = 100 / crs.axis_info[0].unit_conversion_factor
        transform = Affine(cell, 0, x, 0, -cell, y)
    cells = np.ones((40, 50), dtype=bool) if valid is None else valid
    grid = raster_grid(cells, transform, crs, "landcover", Findings())
    assert grid is not None
    return grid


def points_in(grid: Grid, crs: CRS = GAUSS) -> Points:
    """X and y (units, points) of points spread over every cell, in a CRS."""
    frame = grid.frame
    assert isinstance(frame, RasterFrame)
    row, column = np.divmod(frame.cells, frame.shape[1])
    step = (np.arange(SIDE) + 0.5) / SIDE
    down, right = (part.ravel() for part in np.meshgrid(step, step, indexing="ij"))
    x = frame.transform.c + frame.transform.a * (column[:, None] + right)
    y = frame.transform.f + frame.transform.e * (row[:, None] + down)
    return Transformer.from_crs(grid.crs, crs, always_xy=True).transform(x, y)


def zone_of(folder: Path, grid: Grid, **table: Any) -> Zone:
    """The zone of a red line that forbids urban land."""
    whole, findings = RedLineTable.model_validate({"forbid": ["urban"], **table}), Findings()
    zone = read_zone(whole, "redlines.line", folder, grid, {}, {}, findings)
    assert zone is not None, [str(item) for item in findings]
    return zone


def wrong_cells(
    zone: Zone, grid: Grid, holds: Callable[[Points], NDArray[np.bool_]], share: float = 0.5
) -> int:
    """Cells that a zone takes otherwise than the share of their points where a line ``holds`` says."""
    counted = holds(points_in(grid)).mean(axis=1)
    sure = np.abs(counted - share) > UNSURE
    assert np.count_nonzero(sure) > 0.8 * len(grid)
    return int(np.count_nonzero((zone.inside != (counted >= share))[sure]))
