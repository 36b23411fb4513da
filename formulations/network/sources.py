"""Sources: what of a network is set out from and arrived at; all else in it is crossed only.

A patch counts with its area in some classes and on some land, and with none where that is less than a least
size.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formulations.network.links import Network
from instances.instance import Instance
from instances.rules.sources import source_classes
from instances.units.grid import FloatArray, Grid, Layout
from instances.units.sums import sum_by


@dataclass(frozen=True, eq=False)
class Sources:
    """``member`` (classes,) are sources, ``where`` (units,) they may be, None for everywhere; a patch has
    ``least_ha`` of them at the least, or none."""

    member: NDArray[np.bool_]
    where: NDArray[np.bool_] | None
    least_ha: float

    def of(self, layout: Layout) -> NDArray[np.bool_]:
        """(units,) True where the land of a layout is of a source's class and lies where sources may be."""
        found: NDArray[np.bool_] = self.member[layout]
        return found if self.where is None else found & self.where

    def area_ha(self, network: Network, source: NDArray[np.bool_], grid: Grid) -> FloatArray:
        """(patches,) the area that counts of every patch of a network; ``source`` (units,)."""
        inside = source & (network.patch >= 0)
        found = sum_by(network.patch[inside], grid.area_ha[inside], len(network))
        found[found < self.least_ha * (1.0 - 1e-9)] = 0.0
        return found


def sources_of(instance: Instance) -> Sources | None:
    """The sources that a study names (``[network]``); None where all blue-green land is one."""
    asked = instance.study.network
    if not asked.source_ha and not asked.source_classes and instance.sources is None:
        return None
    return Sources(source_classes(instance.study, instance.classes), instance.sources, asked.source_ha)


def same_sources(one: Sources | None, other: Sources | None) -> bool:
    """True where both count the same of every network of the same units."""
    if one is None or other is None:
        return one is other
    places = (one.where, other.where)
    if places[0] is None or places[1] is None:
        alike = places[0] is places[1]
    else:
        alike = np.array_equal(places[0], places[1])
    return alike and one.least_ha == other.least_ha and np.array_equal(one.member, other.member)
