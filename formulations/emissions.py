"""Net emissions: what the land gives to the air, less what it takes up."""

from __future__ import annotations

from formulations.indicator import CellTerm, Indicator
from instances.instance import Instance


def net_emissions(instance: Instance) -> Indicator:
    """``net_emissions``, tCO2e/yr, positive = to the air: area x (flux + stock change + construction)."""
    rates = CellTerm(instance.grid.area_ha, instance.today, instance.emissions.total)
    return Indicator("net_emissions", "tCO2e/yr", cells=(rates,))
