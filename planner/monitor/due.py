"""When the changes of a plan are due: in the years of their order, or at its stages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from formulations.following.sightings import change_patches
from instances.units.grid import Layout
from planner.plans.plan import Plan
from planner.plans.scheduled import posed


@dataclass(frozen=True, eq=False)
class Due:
    """``by`` says what tells the years, ``years`` are those that it tells; ``of`` (units,) is the patch of
    every planned change, -1 where land stays, and ``year`` (patches,) the one in which each is to be done."""

    by: Literal["schedule", "stages"]
    years: tuple[int, ...]
    of: NDArray[np.int32]
    year: NDArray[np.int64]

    def land(self, plan: Plan, year: int) -> Layout:
        """(units,) the land that the plan has by the end of a ``year``."""
        done = np.append(self.year <= year, False)[self.of]
        return np.where(done, plan.layout, plan.instance.today).astype(plan.layout.dtype)


def due_of(plan: Plan) -> Due | None:
    """When the changes of a plan are due; None where nothing says so. Patches are those of the order, by its
    numbers, or of one change at one stage."""
    asked = posed(plan)
    if asked is not None and plan.order is not None:
        years = asked.schedule.years
        return Due("schedule", years, asked.patches.of, np.array(years, dtype=np.int64)[plan.order])
    if plan.staged is None:
        return None
    instance, stage = plan.instance, plan.staged.stage
    of = change_patches(instance.today, plan.layout, instance.grid, len(instance.classes), stage)
    when = np.zeros(int(of.max(initial=-1)) + 1, dtype=np.int64)
    inside = of >= 0
    when[of[inside]] = np.array(plan.staged.years, dtype=np.int64)[stage[inside]]
    return Due("stages", plan.staged.years, of, when)
