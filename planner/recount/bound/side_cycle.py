"""What prices prove of a cycle of waste: its balances, plants, fields and money, written down again."""

from __future__ import annotations

import numpy as np

from instances.materials.cycle import Cycle
from instances.units.grid import FloatArray
from planner.recount.bound.side_claims import Priced, claims_floor, standable
from planner.recount.bound.side_floor import Floor, Told, prices

STREAMS = ("straw", "manure", "kitchen", "sludge", "green")
TECHNIQUES = ("compost", "biogas")


def cycle_floor(
    cycle: Cycle, low: FloatArray, high: FloatArray, nu: FloatArray, told: Told, claims: Priced = ()
) -> Floor:
    """A floor under C + nu e where villages have ``low`` to ``high`` (villages,) ha of land, with what sites
    ask of the layout at the prices of that."""
    floor, figure = Floor(), cycle.figure
    villages, sites, streams, kinds = len(cycle.villages), len(cycle.sites), len(STREAMS), len(cycle.plants)
    most = cycle.supply.copy()
    most[:, 0] += figure("straw") * high
    own = figure("own", "", "manure") * figure("nitrogen", "", "manure")
    arises = prices(told, "arises", villages * streams).reshape(villages, streams)
    floor.rows(arises, cycle.supply)
    capacity = prices(told, "capacity", sites * len(TECHNIQUES), -1).reshape(sites, len(TECHNIQUES))
    one, nitrogen = prices(told, "one_plant", sites, -1), prices(told, "nitrogen", sites)
    floor.rows(one, 1.0)
    fields, excess = prices(told, "fields", villages, -1), prices(told, "own_excess", villages, -1)
    budget = prices(told, "budget", 1, -1)[0] if cycle.table.money is not None else 0.0
    floor.rows(np.array([budget]), cycle.table.money or 0.0)

    near = cycle.km <= cycle.table.reach_km
    nitrogen = np.where(near.any(axis=0), nitrogen, 0.0)
    technique = [TECHNIQUES.index(plant.technique) for plant in cycle.plants]
    plant = np.zeros((sites, kinds))
    for k, made in enumerate(cycle.plants):
        plant[:, k] = (
            made.fixed_tco2e + made.capacity_t * capacity[:, technique[k]] - one - made.cost * budget
        )
    for t, name in enumerate(TECHNIQUES):
        for s, stream in enumerate(STREAMS):
            leakage = figure("leakage", name, stream)
            if np.isnan(leakage):
                continue
            gained = cycle.factors.get(("energy", name, stream))
            rate = leakage - (0.0 if gained is None else gained.value) - figure("avoided", "", stream)
            cost = figure("handling", name) + figure("freight") * cycle.km
            kept = figure("retained", name) * figure("nitrogen", "", stream)
            reduced = (
                rate + figure("haulage") * cycle.km - arises[:, s, None] - capacity[:, t] - cost * budget
            )
            reduced = np.where(near & (most[:, s] > 0)[:, None], reduced - kept * nitrogen, 0.0)
            for k in range(kinds):
                if technique[k] == t:
                    room = np.minimum(most[:, s], cycle.plants[k].capacity_t)[:, None]
                    plant[:, k] += (np.minimum(reduced, 0.0) * room).sum(axis=0)
    plant += claims_floor(floor, claims, told, sites)[:, None]
    floor.columns(plant, 0.0, standable(claims, sites)[:, None])
    carried = figure("carried") * cycle.km
    back = figure("haulage") * carried - figure("mineral") * figure("replaced") + nitrogen
    back = np.where(near, back - fields[:, None] - figure("freight") * carried * budget, 0.0)
    floor.columns(back, 0.0, np.broadcast_to((cycle.table.nitrogen_kg_ha * high)[:, None], back.shape))
    left = -arises
    left[:, 1] += own * (excess - fields)
    floor.columns(left, 0.0, most)
    floor.columns(figure("excess") + fields - excess, 0.0, own * most[:, 1])
    floor.columns(nu + figure("straw") * arises[:, 0] + cycle.table.nitrogen_kg_ha * fields, low, high)
    return floor
