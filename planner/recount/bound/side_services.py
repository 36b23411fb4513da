"""What prices prove of services: the rows of people, sites, shares and distances, written down again."""

from __future__ import annotations

import numpy as np

from instances.materials.services import Services
from instances.units.grid import FloatArray
from planner.recount.bound.side_claims import Priced, claims_floor, standable
from planner.recount.bound.side_floor import Floor, Told, prices

WAYS_A_YEAR = 730.0


def services_floor(
    services: Services, low: FloatArray, high: FloatArray, nu: FloatArray, told: Told, claims: Priced = ()
) -> Floor:
    """A floor under C + nu e where units have ``low`` to ``high`` (units,) people, with what new sites ask of
    the layout at the prices of that."""
    floor, units = Floor(), len(services.units)
    kinds, sites = services.holds.shape
    always = np.maximum(low, 0.0)
    part = np.stack([always, np.maximum(high - always, 0.0)], axis=1)  # (units, who)
    told_of = np.stack([(part[:, 0] > 0) | (part[:, 1] == 0), part[:, 1] > 0], axis=1)
    served = np.zeros((units, kinds, 2))
    served[np.broadcast_to(told_of[:, None, :], served.shape)] = prices(
        told, "served", int(told_of.sum()) * kinds
    )
    mean = prices(told, "mean", units * kinds, -1).reshape(units, kinds)
    limit = np.array([np.nan if one.mean_m is None else one.mean_m / 1000.0 for one in services.services])
    mean = np.where(np.isnan(limit), 0.0, mean)
    number, cover = prices(told, "number", kinds), prices(told, "cover", kinds, 1)
    places = int(services.holds.sum())
    room, need = np.zeros((kinds, sites)), np.zeros((kinds, sites))
    room[services.holds] = prices(told, "capacity", places, -1)
    need[services.holds] = prices(told, "needed", places, 1)
    load = np.array([one.load for one in services.services])
    need[services.stands | (load == 0)[:, None]] = 0.0

    rate = _rates(services)
    open_worth = _sites(services, floor, (room, need, number), told)
    _rest(services, floor, served, mean, part, rate)
    # the ways, whose strong rows take what is left below nothing
    for s, service in enumerate(services.services):
        reach = services.reached & services.holds[s][None, :]
        near = services.km <= service.radius_m / 1000.0
        share = cover[s] if service.cover > 0 else 0.0
        own = rate[s] * services.km - services.km * mean[:, s, None] - room[s] - need[s] - share * near
        for b in (0, 1):
            reduced = np.where(reach & (part[:, b] > 0)[:, None], own - served[:, s, b, None], 0.0)
            most = np.minimum(part[:, b], service.capacity)[:, None]
            open_worth[s] += (np.minimum(reduced, 0.0) * most).sum(axis=0)
        if service.most is not None or service.least:
            bound = (
                float(service.least) if number[s] > 0 else np.inf if service.most is None else service.most
            )
            floor.rows(number[s : s + 1], bound if np.isfinite(bound) else 0.0)
    held, shape = services.holds, services.holds.shape
    open_worth += claims_floor(floor, claims, told, kinds * sites).reshape(shape)
    able = standable(claims, kinds * sites).reshape(shape)
    floor.columns(open_worth[held], services.stands[held].astype(float), able[held])
    shared = sum(cover[s] * one.cover for s, one in enumerate(services.services) if one.cover > 0)
    of_e = np.where((part[:, 1] > 0)[:, None], served[:, :, 1], served[:, :, 0]).sum(axis=1)
    floor.columns(nu + of_e + (mean * np.nan_to_num(limit)).sum(axis=1) + shared, low, high)
    return floor


def _rates(services: Services) -> FloatArray:
    """(services,) tCO2e/yr of a person and straight km."""
    trips = np.array([one.trips for one in services.services])
    rate: FloatArray = services.figure("travel") * services.figure("detour") * WAYS_A_YEAR * trips
    return rate


def _sites(
    services: Services, floor: Floor, rows: tuple[FloatArray, FloatArray, FloatArray], told: Told
) -> FloatArray:
    """(services, sites) what one more site costs, but for its ways; rows of spacing go into the floor."""
    room, need, number = rows
    column = {
        key: np.array([getattr(one, key) for one in services.services])
        for key in ("tco2e", "capacity", "load")
    }
    asked = np.array([one.least > 0 or one.most is not None for one in services.services])
    ends = np.array([1.0 if one.most is None else -np.inf for one in services.services])
    number[:] = np.where(asked, np.maximum(number, np.where(ends > 0, 0.0, -np.inf)), 0.0)
    worth = np.where(services.stands, 0.0, column["tco2e"][:, None])
    worth = worth + column["capacity"][:, None] * room + column["load"][:, None] * need - number[:, None]
    close = []
    for s, service in enumerate(services.services):
        near = np.triu(services.apart_km * 1000.0 < service.apart_m, 1)
        near &= services.holds[s][:, None] & services.holds[s][None, :]
        near &= ~(services.stands[s][:, None] & services.stands[s][None, :])
        close += [(s, i, j) for i, j in np.argwhere(near).tolist()]
    apart = prices(told, "apart", len(close), -1)
    floor.rows(apart, 1.0)
    for (s, i, j), price in zip(close, apart.tolist(), strict=True):
        worth[s, i] -= price
        worth[s, j] -= price
    return worth


def _rest(
    services: Services,
    floor: Floor,
    served: FloatArray,
    mean: FloatArray,
    part: FloatArray,
    rate: FloatArray,
) -> None:
    """Those who live there in any layout, and those whom no site serves."""
    further = part[:, 1] > 0
    always = np.broadcast_to(part[:, 0, None], served.shape[:2])
    floor.rows(np.where(further[:, None], served[:, :, 0], 0.0), always)
    floor.rows(np.where(further[:, None], served[:, :, 1], 0.0), -always)
    far = services.figure("elsewhere") / services.figure("detour")
    for b in (0, 1):
        reduced = (rate - mean) * far - served[:, :, b]
        floor.columns(reduced, 0.0, np.broadcast_to(part[:, b, None], reduced.shape))
