"""The two sides of net emissions, their balance, and the carbon that stands in land.

    net_emissions = sources - sinks          carbon_balance = sinks / sources

part by part (fluxes and changes of stock by pool, construction): what gives carbon to the air on the land of
a transition is a source, what takes it up a sink. So felling is a source and growth a sink, also where both
come to one figure in net emissions.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from formulations.core.indicator import CellTerm, Indicator
from formulations.indicators.sums import divided
from instances.carbon.stocks import all_pools
from instances.instance import Instance
from instances.units.grid import FloatArray

SOURCES, SINKS, BALANCE, STOCK = "sources", "sinks", "carbon_balance", "carbon_stock"


def carbon_indicators(instance: Instance) -> Iterator[Indicator]:
    """``sources`` and ``sinks`` in tCO2e/yr, both positive; ``carbon_balance``, sinks over sources; and
    ``carbon_stock`` in tCO2e, where the coefficient set has stocks."""
    rates = instance.emissions
    parts = list(rates.parts.values()) or [rates.total]
    above = _by_land(instance, SOURCES, "tCO2e/yr", np.sum([np.maximum(part, 0.0) for part in parts], axis=0))
    below = _by_land(instance, SINKS, "tCO2e/yr", np.sum([np.maximum(-part, 0.0) for part in parts], axis=0))
    yield above
    yield below
    yield divided(BALANCE, below, above)
    if instance.stocks:
        stands = all_pools(instance.stocks)
        yield _by_land(instance, STOCK, "tCO2e", np.tile(stands, (len(stands), 1)))


def _by_land(instance: Instance, name: str, unit: str, rates: FloatArray) -> Indicator:
    return Indicator(name, unit, cells=(CellTerm(instance.grid.area_ha, instance.today, rates),))
