"""Indicators that planners state: a figure a hectare of each class, or of each change of class; floor."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from formulations.core.indicator import CellTerm, Indicator
from instances.instance import Instance
from instances.land.stated import floor_per_ha
from instances.units.grid import FloatArray

FLOOR = "floor_area"


def stated_indicators(instance: Instance) -> Iterator[Indicator]:
    """The indicators of ``per_class`` and ``per_change``: the sum of area x figure, in the unit that the
    study gives. Figures that are calibrated meet today's count."""
    for name, stated in instance.stated.items():
        table = instance.study.indicators[name]
        rates = stated.value
        if table.calibrate is not None:
            today = float(np.diagonal(rates) @ instance.today_ha)
            rates = rates * (table.calibrate / today)
        yield _by_land(instance, name, table.unit or "", rates)


def floor_area(instance: Instance) -> Iterator[Indicator]:
    """``floor_area``, m2 of floor, where classes of the study have a ``floor_ratio``."""
    floor = floor_per_ha(instance.study, instance.classes)
    if floor.any():
        yield _by_land(instance, FLOOR, "m2", np.tile(floor, (len(floor), 1)))


def _by_land(instance: Instance, name: str, unit: str, rates: FloatArray) -> Indicator:
    return Indicator(name, unit, cells=(CellTerm(instance.grid.area_ha, instance.today, rates),))
