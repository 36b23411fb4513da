from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from instances.carbon.inventory import items, read_inventory
from instances.study.findings import Findings, StudyError
from planner.start.inventory import inventory
from tests.support.small_study import write_study


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_workbook_is_read_again_as_it_was_filled_in(lang: str, tmp_path: Path) -> None:
    """Every item has a row with unit, default and source; filled cells are amounts, blank ones are none."""
    path = inventory(tmp_path / "inventory.xlsx", lang=lang)
    book = load_workbook(path)
    sheet = book["inventory"]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == list(items())
    for row in sheet.iter_rows(min_row=2):
        item = items()[row[0].value]
        assert (row[3].value, row[8].value, row[7].value) == (item.unit, item.default, item.label(lang))
        if item.name == "coal":
            row[2].value = 96000
    book.save(path)
    findings = Findings()
    found = read_inventory("inventory.xlsx", tmp_path, None, (), findings)
    assert (list(findings), found.amounts) == ([], {("coal", None): 96000.0})


def test_drop_downs_offer_items_districts_and_marks(tmp_path: Path) -> None:
    """Of a study the districts of its division."""
    path = inventory(tmp_path / "i.xlsx", study=write_study(tmp_path))
    book = load_workbook(path)
    ranges = {each.formula1 for each in book["inventory"].data_validations.dataValidation}
    assert {f"lists!$A$1:$A${len(items())}", "lists!$B$1:$B$2", "lists!$G$1:$G$3"} <= ranges
    assert [book["lists"].cell(row, 2).value for row in (1, 2)] == ["东镇", "西镇"]


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    """Another ending, and a file that is there, unless it may be replaced."""
    with pytest.raises(StudyError, match="no workbook"):
        inventory(tmp_path / "inventory.csv")
    path = inventory(tmp_path / "i.xlsx")
    with pytest.raises(StudyError, match="is there already"):
        inventory(path)
    assert inventory(path, force=True) == path


@pytest.mark.parametrize(
    ("content", "said"), [(b"no zip", "cannot be read as a workbook"), (None, "has no sheet `inventory`")]
)
def test_other_workbooks_are_told(content: bytes | None, said: str, tmp_path: Path) -> None:
    """A file that is none, and one without the sheet."""
    path = tmp_path / "i.xlsx"
    if content is None:
        inventory(path)
        book = load_workbook(path)
        book["inventory"].title = "Tabelle1"
        book.save(path)
    else:
        path.write_bytes(content)
    findings = Findings()
    read_inventory("i.xlsx", tmp_path, None, (), findings)
    assert said in str(findings.errors[0])
