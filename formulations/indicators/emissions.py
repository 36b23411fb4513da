"""Net emissions: what the land gives to the air, less what it takes up."""

from __future__ import annotations

from formulations.core.indicator import CellTerm, Indicator
from instances.instance import Instance

NET_EMISSIONS = "net_emissions"


def net_emissions(instance: Instance) -> Indicator:
    """``net_emissions``, tCO2e/yr, positive = to the air: area x (flux + stock change + construction), and
    what layers of rates add to the coefficients."""
    area, today, rates = instance.grid.area_ha, instance.today, instance.emissions
    local = [CellTerm(area * one.beyond(instance.layers), today, one.counts) for one in rates.local]
    return Indicator(NET_EMISSIONS, "tCO2e/yr", cells=(CellTerm(area, today, rates.total), *local))
