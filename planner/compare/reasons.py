"""Why plans differ, in words: the red line that bars a class, the limit whose price decides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formulations.core.unit_types import combine
from formulations.sensitivity.reasons import NEIGHBOURS, RATES, Key, Side, reasons
from instances.instance import Instance
from instances.units.grid import Layout
from planner.compare.ask import Alternative, Comparison
from planner.plans.plan import Plan
from planner.words.indicator_names import label
from planner.words.numbers import nearest

_EN = {
    "line": "{} is barred in {} by {}",
    "table": "{} is barred in {} by the transition table",
    "price": "the price of {}: {} in {}, {} in {} ({})",
    NEIGHBOURS: "its neighbours are planned otherwise",
    RATES: "its emissions or weights differ",
    "tie": "as good either way, within the gaps",
    "and": "; ",
    "lines": ", ",
}
_ZH = {
    "line": "{1} 情景中 {2} 不允许{0}",
    "table": "{1} 情景中转换规则不允许{0}",
    "price": "{}的价格：{2} 情景 {1}，{4} 情景 {3}（{5}）",
    NEIGHBOURS: "相邻单元的规划不同",
    RATES: "排放系数或权重不同",
    "tie": "在最优性差距内两者相当",
    "and": "；",
    "lines": "、",
}


@dataclass(frozen=True, eq=False)
class Explained:
    """Units (n,) that two plans treat differently, and the number of their reason in ``texts``."""

    units: NDArray[np.int64]
    of: NDArray[np.int32]
    texts: tuple[str, ...]


def explain(comparison: Comparison, other: Alternative) -> Explained:
    """Why each unit has another class in the plan of an alternative than in the first's."""
    first, words = comparison.first, _ZH if comparison.lang == "zh" else _EN
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
                *_barred(first, in_first[row], int(b[units[row]]), comparison.lang),
                *_barred(other, in_other[row], int(a[units[row]]), comparison.lang),
            ]
            texts.append(words["and"].join(barred))
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


def _barred(one: Alternative, row: NDArray[np.bool_], klass: int, lang: str) -> list[str]:
    """What bars a class in one alternative, in words; empty where nothing does."""
    words = _ZH if lang == "zh" else _EN
    instance = one.plan.instance
    land = instance.classes[klass].label(lang)
    lines = [line.label for line, barred in zip(instance.redlines, row[:-1], strict=True) if barred]
    said = [words["line"].format(land, one.title, words["lines"].join(lines))] if lines else []
    return [*said, words["table"].format(land, one.title)] if row[-1] else said


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


def _priced(
    comparison: Comparison, other: Alternative, name: Key | str, district: int, words: dict[str, str]
) -> str:
    """A reason that is no red line, in words."""
    if isinstance(name, str):
        return words[name]
    first = comparison.first
    land = label(name[0], comparison.lang, first.plan.instance.classes)
    divisions = first.plan.instance.districts
    if name[1] in divisions and district >= 0:
        land = f"{land} ({divisions[name[1]].names[district]})"
    here, there = (_price(each.plan, name, district) for each in (first, other))
    unit = _unit(first.plan, name) or _unit(other.plan, name)
    return words["price"].format(land, nearest(here), first.title, nearest(there), other.title, unit)


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
    units = [
        f"tCO2e/yr per {limit.indicator.unit}"
        for limit in plan.problem.limits
        if (limit.indicator.name, limit.districts.name) == name
    ]
    return units[0] if units else ""
