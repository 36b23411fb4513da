"""How much a layout differs from others: an indicator like any other, so that it can be optimised.

D(x) = sum_i area_i (number of the other layouts in which unit i has another class)
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from formulations.core.indicator import CellTerm, Indicator
from formulations.core.unit_types import combine
from instances.units.grid import FloatArray, Layout

DIFFERENCE = "difference"


def difference(others: Sequence[Layout], area_ha: FloatArray, classes: int) -> Indicator:
    """``difference``, ha: the land on which a layout differs from each of the others, summed over them."""
    group, groups = combine(others)
    table = np.full((groups, classes), float(len(others)))
    for other in others:
        of_group = np.zeros(groups, dtype=np.intp)
        of_group[group] = other
        table[np.arange(groups), of_group] -= 1.0
    return Indicator(DIFFERENCE, "ha", cells=(CellTerm(area_ha, group, table),))


def differing_ha(one: Layout, other: Layout, area_ha: FloatArray) -> float:
    """The land on which two layouts have different classes, in ha."""
    return float(area_ha[one != other].sum())
