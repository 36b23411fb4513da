"""Fuels of an inventory, in all or by sector, and the energy emissions that follow for each class of built
land.

    coal               all coal of the area; or, where sectors are given beside it, all of it
    coal.homes, ...    what homes in towns, villages, public buildings and trade, industry, transport burn

Each sector's emissions are spread over its own class of land, what no sector or no land can be found for
over all built land. Factors are those of the account's lines; amounts are taken as exact, as the area's own
total is.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from instances.carbon.account_lines import account_lines
from instances.carbon.inventory import Inventory, whole_of
from instances.land.classes import Classes, lineage
from instances.study.findings import Findings
from instances.study.schema import Study
from instances.units.grid import FloatArray
from words.said import say

FUELS = ("coal", "oil", "natural_gas")
SECTORS: Mapping[str, str] = {
    "homes": "urban_residential",
    "villages": "rural_residential",
    "public": "public_commercial",
    "industry": "industrial_production",
    "transport": "transport_infra",
}
"""The class of the project on whose land each sector burns its fuels."""
CO2_PER_C = 44.0 / 12.0
ROUNDING = 1e-9


def sectors_of(fuel: str, inventory: Inventory) -> tuple[str, ...]:
    """The items of a fuel by sector that an inventory has amounts of."""
    names = [f"{fuel}.{sector}" for sector in SECTORS]
    return tuple(name for name in names if whole_of(inventory, name) is not None)


def parted(inventory: Inventory, path: str, findings: Findings) -> Inventory:
    """The inventory with each fuel less what is given by sector: ``coal`` is then the coal of no sector. An
    error where sectors burn more than the whole."""
    amounts = dict(inventory.amounts)
    for fuel in FUELS:
        if not sectors_of(fuel, inventory):
            continue
        by_sector = sum(whole_of(inventory, name) or 0.0 for name in sectors_of(fuel, inventory))
        whole = whole_of(inventory, fuel)
        left = 0.0 if whole is None else whole - by_sector
        if left < -ROUNDING * by_sector:
            fault = say("inventory.sectors", fuel=fuel, parts=by_sector, whole=whole or 0.0)
            findings.error(path, fault, say("inventory.correct"))
        amounts = {key: amount for key, amount in amounts.items() if key[0] != fuel}
        amounts[fuel, None] = max(0.0, left)
    return Inventory(amounts, inventory.by)


def with_energy(
    study: Study, classes: Classes, inventory: Inventory | None, today_ha: FloatArray, findings: Findings
) -> Study:
    """The study with the energy emissions of its built land as the fuels of its inventory have them, in all
    or, where sectors are given, by class; as it is where no fuels are given. An error where the study states
    them too: the same energy is told once."""
    if inventory is None:
        return study
    given = [name for name in FUELS if whole_of(inventory, name) is not None]
    if not given:
        return study
    missing = [name for name in FUELS if name not in given]
    if missing:
        findings.warn(
            "carbon.inventory",
            say("inventory.fuels", given=given, missing=missing),
            say("inventory.all_fuels"),
        )
        return study
    carbon = study.carbon
    if carbon.has_energy:
        key = "energy_tco2e" if carbon.energy_tco2e else "built_total_tco2e"
        total = carbon.built_total_tco2e or sum(carbon.energy_tco2e.values())
        burnt = sum(emissions(inventory).values())
        fault = say("inventory.energy", fuels=burnt, total=total)
        findings.error(f"carbon.{key}", fault, say("inventory.one_energy"))
        return study
    stated = _by_class(classes, emissions(inventory), today_ha)
    sectors = any(sectors_of(name, inventory) for name in FUELS)
    total = sum(stated.values())
    if total <= 0:
        return study
    update = {"energy_tco2e": stated} if sectors else {"built_total_tco2e": total}
    findings.note("carbon.inventory", say("inventory.burnt", total=total))
    return study.model_copy(update={"carbon": carbon.model_copy(update=update)})


def emissions(inventory: Inventory) -> dict[str, float]:
    """tCO2e/yr of the fuels of each sector; under no name those of none."""
    factors = {line.driver: line.factor for line in account_lines() if line.entry == "combustion"}
    found = dict.fromkeys(("", *SECTORS), 0.0)
    for fuel in FUELS:
        factor = factors[f"item:{fuel}"] * CO2_PER_C
        found[""] += factor * (whole_of(inventory, fuel) or 0.0)
        for sector in SECTORS:
            found[sector] += factor * (whole_of(inventory, f"{fuel}.{sector}") or 0.0)
    return found


def burnt_of(inventory: Inventory) -> dict[str, float]:
    """tCO2e/yr of each fuel of an inventory, that of all sectors together."""
    factors = {line.driver: line.factor for line in account_lines() if line.entry == "combustion"}
    named = {fuel: (fuel, *(f"{fuel}.{sector}" for sector in SECTORS)) for fuel in FUELS}
    return {
        fuel: factors[f"item:{fuel}"] * CO2_PER_C * sum(whole_of(inventory, name) or 0.0 for name in names)
        for fuel, names in named.items()
    }


def _by_class(classes: Classes, burnt: Mapping[str, float], today_ha: FloatArray) -> dict[str, float]:
    """tCO2e/yr on today's land of each built class that there is."""
    stands = classes.built & (today_ha > 0)
    spread, left = np.zeros(len(classes)), burnt[""]
    for sector, kind in SECTORS.items():
        lands = stands & np.array([kind in lineage(item) for item in classes])
        if lands.any():
            spread += burnt[sector] * lands * today_ha / today_ha[lands].sum()
        else:
            left += burnt[sector]
    if stands.any():
        spread += left * stands * today_ha / today_ha[stands].sum()
    return {classes.names[int(k)]: float(spread[k]) for k in np.flatnonzero(stands)}
