from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from planner.export.sheets import (
    Column,
    Figure,
    Sheet,
    bound_cell,
    gap_cell,
    number_format,
    objective_cell,
    write_workbook_file,
)


@pytest.mark.parametrize(
    ("value", "form"),
    [(0, "#,##0"), (1_234_567, "#,##0.00"), (-5.25, "#,##0.00"), (0.0061, "#,##0.0000")],
)
def test_numbers_show_what_reports_show(value: float, form: str) -> None:
    """Two decimals, more only where a number is next to nothing."""
    assert number_format(value) == form


@pytest.mark.parametrize(
    ("cell", "value", "form"),
    [
        (gap_cell(0.00123), 0.0013, "0.00%"),
        (gap_cell(1.234e-7), 1.3e-7, "0.000000%"),
        (gap_cell(0.5), 0.5, "0%"),
        (gap_cell(0.0), 0.0, "0%"),
        (objective_cell(4295.121), 4295.13, "#,##0.00"),
        (bound_cell(4295.129), 4295.12, "#,##0.00"),
        (bound_cell(-4295.121), -4295.13, "#,##0.00"),
        (bound_cell(None), None, "#,##0"),
    ],
)
def test_no_cell_looks_better_than_the_proof(cell: Figure, value: float | None, form: str) -> None:
    """A gap and an objective are rounded up, a bound down, each in as many decimals as it is shown with."""
    assert (cell.value, cell.form) == (value, form)


def test_cells_keep_their_kind(tmp_path: Path) -> None:
    """Numbers stay numbers, texts texts, truths truths; what is missing or infinite is left empty."""
    row = ["甲", 1.5, True, None, float("inf"), Figure(0.000216, "0.0000%"), "http://example.org"]
    columns = tuple(Column(name) for name in "abcdefg")
    sheet = Sheet("表", "题 & 名", ("注",), columns, [row])
    write_workbook_file([sheet], tmp_path / "book.xlsx", "题名", "zh")
    page = openpyxl.load_workbook(tmp_path / "book.xlsx")["表"]
    assert [cell.value for cell in page[5]] == ["甲", 1.5, True, None, None, 0.000216, "http://example.org"]
    assert page["F5"].number_format == "0.0000%"
    assert page["G5"].hyperlink is None
    assert page["A1"].value == "附表1　题 & 名"


def test_long_texts_get_the_lines_they_need(tmp_path: Path) -> None:
    """A text wider than the widest column goes on below, in a row that is high enough."""
    sheet = Sheet(
        "s", "t", (), (Column("a"), Column("b")), [["x", "永久基本农田" * 20]], wrapped=frozenset({1})
    )
    write_workbook_file([sheet], tmp_path / "book.xlsx", "t", "en")
    page = openpyxl.load_workbook(tmp_path / "book.xlsx")["s"]
    assert page["B4"].alignment.wrap_text
    assert max(dimension.height or 0 for dimension in page.row_dimensions.values()) >= 60
