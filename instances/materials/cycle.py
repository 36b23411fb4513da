"""The cycle of waste: villages, what they give off, sites and plants, as frozen arrays.

Supplies come from a table of the study's own (``village, stream, t``, t a year as collected); straw comes
from the land of some classes that the layout leaves in each village, beside what the table says of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from instances.land.classes import Space
from instances.materials.claims import Claim, read_claims
from instances.materials.factors import STREAMS, TECHNIQUES, Factor, Key, read_factors
from instances.materials.kinds import Ground, division_of
from instances.materials.sites import km_between, middles_of, read_sites
from instances.rules.districts import Districts
from instances.study.files import nearest
from instances.study.findings import Findings
from instances.study.model_tables import ModelTable
from instances.study.own_tables import lines_of, read_lines
from instances.study.tables import table_text
from instances.units.centres import middles
from instances.units.grid import FloatArray
from instances.units.parcels import in_metres
from words.said import say

STRAW, MANURE = STREAMS.index("straw"), STREAMS.index("manure")
PLANTS = "materials/plants.csv"


@dataclass(frozen=True, slots=True)
class PlantKind:
    """A plant of one technique and size: t a year that it takes, tCO2e/yr of its own, 10^3 yuan/yr."""

    name: str
    technique: str
    capacity_t: float
    fixed_tco2e: float
    cost: float


@dataclass(frozen=True, eq=False)
class Cycle:
    """Everything that ``[models.NAME]`` of kind cycle says, read and aligned.

    ``supply`` (villages, streams) is t/yr beside the straw of ``land`` (classes,); ``km`` (villages, sites)
    the straight distance from the middle of a village's land; ``site_xy`` (sites, 2) in the CRS of the grid.
    """

    name: str
    table: ModelTable
    villages: Districts
    land: NDArray[np.bool_]
    supply: FloatArray
    plants: tuple[PlantKind, ...]
    sites: tuple[str, ...]
    site_xy: FloatArray
    village_xy: FloatArray
    km: FloatArray
    factors: Mapping[Key, Factor]
    claims: tuple[Claim, ...] = ()
    """What sites ask of the layout."""

    @property
    def districts(self) -> Districts:
        """The districts by which the layout is seen."""
        return self.villages

    def figure(self, kind: str, technique: str = "", stream: str = "") -> float:
        """A factor's value; NaN where there is none (a technique that does not take a stream)."""
        found = self.factors.get((kind, technique, stream))
        return float("nan") if found is None else found.value

    def by_stream(self, kind: str, technique: str = "") -> FloatArray:
        """(streams,) values of a factor, NaN where there is none."""
        return np.array([self.figure(kind, technique, stream) for stream in STREAMS], dtype=float)

    @cached_property
    def takes(self) -> NDArray[np.bool_]:
        """(techniques, streams) True where a technique takes a stream: where its leakage is known."""
        return ~np.isnan(np.stack([self.by_stream("leakage", technique) for technique in TECHNIQUES]))

    @cached_property
    def arcs(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Villages and sites of every pair within reach."""
        village, site = np.nonzero(self.km <= self.table.reach_km)
        return village, site

    def straw_t(self, land_ha: FloatArray) -> FloatArray:
        """(villages, streams) t/yr that arise where villages have so much land (villages,) in ha."""
        arises = self.supply.copy()
        arises[:, STRAW] += self.figure("straw") * land_ha
        return arises


def read_cycle(name: str, table: ModelTable, ground: Ground, findings: Findings) -> Cycle | None:
    """A cycle of waste; None, with errors, where it cannot be read."""
    grid, classes, folder = ground.grid, ground.classes, ground.folder
    place = f"models.{name}"
    villages = division_of(table.villages, f"{place}.villages", ground.districts, findings)
    for land in table.land:
        if land not in classes:
            close = nearest(land, classes.names)
            remedy = say("finding.did_you_mean", close=close) if close else say("cycle.name_class")
            findings.error(f"{place}.land", say("cycle.no_class", name=land), remedy)
    factors = read_factors(table.factors, folder, f"{place}.factors", findings)
    plants = read_plants(table, folder, place, findings)
    sites = read_sites(table, folder, place, villages, grid, findings)
    if villages is None or sites is None or not all(land in classes for land in table.land):
        return None
    supply = _supplies(table, folder, place, villages, findings)
    middle = middles_of(villages, grid)
    km = km_between(villages, middle, sites.metres, grid)
    kept = _away_from_homes(table, place, ground, sites.metres, findings)
    claims = read_claims(name, table, sites, kept, ground, findings)
    km = km[:, kept]
    member = np.isin(np.array(classes.names), table.land)
    chosen = np.flatnonzero(kept)
    return Cycle(
        name, table, villages, member, supply, plants, tuple(sites.names[k] for k in chosen), sites.xy[kept],
        middle, km,
        factors, claims,
    )  # fmt: skip


def _away_from_homes(
    table: ModelTable,
    place: str,
    ground: Ground,
    metres: FloatArray,
    findings: Findings,
) -> NDArray[np.bool_]:
    """(sites,) True where no home of today is nearer than the buffer; those left out are told."""
    grid, classes, today = ground.grid, ground.classes, ground.today
    kept = np.ones(len(metres), dtype=bool)
    homes = (classes.in_space(Space.LIVING) & classes.built)[today]
    if table.buffer_homes_m > 0 and table.buffer_homes == "today" and homes.any():
        points = in_metres(shapely.points(middles(grid)[homes]), grid.crs, grid.frame.bounds)
        tree = shapely.STRtree(points)
        near = tree.query(shapely.points(metres), predicate="dwithin", distance=table.buffer_homes_m)[0]
        kept[near] = False
        if not kept.any():
            findings.error(f"{place}.buffer_homes_m", say("cycle.all_near_homes"), say("cycle.nearer"))
        elif not kept.all():
            findings.note(
                f"{place}.buffer_homes_m", say("cycle.near_homes", n=int((~kept).sum()), of=len(kept))
            )
    return kept


def _supplies(
    table: ModelTable, folder: Path, place: str, villages: Districts, findings: Findings
) -> FloatArray:
    """(villages, streams) t/yr by the study's table; lines of one village and stream add up."""
    supply = np.zeros((len(villages), len(STREAMS)))
    for line in read_lines(
        table.supplies or "", folder, ("village", "stream", "t"), f"{place}.supplies", findings
    ):
        village, stream = villages.find(line.cells["village"]), line.cells["stream"]
        tonnes = line.number("t", findings)
        if village is None:
            close = nearest(line.cells["village"], villages.names)
            remedy = say("finding.did_you_mean", close=close) if close else say("cycle.leave_out")
            fault = say("study_checks.no_district", by=table.villages, district=line.cells["village"])
            findings.error(line.place, fault, remedy)
        if stream not in STREAMS:
            fault = say("cycle.no_stream", name=stream)
            findings.error(line.place, fault, say("cycle.streams", names=", ".join(STREAMS)))
        if tonnes is not None and tonnes < 0:
            findings.error(line.place, say("cycle.negative"), say("cycle.not_below"))
        elif tonnes is not None and village is not None and stream in STREAMS:
            supply[village, STREAMS.index(stream)] += tonnes
    return supply


def read_plants(table: ModelTable, folder: Path, place: str, findings: Findings) -> tuple[PlantKind, ...]:
    """The plants that may be built, of the study's own table or of the project's."""
    required = ("plant", "technique", "capacity_t", "fixed_tco2e", "cost")
    if table.plants is None:
        lines = lines_of(table_text(PLANTS), PLANTS, required, findings)
    else:
        lines = read_lines(table.plants, folder, required, f"{place}.plants", findings)
    found: list[PlantKind] = []
    for line in lines:
        technique = line.cells["technique"]
        figures = [line.number(key, findings) for key in ("capacity_t", "fixed_tco2e", "cost")]
        if technique not in TECHNIQUES:
            fault = say("cycle.no_technique", name=technique)
            findings.error(line.place, fault, say("cycle.streams", names=", ".join(TECHNIQUES)))
        elif line.cells["plant"] in {each.name for each in found}:
            findings.error(line.place, say("cycle.plant_twice"), say("stated.keep_line"))
        elif None not in figures:
            capacity, fixed, cost = (float(each or 0.0) for each in figures)
            if min(capacity, fixed, cost) < 0 or capacity == 0:
                findings.error(line.place, say("cycle.negative"), say("cycle.not_below"))
            found.append(PlantKind(line.cells["plant"], technique, capacity, fixed, cost))
    return tuple(found)
