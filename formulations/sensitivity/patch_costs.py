"""What patches of a red line cost: sums of units' opportunity costs, and what is proven of releasing them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formulations.sensitivity.difference import Interval
from formulations.sensitivity.opportunity_cost import Opportunity
from instances.units.grid import FloatArray
from instances.units.sums import sum_by

NO_PATCH = -1


@dataclass(frozen=True, eq=False)
class PatchCosts:
    """``total`` (patches,) the sum of the units' opportunity costs; ``at_most`` (patches,) what releasing all
    of a patch together is proven not to exceed; both in tCO2e/yr. ``dearest`` are the patches by total, the
    greatest first."""

    total: FloatArray
    at_most: FloatArray
    dearest: NDArray[np.intp]


def paying(units: Opportunity) -> NDArray[np.int32]:
    """(units,) the class that a unit would become if released, ``NO_PATCH`` where that would not pay."""
    return np.where(units.cost > 0, units.becomes.astype(np.int32), np.int32(NO_PATCH))


def patch_costs(
    units: Opportunity, of: NDArray[np.int32], count: int, room: float, whole: Interval | None
) -> PatchCosts:
    """The costs of ``count`` patches; ``of`` (units,) is the patch of each unit, ``NO_PATCH`` for none.

    ``room`` is how far the plan's objective lies above the bound at the prices: what any release may gain
    beyond its ceiling. ``whole`` is what the line costs, where that is known.
    """
    inside = of >= 0
    total = sum_by(of[inside], units.cost[inside], count)
    most = room + sum_by(of[inside], units.ceiling[inside], count)
    if whole is not None:  # a part of the line cannot cost more than all of it
        most = np.minimum(most, whole.high)
    return PatchCosts(total, most, np.argsort(-total, kind="stable"))
