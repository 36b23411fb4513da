"""Services of living units: who lives where, which services there are, and where they may stand, as arrays.

Services come from a table of the study's own: a line for each (school, clinic, stop) with the trips of a
person, how many persons a site serves, how many sites there may be, and who must have one near.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from unicodedata import category

import numpy as np
from numpy.typing import NDArray

from instances.layers.vector_files import field_of
from instances.materials.claims import Claim, by_service, read_claims
from instances.materials.factors import Factor, Key, read_plain_factors
from instances.materials.kinds import Ground, check_sum, division_of
from instances.materials.sites import Sites, mean_km, middles_of, read_sites
from instances.rules.districts import Districts
from instances.study.findings import Findings
from instances.study.model_tables import ModelTable
from instances.study.own_tables import Line, read_lines
from instances.units.grid import FloatArray
from words.said import Said, say

TRAVEL = "services/travel.csv"
REQUIRED = ("service", "trips", "capacity")
YEAR = 2 * 365
"""Ways of a trip there and back, day by day."""
MOST_WAYS = 3_000_000
"""Ways from units to sites, over all services."""


@dataclass(frozen=True, slots=True)
class Service:
    """One kind of service. ``trips`` a person and day, ``capacity`` persons that a site serves at most and
    ``load`` at least, ``least`` to ``most`` sites in all, ``tco2e`` of a new site in tCO2e/yr; ``cover`` is
    the share of all persons who have a site within ``radius_m``, ``mean_m`` how far it may be on average from
    any unit, ``apart_m`` how near sites may be to each other; straight distances."""

    name: str
    trips: float
    capacity: float
    load: float = 0.0
    least: int = 0
    most: int | None = None
    tco2e: float = 0.0
    cover: float = 0.0
    radius_m: float = 0.0
    mean_m: float | None = None
    apart_m: float = 0.0


@dataclass(frozen=True, eq=False)
class Services:
    """Everything that ``[models.NAME]`` of kind services says, read and aligned.

    ``people`` names the indicator of who lives in a unit. ``km`` (units, sites) and ``apart_km`` (sites,
    sites) are straight distances, as a mean over a unit's land; ``holds`` and ``stands`` (services,
    sites) tell where a service may stand and where it stands already.
    """

    name: str
    table: ModelTable
    units: Districts
    people: str
    services: tuple[Service, ...]
    sites: tuple[str, ...]
    site_xy: FloatArray
    unit_xy: FloatArray
    km: FloatArray
    apart_km: FloatArray
    holds: NDArray[np.bool_]
    stands: NDArray[np.bool_]
    factors: Mapping[Key, Factor]
    claims: tuple[Claim, ...] = ()
    """What new services ask of the layout; sites in them are numbered service by service."""

    @property
    def districts(self) -> Districts:
        """The districts by which the layout is seen."""
        return self.units

    def figure(self, kind: str) -> float:
        """A factor's value."""
        return self.factors[kind, "", ""].value

    @cached_property
    def reached(self) -> NDArray[np.bool_]:
        """(units, sites) True where a site is no farther than what lies elsewhere."""
        near: NDArray[np.bool_] = self.km * self.figure("detour") <= self.figure("elsewhere")
        return near

    @property
    def elsewhere_km(self) -> float:
        """Straight km of the way of those whom no site serves."""
        return self.figure("elsewhere") / self.figure("detour")


def read_services(name: str, table: ModelTable, ground: Ground, findings: Findings) -> Services | None:
    """Services of units; None, with errors, where they cannot be read."""
    study, folder, grid = ground.study, ground.folder, ground.grid
    place, people = f"models.{name}", table.people or ""
    units = division_of(table.units, f"{place}.units", ground.districts, findings)
    check_sum(study, people, f"{place}.people", findings)
    factors = read_plain_factors(TRAVEL, table.factors, folder, f"{place}.factors", findings)
    services = _services(table, folder, place, findings)
    sites = read_sites(table, folder, place, units, grid, findings)
    if units is None or sites is None or not services:
        return None
    middle = middles_of(units, grid)
    holds, stands = _fields(table, sites, services, place, findings)
    if len(units) * len(sites.names) * len(services) > MOST_WAYS:
        told = say("services.too_many", n=len(units) * len(sites.names) * len(services), most=MOST_WAYS)
        findings.error(f"{place}.sites", told, say("services.fewer"))
        return None
    every = np.ones(len(sites.names), dtype=bool)
    claims = read_claims(name, table, sites, every, ground, findings)
    asked = tuple(by_service(claim, holds & ~stands) for claim in claims)
    apart = np.hypot(*(sites.metres[:, None] - sites.metres[None]).transpose(2, 0, 1)) / 1000.0
    return Services(
        name, table, units, people, services, tuple(sites.names), sites.xy, middle,
        mean_km(units, sites.metres, grid), apart, holds, stands, factors, asked,
    )  # fmt: skip


def _fields(
    table: ModelTable, sites: Sites, services: tuple[Service, ...], place: str, findings: Findings
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(services, sites) where each may stand, and where it stands already, by fields of the sites' file that
    name services between commas; a site without any may hold every service."""
    count = len(services), len(sites.names)
    told = {}
    for key in ("site_services", "site_stands"):
        wanted = getattr(table, key)
        if wanted is not None and sites.frame is None:
            findings.error(f"{place}.{key}", say("services.no_file"), say("services.name_file"))
        elif wanted is not None and sites.frame is not None:
            field = field_of(sites.frame, wanted, f"{place}.{key}", findings)
            cells = [] if field is None else sites.frame[field].fillna("").astype(str).tolist()
            told[key] = _named(cells, services, count, f"{place}.{key}", findings)
    stands = told.get("site_stands", np.zeros(count, dtype=bool))
    holds = told.get("site_services", np.zeros(count, dtype=bool))
    return holds | ~holds.any(axis=0) | stands, stands


def _named(
    cells: list[str], services: tuple[Service, ...], count: tuple[int, int], place: str, findings: Findings
) -> NDArray[np.bool_]:
    names = [service.name for service in services]
    found = np.zeros(count, dtype=bool)
    for j, cell in enumerate(cells):
        for part in _parts(cell):
            if part and part not in names:
                findings.error(place, say("services.no_service", name=part), say("services.are", names=names))
                return found
            if part:
                found[names.index(part), j] = True
    return found


def _parts(cell: str) -> list[str]:
    """The names in a cell, between commas of any script."""
    plain = "".join("," if category(sign) == "Po" and sign not in "./'" else sign for sign in cell)
    return [part.strip() for part in plain.split(",")]


def _services(table: ModelTable, folder: Path, place: str, findings: Findings) -> tuple[Service, ...]:
    """The services of the study's table."""
    found: list[Service] = []
    for line in read_lines(table.services or "", folder, REQUIRED, f"{place}.services", findings):
        name = line.cells["service"]
        if not name or name in {each.name for each in found}:
            findings.error(line.place, say("services.twice"), say("stated.keep_line"))
            continue
        read = _service(name, line, findings)
        if read is not None:
            found.append(read)
            _contradicts(read, line.place, findings)
    return tuple(found)


def _service(name: str, line: Line, findings: Findings) -> Service | None:
    """One line; None, with errors, where a figure is none or out of range."""
    before = len(findings.errors)
    figures: dict[str, float] = {}
    columns = (*REQUIRED[1:], "load", "least", "most", "tco2e", "cover", "radius_m", "mean_m", "apart_m")
    for column in columns:
        if column in REQUIRED or line.cells.get(column):
            text = line.number(column, findings)
            if text is not None and (text < 0 or (column in ("capacity", "mean_m") and text == 0)):
                findings.error(line.place, say("services.negative", column=column), say("cycle.not_below"))
            if text is not None and column in ("least", "most") and text != int(text):
                findings.error(line.place, say("services.whole", column=column), say("services.write_whole"))
            figures[column] = text or 0.0
    if figures.get("cover", 0.0) > 100:
        findings.error(line.place, say("services.cover"), say("services.write_share"))
    if figures.get("cover", 0.0) > 0 and figures.get("radius_m", 0.0) == 0:
        findings.error(line.place, say("services.no_radius"), say("services.add_radius"))
    if len(findings.errors) > before:
        return None
    most = figures.get("most")
    return Service(
        name, figures["trips"], figures["capacity"], figures.get("load", 0.0), int(figures.get("least", 0.0)),
        None if most is None else int(most), figures.get("tco2e", 0.0), figures.get("cover", 0.0) / 100.0,
        figures.get("radius_m", 0.0), figures.get("mean_m"), figures.get("apart_m", 0.0),
    )  # fmt: skip


def _contradicts(service: Service, place: Said, findings: Findings) -> None:
    """Errors where figures of one line leave nothing."""
    if service.load > service.capacity:
        findings.error(place, say("services.load"), say("services.less_load"))
    if service.most is not None and service.least > service.most:
        findings.error(place, say("services.more"), say("services.fewer_least"))
