"""Energy as it is reported for the year that is seen: fuels, in all or by sector, or what all of it emits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from instances.carbon.fuels import FUELS, SECTORS, burnt_of, parted
from instances.carbon.inventory import Inventory, items, read_inventory, whole_of
from instances.instance import Instance
from instances.study.findings import Findings
from words.said import say

PLACE = "--energy"


@dataclass(frozen=True, eq=False)
class Reported:
    """What was reported: the amounts of an inventory (None: emissions alone were), tCO2e/yr that each fuel
    emits, and all of them together (None where a fuel is missing)."""

    inventory: Inventory | None
    burnt: dict[str, float]
    total: float | None

    def amounts(self) -> dict[str, float]:
        """Every item that was reported, with its amount over the whole area."""
        return {} if self.inventory is None else amounts_of(self.inventory)


def reported_of(given: str, instance: Instance, findings: Findings) -> Reported | None:
    """What ``--energy`` says: a file in the form of the study's carbon inventory, or tCO2e of a year as a
    number; None, with errors, where it says neither."""
    try:
        total = float(given)
    except ValueError:
        return _from_file(given, instance, findings)
    if not (math.isfinite(total) and total >= 0):
        findings.error(PLACE, say("monitor.no_energy", value=given), say("monitor.give_energy"))
        return None
    return Reported(None, {}, total)


def _from_file(path: str, instance: Instance, findings: Findings) -> Reported | None:
    by = None if instance.inventory is None else instance.inventory.by
    names = instance.districts[by].names if by is not None and by in instance.districts else ()
    before = len(findings.errors)
    told = parted(read_inventory(path, Path(), by, names, findings, PLACE), path, findings)
    if len(findings.errors) == before and not told.amounts:
        findings.error(PLACE, say("monitor.nothing_reported", path=path), say("monitor.give_energy"))
    if len(findings.errors) > before:
        return None
    burnt = emissions_of(told)
    return Reported(told, burnt, sum(burnt.values()) if len(burnt) == len(FUELS) else None)


def emissions_of(inventory: Inventory) -> dict[str, float]:
    """tCO2e/yr of every fuel that an inventory, told apart by sectors (``parted``), has amounts of."""
    given = [fuel for fuel in FUELS if any(whole_of(inventory, name) is not None for name in _named(fuel))]
    burnt = burnt_of(inventory)
    return {fuel: burnt[fuel] for fuel in given}


def amounts_of(inventory: Inventory) -> dict[str, float]:
    """The amount over the whole area of every item that an inventory, told apart by sectors, has one of, in
    the order of its template; of a fuel all that is burnt of it, whatever the sector."""
    found = {}
    for name in items():
        each = [whole_of(inventory, part) for part in (_named(name) if name in FUELS else (name,))]
        known = [amount for amount in each if amount is not None]
        if known:
            found[name] = sum(known)
    return found


def _named(fuel: str) -> tuple[str, ...]:
    """The items of a fuel: that of no sector, then those of sectors."""
    return (fuel, *(f"{fuel}.{sector}" for sector in SECTORS))
