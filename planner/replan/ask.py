"""A plan replanned: what is there of it now, the study of the rest written and solved near it, and what that
costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from formulations.core.solution import Watch
from formulations.following.remaining import Remaining, remaining, remaining_network
from formulations.indicators.catalogue import indicators
from formulations.network.functional_mesh import NAME
from instances.instance import Instance
from instances.study.findings import Finding, StudyError
from instances.units.grid import Layout
from planner.monitor.ask import Monitored
from planner.plans.aside import aside
from planner.plans.optimise import Overrides, load, optimise
from planner.plans.plan import Plan
from planner.replan.study import limit_tables, study_tree, write_land, write_study
from words.said import say

LOCKS = ("built", "done")
"""What may be locked: built land as it is seen, and planned changes that are done."""


@dataclass(frozen=True, eq=False)
class Replanned:
    """A plan, what is seen of it, the plan for the rest, and what is left of every limit.

    ``before`` (units,) is the new plan's layout in the classes of the old plan's study.
    """

    monitored: Monitored
    plan: Plan
    left: tuple[Remaining, ...]
    before: Layout
    locked_ha: float

    @property
    def old(self) -> Plan:
        """The plan that was to be carried out."""
        return self.monitored.plan

    @property
    def keeps(self) -> bool:
        """Whether the new plan's layout keeps to the limits and red lines of the old study."""
        return self.old.problem.holds(self.before)

    @property
    def objective(self) -> float:
        """The objective of the new plan's layout as the old study counts it, from the land of then."""
        return self.old.problem.value(self.before)

    @property
    def costs(self) -> float:
        """By how much the layout that can still be reached is worse than the old plan, tCO2e/yr."""
        return self.objective - self.old.problem.value(self.old.layout)

    @property
    def from_best(self) -> float | None:
        """By how much any layout of the old study can be better at most, by its certified bound, tCO2e/yr.
        None without a bound, or where the new layout breaks what the old study asks."""
        bound = self.old.certificate.bound
        return None if bound is None or not self.keeps else self.objective - bound

    @property
    def undone(self) -> float:
        """By how much the land of now is worse than the old plan, tCO2e/yr: what every further year costs in
        which nothing is done."""
        value = self.old.problem.value
        return value(self.monitored.sightings.settled) - value(self.old.layout)


def replanned(
    found: Monitored, lock: Sequence[str], folder: Path, settings: Overrides, watch: Watch
) -> Replanned:
    """Write the study of the rest into a folder, and solve it near the old plan."""
    old, land = found.plan, found.sightings.settled
    if old.staged is not None:
        raise StudyError([Finding("stages", say("replan.no_stages"), say("replan.of_stages"))])
    locked = _locked(found, lock)
    write_land(old, land, locked, folder)
    tree = study_tree(old, land, locked, found.times.year, folder)
    fresh = load(write_study({**tree, "limits": []}, folder)).instance
    here = _across(old.instance, fresh)[land]
    left = (
        *remaining(old.problem, indicators(fresh), land, here),
        *remaining_network(old.problem, NAME),
    )
    loaded = load(write_study({**tree, "limits": limit_tables(left)}, folder))
    near = _across(old.instance, loaded.instance)[old.layout]
    plan = aside(lambda: optimise(loaded, **settings, near=near, watch=watch))
    before = _across(loaded.instance, old.instance)[plan.layout]
    area = old.instance.grid.area_ha
    return Replanned(found, plan, left, before, float(area[locked].sum()))


def _locked(found: Monitored, lock: Sequence[str]) -> NDArray[np.bool_]:
    """(units,) True where land must stay what it is now."""
    plan, land = found.plan, found.sightings.settled
    locked = np.zeros(len(land), dtype=bool)
    if "built" in lock:
        locked |= plan.instance.classes.built[land]
    if "done" in lock:
        locked |= (plan.layout != plan.instance.today) & (land == plan.layout)
    return locked


def _across(one: Instance, other: Instance) -> Layout:
    """(classes of one,) the position of each among the classes of the other."""
    return np.array([other.classes.index(name) for name in one.classes.names], dtype=np.uint8)
