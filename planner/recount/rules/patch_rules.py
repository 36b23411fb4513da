"""Rules of patches verified on the map: pieces found anew, distances measured anew, nothing of the model's.

The rules are read from the study's own tables. Neighbours are looked up row by row and column by column on
the map (parcels: the borders that they share); pieces come about by giving every unit the lowest number among
those it hangs together with.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray

from instances.instance import Instance
from instances.rules.measures import cell_metres
from instances.study.schema import PatchTable
from instances.units.grid import Layout, RasterFrame
from instances.units.parcels import in_metres
from instances.units.polygons import Geometries
from planner.plans.plan import Certificate
from planner.recount.figures.pieces import Ends, pieces_of
from planner.recount.figures.recount import shared_edges
from planner.recount.ledger import RELATIVE, Ledger
from words.said import say

SHORT = 1e-9
"""Share of a least size that sums of areas may be short of it."""
QUARTER = 32
"""Pieces of a quarter of a circle in buffers."""
HALF = 0.5 * (1 - 0.005)
"""The share of a parcel that has to lie near today's land, less what buffers of fewer pieces may lack."""


def check_patches(certificate: Certificate, instance: Instance, layout: Layout, ledger: Ledger) -> None:
    """Compare what a certificate tells of least sizes with the map, and distances with the study's rules."""
    tables = {name: table for name, table in instance.study.patches.items() if table.enabled}
    if not tables and certificate.patches is None:
        return
    pairs, _ = shared_edges(instance.grid)
    ends = pairs[:, 0], pairs[:, 1]
    found = dict(_sizes(tables, instance, layout, ends))
    record = certificate.patches
    said = {} if record is None else {(one.rule, one.land): one for one in record.sizes}
    below, new = np.zeros(len(layout), dtype=bool), np.zeros(len(layout), dtype=bool)
    area = instance.grid.area_ha
    for key in sorted(found.keys() | said.keys()):
        place = f"patches.{key[0]}, {key[1]}"
        if key not in found or key not in said:
            ledger.differ(place, key in said, key in found)
            continue
        told, (table, fresh, small, pieces) = said[key], found[key]
        below |= small
        new |= fresh
        ledger.same(f"{place}, kind", told.kind, table.kind)
        ledger.number(f"{place}, min_ha", told.min_ha, table.min_ha, "ha")
        ledger.number(f"{place}, new_ha", told.new_ha, float(area[fresh].sum()), "ha")
        ledger.number(f"{place}, below_ha", told.below_ha, float(area[small].sum()), "ha")
        ledger.same(f"{place}, pieces", told.pieces, pieces)
    if record is not None:
        ledger.number("patches, new_ha", record.new_ha, float(area[new].sum()), "ha")
        ledger.number("patches, below_ha", record.below_ha, float(area[below].sum()), "ha")
        bound, floor = certificate.bound, record.floor
        if bound is not None and floor is not None and floor > bound + RELATIVE * max(1.0, abs(bound)):
            ledger.differ("patches, floor", say("runs_verify.lower", bound=floor), repr(bound))
    for name, table in tables.items():
        _distance(name, table, instance, layout, ends, ledger)
    ledger.done("patches.verified", n=len(tables))


def _sizes(
    tables: dict[str, PatchTable], instance: Instance, layout: Layout, ends: Ends
) -> Iterator[tuple[tuple[str, str], tuple[PatchTable, NDArray[np.bool_], NDArray[np.bool_], int]]]:
    """By rule and class: its table, (units,) new land, (units,) new land in pieces that are too small, and
    how many pieces those are."""
    names, area = list(instance.classes.names), instance.grid.area_ha
    for name, table in tables.items():
        for land in dict.fromkeys(each for each in table.classes if each in names):
            if table.min_ha is None:
                continue
            mine = layout == names.index(land)
            new = mine & (instance.today != names.index(land))
            piece = pieces_of(new if table.kind == "project" else mine, ends)
            held = np.bincount(piece, weights=area, minlength=len(layout))
            fresh = np.bincount(piece[new], minlength=len(layout)) > 0
            small = fresh & (held < table.min_ha * (1.0 - SHORT))
            yield (name, land), (table, new, new & small[piece], int(small.sum()))


def _distance(
    name: str, table: PatchTable, instance: Instance, layout: Layout, ends: Ends, ledger: Ledger
) -> None:
    """Whether new land lies within the metres of a rule from today's land of its classes."""
    if table.within_m is None:
        return
    names = list(instance.classes.names)
    wanted = [names.index(land) for land in table.classes if land in names]
    land = np.isin(instance.today, wanted)
    new = np.isin(layout, wanted) & (layout != instance.today)
    beside = land.copy()
    for here, there in (ends, ends[::-1]):
        beside[here[land[there]]] = True
    far = np.flatnonzero(new & ~beside)
    frame = instance.grid.frame
    if len(far) and table.within_m and land.any():
        if isinstance(frame, RasterFrame):  # a cell with land on all four sides is nearest to nothing else
            both = land[ends[0]] & land[ends[1]]
            sides = np.bincount(np.concatenate([ends[0][both], ends[1][both]]), minlength=len(land))
            land &= sides < 4
            far = far[_metres(instance, frame, far, land) > table.within_m * (1.0 + SHORT)]
        else:
            metric = in_metres(frame.geometry, instance.grid.crs, frame.bounds)
            far = far[share_within(metric[far], metric[land], table.within_m) < HALF]
    if len(far):
        most = say("patches.within", metres=table.within_m)
        beyond = say("patches.beyond", n=len(far))
        ledger.differ(f"patches.{name}.within_m", most, beyond, by="the study")


def _metres(
    instance: Instance, frame: RasterFrame, units: NDArray[np.int64], land: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """(n,) how far the middle of each cell lies from the nearest land, in m."""
    height, width = cell_metres(instance.grid, frame)
    row, column = np.divmod(frame.cells, frame.shape[1])
    left, top = column[land] * width, row[land] * height
    there = shapely.box(left, top, left + width, top + height)
    here = shapely.points((column[units] + 0.5) * width, (row[units] + 0.5) * height)
    _, distance = shapely.STRtree(there).query_nearest(here, return_distance=True, all_matches=False)
    return np.asarray(distance)


def share_within(parcels: Geometries, land: Geometries, metres: float) -> NDArray[np.float64]:
    """(parcels,) the share of each that lies within so many metres of some land, all in metres."""
    here, there = shapely.STRtree(land).query(parcels, predicate="dwithin", distance=metres)
    pieces = shapely.intersection(parcels[here], shapely.buffer(land[there], metres, quad_segs=QUARTER))
    share = np.zeros(len(parcels))
    np.maximum.at(share, here, shapely.area(pieces))
    share /= shapely.area(parcels)
    order = np.argsort(here, kind="stable")
    here, pieces = here[order], pieces[order]
    for unit in np.flatnonzero((share > 0) & (share < HALF)):  # few: what no one piece of land reaches alone
        first, last = np.searchsorted(here, (unit, unit + 1))
        share[unit] = shapely.area(shapely.union_all(pieces[first:last])) / shapely.area(parcels[unit])
    return share
