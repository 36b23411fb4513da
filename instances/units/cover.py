"""How much of each unit lies inside polygons, exactly and for millions of cells.

On a raster the area of every cell inside a polygon is summed from the polygon's boundary alone: a piece of
boundary inside one cell adds the area between itself and the cell's right side there, and its height to
every cell further right (the accumulation that draws smooth outlines of type, here with exact areas).
"""

# The library exactextract (0.3.0) gives the same shares to 1.2e-7, and was not taken: it has no wheel for
# Linux on 64-bit ARM, where our other compiled libraries have one; and 5,000,000 cells took it as long
# or longer, and several times the memory where polygons are large (CPU s : MB on top; here, then
# there with all polygons as one geometry, in brackets one by one, as weighted sums would need it):
#   one polygon of 100,000 vertices   0.2 :  56    0.4 : 243
#   81 polygons, thousands of holes   0.1 :  76    0.5 : 263
#   22 polygons of long outlines      0.1 :  69    0.5 : 242
#   70,108 small polygons             0.7 : 138    1.1 : 192  (2.2 :  30)
#   90,000 adjacent squares           0.8 : 318    0.8 : 400  (1.6 :  31)
# Overlaps, parcels and owners it leaves to its caller in any case.

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from rasterio.features import rasterize

from instances.units.georeference import Bounds
from instances.units.grid import FloatArray, Grid, ParcelFrame, RasterFrame
from instances.units.gridding import cell_measures
from instances.units.polygons import Geometries, polygons_of

ROUNDING = 1e-6
"""Shares come from sums of floating-point numbers: one this little below a threshold reaches it."""
MOST_PAIRS, MANY_OF = 2_000_000, 100
"""Where more pairs of polygons meet, told from some of them, all are united, and which of them overlap is not
sought."""
DUST = 1e-9
"""Shares so near to nothing or all are nothing or all: sums of boundary pieces leave 1e-17 on cells far off,
which a rule such as `layer == 0` would tell from 0."""
SEGMENTS_AT_ONCE = 250_000
"""Boundary segments cut at a time, so that memory stays modest."""


def share_inside(geometries: Geometries, grid: Grid) -> NDArray[np.float32]:
    """(units,) share of each unit's area inside the union of polygons, 0 to 1; lines and points have none.

    ``geometries`` are shapely geometries in the CRS of the grid.
    """
    polygons = merged(geometries, grid.frame.bounds)
    frame = grid.frame
    if isinstance(frame, ParcelFrame):
        return _share_of_parcels(polygons, frame)
    share = _accumulate(polygons, np.ones(len(polygons)), frame).ravel()[frame.cells]
    share[share < DUST] = 0.0
    share[share > 1.0 - DUST] = 1.0
    return share.astype(np.float32)


def weighted_shares(geometries: Geometries, values: FloatArray, grid: Grid) -> tuple[FloatArray, FloatArray]:
    """Sums over polygons, each (units,): share x value, and share. Overlapping polygons all count."""
    parts, owner = polygons_of(geometries)
    frame = grid.frame
    if isinstance(frame, RasterFrame):
        weighted = _accumulate(parts, values[owner], frame).ravel()[frame.cells]
        share = _accumulate(parts, np.ones(len(parts)), frame).ravel()[frame.cells]
        return weighted, np.maximum(share, 0.0)
    unit, part, area = _pieces(parts, frame)
    size = shapely.area(frame.geometry)
    sums = [np.bincount(unit, weights=w, minlength=len(size)) for w in (area * values[owner[part]], area)]
    return sums[0] / size, sums[1] / size


def owner(geometries: Geometries, grid: Grid) -> NDArray[np.int32]:
    """(units,) position of the polygon that holds each unit, -1 where none does.

    A raster cell belongs to the polygon at its centre (the last of several), a parcel of which at least half
    lies in polygons to the one that holds most of it: what polygons merely touch is not theirs. A cell that
    holds less land than a cell (at the edge of coarsened land) and has no polygon at its centre is taken as
    parcels are, by half of the land that it holds.
    """
    frame = grid.frame
    parts, of = polygons_of(geometries)
    if isinstance(frame, ParcelFrame):
        return _holder(parts, of, frame)
    member = burn(parts, of, frame)
    cell_ha = cell_measures(frame.transform, grid.crs, frame.shape[0])[0][frame.cells // frame.shape[1]]
    partial = (member < 0) & (grid.area_ha < (1 - ROUNDING) * cell_ha)
    if len(parts) and partial.any():
        held = share_inside(geometries, grid) * cell_ha
        at = np.flatnonzero(partial & (held > 0) & (held >= (0.5 - ROUNDING) * grid.area_ha))
        member[at] = _holder(parts, of, _as_parcels(at, frame), least=0.0)
    return member


def _as_parcels(units: NDArray[np.intp], frame: RasterFrame) -> ParcelFrame:
    """Some cells of a raster as polygons."""
    row, column = np.divmod(frame.cells[units], frame.shape[1])
    transform = frame.transform
    left, top = transform.c + transform.a * column, transform.f + transform.e * row
    return ParcelFrame(shapely.box(left, top, left + transform.a, top + transform.e), units.astype(object))


def _holder(
    parts: Geometries, of: NDArray[np.intp], frame: ParcelFrame, least: float = 0.5
) -> NDArray[np.int32]:
    """(units,) the geometry whose polygons hold most of each parcel, -1 where less than the share ``least``
    of it lies in any."""
    member = np.full(len(frame.geometry), -1, dtype=np.int32)
    if not len(parts):
        return member
    count = int(of.max()) + 1
    unit, part, area = _pieces(parts, frame)
    # A geometry of several parts counts with the sum of its parts.
    key, position = np.unique(unit * count + of[part], return_inverse=True)
    held = np.bincount(position, weights=area, minlength=len(key))
    order = np.lexsort((-key, held))
    member[key[order] // count] = key[order] % count
    if least > 0:
        member[~_inside(parts, unit, part, area, frame, least)] = -1
    return member


def _inside(
    parts: Geometries,
    unit: NDArray[np.intp],
    part: NDArray[np.intp],
    area: FloatArray,
    frame: ParcelFrame,
    least: float,
) -> NDArray[np.bool_]:
    """(units,) True for parcels at least the share ``least`` of which lies inside the union of polygons, from
    the pieces that each has in them."""
    enough = (least - ROUNDING) * shapely.area(frame.geometry)
    most = np.zeros(len(enough))
    np.maximum.at(most, unit, area)
    # Only where no polygon holds enough by itself need the others be united, lest land shared counts twice.
    unclear = (most < enough) & (np.bincount(unit, weights=area, minlength=len(enough)) >= enough)
    if unclear.any():
        near = np.unique(part[unclear[unit]])
        some = ParcelFrame(frame.geometry[unclear], frame.ids[unclear])
        most[unclear] = _share_of_parcels(merged(parts[near], some.bounds), some) * shapely.area(
            some.geometry
        )
    inside: NDArray[np.bool_] = most >= enough
    return inside


def burn(
    geometries: Geometries, values: NDArray[np.integer], frame: RasterFrame, touched: bool = False
) -> NDArray[np.int32]:
    """(units,) the value of the last geometry at each cell's centre (or that touches the cell), else -1."""
    if not len(geometries):
        return np.full(len(frame.cells), -1, dtype=np.int32)
    image = rasterize(
        zip(geometries, values.tolist(), strict=True),
        out_shape=frame.shape,
        transform=frame.transform,
        fill=-1,
        all_touched=touched,
        dtype="int32",
    )
    burnt: NDArray[np.int32] = image.ravel()[frame.cells]
    return burnt


def merged(geometries: Geometries, bounds: Bounds | None = None) -> Geometries:
    """The polygons of geometries with those that overlap united, so that no land counts twice; where very
    many overlap, only what lies within ``bounds`` if they are given."""
    parts = _each_once(polygons_of(geometries)[0])
    tree = shapely.STRtree(parts)
    some = parts[:: max(1, len(parts) // MANY_OF)]
    if tree.query(some).shape[1] * len(parts) > MOST_PAIRS * len(some):
        if bounds is not None:
            parts = _each_once(polygons_of(shapely.intersection(parts, shapely.box(*bounds)))[0])
        return shapely.get_parts(shapely.disjoint_subset_union_all(parts))
    one, other = tree.query(parts, predicate="intersects")
    once = one < other
    one, other = one[once], other[once]
    inner = shapely.relate_pattern(parts[one], parts[other], "T********")
    if not inner.any():
        return parts
    overlapping = np.zeros(len(parts), dtype=bool)
    overlapping[one[inner]] = overlapping[other[inner]] = True
    united = shapely.get_parts(shapely.disjoint_subset_union_all(parts[overlapping]))
    return np.concatenate([parts[~overlapping], united])


def _each_once(polygons: Geometries) -> Geometries:
    """Polygons less those that are there a second time, to the last corner."""
    if len(polygons) < 2:
        return polygons
    number, _ = pd.factorize(shapely.to_wkb(polygons))
    return polygons[np.unique(number, return_index=True)[1]]


def _pieces(parts: Geometries, frame: ParcelFrame) -> tuple[NDArray[np.intp], NDArray[np.intp], FloatArray]:
    """Overlaps of parcels and polygons: parcel, polygon, and area in square units of the CRS."""
    if not len(parts):
        return np.empty(0, np.intp), np.empty(0, np.intp), np.empty(0)
    part, unit = shapely.STRtree(frame.geometry).query(parts, predicate="intersects")
    shapely.prepare(parts)
    whole = shapely.contains_properly(parts[part], frame.geometry[unit])
    area = np.empty(len(unit))
    area[whole] = shapely.area(frame.geometry[unit[whole]])
    cut = ~whole
    area[cut] = shapely.area(shapely.intersection(frame.geometry[unit[cut]], parts[part[cut]]))
    some = area > 0
    return unit[some], part[some], area[some]


def _share_of_parcels(polygons: Geometries, frame: ParcelFrame) -> NDArray[np.float32]:
    unit, _, area = _pieces(polygons, frame)
    inside = np.bincount(unit, weights=area, minlength=len(frame.geometry))
    return np.clip(inside / shapely.area(frame.geometry), 0, 1).astype(np.float32)


def _accumulate(polygons: Geometries, weights: FloatArray, frame: RasterFrame) -> FloatArray:
    """(rows, columns) sum over polygons of weight x share of the cell inside."""
    rows, columns = frame.shape
    change = np.zeros((rows, columns + 1))
    (x_from, y_from, x_to, y_to), of = _segments(polygons, frame)
    for start in range(0, len(of), SEGMENTS_AT_ONCE):
        part = slice(start, start + SEGMENTS_AT_ONCE)
        y0, x0, y1, x1, segment = _cut(y_from[part], x_from[part], y_to[part], x_to[part], rows)
        x0, y0, x1, y1, piece = _cut(x0, y0, x1, y1, columns)
        _add(change, x0, y0, x1, y1, weights[of[part]][segment[piece]])
    shares: FloatArray = np.cumsum(change[:, :-1], axis=1, out=change[:, :-1])
    return shares


def _segments(polygons: Geometries, frame: RasterFrame) -> tuple[list[FloatArray], NDArray[np.intp]]:
    """Boundary segments in cells (x to the right, y downwards): their ends x0, y0, x1, y1 and polygon."""
    polygons = shapely.orient_polygons(polygons)
    rings, of_ring = shapely.get_rings(polygons, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    transform = frame.transform
    x = (points[:, 0] - transform.c) / transform.a
    y = (points[:, 1] - transform.f) / transform.e
    if transform.a * transform.e > 0:
        y = -y
    joined = ring[:-1] == ring[1:]
    ends = [x[:-1][joined], y[:-1][joined], x[1:][joined], y[1:][joined]]
    if transform.a * transform.e > 0:
        ends = [ends[2], -ends[3], ends[0], -ends[1]]
    return ends, of_ring[ring[:-1][joined]]


def _cut(
    u0: FloatArray, v0: FloatArray, u1: FloatArray, v1: FloatArray, lines: int
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, NDArray[np.intp]]:
    """Segments cut where coordinate u is a whole number 0..lines: the ends of the pieces, and the segment
    that each piece is of."""
    low, high = np.minimum(u0, u1), np.maximum(u0, u1)
    first = np.clip(np.floor(low) + 1, 0, lines + 1)
    last = np.clip(np.ceil(high) - 1, -1, lines)
    cuts = np.maximum(last - first + 1, 0).astype(np.int64)
    of = np.repeat(np.arange(len(u0)), cuts + 1)
    step = np.arange(len(of)) - np.repeat(np.cumsum(cuts + 1) - (cuts + 1), cuts + 1)
    rising = (u1 >= u0)[of]
    begin = np.where(rising, first[of] + step - 1, last[of] - step + 1)
    slope = np.divide(v1 - v0, u1 - u0, out=np.zeros(len(u0)), where=cuts > 0)
    at_start, at_end = step == 0, step == cuts[of]
    finish = np.where(rising, begin + 1, begin - 1)
    v_begin = v0[of] + (begin - u0[of]) * slope[of]
    v_finish = v0[of] + (finish - u0[of]) * slope[of]
    return (
        np.where(at_start, u0[of], begin),
        np.where(at_start, v0[of], v_begin),
        np.where(at_end, u1[of], finish),
        np.where(at_end, v1[of], v_finish),
        of,
    )


def _add(
    change: FloatArray, x0: FloatArray, y0: FloatArray, x1: FloatArray, y1: FloatArray, weight: FloatArray
) -> None:
    """Add pieces, each inside one cell or outside the raster, to the changes along every row."""
    rows, columns = change.shape[0], change.shape[1] - 1
    middle_x, middle_y = (x0 + x1) / 2, (y0 + y1) / 2
    matters = (middle_y > 0) & (middle_y < rows) & (middle_x < columns) & (y0 != y1)
    # Outlines that run counter-clockwise on the map go down the left side of the land they enclose.
    height = ((y1 - y0) * weight)[matters]
    x = np.maximum(middle_x[matters], 0.0)
    row, column = middle_y[matters].astype(np.int64), np.minimum(x.astype(np.int64), columns - 1)
    here = height * (column + 1 - x)
    flat = change.ravel()
    position = row * (columns + 1) + column
    np.add.at(flat, position, here)
    np.add.at(flat, position + 1, height - here)
