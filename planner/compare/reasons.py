"""Why plans differ, in words: the red line that bars a class, the limit whose price decides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formulations.core.unit_types import combine
from formulations.indicators.catalogue import label
from formulations.sensitivity.reasons import Key, Side, reasons
from instances.instance import Instance
from instances.units.grid import Layout
from planner.compare.ask import Alternative, Comparison
from planner.plans.plan import Plan
from planner.words.catalogue import Words
from planner.words.numbers import nearest


@dataclass(frozen=True, eq=False)
class Explained:
    """Units (n,) that two plans treat differently, and the number of their reason in ``texts``."""

    units: NDArray[np.int64]
    of: NDArray[np.int32]
    texts: tuple[str, ...]


def explain(comparison: Comparison, other: Alternative) -> Explained:
    """Why each unit has another class in the plan of an alternative than in the first's."""
    first, words = comparison.first, Words(comparison.lang)
    a, b = first.plan.layout, other.plan.layout
    units = np.flatnonzero(a != b)
    if len(units) == 0:
        return Explained(units, np.zeros(0, dtype=np.int32), ())
    in_first = _barring(first.plan.instance, units, b)
    in_other = _barring(other.plan.instance, units, a)
    free: NDArray[np.bool_] = ~np.logical_or.reduce(np.hstack([in_first, in_other]), axis=1)
    found = reasons(_side(first.plan), _side(other.plan), units)
    priced = np.where(free, found.of, -1)
    district = np.where(free, _district(comparison, found.names, found.of, units), -1)
    code, count = combine(
        [
            a[units],
            b[units],
            *in_first.T.astype(np.int8),
            *in_other.T.astype(np.int8),
            priced,
            district,
        ]
    )
    example = np.zeros(count, dtype=np.int64)
    example[code[::-1]] = np.arange(len(code) - 1, -1, -1)
    texts = []
    for row in example:
        if free[row]:
            name, where = found.names[priced[row]], int(district[row])
            texts.append(_priced(comparison, other, name, where, words))
        else:
            barred = [
                *_barred(first, in_first[row], int(b[units[row]]), words),
                *_barred(other, in_other[row], int(a[units[row]]), words),
            ]
            texts.append(words.text("series.semicolon").join(barred))
    distinct = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    of = np.array([distinct[text] for text in texts], dtype=np.int32)[code]
    return Explained(units, of, tuple(distinct))


def _side(plan: Plan) -> Side:
    return Side(plan.problem, plan.solution.prices, plan.layout)


def _barring(instance: Instance, units: NDArray[np.int64], layout: Layout) -> NDArray[np.bool_]:
    """(n, red lines + 1) which lines bar a layout's class on some units, and whether the transition table
    does."""
    kind, klass = instance.kinds.of[units], layout[units]
    today = instance.today[units]
    barred = np.zeros((len(units), len(instance.redlines) + 1), dtype=bool)
    for number, line in enumerate(instance.redlines):
        inside, outside = line.bars_inside[today, klass], line.bars_outside[today, klass]
        barred[:, number] = np.where(instance.kinds.inside[kind, number], inside, outside)
    barred[:, -1] = ~instance.transitions[today, klass]
    barred[instance.kinds.allowed[kind, klass]] = False
    return barred


def _barred(one: Alternative, row: NDArray[np.bool_], klass: int, words: Words) -> list[str]:
    """What bars a class in one alternative, in words; empty where nothing does."""
    instance = one.plan.instance
    parts = {"land": instance.classes[klass].label(words.lang), "scenario": one.title}
    lines = [line.label for line, barred in zip(instance.redlines, row[:-1], strict=True) if barred]
    barring = words.text("series.comma").join(lines)
    said = [words.text("reasons.line", **parts, lines=barring)] if lines else []
    return [*said, words.text("reasons.table", **parts)] if row[-1] else said


def _district(
    comparison: Comparison, names: tuple[Key | str, ...], of: NDArray[np.int32], units: NDArray[np.int64]
) -> NDArray[np.int32]:
    """(n,) the district in which a unit's limit holds, 0 where its reason is no limit by district."""
    district = np.zeros(len(units), dtype=np.int32)
    divisions = comparison.first.plan.instance.districts
    for number, name in enumerate(names):
        if isinstance(name, tuple) and name[1] in divisions:
            mine = of == number
            district[mine] = divisions[name[1]].member[units[mine]]
    return district


def _priced(comparison: Comparison, other: Alternative, name: Key | str, district: int, words: Words) -> str:
    """A reason that is no red line, in words."""
    if isinstance(name, str):
        return words.text(f"reasons.{name}")
    first = comparison.first
    land = label(name[0], words.lang, first.plan.instance.classes)
    divisions = first.plan.instance.districts
    if name[1] in divisions and district >= 0:
        land = words.text("comparison.limit", name=land, district=divisions[name[1]].names[district])
    here, there = (_price(each.plan, name, district) for each in (first, other))
    unit = _unit(first.plan, name) or _unit(other.plan, name)
    return words.text(
        "reasons.price", name=land, here=nearest(here), first=first.title, there=nearest(there),
        other=other.title, unit=words.unit(unit),
    )  # fmt: skip


def _price(plan: Plan, name: Key, district: int) -> float:
    """The price of a limit in a district of one plan; 0 where it has no such limit."""
    return float(
        sum(
            plan.solution.prices[limit][district]
            for limit in plan.problem.limits
            if (limit.indicator.name, limit.districts.name) == name
            and limit in plan.solution.prices
            and 0 <= district < len(limit.districts)
        )
    )


def _unit(plan: Plan, name: Key) -> str:
    """The unit of the indicator of a limit of a plan; empty where it has no such limit."""
    units = [
        limit.indicator.unit
        for limit in plan.problem.limits
        if (limit.indicator.name, limit.districts.name) == name
    ]
    return units[0] if units else ""
