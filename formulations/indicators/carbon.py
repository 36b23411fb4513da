"""The two sides of net emissions, their balance, and the carbon that stands in land.

    net_emissions = sources - sinks          carbon_balance = sinks / sources

part by part (fluxes and changes of stock by pool, construction): what gives carbon to the air on the land of
a transition is a source, what takes it up a sink. So felling is a source and growth a sink, also where both
come to one figure in net emissions. A layer of rates counts by what it exceeds the coefficient whose place it
takes, unit by unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from formulations.core.indicator import CellTerm, Indicator
from formulations.indicators.emissions import NET_EMISSIONS
from formulations.indicators.sums import divided, parts_of
from instances.carbon.stocks import all_pools
from instances.instance import Instance
from instances.study.indicator_tables import IndicatorTable
from instances.units.grid import FloatArray

SOURCES, SINKS, BALANCE, STOCK = "sources", "sinks", "carbon_balance", "carbon_stock"
OF_COEFFICIENTS = frozenset({NET_EMISSIONS, SOURCES, SINKS, BALANCE, STOCK})
"""Indicators that rest on carbon coefficients."""


def resting_on_coefficients(
    tables: Mapping[str, IndicatorTable], stated: Iterable[str] = ()
) -> frozenset[str]:
    """The names of all indicators that rest on carbon coefficients, or are ``stated`` with ranges, with the
    sums and ratios of a study that do by some way."""
    found = {*OF_COEFFICIENTS, *stated}
    while more := {name for name, table in tables.items() if found & set(parts_of(table))} - found:
        found |= more
    return frozenset(found)


def carbon_indicators(instance: Instance) -> Iterator[Indicator]:
    """``sources`` and ``sinks`` in tCO2e/yr, both positive; ``carbon_balance``, sinks over sources; and
    ``carbon_stock`` in tCO2e, where the coefficient set has stocks."""
    rates = instance.emissions
    parts = list(rates.parts.values()) or [rates.total]
    above = _side(instance, SOURCES, parts, 1.0)
    below = _side(instance, SINKS, parts, -1.0)
    yield above
    yield below
    yield divided(BALANCE, below, above)
    if instance.stocks:
        stands = all_pools(instance.stocks)
        yield _by_land(instance, STOCK, "tCO2e", np.tile(stands, (len(stands), 1)))


def _side(instance: Instance, name: str, parts: Sequence[FloatArray], sign: float) -> Indicator:
    """What the parts of the rates, and layers of rates beyond them, give to the air (sign 1) or take up
    (-1)."""
    found = _by_land(
        instance, name, "tCO2e/yr", np.sum([np.maximum(sign * part, 0.0) for part in parts], axis=0)
    )
    area, today = instance.grid.area_ha, instance.today
    local = [
        CellTerm(area * np.maximum(sign * one.beyond(instance.layers), 0.0), today, one.counts)
        for one in instance.emissions.local
    ]
    return replace(found, cells=(*found.cells, *local))


def _by_land(instance: Instance, name: str, unit: str, rates: FloatArray) -> Indicator:
    return Indicator(name, unit, cells=(CellTerm(instance.grid.area_ha, instance.today, rates),))
