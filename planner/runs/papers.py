"""Figures that were written out for readers, beside the certificate: report, table of names, prices."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as Xml

import numpy as np
import pandas as pd

from instances.instance import Instance
from instances.units.grid import Layout
from planner.plans.plan import Certificate
from planner.prices.names import LIMIT_PRICES
from planner.recount.ledger import Ledger, unreadable
from planner.runs.profiles import REPORT
from words.said import say

NAMES_TABLE = "plan.tif.aux.xml"
_NUMBER = re.compile(r"[-\u2212]?\d[\d,]*(?:\.\d+)?")


def check_papers(
    folder: Path, certificate: Certificate, instance: Instance, layout: Layout, ledger: Ledger
) -> None:
    """Compare what a folder has of these with the certificate and the layout."""
    if (folder / REPORT).is_file():
        _report(folder / REPORT, certificate, ledger)
    if (folder / NAMES_TABLE).is_file() and instance.grid.is_raster:
        _names_table(folder / NAMES_TABLE, instance, layout, ledger)
    if (folder / LIMIT_PRICES).is_file():
        _prices(folder / LIMIT_PRICES, certificate, ledger)


class _Rows(HTMLParser):
    """The rows of a page that name an indicator: the texts of their cells."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: dict[str, list[str]] = {}
        self._row: list[str] | None = None
        self._inside = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Follow rows and cells."""
        if tag == "tr":
            name = dict(attrs).get("data-indicator")
            self._row = None if name is None else self.rows.setdefault(name, [])
        elif tag == "td" and self._row is not None:
            self._row.append("")
            self._inside = True

    def handle_endtag(self, tag: str) -> None:
        """Leave a cell."""
        if tag == "td":
            self._inside = False

    def handle_data(self, data: str) -> None:
        """Keep the text of a cell."""
        if self._inside and self._row:
            self._row[-1] += data


def _report(path: Path, certificate: Certificate, ledger: Ledger) -> None:
    """Every figure of the page's table of indicators, to the digits that it shows."""
    try:
        rows = _Rows(path.read_text(encoding="utf-8")).rows
    except (OSError, ValueError) as fault:
        ledger.differ(path.name, say("runs_verify.readable"), unreadable(fault), by="the folder")
        return
    asked = dict.fromkeys(
        [*(limit.indicator for limit in certificate.limits), *certificate.objective_weights]
    )
    for name in asked:
        if name not in rows:
            ledger.differ(f"{path.name}, {name}", say("runs_verify.indicator_row"), say("runs_verify.none"))
    for name, cells in rows.items():
        record = certificate.indicators.get(name)
        figure = f"{path.name}, {name}"
        if record is None:
            ledger.differ(figure, say("runs_verify.nothing"), say("runs_verify.one"))
            continue
        wanted = {"today": record.baseline, "plan": record.value, "change": record.value - record.baseline}
        shown = dict(zip(("today", "plan", "change"), (cells[2:3] + cells[4:6]), strict=False))
        for part, value in wanted.items():
            ledger.figures += 1
            text = shown.get(part, "")
            if not shows(text, value):
                ledger.differ(f"{figure}, {part}", repr(value), text.strip() or say("runs_verify.nothing"))
    ledger.done("verify.table", name=path.name)


def shows(text: str, value: float) -> bool:
    """True where a text shows a value rounded to the digits it has."""
    found = _NUMBER.search(text.replace("\u00a0", "").replace("+", ""))
    if found is None:
        return False
    number = found[0].replace(",", "").replace("\u2212", "-")
    decimals = len(number.partition(".")[2])
    return abs(float(number) - value) <= 0.5000001 * 10.0**-decimals + 1e-9 * abs(value)


def _names_table(path: Path, instance: Instance, layout: Layout, ledger: Ledger) -> None:
    """The raster's attribute table: code, cells and class of every row; GIS programs may add to the file."""
    try:
        root = Xml.fromstring(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, Xml.ParseError) as fault:
        ledger.differ(path.name, say("runs_verify.readable"), unreadable(fault), by="the folder")
        return
    columns = [name.text for name in root.iter("Name")]
    rows = [[cell.text or "" for cell in row.iter("F")] for row in root.iter("Row")]
    found = {
        row[columns.index("Class")]: row for row in rows if len(row) == len(columns) and "Class" in columns
    }
    count = np.bincount(layout, minlength=len(instance.classes))
    area = np.bincount(layout, weights=instance.grid.area_ha, minlength=len(instance.classes))
    wanted = {
        item.name: {"Value": str(item.code), "Count": str(count[k]), "Area_ha": f"{area[k]:.4f}"}
        for k, item in enumerate(instance.classes)
    }
    for name in ledger.names(path.name, found, wanted):
        told: Mapping[str | None, str] = dict(zip(columns, found[name], strict=True))
        for field, value in wanted[name].items():
            ledger.same(f"{path.name}, {name}, {field}", told.get(field), value, by=path.name)


def _prices(path: Path, certificate: Certificate, ledger: Ledger) -> None:
    """The table of prices: every limit's bounds, value, room and price are the certificate's."""
    try:
        table = pd.read_csv(path, encoding="utf-8-sig", keep_default_na=False, dtype=str)
    except (OSError, ValueError) as fault:
        ledger.differ(path.name, say("runs_verify.readable"), unreadable(fault), by="the folder")
        return
    rows = table.to_dict("records")
    ledger.same(say("runs_verify.limits_of", name=path.name), len(certificate.limits), len(rows))
    for said, row in zip(certificate.limits, rows, strict=False):
        place = f"{path.name}, {said.label}"
        for field in ("at_least", "at_most", "value", "slack", "price"):
            ledger.number(f"{place}, {field}", getattr(said, field), _number(row.get(field, "")))
        for field in ("indicator", "price_unit"):
            ledger.same(f"{place}, {field}", getattr(said, field), row.get(field))
    ledger.done("verify.table", name=path.name)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
