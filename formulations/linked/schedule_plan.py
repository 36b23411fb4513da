"""The order of the changes of a plan: which patch changes in which year, what that comes to, and why.

    p patches   y years   c[p, y] tCO2e until the end of the last year, beside land that keeps its class

Every row is a sum over patches: upper ones of what is done in a year (money, hectares), lower ones of all
that is done by the end of it (homes, cropland). Plain sums over arrays; loads no solver.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from instances.carbon.conversion import EmissionRates
from instances.instance import Instance
from instances.materials.schedule import Schedule
from instances.units.components import components
from instances.units.grid import FloatArray, Layout
from instances.units.sums import sum_by

Years = NDArray[np.int64]
"""(patches,) the year in which each changes, counted from 0."""
KEPT = 1e-6
"""Share of a bound by which a row may be missed: what a solver's tolerance leaves."""
EQUAL = 1e-9
"""Share of its largest figure by which two years of a patch count as equal."""
TOGETHER = 200
"""Patches that are moved in one pass at the most."""
EARLY, LATE, BEST, STAGE, EQUALLY, FREE = "early", "late", "best", "stage", "equal", "free"
"""Why a patch has its year where no row decides: the first, the last or another one is the best; its stage
bars the best; all are equal; or a better one is free within the gap."""


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows of one kind: ``amount`` (patches,) of each, ``place`` (patches,) which of the places it counts in,
    -1 for none, ``bound`` (places, years), infinite where there is none. Upper bounds of what is done in a
    year, or with ``at_least`` lower ones of what is done by its end."""

    name: str
    amount: FloatArray
    place: NDArray[np.int64]
    bound: FloatArray
    at_least: bool = False

    def values(self, year: Years) -> FloatArray:
        """(places, years) what an order comes to."""
        places, years = self.bound.shape
        cell = np.where(self.place < 0, -1, self.place * years + year)
        found = sum_by(cell, self.amount, places * years).reshape(places, years)
        return np.cumsum(found, axis=1) if self.at_least else found

    def slack(self, year: Years) -> FloatArray:
        """(places, years) by how much each row is kept; below 0 where it is missed."""
        values = self.values(year)
        return values - self.bound if self.at_least else self.bound - values

    @cached_property
    def size(self) -> FloatArray:
        """(places, years) what a miss is measured by: the bound, or the largest amount."""
        most = float(np.abs(self.amount).max(initial=0.0))
        finite = np.where(np.isfinite(self.bound), np.abs(self.bound), 0.0)
        return np.maximum(finite, max(most, 1e-9))

    def charge(self, price: FloatArray) -> FloatArray:
        """(patches, years) what the amounts of a column are worth at prices (places, years), 0 or more."""
        whole = np.cumsum(price[:, ::-1], axis=1)[:, ::-1] if self.at_least else -price
        padded = np.vstack([whole, np.zeros((1, price.shape[1]))])
        return self.amount[:, None] * padded[self.place]


@dataclass(frozen=True, eq=False)
class Ordering:
    """What is to be ordered: ``tco2e`` (patches, years), ``allowed`` (patches, years), ``area_ha``
    (patches,), ``key`` (patches,) alike for those that may be taken together, and the rows."""

    tco2e: FloatArray
    allowed: NDArray[np.bool_]
    area_ha: FloatArray
    key: NDArray[np.int64]
    rows: tuple[Rows, ...]

    def __len__(self) -> int:
        return len(self.area_ha)

    @cached_property
    def open(self) -> FloatArray:
        """(patches, years) tCO2e, infinite where a patch may not have the year."""
        return np.where(self.allowed, self.tco2e, np.inf)

    @property
    def scale(self) -> float:
        """What is decided, in tCO2e: from the best order of patches on their own to the worst."""
        between = self.worst - self.open.min(axis=1)
        return float(between[between > self.rounding].sum())

    @cached_property
    def worst(self) -> FloatArray:
        """(patches,) tCO2e of the worst year of each."""
        found: FloatArray = np.where(self.allowed, self.tco2e, -np.inf).max(axis=1)
        return found

    @cached_property
    def rounding(self) -> FloatArray:
        """(patches,) tCO2e by which two years of a patch may differ and count as equal."""
        found: FloatArray = EQUAL * np.maximum(1.0, np.abs(self.tco2e).max(axis=1, initial=0.0))
        return found

    def objective(self, year: Years) -> float:
        """TCO2e of an order."""
        return float(self.tco2e[np.arange(len(self)), year].sum())

    def holds(self, year: Years) -> bool:
        """Whether an order keeps every row and every stage."""
        kept = all((rows.slack(year) >= -KEPT * rows.size).all() for rows in self.rows)
        return kept and bool(self.allowed[np.arange(len(self)), year].all())

    def reduced(self, prices: Mapping[str, FloatArray]) -> FloatArray:
        """(patches, years) what a column costs at prices (places, years) of the rows by their names."""
        cost = self.open.copy()
        for rows in self.rows:
            cost -= rows.charge(prices[rows.name])
        return cost

    def proves(self, prices: Mapping[str, FloatArray]) -> float:
        """A bound of every order from any prices of 0 or more: every patch in its cheapest year."""
        bound = float(self.reduced(prices).min(axis=1).sum())
        for rows in self.rows:
            price = prices[rows.name]
            priced = price > 0
            sign = 1.0 if rows.at_least else -1.0
            bound += sign * float((price[priced] * rows.bound[priced]).sum())
        return bound


@dataclass(frozen=True, eq=False)
class Patches:
    """The patches of change of a plan: ``of`` (units,) the patch of each unit, -1 where it stays; by patch
    (patches,) its first unit, the classes, the number of its stage, its district (-1: none) and its area."""

    of: NDArray[np.int32]
    first: NDArray[np.int64]
    today: NDArray[np.int64]
    planned: NDArray[np.int64]
    stage: NDArray[np.int64]
    district: NDArray[np.int64]
    area_ha: FloatArray

    def __len__(self) -> int:
        return len(self.first)

    def begins(self, year: Years, years: int) -> Layout:
        """(units,) the year of every unit, counted from 0, and ``years`` where it stays."""
        return np.append(year, years)[self.of].astype(np.uint8)


@dataclass(frozen=True, eq=False)
class Ordered:
    """An order that was found: the ``year`` of every patch, tCO2e, a bound of every order, and the prices of
    the rows (places, years) that prove ``proven``."""

    year: Years
    objective: float
    bound: float
    proven: float
    scale: float
    prices: Mapping[str, FloatArray]

    @property
    def gap(self) -> float:
        """The distance to the bound, of what is decided."""
        return max(0.0, self.objective - self.bound) / self.scale if self.scale > 0 else 0.0


def patches_of(instance: Instance, schedule: Schedule, planned: Layout, stage: Layout | None) -> Patches:
    """Units with one change, one stage and one district that hang together over shared edges, in the order of
    their first units."""
    today, count = instance.today, len(instance.classes)
    when = np.zeros(len(today), dtype=np.int64) if stage is None else stage.astype(np.int64)
    none = np.full(len(today), -1, dtype=np.int64)
    member = none if schedule.districts is None else schedule.districts.member.astype(np.int64)
    change = (when * count + today) * count + planned
    value = np.where(planned == today, -1, (member + 1) * (int(change.max(initial=0)) + 1) + change)
    of, first = components(value, instance.grid)
    return Patches(
        of, first, today[first].astype(np.int64), planned[first].astype(np.int64), when[first],
        member[first], sum_by(of, instance.grid.area_ha, len(first)),
    )  # fmt: skip


def ordering_of(
    instance: Instance,
    schedule: Schedule,
    patches: Patches,
    rates: Sequence[EmissionRates],
    stages: Sequence[int],
    money: FloatArray | None,
) -> Ordering:
    """What is to be ordered; ``rates`` (years,) are those of ages 1, 2 and so on, ``stages`` the years of the
    plan's stages, none without them, and ``money`` (units,) what the change of each unit costs."""
    years = np.array(schedule.years)
    begin, end = _window(patches, schedule.years, stages)
    allowed = (np.arange(len(years)) >= begin[:, None]) & (np.arange(len(years)) <= end[:, None])
    key = np.stack([patches.stage, patches.district + 1, patches.today, patches.planned], axis=1)
    _, of_key = np.unique(key, axis=0, return_inverse=True)
    done = np.clip((np.arange(len(years)) - begin[:, None] + 1) / (end - begin + 1)[:, None], 0.0, 1.0)
    rows = [
        _money_rows(schedule, patches, money),
        *_area_rows(schedule, patches),
        _homes(schedule, patches, done),
        _cropland(schedule, patches, done),
    ]
    return Ordering(
        emissions_by_year(instance, patches, rates),
        allowed,
        patches.area_ha,
        of_key.ravel().astype(np.int64),
        tuple(each for each in rows if each is not None),
    )


def emissions_by_year(instance: Instance, patches: Patches, rates: Sequence[EmissionRates]) -> FloatArray:
    """(patches, years) tCO2e until the end of the last year where a patch changes in each, beside land that
    keeps its class: a (rate_a[b, k] - rate_1[b, b]) a hectare, a years being left, and what layers add."""
    today, planned = patches.today, patches.planned
    found = np.empty((len(patches), len(rates)))
    for place in range(len(rates)):
        age = len(rates) - place
        still = rates[0].total[today, today]
        found[:, place] = age * patches.area_ha * (rates[age - 1].total[today, planned] - still)
    left = len(rates) - np.arange(len(rates))
    for rate in instance.emissions.local:
        more = sum_by(patches.of, instance.grid.area_ha * rate.beyond(instance.layers), len(patches))
        counts = rate.counts[today, planned] - rate.counts[today, today]
        found += (more * counts)[:, None] * left
    return found


def _window(
    patches: Patches, years: tuple[int, ...], stages: Sequence[int]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(patches,) the first and the last year of each, counted from 0: a stage is done by its year, and begins
    after that of the stage before."""
    if not stages:
        return np.zeros(len(patches), dtype=np.int64), np.full(len(patches), len(years) - 1)
    ends = np.array(stages) - years[0]
    begins = np.append(0, ends[:-1] + 1)
    return begins[patches.stage], ends[patches.stage]


def _money_rows(schedule: Schedule, patches: Patches, money: FloatArray | None) -> Rows | None:
    """What is spent in a year."""
    if money is None or schedule.budget is None:
        return None
    cost = sum_by(patches.of, money, len(patches))
    return Rows("budget", cost, np.zeros(len(patches), dtype=np.int64), schedule.budget[None])


def _area_rows(schedule: Schedule, patches: Patches) -> list[Rows]:
    """Hectares that can be done in a year: in all, and in every district."""
    found, table, years = [], schedule.table, len(schedule.years)
    whole = np.zeros(len(patches), dtype=np.int64)
    if table.area_per_year is not None:
        found.append(Rows("area", patches.area_ha, whole, np.full((1, years), table.area_per_year)))
    if table.area_per_district is not None and schedule.districts is not None:
        most = np.full((len(schedule.districts), years), table.area_per_district)
        found.append(Rows("district", patches.area_ha, patches.district, most))
    return found


def new_homes(schedule: Schedule, patches: Patches) -> FloatArray:
    """(patches,) ha of new land for homes."""
    new = schedule.homes[patches.planned] & ~schedule.homes[patches.today]
    return np.where(new, patches.area_ha, 0.0)


def cropland_change(schedule: Schedule, patches: Patches) -> FloatArray:
    """(patches,) ha by which cropland grows."""
    sign = schedule.cropland[patches.planned].astype(float) - schedule.cropland[patches.today]
    return sign * patches.area_ha


def _homes(schedule: Schedule, patches: Patches, done: FloatArray) -> Rows | None:
    """Land for homes that stands by the end of a year: its share of the years that it has, or a curve."""
    if schedule.table.homes is None:
        return None
    new = new_homes(schedule, patches)
    bound = new @ done if schedule.homes_least is None else schedule.homes_least
    return Rows("homes", new, np.zeros(len(patches), dtype=np.int64), np.atleast_2d(bound), at_least=True)


def _cropland(schedule: Schedule, patches: Patches, done: FloatArray) -> Rows | None:
    """The balance of cropland by the end of a year: never below none, or below what the plan leaves of it."""
    asked = schedule.table.cropland
    if asked is None:
        return None
    change = cropland_change(schedule, patches)
    years = done.shape[1]
    whole = change @ done if asked == "pro rata" else np.full(years, float(change.sum()))
    bound = np.minimum(0.0, whole)
    return Rows("cropland", change, np.zeros(len(patches), dtype=np.int64), bound[None], at_least=True)


def broken_by(rows: Rows, year: Years, other: Years) -> NDArray[np.bool_]:
    """(patches,) whether moving each patch alone to its ``other`` year (patches,) breaks a row."""
    slack = rows.slack(year) + KEPT * rows.size
    slack = np.vstack([slack, np.full((1, slack.shape[1]), np.inf)])[rows.place]
    if not rows.at_least:
        here = np.take_along_axis(slack, other[:, None], axis=1)[:, 0]
        return (other != year) & (rows.amount > here)
    low, high = np.minimum(year, other)[:, None], np.maximum(year, other)[:, None]
    place = np.arange(slack.shape[1])
    least = np.where((place >= low) & (place < high), slack, np.inf).min(axis=1)
    lost = np.where(other > year, rows.amount, -rows.amount)
    return (other != year) & (lost > least)


def polished(ordering: Ordering, year: Years, most: int) -> Years:
    """An order in which moving one patch makes nothing better, as far as ``most`` passes over all patches
    reach; each pass makes the moves that gain most, one after another as far as they go together."""
    row, year = np.arange(len(ordering)), year.copy()
    for _ in range(most):
        gain = ordering.tco2e[row, year][:, None] - ordering.open
        for place in range(gain.shape[1]):
            other = np.full(len(year), place)
            for rows in ordering.rows:
                gain[broken_by(rows, year, other), place] = -np.inf
        best = gain.argmax(axis=1)
        worth = gain[row, best]
        found = np.flatnonzero(worth > ordering.rounding)
        if not len(found):
            break
        room = [rows.slack(year) + KEPT * rows.size for rows in ordering.rows]
        for patch in found[np.argsort(-worth[found], kind="stable")][:TOGETHER].tolist():
            if _fits(ordering.rows, room, patch, int(year[patch]), int(best[patch])):
                year[patch] = best[patch]
    return year


def _fits(rows: Sequence[Rows], room: list[FloatArray], patch: int, old: int, new: int) -> bool:
    """Whether a patch may move from one year to another within the ``room`` (places, years) of every kind of
    rows; where it may, that room is taken."""
    taken = []
    for each, left in zip(rows, room, strict=True):
        place, amount = int(each.place[patch]), float(each.amount[patch])
        if place < 0:
            continue
        lost = np.zeros(left.shape[1])
        if not each.at_least:
            lost[new], lost[old] = amount, -amount
        else:
            lost[min(old, new) : max(old, new)] = amount if new > old else -amount
        if (lost > np.maximum(left[place], 0.0)).any():
            return False
        taken.append((left, place, lost))
    for left, place, lost in taken:
        left[place] -= lost
    return True


def reasons(ordering: Ordering, year: Years) -> NDArray[np.object_]:
    """(patches,) what decides each one's year: the row that bars its best one (the first that does), or why
    none has to."""
    row, last = np.arange(len(ordering)), ordering.tco2e.shape[1] - 1
    size = ordering.rounding
    own, best = ordering.tco2e[row, year], ordering.open.argmin(axis=1)
    found = np.full(len(ordering), FREE, dtype=object)
    for rows in reversed(ordering.rows):
        found[broken_by(rows, year, best)] = rows.name
    at_best = own <= ordering.open.min(axis=1) + size
    barred = ordering.open.min(axis=1) > ordering.tco2e.min(axis=1) + size
    found[at_best] = np.where(year == 0, EARLY, np.where(year == last, LATE, BEST))[at_best]
    found[at_best & barred] = STAGE
    found[ordering.worst - ordering.open.min(axis=1) <= size] = EQUALLY
    return found


def merged(ordering: Ordering, lot: NDArray[np.int64]) -> Ordering:
    """Patches taken together by their ``lot`` (patches,), from 0 on without a gap."""
    count = int(lot.max(initial=-1)) + 1
    _, first = np.unique(lot, return_index=True)
    tco2e = np.stack([sum_by(lot, each, count) for each in ordering.tco2e.T], axis=1)
    rows = tuple(
        replace(each, amount=sum_by(lot, each.amount, count), place=each.place[first])
        for each in ordering.rows
    )
    area = sum_by(lot, ordering.area_ha, count)
    return Ordering(tco2e, ordering.allowed[first], area, ordering.key[first], rows)
