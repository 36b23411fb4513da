"""Compactness of built land: the length of edge that built neighbours share."""

from __future__ import annotations

from formulations.core.indicator import Indicator
from formulations.indicators.connectivity import shared_edges
from instances.instance import Instance


def built_compactness(instance: Instance) -> Indicator:
    """``built_compactness``, km of edge shared by two built units: the more, the more compact."""
    return Indicator("built_compactness", "km", pairs=(shared_edges(instance, instance.classes.built),))
