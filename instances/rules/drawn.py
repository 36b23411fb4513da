"""The polygons of a red line that is drawn: from files of polygons, lines and points, buffered in metres."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import shapely

from instances.layers.geometries import REPAIRED, told_tangled
from instances.layers.vector_files import lies_in_area, read_vector
from instances.rules.buffers import buffered
from instances.study.findings import Findings
from instances.study.schema import RedLineSource
from instances.units.grid import Grid
from instances.units.outlines import reach_of
from instances.units.polygons import Geometries, polygonal
from words.said import say


class Drawn(NamedTuple):
    """``geometries``: polygons, and lines and points that are to be widened, in the CRS of the grid;
    ``repaired``: how many broken polygons of the file were repaired."""

    geometries: Geometries
    repaired: int


def read_drawn(
    source: RedLineSource, buffer_m: float, place: str, folder: Path, grid: Grid, findings: Findings
) -> Drawn | None:
    """What a vector file holds of a red line that is buffered by so many metres; None, with findings, where
    it cannot be used. Lines and points have no land of their own: they need a buffer that widens them."""
    frame = read_vector(source, place, folder, findings, grid.crs)
    if frame is None:
        return None
    geometry = frame.geometry.to_numpy()
    if buffer_m and told_tangled(geometry, frame.index, place, findings, reach_of(buffer_m, grid)):
        return None
    areal = shapely.get_dimensions(geometry) == 2
    polygons, thin = polygonal(geometry[areal]), geometry[~areal]
    if len(thin) and not _widened(thin, len(geometry), buffer_m, place, findings):
        return None
    if buffer_m <= 0:
        thin = thin[:0]
    drawn = np.concatenate([polygons, thin])
    if not len(drawn):
        return None
    reached = drawn
    if buffer_m > 0:
        left, bottom, right, top = shapely.total_bounds(drawn)
        corners = shapely.points([(left, bottom), (right, top), (left, top), (right, bottom)])
        reached = buffered(corners, buffer_m, grid)
    if not lies_in_area(gpd.GeoDataFrame(geometry=reached, crs=grid.crs), grid, place, findings):
        return None
    return Drawn(drawn, int(frame.attrs.get(REPAIRED, 0)))


def _widened(thin: Geometries, features: int, buffer_m: float, place: str, findings: Findings) -> bool:
    """False, with a finding, where a file holds nothing but lines and points and no buffer widens them; a
    warning where they are some of its features."""
    if buffer_m > 0:
        return True
    lines = shapely.get_dimensions(thin) == 1
    if len(thin) < features:
        findings.warn(
            place,
            say("rules_lines.some_thin", n=len(thin), features=features),
            say("rules_lines.some_thin_remedy"),
        )
        return True
    if buffer_m < 0:
        findings.error(
            f"{place}.buffer_m",
            say("rules_lines.nothing_to_narrow", metres=buffer_m),
            say("rules_lines.widen"),
        )
        return False
    if lines.all() and shapely.is_closed(shapely.line_merge(thin)).all():
        fault, remedy = say("rules_lines.closed", n=len(thin)), say("rules_lines.closed_remedy")
    elif lines.all():
        fault, remedy = say("rules_lines.lines", n=len(thin)), say("rules_lines.lines_remedy")
    else:
        fault, remedy = say("rules_lines.points", n=len(thin)), say("rules_lines.points_remedy")
    findings.error(place, fault, remedy)
    return False
