"""Tables of the user's own as CSV: text in UTF-8 or GBK, columns by their names, every fault at its line."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from instances.study.basics import LARGEST
from instances.study.files import find_file
from instances.study.findings import Findings
from words.said import Said, say

MOST_MB = 20.0
"""A larger file is no table that somebody wrote."""
DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table: where it is, for findings, and its cells by column, without blanks around."""

    place: Said
    cells: Mapping[str, str]

    def number(self, column: str, findings: Findings) -> float | None:
        """The number of a column; None, and an error, where it holds none."""
        text = self.cells.get(column, "")
        try:
            found = float(text)
        except ValueError:
            fault = say("own_tables.no_number", column=column, text=text)
            findings.error(self.place, fault, say("own_tables.write_number"))
            return None
        if not math.isfinite(found) or abs(found) > LARGEST:
            fault = say("own_tables.no_figure", column=column, text=text)
            findings.error(self.place, fault, say("own_tables.write_number"))
            return None
        return found

    def range(self, findings: Findings) -> tuple[float, float, float] | None:
        """Value, low and high; an empty low or high is the value itself. None, and errors, where they are
        wrong."""
        value = self.number("value", findings)
        low = self.number("low", findings) if self.cells.get("low") else value
        high = self.number("high", findings) if self.cells.get("high") else value
        if value is None or low is None or high is None:
            return None
        if not low <= value <= high:
            fault = say("own_tables.order", low=low, value=value, high=high)
            findings.error(self.place, fault, say("own_tables.give_order"))
            return None
        return value, low, high


def read_lines(
    path: str, folder: Path, required: Sequence[str], place: str, findings: Findings
) -> tuple[Line, ...]:
    """The lines of a CSV file that a study names; none, and errors, where it cannot be read.

    Empty lines are passed over; columns beside the ``required`` ones are kept.
    """
    found = find_file(path, folder, place, findings)
    text = None if found is None else text_of(found, path, place, findings)
    return () if text is None else lines_of(text, path, required, findings)


def text_of(found: Path, name: str, place: str, findings: Findings) -> str | None:
    """The text of a file; None, and an error, where it is none: a device never ends."""
    try:
        if not found.is_file() or found.stat().st_size > MOST_MB * 1e6:
            findings.error(place, say("own_tables.no_file", name=name), say("own_tables.save"))
            return None
        raw = found.read_bytes()
    except OSError as wrong:
        fault = say("own_tables.unreadable", name=name, why=str(wrong.strerror))
        findings.error(place, fault, say("own_tables.permissions"))
        return None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    findings.error(place, say("own_tables.no_text", name=name), say("own_tables.save"))
    return None


def lines_of(text: str, name: str, required: Sequence[str], findings: Findings) -> tuple[Line, ...]:
    """The lines of a CSV text."""
    head = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    lines: list[Line] = []
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        missing = [column for column in required if column not in header]
        twice = sorted({column for column in header if column and header.count(column) > 1})
        first = say("own_tables.line", name=name, n=1)
        if missing:
            findings.error(first, say("own_tables.columns", missing=missing), _needs(required))
        if twice:
            findings.error(first, say("own_tables.twice", twice=twice), say("own_tables.keep_column"))
        if missing or twice:
            return ()
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            place = say("own_tables.line", name=name, n=reader.line_num)
            if len(cells) > len(header):
                findings.error(place, say("own_tables.fields"), say("own_tables.quote"))
                continue
            padded = [*cells, *[""] * (len(header) - len(cells))]
            lines.append(Line(place, dict(zip(header, (cell.strip() for cell in padded), strict=True))))
    except csv.Error as wrong:
        place = say("own_tables.line", name=name, n=reader.line_num)
        findings.error(place, say("own_tables.no_csv", why=str(wrong)), say("own_tables.save"))
        return ()
    if not lines:
        findings.error(name, say("own_tables.empty"), _needs(required))
    return tuple(lines)


def _needs(required: Sequence[str]) -> Said:
    return say("own_tables.needs", columns=", ".join(required))
