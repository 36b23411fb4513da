"""The tables of a run's folder beside figures counted again: ``indicators.csv`` and ``transitions.csv``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from planner.export.tables import as_written
from planner.plans.plan import IndicatorRecord
from planner.recount.figures.recount import Recount
from planner.recount.ledger import RELATIVE, Ledger, lacking, unreadable
from words.said import say


def check_indicator_table(path: Path, found: Mapping[str, IndicatorRecord], ledger: Ledger) -> None:
    """``indicators.csv``: every indicator today, in the plan and its change."""
    table = _csv(path, ("indicator", "unit"), ("today", "plan", "change"), ledger)
    if table is None:
        return
    said = {str(row["indicator"]): row for row in table.to_dict("records")}
    for name in ledger.names(path.name, said, found):
        now, row = found[name], said[name]
        ledger.number(f"{path.name}, {name}, today", row["today"], now.baseline, now.unit, path.name)
        ledger.number(f"{path.name}, {name}, plan", row["plan"], now.value, now.unit, path.name)
        change = now.value - now.baseline
        # A small difference of large figures has fewer digits than they have.
        if abs(float(row["change"]) - change) <= RELATIVE * max(1.0, abs(now.value), abs(now.baseline)):
            change = float(row["change"])
        ledger.number(f"{path.name}, {name}, change", row["change"], change, now.unit, path.name)
    ledger.done("verify.table", name=path.name)


def check_transition_table(path: Path, count: Recount, ledger: Ledger) -> None:
    """``transitions.csv``: area, units and net emissions of every pair of classes."""
    table = _csv(path, ("from", "to"), ("area_ha", "units", "net_emissions_tco2e_yr"), ledger)
    if table is None:
        return
    names = count.instance.classes.names
    units, area = count.transitions()
    net = area * count.instance.emissions.total
    net = sum(count.instance.local_emissions(count.layout.astype(np.uint8)).values(), net)
    found = {f"{names[b]} to {names[k]}": (int(b), int(k)) for b, k in np.argwhere(units)}
    said = {f"{row['from']} to {row['to']}": row for row in table.to_dict("records")}
    for name in ledger.names(path.name, said, found):
        place, row = found[name], said[name]
        ledger.number(f"{path.name}, {name}, area", row["area_ha"], float(area[place]), "ha", path.name)
        ledger.number(f"{path.name}, {name}, units", row["units"], int(units[place]), "", path.name)
        figure = f"{path.name}, {name}, net emissions"
        ledger.number(figure, row["net_emissions_tco2e_yr"], float(net[place]), "tCO2e/yr", path.name)
    ledger.done("verify.table", name=path.name)


def _csv(path: Path, texts: tuple[str, ...], numbers: tuple[str, ...], ledger: Ledger) -> pd.DataFrame | None:
    """A table of the folder; None, with a line in the ledger, where it cannot be read."""
    columns = (*texts, *numbers)
    try:
        table = pd.read_csv(path, encoding="utf-8-sig", keep_default_na=False)
    except (OSError, ValueError) as fault:
        ledger.differ(path.name, say("runs_verify.readable"), unreadable(fault), by="the folder")
        return None
    missing = [name for name in columns if name not in table]
    if missing:
        ledger.differ(path.name, *lacking(columns, missing), by="the folder")
        return None
    for name in texts:
        table[name] = table[name].map(as_written)
    for name in numbers:
        table[name] = pd.to_numeric(table[name], errors="coerce")
    twice = int(table.duplicated(list(texts)).sum())
    if twice:
        repeat = say("runs_verify.rows_repeat", n=twice)
        ledger.differ(path.name, say("runs_verify.one_row"), repeat, by="the folder")
    return table
