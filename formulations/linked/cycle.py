"""The cycle of waste as a side model: which plants stand where, and what flows to them.

    v villages   j sites   k kinds of plant (of technique t[k])   s streams: straw, manure, and so on
    y[j,k]     1 where site j has a plant of kind k
    q[v,s,j,t] t/yr of stream s from village v to technique t at site j
    left[v,s]  t/yr that stay where they arise
    p[v,j]     kg of nitrogen a year that site j brings back to the fields of village v
    excess[v]  kg of nitrogen a year of the village's own manure beyond what its fields may take
    e[v]       ha of the land whose straw is collected: the link with the layout
    g[a]       ha of a part of what sites ask that has a class that will do (``claims``)

C is in tCO2e/yr against nothing being collected: what plants emit and lorries burn, less what is avoided
where streams go today, the fuel that gas replaces and the mineral nitrogen that is not made.
"""

from __future__ import annotations

from collections.abc import Sequence
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
from formulations.linked.cycle_plan import CyclePlan
from formulations.linked.grouped import grouped, total
from formulations.linked.kinds import link_of
from formulations.linked.side import Side, SidePlan
from instances.instance import Instance
from instances.materials.cycle import MANURE, STRAW, Cycle
from instances.materials.factors import STREAMS, TECHNIQUES
from instances.units.grid import FloatArray

LEAST_T = 1e-6
"""Flows below so many t or kg a year are what a solver's tolerance leaves of none."""


@dataclass(frozen=True, eq=False)
class Flows:
    """Every flow that may be: ``village``, ``stream``, ``site``, ``technique`` and ``km`` (flows,), and the
    pairs of village and site within reach, by which nitrogen comes back."""

    village: NDArray[np.int64]
    stream: NDArray[np.int64]
    site: NDArray[np.int64]
    technique: NDArray[np.int64]
    km: FloatArray
    back_village: NDArray[np.int64]
    back_site: NDArray[np.int64]
    back_km: FloatArray

    def __len__(self) -> int:
        return len(self.village)


def flows_of(cycle: Cycle, most: FloatArray) -> Flows:
    """The flows of what can arise: ``most`` (villages, streams) t/yr."""
    village, site = cycle.arcs
    technique, stream = np.nonzero(cycle.takes)
    arc = np.repeat(np.arange(len(village)), len(stream))
    kind = np.tile(np.arange(len(stream)), len(village))
    some = most[village[arc], stream[kind]] > 0
    arc, kind = arc[some], kind[some]
    km = cycle.km[village, site]
    return Flows(village[arc], stream[kind], site[arc], technique[kind], km[arc], village, site, km)


def flow_costs(cycle: Cycle, flows: Flows) -> tuple[FloatArray, FloatArray]:
    """(flows,) tCO2e and (flows,) 10^3 yuan that a tonne of each flow costs, below 0 where it gains."""
    leakage = np.stack([cycle.by_stream("leakage", technique) for technique in TECHNIQUES])
    energy = np.nan_to_num(np.stack([cycle.by_stream("energy", technique) for technique in TECHNIQUES]))
    avoided = cycle.by_stream("avoided")
    handling = np.array([cycle.figure("handling", technique) for technique in TECHNIQUES])
    t, s = flows.technique, flows.stream
    carbon = leakage[t, s] - energy[t, s] - avoided[s] + cycle.figure("haulage") * flows.km
    return carbon, handling[t] + cycle.figure("freight") * flows.km


def back_costs(cycle: Cycle, flows: Flows) -> tuple[FloatArray, FloatArray]:
    """(pairs,) tCO2e and (pairs,) 10^3 yuan that a kg of nitrogen brought back costs."""
    carried = cycle.figure("carried") * flows.back_km
    carbon = cycle.figure("haulage") * carried - cycle.figure("mineral") * cycle.figure("replaced")
    return carbon, cycle.figure("freight") * carried


def cycle_model(
    cycle: Cycle, low: FloatArray, high: FloatArray, strong: bool = False, asked: Asked | None = None
) -> pyo.ConcreteModel:
    """The Pyomo model of a cycle whose links lie between ``low`` and ``high`` (villages,) ha, and whose sites
    have ``asked`` land of the layout; with all of its ``strong`` rows, or without any."""
    m = pyo.ConcreteModel("cycle")
    flows = flows_of(cycle, cycle.straw_t(high))
    _declare(m, cycle, flows, low, high)
    _balances(m, cycle, flows)
    _plants(m, cycle, flows)
    _fields(m, cycle, flows)
    if asked is not None:
        kinds = range(len(cycle.plants))
        add_claims(m, cycle.claims, asked, lambda j: [m.y[j, k] for k in kinds])
    if strong:
        _strong(m, cycle, flows, high)
    _goal(m, cycle, flows)
    return m


def _declare(m: pyo.ConcreteModel, cycle: Cycle, flows: Flows, low: FloatArray, high: FloatArray) -> None:
    """Sets and variables."""
    sites, kinds = range(len(cycle.sites)), range(len(cycle.plants))
    m.VILLAGES = pyo.RangeSet(0, len(cycle.villages) - 1, doc="villages")
    m.SITES = pyo.RangeSet(0, len(cycle.sites) - 1, doc="sites")
    m.PLANTS = pyo.Set(
        initialize=[(j, k) for j in sites for k in kinds], dimen=2, doc="(site, kind of plant)"
    )
    m.FLOWS = pyo.RangeSet(0, len(flows) - 1, doc="(village, stream, site, technique), numbered")
    m.BACK = pyo.RangeSet(0, len(flows.back_village) - 1, doc="(village, site) within reach, numbered")
    m.SUPPLIES = pyo.Set(
        initialize=[(v, s) for v in m.VILLAGES for s in range(len(STREAMS))], dimen=2, doc="(village, stream)"
    )
    m.y = pyo.Var(m.PLANTS, domain=pyo.Binary, doc="1 where the site has a plant of the kind")
    # Every variable has an upper bound that no plan exceeds: prices prove nothing of what is unbounded.
    most = cycle.straw_t(high)
    own = cycle.figure("own", "", "manure") * cycle.figure("nitrogen", "", "manure") * most[:, MANURE]
    room = cycle.table.nitrogen_kg_ha * high
    flow, back = most[flows.village, flows.stream].tolist(), room[flows.back_village].tolist()
    m.q = pyo.Var(m.FLOWS, bounds=lambda m, f: (0.0, flow[f]), doc="t/yr that flow")
    m.p = pyo.Var(m.BACK, bounds=lambda m, b: (0.0, back[b]), doc="kgN/yr brought back to the fields")
    m.left = pyo.Var(m.SUPPLIES, bounds=lambda m, v, s: (0.0, float(most[v, s])), doc="t/yr that stay")
    m.excess = pyo.Var(
        m.VILLAGES, bounds=lambda m, v: (0.0, float(own[v])), doc="kgN/yr too much for the fields"
    )
    bounds = {v: (float(low[v]), float(high[v])) for v in m.VILLAGES}
    m.e = pyo.Var(m.VILLAGES, bounds=lambda m, v: bounds[v], doc="ha of land whose straw is collected")


def _balances(m: pyo.ConcreteModel, cycle: Cycle, flows: Flows) -> None:
    """What arises goes somewhere."""
    of = grouped(flows.village * len(STREAMS) + flows.stream, len(cycle.villages) * len(STREAMS))
    straw, supply = cycle.figure("straw"), cycle.supply

    @m.Constraint(
        m.SUPPLIES, doc="sum_jt q[v,s,j,t] + left[v,s] = supply[v,s] + [s straw] straw e[v]  [t/yr]"
    )
    def arises(m: pyo.ConcreteModel, v: int, s: int) -> object:
        going = total([m.q[f] for f in of[v * len(STREAMS) + s]]) + m.left[v, s]
        return going - straw * m.e[v] == supply[v, s] if s == STRAW else going == supply[v, s]


def _plants(m: pyo.ConcreteModel, cycle: Cycle, flows: Flows) -> None:
    """What plants take and cost."""
    techniques = range(len(TECHNIQUES))
    of = grouped(flows.site * len(TECHNIQUES) + flows.technique, len(cycle.sites) * len(TECHNIQUES))
    kinds = {
        t: [k for k, kind in enumerate(cycle.plants) if kind.technique == TECHNIQUES[t]] for t in techniques
    }
    m.LINES = pyo.Set(
        initialize=[(j, t) for j in m.SITES for t in techniques], dimen=2, doc="(site, technique)"
    )

    @m.Constraint(m.LINES, doc="sum_vs q[v,s,j,t] <= sum_k capacity[k] y[j,k] over kinds of t  [t/yr]")
    def capacity(m: pyo.ConcreteModel, j: int, t: int) -> object:
        room = sum(cycle.plants[k].capacity_t * m.y[j, k] for k in kinds[t])
        inflow = of[j * len(TECHNIQUES) + t]
        if not inflow:
            return pyo.Constraint.Skip
        return total([m.q[f] for f in inflow]) - room <= 0

    @m.Constraint(m.SITES, doc="sum_k y[j,k] <= 1  [plants]")
    def one_plant(m: pyo.ConcreteModel, j: int) -> object:
        return sum(m.y[j, k] for k in range(len(cycle.plants))) <= 1

    if cycle.table.money is None:
        return
    _, money = flow_costs(cycle, flows)
    _, money_back = back_costs(cycle, flows)

    @m.Constraint(
        doc="sum_jk cost[k] y[j,k] + sum_f cost[f] q[f] + sum_vj cost[vj] p[v,j] <= budget  [10^3 yuan/yr]"
    )
    def budget(m: pyo.ConcreteModel) -> object:
        whole = [m.y[key] for key in m.PLANTS], [cycle.plants[k].cost for _, k in m.PLANTS]
        spent = LinearExpression(
            linear_coefs=whole[1] + money.tolist() + money_back.tolist(),
            linear_vars=whole[0] + list(m.q.values()) + list(m.p.values()),
        )
        return spent <= cycle.table.money


def _fields(m: pyo.ConcreteModel, cycle: Cycle, flows: Flows) -> None:
    """Nitrogen: what plants take in goes back to fields, and fields take no more than they may."""
    at_site = grouped(flows.site, len(cycle.sites))
    back_of_site = grouped(flows.back_site, len(cycle.sites))
    back_of_village = grouped(flows.back_village, len(cycle.villages))
    kept = np.array([cycle.figure("retained", technique) for technique in TECHNIQUES])
    brought = (kept[flows.technique] * cycle.by_stream("nitrogen")[flows.stream]).tolist()
    own = cycle.figure("own", "", "manure") * cycle.figure("nitrogen", "", "manure")
    most = cycle.table.nitrogen_kg_ha

    @m.Constraint(m.SITES, doc="sum_vst kept[t] N[s] q[v,s,j,t] = sum_v p[v,j]  [kgN/yr]")
    def nitrogen(m: pyo.ConcreteModel, j: int) -> object:
        if not back_of_site[j]:
            return pyo.Constraint.Skip
        taken = LinearExpression(
            linear_coefs=[brought[f] for f in at_site[j]] + [-1.0] * len(back_of_site[j]),
            linear_vars=[m.q[f] for f in at_site[j]] + [m.p[b] for b in back_of_site[j]],
        )
        return taken == 0

    @m.Constraint(
        m.VILLAGES, doc="sum_j p[v,j] + own N[manure] left[v,manure] - excess[v] <= most e[v]  [kgN/yr]"
    )
    def fields(m: pyo.ConcreteModel, v: int) -> object:
        brought_back = total([m.p[b] for b in back_of_village[v]])
        return brought_back + own * m.left[v, MANURE] - m.excess[v] - most * m.e[v] <= 0

    @m.Constraint(
        m.VILLAGES,
        doc="excess[v] <= own N[manure] left[v,manure]: others' nitrogen is never too much  [kgN/yr]",
    )
    def own_excess(m: pyo.ConcreteModel, v: int) -> object:
        return m.excess[v] - own * m.left[v, MANURE] <= 0


def _strong(m: pyo.ConcreteModel, cycle: Cycle, flows: Flows, high: FloatArray) -> None:
    """The rows that a mixed plant breaks."""
    most = cycle.straw_t(high)[flows.village, flows.stream].tolist()
    of_technique = [
        [k for k, kind in enumerate(cycle.plants) if kind.technique == name] for name in TECHNIQUES
    ]

    @m.Constraint(
        m.FLOWS, doc="q[v,s,j,t] <= sum_k min(most[v,s], capacity[k]) y[j,k] over kinds of t  [t/yr]"
    )
    def strong(m: pyo.ConcreteModel, f: int) -> object:
        j, t = int(flows.site[f]), int(flows.technique[f])
        room = sum(min(most[f], cycle.plants[k].capacity_t) * m.y[j, k] for k in of_technique[t])
        return m.q[f] - room <= 0


def _goal(m: pyo.ConcreteModel, cycle: Cycle, flows: Flows) -> None:
    carbon, _ = flow_costs(cycle, flows)
    carbon_back, _ = back_costs(cycle, flows)

    @m.Objective(
        sense=pyo.minimize,
        doc="sum_jk fixed[k] y[j,k] + sum_f carbon[f] q[f] + sum_vj carbon[vj] p[v,j] + loss sum_v excess[v]"
        "  [tCO2e/yr]",
    )
    def cost(m: pyo.ConcreteModel) -> object:
        return LinearExpression(
            linear_coefs=[cycle.plants[k].fixed_tco2e for _, k in m.PLANTS]
            + carbon.tolist()
            + carbon_back.tolist()
            + [cycle.figure("excess")] * len(cycle.villages),
            linear_vars=[*m.y.values(), *m.q.values(), *m.p.values(), *m.excess.values()],
        )


@dataclass(frozen=True, eq=False)
class CycleSide:
    """A cycle as a side model, with what reads its solutions."""

    cycle: Cycle
    side: Side
    flows: Flows
    place: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
    """Columns of y (sites x kinds), q and p; -1 where the program has none."""

    def plan(self, found: SidePlan) -> CyclePlan:
        """The plants and flows of a solution."""
        y, q, p = (np.where(each >= 0, found.x[np.maximum(each, 0)], 0.0) for each in self.place)
        chosen = np.flatnonzero(y.reshape(len(self.cycle.sites), -1).max(axis=1, initial=0.0) > 0.5)
        kind = np.full(len(self.cycle.sites), -1, dtype=np.int64)
        kind[chosen] = y.reshape(len(self.cycle.sites), -1)[chosen].argmax(axis=1)
        some, back = np.flatnonzero(q > LEAST_T), np.flatnonzero(p > LEAST_T)
        flows = self.flows
        return CyclePlan(
            self.cycle.name, kind,
            (flows.village[some], flows.stream[some], flows.site[some], flows.technique[some]), q[some],
            (flows.back_village[back], flows.back_site[back]), p[back],
        )  # fmt: skip


def cycle_side(instance: Instance, problem: LayoutProblem, cycle: Cycle) -> CycleSide:
    """The side model of a cycle beside the layouts that a problem allows."""
    indicator = link_of(instance, cycle)
    low, high = range_of(indicator, cycle.villages, problem.options)
    asked = asked_of(instance, cycle, cycle.claims, problem.options)
    return side_of(cycle, indicator, low, high, asked)


def side_of(
    cycle: Cycle, indicator: Indicator, low: FloatArray, high: FloatArray, asked: Asked | None = None
) -> CycleSide:
    """The side model of a cycle whose links lie between ``low`` and ``high`` (villages,) ha, and whose sites
    have ``asked`` land of the layout."""
    model = cycle_model(cycle, low, high, asked=asked)
    given = program_of(model)
    place = {id(variable): number for number, variable in enumerate(given.variables)}

    def columns(variables: Sequence[pyo.Var]) -> NDArray[np.int64]:
        return np.array([place.get(id(each), -1) for each in variables], dtype=np.int64)

    y, q, p, e = (columns(list(each.values())) for each in (model.y, model.q, model.p, model.e))
    flows = flows_of(cycle, cycle.straw_t(high))
    strong = _strong_rows(cycle, flows, high, (y, q), len(given.variables))
    g = columns([] if asked is None else list(model.g.values()))
    side = Side(
        cycle.name, indicator, cycle.villages, given.program, np.concatenate([e, g]), strong,
        rows=rows_by_name(model, given), claims=() if asked is None else asked.claims,
    )  # fmt: skip
    return CycleSide(cycle, side, flows, (y, q, p))


def _strong_rows(
    cycle: Cycle,
    flows: Flows,
    high: FloatArray,
    place: tuple[NDArray[np.int64], NDArray[np.int64]],
    columns: int,
) -> sparse.csr_array:
    """The strong rows as a matrix: those of ``cycle_model`` row by row, which a test holds equal."""
    y, q = place
    kinds = len(cycle.plants)
    most = cycle.straw_t(high)[flows.village, flows.stream]
    rows, cols, data = [np.arange(len(flows))], [q], [np.ones(len(flows))]
    for k, kind in enumerate(cycle.plants):
        mine = np.flatnonzero(flows.technique == TECHNIQUES.index(kind.technique))
        rows.append(mine)
        cols.append(y[flows.site[mine] * kinds + k])
        data.append(-np.minimum(most[mine], kind.capacity_t))
    entries = np.concatenate(data), (np.concatenate(rows), np.concatenate(cols))
    return sparse.csr_array(entries, shape=(len(flows), columns))
