from __future__ import annotations

from pathlib import Path

import pytest

from planner.recount.ledger import Ledger
from planner.recount.tabled import check_rows

WANTED = [
    {"name": "a", "district": "", "value": 1.5, "plan": 2.0, "unit": "ha"},
    {"name": "a", "district": "", "value": None, "plan": 3.0, "unit": "ha"},
    {"name": "=b", "district": "东镇", "value": 0.1 + 0.2, "plan": 1e9, "unit": ""},
]
TEXT = """name,district,value,plan,unit,change
a,,1.5,2.0,ha,0.5
a,,,3.0,ha,
'=b,东镇,0.3,1000000000.0,,999999999.7
"""


def faults(folder: Path, text: str) -> list[str]:
    """The figures that a table tells otherwise."""
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8-sig")
    ledger = Ledger()
    check_rows(path, ("name", "district"), WANTED, ledger, {"change": ("plan", "value")})
    return [str(each.figure) for each in ledger.differences]


def test_a_table_as_it_should_be_agrees(tmp_path: Path) -> None:
    """Rows of one name are numbered, empty cells are none, and sums in another order are the same."""
    assert faults(tmp_path, TEXT) == []


@pytest.mark.parametrize(
    ("old", "new", "figure"),
    [
        ("1.5", "1.6", "table.csv, a, value"),
        (",3.0,ha", "1,3.0,ha", "table.csv, a (2), value"),
        ("2.0,ha", "2.0,km", "table.csv, a, unit"),
        ("0.5\n", "0.6\n", "table.csv, a, change"),
        ("1.5", "x", "table.csv, a, value"),
        ("1.5", "nan", "table.csv, a, value"),
        ("东镇", "西镇", "table.csv.=b, 西镇"),
        ("a,,,3.0,ha,\n", "", "table.csv.a (2)"),
    ],
)
def test_a_cell_that_is_another_is_named(tmp_path: Path, old: str, new: str, figure: str) -> None:
    """Each by its row and column; a row that is left out or of another name by its name."""
    assert figure in faults(tmp_path, TEXT.replace(old, new, 1))


def test_a_table_without_a_column_is_told(tmp_path: Path) -> None:
    """So is one that is none."""
    assert faults(tmp_path, TEXT.replace("unit", "units", 1)) == ["table.csv"]
    assert faults(tmp_path, "") == ["table.csv"]
