"""Why plans differ, in words: the red line that bars a class, the limit whose price decides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formulations.sensitivity.causes import causes, price_at
from formulations.sensitivity.reasons import Key, Side
from planner.compare.ask import Alternative, Comparison
from planner.plans.plan import Plan
from planner.words.indicator_names import label
from words.catalogue import Words
from words.numbers import nearest


@dataclass(frozen=True, eq=False)
class Explained:
    """Units (n,) that two plans treat differently, and the number of their reason in ``texts``."""

    units: NDArray[np.int64]
    of: NDArray[np.int32]
    texts: tuple[str, ...]


def explain(comparison: Comparison, other: Alternative) -> Explained:
    """Why each unit has another class in the plan of an alternative than in the first's."""
    first, words = comparison.first, Words(comparison.lang)
    found = causes(_side(first.plan), _side(other.plan), first.plan.instance, other.plan.instance)
    texts = []
    for cause in found.causes:
        if cause.reason is not None:
            texts.append(_priced(comparison, other, cause.reason, cause.district, words))
        else:
            barred = [
                *_barred(first, cause.in_first, cause.other, words),
                *_barred(other, cause.in_other, cause.first, words),
            ]
            texts.append(words.text("series.semicolon").join(barred))
    distinct = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    of = np.array([distinct[text] for text in texts], dtype=np.int32)[found.of]
    return Explained(found.units, of, tuple(distinct))


def _side(plan: Plan) -> Side:
    return Side(plan.problem, plan.solution.prices, plan.layout)


def _barred(one: Alternative, row: NDArray[np.bool_], klass: int, words: Words) -> list[str]:
    """What bars a class in one alternative, in words; empty where nothing does."""
    instance = one.plan.instance
    parts = {"land": instance.classes[klass].label(words.lang), "scenario": one.label(words)}
    lines = [line.label for line, barred in zip(instance.redlines, row[:-1], strict=True) if barred]
    barring = words.text("series.comma").join(lines)
    said = [words.text("reasons.line", **parts, lines=barring)] if lines else []
    return [*said, words.text("reasons.table", **parts)] if row[-1] else said


def _priced(comparison: Comparison, other: Alternative, name: Key | str, district: int, words: Words) -> str:
    """A reason that is no red line, in words."""
    if isinstance(name, str):
        return words.text(f"reasons.{name}")
    first = comparison.first
    land = label(name[0], words.lang, first.plan.instance.classes)
    divisions = first.plan.instance.districts
    if name[1] in divisions and district >= 0:
        land = words.text("comparison.limit", name=land, district=divisions[name[1]].names[district])
    here, there = (price_at(_side(each.plan), name, district) for each in (first, other))
    unit = _unit(first.plan, name) or _unit(other.plan, name)
    return words.text(
        "reasons.price", name=land, here=nearest(here), first=first.label(words), there=nearest(there),
        other=other.label(words), unit=words.unit(unit),
    )  # fmt: skip


def _unit(plan: Plan, name: Key) -> str:
    """The unit of the indicator of a limit of a plan; empty where it has no such limit."""
    units = [row.unit for row in plan.problem.rows if (row.key.indicator, row.key.by or "") == name]
    return units[0] if units else ""
