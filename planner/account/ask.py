"""The carbon account of a plan, by district: asked of what the study, its inventory and the plan say."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from instances.carbon.accounting import CarbonAccount, Land, carbon_account
from instances.instance import Instance
from instances.units.grid import FloatArray
from instances.units.sums import sum_by
from planner.plans.plan import Plan

ELSEWHERE = "elsewhere"
"""Land that lies in no district of the division."""


@lru_cache(maxsize=4)
def account_of(plan: Plan) -> CarbonAccount | None:
    """The account of a plan; None where its study names no inventory."""
    instance = plan.instance
    if instance.inventory is None:
        return None
    carbon = instance.study.carbon
    ends = carbon.demolished == "ends"
    land = Land(instance.classes, instance.stocks, instance.emissions.parts, carbon.years, ends)
    names, moved = moved_by_district(instance, plan.layout.astype(np.int64))
    return carbon_account(land, instance.inventory, names, moved)


def moved_by_district(instance: Instance, layout: np.ndarray) -> tuple[tuple[str, ...], FloatArray]:
    """The districts of the account, and (districts, classes today, classes planned) hectares; land in none of
    them is a district of its own. Without a division the whole area is one district, named nothing."""
    division = None if instance.inventory is None else instance.districts.get(instance.inventory.by or "")
    names: tuple[str, ...] = ("",)
    member = np.zeros(len(layout), dtype=np.int64)
    if division is not None:
        names, member = division.names, division.member.astype(np.int64)
        if (member < 0).any():
            names = (*names, ELSEWHERE)
            member = np.where(member < 0, len(names) - 1, member)
    size = len(instance.classes)
    code = (member * size + instance.today) * size + layout
    moved = sum_by(code, instance.grid.area_ha, len(names) * size * size)
    return names, moved.reshape(len(names), size, size)
