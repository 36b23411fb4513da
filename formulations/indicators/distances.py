"""Distances: how far built land lies from what a layer measures the distance to."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from formulations.core.indicator import CellTerm, Indicator
from formulations.indicators.areas import planned_as
from instances.instance import Instance


def distances(instance: Instance) -> Iterator[Indicator]:
    """``distance.<layer>`` for every layer that the study calls a distance: the sum over built land of
    area x value, ``ha·<unit>``."""
    for layer, source in instance.study.layers.items():
        if not source.distance or layer not in instance.layers:
            continue
        term = layer_on(instance, layer, instance.classes.built)
        yield Indicator(f"distance.{layer}", layer_unit(instance, layer), cells=(term,))


def layer_on(instance: Instance, layer: str, classes: NDArray[np.bool_]) -> CellTerm:
    """Area x value of a layer on land of ``classes`` (classes,)."""
    return CellTerm(instance.grid.area_ha * instance.layers[layer], instance.today, planned_as(classes))


def layer_unit(instance: Instance, layer: str) -> str:
    """``ha·<unit of the layer>``, or ``ha`` where the layer has no unit."""
    source = instance.study.layers.get(layer)
    return f"ha·{source.unit}" if source is not None and source.unit else "ha"
