"""Hostile tables of coefficients: every column with odd values, and files that other programs leave."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

from instances.study.tables import table_text
from tests.support.attack.case import ACCEPTED, EITHER, REFUSED, Attack
from tests.support.attack.keys import TEXTS

TEXT = table_text("carbon/china-default.csv")
ROWS = list(csv.DictReader(io.StringIO(TEXT)))
COLUMNS = tuple(ROWS[0])
FIGURES = (
    "1e9",
    "-1e9",
    "1e308",
    "-1e308",
    "1e400",
    "nan",
    "inf",
    "-inf",
    "",
    " ",
    "0",
    "-0",
    "5e-324",
    "9" * 400,
    "1,5",
    "1_000",
    "0x10",
    "５",
    "٥",
    "1e",
    "--1",
    "+1",
    "1 000",
    "1.2.3",
    "true",
    "=1+1",
    "@1",
    "½",
    "-",
    "1e-400",
)


def attacks() -> Iterator[Attack]:
    """Hostile values in every column of the first row, and hostile tables as a whole."""
    for column in COLUMNS:
        values = FIGURES if column in ("value", "low", "high", "floor_area_ratio", "life_years") else ()
        for value in values:
            yield Attack(
                f"coefficient with {column} {value[:12]!r}", EITHER, files=_table(_cells(column, value))
            )
        for sort, text in TEXTS.items():
            yield Attack(f"coefficient with {column} {sort}", EITHER, files=_table(_cells(column, text)))
        required = column in ("class", "kind", "pool", "value", "unit", "low", "high", "source")
        rows = [{key: row[key] for key in COLUMNS if key != column} for row in ROWS]
        yield Attack(
            f"coefficients without {column}",
            REFUSED if required else EITHER,
            ("mine.csv",) if required else (),
            files=_table(_text(rows)),
        )
    for sort, (answer, content) in _wholes().items():
        yield Attack(f"coefficients {sort}", answer, files=_table(content))


def _cells(column: str, value: str) -> bytes:
    return _text([{**ROWS[0], column: value}, *ROWS[1:]])


def _text(rows: list[dict[str, str]], **how: str) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, list(rows[0]), **how)  # type: ignore[arg-type]
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


def _table(content: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder / "mine.csv").write_bytes(content)


def _wholes() -> dict[str, tuple[str, bytes]]:
    whole = TEXT.encode()
    many = [{**ROWS[0], "pool": f"p{number}"} for number in range(20_000)]
    return {
        "with a BOM": (ACCEPTED, b"\xef\xbb\xbf" + whole),
        "in GBK": (ACCEPTED, TEXT.encode("gb18030")),
        "in UTF-16": (REFUSED, TEXT.encode("utf-16")),
        "with semicolons": (REFUSED, _text(ROWS, delimiter=";")),
        "with tabs": (REFUSED, _text(ROWS, delimiter="\t")),
        "with CR": (EITHER, whole.replace(b"\r\n", b"\n").replace(b"\n", b"\r")),
        "with blank lines": (EITHER, whole.replace(b"\n", b"\n\n")),
        "with an open quote": (EITHER, whole + b'"open'),
        "with a quote within": (EITHER, whole.replace(b"cropland", b'crop"land', 1)),
        "with a field of 200,000 letters": (EITHER, whole.replace(b"cropland", b"c" * 200_000, 1)),
        "with NUL": (EITHER, whole.replace(b"cropland", b"crop\0land", 1)),
        "with a line too long": (REFUSED, whole.rstrip() + b",,,,,,,,,,,,,,x\n"),
        "with a line too short": (EITHER, whole + b"cropland\n"),
        "with a column twice": (REFUSED, whole.replace(b"pool", b"kind", 1)),
        "with a line twice": (REFUSED, whole + whole.splitlines(keepends=True)[1]),
        "of a header": (REFUSED, whole.splitlines()[0]),
        "of nothing": (REFUSED, b""),
        "of 20,000 lines": (EITHER, _text(many)),
        "of 30 MB": (REFUSED, b"x" * 30_000_000),
        "as a workbook": (REFUSED, b"PK\x03\x04" + bytes(range(256)) * 20),
        "with CR CR LF": (EITHER, whole.replace(b"\r\n", b"\n").replace(b"\n", b"\r\r\n")),
        "with upper-case columns": (EITHER, whole.replace(b"class,kind", b"CLASS,KIND", 1)),
        "with blanks about columns": (EITHER, whole.replace(b"class,kind", b" class , kind ", 1)),
    }
