"""Areas of districts: as drawn and as counted in whole units, and land that several districts claim."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from instances.rules.measures import hectares
from instances.rules.naming import MOST, some
from instances.study.findings import Findings
from instances.units.cover import share_inside
from instances.units.grid import FloatArray, Grid
from instances.units.polygons import Geometries, polygons_of
from instances.units.sums import sum_by
from words.said import say

OFF = 0.02
"""A district counted with an area further off the drawn one than this share of it is told."""
SLIVER_HA = 0.1
SLIVER_SHARE = 0.01
"""Land shared by two districts below both, in ha and of the smaller district, is a trace of drawing."""
LEAST_HA = 0.005
"""Half of the last digit of an area as readers see it."""
AT_ONCE, ENOUGH = 50_000, 10_000
"""Pairs of polygons that are looked at together, and overlapping ones after which no more are looked for: two
thousand districts drawn one over the other have two million."""


class Overlap(NamedTuple):
    """Land that two districts claim (first < second, positions), within the bounds of the grid, in ha."""

    first: int
    second: int
    ha: float


def drawn_hectares(polygons: Geometries, grid: Grid) -> FloatArray:
    """(districts,) area in ha of districts as they are drawn, each a collection in the CRS of the grid; what
    polygons of one district share counts once."""
    parts, of = polygons_of(polygons)
    near = _near(parts)
    one, _ = _crossing(parts, *(each[of[near[0]] == of[near[1]]] for each in near))
    own = np.unique(of[one])
    drawn = sum_by(of.astype(np.int32), hectares(parts, grid), len(polygons))
    for position in own:  # few: a district whose own polygons overlap
        united = shapely.union_all(parts[of == position])
        drawn[position] = hectares(np.array([united], dtype=object), grid)[0]
    return drawn


def overlaps(polygons: Geometries, drawn_ha: FloatArray, grid: Grid) -> list[Overlap]:
    """The pairs of districts that overlap by more than a sliver, the largest overlap first; where very many
    do, at least ``ENOUGH`` of those whose rectangles share most."""
    parts, of = polygons_of(polygons)
    near = _near(parts)
    one, other = _most_crossing(parts, *(each[of[near[0]] != of[near[1]]] for each in near))
    if not len(one):
        return []
    here = shapely.box(*grid.frame.bounds)
    pieces = shapely.intersection(shapely.intersection(parts[one], parts[other]), here)
    low, high = np.minimum(of[one], of[other]), np.maximum(of[one], of[other])
    pair, position = np.unique(low * len(polygons) + high, return_inverse=True)
    area = sum_by(position.astype(np.int32), hectares(pieces, grid), len(pair))
    first, second = np.divmod(pair, len(polygons))
    smaller = np.minimum(drawn_ha[first], drawn_ha[second])
    told = (area >= LEAST_HA) & ((area >= SLIVER_HA) | (area >= SLIVER_SHARE * smaller))
    order = np.flatnonzero(told)[np.argsort(-area[told], kind="stable")]
    return [Overlap(int(first[k]), int(second[k]), float(area[k])) for k in order]


def tell_overlaps(
    shared: list[Overlap], names: tuple[str, ...], grid: Grid, place: str, findings: Findings
) -> None:
    """Warn of land that two districts claim, and say to which it counts."""
    if not shared:
        return
    key = "rules_districts.shared_cells" if grid.is_raster else "rules_districts.shared"
    told = [
        say(key, first=names[each.first], second=names[each.second], ha=each.ha) for each in shared[:MOST]
    ]
    many = len(shared) >= ENOUGH
    pairs = some(told, len(shared))
    findings.warn(
        place,
        say("rules_districts.overlap_many", n=ENOUGH, pairs=pairs)
        if many
        else say("rules_districts.overlap", n=len(shared), pairs=pairs),
        say("rules_districts.mend_overlap" if grid.is_raster else "rules_districts.mend_overlap_parcels"),
    )


def tell_areas(
    polygons: Geometries,
    drawn_ha: FloatArray,
    names: tuple[str, ...],
    member: NDArray[np.int32],
    grid: Grid,
    place: str,
    findings: Findings,
) -> None:
    """Warn of districts that whole units count with an area more than ``OFF`` off the drawn one; those that
    hold no unit are told elsewhere."""
    counted = sum_by(member, grid.area_ha, len(names))
    off = np.abs(counted - drawn_ha)
    far = np.flatnonzero((off > np.maximum(OFF * drawn_ha, LEAST_HA)) & (counted > 0))
    if not len(far):
        return
    worst = far[np.argsort(-off[far], kind="stable")]
    told = [
        say(
            "rules_districts.one_area",
            name=names[k],
            drawn=drawn_ha[k],
            within=float(np.sum(share_inside(polygons[[k]], grid) * grid.area_ha)),
            counted=counted[k],
        )
        for k in worst[:MOST]
    ]
    findings.warn(
        place,
        say(
            "rules_districts.areas",
            n=len(far),
            all=len(names),
            share=OFF,
            areas=some(told, len(far)),
        ),
        say("rules_districts.areas_why"),
    )


Pairs = tuple[NDArray[np.intp], NDArray[np.intp]]
"""Positions of polygons, the first below the second."""


def _near(parts: Geometries) -> Pairs:
    """Pairs of polygons whose rectangles meet."""
    one, other = shapely.STRtree(parts).query(parts)
    once = one < other
    return one[once], other[once]


def _crossing(parts: Geometries, one: NDArray[np.intp], other: NDArray[np.intp]) -> Pairs:
    """Of some pairs of polygons those whose insides meet."""
    inner = shapely.relate_pattern(parts[one], parts[other], "T********")
    return one[inner], other[inner]


def _most_crossing(parts: Geometries, one: NDArray[np.intp], other: NDArray[np.intp]) -> Pairs:
    """The same, those first whose rectangles share most, until enough of them are found."""
    box = shapely.bounds(parts)
    least, most = np.maximum(box[one, :2], box[other, :2]), np.minimum(box[one, 2:], box[other, 2:])
    order = np.argsort(-np.prod(np.maximum(most - least, 0.0), axis=1), kind="stable")
    found: list[Pairs] = []
    for start in range(0, len(order), AT_ONCE):
        now = order[start : start + AT_ONCE]
        found.append(_crossing(parts, one[now], other[now]))
        if sum(len(each[0]) for each in found) >= ENOUGH:
            break
    if not found:
        return one[:0], other[:0]
    return np.concatenate([each[0] for each in found]), np.concatenate([each[1] for each in found])
