"""Agreement of plans: for each unit, how often it keeps its class, and which class it has most often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instances.units.grid import FloatArray, Layout
from instances.units.sums import sum_by

STANDINGS = 4
"""How many ways there are for a unit to stand in several plans."""
MOSTLY = 2 / 3
"""Share of plans from which a unit counts as mostly firm."""


@dataclass(frozen=True, eq=False)
class Agreement:
    """``keeps`` (units,) share of plans with the reference plan's class; ``most_often`` (units,) the class
    that is most frequent, the reference plan's where several are; ``classes`` (units,) how many occur;
    ``agree`` (units,) share of plans with the most frequent class."""

    reference: Layout
    keeps: FloatArray
    most_often: Layout
    classes: NDArray[np.uint8]
    agree: FloatArray

    def standing(self, today: Layout) -> NDArray[np.uint8]:
        """(units,) 0 stays as today in all plans, 1 changes alike in all, 2 mostly alike, 3 fragile."""
        firm = self.keeps >= 1.0
        alike = np.where(self.reference == today, 0, 1)
        wavering = np.where(self.keeps >= MOSTLY, 2, 3)
        standing: NDArray[np.uint8] = np.where(firm, alike, wavering).astype(np.uint8)
        return standing

    def areas_ha(self, today: Layout, area_ha: FloatArray) -> FloatArray:
        """(4,) the land of each standing, in ha."""
        return sum_by(self.standing(today), area_ha, STANDINGS)


def agreement(reference: Layout, plans: Sequence[Layout], classes: int) -> Agreement:
    """How plans agree with a reference plan and with each other; a class at a time, for millions of units."""
    keeps = np.zeros(len(reference))
    most = np.zeros(len(reference), dtype=np.int32)
    often, occurring = reference.copy(), np.zeros(len(reference), dtype=np.uint8)
    for layout in plans:
        keeps += layout == reference
    most[:] = keeps
    for k in range(classes):
        count = np.zeros(len(reference), dtype=np.int32)
        for layout in plans:
            count += layout == k
        better = count > most
        often[better] = k
        most[better] = count[better]
        occurring += count > 0
    number = max(1, len(plans))
    return Agreement(reference, keeps / number, often, occurring, most / number)
