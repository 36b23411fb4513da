"""Areas: of classes, of the three spaces, of the green share, of what changes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from formulations.core.indicator import CellTerm, Indicator
from instances.instance import Instance
from instances.land.classes import Space
from instances.units.grid import FloatArray


def areas(instance: Instance) -> Iterator[Indicator]:
    """``area.<class>`` for every class of the study, then ``area.<space>`` for the three spaces, in ha."""
    for k, name in enumerate(instance.classes.names):
        yield area_of(instance, f"area.{name}", np.arange(len(instance.classes)) == k)
    for space in Space:
        yield area_of(instance, f"area.{space}", instance.classes.in_space(space))


def green_share(instance: Instance) -> Indicator:
    """``green_share``, % of the area that is blue-green."""
    table = 100.0 * planned_as(instance.classes.blue_green)
    area = instance.grid.area_ha
    return Indicator("green_share", "%", cells=(CellTerm(area, instance.today, table),), per=area)


def changed_area(instance: Instance) -> Indicator:
    """``changed_area``, ha of land whose class is not today's."""
    table = 1.0 - np.eye(len(instance.classes))
    return Indicator("changed_area", "ha", cells=(CellTerm(instance.grid.area_ha, instance.today, table),))


def blue_green_lost(instance: Instance) -> Indicator:
    """``blue_green_lost``, ha of land that is blue-green today and not planned so."""
    member = instance.classes.blue_green
    table = (member[:, None] & ~member[None, :]).astype(float)
    return Indicator("blue_green_lost", "ha", cells=(CellTerm(instance.grid.area_ha, instance.today, table),))


def planned_as(classes: NDArray[np.bool_]) -> FloatArray:
    """(classes today, classes planned) 1 where the class planned is one of ``classes`` (classes,)."""
    return np.tile(classes.astype(float), (len(classes), 1))


def area_of(instance: Instance, name: str, classes: NDArray[np.bool_]) -> Indicator:
    """The area in ha of the land whose class is one of ``classes`` (classes,)."""
    area = CellTerm(instance.grid.area_ha, instance.today, planned_as(classes))
    return Indicator(name, "ha", cells=(area,))
