"""The carbon account of an area, today and under a plan, by district: Table 1 with figures.

Figures rest on T (districts, classes today, classes planned), the hectares of every transition, on the
inventory, and on the study's coefficient set; in tC, of fluxes per year.

    land:*      area of each class x stocks, net primary production and net fluxes of the coefficient set
    item:*      amount of the inventory x factor; it moves with people, built land or cropland
    straw:*     grain x straw a tonne of grain x its carbon (x the share returned, or burnt)
    food:*      what fields give; what is eaten less that, where it is above 0; and the other way round

An amount a of a district that moves with a measure m is a + (a / m) (m planned - m today); people stay as
many as they are and live where homes are planned. What belongs to people and floors (``PEOPLES``) does not
become less by demolition: all districts together keep what they have, unless the study says that it ends.
Districts add up to the whole: nothing is counted twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from instances.carbon.account_lines import AccountLine, account_lines
from instances.carbon.fuels import FUELS, SECTORS, sectors_of
from instances.carbon.inventory import Inventory, Item, items
from instances.land.classes import Classes, lineage
from instances.study.tables import table
from instances.units.grid import FloatArray

CO2_PER_C = 44.0 / 12.0
WATERS = frozenset({"water", "pond_canal", "sea"})
NATURAL = frozenset(
    {"vegetation", "above", "below", "dead", "dead_wood", "litter", "soil", "ecosystem", "burial"}
)
"""Pools whose fluxes are carbon that land takes up or gives off; methane and energy are none."""
OF_SECTORS = {"urban_homes": "homes", "rural_homes": "villages"} | {
    name: name for name in ("public", "industry", "transport")
}
"""Measures that are the land on which a sector burns its fuels."""
PEOPLES = frozenset({"built", *OF_SECTORS})
"""Measures of what people live, work and travel on."""
GIVEN, ASSUMED, LAND, GAP = "given", "assumed", "land", "gap"
"""Where a figure comes from."""


@dataclass(frozen=True, eq=False)
class Figures:
    """A line with its figures in tC: ``today``, ``plan`` and the ends of their ranges, (districts,) each;
    NaN where there is none (``how`` is then a gap)."""

    line: AccountLine
    how: str
    today: FloatArray
    plan: FloatArray
    ranges: FloatArray
    """(4, districts) low and high today, low and high in the plan; NaN where no range is known."""


@dataclass(frozen=True, eq=False)
class CarbonAccount:
    """The account by district; the whole area is their sum."""

    districts: tuple[str, ...]
    lines: tuple[Figures, ...]
    years: float
    """Over which a change of stock is spread."""

    def total(self, planned: bool, **wanted: str) -> FloatArray:
        """(districts,) the sum of the lines that have the ``side``, ``way``, ``origin``, ``basis`` or
        ``entry`` wanted; gaps count nothing."""
        found = np.zeros(len(self.districts))
        for each in self.lines:
            if all(getattr(each.line, key) == value for key, value in wanted.items()):
                found += np.nan_to_num(each.plan if planned else each.today)
        return found

    def uptake(self, planned: bool) -> FloatArray:
        """(districts,) net uptake of land and waters, tC/yr."""
        given = self.total(planned, side="out", basis="biogenic land")
        taken = self.total(planned, entry="photosynthesis") + self.total(planned, entry="water_uptake")
        return taken - given

    def sources(self, planned: bool, whole: bool) -> FloatArray:
        """(districts,) what people, industry and waste give to the air, tC/yr: fossil carbon and that of
        processes, and on the ``whole`` basis breath, waste and burnt straw too."""
        found = self.total(planned, side="out", basis="fossil")
        return found + self.total(planned, side="out", basis="biogenic") if whole else found

    def unexplained(self, planned: bool, origin: str) -> FloatArray:
        """(districts,) the change of stock a year that lines account for, less what comes in beyond what goes
        out, tC/yr."""
        change = self.total(True, side="stock", origin=origin) - self.total(
            False, side="stock", origin=origin
        )
        into = self.total(planned, side="in", origin=origin) - self.total(planned, side="out", origin=origin)
        return (change / self.years if planned else 0.0 * change) - into


def ratio(above: FloatArray | float, below: FloatArray | float) -> FloatArray:
    """Above over below; NaN over nothing."""
    over, under = np.atleast_1d(np.asarray(above, float)), np.atleast_1d(np.asarray(below, float))
    return np.divide(over, under, out=np.full(over.shape, np.nan), where=under > 0)


@dataclass(frozen=True, eq=False)
class _Amounts:
    """An item by district: (3, districts) value, low, high today and in the plan; whether it was given."""

    today: FloatArray
    plan: FloatArray
    given: bool


@dataclass(eq=False)
class _Area:
    """What lines are driven by: land, measures and amounts."""

    classes: Classes
    moved: FloatArray
    districts: Sequence[str]
    inventory: Inventory
    ends: bool = False
    found: dict[str, _Amounts | None] = field(default_factory=dict)

    def land(self, planned: bool) -> FloatArray:
        """(districts, classes) hectares."""
        return self.moved.sum(axis=1) if planned else self.moved.sum(axis=2)

    def measure(self, name: str, planned: bool) -> FloatArray:
        """(districts,) what amounts are per, or move with."""
        area = self.land(planned)
        if name in OF_SECTORS:
            return area @ self.like(SECTORS[OF_SECTORS[name]])
        if name == "built":
            return area @ self.classes.built.astype(float)
        if name == "cropland":
            return area @ self.like("cropland")
        if name == "population":
            people = [self.amounts(f"population.{kind}") for kind in ("urban", "rural")]
            return np.sum([(each.plan if planned else each.today)[0] for each in people if each], axis=0)
        if name in items():
            known = self.amounts(name)
            none = np.zeros(len(self.districts))
            return none if known is None else (known.plan if planned else known.today)[0]
        return np.ones(len(area)) if name == "one" else area.sum(axis=1)

    def like(self, name: str) -> FloatArray:
        """(classes,) 1 for classes that are, or are like, a class of the project's table."""
        return np.array([float(name in lineage(item)) for item in self.classes])

    def amounts(self, name: str) -> _Amounts | None:
        """An item by district; None where nothing is given and nothing can be assumed."""
        if name not in self.found:
            self.found[name] = None  # no circle of defaults
            self.found[name] = self._amounts(items()[name])
        return self.found[name]

    def _amounts(self, item: Item) -> _Amounts | None:
        today = self._today(item)
        if today is None:
            return None
        figures, given = today
        homes = {"population.urban": "urban_homes", "population.rural": "rural_homes"}.get(item.name)
        if homes is not None:
            return _Amounts(figures, self._resettled(figures, homes), given)
        if item.intensive or item.moves == "none":
            return _Amounts(figures, figures, given)
        before, after = (self.measure(item.moves, planned) for planned in (False, True))
        whole = figures.sum(axis=1) / before.sum() if before.sum() > 0 else np.zeros(3)
        each = np.divide(figures, before, out=np.tile(whole[:, None], len(before)), where=before > 0)
        plan = figures + each * (after - before)
        if item.moves in PEOPLES and not self.ends:
            had, has = (each.sum(axis=1, keepdims=True) for each in (figures, plan))
            short = (has < had) & (has > 0)
            plan = np.where(has > 0, plan * np.where(short, had / np.where(short, has, 1.0), 1.0), figures)
        return _Amounts(figures, plan, given)

    def _today(self, item: Item) -> tuple[FloatArray, bool] | None:
        """(3, districts) value, low and high today, and whether any of it was given."""
        known = {key: amount for key, amount in self.inventory.amounts.items() if key[0] == item.name}
        own = np.array([known.get((item.name, name), np.nan) for name in self.districts])
        whole = known.get((item.name, None))
        missing = np.isnan(own)
        if item.intensive:
            value = np.where(missing, np.nan if whole is None else whole, own)
            return self._filled(item, np.tile(value, (3, 1)), bool(known))
        if whole is not None:
            share = np.where(missing, self._spread(item), 0.0)
            share = share / share.sum() if share.sum() > 0 else missing / max(1, missing.sum())
            own = np.where(missing, (whole - np.nansum(own)) * share, own)
        return self._filled(item, np.tile(own, (3, 1)), bool(known))

    def _filled(self, item: Item, figures: FloatArray, given: bool) -> tuple[FloatArray, bool] | None:
        """Figures with defaults where none were given."""
        if not np.isnan(figures).any():
            return figures, given
        if item.default is None:
            return (np.nan_to_num(figures), given) if given else None
        per = self.measure(item.per, False)
        assumed = np.array([item.default, item.low, item.high])[:, None] * per
        return np.where(np.isnan(figures), assumed, figures), given

    def _spread(self, item: Item) -> FloatArray:
        """(districts,) what an amount of the whole area is spread by."""
        homes = {"population.urban": "urban_homes", "population.rural": "rural_homes"}.get(item.name)
        share = self.measure(homes or item.moves, False)
        return share if share.sum() > 0 else self.measure("area", False)

    def _resettled(self, figures: FloatArray, homes: str) -> FloatArray:
        """(3, districts) as many people, where homes are planned: each hectare houses as many as today, and
        all of them together as many as there are."""
        before, after = self.measure(homes, False), self.measure(homes, True)
        mean = figures.sum(axis=1) / before.sum() if before.sum() > 0 else np.zeros(3)
        each = np.divide(figures, before, out=np.tile(mean[:, None], len(before)), where=before > 0)
        there = each * after
        total = there.sum(axis=1, keepdims=True)
        people = figures.sum(axis=1, keepdims=True)
        return np.where(total > 0, there * people / np.where(total > 0, total, 1.0), figures)


@dataclass(frozen=True, eq=False)
class Land:
    """What a study knows of the carbon of land: ``stocks`` (classes,) tCO2e/ha by pool, and ``parts``
    (classes today, classes planned) of its emission rates, tCO2e/ha/yr."""

    classes: Classes
    stocks: Mapping[str, FloatArray]
    parts: Mapping[str, FloatArray]
    years: float
    ends: bool = False
    """Whether what belongs to the people of demolished land is gone with it."""


def carbon_account(
    land: Land, inventory: Inventory, districts: Sequence[str], moved_ha: FloatArray
) -> CarbonAccount:
    """The account of an area: ``moved_ha`` (districts, classes today, classes planned) in ha."""
    area = _Area(land.classes, moved_ha, districts, inventory, land.ends)
    lines = tuple(_figures(line, land, area) for line in account_lines())
    return CarbonAccount(tuple(districts), lines, land.years)


def _figures(line: AccountLine, land: Land, area: _Area) -> Figures:
    kind, _, name = line.driver.partition(":")
    none = np.full(len(area.districts), np.nan)
    if kind == "land":
        values = [_of_land(name, land, area, planned) for planned in (False, True)]
        if values[0] is None or values[1] is None:
            return Figures(line, GAP, none, none, np.tile(none, (4, 1)))
        return Figures(line, LAND, values[0], values[1], np.tile(none, (4, 1)))
    amounts = _driven(kind, name, area)
    if amounts is None:
        return Figures(line, GAP, none, none, np.tile(none, (4, 1)))
    factor = np.array([line.factor, line.low, line.high])[:, None]
    today, plan = amounts.today * factor, amounts.plan * factor
    ranges = np.stack([today[1], today[2], plan[1], plan[2]])
    return Figures(line, GIVEN if amounts.given else ASSUMED, today[0], plan[0], ranges)


def _driven(kind: str, name: str, area: _Area) -> _Amounts | None:
    """The amounts that drive a line."""
    if kind == "item":
        parts = [f"{name}.urban", f"{name}.rural"] if name in ("population", "floor") else [name]
        if name in FUELS:
            parts += sectors_of(name, area.inventory)
        return _combined([area.amounts(part) for part in parts], np.add)
    straw = _combined([area.amounts(part) for part in ("grain", "straw_ratio", "straw_carbon")], np.multiply)
    if kind == "straw":
        share = area.amounts(f"straw_{name}") if name != "all" else None
        return straw if name == "all" else _combined([straw, share], np.multiply)
    fields = _combined([area.amounts(part) for part in ("grain", "grain_carbon")], np.multiply)
    if name == "grown":
        return fields
    eaten = area.amounts("food_eaten")
    if fields is None or eaten is None:
        return None
    sign = 1.0 if name == "in" else -1.0
    ends = [0, 2, 1]  # least comes in where fields give most
    first, second = (eaten, fields) if sign > 0 else (fields, eaten)
    now = np.maximum(first.today - second.today[ends], 0.0)
    then = np.maximum(first.plan - second.plan[ends], 0.0)
    return _Amounts(now, then, eaten.given or fields.given)


def _combined(parts: Sequence[_Amounts | None], how: np.ufunc) -> _Amounts | None:
    """Amounts added or multiplied; None where one is missing."""
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    today, plan = known[0].today, known[0].plan
    for part in known[1:]:
        today, plan = how(today, part.today), how(plan, part.plan)
    return _Amounts(today, plan, any(part.given for part in known))


def _of_land(name: str, land: Land, area: _Area, planned: bool) -> FloatArray | None:
    """(districts,) tC of land; None where the coefficient set says nothing of it."""
    hectares = area.land(planned)
    water = np.array([bool(WATERS & set(lineage(item))) for item in land.classes])
    towns = land.classes.built | (area.like("urban_green") > 0)
    if name in ("soil", "water", "rural_vegetation", "urban_vegetation"):
        wanted = {
            "soil": ~water,
            "water": water,
            "urban_vegetation": towns,
            "rural_vegetation": ~water & ~towns,
        }
        pools = [pool for pool in land.stocks if (pool == "soil") == (name == "soil") or name == "water"]
        if not pools:
            return None
        rate = np.sum([np.nan_to_num(land.stocks[pool]) for pool in pools], axis=0) / CO2_PER_C
        return np.asarray(hectares @ (rate * wanted[name]), dtype=float)
    chosen = water if name.startswith("water") else ~water
    produced = hectares @ (_production(land.classes) * chosen)
    if name in ("gross", "water_gross"):
        return 2.0 * produced if name == "gross" else produced
    if name == "plant_respiration":
        return produced
    return produced + _net_flux(land, area.moved, chosen, planned)


def _net_flux(land: Land, moved: FloatArray, chosen: NDArray[np.bool_], planned: bool) -> FloatArray:
    """(districts,) what land gives to the air less what it takes up, tC/yr, on classes ``chosen``."""
    natural = [part for key, part in land.parts.items() if key.partition(": ")[2] in NATURAL]
    rate = np.sum([np.zeros(moved.shape[1:]), *natural], axis=0) / CO2_PER_C
    if not planned:
        still = moved.sum(axis=2) * chosen
        return np.asarray(still @ np.diagonal(rate), dtype=float)
    return np.asarray((moved * rate * chosen[None, None, :]).sum(axis=(1, 2)), dtype=float)


def _production(classes: Classes) -> FloatArray:
    """(classes,) net primary production in tC/ha/yr; 0 where nothing is known."""
    known = {row["class"]: float(row["value"]) for row in table("net_production.csv")}
    found = []
    for item in classes:
        names = (*lineage(item), "built") if item.built else lineage(item)
        found.append(next((known[name] for name in names if name in known), 0.0))
    return np.array(found)
