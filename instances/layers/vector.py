"""Vector layers on the units: polygons by area, points and lines by what they touch."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from instances.layers.vector_files import field_of, lies_in_area, read_vector
from instances.study.findings import Findings
from instances.study.schema import LayerSource
from instances.units.cover import ROUNDING, burn, owner, share_inside, weighted_shares
from instances.units.grid import FloatArray, Grid, ParcelFrame
from words.said import say

LEAST_SHARE = 1e-6
"""A unit of which polygons cover less than this share has no value from them."""


def vector_values(
    source: LayerSource, grid: Grid, folder: Path, place: str, findings: Findings
) -> FloatArray | None:
    """(units,) the value of a vector layer on every unit; None, with findings, where it cannot be used.

    With a field: the area-weighted mean of the polygons' values (numbers), or the value of the polygon
    that holds the unit (categories), NaN where there is none; points and lines give their value to the
    units they touch. Without a field: the share of the unit inside the polygons (numbers), or 1 where at
    least half of it is (categories); 1 on units that points or lines touch; else 0.
    """
    frame = read_vector(source, place, folder, findings, grid.crs)
    if frame is None or not lies_in_area(frame, grid, place, findings):
        return None
    geometry = frame.geometry.to_numpy()
    areal = bool((shapely.get_dimensions(geometry) == 2).any())
    if source.field is None:
        if not areal:
            return (_touching(geometry, grid) >= 0).astype(np.float64)
        share = share_inside(geometry, grid).astype(np.float64)
        return share if source.kind == "number" else (share >= 0.5 - ROUNDING).astype(np.float64)
    values = _numbers(frame, source.field, place, findings)
    if values is None:
        return None
    known = np.isfinite(values)
    geometry, values = geometry[known], values[known]
    if areal and source.kind == "number" and source.resampling != "nearest":
        weighted, share = weighted_shares(geometry, values, grid)
        empty = np.full(len(grid), np.nan)
        return np.divide(weighted, share, out=empty, where=share > LEAST_SHARE)
    holder = owner(geometry, grid) if areal else _touching(geometry, grid)
    return np.append(values, np.nan)[holder]


def _numbers(frame: gpd.GeoDataFrame, field: str, place: str, findings: Findings) -> FloatArray | None:
    column_name = field_of(frame, field, f"{place}.field", findings)
    if column_name is None:
        return None
    column = frame[column_name]
    numbers = pd.to_numeric(column, errors="coerce")
    text = numbers.isna() & column.notna()
    if text.any():
        some = repr(str(column[text].iloc[0]))
        findings.error(
            f"{place}.field",
            say("vector.field_of_text", field=column_name, text=some, n=int(text.sum())),
            say("vector.name_number_field"),
        )
        return None
    if numbers.isna().any():
        fault = say("vector.field_empty", field=column_name, n=int(numbers.isna().sum()))
        findings.warn(f"{place}.field", fault, say("vector.left_out"))
    return numbers.to_numpy(dtype=np.float64)


def _touching(geometry: NDArray[np.object_], grid: Grid) -> NDArray[np.int32]:
    """(units,) position of a point or line that touches each unit (the last of several), else -1."""
    frame = grid.frame
    position = np.arange(len(geometry), dtype=np.int32)
    if not isinstance(frame, ParcelFrame):
        return burn(geometry, position, frame, touched=True)
    found, unit = shapely.STRtree(frame.geometry).query(geometry, predicate="intersects")
    touching = np.full(len(frame.geometry), -1, dtype=np.int32)
    np.maximum.at(touching, unit, found.astype(np.int32))
    return touching
