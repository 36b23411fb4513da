"""The carbon account as a sheet of the workbook, in the arrangement of Table 1.

Six columns of the table side by side (stocks natural and of people, input and output as matter and as gas),
each entry with its figures today and in the plan; ratios below. Districts have a sheet of their own.
"""

from __future__ import annotations

import numpy as np

from instances.carbon.accounting import CarbonAccount
from planner.account.tables import rests
from planner.export.sheets import Cell, Column, Sheet
from words.catalogue import Words

KINDS = (
    ("stock", "", "natural"), ("stock", "", "anthropogenic"), ("in", "horizontal", "anthropogenic"),
    ("in", "vertical", "natural"), ("out", "horizontal", "anthropogenic"), ("out", "vertical", ""),
)  # fmt: skip
"""The columns of Table 1: side, way, and whose; output to the air is of both."""


def account_sheet(account: CarbonAccount, lang: str, notes: tuple[str, ...]) -> Sheet:
    """Table 1 with figures: for each of its columns the entries, today and in the plan, one below another."""
    words = Words(lang)
    blocks = [_block(account, kind, lang) for kind in KINDS]
    longest = max(len(block) for block in blocks)
    rows: list[list[Cell]] = []
    for place in range(longest):
        row: list[Cell] = []
        for block in blocks:
            row += block[place] if place < len(block) else [None, None, None]
        rows.append(row)
    for name, figures in rests(account).items():
        ratios = name.startswith("ratio.")
        today, plan = (float(each[0] if ratios else each.sum()) for each in figures)
        shown: list[Cell] = [None if np.isnan(value) else value for value in (today, plan)]
        label = words.text(f"account_rows.{name.replace('.', '_')}")
        rows.append([label, *shown, *[None] * (3 * len(KINDS) - 3)])
    columns: list[Column] = []
    for side, way, origin in KINDS:
        unit = words.text("account.stock_unit") if side == "stock" else words.unit("tC/yr")
        title = words.text(f"account.group_{side}_{way or 'all'}_{origin or 'all'}")
        columns += [Column(title), Column(words.text("workbook.today"), unit)]
        columns.append(Column(words.text("workbook.plan"), unit))
    title = words.text("account.sheet")
    about = words.text("account.sheet_note")
    return Sheet(title, title, (*notes, about), tuple(columns), rows, filtered=False)


def _block(account: CarbonAccount, kind: tuple[str, str, str], lang: str) -> list[list[Cell]]:
    """The entries of one column of the table with their figures; a gap has none."""
    side, way, origin = kind
    found: list[list[Cell]] = []
    for each in account.lines:
        line = each.line
        if line.side == side and line.way == way and (not origin or line.origin == origin):
            figures = [float(each.today.sum()), float(each.plan.sum())]
            found.append([line.label(lang), *(None if np.isnan(value) else value for value in figures)])
    return found


def account_districts_sheet(account: CarbonAccount, lang: str, notes: tuple[str, ...]) -> Sheet:
    """Balance and cycle of every district, today and in the plan."""
    words, known = Words(lang), rests(account)
    names = [*known]
    rows: list[list[Cell]] = []
    for place, district in enumerate(account.districts):
        row: list[Cell] = [district or words.text("workbook.whole_area")]
        for name in names:
            column = place + 1 if name.startswith("ratio.") else place
            values = [float(known[name][at, column]) for at in (0, 1)]
            row += [None if np.isnan(value) else value for value in values]
        rows.append(row)
    columns = [Column(words.text("workbook.district"))]
    for name in names:
        unit = "" if name.startswith("ratio.") else words.unit("tC/yr")
        label = words.text(f"account_rows.{name.replace('.', '_')}")
        columns += [
            Column(words.text("account.column_today", name=label), unit),
            Column(words.text("account.column_plan", name=label), unit),
        ]
    title = words.text("account.district_sheet")
    return Sheet(title, title, notes, tuple(columns), rows)
