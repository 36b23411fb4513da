"""Energy factors by year as a table and as a sheet: what each carrier emits, and what that rests on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from instances.carbon.energy_factors import EnergyPath
from planner.export.sheets import Cell, Column, Sheet, percent_format
from planner.export.tables import write_csv
from planner.plans.life_cycle import changes_of
from planner.plans.plan import Plan
from planner.words.energy_names import carrier_name, mark_name, with_signs
from words.catalogue import Words

ALL = "all"
"""Stands for all carriers together, beside the first year."""


def write_energy_factors(plan: Plan, path: Path) -> None:
    """Write the factor of every carrier in every year of the ledger, its range, unit, source and mark, and
    its share in the energy emissions of built land; carrier ``all`` is what a unit of energy emits beside the
    first year."""
    columns = ("year", "carrier", "share", "value", "low", "high", "unit", "mark", "source")
    write_csv(pd.DataFrame(list(_rows(plan, plan.instance.study.lang)), columns=columns), path)


def energy_factors_sheet(plan: Plan, lang: str) -> Sheet:
    """The same as a sheet, in words."""
    words = Words(lang)
    title = words.text("energy_factors.title")
    rows: list[list[Cell]] = [
        [
            str(year),
            carrier_name(carrier, words),
            share,
            value,
            low,
            high,
            with_signs(unit),
            mark_name(mark, words),
            with_signs(source),
        ]
        for year, carrier, share, value, low, high, unit, mark, source in _rows(plan, lang)
    ]
    heads = [Column(words.text("ledger.year")), Column(words.text("energy_factors.carrier"))]
    heads.append(Column(words.text("energy_factors.share"), form=percent_format))
    heads += [
        Column(words.text(f"energy_factors.{each}"), form=factor_format) for each in ("value", "low", "high")
    ]
    heads += [Column(words.text(f"energy_factors.{each}")) for each in ("unit", "mark", "source")]
    notes = (words.text("energy_factors.about"), known_by(path_of(plan), words))
    return Sheet(title, title, notes, tuple(heads), rows, wrapped=frozenset({8}))


def factor_format(value: float) -> str:
    """How a factor is shown: with four decimals at the most, as reports show it."""
    return f"#,##0.{len(f'{round(value, 4):.4f}'.rstrip('0').split('.')[1]) * '0'}".rstrip(".")


def known_by(path: EnergyPath, words: Words) -> str:
    """Where the shares of the carriers come from, in a sentence."""
    return words.text(f"energy_factors.by_{path.known_by}")


def path_of(plan: Plan) -> EnergyPath:
    """How the energy of a plan's study goes on; ``ValueError`` of an instance without a study file."""
    if plan.instance.energy is None:
        raise ValueError("an instance without a study file has no energy factors")
    return plan.instance.energy


def _rows(plan: Plan, lang: str) -> Iterator[tuple[int, str, float, float, float, float, str, str, str]]:
    """Year, carrier, share, value, low, high, unit, mark and source: carrier by carrier, then all."""
    path, years = path_of(plan), changes_of(plan).years
    for carrier in dict.fromkeys(row.carrier for row in path.rows):
        unit = next(row.unit for row in path.rows if row.carrier == carrier)
        for year, (value, low, high) in zip(years, path.factors(carrier, years).T.tolist(), strict=True):
            behind = path.behind(carrier, year)
            mark, source = (
                _joined(each) for each in zip(*((r.mark, r.source(lang)) for r in behind), strict=True)
            )
            yield year, carrier, path.shares.get(carrier, 0.0), value, low, high, unit, mark, source
    whole = sum(path.shares.values())
    for year, (value, low, high) in zip(years, path.relative(years).T.tolist(), strict=True):
        yield year, ALL, whole, value, low, high, "", "", ""


def _joined(texts: tuple[str, ...]) -> str:
    return "; ".join(dict.fromkeys(text for text in texts if text))
