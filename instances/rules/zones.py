"""Where a red line holds: the units inside its polygons, its raster or its condition, buffered in metres.

A unit lies inside polygons, or the cells of a raster that are not zero, when at least ``share`` of its
area does. A condition is asked of every unit, so there a unit is wholly inside or outside. Polygons are
buffered as such; cells by the distance of their centres from the cells inside, so that a cell lies in a
buffer when about ``share`` of it does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import ndimage

from instances.layers.expressions import read_condition
from instances.layers.geometries import REPAIRED
from instances.layers.raster import raster_share
from instances.layers.raster_files import is_raster
from instances.layers.vector_files import lies_in_area, read_vector
from instances.study.files import find_file
from instances.study.findings import Findings
from instances.study.schema import LayerSource, RedLineTable, Source
from instances.units.cover import ROUNDING, share_inside
from instances.units.grid import FloatArray, Grid, ParcelFrame, RasterFrame
from instances.units.gridding import cell_measures
from instances.units.parcels import in_metres, widen
from instances.units.polygons import polygonal


@dataclass(frozen=True, eq=False)
class Zone:
    """``inside`` (units,), and the polygons in the CRS of the grid where the red line has some."""

    inside: NDArray[np.bool_]
    polygons: NDArray[np.object_] | None = None
    repaired: int = 0
    """Broken polygons that were repaired."""


def read_zone(
    table: RedLineTable,
    place: str,
    folder: Path,
    grid: Grid,
    layers: Mapping[str, FloatArray],
    declared: Mapping[str, LayerSource],
    findings: Findings,
) -> Zone | None:
    """Where a red line holds; None, with findings, where that cannot be told. ``layers`` are the layers
    read so far, ``declared`` all that the study names."""
    if table.where is not None:
        zone = _zone_of_condition(table, place, grid, layers, declared, findings)
    else:
        path = find_file(str(table.path), folder, place, findings)
        if path is None:
            return None
        reader = _zone_of_raster if is_raster(path) else _zone_of_polygons
        zone = reader(table, place, folder, grid, findings)
    return zone


def _zone_of_condition(
    table: RedLineTable,
    place: str,
    grid: Grid,
    layers: Mapping[str, FloatArray],
    declared: Mapping[str, LayerSource],
    findings: Findings,
) -> Zone | None:
    condition = read_condition(table.where or "", declared, f"{place}.where", findings)
    if condition is None or any(name not in layers for name in condition.layers):
        return None
    inside = condition.holds(layers)
    if not inside.any():
        ranges = "; ".join(f"{name} runs {_range(layers[name])}" for name in condition.layers)
        findings.warn(place, f"no unit lies inside: `{condition.text}` holds nowhere ({ranges})", _EMPTY)
    return Zone(_buffered_units(inside, grid, table))


_EMPTY = "Correct it, or leave the line out with `enabled = false`"


def _range(values: FloatArray) -> str:
    known = values[np.isfinite(values)]
    return f"{known.min():g} to {known.max():g}" if len(known) else "nowhere"


def _zone_of_raster(
    table: RedLineTable, place: str, folder: Path, grid: Grid, findings: Findings
) -> Zone | None:
    source = LayerSource(path=str(table.path), band=table.band, crs=table.crs)
    share = raster_share(folder / source.path, source, grid, place, findings)
    if share is None:
        return None
    inside = share >= table.share - ROUNDING
    if not inside.any():
        findings.warn(
            place,
            f"no unit lies inside: cells of {table.path} that are not zero cover at most {share.max():.0%} "
            f"of a unit, and share = {table.share:g} is asked for",
            "Correct it, lower `share`, or leave the line out with `enabled = false`",
        )
    return Zone(_buffered_units(inside, grid, table))


def _zone_of_polygons(
    table: RedLineTable, place: str, folder: Path, grid: Grid, findings: Findings
) -> Zone | None:
    source = Source(path=str(table.path), layer=table.layer, crs=table.crs)
    frame = read_vector(source, place, folder, findings, grid.crs)
    if frame is None:
        return None
    polygons = polygonal(frame.geometry.to_numpy())
    if len(polygons) == 0:
        findings.error(place, f"{table.path} holds no polygon", "Name a layer of polygons")
        return None
    if not lies_in_area(frame, grid, place, findings):
        return None
    if table.buffer_m < 0:
        # The line is narrowed, not each of its patches: a border that two share is no edge of the line.
        polygons = shapely.get_parts(shapely.disjoint_subset_union_all(polygons))
    if table.buffer_m:
        polygons = polygonal(widen(polygons, table.buffer_m, grid.crs))
    share = share_inside(polygons, grid)
    inside = share >= table.share - ROUNDING
    if not inside.any():
        _warn_empty(table, place, polygons, grid, float(share.max(initial=0.0)), findings)
    return Zone(inside, polygons, int(frame.attrs.get(REPAIRED, 0)))


def _warn_empty(
    table: RedLineTable,
    place: str,
    polygons: NDArray[np.object_],
    grid: Grid,
    fullest: float,
    findings: Findings,
) -> None:
    area = float(hectares(polygons, grid).sum())
    buffer = f" after a buffer of {table.buffer_m:g} m" if table.buffer_m else ""
    findings.warn(
        place,
        f"no unit lies inside: its polygons ({len(polygons):,} of {area:,.2f} ha{buffer}) cover at most "
        f"{fullest:.0%} of a unit, and share = {table.share:g} is asked for",
        "Lower `share`, or leave the line out with `enabled = false`",
    )


def _buffered_units(inside: NDArray[np.bool_], grid: Grid, table: RedLineTable) -> NDArray[np.bool_]:
    """Units of a zone widened or narrowed by ``buffer_m``."""
    if not table.buffer_m or inside.all() or not inside.any():
        return inside
    if isinstance(grid.frame, ParcelFrame):
        whole = shapely.union_all(grid.frame.geometry[inside])
        share = share_inside(widen(np.array([whole], dtype=object), table.buffer_m, grid.crs), grid)
        return np.asarray(share >= table.share - ROUNDING)
    return _buffered_cells(inside, grid, grid.frame, table)


def _buffered_cells(
    inside: NDArray[np.bool_], grid: Grid, frame: RasterFrame, table: RedLineTable
) -> NDArray[np.bool_]:
    """Cells whose centre lies near enough to (or, narrowing, far enough from) the edge of the zone. What
    lies beyond the study area is unknown and narrows nothing."""
    sampling = cell_metres(grid, frame)
    size = (sampling[0] + sampling[1]) / 2
    if table.buffer_m > 0:
        distance = ndimage.distance_transform_edt(~frame.paint(inside, False), sampling=sampling)
        reach = table.buffer_m + (1.0 - table.share) * size
        return np.asarray(distance.ravel()[frame.cells] <= reach)
    distance = ndimage.distance_transform_edt(~frame.paint(~inside, False), sampling=sampling)
    return np.asarray(distance.ravel()[frame.cells] >= table.share * size - table.buffer_m)


def hectares(geometries: NDArray[np.object_], grid: Grid) -> FloatArray:
    """Area in ha of geometries in the CRS of the grid."""
    area: FloatArray = shapely.area(in_metres(geometries, grid.crs, grid.frame.bounds)) / 1e4
    return area


def cell_metres(grid: Grid, frame: RasterFrame) -> tuple[float, float]:
    """(height, width) of a cell in metres, in the middle row where cells are degrees."""
    _, height, width = cell_measures(frame.transform, grid.crs, frame.shape[0])
    middle = frame.shape[0] // 2
    return float(height[middle]), float(width[middle])
