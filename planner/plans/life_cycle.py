"""The ledger of a plan's life cycle, asked of its study, its stages and its layout."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from formulations.staged.ledger import Changes, LifeCycle, life_cycle
from instances.carbon.ages import AT_ONCE, rates_by_age
from planner.plans.plan import Plan

WHOLE = ("", "")
"""The division and the district of the whole area."""


def ledger_of(plan: Plan) -> tuple[tuple[tuple[str, str], ...], LifeCycle]:
    """The places of a plan with stages (division and district, the whole area first) and its ledger;
    ``ValueError`` of a plan without."""
    instance, staged = plan.instance, plan.staged
    if staged is None:
        raise ValueError("a plan without stages has no years")
    stages = staged.staged.stages
    until = stages.years[-1] + round(stages.lasts[-1])
    changes = Changes(stages.years, until, plan.layout, staged.stage)
    folder = Path() if plan.source is None else plan.source.folder
    rates = rates_by_age(
        instance.study, folder, instance.classes, instance.today_ha, (AT_ONCE, *changes.ages)
    )
    names, divisions = [WHOLE], [(np.zeros(len(instance), dtype=np.int32), 1)]
    for division, districts in instance.districts.items():
        names += [(division, district) for district in districts.names]
        divisions.append((districts.member, len(districts)))
    return tuple(names), life_cycle(instance, changes, divisions, rates[0], rates[1:])
