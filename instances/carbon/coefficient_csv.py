"""Coefficient sets as CSV: brought to tCO2e/ha (and year), and refused where they are wrong.

Columns: ``class``, ``kind`` (flux, stock or construction), ``pool``, ``value``, ``unit``, ``low``, ``high``,
``source``; optional ``confidence``, ``region``, ``mark`` (placeholder, from memory, assumed, derived) and,
for construction, ``floor_area_ratio`` (the value is then per area of floor) and ``life_years`` (over which
it is spread).
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Collection, Mapping
from enum import StrEnum
from itertools import combinations
from pathlib import Path
from typing import Any, TypeVar

from instances.carbon.coefficients import GENERIC, MEMBERS, Coefficient, CoefficientSet, Kind, Mark
from instances.carbon.units import EXAMPLES, parse_unit
from instances.land.classes import class_table
from instances.study.files import find_file, nearest
from instances.study.findings import Findings
from instances.study.tables import table_names, table_text
from words.said import say

E = TypeVar("E", bound=StrEnum)
REQUIRED = ("class", "kind", "pool", "value", "unit", "low", "high", "source")
ALIASES = {
    **dict.fromkeys(("aboveground", "above_ground", "agb", "c_above"), "above"),
    **dict.fromkeys(("belowground", "below_ground", "bgb", "c_below"), "below"),
    **dict.fromkeys(("soc", "c_soil", "soil_organic_carbon"), "soil"),
    **dict.fromkeys(("c_dead", "dead_organic_matter"), "dead"),
    "deadwood": "dead_wood",
    "biomass": "vegetation",
}
"""Other names of the natural pools."""


def is_file(coefficients: str) -> bool:
    """Whether ``carbon.coefficients`` names a file rather than a set of the project."""
    return coefficients.lower().endswith((".csv", ".txt")) or "/" in coefficients or "\\" in coefficients


def set_names() -> tuple[str, ...]:
    """The coefficient sets of the project."""
    return table_names("carbon")


def read_set(
    coefficients: str, folder: Path, known: Collection[str], findings: Findings
) -> CoefficientSet | None:
    """The set that ``carbon.coefficients`` names: one of the project's, or a CSV relative to the study.

    ``known`` are the classes of the study, which a row may name beside those of the project's table. None
    where the set is missing or wrong; every fault is an error at its line.
    """
    place = "carbon.coefficients"
    if not is_file(coefficients):
        if coefficients not in set_names():
            close = nearest(coefficients, set_names())
            remedy = (
                say("finding.did_you_mean", close=close)
                if close
                else say("coefficients.sets", names=set_names())
            )
            findings.error(place, say("coefficients.no_set", name=coefficients), remedy)
            return None
        return parse_set(table_text(f"carbon/{coefficients}.csv"), coefficients, known, findings)
    path = find_file(coefficients, folder, place, findings)
    if path is None:
        return None
    try:
        text = _decode(path.read_bytes())
    except OSError as fault:
        findings.error(place, f"{coefficients} cannot be read ({fault.strerror})", "Check its permissions")
        return None
    if text is None:
        findings.error(place, f"{coefficients} is neither UTF-8 nor GBK text", "Save it as CSV in UTF-8")
        return None
    return parse_set(text, coefficients, known, findings)


def _decode(raw: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def parse_set(text: str, name: str, known: Collection[str], findings: Findings) -> CoefficientSet | None:
    """The set written in a CSV text; None, and an error for every fault, where it is wrong."""
    before = len(findings.errors)
    reader = csv.DictReader(io.StringIO(text, newline=""), restval="")
    rows: dict[tuple[str, Kind, str], Coefficient] = {}
    try:
        header = [column.strip() for column in reader.fieldnames or ()]
        if not _has_columns(header, name, findings):
            return None
        reader.fieldnames = header
        for row in reader:
            found = _coefficient(row, f"{name}: line {reader.line_num}", known, findings)
            if found is None:
                continue
            key = (found.name, found.kind, found.pool)
            if key in rows:
                fault = f"gives the {found.kind} {found.pool} of {found.name} a second time"
                findings.error(f"{name}: line {reader.line_num}", fault, "Keep one of the two lines")
            rows[key] = found
    except csv.Error as fault:
        findings.error(
            f"{name}: line {reader.line_num}", f"is not CSV: {fault}", "Save the table as CSV again"
        )
    if not rows and len(findings.errors) == before:
        findings.error(name, "holds no coefficient", "Add a line for every class")
    _refuse_double_counting(rows, name, findings)
    return CoefficientSet(name, rows) if len(findings.errors) == before else None


def _has_columns(header: Collection[str], name: str, findings: Findings) -> bool:
    missing = [column for column in REQUIRED if column not in header]
    if missing:
        fault = f"lacks the column{'s' if len(missing) > 1 else ''} {', '.join(missing)}"
        findings.error(f"{name}: line 1", fault, f"A set needs {', '.join(REQUIRED)}, with commas between")
    return not missing


def _coefficient(
    cells: Mapping[str | Any, Any], place: str, known: Collection[str], findings: Findings
) -> Coefficient | None:
    if None in cells:
        findings.error(place, "has more fields than columns", "Put text that holds commas in quotes")
        return None
    before = len(findings.errors)
    row = {column: text.strip() for column, text in cells.items()}
    place = f"{place} ({row['class']}, {row['kind']} {row['pool']})"
    if row["class"] not in known and row["class"] not in class_table():
        close = nearest(row["class"], (*known, *class_table()))
        remedy = f"Did you mean `{close}`?" if close else f"Name a class of the study, or `{GENERIC}`"
        findings.error(place, f"there is no land class `{row['class']}`", remedy)
    if not row["pool"]:
        findings.error(place, "names no pool", "Say which pool or source, such as soil or energy")
    kind = _choice(Kind, row["kind"], "kind", place, findings)
    mark = _choice(Mark, row.get("mark", ""), "mark", place, findings)
    figures = _figures(row, place, findings)
    factor = _factor(row, kind, place, findings) if kind is not None else None
    if kind is None or mark is None or factor is None or len(findings.errors) > before:
        return None
    pool = re.sub(r"[\s-]+", "_", row["pool"].lower())
    value, low, high = (figure * factor for figure in figures)
    return Coefficient(row["class"], kind, ALIASES.get(pool, pool), value, low, high, row["source"], mark)


def _choice(choices: type[E], text: str, column: str, place: str, findings: Findings) -> E | None:
    try:
        return choices(text.lower())
    except ValueError:
        known = ", ".join(str(choice) or "(empty)" for choice in choices)
        findings.error(place, f"its {column} is `{text}`", f"Use one of {known}")
        return None


def _figures(row: Mapping[str, str], place: str, findings: Findings) -> tuple[float, float, float]:
    """Value, low and high as written; an empty low or high is the value itself."""
    value = _number(row["value"], "value", place, findings)
    low = _number(row["low"], "low", place, findings) if row["low"] else value
    high = _number(row["high"], "high", place, findings) if row["high"] else value
    if low > value or value > high:
        fault = f"low {low:g}, value {value:g} and high {high:g} are not in order"
        findings.error(place, fault, "Give low <= value <= high (removals are negative)")
    return value, low, high


def _number(text: str, column: str, place: str, findings: Findings) -> float:
    """A finite number; NaN and an error where the text is none."""
    try:
        number = float(text)
    except ValueError:
        findings.error(
            place, f"its {column} is `{text}`, not a number", "Write a number with a decimal point"
        )
        return math.nan
    if not math.isfinite(number):
        findings.error(place, f"its {column} is {text}", "Write a number, or leave the line out")
    return number


def _factor(row: Mapping[str, str], kind: Kind, place: str, findings: Findings) -> float | None:
    """What turns the written value into tCO2e/ha/yr, or tCO2e/ha for a stock."""
    unit = parse_unit(row["unit"])
    if unit is None:
        findings.error(place, f"its unit is `{row['unit']}`", f"Use a unit such as {EXAMPLES}")
        return None
    wants_annual = kind is not Kind.STOCK
    floor, life = row.get("floor_area_ratio", ""), row.get("life_years", "")
    if kind is not Kind.CONSTRUCTION:
        if unit.annual != wants_annual:
            which = "per year" if wants_annual else "a store, not per year"
            findings.error(
                place, f"its unit is `{row['unit']}`, but a {kind} is {which}", f"Such as {EXAMPLES}"
            )
        if floor or life:
            fault = f"a {kind} has no floor_area_ratio or life_years"
            findings.error(place, fault, "Leave them empty")
        return unit.factor
    years = _number(life, "life_years", place, findings) if life else 1.0
    if bool(life) == unit.annual:
        fault = f"its unit is `{row['unit']}` and its life_years `{life}`"
        findings.error(place, fault, "Give life_years for a total, and none for a figure per year")
    if years <= 0:
        findings.error(place, f"its life_years is {life}", "Give more than 0 years")
        return None
    ratio = _number(floor, "floor_area_ratio", place, findings) if floor else 1.0
    if ratio < 0:
        findings.error(place, f"its floor_area_ratio is {floor}", "Give 0 or more")
    return unit.factor * ratio / years


def _refuse_double_counting(rows: Collection[tuple[str, Kind, str]], name: str, findings: Findings) -> None:
    """An error for every pool that the set counts twice: as stock and as flux, or within a wider pool."""
    pools = dict.fromkeys((kind, pool) for _, kind, pool in rows if kind is not Kind.CONSTRUCTION)
    for (kind, pool), (other_kind, other) in combinations(pools, 2):
        parts, other_parts = MEMBERS.get(pool, {pool}), MEMBERS.get(other, {other})
        if parts & other_parts:
            twice = pool if len(parts) <= len(other_parts) else other
            fault = f"counts the pool {twice} twice: in the {kind} {pool} and in the {other_kind} {other}"
            findings.error(name, fault, "Keep one of them, in all lines of the set")
