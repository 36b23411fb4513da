"""Corridors: bundles of units that count when all of them are blue-green. ``bundles`` says which units
make a corridor."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from instances.layers.geometries import told_tangled
from instances.layers.vector_files import field_of, read_vector
from instances.rules.naming import some
from instances.study.findings import Findings
from instances.study.schema import IndicatorTable
from instances.study.tables import table
from instances.units.bundles import bundles, narrowest
from instances.units.grid import FloatArray, Grid
from instances.units.outlines import reach_of
from instances.units.parcels import in_metres
from words.said import say


@dataclass(frozen=True, eq=False)
class Corridors:
    """Bundles of units that count when all of them are blue-green: units of corridor c are
    ``units[start[c]:start[c + 1]]``, its worth ``value[c]``."""

    names: tuple[str, ...]
    start: NDArray[np.int64]
    units: NDArray[np.int32]
    value: FloatArray

    def __len__(self) -> int:
        return len(self.names)


def read_corridors(
    name: str, table: IndicatorTable, grid: Grid, folder: Path, findings: Findings
) -> Corridors | None:
    """The corridors of ``[indicators.<name>.corridors]``; None, with findings, where there are none.

    ``value`` is the field that the study names, else the corridor's length in km (half the perimeter of
    a polygon). Corridors without any unit are left out with a warning.
    """
    assert table.corridors is not None
    place = f"indicators.{name}.corridors"
    frame = read_vector(table.corridors, place, folder, findings, grid.crs)
    if frame is None:
        return None
    if len(frame) == 0:
        findings.error(place, say("rules_corridors.none"), say("rules_corridors.name_lines"))
        return None
    worth = _worth(frame, table, grid, f"indicators.{name}", findings)
    geometries = frame.geometry.to_numpy()
    reach = reach_of(max(table.width_m / 2, narrowest(grid)), grid)
    if told_tangled(geometries, frame.index, place, findings, reach):
        return None
    if worth is None or not _lines_or_polygons(geometries, table.width_m, place, findings):
        return None
    members = bundles(geometries, table.width_m, grid)
    size = np.array([len(units) for units in members], dtype=np.int64)
    filled = size > 0
    if not filled.any():
        findings.error(
            place, say("rules_corridors.all_elsewhere", n=len(frame)), say("rules_corridors.check_file")
        )
        return None
    names = _names(frame)
    if not filled.all():
        missing = [names[position] for position in np.flatnonzero(~filled)]
        findings.warn(
            place,
            say("rules_corridors.empty", n=len(missing), all=len(frame), names=some(missing)),
            say("rules_corridors.check_place"),
        )
    start = np.concatenate([[0], np.cumsum(size[filled])]).astype(np.int64)
    units = np.concatenate([units for units in members if len(units)]).astype(np.int32)
    kept = tuple(label for label, full in zip(names, filled, strict=True) if full)
    return Corridors(kept, start, units, worth[filled])


def _names(frame: gpd.GeoDataFrame) -> tuple[str, ...]:
    """Names from the first known field that gives each corridor one of its own, else numbers."""
    by_lower = {str(column).lower(): column for column in frame.columns}
    for field in (row["field"] for row in table("corridor_name_fields.csv")):
        if field in by_lower:
            column = frame[by_lower[field]]
            if column.notna().all() and column.is_unique:
                return tuple(str(value) for value in column)
    return tuple(str(number + 1) for number in range(len(frame)))


def _worth(
    frame: gpd.GeoDataFrame, table: IndicatorTable, grid: Grid, place: str, findings: Findings
) -> FloatArray | None:
    """(corridors,) the worth of each corridor."""
    if table.value is None:
        metric = in_metres(frame.geometry.to_numpy(), grid.crs, grid.frame.bounds)
        areal = shapely.get_dimensions(metric) == 2
        length: FloatArray = shapely.length(metric) / np.where(areal, 2000.0, 1000.0)
        return length
    field = field_of(frame, table.value, f"{place}.value", findings)
    if field is None:
        return None
    worth: FloatArray = pd.to_numeric(frame[field], errors="coerce").to_numpy(dtype=np.float64)
    wrong = int(np.count_nonzero(~np.isfinite(worth) | (worth < 0)))
    if wrong:
        findings.error(
            f"{place}.value",
            say("rules_corridors.worth", field=table.value, n=wrong, all=len(worth)),
            say("rules_corridors.give_worth"),
        )
        return None
    return worth


def _lines_or_polygons(
    geometries: NDArray[np.object_], width_m: float, place: str, findings: Findings
) -> bool:
    """False, with a finding, where some corridors are points; a width that says nothing is told."""
    dimensions = shapely.get_dimensions(geometries)
    points = int(np.count_nonzero(dimensions < 1))
    if points:
        findings.error(
            place,
            say("rules_corridors.points", n=points, all=len(geometries)),
            say("rules_corridors.give_lines"),
        )
    elif width_m and (dimensions == 2).all():
        findings.note(place, say("rules_corridors.width_of_polygons", metres=width_m))
    return not points
