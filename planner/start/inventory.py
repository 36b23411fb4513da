"""The workbook of a carbon inventory, to be filled in: every item with its unit and default, drop-downs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

from instances.carbon.inventory import SHEET, items
from instances.study.findings import Finding, StudyError
from planner.plans.optimise import load
from planner.runs.whole import writing
from words.catalogue import Words
from words.numbers import nearest
from words.said import say

COLUMNS = ("item", "district", "amount", "unit", "year", "source", "mark")
"""What is read again; the columns after them help whoever fills it in."""
HELPS = ("name", "default", "per", "default_source")
MARKS = ("measured", "estimated", "assumed")
WIDTHS = (22, 16, 14, 9, 8, 26, 11, 44, 12, 18, 60)
SPARE = 400
"""Rows below the items for districts and further lines, with the same drop-downs."""


def inventory(
    out: str | Path, *, study: str | Path | None = None, lang: str = "en", force: bool = False
) -> Path:
    """Write the workbook of a carbon inventory to ``out`` (.xlsx); returns it.

    ``study`` is a study file whose districts (of ``carbon.inventory.by``, else of its first division) are
    offered as choices. ``StudyError`` where ``out`` cannot be written or is there already and not ``force``.

    >>> planner.inventory("inventory.xlsx", lang="zh").name
    'inventory.xlsx'
    """
    out = Path(out)
    if out.suffix.lower() != ".xlsx":
        raise StudyError([Finding(str(out), say("inventory.no_xlsx"), say("inventory.name_xlsx"))])
    if out.exists() and not force:
        raise StudyError([Finding(str(out), say("inventory.there"), say("inventory.other_name"))])
    districts = _districts(study) if study is not None else ()
    with writing(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        draft = out.with_name(f".{out.stem}.draft.xlsx")
        try:
            _write(draft, districts, Words(lang))
            draft.replace(out)
        finally:
            draft.unlink(missing_ok=True)
    return out


def _districts(study: str | Path) -> tuple[str, ...]:
    """The names of the districts that amounts may be given for."""
    instance = load(study).instance
    kept = instance.study.carbon.inventory
    by = kept.by if kept is not None and kept.by else next(iter(instance.districts), "")
    return instance.districts[by].names if by in instance.districts else ()


def _write(path: Path, districts: Sequence[str], words: Words) -> None:
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(SHEET)
        font = {"font_name": words.text("workbook.font"), "font_size": 10}
        head = book.add_format({**font, "bold": True, "bg_color": "#dfeadf", "border": 1})
        fill = book.add_format({**font, "bg_color": "#fffbe6", "border": 1, "border_color": "#d9d2b0"})
        plain = book.add_format(font)
        faint = book.add_format({**font, "font_color": "#666666", "text_wrap": True})
        for column, name in enumerate((*COLUMNS, *HELPS)):
            sheet.set_column(column, column, WIDTHS[column])
            shown = words.text(f"inventory_heads.{name}") if name in HELPS else name
            sheet.write_string(0, column, shown, head)
            sheet.write_comment(0, column, words.text(f"inventory_columns.{name}"))
        for row, item in enumerate(items().values(), start=1):
            sheet.write_string(row, 0, item.name, plain)
            for column in (1, 2, 4, 5, 6):
                sheet.write_blank(row, column, None, fill)
            sheet.write_string(row, 3, item.unit, plain)
            sheet.write_string(row, 7, item.label(words.lang), plain)
            if item.default is not None:
                per = words.text(f"inventory_per.{item.per.replace('.', '_')}")
                sheet.write_number(row, 8, item.default, faint)
                sheet.write_string(row, 9, per, faint)
                span = words.text("inventory.range", low=nearest(item.low), high=nearest(item.high))
                sheet.write_string(
                    row, 10, f"{item.source(words.lang)}{words.text('series.space')}{span}", faint
                )
            else:
                sheet.write_string(row, 10, words.text("inventory.no_default"), faint)
        _choices(book, sheet, districts, len(items()) + SPARE)
        sheet.freeze_panes(1, 1)


def _choices(
    book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet, districts: Sequence[str], last: int
) -> None:
    """Drop-downs: items, districts and marks, each from a list of its own; amounts are 0 or more."""
    lists = book.add_worksheet("lists")
    lists.hide()
    for column, names in ((0, tuple(items())), (1, tuple(districts)), (6, MARKS)):
        for row, name in enumerate(names):
            lists.write_string(row, column, name)
        if names:
            letter = chr(ord("A") + column)
            source = f"=lists!${letter}$1:${letter}${len(names)}"
            sheet.data_validation(1, column, last, column, {"validate": "list", "source": source})
    sheet.data_validation(1, 2, last, 2, {"validate": "decimal", "criteria": ">=", "value": 0})
