"""A comparison in words, in Chinese and English: never more certain than the certificates are."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from formulations.sensitivity.difference import Interval
from planner.compare.ask import Alternative, Comparison
from planner.compare.loosened import BETWEEN, moved
from planner.words.catalogue import Words, scenario_label
from planner.words.numbers import not_above, not_below, percent_not_below

if TYPE_CHECKING:
    from formulations.infeasible import Infeasibility

_EN = {
    "first": "the alternative that the others are compared with",
    "more": "costs between {} and {} tCO2e/yr more than {}",
    "less": "costs between {} and {} tCO2e/yr less than {}",
    "more_at_least": "costs at least {} tCO2e/yr more than {}",
    "less_at_least": "costs at least {} tCO2e/yr less than {}",
    "unclear": "not distinguishable from {}: the difference is between {} and {} tCO2e/yr, within the gaps",
    "open": "not distinguishable from {}: no bound tells how far the plans are from the best",
    "relaxed": " (with limits loosened, so not by the red lines alone)",
    "other": "weighed otherwise than {}, so their objectives are not compared; its plan, valued as {} is, "
    "costs {} tCO2e/yr more",
    "other_less": "weighed otherwise than {}, so their objectives are not compared; its plan, valued as {} "
    "is, costs {} tCO2e/yr less",
}
_ZH = {
    "first": "其他情景与之比较的情景",
    "more": "比“{2}”多 {0} 至 {1} tCO2e/年",
    "less": "比“{2}”少 {0} 至 {1} tCO2e/年",
    "more_at_least": "比“{1}”至少多 {0} tCO2e/年",
    "less_at_least": "比“{1}”至少少 {0} tCO2e/年",
    "unclear": "与“{}”无法区分：差值介于 {} 与 {} tCO2e/年之间，未超出最优性差距",
    "open": "与“{}”无法区分：没有下界说明方案与最优的距离",
    "relaxed": "（约束已放宽，差值并非仅由红线造成）",
    "other": "权重或系数与“{}”不同，目标值不作比较；按“{}”的目标计算，其方案多 {} tCO2e/年",
    "other_less": "权重或系数与“{}”不同，目标值不作比较；按“{}”的目标计算，其方案少 {} tCO2e/年",
}


def cost_in_words(comparison: Comparison, each: Alternative, lang: str | None = None) -> str:
    """What an alternative costs; ``lang`` is zh or en, by default the study's."""
    lang, first = lang or comparison.lang, comparison.first
    if each is first:
        return (_ZH if lang == "zh" else _EN)["first"]
    extra = comparison.by_first(each) - first.certified.objective
    relaxed = each.relaxed or first.relaxed
    return difference_in_words(comparison.cost(each), extra, first.title, lang, relaxed=relaxed)


def difference_in_words(known: Interval | None, extra: float, first: str, lang: str, *, relaxed: bool) -> str:
    """What an alternative costs against the one titled ``first``: its interval or, where they are not valued
    alike (None), what its plan costs more by the objective of the first, ``extra`` in tCO2e/yr."""
    words = _ZH if lang == "zh" else _EN
    name = scenario_label(first, Words(lang))
    if known is not None:
        said = interval_in_words(known, name, lang)
    else:
        said = words["other" if extra >= 0 else "other_less"].format(name, name, not_below(abs(extra)))
    return said + words["relaxed"] if relaxed else said


def interval_in_words(known: Interval, first: str, lang: str) -> str:
    """An interval of costs, rounded outwards; a difference that the gaps may hide is not called one."""
    words = _ZH if lang == "zh" else _EN
    if not known.certain:
        if not (math.isfinite(known.low) and math.isfinite(known.high)):
            return words["open"].format(first)
        return words["unclear"].format(first, not_above(known.low), not_below(known.high))
    near, far = sorted((abs(known.low), abs(known.high)))
    kind = "more" if known.low > 0 else "less"
    if not math.isfinite(far):
        return words[f"{kind}_at_least"].format(not_above(near), first)
    return words[kind].format(not_above(near), not_below(far), first)


def gap_advice(comparison: Comparison, lang: str) -> str:
    """That the gaps do not tell all alternatives apart, and what would; empty where they do."""
    unclear = [
        each
        for each in comparison.others
        if (known := comparison.cost(each)) is not None and not known.certain
    ]
    if not unclear:
        return ""
    gaps = [each.plan.certificate.gap for each in comparison.alternatives]
    widest = max((gap for gap in gaps if gap is not None), default=None)
    said = "" if widest is None else percent_not_below(widest)
    if lang == "zh":
        aside = f"（{said}）" if said else ""
        return f"目前的最优性差距{aside}不足以区分全部情景；以更小的差距求解可进一步区分。"
    aside = f" ({said})" if said else ""
    return f"Their gaps{aside} are too wide to tell all alternatives apart; solving to a smaller gap may."


def relaxations(why: Infeasibility | None, lang: str) -> str:
    """The limits that were moved, or would have to be; empty where there is nothing to loosen."""
    if why is None:
        return ""
    return BETWEEN[lang].join(moved(each, lang) for each in why.together if each.kind == "limit")
