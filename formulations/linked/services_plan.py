"""Services as they are planned: which site has which, and who goes where, and what the ways amount to.

Counted from sites and persons with plain sums, by nothing that knows the model; loads no solver.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instances.materials.services import YEAR, Services
from instances.units.grid import FloatArray
from instances.units.sums import sum_by


@dataclass(frozen=True, eq=False)
class ServicesPlan:
    """``open`` (services, sites) True where a site has a service; ``way`` are unit, service and site (ways,)
    of ``persons`` (ways,), site -1 for those whom no site serves."""

    name: str
    open: NDArray[np.bool_]
    way: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
    persons: FloatArray

    @classmethod
    def none(cls, services: Services, people: FloatArray) -> ServicesPlan:
        """Nothing new, for so many people (units,): all go to the nearest site that stands, whatever its
        room, or elsewhere where none is reached."""
        units, kinds = len(services.units), len(services.services)
        near = np.where(services.reached, services.km, np.inf)
        site = np.full((units, kinds), -1, dtype=np.int64)
        for s in range(kinds):
            stands = np.flatnonzero(services.stands[s])
            if len(stands):
                best = near[:, stands].argmin(axis=1)
                found = np.isfinite(near[np.arange(units), stands[best]])
                site[found, s] = stands[best[found]]
        unit = np.repeat(np.arange(units), kinds)
        kind = np.tile(np.arange(kinds), units)
        some = people[unit] > 0
        way = unit[some], kind[some], site.ravel()[some]
        return cls(services.name, services.stands, way, people[unit[some]])


@dataclass(frozen=True, eq=False)
class ServicesFigures:
    """What a plan amounts to where so many ``people`` (units,) live: by unit, service and site."""

    services: Services
    plan: ServicesPlan
    people: FloatArray

    @property
    def model(self) -> Services:
        """The model that the plan is of."""
        return self.services

    @property
    def km(self) -> FloatArray:
        """(ways,) straight km, those elsewhere as long as they count."""
        unit, _, site = self.plan.way
        there = self.services.km[unit, np.maximum(site, 0)]
        km: FloatArray = np.where(site >= 0, there, self.services.elsewhere_km)
        return km

    @property
    def load(self) -> FloatArray:
        """(services, sites) persons."""
        _, service, site = self.plan.way
        shape = len(self.services.services), len(self.services.sites)
        key = np.where(site >= 0, service * shape[1] + site, -1)
        return sum_by(key, self.plan.persons, shape[0] * shape[1]).reshape(shape)

    @property
    def elsewhere(self) -> FloatArray:
        """(services,) persons whom no site serves."""
        _, service, site = self.plan.way
        return sum_by(np.where(site < 0, service, -1), self.plan.persons, len(self.services.services))

    @property
    def near(self) -> FloatArray:
        """(services,) persons who go to a site within the radius of the service."""
        unit, service, site = self.plan.way
        radius = np.array([each.radius_m for each in self.services.services]) / 1000.0
        inside = (site >= 0) & (self.services.km[unit, np.maximum(site, 0)] <= radius[service])
        return sum_by(np.where(inside, service, -1), self.plan.persons, len(self.services.services))

    @property
    def mean_km(self) -> FloatArray:
        """(units, services) straight km on average, 0 where nobody lives."""
        unit, service, _ = self.plan.way
        shape = len(self.people), len(self.services.services)
        total = sum_by(unit * shape[1] + service, self.plan.persons * self.km, shape[0] * shape[1])
        people = np.repeat(self.people[:, None], shape[1], axis=1)
        return np.divide(total.reshape(shape), people, out=np.zeros(shape), where=people > 0)

    @property
    def trips(self) -> FloatArray:
        """(ways,) ways a year, there and back."""
        rate = np.array([service.trips for service in self.services.services])
        return YEAR * rate[self.plan.way[1]] * self.plan.persons

    def ways_tco2e(self) -> FloatArray:
        """(ways,) tCO2e/yr."""
        found: FloatArray = (
            self.services.figure("travel") * self.services.figure("detour") * self.km * self.trips
        )
        return found

    @property
    def own_tco2e(self) -> float:
        """tCO2e/yr of sites that are new."""
        new = self.plan.open & ~self.services.stands
        own = np.array([service.tco2e for service in self.services.services])
        return float((new.sum(axis=1) * own).sum())

    def tco2e(self, side: str = "value") -> float:
        """C in tCO2e/yr, or with every factor at its ``low`` or ``high`` end: it grows with each of them."""
        travel, detour, elsewhere = (
            float(getattr(self.services.factors[kind, "", ""], side))
            for kind in ("travel", "detour", "elsewhere")
        )
        out = self.plan.way[2] < 0
        along = detour * float((self.km * self.trips)[~out].sum()) + elsewhere * float(self.trips[out].sum())
        return self.own_tco2e + travel * along
