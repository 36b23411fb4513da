"""The boundary of the study area: units of the land cover that lie inside it, all others left out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray

from instances.land.landcover_raster import Units, present_only
from instances.layers.vector_files import bounds_of_frame, lies_in_area, read_vector
from instances.study.findings import Findings
from instances.study.schema import Boundary
from instances.units.cover import ROUNDING, burn, merged, share_inside
from instances.units.grid import Edges, Grid, ParcelFrame, RasterFrame
from instances.units.parcels import in_metres
from instances.units.polygons import Geometries
from words.said import say

PLACE = "boundary"
TOLD = 0.01
"""Land inside the boundary without land cover is told from this share of it on."""


def clip(units: Units, boundary: Boundary, folder: Path, findings: Findings) -> Units | None:
    """The units inside the boundary, and the classes that they have; None, with findings, where it cannot be
    used.

    A raster cell lies inside where its centre does, a parcel where at least half of it does.
    """
    frame = read_vector(boundary, PLACE, folder, findings, units.grid.crs)
    if frame is None or not lies_in_area(frame, units.grid, PLACE, findings):
        return None
    polygons = merged(frame.geometry.to_numpy())
    if not len(polygons):
        findings.error(PLACE, say("study_boundary.no_polygon"), say("study_boundary.polygons"))
        return None
    inside = _inside(polygons, units.grid)
    if not inside.any():
        findings.error(PLACE, say("study_boundary.none"), say("study_boundary.check"))
        return None
    measured = in_metres(polygons, units.grid.crs, bounds_of_frame(frame))
    _tell(units.grid, inside, float(shapely.area(measured).sum()) / 1e4, findings)
    if inside.all():
        return units
    kept = present_only(_part(units.grid, inside), units.names, units.class_of[inside], units.codes)
    return kept._replace(crosswalk=units.crosswalk)  # of the file, as it was read


def _inside(polygons: Geometries, grid: Grid) -> NDArray[np.bool_]:
    """(units,) True where a unit lies inside."""
    if isinstance(grid.frame, RasterFrame):
        return np.asarray(burn(polygons, np.zeros(len(polygons), dtype=np.int32), grid.frame) >= 0)
    return np.asarray(share_inside(polygons, grid) >= 0.5 - ROUNDING)


def _tell(grid: Grid, inside: NDArray[np.bool_], boundary_ha: float, findings: Findings) -> None:
    """Say what is left out, and where the boundary encloses land that has no land cover."""
    inside_ha = float(grid.area_ha[inside].sum())
    if inside.all():
        findings.note(PLACE, say("study_boundary.whole"))
    else:
        told = {"inside": int(inside.sum()), "all": len(grid), "inside_ha": inside_ha}
        findings.note(PLACE, say("study_boundary.clipped", **told, outside_ha=grid.total_ha - inside_ha))
    missing = boundary_ha - inside_ha
    if missing > TOLD * boundary_ha:
        findings.warn(PLACE, say("study_boundary.beyond", ha=missing), say("study_boundary.wider"))


def _part(grid: Grid, inside: NDArray[np.bool_]) -> Grid:
    """The grid of some of its units (units,): their frame is no larger than they need."""
    number = np.cumsum(inside, dtype=np.int32) - np.int32(1)
    edges = grid.edges
    both = inside[edges.first] & inside[edges.second]
    kept = Edges(number[edges.first[both]], number[edges.second[both]], edges.length_m[both])
    frame: RasterFrame | ParcelFrame
    if isinstance(grid.frame, RasterFrame):
        frame = _trimmed(grid.frame, inside)
    else:
        frame = ParcelFrame(grid.frame.geometry[inside], grid.frame.ids[inside])
    return Grid(grid.crs, grid.area_ha[inside], kept, frame, grid.area_kind)


def _trimmed(frame: RasterFrame, inside: NDArray[np.bool_]) -> RasterFrame:
    """The rows and columns of a raster that hold some of its units."""
    row, column = np.divmod(frame.cells[inside], np.int32(frame.shape[1]))
    top, left = int(row.min()), int(column.min())
    shape = int(row.max()) - top + 1, int(column.max()) - left + 1
    cells = ((row - top) * np.int32(shape[1]) + (column - left)).astype(np.int32)
    return RasterFrame(shape, frame.transform @ Affine.translation(left, top), cells)
