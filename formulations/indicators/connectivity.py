"""Connectivity of the blue-green network: the length of edge that blue-green neighbours share.

A join count weighted with the shared edge (Önal and Briers 2002): the more blue-green land lies
together, the longer the edge inside it. It counts across classes: a forest beside a lake is joined.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from formulations.core.indicator import Indicator, PairTerm
from instances.instance import Instance


def blue_green_connectivity(instance: Instance) -> Indicator:
    """``blue_green_connectivity``, km of edge shared by two blue-green units."""
    joins = shared_edges(instance, instance.classes.blue_green)
    return Indicator("blue_green_connectivity", "km", pairs=(joins,))


def shared_edges(instance: Instance, classes: NDArray[np.bool_]) -> PairTerm:
    """The km of edge that neighbouring units share where both carry one of ``classes`` (classes,)."""
    edges = instance.grid.edges
    return PairTerm(edges.first, edges.second, edges.length_km, classes)
