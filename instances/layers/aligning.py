"""Any raster or vector layer on the units of a study: reprojected, aligned, its gaps closed or told.

Numbers are averaged by area, categories taken by majority, unless the study says otherwise.
"""

from __future__ import annotations

from pathlib import Path

from instances.layers.gaps import Layer, without_gaps
from instances.layers.raster import raster_values
from instances.layers.raster_files import is_raster
from instances.layers.vector import vector_values
from instances.study.files import find_file
from instances.study.findings import Findings
from instances.study.schema import LayerSource
from instances.units.grid import Grid


def read_layer(name: str, source: LayerSource, grid: Grid, folder: Path, findings: Findings) -> Layer | None:
    """The value of a layer on every unit; None, with findings, where it cannot be used.

    ``name`` is that of a table of ``[layers]``, or the dotted place of another part of the study. Units
    without a value get ``fill``; without ``fill`` small gaps take the nearest value, others are a fault.
    """
    place = name if "." in name else f"layers.{name}"
    path = find_file(source.path, folder, place, findings)
    if path is None:
        return None
    if is_raster(path):
        values = raster_values(path, source, grid, place, findings)
    else:
        values = vector_values(source, grid, folder, place, findings)
    return None if values is None else without_gaps(values, source.fill, grid, place, findings)
