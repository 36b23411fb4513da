"""The order of the changes in a plan: its patches, what is asked of their order, and what it amounts to.

Loads no solver.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from weakref import WeakKeyDictionary

import numpy as np

from formulations.indicators.catalogue import indicators
from formulations.linked.schedule_plan import (
    Ordering,
    Patches,
    Years,
    cropland_change,
    new_homes,
    ordering_of,
    patches_of,
    reasons,
)
from formulations.staged.ledger import Changes, LifeCycle, life_cycle
from instances.carbon.ages import AT_ONCE, rates_by_age
from instances.carbon.conversion import EmissionRates
from instances.instance import Instance
from instances.materials.schedule import Schedule
from instances.study.findings import Finding, Severity
from instances.units.grid import FloatArray
from instances.units.sums import sum_by
from planner.plans.plan import Plan
from planner.plans.record import ScheduleRecord
from words.said import say


@dataclass(frozen=True, eq=False)
class Posed:
    """The patches of change of a plan, and what is asked of their order."""

    plan: Plan
    schedule: Schedule
    patches: Patches
    ordering: Ordering
    money: FloatArray | None
    """(patches,) what the change of each costs; None where the study names no costs."""
    rates: tuple[EmissionRates, ...]

    @cached_property
    def homes(self) -> FloatArray:
        """(patches,) ha of new land for homes."""
        return new_homes(self.schedule, self.patches)

    @cached_property
    def cropland(self) -> FloatArray:
        """(patches,) ha by which cropland grows."""
        return cropland_change(self.schedule, self.patches)

    def in_years(self, amount: FloatArray, year: Years) -> FloatArray:
        """(years,) an amount (patches,) by the year of each patch."""
        return sum_by(year, amount, len(self.schedule.years))

    def reasons(self, year: Years) -> np.ndarray:
        """(patches,) what decides the year of each."""
        return reasons(self.ordering, year)

    def ledger(self, year: Years) -> LifeCycle:
        """What the whole area emits in each year."""
        instance, years = self.plan.instance, self.schedule.years
        stage = self.patches.begins(year, len(years))
        changes = Changes(years[0], years[-1] + 1, tuple((each,) for each in years), self.plan.layout, stage)
        whole, alike = (np.zeros(len(instance), dtype=np.int32), 1), np.ones((3, len(years)))
        return life_cycle(instance, changes, [whole], self.rates[0], self.rates[1:], alike)


_KNOWN: WeakKeyDictionary[Instance, Posed] = WeakKeyDictionary()


def posed(plan: Plan) -> Posed | None:
    """What is asked of the order of a plan's changes; None where its study asks for none. Worked out once for
    as long as the plan is held."""
    if plan.instance.schedule is None:
        return None
    known = _KNOWN.get(plan.instance)
    if known is None or known.plan.layout is not plan.layout:
        known = _KNOWN[plan.instance] = _posed(plan, plan.instance.schedule)
    return known


def _posed(plan: Plan, schedule: Schedule) -> Posed:
    instance, stages = plan.instance, plan.instance.study.stages
    stage = None if plan.staged is None else plan.staged.stage
    patches = patches_of(instance, schedule, plan.layout, stage)
    folder = Path() if plan.source is None else plan.source.folder
    ages = (AT_ONCE, *(float(age) for age in range(1, len(schedule.years) + 1)))
    rates = rates_by_age(instance.study, folder, instance.classes, instance.today_ha, ages)
    money = None
    if schedule.table.cost is not None:
        terms = indicators(instance)[schedule.table.cost].cells
        money = sum(
            (term.of(plan.layout) - term.of(instance.today) for term in terms), np.zeros(len(instance))
        )
    ordering = ordering_of(
        instance, schedule, patches, rates[1:], () if stages is None else stages.years, money
    )
    cost = None if money is None else sum_by(patches.of, money, len(patches))
    return Posed(plan, schedule, patches, ordering, cost, rates)


def order_findings(record: ScheduleRecord | None) -> tuple[Finding, ...]:
    """A warning where the gap that was asked for was not reached in time."""
    if record is None or record.gap <= record.asked * (1 + 1e-9):
        return ()
    told = say("schedule.gap", gap=f"{100 * record.gap:.2g}", asked=f"{100 * record.asked:.2g}")
    return (Finding(f"models.{record.name}.gap", told, say("schedule.more_time"), Severity.WARNING),)


def cost_unit(plan: Plan) -> str:
    """The unit of what changes cost; empty where the study names no costs."""
    schedule = plan.instance.schedule
    name = None if schedule is None else schedule.table.cost
    return "" if name is None else plan.certificate.indicators[name].unit


def bounds_of(asked: Posed, kind: str) -> Sequence[float] | None:
    """(years,) the bounds of the rows of a kind that hold for the whole area; None where there are none."""
    return next((rows.bound[0].tolist() for rows in asked.ordering.rows if rows.name == kind), None)
