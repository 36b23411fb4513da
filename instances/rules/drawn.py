"""The polygons of a red line that is drawn: from files of polygons, lines and points, buffered in metres."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from instances.layers.vector_files import REPAIRED, lies_in_area, read_vector
from instances.rules.buffers import buffered
from instances.study.findings import Findings, Severity
from instances.study.schema import RedLineSource
from instances.units.grid import Grid
from instances.units.polygons import Geometries
from words.said import say


class Drawn(NamedTuple):
    """Polygons in the CRS of the grid, buffered, and how many of the file's were broken and repaired."""

    polygons: Geometries
    repaired: int


def read_drawn(
    source: RedLineSource, buffer_m: float, place: str, folder: Path, grid: Grid, findings: Findings
) -> Geometries | tuple[Geometries, int] | None:
    """To be replaced."""
    raise NotImplementedError
