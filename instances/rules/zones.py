"""Where a red line holds: the units inside its polygons, its raster or its condition, buffered in metres.

A unit lies inside polygons, or the cells of a raster that are not zero, when at least ``share`` of its
area does. A condition is asked of every unit, so there a unit is wholly inside or outside. Polygons, lines
and points are buffered as such; cells by the distance of their centres from the cells inside, so that a cell
lies in a buffer when about ``share`` of it does. A line of several files or layers holds where they do: their
polygons are united first, rasters are each held against ``share``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from instances.layers.expressions import read_condition
from instances.layers.raster_files import is_raster
from instances.rules.buffers import buffered, buffered_units
from instances.rules.drawn import Drawn, read_drawn
from instances.rules.measures import hectares
from instances.rules.raster_lines import Cells, read_cells, read_cells_as_polygons
from instances.study.files import find_file
from instances.study.findings import Findings
from instances.study.schema import LayerSource, RedLineSource, ZoneTable
from instances.units.cover import ROUNDING, merged, share_inside
from instances.units.grid import FloatArray, Grid, RasterFrame
from instances.units.polygons import Geometries
from words.said import Said, say


@dataclass(frozen=True, eq=False)
class Zone:
    """``inside`` (units,), and the polygons in the CRS of the grid where the red line has some."""

    inside: NDArray[np.bool_]
    polygons: Geometries | None = None
    repaired: int = 0
    """Broken polygons that were repaired."""


def read_zone(
    table: ZoneTable,
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
        return _zone_of_condition(table, place, grid, layers, declared, findings)
    return _zone_of_files(table, place, folder, grid, findings)


def _zone_of_condition(
    table: ZoneTable,
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
        ranges = [_range(name, layers[name]) for name in condition.layers]
        findings.warn(
            place,
            say("rules_zones.holds_nowhere", condition=condition.text, ranges=ranges),
            say("rules_zones.leave_out"),
        )
    return Zone(buffered_units(inside, table.buffer_m, table.share, grid))


def _range(name: str, values: FloatArray) -> Said:
    known = values[np.isfinite(values)]
    if not len(known):
        return say("rules_zones.no_range", layer=name)
    return say("rules_zones.range", layer=name, low=float(known.min()), high=float(known.max()))


class _Parts(NamedTuple):
    """What the files of a red line hold: vector files, rasters as polygons, and rasters as cells."""

    drawn: list[Drawn]
    outlines: list[Geometries]
    cells: list[Cells]


def _zone_of_files(table: ZoneTable, place: str, folder: Path, grid: Grid, findings: Findings) -> Zone | None:
    parts = _read_parts(table, place, folder, grid, findings)
    if parts is None:
        return None
    inside, fullest = np.zeros(len(grid), dtype=bool), 0.0
    for each in parts.cells:
        inside |= each.inside
        fullest = max(fullest, each.fullest)
    polygons = None
    if parts.drawn or parts.outlines:
        given = np.concatenate([*(each.geometries for each in parts.drawn), *parts.outlines])
        polygons = buffered(given, table.buffer_m, grid)
        if table.buffer_m > 0:
            polygons = merged(polygons, grid.frame.bounds)
        share = share_inside(polygons, grid)
        inside |= share >= table.share - ROUNDING
        fullest = max(fullest, float(share.max(initial=0.0)))
    if not inside.any():
        _warn_empty(table, place, polygons if parts.drawn else None, grid, fullest, findings)
    of_polygons = bool(parts.drawn) and not parts.cells and not parts.outlines
    repaired = sum(each.repaired for each in parts.drawn)
    return Zone(inside, polygons if of_polygons else None, repaired)


def _read_parts(table: ZoneTable, place: str, folder: Path, grid: Grid, findings: Findings) -> _Parts | None:
    """What every file of a red line holds; None, with the findings of all of them, where one cannot be
    used."""
    parts, whole = _Parts([], [], []), True
    several = not isinstance(table.path, str)
    for number, source in enumerate(table.sources):
        at = f"{place}.path[{number}]" if several else place
        whole &= _read_part(parts, source, table, at, folder, grid, findings)
    return parts if whole else None


def _read_part(
    parts: _Parts,
    source: RedLineSource,
    table: ZoneTable,
    place: str,
    folder: Path,
    grid: Grid,
    findings: Findings,
) -> bool:
    """Add what one file or layer holds; False, with findings, where it cannot be used."""
    path = find_file(source.path, folder, place, findings)
    if path is None:
        return False
    if not is_raster(path):
        drawn = read_drawn(source, table.buffer_m, place, folder, grid, findings)
        parts.drawn.extend([] if drawn is None else [drawn])
        return drawn is not None
    if isinstance(grid.frame, RasterFrame):
        cells = read_cells(path, source, table.buffer_m, table.share, grid, grid.frame, place, findings)
        parts.cells.extend([] if cells is None else [cells])
        return cells is not None
    outlines = read_cells_as_polygons(path, source, table.buffer_m, grid, place, findings)
    parts.outlines.extend([] if outlines is None else [outlines])
    return outlines is not None


def _warn_empty(
    table: ZoneTable,
    place: str,
    polygons: Geometries | None,
    grid: Grid,
    fullest: float,
    findings: Findings,
) -> None:
    """Warn of a line inside which no unit lies, with how much of a unit lies inside at most."""
    buffer = say("rules_zones.buffer", metres=table.buffer_m) if table.buffer_m else ""
    if polygons is None:
        files = [source.path for source in table.sources]
        fault = say("rules_zones.empty_cells", files=files, buffer=buffer, fullest=fullest, share=table.share)
    else:
        fault = say(
            "rules_zones.empty_polygons",
            count=len(polygons),
            ha=float(hectares(polygons, grid).sum()),
            buffer=buffer,
            fullest=fullest,
            share=table.share,
        )
    findings.warn(place, fault, say("rules_zones.lower_share"))
