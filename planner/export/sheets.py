"""Sheets of a workbook as one hands them in: title, units, number formats, a header that stays, print setup.

Written with XlsxWriter: it only writes, so nothing but what stands here gets into the file, and equal content
gives equal bytes. openpyxl, the other choice, reads the workbooks back in the tests.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xlsxwriter

from planner.maps.sheet import columns_of
from words.catalogue import Words
from words.numbers import decimals_for, floored, raised, raised_share

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with a format of its own, whatever its column's is."""

    value: float | None
    form: str


Cell = str | float | int | bool | Figure | None
WRITTEN = datetime(2000, 1, 1)
"""Stands for the time of writing, so that equal plans are equal files."""
HEADER_FILL, LINE, INK, FAINT = "#dfeadf", "#9db39d", "#1f1f1f", "#666666"
GRID = {"border": 1, "border_color": LINE}
"""The grid of a table: every cell has its lines, on screen and on paper."""
COUNT = "#,##0"
"""How whole numbers are shown."""
NARROWEST, WIDEST = 8, 60
"""Characters of the narrowest and the widest column."""
PAGE, WIDE_PAGE = 190, 300
"""Characters across a printed page of A4 and of A3 at a size that can still be read; wider sheets take more
pages."""
A4, A3 = 9, 8
"""What spreadsheets call these sizes."""
LINE_HEIGHT = 15
"""Points of a line of text."""


def number_format(value: float) -> str:
    """How a number is shown: in the digits that reports show; its full precision stays in the cell."""
    return COUNT if value == 0 else f"#,##0.{'0' * decimals_for(value)}"


@dataclass(frozen=True)
class Column:
    """A column: its heading, the unit under it, and the number format of each value."""

    title: str
    unit: str = ""
    form: Callable[[float], str] = number_format


@dataclass(frozen=True)
class Sheet:
    """One sheet: name of its tab, title, lines under the title, columns and rows; ``totals`` rows end it.

    ``fixed`` columns stay in sight; ``filtered`` gives the header buttons to filter and sort by.
    """

    name: str
    title: str
    notes: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]]
    totals: int = 0
    fixed: int = 1
    filtered: bool = True
    wrapped: frozenset[int] = field(default_factory=frozenset)
    """Columns whose long texts go on in further lines."""
    numbered: bool = False
    """Whether rows are counted in a column of their own before the first; totals are not."""

    def counted(self, number: str) -> Sheet:
        """The sheet as it is written: with the numbers of its rows, headed ``number``, where it has them."""
        if not self.numbered:
            return self
        last = len(self.rows) - self.totals
        return replace(
            self,
            columns=(Column(number), *self.columns),
            rows=[[at + 1 if at < last else None, *row] for at, row in enumerate(self.rows)],
            fixed=self.fixed + 1,
            wrapped=frozenset(column + 1 for column in self.wrapped),
            numbered=False,
        )


def write_workbook_file(sheets: Sequence[Sheet], path: Path, title: str, lang: str) -> None:
    """Write sheets to ``path`` (.xlsx), numbered as annexes; ``lang`` (zh or en) chooses font and words."""
    words = Words(lang)
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": title, "created": WRITTEN})
        forms = _Forms(book, words.text("workbook.font"))
        for annex, sheet in enumerate(sheets, start=1):
            named = replace(sheet, title=words.text("workbook.annex", n=annex, title=sheet.title))
            whole = named.counted(words.text("workbook.number"))
            _write(book.add_worksheet(sheet.name), whole, forms, title)


class _Forms:
    """The formats of a workbook, each made once."""

    def __init__(self, book: xlsxwriter.Workbook, font: str) -> None:
        self._book, self._font = book, font
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def get(self, **properties: Any) -> Format:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            base = {"font_name": self._font, "font_size": 10, "font_color": INK, "valign": "vcenter"}
            self._made[key] = self._book.add_format(base | properties)
        return self._made[key]


def _write(page: Worksheet, sheet: Sheet, forms: _Forms, footer: str) -> None:
    header = len(sheet.notes) + 2
    page.write_string(0, 0, sheet.title, forms.get(bold=True, font_size=14))
    page.set_row(0, 24)
    for row, note in enumerate(sheet.notes, start=1):
        page.write_string(row, 0, note, forms.get(font_color=FAINT))
    for column, one in enumerate(sheet.columns):
        heading = f"{one.title}\n{one.unit}" if one.unit else one.title
        form = forms.get(bold=True, bg_color=HEADER_FILL, text_wrap=True, align="center", **GRID)
        page.write_string(header, column, heading, form)
    page.set_row(header, 32)
    for place, values in enumerate(sheet.rows):
        total = place >= len(sheet.rows) - sheet.totals
        for column, value in enumerate(values):
            _cell(page, header + 1 + place, column, value, _form(forms, sheet, column, value, total))
    _layout(page, sheet, header, footer)


def _form(forms: _Forms, sheet: Sheet, column: int, value: Cell, total: bool) -> Format:
    """The format of a value in a column."""
    properties: dict[str, Any] = dict(GRID)
    if isinstance(value, Figure):
        properties["num_format"] = value.form
    elif isinstance(value, int | float) and not isinstance(value, bool):
        properties["num_format"] = COUNT if isinstance(value, int) else sheet.columns[column].form(value)
    elif column:
        properties["indent"] = 1
    if column in sheet.wrapped:
        properties |= {"text_wrap": True, "align": "left", "indent": 0}
    if total:
        properties |= {"bold": True, "top": 2}
    return forms.get(**properties)


def _cell(page: Worksheet, row: int, column: int, value: Cell, form: Format) -> None:
    number = value.value if isinstance(value, Figure) else value
    if number is None or (isinstance(number, float) and not math.isfinite(number)):
        page.write_blank(row, column, None, form)
    elif isinstance(number, bool):
        page.write_boolean(row, column, number, form)
    elif isinstance(number, int | float):
        page.write_number(row, column, number, form)
    else:
        page.write_string(row, column, number, form)


def _layout(page: Worksheet, sheet: Sheet, header: int, footer: str) -> None:
    """Widths, the header that stays, filters, and how the sheet prints: landscape, on A4 or, if wider, A3."""
    last = header + len(sheet.rows)
    widths = [_width(sheet, column) for column in range(len(sheet.columns))]
    for column, width in enumerate(widths):
        page.set_column(column, column, width)
    for place, values in enumerate(sheet.rows):
        lines = max(
            (math.ceil(columns_of(str(values[k])) / (widths[k] - 2)) for k in sheet.wrapped), default=1
        )
        if lines > 1:
            page.set_row(header + 1 + place, LINE_HEIGHT * lines)
    page.freeze_panes(header + 1, sheet.fixed)
    if sheet.filtered and sheet.rows:
        page.autofilter(header, 0, last - sheet.totals, len(sheet.columns) - 1)
    page.hide_gridlines(1)
    page.set_landscape()
    page.center_horizontally()
    paper, wide = (A4, PAGE) if sum(widths) <= PAGE else (A3, WIDE_PAGE)
    page.set_paper(paper)
    page.fit_to_pages(math.ceil(sum(widths) / wide), 0)
    page.repeat_rows(header)
    page.repeat_columns(0, sheet.fixed - 1)
    page.set_footer(f"&L{footer.replace('&', '&&')}&C{sheet.title.replace('&', '&&')}&R&P / &N")


def _width(sheet: Sheet, column: int) -> float:
    """Characters that a column needs; a Chinese character counts as two."""
    one = sheet.columns[column]
    texts = [one.title, one.unit, *(_shown(row[column], one.form) for row in sheet.rows)]
    return min(max(NARROWEST, *(columns_of(text) for text in texts)), WIDEST) + 2.5


def _shown(value: Cell, form: Callable[[float], str]) -> str:
    """About what a cell shows."""
    if isinstance(value, Figure):
        return value.form
    if isinstance(value, bool) or value is None:
        return "FALSE"
    if isinstance(value, int | float):
        return f"{value:,.{max(len(form(float(value)).partition('.')[2]), 2)}f}"
    return value


def change_format(value: float) -> str:
    """How a change is shown: as a number with its sign."""
    form = number_format(value)
    return f"+{form};-{form};0"


def percent_format(value: float) -> str:
    """How a share is shown: in per cent with the digits that reports show."""
    return "0%" if value == 0 else f"0.{'0' * decimals_for(100 * value)}%"


def change_percent_format(value: float) -> str:
    """How a change in per cent is shown: with its sign."""
    form = percent_format(value)
    return f"+{form};-{form};{form}"


def gap_cell(share: float | None) -> Figure:
    """A gap: rounded up as everywhere, as a spreadsheet would round it down."""
    if share is None:
        return Figure(None, "0%")
    shown = raised_share(share)
    return Figure(float(shown), f"0.{'0' * max(-2 - int(shown.as_tuple().exponent), 0)}%".replace(".%", "%"))


def objective_cell(value: float | None) -> Figure:
    """An objective: rounded up, never shown better than it is."""
    return _rounded_cell(None if value is None else raised(value))


def bound_cell(value: float | None) -> Figure:
    """A lower bound: rounded down, so that it stays one."""
    return _rounded_cell(None if value is None else floored(value))


def _rounded_cell(value: Decimal | None) -> Figure:
    return Figure(None, COUNT) if value is None else Figure(float(value), number_format(float(value)))
