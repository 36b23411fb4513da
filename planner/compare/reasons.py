"""Why plans differ, in words: the red line that bars a class, the limit whose price decides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formulations.indicators.catalogue import label
from formulations.sensitivity.causes import causes, price_at
from formulations.sensitivity.reasons import NEIGHBOURS, RATES, Key, Side
from planner.compare.ask import Alternative, Comparison
from planner.plans.plan import Plan
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
    found = causes(_side(first.plan), _side(other.plan), first.plan.instance, other.plan.instance)
    texts = []
    for cause in found.causes:
        if cause.reason is not None:
            texts.append(_priced(comparison, other, cause.reason, cause.district, words))
        else:
            barred = [
                *_barred(first, cause.in_first, cause.other, comparison.lang),
                *_barred(other, cause.in_other, cause.first, comparison.lang),
            ]
            texts.append(words["and"].join(barred))
    distinct = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    of = np.array([distinct[text] for text in texts], dtype=np.int32)[found.of]
    return Explained(found.units, of, tuple(distinct))


def _side(plan: Plan) -> Side:
    return Side(plan.problem, plan.solution.prices, plan.layout)


def _barred(one: Alternative, row: NDArray[np.bool_], klass: int, lang: str) -> list[str]:
    """What bars a class in one alternative, in words; empty where nothing does."""
    words = _ZH if lang == "zh" else _EN
    instance = one.plan.instance
    land = instance.classes[klass].label(lang)
    lines = [line.label for line, barred in zip(instance.redlines, row[:-1], strict=True) if barred]
    said = [words["line"].format(land, one.title, words["lines"].join(lines))] if lines else []
    return [*said, words["table"].format(land, one.title)] if row[-1] else said


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
    here, there = (price_at(_side(each.plan), name, district) for each in (first, other))
    unit = _unit(first.plan, name) or _unit(other.plan, name)
    return words["price"].format(land, nearest(here), first.title, nearest(there), other.title, unit)


def _unit(plan: Plan, name: Key) -> str:
    units = [
        f"tCO2e/yr per {limit.indicator.unit}"
        for limit in plan.problem.limits
        if (limit.indicator.name, limit.districts.name) == name
    ]
    return units[0] if units else ""
