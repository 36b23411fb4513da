"""Services as a side model: which sites have which service, and where the people of every unit go.

    u units   s services   j sites   b who lives in a unit: low[u] in any layout (0), and who else (1)
    y[s,j]      1 where site j has service s
    f[u,s,j,b]  persons of unit u who go to site j for service s
    out[u,s,b]  persons whom no site serves: they go elsewhere, D km in a straight line
    e[u]        persons who live in a unit: the link with the layout

Those who live there whatever the layout have ways of their own: a site that serves some of them is whole
where they are few, however many more may come, and a mixture of sites bounds whole ones far better.

C is in tCO2e/yr: what new sites emit, and the ways there and back of a year along streets.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray
from pyomo.core.expr import LinearExpression
from scipy import sparse

from formulations.core.attainable_range import range_of
from formulations.core.indicator import Indicator
from formulations.core.problem import LayoutProblem
from formulations.exact.handover import program_of, rows_by_name
from formulations.linked.claims import Asked, add_claims, asked_of
from formulations.linked.grouped import grouped, total
from formulations.linked.kinds import link_of
from formulations.linked.services_plan import ServicesPlan
from formulations.linked.side import Side, SidePlan
from instances.instance import Instance
from instances.materials.services import YEAR, Services
from instances.units.grid import FloatArray
from instances.units.sums import sum_by

LEAST_PERSONS = 1e-6
"""Fewer persons on a way are what a solver's tolerance leaves of none."""


@dataclass(frozen=True, eq=False)
class Ways:
    """Every way that may be taken: ``unit``, ``service``, ``site``, who takes it (``more``: 1 for those who
    do not live there in any layout), ``km`` and ``most`` persons (ways,)."""

    unit: NDArray[np.int64]
    service: NDArray[np.int64]
    site: NDArray[np.int64]
    more: NDArray[np.int64]
    km: FloatArray
    most: FloatArray

    def __len__(self) -> int:
        return len(self.unit)


def parts_of(low: FloatArray, people: FloatArray) -> FloatArray:
    """(2, units) persons who live in a unit in any layout, and who else of so many people (units,)."""
    always = np.maximum(low, 0.0)
    return np.stack([always, np.maximum(people - always, 0.0)])


def ways_of(services: Services, low: FloatArray, high: FloatArray) -> Ways:
    """The ways of units in which anybody may live, to sites that may have the service."""
    part = parts_of(low, high)
    may = services.reached[:, None, :, None] & services.holds[None, :, :, None]
    unit, service, site, more = np.nonzero(may & (part.T > 0)[:, None, None, :])
    return Ways(unit, service, site, more, services.km[unit, site], part[more, unit])


def room_of(services: Services, ways: Ways, part: FloatArray) -> FloatArray:
    """(ways,) persons that a site serves at most where units have so many in each part (2, units)."""
    capacity = np.array([service.capacity for service in services.services])
    room: FloatArray = np.minimum(part[ways.more, ways.unit], capacity[ways.service])
    return room


def services_model(
    services: Services, low: FloatArray, high: FloatArray, strong: bool = False, asked: Asked | None = None
) -> pyo.ConcreteModel:
    """The Pyomo model of services whose units have ``low`` to ``high`` (units,) people, and whose new sites
    have ``asked`` land of the layout; with all of its ``strong`` rows, or without any."""
    m = pyo.ConcreteModel("services")
    ways, part = ways_of(services, low, high), parts_of(low, high)
    _declare(m, services, ways, low, high)
    _served(m, services, ways, part)
    _sites(m, services, ways)
    _near(m, services, ways)
    _apart(m, services)
    if asked is not None:
        count = len(services.sites)
        add_claims(m, services.claims, asked, lambda place: [m.y[divmod(place, count)]])
    if strong:
        _strong(m, services, ways, part)
    _goal(m, services, ways)
    return m


def _declare(m: pyo.ConcreteModel, services: Services, ways: Ways, low: FloatArray, high: FloatArray) -> None:
    """Sets and variables."""
    kinds, sites = len(services.services), len(services.sites)
    m.UNITS = pyo.RangeSet(0, len(services.units) - 1, doc="units")
    m.SERVICES = pyo.RangeSet(0, kinds - 1, doc="services")
    held = [(int(s), int(j)) for s, j in np.argwhere(services.holds)]
    m.PLACES = pyo.Set(initialize=held, dimen=2, doc="(service, site) that may be")
    m.WAYS = pyo.RangeSet(0, len(ways) - 1, doc="(unit, service, site, who), numbered")
    m.PEOPLE = pyo.Set(
        initialize=[(u, s) for u in m.UNITS for s in range(kinds)], dimen=2, doc="(unit, service)"
    )
    part = parts_of(low, high)
    m.WHO = pyo.Set(
        initialize=[
            (u, s, b)
            for u in m.UNITS
            for s in range(kinds)
            for b in (0, 1)
            if part[b, u] > 0 or (not b and part[1, u] == 0)
        ],
        dimen=3,
        doc="(unit, service, who lives there: in any layout, or else)",
    )
    assert sites == services.holds.shape[1]
    m.y = pyo.Var(m.PLACES, domain=pyo.Binary, doc="1 where the site has the service")
    for s, j in held:
        if services.stands[s, j]:
            m.y[s, j].setlb(1)
    most = ways.most.tolist()
    m.f = pyo.Var(m.WAYS, bounds=lambda m, w: (0.0, most[w]), doc="persons who go to a site")
    m.out = pyo.Var(
        m.WHO, bounds=lambda m, u, s, b: (0.0, float(part[b, u])), doc="persons whom no site serves"
    )
    m.e = pyo.Var(m.UNITS, bounds=lambda m, u: (float(low[u]), float(high[u])), doc="persons who live there")


def _served(m: pyo.ConcreteModel, services: Services, ways: Ways, part: FloatArray) -> None:
    """Everybody goes somewhere, and from no unit too far on average."""
    kinds = len(services.services)
    key = ways.unit * kinds + ways.service
    of = grouped(key, len(services.units) * kinds)
    of_part = grouped(key * 2 + ways.more, len(services.units) * kinds * 2)
    km = ways.km.tolist()

    @m.Constraint(
        m.WHO, doc="sum_j f[u,s,j,b] + out[u,s,b] = [b = 0] low[u] + [b = 1] (e[u] - low[u])  [persons]"
    )
    def served(m: pyo.ConcreteModel, u: int, s: int, b: int) -> object:
        going = total([m.f[w] for w in of_part[(u * kinds + s) * 2 + b]]) + m.out[u, s, b]
        if not b and part[1, u] > 0:
            return going == float(part[0, u])
        return going - m.e[u] == -(float(part[0, u]) if b else 0.0)

    @m.Constraint(m.PEOPLE, doc="sum_jb km[u,j] f[u,s,j,b] + D sum_b out[u,s,b] <= mean[s] e[u]  [person km]")
    def mean(m: pyo.ConcreteModel, u: int, s: int) -> object:
        most = services.services[s].mean_m
        if most is None:
            return pyo.Constraint.Skip
        here = of[u * kinds + s]
        gone = [m.out[u, s, b] for b in (0, 1) if (u, s, b) in m.WHO]
        far = LinearExpression(
            linear_coefs=[*(km[w] for w in here), *([services.elsewhere_km] * len(gone)), -most / 1000.0],
            linear_vars=[*(m.f[w] for w in here), *gone, m.e[u]],
        )
        return far <= 0


def _sites(m: pyo.ConcreteModel, services: Services, ways: Ways) -> None:
    """What sites serve, and how many of them there are."""
    sites = len(services.sites)
    of = grouped(ways.service * sites + ways.site, len(services.services) * sites)

    @m.Constraint(m.PLACES, doc="sum_ub f[u,s,j,b] <= capacity[s] y[s,j]  [persons]")
    def capacity(m: pyo.ConcreteModel, s: int, j: int) -> object:
        return total([m.f[w] for w in of[s * sites + j]]) - services.services[s].capacity * m.y[s, j] <= 0

    @m.Constraint(m.PLACES, doc="sum_ub f[u,s,j,b] >= load[s] y[s,j] where the site is new  [persons]")
    def needed(m: pyo.ConcreteModel, s: int, j: int) -> object:
        least = services.services[s].load
        if least == 0 or services.stands[s, j]:
            return pyo.Constraint.Skip
        return total([m.f[w] for w in of[s * sites + j]]) - least * m.y[s, j] >= 0

    @m.Constraint(m.SERVICES, doc="least[s] <= sum_j y[s,j] <= most[s]  [sites]")
    def number(m: pyo.ConcreteModel, s: int) -> object:
        service = services.services[s]
        places = np.flatnonzero(services.holds[s]).tolist()
        if service.least == 0 and service.most is None:
            return pyo.Constraint.Skip
        if not places:
            return pyo.Constraint.Infeasible if service.least else pyo.Constraint.Skip
        return (service.least, sum(m.y[s, j] for j in places), service.most)


def _near(m: pyo.ConcreteModel, services: Services, ways: Ways) -> None:
    """Most people have a site near."""

    @m.Constraint(
        m.SERVICES, doc="sum over km[u,j] <= radius[s] of f[u,s,j,b] >= cover[s] sum_u e[u]  [persons]"
    )
    def cover(m: pyo.ConcreteModel, s: int) -> object:
        service = services.services[s]
        if service.cover == 0:
            return pyo.Constraint.Skip
        near = np.flatnonzero((ways.service == s) & (ways.km <= service.radius_m / 1000.0)).tolist()
        count = len(services.units)
        covered = LinearExpression(
            linear_coefs=[1.0] * len(near) + [-service.cover] * count,
            linear_vars=[m.f[w] for w in near] + [m.e[u] for u in m.UNITS],
        )
        return covered >= 0


def _apart(m: pyo.ConcreteModel, services: Services) -> None:
    """Sites are spread."""
    m.CLOSE = pyo.Set(initialize=too_close(services), dimen=3, doc="(service, site, site) too near")

    @m.Constraint(m.CLOSE, doc="y[s,i] + y[s,j] <= 1 where sites are nearer than apart[s]  [sites]")
    def apart(m: pyo.ConcreteModel, s: int, i: int, j: int) -> object:
        return m.y[s, i] + m.y[s, j] <= 1


def too_close(services: Services) -> list[tuple[int, int, int]]:
    """Every service with two of its sites that are nearer to each other than it lets them be; sites that both
    stand already are left alone."""
    found: list[tuple[int, int, int]] = []
    for s, service in enumerate(services.services):
        close = np.triu(services.apart_km * 1000.0 < service.apart_m, 1)
        close &= services.holds[s][:, None] & services.holds[s][None, :]
        close &= ~(services.stands[s][:, None] & services.stands[s][None, :])
        found += [(s, int(i), int(j)) for i, j in np.argwhere(close)]
    return found


def _strong(m: pyo.ConcreteModel, services: Services, ways: Ways, part: FloatArray) -> None:
    """The rows that a mixed site breaks."""
    most = room_of(services, ways, part).tolist()

    @m.Constraint(m.WAYS, doc="f[u,s,j,b] <= min(most[u,b], capacity[s]) y[s,j]  [persons]")
    def strong(m: pyo.ConcreteModel, w: int) -> object:
        return m.f[w] - most[w] * m.y[int(ways.service[w]), int(ways.site[w])] <= 0


def way_costs(services: Services, ways: Ways) -> FloatArray:
    """(ways,) tCO2e/yr of a person."""
    return per_km(services)[ways.service] * ways.km


def per_km(services: Services) -> FloatArray:
    """(services,) tCO2e/yr of a person and straight km."""
    trips = np.array([service.trips for service in services.services])
    rate: FloatArray = services.figure("travel") * services.figure("detour") * YEAR * trips
    return rate


def _goal(m: pyo.ConcreteModel, services: Services, ways: Ways) -> None:
    cost, out = way_costs(services, ways).tolist(), (per_km(services) * services.elsewhere_km).tolist()
    own = [0.0 if services.stands[s, j] else services.services[s].tco2e for s, j in m.PLACES]

    @m.Objective(
        sense=pyo.minimize,
        doc="sum_sj tco2e[s] y[s,j] over new sites + sum_usjb c[s] km[u,j] f[u,s,j,b]"
        " + sum_usb c[s] D out[u,s,b]  [tCO2e/yr]",
    )
    def emissions(m: pyo.ConcreteModel) -> object:
        return LinearExpression(
            linear_coefs=own + cost + [out[s] for _, s, _ in m.WHO],
            linear_vars=[*m.y.values(), *m.f.values(), *m.out.values()],
        )


@dataclass(frozen=True, eq=False)
class ServicesSide:
    """Services as a side model, with what reads its solutions."""

    services: Services
    side: Side
    ways: Ways
    place: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
    """Columns of y (services x sites), f and out; -1 where the program has none."""
    gone: NDArray[np.int64]
    """Unit x services + service of every ``out``."""
    asked: Asked | None = None
    """What new sites ask of the layout."""

    def plan(self, found: SidePlan) -> ServicesPlan:
        """The sites and ways of a solution, whoever takes them."""
        y, f, out = (np.where(each >= 0, found.x[np.maximum(each, 0)], 0.0) for each in self.place)
        kinds, sites, ways = len(self.services.services), len(self.services.sites), self.ways
        place = np.concatenate([ways.site, np.full(len(out), sites)])
        who = np.concatenate([ways.unit * kinds + ways.service, self.gone])
        persons = sum_by(who * (sites + 1) + place, np.concatenate([f, out]), self._keys)
        some = np.flatnonzero(persons > LEAST_PERSONS)
        unit, service, site = np.unravel_index(some, (len(self.services.units), kinds, sites + 1))
        way = unit, service, np.where(site == sites, -1, site)
        is_open = (y > 0.5).reshape(self.services.holds.shape)
        return ServicesPlan(self.services.name, is_open, way, persons[some])

    @property
    def _keys(self) -> int:
        """Units x services x (sites and elsewhere)."""
        return len(self.services.units) * len(self.services.services) * (len(self.services.sites) + 1)


def services_side(instance: Instance, problem: LayoutProblem, services: Services) -> ServicesSide:
    """The side model of services beside the layouts that a problem allows."""
    people = link_of(instance, services)
    low, high = range_of(people, services.units, problem.options)
    asked = asked_of(instance, services, services.claims, problem.options)
    return side_of(services, people, low, high, asked)


def side_of(
    services: Services, people: Indicator, low: FloatArray, high: FloatArray, asked: Asked | None = None
) -> ServicesSide:
    """The side model of services whose units have ``low`` to ``high`` (units,) people, and whose new sites
    have ``asked`` land of the layout."""
    model, ways = services_model(services, low, high, asked=asked), ways_of(services, low, high)
    given = program_of(model)
    place = {id(variable): number for number, variable in enumerate(given.variables)}

    def columns(variables: list[pyo.Var]) -> NDArray[np.int64]:
        return np.array([place.get(id(each), -1) for each in variables], dtype=np.int64)

    f, out, e = (columns(list(each.values())) for each in (model.f, model.out, model.e))
    g = columns([] if asked is None else list(model.g.values()))
    y = np.full(services.holds.size, -1, dtype=np.int64)
    y[np.flatnonzero(services.holds)] = columns(list(model.y.values()))
    site = y[ways.service * len(services.sites) + ways.site]

    def strong(values: FloatArray) -> sparse.csr_array:
        number = np.arange(len(ways))
        most = room_of(services, ways, parts_of(low, values[: len(low)]))
        entries = np.concatenate([np.ones(len(ways)), -most])
        where = np.concatenate([number, number]), np.concatenate([f, site])
        return sparse.csr_array((entries, where), shape=(len(ways), len(given.variables)))

    gone = np.array([u * len(services.services) + s for u, s, _ in model.WHO], dtype=np.int64)
    side = Side(
        services.name,
        people,
        services.units,
        given.program,
        np.concatenate([e, g]),
        strong(high),
        strong,
        rows=rows_by_name(model, given),
        claims=() if asked is None else asked.claims,
    )
    return ServicesSide(services, side, ways, (y, f, out), gone, asked)
