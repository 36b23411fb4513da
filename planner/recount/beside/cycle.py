"""A cycle of waste counted again from its files: every row of its model, and what it does to the air.

Plants, flows and nitrogen are read as they were handed on, land from the map, supplies and factors from the
study's inputs. Nothing is taken from the model, nor from what wrote the files.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pyogrio.errors import DataLayerError, DataSourceError

from instances.instance import Instance
from instances.layers.ogr import read_features
from instances.materials.cycle import Cycle
from instances.materials.factors import STREAMS, TECHNIQUES
from instances.units.grid import FloatArray, Layout
from planner.export.tables import as_written
from planner.recount.beside.claims import check_claims
from planner.recount.beside.counted import KEPT, UNIT, CountedModel
from planner.recount.ledger import Ledger, unreadable
from words.said import say

PACKAGE, FLOWS, NUTRIENTS = "plants.gpkg", "flows.csv", "nutrients.csv"
Rows = list[dict[str, Any]]


class Counted(CountedModel):
    """One cycle of an instance under a layout (units,), row by row."""

    def __init__(self, cycle: Cycle, instance: Instance, layout: Layout) -> None:
        self.model = self.cycle = cycle
        self.plants: Rows = []
        self.flows: Rows = []
        self.back: Rows = []
        area = instance.grid.area_ha
        self.land: FloatArray = np.zeros(len(cycle.villages))
        for village in range(len(cycle.villages)):
            mine = cycle.villages.member == village
            self.land[village] = sum(
                float(area[mine & (layout == k)].sum()) for k in np.flatnonzero(cycle.land)
            )
        self.linked, self.link_unit = self.land, "ha"
        self.layout, self.area = layout, area
        self.village = {name: v for v, name in enumerate(cycle.villages.names)}
        self.site = {name: j for j, name in enumerate(cycle.sites)}
        self.kind = {each.name: each for each in cycle.plants}

    def read(self, folder: Path, ledger: Ledger) -> bool:
        """Read the files; False, with a line in the ledger, where they cannot be read."""
        try:
            self.plants = _records(read_features(folder / PACKAGE, layer="plants"))
            for name, rows in ((FLOWS, self.flows), (NUTRIENTS, self.back)):
                table = pd.read_csv(
                    folder / name, encoding="utf-8-sig",
                    dtype={"site": str, "village": str},
                )  # fmt: skip
                rows.extend(_records(table))
            for row in self.flows:
                if row["stream"] not in STREAMS or row["technique"] not in TECHNIQUES:
                    raise ValueError(f"{row['stream']}, {row['technique']}")
            _ = [self.kind[row["plant"]] for row in self.plants]
            for row in (*self.plants, *self.flows, *self.back):
                _ = self.site[row["site"]], self.village[row.get("village", self.cycle.villages.names[0])]
            self.files = True
        except (OSError, ValueError, KeyError, DataSourceError, DataLayerError) as fault:
            ledger.differ(PACKAGE, say("runs_verify.readable"), unreadable(fault), by="the folder")
        return self.files

    def arises(self, village: int, stream: str) -> float:
        """T/yr of a stream in a village."""
        from_land = self.cycle.figure("straw") * self.land[village] if stream == "straw" else 0.0
        return float(self.cycle.supply[village, STREAMS.index(stream)]) + from_land

    def rows(self, ledger: Ledger) -> None:
        """Every row of the model: supplies, plants, reach, nitrogen, budget."""
        cycle = self.cycle
        taken: dict[tuple[str, str], float] = defaultdict(float)
        load: dict[tuple[str, str], float] = defaultdict(float)
        nitrogen: dict[str, float] = defaultdict(float)
        for row in self.flows:
            self._distance(row, FLOWS, ledger)
            if row["t_yr"] < 0:
                ledger.differ(f"{FLOWS}, {row['site']}", say("cycle_verify.not_below"), row["t_yr"])
            taken[row["village"], row["stream"]] += row["t_yr"]
            load[row["site"], row["technique"]] += row["t_yr"]
            kept = cycle.figure("retained", row["technique"]) * cycle.figure("nitrogen", "", row["stream"])
            nitrogen[row["site"]] += kept * row["t_yr"]
        for (name, stream), t in taken.items():
            self.at_most(
                f"{FLOWS}, {name}, {stream}", t, self.arises(self.village[name], stream), "t/yr", ledger
            )
        room: dict[tuple[str, str], float] = defaultdict(float)
        for row in self.plants:
            place = f"{PACKAGE}, {row['site']}"
            if (row["site"], row["technique"]) in room or any(one == row["site"] for one, _ in room):
                ledger.differ(place, say("cycle_verify.one_plant"), say("cycle_verify.two_plants"))
            room[row["site"], row["technique"]] += self.kind[row["plant"]].capacity_t
            ledger.same(f"{place}, technique", row["technique"], self.kind[row["plant"]].technique)
        for (site, technique), t in load.items():
            self.at_most(f"{FLOWS}, {site}, {technique}", t, room[site, technique], "t/yr", ledger)
        self._nitrogen(nitrogen, ledger)
        standing = {self.site[row["site"]]: row["site"] for row in self.plants}
        check_claims(cycle.claims, standing, (self.layout, self.area), PACKAGE, ledger)
        if cycle.table.money is not None:
            self.at_most("budget", self.cost(), cycle.table.money, "10^3 yuan/yr", ledger)

    def _nitrogen(self, taken: dict[str, float], ledger: Ledger) -> None:
        """What plants keep comes back whole, and no village gets more than its fields may take."""
        given: dict[str, float] = defaultdict(float)
        got: dict[str, float] = defaultdict(float)
        for row in self.back:
            self._distance(row, NUTRIENTS, ledger)
            given[row["site"]] += row["nitrogen_kg_yr"]
            got[row["village"]] += row["nitrogen_kg_yr"]
        for site in sorted({*taken, *given}):
            size = max(1.0, taken[site])
            ledger.figures += 1
            if abs(taken[site] - given[site]) > KEPT * size:
                said, now = (f"{each!r} kg/yr" for each in (given[site], taken[site]))
                ledger.differ(f"{NUTRIENTS}, {site}", said, now)
        for name, kg in got.items():
            most = self.cycle.table.nitrogen_kg_ha * float(self.land[self.village[name]])
            self.at_most(f"{NUTRIENTS}, {name}", kg, most, "kg/yr", ledger)

    def _distance(self, row: dict[str, Any], file: str, ledger: Ledger) -> None:
        """How far it is, and that it is within reach."""
        km = float(self.cycle.km[self.village[row["village"]], self.site[row["site"]]])
        place = f"{file}, {row['village']}, {row['site']}"
        ledger.number(f"{place}, km", row["km"], km, "km", file)
        self.at_most(f"{place}, km", km, self.cycle.table.reach_km, "km", ledger)

    def cost(self) -> float:
        """10^3 yuan/yr of plants, handling and freight."""
        cycle, total = self.cycle, 0.0
        freight, carried = cycle.figure("freight"), cycle.figure("carried")
        total += sum(self.kind[row["plant"]].cost for row in self.plants)
        for row in self.flows:
            total += row["t_yr"] * (cycle.figure("handling", row["technique"]) + freight * row["km"])
        return total + sum(row["nitrogen_kg_yr"] * carried * freight * row["km"] for row in self.back)

    def excess(self) -> float:
        """KgN/yr of villages' own manure beyond what their fields may take."""
        own = self.cycle.figure("own", "", "manure") * self.cycle.figure("nitrogen", "", "manure")
        left = {name: self.arises(v, "manure") for name, v in self.village.items()}
        got: dict[str, float] = defaultdict(float)
        for row in self.flows:
            if row["stream"] == "manure":
                left[row["village"]] -= row["t_yr"]
        for row in self.back:
            got[row["village"]] += row["nitrogen_kg_yr"]
        most = self.cycle.table.nitrogen_kg_ha
        return sum(
            max(0.0, own * left[name] + got[name] - most * float(self.land[v]))
            for name, v in self.village.items()
        )

    def terms(self) -> list[tuple[tuple[str, str, str], float]]:
        """Every factor and what it is multiplied with, one for every flow."""
        carried, replaced = self.cycle.figure("carried"), self.cycle.figure("replaced")
        found: list[tuple[tuple[str, str, str], float]] = [(("excess", "", ""), self.excess())]
        for row in self.flows:
            t, technique, stream = row["t_yr"], row["technique"], row["stream"]
            found += [(("leakage", technique, stream), t), (("energy", technique, stream), -t)]
            found += [(("avoided", "", stream), -t), (("haulage", "", ""), t * row["km"])]
        for row in self.back:
            kg = row["nitrogen_kg_yr"]
            found += [(("haulage", "", ""), kg * carried * row["km"]), (("mineral", "", ""), -kg * replaced)]
        return [(key, amount) for key, amount in found if key in self.cycle.factors]

    def tco2e(self, end: str = "value") -> float:
        """C in tCO2e/yr, or its low or high end: every factor has one value wherever it enters."""
        total = sum(self.kind[row["plant"]].fixed_tco2e for row in self.plants)
        amounts: dict[tuple[str, str, str], float] = defaultdict(float)
        for key, amount in self.terms():
            amounts[key] += amount
        for key, amount in amounts.items():
            factor = self.cycle.factors[key]
            ends = {"value": factor.value * amount, "low": min(factor.low * amount, factor.high * amount)}
            ends["high"] = max(factor.low * amount, factor.high * amount)
            total += ends[end]
        return total

    def tables(self, ledger: Ledger) -> None:
        """What the files say of every flow and plant beside what is planned."""
        cycle = self.cycle
        haulage, carried = cycle.figure("haulage"), cycle.figure("carried")
        saved = cycle.figure("mineral") * cycle.figure("replaced")
        load: dict[str, float] = defaultdict(float)
        for row in self.flows:
            load[row["site"]] += row["t_yr"]
            gained = cycle.factors.get(("energy", row["technique"], row["stream"]))
            rate = cycle.figure("leakage", row["technique"], row["stream"]) + haulage * row["km"]
            rate -= (0.0 if gained is None else gained.value) + cycle.figure("avoided", "", row["stream"])
            place = f"{FLOWS}, {row['village']}, {row['stream']}, {row['site']}"
            ledger.number(place, row["tco2e_yr"], row["t_yr"] * rate, UNIT, FLOWS)
        for row in self.back:
            now = row["nitrogen_kg_yr"] * (haulage * carried * row["km"] - saved)
            place = f"{NUTRIENTS}, {row['village']}, {row['site']}"
            ledger.number(place, row["tco2e_yr"], now, UNIT, NUTRIENTS)
        for row in self.plants:
            ledger.number(
                f"{PACKAGE}, {row['site']}, load_t", row["load_t"], load[row["site"]], "t/yr", PACKAGE
            )
        ledger.done("verify.table", name=FLOWS)
        ledger.done("verify.table", name=NUTRIENTS)

    def without(self) -> float:
        """TCO2e/yr where nothing is collected: what fields cannot take of villages' own manure."""
        plants, flows, back = self.plants, self.flows, self.back
        self.plants, self.flows, self.back = [], [], []
        found = self.tco2e()
        self.plants, self.flows, self.back = plants, flows, back
        return found


def _records(table: pd.DataFrame) -> Rows:
    """The rows of a table, its texts as they were before they were marked as text."""
    plain = pd.DataFrame({name: table[name] for name in table.columns if name not in ("geometry", "geom")})
    return [{key: as_written(cell) for key, cell in row.items()} for row in plain.to_dict("records")]
