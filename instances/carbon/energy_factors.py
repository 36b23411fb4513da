"""Energy factors by year: what a unit of electricity or fuel emits, and by how much energy emits less then.

    relative(y) = sum over carriers c  share_c x factor_c(y) / factor_c(base year)

Between two years a factor is on the straight line between theirs; before the first year and after the last it
is held. Each end of a range is told beside itself in the base year: how much energy is used, and what it
emits then, is what the coefficient of built land says with a range of its own.

Factors of ``data/energy_factors.csv`` hold for carriers of which a table of the study's own (columns
``carrier, year, value``, and ``unit, low, high, source, mark``) says nothing; those that it marks
``assumed`` only where the study asks for them (``life_cycle.energy``).
"""

from __future__ import annotations

import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from instances.carbon.fuels import FUELS, burnt_of
from instances.carbon.inventory import Inventory, whole_of
from instances.study.findings import Findings
from instances.study.life_cycle_tables import Carrier, LifeCycleTable
from instances.study.own_tables import Line, read_lines
from instances.study.schema import Study
from instances.study.tables import table
from instances.units.grid import FloatArray
from words.said import say

CARRIERS: tuple[Carrier, ...] = typing.get_args(Carrier)
REQUIRED = ("carrier", "year", "value")
FIRST_YEAR, LAST_YEAR = 1900, 2200
PLACE = "life_cycle.energy_factors"


@dataclass(frozen=True, slots=True)
class EnergyFactor:
    """What a unit of a carrier emits in a year, with its range, source and how sure it is."""

    carrier: str
    year: int
    value: float
    low: float
    high: float
    unit: str
    source_en: str
    source_zh: str
    mark: str

    def source(self, lang: str) -> str:
        """Where it comes from, for readers."""
        text: str = getattr(self, f"source_{lang}")
        return text


@dataclass(frozen=True, eq=False)
class EnergyPath:
    """The factors of all carriers, by carrier and year, and the share of each in the energy emissions of
    built land in the base year; ``known_by`` says where the shares come from."""

    rows: tuple[EnergyFactor, ...]
    shares: Mapping[str, float]
    known_by: typing.Literal["study", "inventory", "nation"]

    def factors(self, carrier: str, years: Sequence[int]) -> FloatArray:
        """(value low high, years) of a carrier in each year."""
        own = [row for row in self.rows if row.carrier == carrier]
        known = [row.year for row in own]
        ends = ([row.value for row in own], [row.low for row in own], [row.high for row in own])
        return np.array([np.interp(years, known, each) for each in ends])

    def behind(self, carrier: str, year: int) -> tuple[EnergyFactor, ...]:
        """The one or two rows that the factor of a carrier in a year rests on."""
        own = [row for row in self.rows if row.carrier == carrier]
        before = [row for row in own if row.year <= year][-1:]
        after = [row for row in own if row.year >= year][:1]
        return tuple(dict.fromkeys([*before, *after]))

    def relative(self, years: Sequence[int]) -> FloatArray:
        """(value low high, years) what a unit of energy emits in each year beside the first of them."""
        found = np.zeros((3, len(years)))
        for carrier in (name for name, share in self.shares.items() if share > 0):
            factors = self.factors(carrier, years)
            found += self.shares[carrier] * factors / factors[:, :1]
        value, low, high = found
        return np.array([value, np.minimum.reduce([low, value, high]), np.maximum.reduce([low, value, high])])


def read_energy_path(
    study: Study, folder: Path, inventory: Inventory | None, findings: Findings
) -> EnergyPath:
    """The factors of a study's energy by year; faults of its own table are errors, line by line."""
    asked = study.life_cycle or LifeCycleTable()
    rows = [row for row in map(_of_project, table("energy_factors.csv")) if _holds(row, asked)]
    if asked.energy_factors is not None:
        own = _own(read_lines(asked.energy_factors, folder, REQUIRED, PLACE, findings), findings)
        named = {row.carrier for row in own}
        rows = [*own, *(row for row in rows if row.carrier not in named)]
    names: Sequence[str] = CARRIERS
    rows.sort(key=lambda row: (names.index(row.carrier), row.year))
    shares, known_by = _shares(asked, inventory)
    path = EnergyPath(tuple(rows), shares, known_by)
    _tell_nothing(path, base_year(study), findings)
    return path


def base_year(study: Study) -> int | None:
    """The first year of a study's ledger; None where it has none."""
    if study.stages is not None:
        return study.stages.years[0]
    return None if study.life_cycle is None else study.life_cycle.base_year


def _of_project(row: Mapping[str, str]) -> EnergyFactor:
    value = float(row["value"])
    low, high = (float(row[end] or value) for end in ("low", "high"))
    texts = {key: row[key] for key in ("carrier", "unit", "source_en", "source_zh", "mark")}
    return EnergyFactor(year=int(row["year"]), value=value, low=low, high=high, **texts)


def _holds(row: EnergyFactor, asked: LifeCycleTable) -> bool:
    return row.mark != "assumed" or asked.energy == "assumed"


def _own(lines: Sequence[Line], findings: Findings) -> list[EnergyFactor]:
    """The rows of a table of the study's own."""
    units = {row["carrier"]: row["unit"] for row in table("energy_factors.csv")}
    found: list[EnergyFactor] = []
    for line in lines:
        carrier, year = line.cells["carrier"], line.number("year", findings)
        figures = line.range(findings)
        if carrier not in CARRIERS:
            told = say("energy_factors.no_carrier", name=carrier)
            findings.error(line.place, told, say("energy_factors.name_carrier", names=list(CARRIERS)))
        elif year is not None and not (year.is_integer() and FIRST_YEAR <= year <= LAST_YEAR):
            told = say("energy_factors.no_year", year=line.cells["year"])
            findings.error(line.place, told, say("energy_factors.whole", low=FIRST_YEAR, high=LAST_YEAR))
        elif figures is not None and figures[1] < 0:
            findings.error(line.place, say("energy_factors.negative"), say("energy_factors.not_below"))
        elif year is not None and (carrier, int(year)) in {(row.carrier, row.year) for row in found}:
            findings.error(line.place, say("energy_factors.twice"), say("stated.keep_line"))
        elif year is not None and figures is not None:
            unit = line.cells.get("unit", "") or units[carrier]
            _one_unit(line, unit, [row.unit for row in found if row.carrier == carrier], findings)
            source, mark = line.cells.get("source", ""), line.cells.get("mark", "")
            found.append(EnergyFactor(carrier, int(year), *figures, unit, source, source, mark))
    return found


def _one_unit(line: Line, unit: str, others: Sequence[str], findings: Findings) -> None:
    if others and unit != others[0]:
        told = say("energy_factors.units", unit=unit, other=others[0])
        findings.error(line.place, told, say("energy_factors.one_unit"))


def _shares(
    asked: LifeCycleTable, inventory: Inventory | None
) -> tuple[Mapping[str, float], typing.Literal["study", "inventory", "nation"]]:
    """The share of each carrier: stated, that of the fuels of an inventory, or the nation's."""
    if asked.energy_shares:
        return {str(name): share for name, share in asked.energy_shares.items()}, "study"
    if inventory is not None and all(whole_of(inventory, fuel) is not None for fuel in FUELS):
        burnt = burnt_of(inventory)
        whole = sum(burnt.values())
        if whole > 0:
            return {fuel: amount / whole for fuel, amount in burnt.items()}, "inventory"
    return {row["carrier"]: float(row["share"]) for row in table("energy_shares.csv")}, "nation"


def _tell_nothing(path: EnergyPath, year: int | None, findings: Findings) -> None:
    """An error where a carrier with a share emits nothing in the base year: what it falls to has no
    measure."""
    if year is None:
        return
    for carrier, share in path.shares.items():
        if share > 0 and not path.factors(carrier, [year])[:, 0].all():
            told = say("energy_factors.nothing", carrier=carrier, year=year)
            findings.error(PLACE, told, say("energy_factors.above"))
