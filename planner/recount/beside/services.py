"""Services counted again from their files: every row of their model, and what their ways emit.

Sites and ways are read as they were handed on, people from the map, services and factors from the study's
inputs. Nothing is taken from the model, nor from what wrote the files.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
from pyogrio.errors import DataLayerError, DataSourceError

from instances.instance import Instance
from instances.layers.ogr import read_features
from instances.materials.services import Service, Services
from instances.units.grid import FloatArray, Layout
from planner.export.tables import as_written
from planner.recount.beside.claims import check_claims
from planner.recount.beside.counted import KEPT, UNIT, CountedModel
from planner.recount.figures.recount import Recount
from planner.recount.ledger import Ledger, unreadable
from words.said import say

PACKAGE, WAYS = "centres.gpkg", "ways.csv"
DAYS = 365


class CountedServices(CountedModel):
    """Services of an instance under a layout (units,), row by row."""

    def __init__(self, services: Services, instance: Instance, layout: Layout) -> None:
        self.model = self.services = services
        self.layout, self.area = layout, instance.grid.area_ha
        units = services.units
        counted = Recount(instance, layout).indicators()[services.people]
        self.people: FloatArray = counted.by(units.member, len(units))
        self.linked, self.link_unit = self.people, "person"
        self.kind = {each.name: each for each in services.services}
        self.unit = {name: u for u, name in enumerate(units.names)}
        self.site = {name: j for j, name in enumerate(services.sites)}
        self.sites = pd.DataFrame()
        self.ways = pd.DataFrame()

    def read(self, folder: Path, ledger: Ledger) -> bool:
        """Read the files; False, with a line in the ledger, where they cannot be read."""
        text = {"site": str, "unit": str, "service": str}
        try:
            sites = pd.DataFrame(read_features(folder / PACKAGE, layer="sites"))
            ways = pd.read_csv(folder / WAYS, encoding="utf-8-sig", dtype=text, keep_default_na=False)
            for table, names in ((sites, ("site", "service")), (ways, ("unit", "service", "site"))):
                for name in names:
                    table[name] = [str(as_written(cell)) for cell in table[name]]
            places = {**self.site, "": -1}
            sites["j"] = np.array([self.site[name] for name in sites["site"]], dtype=np.int64)
            ways["j"] = np.array([places[name] for name in ways["site"]], dtype=np.int64)
            ways["u"] = np.array([self.unit[name] for name in ways["unit"]], dtype=np.int64)
            _ = [self.kind[name] for name in (*sites["service"], *ways["service"])]
            for name in ("km", "persons", "tco2e_yr"):
                ways[name] = ways[name].astype(float)
            self.sites, self.ways, self.files = sites, ways, True
        except (OSError, ValueError, KeyError, DataSourceError, DataLayerError) as fault:
            ledger.differ(PACKAGE, say("runs_verify.readable"), unreadable(fault), by="the folder")
        return self.files

    def rows(self, ledger: Ledger) -> None:
        """Every row of the model: people, sites, loads, shares and distances."""
        for s, service in enumerate(self.services.services):
            ways = self.ways[self.ways["service"] == service.name]
            sites = self.sites[self.sites["service"] == service.name]
            self._people(service, ways, ledger)
            self._loads(service, s, ways, sites, ledger)
            self._number(service, sites, ledger)
            self._shares(service, ways, ledger)
            stands, first = self.services.stands[s], s * len(self.services.sites)
            new = {
                first + j: f"{name}, {service.name}"
                for j, name in zip(sites["j"].tolist(), sites["site"], strict=True)
                if not stands[j]
            }
            check_claims(self.services.claims, new, (self.layout, self.area), PACKAGE, ledger)

    def _people(self, service: Service, ways: pd.DataFrame, ledger: Ledger) -> None:
        """Everybody of every unit goes somewhere; distances are those of the study."""
        going = np.bincount(ways["u"], weights=ways["persons"], minlength=len(self.people))
        ledger.figures += len(going)
        for u in np.flatnonzero(np.abs(going - self.people) > KEPT * np.maximum(1.0, self.people)).tolist():
            place = f"{WAYS}, {self.services.units.names[u]}, {service.name}"
            ledger.differ(place, f"{self.people[u]!r}", f"{going[u]!r}", by="the map")
        if (ways["persons"] < 0).any():
            ledger.differ(f"{WAYS}, {service.name}", say("cycle_verify.not_below"), ways["persons"].min())
        site = ways["j"].to_numpy()
        far = self.services.figure("elsewhere") / self.services.figure("detour")
        km = np.where(site >= 0, self.services.km[ways["u"].to_numpy(), np.maximum(site, 0)], far)
        ledger.figures += len(km)
        for row in np.flatnonzero(np.abs(km - ways["km"]) > KEPT * np.maximum(1.0, km)).tolist():
            said = ways.iloc[row]
            place = f"{WAYS}, {said['unit']}, {said['site']}, km"
            ledger.differ(place, float(said["km"]), float(km[row]), by=WAYS)

    def _loads(
        self, service: Service, s: int, ways: pd.DataFrame, sites: pd.DataFrame, ledger: Ledger
    ) -> None:
        """Sites serve within their room and no fewer than they need, and stand where they may."""
        served = ways[ways["j"] >= 0]
        load = np.bincount(served["j"], weights=served["persons"], minlength=len(self.services.sites))
        opened = np.zeros(len(load), dtype=bool)
        opened[sites["j"]] = True
        for j in np.flatnonzero(self.services.stands[s] & ~opened).tolist():
            place = f"{PACKAGE}, {self.services.sites[j]}"
            ledger.differ(place, service.name, say("runs_verify.none"), by="the study")
        for j in np.flatnonzero(opened & ~self.services.holds[s]).tolist():
            place = f"{PACKAGE}, {self.services.sites[j]}, {service.name}"
            ledger.differ(place, say("services_verify.place"), service.name, by="the study")
        for j in np.flatnonzero((load > 0) | opened).tolist():
            place = f"{WAYS}, {self.services.sites[j]}, {service.name}"
            ledger.figures += 1
            if not opened[j]:
                ledger.differ(place, say("services_verify.open_site"), float(load[j]), by=PACKAGE)
            elif load[j] > service.capacity * (1 + KEPT):
                told = say("runs_verify.most", value=service.capacity)
                ledger.differ(place, told, float(load[j]), by="the study")
            elif not self.services.stands[s, j] and load[j] < service.load * (1 - KEPT):
                told = say("services_verify.least", value=service.load)
                ledger.differ(place, told, float(load[j]), by="the study")

    def _number(self, service: Service, sites: pd.DataFrame, ledger: Ledger) -> None:
        """As many sites as are asked for, each once, and spread."""
        s = self.services.services.index(service)
        place, n = f"{PACKAGE}, {service.name}", len(sites)
        most = math.inf if service.most is None else service.most
        ledger.figures += 1
        if not service.least <= n <= most or sites["j"].duplicated().any():
            asked = say("services_verify.any") if service.most is None else service.most
            ledger.differ(
                place, say("services_verify.number", least=service.least, most=asked), n, by="the study"
            )
        j = sites["j"].to_numpy()
        close = np.triu(self.services.apart_km[np.ix_(j, j)] * 1000.0 < service.apart_m, 1)
        both = self.services.stands[s][j]
        close &= ~(both[:, None] & both[None, :])
        for a, b in np.argwhere(close).tolist():
            told = say("services_verify.spread", m=service.apart_m)
            names = f"{self.services.sites[j[a]]}, {self.services.sites[j[b]]}"
            ledger.differ(f"{place}, {names}", told, float(self.services.apart_km[j[a], j[b]] * 1000))

    def _shares(self, service: Service, ways: pd.DataFrame, ledger: Ledger) -> None:
        """The share of people near a site, and the mean distance from every unit."""
        everybody = float(self.people.sum())
        if service.cover > 0:
            near = ways[(ways["j"] >= 0) & (ways["km"] <= service.radius_m / 1000.0)]["persons"].sum()
            ledger.figures += 1
            if near < service.cover * everybody * (1 - KEPT) - KEPT:
                told = say("services_verify.cover", share=100 * service.cover, m=service.radius_m)
                ledger.differ(f"{WAYS}, {service.name}", told, float(near), by="the study")
        if service.mean_m is not None:
            way = np.bincount(ways["u"], weights=ways["persons"] * ways["km"], minlength=len(self.people))
            most = service.mean_m / 1000.0 * self.people
            ledger.figures += len(most)
            for u in np.flatnonzero(way > most + KEPT * np.maximum(1.0, most)).tolist():
                place = f"{WAYS}, {self.services.units.names[u]}, {service.name}"
                mean = float(way[u] / self.people[u]) if self.people[u] > 0 else math.inf
                told = say("runs_verify.most", value=service.mean_m / 1000.0)
                ledger.differ(place, told, mean, by="the study")

    def tco2e(self, end: str = "value") -> float:
        """C in tCO2e/yr, or its low or high end: every factor has one value wherever it enters."""
        travel, detour, far = (
            float(getattr(self.services.factors[kind, "", ""], end))
            for kind in ("travel", "detour", "elsewhere")
        )
        total = 0.0
        for s, service in enumerate(self.services.services):
            sites = self.sites[self.sites["service"] == service.name]
            total += service.tco2e * int((~self.services.stands[s][sites["j"].to_numpy()]).sum())
            ways = self.ways[self.ways["service"] == service.name]
            there = ways[ways["j"] >= 0]
            along = detour * float((there["km"] * there["persons"]).sum())
            along += far * float(ways[ways["j"] < 0]["persons"].sum())
            total += 2 * DAYS * service.trips * travel * along
        return total

    def without(self) -> float:
        """TCO2e/yr where nothing is built: everybody goes to the nearest site that stands, or elsewhere."""
        detour, far = self.services.figure("detour"), self.services.figure("elsewhere")
        total = 0.0
        for s, service in enumerate(self.services.services):
            street = self.services.km[:, self.services.stands[s]].min(axis=1, initial=math.inf) * detour
            way = np.where(street <= far, street, far)
            total += (
                2 * DAYS * service.trips * self.services.figure("travel") * float((way * self.people).sum())
            )
        return total

    def tables(self, ledger: Ledger) -> None:
        """What the files say of every way and site beside what is planned."""
        trips = np.array([self.kind[name].trips for name in self.ways["service"]], dtype=float)
        rate = self.services.figure("travel") * self.services.figure("detour") * 2 * DAYS * trips
        now = rate * self.ways["km"].to_numpy() * self.ways["persons"].to_numpy()
        for row, value in zip(self.ways.to_dict("records"), now.tolist(), strict=True):
            place = f"{WAYS}, {row['unit']}, {row['service']}, {row['site']}"
            ledger.number(place, row["tco2e_yr"], value, UNIT, WAYS)
        load = self.ways.groupby(["service", "j"])["persons"].sum()
        for row in self.sites.to_dict("records"):
            value = float(load.get((row["service"], row["j"]), 0.0))
            place = f"{PACKAGE}, {row['site']}, {row['service']}, load"
            ledger.number(place, row["load"], value, "person", PACKAGE)
        ledger.done("verify.table", name=WAYS)
