"""Indicators of the study's own: areas of several classes, a layer on land of some, corridors of blue-green
land."""

from __future__ import annotations

from collections.abc import Iterator

from formulations.core.indicator import BundleTerm, Indicator
from formulations.indicators.areas import area_of
from formulations.indicators.distances import layer_on, layer_unit
from instances.instance import Instance
from instances.study.schema import IndicatorTable


def user_indicators(instance: Instance) -> Iterator[Indicator]:
    """One indicator for each table of ``[indicators]``.

    Several classes: their area in ha together. A layer: the sum of area x value over land of the classes.
    Corridors: the worth of those whose units are all blue-green. Tables whose layer or corridors the instance
    lacks give none: ``posing`` says so.
    """
    for name, table in instance.study.indicators.items():
        if isinstance(table.sum, tuple):
            yield area_of(instance, name, instance.classes.mask(table.sum))
        elif table.layer is not None and table.layer in instance.layers:
            yield _layer_indicator(instance, name, table, table.layer)
        elif table.corridors is not None and name in instance.corridors:
            yield _corridor_indicator(instance, name, table)


def _layer_indicator(instance: Instance, name: str, table: IndicatorTable, layer: str) -> Indicator:
    term = layer_on(instance, layer, instance.classes.mask(table.classes))
    return Indicator(name, table.unit or layer_unit(instance, layer), cells=(term,))


def _corridor_indicator(instance: Instance, name: str, table: IndicatorTable) -> Indicator:
    corridors = instance.corridors[name]
    whole = BundleTerm(corridors.start, corridors.units, corridors.value, instance.classes.blue_green)
    unit = table.unit or ("km" if table.value is None else "")
    return Indicator(name, unit, bundles=(whole,))
