"""What a map shows, in a sentence, for whoever cannot see it: its largest classes, changes or districts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from instances.instance import Instance
from instances.units.grid import FloatArray, Layout
from instances.units.sums import sum_by
from planner.styles.change_colours import changes_of
from words.catalogue import Words, figure

MOST = 4
"""Classes, and changes, that a sentence names."""


def land_told(instance: Instance, layout: Layout, words: Words) -> str:
    """The classes with most land and their shares."""
    areas = sum_by(layout, instance.grid.area_ha, len(instance.classes))
    order = [int(k) for k in np.argsort(-areas, kind="stable")[:MOST] if areas[k] > 0]
    named = (
        words.text(
            "picture_texts.share",
            name=instance.classes[k].label(words.lang),
            share=words.share(float(areas[k]), instance.grid.total_ha),
        )
        for k in order
    )
    return words.text("picture_texts.land", classes=words.series(named))


def change_told(instance: Instance, layout: Layout, words: Words) -> str:
    """How much land changes, and the changes that take most of it."""
    found, classes = changes_of(instance, layout), instance.classes
    whole = float(found.area_ha.sum()) + found.others_ha
    if not found.pairs:
        return words.text("picture_texts.no_change")
    named = (
        words.text(
            "series_pages.change",
            today=classes[b].label(words.lang),
            planned=classes[k].label(words.lang),
            area=words.amount_plain(float(area), "ha"),
        )
        for (b, k), area in list(zip(found.pairs, found.area_ha, strict=True))[:MOST]
    )
    area = words.amount_plain(whole, "ha")
    return words.text("picture_texts.change", area=area, changes=words.text("series.semicolon").join(named))


def marked_told(instance: Instance, where: NDArray[np.bool_], words: Words) -> str:
    """How much land is marked."""
    area = float(instance.grid.area_ha[where].sum())
    share = words.share(area, instance.grid.total_ha)
    return words.text("picture_texts.marked", area=words.amount_plain(area, "ha"), share=share)


def districts_told(names: Sequence[str], values: FloatArray, words: Words) -> str:
    """The districts with the highest and the lowest figure."""
    known = np.flatnonzero(~np.isnan(values))
    if not len(known):
        return ""
    high, low = (int(known[pick(values[known])]) for pick in (np.argmax, np.argmin))
    ends = {"highest": figure(float(values[high])), "lowest": figure(float(values[low]))}
    return words.text("picture_texts.districts", high=names[high], low=names[low], **ends)
