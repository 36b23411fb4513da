"""A comparison in words: never more certain than the certificates are."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from formulations.sensitivity.difference import Interval
from planner.compare.ask import Alternative, Comparison
from planner.compare.loosened import moved
from words.catalogue import Words
from words.numbers import not_above, not_below, percent_not_below

if TYPE_CHECKING:
    from formulations.infeasible import Infeasibility


def cost_in_words(comparison: Comparison, each: Alternative, lang: str | None = None) -> str:
    """What an alternative costs; ``lang`` is zh or en, by default the study's."""
    lang, first = lang or comparison.lang, comparison.first
    if each is first:
        return Words(lang).text("comparison.first")
    extra = comparison.by_first(each) - first.certified.objective
    relaxed = each.relaxed or first.relaxed
    return difference_in_words(comparison.cost(each), extra, first.label(Words(lang)), lang, relaxed=relaxed)


def difference_in_words(known: Interval | None, extra: float, first: str, lang: str, *, relaxed: bool) -> str:
    """What an alternative costs against the one called ``first``: its interval or, where they are not valued
    alike (None), what its plan costs more by the objective of the first, ``extra`` in tCO2e/yr."""
    words = Words(lang)
    if known is not None:
        said = interval_in_words(known, first, lang)
    else:
        key = "comparison.other" if extra >= 0 else "comparison.other_less"
        said = words.text(key, name=first, extra=not_below(abs(extra)))
    return said + words.text("comparison.relaxed") if relaxed else said


def interval_in_words(known: Interval, first: str, lang: str) -> str:
    """An interval of costs, rounded outwards; a difference that the gaps may hide is not called one."""
    words = Words(lang)
    if not known.certain:
        if not (math.isfinite(known.low) and math.isfinite(known.high)):
            return words.text("comparison.open", name=first)
        ends = {"low": not_above(known.low), "high": not_below(known.high)}
        return words.text("comparison.unclear", name=first, **ends)
    near, far = sorted((abs(known.low), abs(known.high)))
    kind = "more" if known.low > 0 else "less"
    if not math.isfinite(far):
        return words.text(f"comparison.{kind}_at_least", low=not_above(near), name=first)
    return words.text(f"comparison.{kind}", low=not_above(near), high=not_below(far), name=first)


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
    if widest is None:
        return Words(lang).text("comparison.gaps")
    return Words(lang).text("comparison.gaps_up_to", gap=percent_not_below(widest))


def relaxations(why: Infeasibility | None, lang: str) -> str:
    """The limits that were moved, or would have to be; empty where there is nothing to loosen."""
    if why is None:
        return ""
    moves = [moved(each, lang) for each in why.together if each.kind == "limit"]
    return Words(lang).text("series.semicolon").join(moves)
