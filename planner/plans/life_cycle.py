"""The ledger of a plan's life cycle, asked of its study, its stages or its years, and its layout."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from formulations.staged.growth import Growth, growth
from formulations.staged.ledger import Changes, LifeCycle, life_cycle
from instances.carbon.ages import AT_ONCE, rates_by_age
from instances.carbon.conversion import EmissionRates
from instances.study.schema import Study
from planner.plans.plan import Plan
from planner.plans.scheduled import posed

WHOLE = ("", "")
"""The division and the district of the whole area."""


def has_years(study: Study) -> bool:
    """Whether a study says in which years its land changes."""
    stated = study.life_cycle is not None and study.life_cycle.base_year is not None
    return study.stages is not None or stated


def ledger_of(plan: Plan) -> tuple[tuple[tuple[str, str], ...], LifeCycle]:
    """The places of a plan (division and district, the whole area first) and its ledger; ``ValueError`` of a
    plan without years."""
    instance, changes = plan.instance, changes_of(plan)
    rates = _rates(plan, (AT_ONCE, *changes.ages))
    relative = np.ones((3, len(changes.years)))
    if instance.energy is not None:
        relative = instance.energy.relative(changes.years)
    names, divisions = [WHOLE], [(np.zeros(len(instance), dtype=np.int32), 1)]
    for division, districts in instance.districts.items():
        names += [(division, district) for district in districts.names]
        divisions.append((districts.member, len(districts)))
    return tuple(names), life_cycle(instance, changes, divisions, rates[0], rates[1:], relative)


def growth_of(plan: Plan, ages: tuple[float, ...]) -> tuple[Growth, ...]:
    """What a hectare newly of each class of the plan has gained by each age, where it gains anything."""
    rates = _rates(plan, (AT_ONCE, *ages))
    return growth(plan.instance, plan.layout, ages, rates[0], rates[1:])


def changes_of(plan: Plan) -> Changes:
    """When what changes: at the stages; in the years of their order, where the study asks for one; else in
    equal parts in each year after the base year until the target year."""
    study, staged = plan.instance.study, plan.staged
    if staged is not None:
        stages = staged.staged.stages
        until = stages.years[-1] + round(stages.lasts[-1])
        by_stage = tuple((year,) for year in stages.years)
        return Changes(stages.years[0], until, by_stage, plan.layout, staged.stage)
    years = study.life_cycle
    if years is None or years.base_year is None or years.target_year is None:
        raise ValueError("a plan without stages and without a target year has no years")
    asked = posed(plan)
    if asked is not None and plan.order is not None:
        ordered = asked.schedule.years
        by_year = tuple((year,) for year in ordered)
        stage = asked.patches.begins(plan.order, len(ordered))
        return Changes(years.base_year, years.until, by_year, plan.layout, stage)
    stays = (plan.layout == plan.instance.today).astype(np.uint8)
    begins = (tuple(range(years.base_year + 1, years.target_year + 1)),)
    return Changes(years.base_year, years.until, begins, plan.layout, stays)


def _rates(plan: Plan, ages: tuple[float, ...]) -> tuple[EmissionRates, ...]:
    """The emission rates of horizons of so many years."""
    instance = plan.instance
    folder = Path() if plan.source is None else plan.source.folder
    return rates_by_age(instance.study, folder, instance.classes, instance.today_ha, ages)
