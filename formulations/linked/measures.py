"""Measures that are no land as a side model: how much of each is done in which district, within its money.

    m lines of the table   d districts   s strategies
    x[o]     units of line m[o] that are done in district d[o], for every offer o; whole where the measure is
    e[d]     room that the layout leaves in a district (roofs, floors): the link

C is in tCO2e/yr, below 0: less what is cut. Doing nothing is always an answer.
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
from formulations.linked.grouped import grouped
from formulations.linked.kinds import link_of
from formulations.linked.measures_plan import MeasuresPlan
from formulations.linked.side import Side, SidePlan
from instances.instance import Instance
from instances.materials.measures import Measures
from instances.units.grid import FloatArray

LEAST = 1e-9
"""Smaller amounts are what a solver's tolerance leaves of none."""


def measures_model(measures: Measures, low: FloatArray, high: FloatArray) -> pyo.ConcreteModel:
    """The Pyomo model of measures whose districts have ``low`` to ``high`` (districts,) of room."""
    m = pyo.ConcreteModel("measures")
    line, district = measures.offers
    _declare(m, measures, low, high)
    _room(m, measures, line, district)
    _money(m, measures, line)
    cut = measures.cut_of()[line].tolist()

    @m.Objective(sense=pyo.minimize, doc="- sum_o cut[m[o]] x[o]  [tCO2e/yr]")
    def emissions(m: pyo.ConcreteModel) -> object:
        return LinearExpression(linear_coefs=[-each for each in cut], linear_vars=list(m.x.values()))

    return m


def most_of(measures: Measures, high: FloatArray) -> FloatArray:
    """(offers,) units that may be done at the most, whatever the layout."""
    line, district = measures.offers
    needs = _of(measures, "needs")[line]
    most: FloatArray = _of(measures, "most")[line]
    room = np.where(district >= 0, high[np.maximum(district, 0)], np.inf)
    by_room = np.divide(np.maximum(room, 0.0), needs, out=np.full(len(line), np.inf), where=needs > 0)
    return np.minimum(most, by_room)


def _of(measures: Measures, key: str) -> FloatArray:
    """(lines,) a figure of every line."""
    return np.array([getattr(one, key) for one in measures.measures], dtype=float)


def _declare(m: pyo.ConcreteModel, measures: Measures, low: FloatArray, high: FloatArray) -> None:
    """Sets and variables."""
    line, _ = measures.offers
    whole = [measures.measures[number].whole for number in line.tolist()]
    most = most_of(measures, high)
    most = np.where(whole, np.floor(most + 1e-9), most).tolist()
    m.OFFERS = pyo.RangeSet(0, len(line) - 1, doc="(line, district), numbered")
    m.LINES = pyo.RangeSet(0, len(measures.measures) - 1, doc="lines of the table")
    m.DISTRICTS = pyo.RangeSet(0, len(measures.districts) - 1, doc="districts")
    m.STRATEGIES = pyo.RangeSet(0, len(measures.strategies) - 1, doc="strategies")
    m.x = pyo.Var(
        m.OFFERS,
        domain=lambda m, o: pyo.NonNegativeIntegers if whole[o] else pyo.NonNegativeReals,
        bounds=lambda m, o: (0.0, most[o]),
        doc="units done",
    )
    m.e = pyo.Var(m.DISTRICTS, bounds=lambda m, d: (float(low[d]), float(high[d])), doc="room")


def _room(
    m: pyo.ConcreteModel, measures: Measures, line: NDArray[np.int64], district: NDArray[np.int64]
) -> None:
    """What there is room for, and how much of each there is."""
    needs, most = _of(measures, "needs")[line].tolist(), _of(measures, "most")
    inside = np.flatnonzero((district >= 0) & (_of(measures, "needs")[line] > 0))
    of_district = [inside[each].tolist() for each in grouped(district[inside], len(measures.districts))]
    of_line = grouped(line, len(measures.measures))

    @m.Constraint(m.DISTRICTS, doc="sum over d[o] = d of needs[m[o]] x[o] <= e[d]  [unit of the indicator]")
    def room(m: pyo.ConcreteModel, d: int) -> object:
        here = of_district[d]
        used = LinearExpression(
            linear_coefs=[*(needs[o] for o in here), -1.0], linear_vars=[*(m.x[o] for o in here), m.e[d]]
        )
        return used <= 0

    @m.Constraint(m.LINES, doc="sum over m[o] = m of x[o] <= most[m]  [units]")
    def most_units(m: pyo.ConcreteModel, number: int) -> object:
        if len(of_line[number]) < 2 or not np.isfinite(most[number]):
            return pyo.Constraint.Skip
        return sum(m.x[o] for o in of_line[number]) <= float(most[number])


def _money(m: pyo.ConcreteModel, measures: Measures, line: NDArray[np.int64]) -> None:
    """Budgets, and what strategies bear of the cut."""
    cost, cut = _of(measures, "cost")[line].tolist(), measures.cut_of()[line]
    place = {name: number for number, name in enumerate(measures.strategies)}
    strategy = np.array([place[one.strategy] for one in measures.measures], dtype=np.int64)[line]
    of_strategy = grouped(strategy, len(measures.strategies))
    table = measures.table

    def spent(m: pyo.ConcreteModel, offers: list[int]) -> LinearExpression:
        return LinearExpression(linear_coefs=[cost[o] for o in offers], linear_vars=[m.x[o] for o in offers])

    if table.money is not None:

        @m.Constraint(doc="sum_o cost[m[o]] x[o] <= budget  [10^3 yuan/yr]")
        def budget(m: pyo.ConcreteModel) -> object:
            return spent(m, list(range(len(line)))) <= table.money

    @m.Constraint(m.STRATEGIES, doc="sum over s[o] = s of cost[m[o]] x[o] <= budget[s]  [10^3 yuan/yr]")
    def budgets(m: pyo.ConcreteModel, s: int) -> object:
        most = table.budgets.get(measures.strategies[s])
        return pyo.Constraint.Skip if most is None else spent(m, of_strategy[s]) <= most

    @m.Constraint(
        m.STRATEGIES, doc="share[s] sum_o cut[m[o]] x[o] <= sum over s[o] = s of cut[m[o]] x[o]  [tCO2e/yr]"
    )
    def shares(m: pyo.ConcreteModel, s: int) -> object:
        share = table.shares.get(measures.strategies[s], 0.0) / 100.0
        if share == 0:
            return pyo.Constraint.Skip
        weight = (share - (strategy == s)) * cut
        return LinearExpression(linear_coefs=weight.tolist(), linear_vars=list(m.x.values())) <= 0


@dataclass(frozen=True, eq=False)
class MeasuresSide:
    """Measures as a side model, with what reads its solutions."""

    measures: Measures
    side: Side
    place: NDArray[np.int64]
    """Columns of x; -1 where the program has none."""

    def plan(self, found: SidePlan) -> MeasuresPlan:
        """What a solution does."""
        line, district = self.measures.offers
        amount = np.where(self.place >= 0, found.x[np.maximum(self.place, 0)], 0.0)
        whole = np.array([one.whole for one in self.measures.measures], dtype=bool)[line]
        amount = np.where(whole, np.round(amount), amount)
        some = np.flatnonzero(amount > LEAST)
        return MeasuresPlan(self.measures.name, (line[some], district[some]), amount[some])


def measures_side(instance: Instance, problem: LayoutProblem, measures: Measures) -> MeasuresSide:
    """The side model of measures beside the layouts that a problem allows."""
    room = link_of(instance, measures)
    low, high = range_of(room, measures.districts, problem.options)
    return side_of(measures, room, low, high)


def side_of(measures: Measures, room: Indicator, low: FloatArray, high: FloatArray) -> MeasuresSide:
    """The side model of measures whose districts have ``low`` to ``high`` (districts,) of room."""
    model = measures_model(measures, low, high)
    given = program_of(model)
    place = {id(variable): number for number, variable in enumerate(given.variables)}
    x = np.array([place.get(id(each), -1) for each in model.x.values()], dtype=np.int64)
    e = np.array([place[id(each)] for each in model.e.values()], dtype=np.int64)
    none = sparse.csr_array((0, len(given.variables)))
    side = Side(
        measures.name, room, measures.districts, given.program, e, none, rows=rows_by_name(model, given)
    )
    return MeasuresSide(measures, side, x)
