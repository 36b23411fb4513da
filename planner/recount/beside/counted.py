"""A model beside the layout as verify counts it again: what every kind has in common, and its record."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path

from instances.materials.models import Model
from instances.units.grid import FloatArray
from planner.plans.record import SideRecord
from planner.recount.ledger import Ledger
from words.said import say

KEPT = 1e-6
"""Share by which a row of a model may be missed: what a solver's tolerance leaves."""
UNIT = "tCO2e/yr"


class CountedModel(ABC):
    """A model of an instance under a layout, counted from its files and the map.

    ``linked`` (districts,) is what its links have, in ``link_unit``; ``files`` whether its files could be
    read.
    """

    model: Model
    linked: FloatArray
    link_unit: str
    files: bool = False

    @abstractmethod
    def read(self, folder: Path, ledger: Ledger) -> bool:
        """Read the files; False, with a line in the ledger, where they cannot be read."""

    @abstractmethod
    def rows(self, ledger: Ledger) -> None:
        """Every row of the model."""

    @abstractmethod
    def tables(self, ledger: Ledger) -> None:
        """What the files say of every thing beside what is planned."""

    @abstractmethod
    def tco2e(self, end: str = "value") -> float:
        """What the plan costs in tCO2e/yr, or its low or high end."""

    @abstractmethod
    def without(self) -> float:
        """TCO2e/yr where nothing is done."""

    def at_most(self, place: str, value: float, most: float, unit: str, ledger: Ledger) -> None:
        """A line in the ledger where a value is above what a row lets it be."""
        ledger.figures += 1
        if value > most + KEPT * max(1.0, abs(most)):
            ledger.differ(place, say("runs_verify.most", value=most), f"{value!r} {unit}", by="the study")

    def record(self, said: SideRecord, ledger: Ledger) -> None:
        """What the certificate says of the model."""
        place = f"side.{self.model.name}"
        ledger.number(f"{place}.objective", said.objective, self.tco2e(), UNIT)
        ledger.number(f"{place}.low", said.low, self.tco2e("low"), UNIT)
        ledger.number(f"{place}.high", said.high, self.tco2e("high"), UNIT)
        ledger.same(f"{place}.kind", said.kind, self.model.table.kind)
        ledger.same(f"{place}.linked", said.linked, self.model.table.link)
        room = max(0.0, said.objective - said.bound)
        ledger.number(f"{place}.gap", said.gap, room / max(abs(said.objective), 1e-9))
        links = {link.district: link for link in said.links}
        now = dict(zip(self.model.districts.names, self.linked.tolist(), strict=True))
        for name in ledger.names(f"{place}.links", links, now):
            ledger.number(f"{place}.links.{name}", links[name].value, now[name], self.link_unit)
