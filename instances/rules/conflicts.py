"""The audit of red-line conflicts (多规合一): where lines overlap, and where land of today contradicts them.

Overlaps of two lines of polygons are exact, as the files draw them; where one of the two comes from a
raster or a condition, and wherever today's land is concerned, the units inside count. What is told:

* ``overlap``: two lines cover the same land;
* ``sliver``: a patch of such overlap below ``SLIVER_HA`` or nowhere ``SLIVER_M`` wide, a trace of drawing;
* ``against_today``: land inside a line whose class today its rule does not want;
* ``nothing_to_keep``: land inside a line that keeps some classes, but of another class today;
* ``outside``: land outside a line of a class that may be new only inside it;
* ``repaired``: broken polygons of a line, by their number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from instances.land.classes import Classes
from instances.rules.measures import hectares
from instances.rules.redlines import RedLine, unwanted_inside
from instances.study.schema import RedLineTable
from instances.units.cover import merged
from instances.units.grid import FloatArray, Grid, Layout
from instances.units.parcels import in_metres
from instances.units.patches import outlines, patches_of
from instances.units.polygons import polygonal

SLIVER_HA = 0.1
SLIVER_M = 5.0
MOST_DRAWN = 1_000
"""Patches drawn for each row of the table, the largest first; the table counts them all."""

KEYS = ["kind", "redline_a", "redline_b", "class"]


@dataclass(frozen=True, eq=False)
class Audit:
    """``table``: kind, redline_a, redline_b, class, patches, area_ha, drawn (patches among ``polygons``).
    ``polygons``: kind, redline_a, redline_b, class, area_ha, geometry, in the CRS of the grid."""

    table: pd.DataFrame
    polygons: gpd.GeoDataFrame


@dataclass(frozen=True, eq=False)
class _Row:
    """One row of the table, with the outlines and areas of its patches that are drawn."""

    key: tuple[str, str, str, str]
    patches: int
    area_ha: float
    geometry: NDArray[np.object_]
    geometry_ha: FloatArray


def audit(
    redlines: Sequence[RedLine],
    rules: Mapping[str, RedLineTable],
    classes: Classes,
    today: Layout,
    grid: Grid,
) -> Audit:
    """The conflicts of red lines with each other and with today's land (units,), largest first.

    ``rules`` are the tables ``[redlines]`` of the study, by the name of their line.
    """
    rows = [row for one, other in combinations(redlines, 2) for row in _pair(one, other, grid)]
    rows += [
        row for line in redlines for row in _line_and_today(line, rules[line.name], classes, today, grid)
    ]
    rows.sort(key=lambda row: -row.area_ha)
    table = pd.DataFrame(
        [(*row.key, row.patches, row.area_ha, len(row.geometry)) for row in rows],
        columns=[*KEYS, "patches", "area_ha", "drawn"],
    ).astype({"patches": "int64", "area_ha": "float64", "drawn": "int64"})
    repeats = [len(row.geometry) for row in rows]
    polygons = gpd.GeoDataFrame(
        {name: np.repeat([row.key[position] for row in rows], repeats) for position, name in enumerate(KEYS)}
        | {"area_ha": np.concatenate([np.zeros(0), *(row.geometry_ha for row in rows)])},
        geometry=np.concatenate([np.zeros(0, dtype=object), *(row.geometry for row in rows)]),
        crs=grid.crs,
    )
    return Audit(table, polygons)


def overlap_patches(one: NDArray[np.object_], other: NDArray[np.object_], grid: Grid) -> NDArray[np.object_]:
    """The connected pieces of land inside polygons of both, within the bounds of the grid."""
    first, second = (merged(side, grid.frame.bounds) for side in (one, other))
    here, there = shapely.STRtree(second).query(first, predicate="intersects")
    pieces = polygonal(shapely.intersection(first[here], second[there]))
    whole = shapely.get_parts(shapely.disjoint_subset_union_all(pieces)) if len(pieces) else pieces
    inside: NDArray[np.object_] = whole[shapely.intersects(whole, shapely.box(*grid.frame.bounds))]
    return inside


def slivers(patches: NDArray[np.object_], grid: Grid) -> NDArray[np.bool_]:
    """True for polygons below ``SLIVER_HA`` or nowhere ``SLIVER_M`` wide."""
    metric = in_metres(patches, grid.crs, grid.frame.bounds)
    thin: NDArray[np.bool_] = shapely.is_empty(shapely.buffer(metric, -SLIVER_M / 2))
    return thin | (hectares(patches, grid) < SLIVER_HA)


def _pair(one: RedLine, other: RedLine, grid: Grid) -> Iterator[_Row]:
    """Overlaps of two lines."""
    key = (one.name, other.name, "")
    if one.polygons is None or other.polygons is None:
        yield from _of_units(("overlap", *key), one.inside & other.inside, grid)
        return
    patches = overlap_patches(one.polygons, other.polygons, grid)
    sliver, area = slivers(patches, grid), hectares(patches, grid)
    for kind, among in (("overlap", ~sliver), ("sliver", sliver)):
        if among.any():
            order = np.flatnonzero(among)[np.argsort(-area[among], kind="stable")][:MOST_DRAWN]
            count = int(np.count_nonzero(among))
            yield _Row((kind, *key), count, float(area[among].sum()), patches[order], area[order])


def _line_and_today(
    line: RedLine, table: RedLineTable, classes: Classes, today: Layout, grid: Grid
) -> Iterator[_Row]:
    """Where today's land contradicts a line, and how many of its polygons were broken."""
    if line.repaired:
        yield _Row(("repaired", line.name, "", ""), line.repaired, 0.0, np.zeros(0, object), np.zeros(0))
    unwanted = unwanted_inside(table, classes)
    kept, only = classes.mask(table.keep), classes.mask(table.only_inside)
    keeps_alone = bool(table.keep) and table.allow is None and not table.forbid
    for position, item in enumerate(classes):
        here = today == position
        if unwanted[position]:
            yield from _of_units(("against_today", line.name, "", item.name), here & line.inside, grid)
        elif keeps_alone and not kept[position]:
            yield from _of_units(("nothing_to_keep", line.name, "", item.name), here & line.inside, grid)
        if only[position]:
            yield from _of_units(("outside", line.name, "", item.name), here & ~line.inside, grid)


def _of_units(key: tuple[str, str, str, str], member: NDArray[np.bool_], grid: Grid) -> Iterator[_Row]:
    """The row of some units; none where there are none."""
    if member.any():
        patches = patches_of(member, grid)
        geometry, area = outlines(patches, grid, MOST_DRAWN)
        yield _Row(key, len(patches), float(patches.area_ha.sum()), geometry, area)
