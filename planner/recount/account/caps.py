"""``carbon_plan.csv`` counted again: each cap of each district, today and in the plans with and without caps.

Caps are read from the study of the plan that keeps them, values from the maps of both plans. Where caps
collided, that study states bounds that moved: how one stood before is told by the comparison alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from instances.instance import Instance
from instances.units.grid import Layout
from planner.export.tables import as_written
from planner.recount.figures.limit_rows import counted_limits
from planner.recount.figures.recount import Counted, Recount
from planner.recount.ledger import Ledger, lacking, unreadable
from words.said import say

CAPS, CAPPED = "carbon_plan.csv", "carbon_plan"
"""The table, and the name of the scenario with caps."""
TEXTS = ("indicator", "district", "unit", "kept_without", "kept_with")
FIGURES = ("at_most", "today", "without_caps", "with_caps")
Key = tuple[str, str]
"""An indicator and a district."""


@dataclass(frozen=True, eq=False)
class Capped:
    """A study with caps as its plan's folder holds it, its plan, the plan without caps (None: there is none)
    and by how much limits had to give way, as the comparison says."""

    instance: Instance
    planned: Layout
    without: Layout | None
    moves: Sequence[Mapping[str, Any]]


def check_caps(path: Path, capped: Capped, ledger: Ledger) -> None:
    """Compare every row of the table of caps with a count of its own."""
    try:
        table = pd.read_csv(path, encoding="utf-8-sig", keep_default_na=False, dtype=str)
    except (OSError, ValueError) as fault:
        ledger.differ(path.name, say("runs_verify.readable"), unreadable(fault), by="the folder")
        return
    missing = [name for name in (*TEXTS, *FIGURES) if name not in table]
    if missing:
        ledger.differ(path.name, *lacking((*TEXTS, *FIGURES), missing), by="the folder")
        return
    said = [{str(key): as_written(cell) for key, cell in row.items()} for row in table.to_dict("records")]
    expected = _expected(capped, {(str(row["indicator"]), str(row["district"])) for row in said})
    by_name = {f"{row['indicator']} ({row['district']})": row for row in said}
    ledger.same(f"{path.name}, caps", len(said), len(by_name), by=path.name)  # none stands there twice
    for name in ledger.names(path.name, by_name, expected):
        row, now = by_name[name], expected[name]
        for key in TEXTS:
            ledger.same(f"{path.name}, {name}, {key}", row[key], now[key], by=path.name)
        for key in FIGURES:
            told = float(pd.to_numeric(str(row[key]), errors="coerce")) if row[key] else None
            ledger.number(f"{path.name}, {name}, {key}", told, now[key], str(now["unit"]), path.name)
    ledger.done("verify.table", name=path.name)


def _expected(capped: Capped, told: set[Key]) -> dict[str, dict[str, Any]]:
    """Every cap by its name, as the table should tell it; of a study whose caps moved those that are told."""
    instance = capped.instance
    plan = Recount(instance, capped.planned)
    counts = [
        plan.at(instance.today),
        plan.at(instance.today if capped.without is None else capped.without),
        plan,
    ]
    today = counts[0].indicators()
    rows = [counted_limits(count, count.indicators(), today) for count in counts]
    moves = {str(move["label"]): move for move in capped.moves if move.get("kind") == "limit"}
    units = plan.indicators()
    found: dict[str, dict[str, Any]] = {}
    for now, without, planned in zip(*rows, strict=True):
        table = instance.study.limits[planned.limit]
        loose = bool(moves) and (planned.indicator, planned.district or "") in told
        if _most(planned) is None or planned.district is None or (table.caps is None and not loose):
            continue
        most = _before(planned, moves.get(planned.label))
        found[planned.label] = {
            "indicator": planned.indicator,
            "district": planned.district,
            "unit": units[planned.indicator].measure,
            "at_most": most,
            "today": _value(now),
            "without_caps": None if capped.without is None else _value(without),
            "with_caps": _value(planned),
            "kept_without": "no" if capped.without is None else _kept(without, most),
            "kept_with": _kept(planned, most),
        }
    return found


def _most(row: Counted) -> float | None:
    return (row.told or row).at_most


def _value(row: Counted) -> float:
    return (row.told or row).value


def _before(row: Counted, move: Mapping[str, Any] | None) -> float:
    """The cap as it was asked: where it moved, whence."""
    most = float(_most(row) or 0.0)
    before = None if move is None else move.get("bound_from")
    if isinstance(before, int | float) and move is not None and move.get("bound_to") == most:
        return float(before)
    return most


def _kept(row: Counted, most: float) -> str:
    """Whether a cap is kept, by the one rule of what keeps a limit."""
    asked = row if row.told is not None else replace(row, at_most=most)
    return "yes" if _value(row) <= most + asked.allowance else "no"
