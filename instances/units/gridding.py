"""Raster cells as units: from a mask of valid cells to a ``Grid`` with areas, neighbours and shared edges."""

from __future__ import annotations

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS

from instances.study.findings import Findings
from instances.units.georeference import Bounds, area_distortion, crs_name, geod_of, metres_per_unit
from instances.units.grid import Edges, FloatArray, Grid, RasterFrame
from words.said import say

MOST_CELLS = 2**31 - 1
"""Positions of cells are 32-bit numbers."""

CELLS_AT_ONCE = 2_000_000
"""Cells whose neighbours are sought at a time."""

SMALLEST_CELL = 1e-12
"""Cells of which a side is no longer than this, in the CRS's unit, have no size."""

DISTORTION_TOLD = 0.01
"""Planar areas further than this share from the true ones are told."""


def raster_grid(
    valid: NDArray[np.bool_],
    transform: Affine,
    crs: CRS,
    place: str,
    findings: Findings,
    area_ha: FloatArray | None = None,
) -> Grid | None:
    """The units of a raster: its valid cells, row by row.

    ``valid`` (rows, columns). ``area_ha`` (units,) replaces the area of whole cells where units are not
    whole. Areas and edge lengths are planar for a projected CRS and ellipsoidal for a geographic one.
    Findings and None where the raster is rotated or sheared, too large, or has no valid cell.
    """
    if not upright(transform, place, findings) or not countable(valid.shape, place, findings):
        return None
    cells = np.flatnonzero(valid).astype(np.int32)
    if not len(cells):
        findings.error(place, say("raster.no_land"), say("raster.no_land_remedy"))
        return None
    rows, columns = valid.shape
    frame = RasterFrame((rows, columns), transform, cells)
    row_ha, across_m, along_m = cell_measures(transform, crs, rows)
    row_of = cells // columns if np.ptp(row_ha) else None
    if area_ha is None:
        area_ha = np.broadcast_to(row_ha[:1], (len(cells),)) if row_of is None else row_ha[row_of]
    kind = "ellipsoidal" if crs.is_geographic else "planar"
    if kind == "planar":
        warn_distorted(crs, frame.bounds, place, findings)
    return Grid(crs, area_ha, raster_edges(valid, across_m, along_m), frame, kind)


def upright(transform: Affine, place: str, findings: Findings) -> bool:
    """False, with a finding, where rows and columns do not run along the axes of the CRS."""
    if transform.b or transform.d:
        fault = say("raster.rotated", across=transform.b, down=transform.d)
        findings.error(place, fault, say("raster.rotated_remedy"))
        return False
    if not all(SMALLEST_CELL < abs(size) < np.inf for size in (transform.a, transform.e)):
        findings.error(place, say("raster.cells_without_size"), say("raster.cells_without_size_remedy"))
        return False
    return True


def cell_measures(transform: Affine, crs: CRS, rows: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Measures of the cells of every row: (rows,) area in ha, (rows,) length in m of the edge between
    neighbours in a row, (rows + 1,) length in m of the edge above each row."""
    width, height = abs(transform.a), abs(transform.e)
    if not crs.is_geographic:
        unit = metres_per_unit(crs)
        width, height = width * unit, height * unit
        return np.full(rows, width * height / 1e4), np.full(rows, height), np.full(rows + 1, width)
    degrees = np.rad2deg(metres_per_unit(crs))  # a geographic CRS counts in units of so many radians
    width = width * degrees
    latitude = np.clip((transform.f + transform.e * np.arange(rows + 1)) * degrees, -90.0, 90.0)
    east, west = np.full(rows + 1, width), np.zeros(rows + 1)
    geod = geod_of(crs)
    _, _, along = geod.inv(west, latitude, east, latitude)
    _, _, across = geod.inv(west[1:], latitude[:-1], west[1:], latitude[1:])
    return _zone_ha(latitude, width, geod.a, geod.es), np.asarray(across), np.asarray(along)


def _zone_ha(latitude: FloatArray, width: float, semi_major_m: float, eccentricity2: float) -> FloatArray:
    """(rows,) ellipsoidal area in ha of cells ``width`` degrees wide between parallels of ``latitude``.

    Closed form of the area of a zone of an ellipsoid of revolution (Snyder 1987, Map projections, eq. 3-12).
    """
    sine = np.sin(np.deg2rad(latitude))
    if eccentricity2 == 0:
        zone = 2 * sine
    else:
        e = np.sqrt(eccentricity2)
        zone = (1 - eccentricity2) * (sine / (1 - eccentricity2 * sine**2) + np.arctanh(e * sine) / e)
    area: FloatArray = np.abs(np.diff(zone)) * semi_major_m**2 / 2 * np.deg2rad(width) / 1e4
    return area


def raster_edges(valid: NDArray[np.bool_], across_m: FloatArray, along_m: FloatArray) -> Edges:
    """Pairs of valid cells that share an edge (4 neighbours): pairs in a row first, then pairs in a column.

    ``across_m`` (rows,) and ``along_m`` (rows + 1,) as ``cell_measures`` gives them. Uniform lengths are
    one number seen through a read-only array.
    """
    index = np.cumsum(valid.ravel(), dtype=np.int32).reshape(valid.shape)
    index -= 1
    level, upper = valid[:, :-1] & valid[:, 1:], valid[:-1] & valid[1:]
    between = along_m[1 : len(valid)]
    in_rows, count = int(np.count_nonzero(level)), int(np.count_nonzero(level) + np.count_nonzero(upper))
    first, second = np.empty(count, np.int32), np.empty(count, np.int32)
    _pairs(level, index[:, :-1], index[:, 1:], first[:in_rows], second[:in_rows])
    _pairs(upper, index[:-1], index[1:], first[in_rows:], second[in_rows:])
    if np.ptp(across_m) == 0 and np.ptp(along_m) == 0 and across_m[0] == along_m[0]:
        length = np.broadcast_to(np.float32(across_m[0]), (count,))
    else:
        length = np.empty(count, np.float32)
        length[:in_rows] = np.repeat(across_m.astype(np.float32), np.count_nonzero(level, axis=1))
        length[in_rows:] = np.repeat(between.astype(np.float32), np.count_nonzero(upper, axis=1))
    return Edges(first, second, length)


def _pairs(
    joined: NDArray[np.bool_],
    one: NDArray[np.int32],
    other: NDArray[np.int32],
    first: NDArray[np.int32],
    second: NDArray[np.int32],
) -> None:
    """Put the numbers of the cells that are joined, row by row, into ``first`` and ``second``; some rows at a
    time, so that memory stays modest."""
    step, done = max(1, CELLS_AT_ONCE // max(joined.shape[1], 1)), 0
    for top in range(0, len(joined), step):
        here = joined[top : top + step]
        found = one[top : top + step][here]
        first[done : done + len(found)] = found
        second[done : done + len(found)] = other[top : top + step][here]
        done += len(found)


def warn_distorted(crs: CRS, bounds: Bounds, place: str, findings: Findings) -> None:
    """Tell where planar areas in a projected CRS are far from the true ones."""
    ratio = area_distortion(crs, bounds) if crs.is_projected else 1.0
    if abs(ratio - 1) > DISTORTION_TOLD:
        fault = say("raster.distorted", crs=crs_name(crs), ratio=ratio)
        findings.warn(place, fault, say("raster.distorted_remedy"))


def countable(shape: tuple[int, ...], place: str, findings: Findings) -> bool:
    """False, with a finding, where a raster has more cells than can be numbered."""
    cells = int(np.prod([int(size) for size in shape], dtype=object))
    if cells > MOST_CELLS:
        fault = say("raster.too_many_cells", cells=cells, most=MOST_CELLS)
        findings.error(place, fault, say("raster.too_many_cells_remedy"))
        return False
    return True
