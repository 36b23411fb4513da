"""Reads a report as a browser would show it: its tables as rows of text, and the addresses it names."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Row:
    """One row of a table: its attributes and the text of its cells."""

    attributes: dict[str, str | None]
    cells: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """The tables, the texts by section, and every address of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: dict[str, list[Row]] = {}
        self.text: dict[str, str] = {}
        self.addresses: list[str] = []
        self._section, self._cell, self._deaf = "", False, 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Follow sections, rows and cells; keep addresses."""
        named = dict(attrs)
        self.addresses += [named[key] or "" for key in ("src", "href", "action", "srcset") if key in named]
        if tag == "section":
            self._section = named["id"] or ""
        elif tag == "tr":
            self.rows.setdefault(self._section, []).append(Row(named))
        elif tag in ("td", "th"):
            self.rows[self._section][-1].cells.append("")
            self._cell = True
        elif tag in ("script", "style"):
            self._deaf += 1

    def handle_endtag(self, tag: str) -> None:
        """Leave cells and scripts."""
        if tag in ("td", "th"):
            self._cell = False
        elif tag in ("script", "style"):
            self._deaf -= 1

    def handle_data(self, data: str) -> None:
        """Keep text."""
        if self._deaf:
            return
        self.text[self._section] = self.text.get(self._section, "") + data
        if self._cell:
            row = self.rows[self._section][-1]
            row.cells[-1] += data.replace("\u00a0", " ")
