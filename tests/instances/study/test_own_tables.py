from __future__ import annotations

from pathlib import Path

import pytest

from instances.study.findings import Findings
from instances.study.own_tables import Line, lines_of, read_lines


def read(text: str | bytes, tmp_path: Path) -> tuple[tuple[Line, ...], list[str]]:
    """The lines of a file, and what is said of it."""
    findings = Findings()
    (tmp_path / "t.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    lines = read_lines("t.csv", tmp_path, ("class", "value"), "indicators.jobs.per_class", findings)
    return lines, [str(finding) for finding in findings]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_tables_of_any_office_program_are_read(encoding: str, sign: str, tmp_path: Path) -> None:
    """UTF-8 with or without its mark and GBK, with commas, semicolons or tabs; empty lines count nothing."""
    text = (
        f"Class{sign} value {sign}source\nurban{sign}110{sign}同济手册\n{sign}{sign}\nforest{sign}0{sign}\n"
    )
    lines, told = read(text.encode(encoding), tmp_path)
    assert told == []
    assert [line.cells["class"] for line in lines] == ["urban", "forest"]
    assert lines[0].cells["source"] == "同济手册"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("class,wert\nurban,1\n", "lacks the columns value"),
        ("class,value,value\nurban,1,1\n", "has the columns value twice"),
        ("class,value\nurban,1,2\n", "t.csv: line 2: has more fields than columns"),
        ("class,value\n", "holds no line"),
        ("", "lacks the columns class, value"),
        (b"class,value\n\xff\xff\xff\n", "neither UTF-8 nor GBK"),
    ],
)
def test_what_is_no_such_table_is_told(text: str | bytes, said: str, tmp_path: Path) -> None:
    """A file without the columns, with too many fields or of another encoding is a sentence, no traceback."""
    lines, told = read(text, tmp_path)
    assert lines == ()
    assert said in told[0]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ("many,,", "its value is `many`, not a number"),
        ("nan,,", "its value is nan"),
        ("1e300,,", "its value is 1e300"),
        ("3,4,5", "low 4, value 3 and high 5 are not in order"),
        ("3,x,5", "its low is `x`"),
    ],
)
def test_a_wrong_figure_is_told_at_its_line(cells: str, said: str) -> None:
    """What is no number, no figure or out of order says so with its line."""
    findings = Findings()
    [line] = lines_of(f"class,value,low,high\nurban,{cells}\n", "t.csv", ("class",), findings)
    assert line.range(findings) is None
    assert said in str(findings.errors[0])
    assert str(findings.errors[0]).startswith("t.csv: line 2")


def test_an_empty_range_is_the_value_itself() -> None:
    """Negative figures are figures; low and high that are not given are the value."""
    [line] = lines_of("value,low,high\n-3,,\n", "t.csv", ("value",), Findings())
    assert line.range(Findings()) == (-3.0, -3.0, -3.0)
