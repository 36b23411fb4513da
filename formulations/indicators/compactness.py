"""Compactness: the length of edge that neighbours share, of blue-green land and of built land.

A join count weighted with the shared edge (Önal and Briers 2002): the more land of a kind lies together, the
longer the edge inside it. It counts across classes: a forest beside a lake is joined. How far one gets over
several patches it does not say: that is the functional mesh (``formulations.network``).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from formulations.core.indicator import Indicator, PairTerm
from instances.instance import Instance


def blue_green_compactness(instance: Instance) -> Indicator:
    """``blue_green_compactness``, km of edge shared by two blue-green units."""
    joins = shared_edges(instance, instance.classes.blue_green)
    return Indicator("blue_green_compactness", "km", pairs=(joins,))


def built_compactness(instance: Instance) -> Indicator:
    """``built_compactness``, km of edge shared by two built units: the more, the more compact."""
    return Indicator("built_compactness", "km", pairs=(shared_edges(instance, instance.classes.built),))


def shared_edges(instance: Instance, classes: NDArray[np.bool_]) -> PairTerm:
    """The km of edge that neighbouring units share where both carry one of ``classes`` (classes,)."""
    edges = instance.grid.edges
    return PairTerm(edges.first, edges.second, edges.length_km, classes)
