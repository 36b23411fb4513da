"""Plans with stages counted again: the land of every year, limits by year, and what prices of them prove.

Nothing of the model's is used. The land of a stage is the plan's where the change is done by then, and
today's elsewhere; every indicator is counted on it as on any layout. A limit is a sum over today and the
stages, so often each (``times``), and so is its price: a unit of class b that becomes k at stage s costs

    sum over t < s of C_t(b)  +  sum over t >= s of C_t(k)

at the prices, with C_t what a class costs in the years of stage t. The cheapest stage of each class stands
for it, and what is left is a layout as ``floor`` bounds it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from instances.study.schema import LimitTable, Stages
from instances.units.grid import FloatArray
from planner.recount.bound.charges import Charged, all_over, charged, rates_of
from planner.recount.figures.amounts import Amounts
from planner.recount.figures.limit_rows import counted_limits
from planner.recount.figures.recount import Counted, Recount

PEAK = "net_emissions"
Priced = Sequence[tuple[Counted, float]]


@dataclass(frozen=True, eq=False)
class StagedCount:
    """The recount of a plan with stages: ``count`` of its last layout, ``stage`` (units,) the number of the
    stage at which each changes, that of all stages where it stays."""

    count: Recount
    stages: Stages
    stage: NDArray[np.int64]

    @cached_property
    def each(self) -> tuple[Recount, ...]:
        """The recount of today and of every stage."""
        now, today = self.count.layout, self.count.today
        places = range(-1, len(self.stages.years))
        return tuple(self.count.at(np.where(self.stage <= t, now, today).astype(np.uint8)) for t in places)

    @cached_property
    def lasts(self) -> tuple[float, ...]:
        """(stages,) how many years each lasts."""
        years, until = self.stages.years, self.stages.until
        apart = np.diff(years).astype(float).tolist()
        last = until - years[-1] if until is not None else apart[-1] if apart else 5
        return (*apart, float(last))

    @cached_property
    def shares(self) -> FloatArray:
        """(stages,) what each counts in the objective, of what is counted unit by unit."""
        if self.stages.objective == "last":
            return np.eye(len(self.lasts))[-1]
        return np.array(self.lasts) / sum(self.lasts)

    @cached_property
    def values(self) -> dict[str, tuple[float, ...]]:
        """Every indicator in every stage."""
        found = [one.indicators() for one in self.each[1:]]
        return {name: tuple(each[name].total() for each in found) for name in found[-1]}

    def in_objective(self, name: str) -> float:
        """What an indicator counts in the objective."""
        values = self.values[name]
        if not self.alone(name):
            return values[-1]
        return sum(share * value for share, value in zip(self.shares.tolist(), values, strict=True))

    def over_years(self, name: str) -> float:
        """An indicator times the years of every stage, added up."""
        return sum(value * years for value, years in zip(self.values[name], self.lasts, strict=True))

    def alone(self, name: str) -> bool:
        """Whether an indicator is counted unit by unit."""
        return self.count.indicators()[name].counts is None

    def limits(self) -> list[Counted]:
        """Every limit of every district and year in the order of the study, then the peak."""
        study, years = self.count.instance.study, range(len(self.lasts))
        whole = counted_limits(self.count, self.count.indicators(), self.each[0].indicators())
        rows: list[Counted] = []
        for number, table in enumerate(study.limits):
            mine = [row for row in whole if row.limit == number]
            rows += [self._row(row, t, table.counts) for t in self._meant(table) for row in mine]
        if self.stages.peak is not None:
            still = Counted(PEAK, None, None, None, 0.0, 0.0, len(study.limits))
            first = self.stages.years.index(self.stages.peak) + 1
            rows += [self._row(still, t, "stage") for t in years[first:]]
        return rows

    def _meant(self, table: LimitTable) -> range:
        years = range(len(self.lasts))
        if table.year is not None:
            place = self.stages.years.index(table.year)
            return years[place : place + 1]
        return years if table.every_year or table.counts == "stage" else years[-1:]

    def _row(self, row: Counted, t: int, counts: str) -> Counted:
        """A limit of the last layout as one of stage ``t``."""
        times = np.zeros(1 + len(self.lasts))
        if counts == "sum":
            times[1 : t + 2] = self.lasts[: t + 1]
        else:
            times[t + 1] = 1.0
            times[t] -= counts == "stage"
        value, sums = 0.0, 0.0
        for often, one in zip(times.tolist(), self.each, strict=True):
            if often:
                amounts = one.indicators()[row.indicator]
                value += often * self._in(row, amounts)
                sums += abs(often) * self._in(row, amounts.unsigned())
        year = self.stages.years[t]
        return replace(row, value=value, sums=sums, year=year, counts=counts, times=tuple(times.tolist()))

    def _in(self, row: Counted, amounts: Amounts) -> float:
        """An indicator in the district of a limit."""
        if row.by is None or row.position is None:
            return amounts.total()
        division = self.count.instance.districts[row.by]
        return float(amounts.by(division.member, len(division.names))[row.position])

    def charged(self, weights: Mapping[str, float], rows: Priced) -> Charged:
        """F with the cheapest stage of every class, taken apart as ``charges.charged`` does with a layout."""
        edges = {name: weight for name, weight in weights.items() if not self.alone(name)}
        ends = [(row, price) for row, price in rows if not self.alone(row.counted)]
        whole = charged(self.count, edges, ends)
        rates = [self._rates(place, weights, rows) for place in range(len(self.each))]
        held = [_cost(self.each[0], one) for one in rates]
        kinds, layout = self.count.instance.kinds, self.count.layout
        cost, own = np.full(whole.cost.shape, np.inf), np.zeros(len(layout))
        for k, state in enumerate(whole.of_class.tolist()):
            allowed, mine = kinds.allowed[:, k][kinds.of], layout == k
            if allowed.any() or mine.any():
                here = self.count.at(all_over(self.count, k))
                by_stage = self._by_stage(held, [_cost(here, one) for one in rates[1:]])
                least = np.where(allowed, by_stage.min(axis=0), np.inf)
                np.minimum(cost[:, state], least, out=cost[:, state])
                when = np.minimum(self.stage[mine], len(self.lasts) - 1)
                own[mine] = by_stage[when, np.flatnonzero(mine)]
        return replace(whole, cost=cost, own=own)

    def _by_stage(self, held: Sequence[FloatArray], costs: Sequence[FloatArray]) -> FloatArray:
        """(stages, units) what a class costs that comes at each stage; ``held`` what today's costs today and
        in each stage, ``costs`` that class in each stage."""
        found = np.empty((len(costs), len(held[0])))
        for s in range(len(costs)):
            found[s] = sum(held[: s + 1], np.zeros(len(held[0]))) + sum(costs[s:], np.zeros(len(held[0])))
        return found

    def _rates(self, place: int, weights: Mapping[str, float], rows: Priced) -> dict[str, FloatArray]:
        """(units,) of every indicator that is counted unit by unit what one of it costs today (place 0) or in
        a stage."""
        share = 0.0 if place == 0 else float(self.shares[place - 1])
        own = {name: weight * share for name, weight in weights.items() if self.alone(name)}
        there = [(row, price * row.times[place]) for row, price in rows if self.alone(row.counted)]
        return rates_of(self.count, own, there)

    def brought(self, row: Counted) -> Iterator[tuple[NDArray[np.bool_], FloatArray]]:
        """Which units may take an option (units,), and what each then brings to a limit, option by option;
        units that have no choice are left out."""
        kinds, today = self.count.instance.kinds, self.count.today
        times, first = np.array(row.times), self.each[0].indicators()[row.counted].value
        several = (kinds.allowed.sum(axis=1) > 1)[kinds.of]
        stays = kinds.allowed[kinds.of, today]
        free = several | (~stays & (len(self.lasts) > 1))
        for k in range(kinds.allowed.shape[1]):
            may = free & kinds.allowed[:, k][kinds.of]
            value = self.count.at(all_over(self.count, k)).indicators()[row.counted].value
            for s in range(1, len(times)):
                yield may, times[s:].sum() * value + times[:s].sum() * first


def unit_of_sum(unit: str) -> str:
    """The unit of an indicator that is added up over years."""
    return unit[: -len("/yr")] if unit.endswith("/yr") else f"{unit} yr".strip()


def _cost(count: Recount, rates: Mapping[str, FloatArray]) -> FloatArray:
    """(units,) what a layout costs at rates of the indicators."""
    total, now = np.zeros(len(count.layout)), count.indicators()
    for name, rate in rates.items():
        total += rate * now[name].value
    return total
