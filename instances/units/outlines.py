"""Outlines that run to and fro over each other, such as a star of 100,000 rays: GEOS would take hours,
which is told by counting before it is tried."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from instances.units.georeference import metres_per_unit
from instances.units.grid import Grid

FEW = 1_000
"""Outlines of fewer corners are never slow."""
MOST_PAIRS, MOST_PAIRS_WIDENED = 3e8, 5e5
"""Pairs of edges that GEOS compares: 3e8 take two seconds where a polygon is checked, 5e5 as many where it is
widened or narrowed, for which only edges count that are longer than it is widened, and no neighbours along
the outline (measured on stars and combs; a river of 100,000 corners has none of them)."""
SAMPLE = 200
"""Edges of which the others near them are counted."""
NEIGHBOURS = 10
"""Places along an outline."""
METRES_OF_A_DEGREE = 111_000.0


def tangled(geometries: NDArray[np.object_], reach: float = 0.0) -> NDArray[np.bool_]:
    """(geometries,) True where an outline has so many edges whose boxes meet that its check would take
    minutes, or, ``reach`` being how far it is to be widened or narrowed in units of its CRS, that would.

    The pairs are estimated from some edges: each is compared with all.
    """
    found = np.zeros(len(geometries), dtype=bool)
    most = MOST_PAIRS_WIDENED if reach else MOST_PAIRS
    for position in np.flatnonzero(shapely.get_num_coordinates(geometries) > FEW):
        found[position] = _pairs(geometries[position], abs(reach)) > most
    return found


def reach_of(metres: float, grid: Grid) -> float:
    """A distance in units of the CRS of a grid, about."""
    return metres / (METRES_OF_A_DEGREE if grid.crs.is_geographic else metres_per_unit(grid.crs))


def _pairs(geometry: shapely.Geometry, reach: float) -> float:
    """About how many pairs of edges have boxes that meet, each widened by ``reach``."""
    points = shapely.get_coordinates(geometry)
    along = points[1:] - points[:-1]
    place = np.flatnonzero(np.hypot(along[:, 0], along[:, 1]) > reach)
    if len(place) < FEW:
        return 0.0
    low = np.minimum(points[place], points[place + 1]) - reach
    high = np.maximum(points[place], points[place + 1]) + reach
    meeting = 0
    for at in np.linspace(0, len(place) - 1, SAMPLE).astype(int):
        meet = ((low[at] <= high) & (high[at] >= low)).all(axis=1)
        meeting += int(np.count_nonzero(meet & (np.abs(place - place[at]) > NEIGHBOURS)))
    return meeting / SAMPLE * len(place) / 2
