"""Coefficient sets as CSV: brought to tCO2e/ha (and year), and refused where they are wrong.

Columns: ``class``, ``kind`` (flux, standing, new, stock or construction), ``pool``, ``value``, ``unit``,
``low``, ``high``, ``source``; optional ``confidence``, ``region``, ``mark`` (placeholder, from memory,
assumed, derived); for a stock ``gain_years`` (e-folding time of its gain on new land) and ``reference`` (the
value by which gain and loss are told apart, of a set that was drawn from another); for construction and
energy ``floor_area_ratio`` (the value is then per area of floor; ``class``: by the ``floor_ratio`` of each
class of the study), for construction ``life_years`` (over which it is spread; a total without it is spread
over the study's horizon); ``stated`` (``yes``: a figure of the area, which no total of energy scales).
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from itertools import combinations
from pathlib import Path
from typing import Any, TypeVar

from instances.carbon.coefficients import (
    ENERGY,
    GENERIC,
    GROUND,
    MEMBERS,
    Coefficient,
    CoefficientSet,
    Kind,
    Mark,
)
from instances.carbon.ranges import MOST, STANDARD, Line, tell_implausible
from instances.carbon.units import EXAMPLES, CarbonUnit, meant_by_case, parse_unit
from instances.land.classes import class_table
from instances.study.files import find_file, nearest
from instances.study.findings import Findings
from instances.study.tables import table_names, table_text
from words.said import Said, say

E = TypeVar("E", bound=StrEnum)
OF_CLASS = "class"
"""Instead of a floor-area ratio: that of each class of the study."""
STATED = "yes"
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
MOST_MB = 20.0
"""A larger file is no table of coefficients."""


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
    return read_file(coefficients, folder, known, place, findings)


def read_file(
    name: str, folder: Path, known: Collection[str], place: str, findings: Findings
) -> CoefficientSet | None:
    """The coefficients of a CSV relative to the study, which its key ``place`` names; None, and errors, where
    it is missing or wrong."""
    path = find_file(name, folder, place, findings)
    text = None if path is None else _text(path, name, place, findings)
    return None if text is None else parse_set(text, name, known, findings)


def _text(path: Path, name: str, place: str, findings: Findings) -> str | None:
    """The text of a file of coefficients; None, and an error, where it is none: a device never ends."""
    text = None
    try:
        if not path.is_file():
            fault = say("coefficients.no_file", name=name)
            findings.error(place, fault, say("coefficients.name_csv"))
            return None
        if (size := path.stat().st_size / 1e6) > MOST_MB:
            fault = say("coefficients.too_large", name=name, mb=size, most=MOST_MB)
            findings.error(place, fault, say("coefficients.name_csv"))
            return None
        text = _decode(path.read_bytes())
    except OSError as wrong:
        fault = say("coefficients.unreadable", name=name, why=str(wrong.strerror))
        findings.error(place, fault, say("coefficients.permissions"))
        return None
    if text is None:
        fault = say("coefficients.no_text", name=name)
        findings.error(place, fault, say("coefficients.save_text"))
    return text


def _decode(raw: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def parse_set(text: str, name: str, known: Collection[str], findings: Findings) -> CoefficientSet | None:
    """The set written in a CSV text; None, and an error for every fault, where it is wrong. Figures that no
    land is likely to have are warnings."""
    before = len(findings.errors)
    reader = csv.DictReader(io.StringIO(text, newline=""), restval="")
    rows: dict[tuple[str, Kind, str], Coefficient] = {}
    lines: dict[tuple[str, Kind, str], Line] = {}
    try:
        header = [column.strip() for column in reader.fieldnames or ()]
        if not _has_columns(header, name, findings):
            return None
        reader.fieldnames = header
        for row in reader:
            place = say("coefficients.line", name=name, n=reader.line_num)
            found = _coefficient(row, place, known, findings)
            if found is None:
                continue
            key = (found.name, found.kind, found.pool)
            if key in rows:
                fault = say("coefficients.twice", kind=found.kind, pool=found.pool, row_class=found.name)
                findings.error(place, fault, say("coefficients.keep_line"))
            rows[key] = found
            written = {column: row[column].strip() for column in ("value", "low", "high")}
            lines[key] = Line(reader.line_num, row["unit"].strip(), written)
    except csv.Error as fault_of_csv:
        place = say("coefficients.line", name=name, n=reader.line_num)
        fault = say("coefficients.no_csv", why=str(fault_of_csv))
        findings.error(place, fault, say("coefficients.save_again"))
    if not rows and len(findings.errors) == before:
        findings.error(name, say("coefficients.empty"), say("coefficients.add_line"))
    refuse_double_counting(rows, name, findings)
    if len(findings.errors) > before:
        return None
    tell_implausible(name, rows, lines, findings)
    return CoefficientSet(name, rows)


def _has_columns(header: Sequence[str], name: str, findings: Findings) -> bool:
    place = say("coefficients.line", name=name, n=1)
    twice = sorted({column for column in header if column and header.count(column) > 1})
    if twice:
        fault = say("coefficients.columns_twice", n=len(twice), twice=twice)
        findings.error(place, fault, say("coefficients.keep_column"))
    missing = [column for column in REQUIRED if column not in header]
    if missing:
        fault = say("coefficients.columns", n=len(missing), missing=missing)
        findings.error(place, fault, say("coefficients.needs", columns=", ".join(REQUIRED)))
    return not missing and not twice


def _coefficient(
    cells: Mapping[str | Any, Any], place: str, known: Collection[str], findings: Findings
) -> Coefficient | None:
    if None in cells:
        findings.error(place, say("coefficients.fields"), say("coefficients.quote"))
        return None
    before = len(findings.errors)
    row = {column: text.strip() for column, text in cells.items()}
    told = {"row_class": row["class"], "kind": row["kind"], "pool": row["pool"]}
    place = say("coefficients.of_class", place=place, **told)
    if row["class"] not in known and row["class"] not in class_table():
        close = nearest(row["class"], (*known, *class_table()))
        near = say("finding.did_you_mean", close=close)
        remedy = near if close else say("coefficients.name_class", generic=GENERIC)
        findings.error(place, say("coefficients.no_class", name=row["class"]), remedy)
    if not row["pool"]:
        findings.error(place, say("coefficients.no_pool"), say("coefficients.say_pool"))
    kind = _choice(Kind, row["kind"], "kind", place, findings)
    mark = _choice(Mark, row.get("mark", ""), "mark", place, findings)
    figures = _figures(row, place, findings)
    factor = _factor(row, kind, place, findings) if kind is not None else None
    gain_years = _gain_years(row, kind, place, findings)
    reference = _number(row["reference"], "reference", place, findings) if row.get("reference") else None
    if kind is None or mark is None or factor is None or len(findings.errors) > before:
        return None
    pool = re.sub(r"[\s-]+", "_", row["pool"].lower())
    value, low, high = (figure * factor for figure in figures)
    if not _bearable(row, kind, (value, low, high), place, findings):
        return None
    return Coefficient(
        row["class"],
        kind,
        ALIASES.get(pool, pool),
        value,
        low,
        high,
        row["source"],
        mark,
        row.get("region", ""),
        gain_years,
        once=_once(row, kind),
        life_years=float(row["life_years"]) if row.get("life_years") else 0.0,
        reference=None if reference is None else reference * factor,
        stated=row.get("stated", "").lower() == STATED,
        by_floor=row.get("floor_area_ratio", "") == OF_CLASS,
    )


def _once(row: Mapping[str, str], kind: Kind) -> bool:
    """Whether a construction is a total without a life of its own."""
    unit = parse_unit(row["unit"])
    return kind is Kind.CONSTRUCTION and unit is not None and not unit.annual and not row.get("life_years")


def _gain_years(row: Mapping[str, str], kind: Kind | None, place: str, findings: Findings) -> float:
    """The e-folding time of a stock's gain in years; 0 where none is given."""
    text = row.get("gain_years", "")
    if not text:
        return 0.0
    if kind is not Kind.STOCK:
        findings.error(place, say("coefficients.no_gain", kind=row["kind"]), say("coefficients.leave_gain"))
        return 0.0
    years = _number(text, "gain_years", place, findings)
    if years < 0:
        findings.error(place, say("coefficients.gain", years=text), say("coefficients.give_gain"))
    return years


def _bearable(
    row: Mapping[str, str], kind: Kind, figures: tuple[float, float, float], place: str, findings: Findings
) -> bool:
    """False, and an error, where a figure is beyond anything that a hectare of land can do."""
    for column, figure in zip(("value", "low", "high"), figures, strict=True):
        if not abs(figure) <= MOST:
            told = {"column": column, "text": row[column] or row["value"], "unit": row["unit"]}
            fault = say("coefficients.absurd", **told, figure=figure, standard=STANDARD[kind])
            findings.error(place, fault, say("coefficients.lower_unit", most=MOST, standard=STANDARD[kind]))
            return False
    return True


def _choice(choices: type[E], text: str, column: str, place: str, findings: Findings) -> E | None:
    try:
        return choices(text.lower())
    except ValueError:
        known = [str(choice) or say("coefficients.blank") for choice in choices]
        fault = say("coefficients.choice", column=column, text=text)
        findings.error(place, fault, say("coefficients.use_one", known=known))
        return None


def _figures(row: Mapping[str, str], place: str, findings: Findings) -> tuple[float, float, float]:
    """Value, low and high as written; an empty low or high is the value itself."""
    value = _number(row["value"], "value", place, findings)
    low = _number(row["low"], "low", place, findings) if row["low"] else value
    high = _number(row["high"], "high", place, findings) if row["high"] else value
    if low > value or value > high:
        fault = say("coefficients.order", low=low, value=value, high=high)
        findings.error(place, fault, say("coefficients.give_order"))
    return value, low, high


def _number(text: str, column: str, place: str, findings: Findings) -> float:
    """A finite number; NaN and an error where the text is none."""
    try:
        number = float(text)
    except ValueError:
        fault = say("coefficients.no_number", column=column, text=text)
        findings.error(place, fault, say("coefficients.write_number"))
        return math.nan
    if not math.isfinite(number):
        fault = say("coefficients.not_finite", column=column, text=text)
        findings.error(place, fault, say("coefficients.leave_out"))
    return number


def _factor(row: Mapping[str, str], kind: Kind, place: str, findings: Findings) -> float | None:
    """What turns the written value into tCO2e/ha/yr, or tCO2e/ha for a stock."""
    unit = parse_unit(row["unit"])
    if unit is None:
        findings.error(place, say("coefficients.unit", unit=row["unit"]), _unit_remedy(row["unit"]))
        return None
    wants_annual = kind is not Kind.STOCK
    floor, life = row.get("floor_area_ratio", ""), row.get("life_years", "")
    if kind is not Kind.CONSTRUCTION:
        if unit.annual != wants_annual:
            which = "per_year" if wants_annual else "a_store"
            fault = say(f"coefficients.{which}", unit=row["unit"], kind=kind)
            findings.error(place, fault, say("coefficients.such_as", examples=EXAMPLES))
        if life or (floor and row["pool"].lower() != ENERGY):
            fault = say("coefficients.no_building", kind=kind)
            findings.error(place, fault, say("coefficients.leave_empty"))
        return unit.factor * _floor_ratio(floor, place, findings)
    return _factor_of_building(row, unit, place, findings)


def _unit_remedy(text: str) -> Said:
    """What to write instead of a unit that is none."""
    meant = meant_by_case(text)
    if meant:
        return say("coefficients.case_unit", meant=list(meant))
    return say("coefficients.use_unit", examples=EXAMPLES)


def _factor_of_building(
    row: Mapping[str, str], unit: CarbonUnit, place: str, findings: Findings
) -> float | None:
    """What turns the written value of a construction into tCO2e/ha/yr, or tCO2e/ha of a total without
    life."""
    life = row.get("life_years", "")
    years = _number(life, "life_years", place, findings) if life else 1.0
    if life and unit.annual:
        fault = say("coefficients.life", unit=row["unit"], life=life)
        findings.error(place, fault, say("coefficients.give_life"))
    if years <= 0:
        findings.error(place, say("coefficients.years", life=life), say("coefficients.give_years"))
        return None
    ratio = _floor_ratio(row.get("floor_area_ratio", ""), place, findings)
    return unit.factor * ratio / years


def _floor_ratio(floor: str, place: str, findings: Findings) -> float:
    """m2 of floor on a m2 of land, by which a figure per area of floor counts; 1 where it is per area of
    land, or by the ratio of each class."""
    ratio = _number(floor, "floor_area_ratio", place, findings) if floor and floor != OF_CLASS else 1.0
    if ratio < 0:
        findings.error(place, say("coefficients.ratio", floor=floor), say("coefficients.give_ratio"))
    return ratio


def refuse_double_counting(rows: Collection[tuple[str, Kind, str]], name: str, findings: Findings) -> None:
    """An error for every pool that the set counts twice on the same land: as stock and as flux, or within a
    wider pool."""
    pools: dict[tuple[Kind, str], None] = dict.fromkeys(
        (kind, pool) for _, kind, pool in rows if kind is not Kind.CONSTRUCTION
    )
    holding: dict[str, list[tuple[Kind, str]]] = {}
    for kind, pool in pools:
        for part in MEMBERS.get(pool, {pool}):
            holding.setdefault(part, []).append((kind, pool))
    pairs = {
        pair: None
        for held in holding.values()
        for pair in combinations(held, 2)
        if GROUND[pair[0][0]] & GROUND[pair[1][0]]
    }
    order = {pool: position for position, pool in enumerate(pools)}
    for (kind, pool), (other_kind, other) in sorted(pairs, key=lambda pair: [order[one] for one in pair]):
        twice = pool if len(MEMBERS.get(pool, {pool})) <= len(MEMBERS.get(other, {other})) else other
        kinds = {"kind": kind, "one": pool, "other_kind": other_kind, "other": other}
        fault = say("coefficients.pool_twice", pool=twice, **kinds)
        findings.error(name, fault, say("coefficients.keep_one"))
