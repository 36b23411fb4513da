"""What is to be looked at first in a plan: what a planner would doubt, by rules over classes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from instances.units.grid import FloatArray
from instances.units.sums import sum_by
from planner.plans.plan import Plan
from words.catalogue import Words

WATER = "water"
"""The class of the project's table that waters of any scheme are like."""
MOST_CHANGING = 0.5
"""Share of a class beyond which its change is told."""


def look_first(plan: Plan, lang: str) -> tuple[str, ...]:
    """Sentences in a language, zh or en: least sizes that are not kept, classes that vanish, waters that
    become another class, classes of which more than half changes. None where nothing is to be doubted."""
    classes, words = plan.instance.classes, Words(lang)
    count = len(classes)
    pair = plan.instance.today.astype(np.int64) * count + plan.layout
    moved = sum_by(pair, plan.instance.grid.area_ha, count**2).reshape(count, count)
    names = [words.inside(item.label(lang)) for item in classes]
    water = np.array([item.like == WATER for item in classes], dtype=bool)
    return (*_broken(plan, words), *_doubts(moved, names, water, words))


def _broken(plan: Plan, words: Words) -> Iterator[str]:
    """That new land lies in pieces that are too small, where it does."""
    record = plan.certificate.patches
    if record is not None and not record.kept:
        area, below = (words.amount_plain(each, "ha") for each in (record.new_ha, record.below_ha))
        pieces = sum(size.pieces for size in record.sizes)
        yield words.count_text("look_first.broken", pieces, area=area, below=below)


def _doubts(moved: FloatArray, names: list[str], water: NDArray[np.bool_], words: Words) -> Iterator[str]:
    """The doubts of (classes today, classes planned) areas in ha, class by class."""
    today, planned = moved.sum(axis=1), moved.sum(axis=0)
    for k, name in enumerate(names):
        away = moved[k].copy()
        away[k] = 0.0
        dry = np.where(water, 0.0, away) if water[k] else np.zeros(len(names))
        if today[k] > 0 and planned[k] == 0:
            yield words.text("look_first.vanishes", **_told(name, away, today[k], names, words))
        elif dry.any():
            yield words.text("look_first.water", **_told(name, dry, today[k], names, words))
        elif away.sum() > MOST_CHANGING * today[k]:
            share = words.share(away.sum(), today[k])
            yield words.text("look_first.changes", share=share, **_told(name, away, today[k], names, words))


def _told(name: str, away: FloatArray, today: float, names: list[str], words: Words) -> dict[str, str]:
    """The values of a sentence about a class: how much of it becomes other classes (classes,) in ha, and
    which two of them most."""
    most = [j for j in np.argsort(-away, kind="stable")[:2] if away[j] > 0]
    return {
        "land": name,
        "today": words.amount_plain(today, "ha"),
        "area": words.amount_plain(float(away.sum()), "ha"),
        "others": words.text("look_first.and").join(names[j] for j in most),
    }
