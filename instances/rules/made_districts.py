"""Divisions that a study has made, not drawn: living units, and region types of other districts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from instances.areas.made import MOST, TooMany, made_districts
from instances.areas.tiles import Tiles
from instances.rules.districts import Districts, labels_of
from instances.rules.naming import some
from instances.study.findings import Findings
from instances.study.schema import DistrictSource, Regions
from instances.units.grid import Grid
from instances.units.sums import sum_by
from words.catalogue import LANGS, texts
from words.said import say

TYPES = ("urbanised", "agricultural", "ecological")
"""The region types, in the order in which they are told."""
REGIONS = "regions"
"""Name of the division of region types."""
HALF = 0.5


def read_made(
    name: str, source: DistrictSource, grid: Grid, others: Mapping[str, Districts], findings: Findings
) -> Districts | None:
    """The living units that ``[districts.<name>]`` has made, inside a district of ``others`` where it names
    one; None, with findings, where there are none. How many there are is a note, with the pieces at the edge.
    """
    place = f"districts.{name}"
    inside = _inside(source, len(grid), others, f"{place}.inside", findings)
    if inside is None or source.make is None or source.side_m is None:
        return None
    tiles = Tiles(source.make, source.side_m)
    try:
        made = made_districts(tiles, grid, inside)
    except TooMany as fault:
        told = say("areas.too_many", side=source.side_m, n=fault.count, most=MOST)
        findings.error(f"{place}.side_m", told, say("areas.wider"))
        return None
    whole = np.full(len(made.names), tiles.area_ha)
    found = Districts(name, made.names, made.member, labels_of(source), {}, whole, made.outlines)
    _tell(found, tiles, grid, place, findings)
    return found


def _inside(
    source: DistrictSource, units: int, others: Mapping[str, Districts], place: str, findings: Findings
) -> NDArray[np.bool_] | None:
    """(units,) True where units of the study are divided; None, with a finding, where that is unknown."""
    if not source.inside:
        return np.ones(units, dtype=bool)
    [(division, district)] = source.inside.items()
    found = others.get(division)
    if found is None:
        findings.error(place, say("areas.no_division", name=division), say("areas.correct_inside"))
        return None
    position = found.find(district)
    if position is None:
        fault = say("areas.no_district", division=division, name=district)
        findings.error(place, fault, say("areas.name_of", names=list(found.names)))
        return None
    held: NDArray[np.bool_] = found.member == position
    if not held.any():
        findings.error(place, say("areas.outside_all"), say("areas.correct_inside"))
        return None
    return held


def _tell(found: Districts, tiles: Tiles, grid: Grid, place: str, findings: Findings) -> None:
    """Tell how many units were made, and what of them lies at the edge or is smaller than cells."""
    land = sum_by(found.member, grid.area_ha, len(found))
    edge = land < HALF * tiles.area_ha
    remedy = say("areas.whole")
    if edge.any():
        remedy = say("areas.edge", n=int(edge.sum()), ha=float(land[edge].sum()))
    findings.note(place, say(f"areas.made_{tiles.shape}", n=len(found), side=tiles.side_m), remedy)
    mean = grid.total_ha / max(1, len(grid))
    if tiles.area_ha < 2 * mean:
        told = say("areas.small", side=tiles.side_m, ha=tiles.area_ha, unit=mean)
        findings.warn(f"{place}.side_m", told, say("areas.smaller_units"))


def region_types(
    regions: Regions, districts: Mapping[str, Districts], findings: Findings
) -> Districts | None:
    """The division ``regions``: urbanised, agricultural and ecological land, from the districts of another
    division; None, with findings, where it cannot be made. Types without a district are left out."""
    by = districts.get(regions.by)
    if REGIONS in districts:
        findings.error(f"districts.{REGIONS}", say("areas.taken"), say("areas.rename"))
        return None
    if by is None:
        return None  # told where names are checked
    of = np.full(len(by) + 1, -1, dtype=np.int32)  # the last is that of units in no district
    named = {kind: getattr(regions, kind) for kind in TYPES}
    kinds = [kind for kind in TYPES if named[kind]]
    for position, kind in enumerate(kinds):
        for name in named[kind]:
            place, found = f"{REGIONS}.{kind}", by.find(name)
            if found is None:
                fault = say("areas.no_district", division=regions.by, name=name)
                findings.error(place, fault, say("areas.name_of", names=list(by.names)))
            elif of[found] not in (-1, position):
                findings.error(place, say("areas.region_twice", name=name), say("areas.region_once"))
            else:
                of[found] = position
    if not kinds:
        findings.error(REGIONS, say("areas.region_none"), say("areas.region_some"))
        return None
    left = [name for position, name in enumerate(by.names) if of[position] < 0]
    if left:
        told = say("areas.region_left", by=regions.by, n=len(left), names=some(left))
        findings.note(REGIONS, told, say("areas.region_outside"))
    labels = {lang: texts(lang)["areas.regions"] for lang in LANGS}
    told_by = {lang: tuple(texts(lang)[f"areas.{kind}"] for kind in kinds) for lang in LANGS}
    return replace(Districts(REGIONS, tuple(kinds), of[by.member]), labels=labels, names_by_lang=told_by)
