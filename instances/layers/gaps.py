"""Gaps of layers: small ones are filled from the nearest value and told, real ones are a fault."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import ndimage

from instances.study.findings import Findings
from instances.units.grid import FloatArray, Grid, RasterFrame
from instances.units.gridding import cell_measures
from instances.units.parcels import in_metres
from words.said import say

SMALL_GAP = 0.01
"""Share of the study area that a layer may lack: what a border read one cell short, a seam between two sheets
or specks of nodata come to. More than that is land of which the layer knows nothing."""

FARTHEST_UNITS = 5.0
"""How many units' widths from the nearest value a gap may reach and still be filled: over a few cells slopes,
heights and distances hardly change; across a lake or a missing sheet nobody knows them."""


class Layer(NamedTuple):
    """``values`` (units,) of a layer, and the ``filled`` units, which took the value of their nearest."""

    values: FloatArray
    filled: NDArray[np.intp]


def without_gaps(
    values: FloatArray, fill: float | None, grid: Grid, place: str, findings: Findings
) -> Layer | None:
    """The values (units,) with every gap, NaN, closed; None, with a finding, where a gap is real and the
    study gives no ``fill``."""
    known = np.isfinite(values)
    gap = np.flatnonzero(~known)
    none = gap[:0]
    if not len(gap):
        return Layer(values, none)
    lacks = {"n": len(gap), "of": len(values), "share": len(gap) / len(values)}
    lacks["ha"] = float(np.sum(grid.area_ha, where=~known))
    if fill is not None:
        findings.note(place, say("raster.gap", **lacks), say("raster.gap_takes_fill", fill=fill))
        return Layer(np.where(known, values, fill), none)
    if len(gap) == len(values):
        findings.error(place, say("raster.all_gap"), say("raster.all_gap_remedy"))
        return None
    if lacks["ha"] > SMALL_GAP * grid.total_ha:
        findings.error(
            place, say("raster.gap", **lacks), say("raster.gap_too_large", most=SMALL_GAP * grid.total_ha)
        )
        return None
    source, metres, width = nearest_known(known, grid)
    if metres.max() > FARTHEST_UNITS * width * (1 + 1e-9):
        reach, most = float(metres.max()), FARTHEST_UNITS * width
        findings.error(place, say("raster.gap", **lacks), say("raster.gap_too_wide", reach=reach, most=most))
        return None
    findings.warn(place, say("raster.gap", **lacks), say("raster.gap_filled", reach=float(metres.max())))
    whole = values.copy()
    whole[gap] = values[source]
    return Layer(whole, gap)


def nearest_known(known: NDArray[np.bool_], grid: Grid) -> tuple[NDArray[np.intp], FloatArray, float]:
    """For every unit that is not ``known`` (units,): the nearest one that is, how far in metres, both in the
    order of the units; and the width of a unit in metres.

    Cells are as far apart as their centres, parcels as their borders, by their middles where several touch.
    """
    frame = grid.frame
    if isinstance(frame, RasterFrame):
        return _nearest_cell(known, grid, frame)
    metric = in_metres(frame.geometry, grid.crs, frame.bounds)
    middle = shapely.centroid(metric)
    have, lack = np.flatnonzero(known), np.flatnonzero(~known)
    (asked, found), far = shapely.STRtree(metric[have]).query_nearest(
        metric[lack], return_distance=True, all_matches=True
    )
    apart = shapely.distance(middle[lack[asked]], middle[have[found]])
    order = np.lexsort((found, apart, asked))
    _, first = np.unique(asked[order], return_index=True)
    chosen = order[first]
    return have[found[chosen]], far[chosen], float(np.sqrt(np.median(shapely.area(metric))))


def _nearest_cell(
    known: NDArray[np.bool_], grid: Grid, frame: RasterFrame
) -> tuple[NDArray[np.intp], FloatArray, float]:
    """The same for cells; where they are degrees, as long and wide as in the middle row."""
    _, tall, wide = cell_measures(frame.transform, grid.crs, frame.shape[0])
    middle = frame.shape[0] // 2
    size = float(tall[middle]), float(wide[middle])
    lacking = ~frame.paint(known, False)
    far, nearest = ndimage.distance_transform_edt(lacking, sampling=size, return_indices=True)
    gap = frame.cells[~known]
    row, column = (axis.ravel()[gap].astype(np.int64) for axis in nearest)
    return np.searchsorted(frame.cells, row * frame.shape[1] + column), far.ravel()[gap], max(size)
