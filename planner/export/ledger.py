"""The ledger of a plan's life cycle as a table and as sheets: what every place emits in every year."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from formulations.staged.ledger import PARTS
from planner.export.sheets import Cell, Column, Sheet
from planner.export.tables import write_csv
from planner.plans.life_cycle import ledger_of
from planner.plans.plan import Plan
from words.catalogue import Words

SUMMED = ("cumulative", "low", "high", "unchanged", "change", "change_low", "change_high")
"""What is told from the first year until the end of each."""


def write_ledger(plan: Plan, path: Path) -> None:
    """Write what every place emits in every year, the whole area first (division and district empty).

    Columns in tCO2e: the parts of ``staged.ledger`` and their sum ``net`` in the year; from the first year
    until its end ``cumulative``, at either end of the coefficients' ranges (``low``, ``high``), had nothing
    changed (``unchanged``), and what the plan adds to that (``change``, with its ends).
    """
    write_csv(ledger_table(plan), path)


def ledger_table(plan: Plan) -> pd.DataFrame:
    """The ledger, place by place and year by year."""
    places, found = ledger_of(plan)
    count, years = len(places), len(found.years)
    columns: dict[str, object] = {
        "division": np.repeat([division for division, _ in places], years),
        "district": np.repeat([district for _, district in places], years),
        "year": np.tile(found.years, count),
    }
    columns |= {f"{part}_tco2e": found.parts[:, :, n].T.ravel() for n, part in enumerate(PARTS)}
    columns |= {
        "net_tco2e": found.net.T.ravel(),
        "cumulative_tco2e": found.cumulative.T.ravel(),
        "cumulative_low_tco2e": found.low.T.ravel(),
        "cumulative_high_tco2e": found.high.T.ravel(),
        "cumulative_unchanged_tco2e": found.unchanged.T.ravel(),
        "change_tco2e": found.change.T.ravel(),
        "change_low_tco2e": found.change_low.T.ravel(),
        "change_high_tco2e": found.change_high.T.ravel(),
    }
    return pd.DataFrame(columns)


def ledger_sheet(plan: Plan, lang: str, notes: tuple[str, ...], unit: str) -> Sheet:
    """The ledger of the whole area as a sheet, year by year; ``unit`` is that of its figures for readers."""
    words, (_, found) = Words(lang), ledger_of(plan)
    figures = [*(found.parts[:, 0, n] for n in range(len(PARTS))), found.net[:, 0]]
    figures += [getattr(found, name)[:, 0] for name in SUMMED]
    heads = [words.text(f"ledger_parts.{part}") for part in (*PARTS, "net", *SUMMED)]
    rows: list[list[Cell]] = []
    for place, year in enumerate(found.years):
        rows.append([str(year), *(float(each[place]) for each in figures)])
    title = words.text("ledger.title")
    columns = (Column(words.text("ledger.year")), *(Column(head, unit) for head in heads))
    return Sheet(title, title, (*notes, words.text("ledger.about")), columns, rows)


def ledger_districts_sheet(plan: Plan, lang: str, notes: tuple[str, ...], unit: str) -> Sheet:
    """The ledger of every district as a sheet: what each comes to by the end, and its year of most."""
    words, (places, found) = Words(lang), ledger_of(plan)
    parts = np.sum(found.parts, axis=0)
    rows: list[list[Cell]] = [
        [
            plan.instance.districts[division].label(lang) if division else "",
            district_name(plan, division, district, words),
            str(found.peaks[place]),
            *parts[place].tolist(),
            *(float(getattr(found, name)[-1, place]) for name in SUMMED),
        ]
        for place, (division, district) in enumerate(places)
    ]
    heads = [words.text(f"ledger_parts.{part}") for part in (*PARTS, *SUMMED)]
    title = words.text("ledger.districts")
    columns = (
        *(Column(words.text(f"ledger.{name}")) for name in ("division", "district", "peak")),
        *(Column(head, unit) for head in heads),
    )
    lines = words.text("ledger.districts_about", first=found.years[0], last=found.years[-1])
    return Sheet(title, title, (*notes, lines), columns, rows, fixed=2)


def district_name(plan: Plan, division: str, district: str, words: Words) -> str:
    """A place of the ledger for readers."""
    if not division:
        return words.text("ledger.whole")
    districts = plan.instance.districts[division]
    return districts.names_in(words.lang)[districts.names.index(district)]
