"""Net emissions: what the land gives to the air, less what it takes up."""

from __future__ import annotations

from dataclasses import replace

from formulations.core.indicator import CellTerm, Indicator
from formulations.core.problem import LayoutProblem
from instances.instance import Instance
from instances.units.grid import FloatArray

NET_EMISSIONS = "net_emissions"


def net_emissions(instance: Instance) -> Indicator:
    """``net_emissions``, tCO2e/yr, positive = to the air: area x (flux + stock change + construction), and
    what layers of rates add to the coefficients."""
    area, today, rates = instance.grid.area_ha, instance.today, instance.emissions
    local = [CellTerm(area * one.beyond(instance.layers), today, one.counts) for one in rates.local]
    return Indicator(NET_EMISSIONS, "tCO2e/yr", cells=(CellTerm(area, today, rates.total), *local))


def at_rates(problem: LayoutProblem, total: FloatArray) -> LayoutProblem:
    """The problem at other emission rates (classes today, classes planned), tCO2e/ha/yr, in objective and
    limits alike; what layers of rates add stays."""

    def changed(indicator: Indicator) -> Indicator:
        if indicator.name != NET_EMISSIONS:
            return indicator
        first, *local = indicator.cells
        return replace(indicator, cells=(replace(first, table=total), *local))

    parts = tuple((weight, changed(part)) for weight, part in problem.parts)
    limits = tuple(replace(limit, indicator=changed(limit.indicator)) for limit in problem.limits)
    return replace(problem, parts=parts, limits=limits)
