"""The carbon inventory of an area: amounts that a bureau fills in, and defaults for what it leaves blank.

Columns: ``item, district, amount, unit, year, source, mark``; CSV (UTF-8 or GBK) or the sheet ``inventory``
of a workbook. A row without a district is of the whole area. Items stand in ``data/inventory_items.csv``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from instances.study.files import find_file, nearest
from instances.study.findings import Findings
from instances.study.own_tables import Line, lines_of, text_of
from instances.study.tables import table
from words.said import say

SHEET = "inventory"
REQUIRED = ("item", "amount")


@dataclass(frozen=True, slots=True)
class Item:
    """What an inventory asks for: ``default`` of it (``low`` to ``high``) for each unit of ``per``, None
    where nothing can be assumed; ``moves`` is what it moves with where land changes."""

    name: str
    group: str
    unit: str
    moves: str
    default: float | None
    per: str
    low: float
    high: float
    source_en: str
    source_zh: str
    mark: str
    name_en: str
    name_zh: str

    @property
    def intensive(self) -> bool:
        """True for shares and contents, which districts do not add up to."""
        return self.per == "one"

    def label(self, lang: str) -> str:
        """Its name for readers."""
        name: str = getattr(self, f"name_{lang}")
        return name

    def source(self, lang: str) -> str:
        """Where its default comes from, for readers."""
        text: str = getattr(self, f"source_{lang}")
        return text


@cache
def items() -> dict[str, Item]:
    """The items of an inventory by name, in the order of the template."""
    found = {}
    for row in table("inventory_items.csv"):
        value, low, high = (float(row[key]) if row[key] else None for key in ("default", "low", "high"))
        texts = {
            key: row[key]
            for key in (
                "group",
                "unit",
                "moves",
                "per",
                "source_en",
                "source_zh",
                "mark",
                "name_en",
                "name_zh",
            )
        }
        found[row["item"]] = Item(name=row["item"], default=value, low=low or 0.0, high=high or 0.0, **texts)
    return found


@dataclass(frozen=True, slots=True)
class Inventory:
    """What was filled in: amounts by item and district (None: the whole area), and the division meant."""

    amounts: dict[tuple[str, str | None], float]
    by: str | None


def read_inventory(
    path: str,
    folder: Path,
    by: str | None,
    districts: Collection[str],
    findings: Findings,
    place: str = "carbon.inventory.path",
) -> Inventory:
    """The inventory of a study; faults of all lines are errors together. ``districts`` are ``by``'s;
    ``place`` is where the file is named."""
    amounts: dict[tuple[str, str | None], float] = {}
    for line in _lines(path, folder, place, findings):
        name, district = line.cells["item"], line.cells.get("district") or None
        known = items().get(name)
        if known is None:
            close = nearest(name, tuple(items()))
            remedy = say("finding.did_you_mean", close=close) if close else say("inventory.template")
            findings.error(line.place, say("inventory.no_item", name=name), remedy)
        if district is not None and district not in districts:
            close = nearest(district, tuple(districts))
            remedy = say("finding.did_you_mean", close=close) if close else say("inventory.leave_blank")
            findings.error(line.place, say("inventory.no_district", district=district, by=by or "-"), remedy)
        unit = line.cells.get("unit", "")
        if known is not None and unit and unit != known.unit:
            fault = say("inventory.unit", name=name, unit=unit, own=known.unit)
            findings.error(line.place, fault, say("inventory.convert"))
        if not line.cells["amount"]:
            continue  # takes the default
        amount = line.number("amount", findings)
        if amount is not None and amount < 0:
            findings.error(line.place, say("inventory.negative", name=name), say("inventory.leave_blank"))
        if (name, district) in amounts:
            findings.error(line.place, say("inventory.twice", name=name), say("stated.keep_line"))
        amounts[name, district] = amount or 0.0
    for name in {name for name, district in amounts if district is None}:
        parts = sum(amount for (item, district), amount in amounts.items() if item == name and district)
        whole = amounts[name, None]
        if name in items() and not items()[name].intensive and parts > whole * (1 + 1e-9):
            fault = say("inventory.more_than_whole", name=name, parts=parts, whole=whole)
            findings.error(path, fault, say("inventory.correct"))
    return Inventory(amounts, by)


def whole_of(inventory: Inventory, name: str) -> float | None:
    """The amount of an item over the whole area; None where nothing was filled in."""
    whole = inventory.amounts.get((name, None))
    parts = [amount for (item, district), amount in inventory.amounts.items() if item == name and district]
    return whole if whole is not None else (sum(parts) if parts else None)


def _lines(path: str, folder: Path, place: str, findings: Findings) -> Sequence[Line]:
    found = find_file(path, folder, place, findings)
    if found is None:
        return ()
    if not path.lower().endswith(".xlsx"):
        text = text_of(found, path, place, findings)
        return () if text is None else lines_of(text, path, REQUIRED, findings)
    return _sheet(found, path, place, findings)


def _sheet(found: Path, path: str, place: str, findings: Findings) -> Sequence[Line]:
    """The lines of the sheet of a workbook."""
    from openpyxl import load_workbook  # noqa: PLC0415 - slow to load, and seldom needed

    try:
        book = load_workbook(found, read_only=True, data_only=True)
    except Exception as wrong:  # noqa: BLE001 - whatever a broken zip raises
        findings.error(
            place, say("inventory.no_workbook", path=path, why=str(wrong)), say("inventory.template")
        )
        return ()
    if SHEET not in book.sheetnames:
        fault = say("inventory.no_sheet", path=path, sheet=SHEET)
        findings.error(place, fault, say("inventory.template"))
        return ()
    rows = book[SHEET].iter_rows(values_only=True)
    header = [str(cell or "").strip().lower() for cell in next(rows, ())]
    missing = [column for column in REQUIRED if column not in header]
    if missing:
        fault = say("own_tables.columns", missing=missing)
        findings.error(say("own_tables.line", name=path, n=1), fault, say("inventory.template"))
        return ()
    lines = []
    for number, cells in enumerate(rows, start=2):
        texts = ["" if cell is None else str(cell).strip() for cell in cells]
        line = dict(zip(header, texts, strict=False))
        if line.get("item"):
            lines.append(Line(say("own_tables.line", name=path, n=number), line))
    return lines
