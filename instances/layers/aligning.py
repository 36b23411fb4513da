"""Any raster or vector layer on the units of a study: reprojected, aligned, its gaps told.

Numbers are averaged by area, categories taken by majority, unless the study says otherwise.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from instances.layers.raster import raster_values
from instances.layers.raster_files import is_raster
from instances.layers.vector import vector_values
from instances.study.files import find_file
from instances.study.findings import Findings
from instances.study.schema import LayerSource
from instances.units.grid import FloatArray, Grid


def read_layer(
    name: str, source: LayerSource, grid: Grid, folder: Path, findings: Findings
) -> FloatArray | None:
    """(units,) the value of a layer on every unit; None, with findings, where it cannot be used.

    ``name`` is that of a table of ``[layers]``, or the dotted place of another part of the study. Units
    without a value get ``fill``; without ``fill`` they are a fault.
    """
    place = name if "." in name else f"layers.{name}"
    path = find_file(source.path, folder, place, findings)
    if path is None:
        return None
    if is_raster(path):
        values = raster_values(path, source, grid, place, findings)
    else:
        values = vector_values(source, grid, folder, place, findings)
    return None if values is None else _filled(values, source, grid, place, findings)


def _filled(
    values: FloatArray, source: LayerSource, grid: Grid, place: str, findings: Findings
) -> FloatArray | None:
    known = np.isfinite(values)
    missing = len(values) - int(np.count_nonzero(known))
    if not missing:
        return values
    area = float(np.sum(grid.area_ha, where=~known))
    units = f"{missing:,} of {len(values):,} units ({missing / len(values):.2%}, {area:,.1f} ha)"
    if source.fill is not None:
        findings.note(place, f"has no value on {units}", f"They take fill = {source.fill:g}")
        return np.where(known, values, source.fill)
    if missing == len(values):
        findings.error(place, "has no value on any unit", "Check its band, its nodata value and its extent")
    else:
        findings.error(place, f"has no value on {units}", "Give `fill`, the value that holds there")
    return None
