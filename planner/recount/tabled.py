"""A table of a folder beside the rows that it should have: every row by its names, figures and texts."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from planner.export.tables import as_written
from planner.recount.ledger import RELATIVE, Ledger, lacking, unreadable
from words.said import say

Row = Mapping[str, object]
"""What a row should hold: numbers are compared as numbers (None: the cell is empty), all else as text."""


def read_rows(path: Path, columns: Sequence[str], ledger: Ledger) -> list[dict[str, str]] | None:
    """The rows of a CSV file as texts; None, with a line in the ledger, where it cannot be read."""
    try:
        table = pd.read_csv(path, encoding="utf-8-sig", keep_default_na=False, dtype=str)
    except (OSError, ValueError) as fault:
        ledger.differ(path.name, say("runs_verify.readable"), unreadable(fault), by="the folder")
        return None
    missing = [name for name in columns if name not in table]
    if missing:
        ledger.differ(path.name, *lacking(columns, missing), by="the folder")
        return None
    return [
        {str(name): str(as_written(cell)) for name, cell in row.items()} for row in table.to_dict("records")
    ]


def check_rows(
    path: Path,
    keys: tuple[str, ...],
    wanted: Sequence[Row],
    ledger: Ledger,
    differences: Mapping[str, tuple[str, str]] | None = None,
) -> None:
    """Compare the rows of a CSV file with those wanted, each known by its ``keys``; ``differences`` are
    columns that are one figure less another, told to the digits that these have."""
    columns = [*dict.fromkeys([*keys, *(name for row in wanted for name in row)])]
    told = read_rows(path, columns, ledger)
    if told is None:
        return
    said, found = _named(told, keys), _named(wanted, keys)
    for name in ledger.names(path.name, said, found):
        for column, value in found[name].items():
            if column not in keys:
                _cell(f"{path.name}, {name}, {column}", said[name][column], value, path.name, ledger)
        for column, pair in (differences or {}).items():
            _difference(f"{path.name}, {name}, {column}", said[name], column, pair, ledger)
    ledger.done("verify.table", name=path.name)


def _named(rows: Sequence[Row], keys: tuple[str, ...]) -> dict[str, Row]:
    """Rows by their names; those of one name are numbered."""
    seen: Counter[str] = Counter()
    found = {}
    for row in rows:
        name = ", ".join(str(row[key]) for key in keys if row[key] not in ("", None))
        seen[name] += 1
        found[name if seen[name] == 1 else f"{name} ({seen[name]})"] = row
    return found


def _cell(figure: str, said: object, value: object, by: str, ledger: Ledger) -> None:
    if value is None or isinstance(value, float):
        none = value is None or math.isnan(value)
        ledger.number(figure, _number(said), None if none else float(str(value)), by=by)
    else:
        ledger.same(figure, said, str(value), by=by)


def _difference(figure: str, row: Row, column: str, pair: tuple[str, str], ledger: Ledger) -> None:
    """A small difference of large figures has fewer digits than they have."""
    said, one, other = (_number(row.get(name, "")) for name in (column, *pair))
    wanted = None if one is None or other is None else one - other
    if said is not None and wanted is not None:
        close = abs(said - wanted) <= RELATIVE * max(1.0, abs(one or 0.0), abs(other or 0.0))
        wanted = said if close else wanted
    ledger.number(figure, said, wanted, by=figure.partition(",")[0])


def _number(text: object) -> float | None:
    """A cell as a number; None where it is empty, NaN where it is none."""
    if text in ("", None):
        return None
    try:
        return float(str(text))
    except ValueError:
        return math.nan
