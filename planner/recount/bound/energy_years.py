"""Energy by year counted again: factors between the years that are known, and what they come to together."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from instances.carbon.energy_factors import EnergyFactor, EnergyPath
from planner.recount.ledger import Ledger
from planner.recount.tabled import Row, check_rows

TABLE = "energy_factors.csv"


@dataclass(frozen=True, slots=True)
class EnergyYears:
    """What a unit of energy emits in each year beside the first, and the ends of that."""

    value: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


def check_energy_years(
    folder: Path, path: EnergyPath, years: Sequence[int], lang: str, ledger: Ledger
) -> EnergyYears:
    """Compare ``energy_factors.csv`` with the factors of the study; returns what they come to."""
    wanted: list[Row] = []
    sums = [[0.0, 0.0, 0.0] for _ in years]
    for carrier in dict.fromkeys(row.carrier for row in path.rows):
        rows = [row for row in path.rows if row.carrier == carrier]
        share = path.shares.get(carrier, 0.0)
        first = _at(rows, years[0])[0]
        for place, year in enumerate(years):
            ends, behind = _at(rows, year)
            told = dict(zip(("value", "low", "high"), ends, strict=True))
            wanted.append(
                {"year": str(year), "carrier": carrier, "share": share, **told, "unit": rows[0].unit}
                | {"mark": _joined([row.mark for row in behind])}
                | {"source": _joined([row.source(lang) for row in behind])}
            )
            if share > 0:
                sums[place] = [
                    so_far + share * now / then
                    for so_far, now, then in zip(sums[place], ends, first, strict=True)
                ]
    for year, (value, low, high) in zip(years, sums, strict=True):
        ends = value, min(value, low, high), max(value, low, high)
        told = dict(zip(("value", "low", "high"), ends, strict=True))
        wanted.append({"year": str(year), "carrier": "all", "share": sum(path.shares.values()), **told})
    check_rows(folder / TABLE, ("year", "carrier"), wanted, ledger)
    whole = [(value, min(value, low, high), max(value, low, high)) for value, low, high in sums]
    return EnergyYears(*(tuple(each) for each in zip(*whole, strict=True)))


def _at(rows: Sequence[EnergyFactor], year: int) -> tuple[tuple[float, float, float], list[EnergyFactor]]:
    """Value, low and high of a carrier in a year, and the rows that they rest on."""
    known = [row.year for row in rows]
    place = bisect_left(known, year)
    if place == len(rows) or known[place] == year or place == 0:
        row = rows[min(place, len(rows) - 1)]
        return (row.value, row.low, row.high), [row]
    one, other = rows[place - 1], rows[place]
    share = (year - one.year) / (other.year - one.year)
    pairs = ((one.value, other.value), (one.low, other.low), (one.high, other.high))
    value, low, high = (before + share * (after - before) for before, after in pairs)
    return (value, low, high), [one, other]


def _joined(texts: Sequence[str]) -> str:
    return "; ".join(dict.fromkeys(text for text in texts if text))
