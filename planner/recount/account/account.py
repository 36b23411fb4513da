"""The carbon account counted again from the finished map, in another way than it was made.

Land is added up unit by unit and amounts district by district with plain sums; nothing is taken from the
module that made the account but the tables of its factors and what the bureau filled in.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from instances.instance import Instance
from instances.land.classes import lineage
from instances.study.tables import table
from instances.units.grid import FloatArray, Layout

TODAY, PLAN = 0, 1
FACTORS = {"default": "factor_tc", "low": "low", "high": "high"}
"""Of every end the column of the lines' factors; its name is that of the column of assumed amounts."""
OPPOSITE = {"default": "default", "low": "high", "high": "low"}
HOSTS = {
    "urban_homes": "urban_residential",
    "rural_homes": "rural_residential",
    "public": "public_commercial",
    "industry": "industrial_production",
    "transport": "transport_infra",
}
"""The land on which people live, work and travel."""
Pair = tuple[FloatArray, FloatArray]
"""(districts,) today and in the plan."""


class AccountRecount:
    """The account of an instance under a layout (units,): its figures, or either ``end`` of their ranges."""

    def __init__(self, instance: Instance, layout: Layout, end: str = "default") -> None:
        self.instance, self.planned, self.end = instance, layout, end
        self._others = {end: self}
        self._amounts: dict[str, Pair | None] = {}
        self.layouts = (instance.today.astype(np.int64), layout.astype(np.int64))
        self.area = np.asarray(instance.grid.area_ha, dtype=float)
        kept = instance.inventory
        division = instance.districts.get(kept.by or "") if kept is not None else None
        member = np.zeros(len(layout), np.int64) if division is None else division.member.astype(np.int64)
        self.count = 1 if division is None else len(division.names)
        self.names: list[str | None] = [None] if division is None else list(division.names)
        if (member < 0).any():
            member = np.where(member < 0, self.count, member)
            self.names.append(None)
            self.count += 1
        self.member = member
        self.asked = {row["item"]: row for row in table("inventory_items.csv")}
        self.filled = {} if kept is None else kept.amounts

    def at(self, end: str) -> AccountRecount:
        """The same at another end of the ranges: what amounts go by has no range."""
        if end not in self._others:
            other = AccountRecount(self.instance, self.planned, end)
            other._others = self._others
            self._others[end] = other
        return self._others[end]

    def on(self, worth: Mapping[str, float] | FloatArray, wanted: set[str] | None = None) -> Pair:
        """Hectares x worth of each class, unit by unit."""
        names = self.instance.classes.names
        rates = worth if isinstance(worth, np.ndarray) else np.array([worth.get(name, 0.0) for name in names])
        kept = np.array([wanted is None or name in wanted for name in names])
        first, second = (
            np.bincount(self.member, weights=self.area * (rates * kept)[layout], minlength=self.count)
            for layout in self.layouts
        )
        return first.astype(float), second.astype(float)

    def like(self, name: str) -> set[str]:
        """Classes that are, or are like, a class of the project."""
        return {item.name for item in self.instance.classes if name in lineage(item)}

    def measure(self, name: str) -> Pair:
        """What amounts go by."""
        everything = np.ones(len(self.instance.classes))
        if name in HOSTS:
            return self.on(everything, self.like(HOSTS[name]))
        if name == "built":
            return self.on(everything, {item.name for item in self.instance.classes if item.built})
        if name == "cropland":
            return self.on(everything, self.like("cropland"))
        plain = self.at("default")
        if name == "population":
            return plain.plus("population.urban", "population.rural") or (np.zeros(self.count),) * 2
        if name in self.asked:
            return plain.amount(name) or (np.zeros(self.count), np.zeros(self.count))
        return self.on(everything) if name != "one" else (np.ones(self.count), np.ones(self.count))

    def plus(self, *names: str) -> Pair | None:
        """Several items together; None where one is neither given nor assumed."""
        parts = [self.amount(name) for name in names]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        return sum(part[TODAY] for part in known), sum(part[PLAN] for part in known)  # type: ignore[return-value]

    def times(self, *names: str) -> Pair | None:
        """Several items multiplied."""
        today, plan = np.ones(self.count), np.ones(self.count)
        for name in names:
            part = self.amount(name)
            if part is None:
                return None
            today, plan = today * part[TODAY], plan * part[PLAN]
        return today, plan

    def amount(self, name: str) -> Pair | None:
        """An item by district today and in the plan; None where nothing is known. Each is counted once."""
        if name not in self._amounts:
            self._amounts[name] = self._counted(name)
        return self._amounts[name]

    def _counted(self, name: str) -> Pair | None:
        asked = self.asked[name]
        homes = {"population.urban": "urban_homes", "population.rural": "rural_homes"}.get(name)
        today = self._today(name, asked, homes or asked["moves"])
        if today is None or asked["per"] == "one" or (asked["moves"] == "none" and homes is None):
            return None if today is None else (today, today)
        before, after = self.measure(homes or asked["moves"])
        mean = today.sum() / before.sum() if before.sum() > 0 else 0.0
        rate = np.array([have / at if at > 0 else mean for have, at in zip(today, before, strict=True)])
        if homes is None:
            plan = today + rate * (after - before)
            lasts = asked["moves"] in (*HOSTS, "built") and self.instance.study.carbon.demolished != "ends"
            if lasts and plan.sum() < today.sum():  # people, jobs and floors are lost by no demolition
                plan = plan * (today.sum() / plan.sum()) if plan.sum() > 0 else today
            return today, plan
        there = rate * after
        return today, there * (today.sum() / there.sum()) if there.sum() > 0 else today

    def _today(self, name: str, asked: Mapping[str, str], moves: str) -> FloatArray | None:
        own = [self.filled.get((name, each)) if each is not None else None for each in self.names]
        whole, known = self.filled.get((name, None)), any(key[0] == name for key in self.filled)
        if asked["per"] == "one":
            own = [whole if each is None else each for each in own]
        elif whole is not None:
            by = self.measure(moves)[TODAY] if moves != "none" else self.measure("area")[TODAY]
            by = by if by.sum() > 0 else self.measure("area")[TODAY]
            left = whole - sum(each for each in own if each is not None)
            free = sum(by[place] for place, each in enumerate(own) if each is None)
            blank = sum(each is None for each in own)
            own = [
                each if each is not None else left * (by[place] / free if free > 0 else 1 / blank)
                for place, each in enumerate(own)
            ]
        if any(each is None for each in own) and not asked["default"] and not known:
            return None
        assumed = np.zeros(self.count)
        if asked["default"] and any(each is None for each in own):
            assumed = float(asked[self.end] or 0.0) * self.measure(asked["per"])[TODAY]
        return np.array([assumed[place] if each is None else each for place, each in enumerate(own)])

    def line(self, driver: str) -> Pair | None:
        """What drives a line, in units of its factor; None for a gap."""
        kind, _, name = driver.partition(":")
        if kind == "land":
            return self.land(name)
        if kind == "item":
            both = name in ("population", "floor")
            sectors = {item for item, _ in self.filled if item.startswith(f"{name}.")} if not both else set()
            if sectors:
                return self.plus(name, *sorted(sectors))
            return self.plus(f"{name}.urban", f"{name}.rural") if both else self.amount(name)
        if kind == "straw":
            share = () if name == "all" else (f"straw_{name}",)
            return self.times("grain", "straw_ratio", "straw_carbon", *share)
        if name == "grown":
            return self.times("grain", "grain_carbon")
        # Least comes in where fields give most, and the other way round.
        other = self.at(OPPOSITE[self.end])
        eaten = (self if name == "in" else other).amount("food_eaten")
        grown = (other if name == "in" else self).times("grain", "grain_carbon")
        if eaten is None or grown is None:
            return None
        sign = 1 if name == "in" else -1
        today, plan = (np.maximum(0.0, sign * (eaten[at] - grown[at])) for at in (TODAY, PLAN))
        return today, plan

    def how(self, driver: str) -> str:
        """Whence the figures of a line come that is no gap: from land alone, filled in at least in part, or
        assumed."""
        kind, _, name = driver.partition(":")
        if kind == "land":
            return "land"
        parts = {
            "item": [f"{name}.urban", f"{name}.rural"] if name in ("population", "floor") else [name],
            "straw": ["grain", "straw_ratio", "straw_carbon", *([] if name == "all" else [f"straw_{name}"])],
            "food": ["grain", "grain_carbon", *([] if name == "grown" else ["food_eaten"])],
        }[kind]
        return "given" if any(item in parts for item, _ in self.filled) else "assumed"

    def land(self, name: str) -> Pair | None:
        """Lines that follow from land alone."""
        classes = self.instance.classes
        waters = self.like("water") | self.like("pond_canal") | self.like("sea")
        built = {item.name for item in classes if item.built} | self.like("urban_green")
        dry = set(classes.names) - waters
        wanted = {"water": waters, "soil": dry, "urban_vegetation": built, "rural_vegetation": dry - built}
        if name in wanted:
            pools = self.instance.stocks
            mine = [
                rates
                for pool, rates in pools.items()
                if name == "water" or (pool == "soil") == (name == "soil")
            ]
            if not mine:
                return None
            return self.on(np.nansum(np.stack(mine), axis=0) * 12.0 / 44.0, wanted[name])
        over = waters if name.startswith("water") else dry
        figures = {row["class"]: float(row["value"]) for row in table("net_production.csv")}
        rates = {}
        for item in classes:
            names = [*lineage(item), *(["built"] if item.built else [])]
            rates[item.name] = next((figures[each] for each in names if each in figures), 0.0)
        produced = self.on(rates, over)
        if name == "gross":
            return 2 * produced[TODAY], 2 * produced[PLAN]
        if name in ("water_gross", "plant_respiration"):
            return produced
        given = self._given(over)
        return produced[TODAY] + given[TODAY], produced[PLAN] + given[PLAN]

    def _given(self, over: set[str]) -> Pair:
        """What land of some classes gives to the air, unit by unit."""
        pools = ("vegetation", "above", "below", "dead", "dead_wood", "litter", "soil", "ecosystem", "burial")
        kept = np.array([name in over for name in self.instance.classes.names])
        found = []
        for layout in self.layouts:
            each = np.zeros(len(layout))
            for key, part in self.instance.emissions.parts.items():
                if key.split(": ")[-1] in pools:
                    each += np.asarray(part, dtype=float)[self.layouts[TODAY], layout]
            worth = self.area * each * kept[layout] * 12.0 / 44.0
            found.append(np.bincount(self.member, weights=worth, minlength=self.count).astype(float))
        return found[TODAY], found[PLAN]
