"""Sums and ratios of other indicators.

    sum      S(x) = sum_m w_m I_m(x)
    ratio    R(x) = N(x) / D(x)

of indicators that are counted unit by unit; a sum is over the units of one district alone where it names one.
A sum is counted unit by unit itself: its terms over the same units are one term, so that what can be said of
each unit alone (its least, its greatest) is exact for the sum as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from formulations.core.indicator import CellTerm, Indicator, weighted_sum
from instances.checks import instead
from instances.rules.districts import Districts
from instances.study.findings import Findings
from instances.study.indicator_tables import IndicatorTable
from words.said import say


def added(name: str, unit: str, parts: Iterable[tuple[float, Indicator]]) -> Indicator:
    """The weighted sum of indicators that are counted unit by unit, with one term a scale and grouping."""
    joined: dict[tuple[int, int], CellTerm] = {}
    for term in weighted_sum(name, unit, parts).cells:
        key = (id(term.scale), id(term.group))
        known = joined.get(key)
        joined[key] = term if known is None else replace(known, table=known.table + term.table)
    return Indicator(name, unit, tuple(joined.values()))


def divided(name: str, above: Indicator, below: Indicator) -> Indicator:
    """The ratio of two indicators that are counted unit by unit."""
    unit = "" if above.unit == below.unit else f"{above.unit}/{below.unit}"
    return Indicator(name, unit, ratio=(above, below))


def within(whole: Indicator, districts: Districts | None, district: str | None) -> Indicator:
    """What of an indicator counted unit by unit lies in one district; all of it where none is named."""
    position = None if districts is None or district is None else districts.find(district)
    if districts is None or position is None:
        return whole
    there = districts.member == position
    cells = tuple(replace(term, scale=np.where(there, term.scale, 0.0)) for term in whole.cells)
    return replace(whole, cells=cells)


def add_sums(
    tables: Mapping[str, IndicatorTable],
    catalogue: dict[str, Indicator],
    districts: Mapping[str, Districts],
) -> None:
    """Add the sums and ratios of a study to the catalogue, those first whose parts are known.

    What names an unknown part, or itself by some way round, is left out: ``check_sums`` says so.
    """
    waiting = {name: table for name, table in tables.items() if parts_of(table) and name not in catalogue}
    while waiting:
        ready = [
            name
            for name, table in waiting.items()
            if all(part in catalogue and catalogue[part].by_unit for part in parts_of(table))
        ]
        if not ready:
            return
        for name in ready:
            table = waiting.pop(name)
            made = _made(name, table, catalogue)
            catalogue[name] = within(made, districts.get(table.by or ""), table.district)


def _made(name: str, table: IndicatorTable, catalogue: Mapping[str, Indicator]) -> Indicator:
    if table.ratio is not None:
        return divided(name, *(catalogue[part] for part in table.ratio))
    weights = table.sum if isinstance(table.sum, dict) else {}
    parts = [(weight, catalogue[part]) for part, weight in weights.items()]
    units = [part.unit for _, part in parts]
    return added(name, table.unit or (units[0] if len(set(units)) == 1 else ""), parts)


def parts_of(table: IndicatorTable) -> tuple[str, ...]:
    """The indicators that a sum or a ratio names; none for other tables."""
    if table.ratio is not None:
        return table.ratio
    return tuple(table.sum) if isinstance(table.sum, dict) else ()


def check_sums(
    tables: Mapping[str, IndicatorTable], catalogue: Mapping[str, Indicator], findings: Findings
) -> None:
    """Findings about every sum and ratio: parts that are unknown or not counted by unit, circles, units."""
    for name, table in tables.items():
        key = "ratio" if table.ratio is not None else "sum"
        place = f"indicators.{name}.{key}"
        for part in parts_of(table):
            known = catalogue.get(part)
            if known is not None and not known.by_unit:
                findings.error(place, say("stated.not_by_unit", name=part), say("stated.add_by_unit"))
            elif known is None and part not in tables:
                remedy = instead(part, catalogue, "indicators")
                findings.error(place, say("stated.unknown_part", name=part), remedy)
        circle = _circle(name, tables)
        if circle:
            names = " > ".join(circle)
            findings.error(place, say("stated.circle", names=names), say("stated.break_circle"))
        if isinstance(table.sum, dict) and table.unit is None and name in catalogue:
            units = sorted({catalogue[part].unit for part in table.sum})
            if len(units) > 1:
                findings.error(place, say("stated.units_differ", units=units), say("stated.say_unit"))


def _circle(name: str, tables: Mapping[str, IndicatorTable]) -> tuple[str, ...]:
    """The way from a sum over its parts back to itself; empty where there is none."""
    ways: list[tuple[str, ...]] = [(name,)]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        for part in parts_of(tables[way[-1]]):
            if part == name:
                return (*way, name)
            if part in tables and part not in seen:
                seen.add(part)
                ways.append((*way, part))
    return ()
