"""Colours of changes of class: apart from each other and from unchanged land, with any colour vision.

The classes' own colours cannot tell a change: that of cropland lies next to any pale ground. Changes with
most land have a colour each, all others one together. Against the ground each has a contrast of 3:1
(WCAG 2.2 for graphics); apart from each other they are in CIELAB also as protanopes, deuteranopes and
tritanopes see them (Machado, Oliveira and Fernandes, 2009). Tests compute both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instances.instance import Instance
from instances.land.colours import Colour
from instances.units.grid import FloatArray, Layout
from instances.units.sums import sum_by
from words.catalogue import Words

GROUND: Colour = (236, 236, 236)
"""Land that keeps its class."""
CHANGES: tuple[Colour, ...] = (
    (238, 68, 0), (0, 136, 238), (102, 0, 238), (102, 68, 102), (204, 102, 102), (102, 0, 0),
)  # fmt: skip
"""Changes of class, those with most land first."""
OTHERS: Colour = (0, 0, 68)
"""All further changes."""


VIRIDIS: tuple[Colour, ...] = (
    (68, 1, 84), (71, 44, 122), (59, 81, 139), (44, 113, 142), (33, 144, 141), (39, 173, 129), (92, 200, 99),
    (170, 220, 50), (253, 231, 37),
)  # fmt: skip
"""Anchors of the colours of years in their order."""


def year_colours(count: int) -> tuple[Colour, ...]:
    """The colours of so many years in which land changes; with very many, colours come again."""
    palette = (*CHANGES, OTHERS)
    return tuple(palette[place % len(palette)] for place in range(count))


def order_colours(count: int) -> tuple[Colour, ...]:
    """Colours of so many years one after another, from dark to light: viridis (van der Walt and Smith, 2015),
    told apart with any colour vision and in grey."""
    anchors = np.array(VIRIDIS, dtype=float)
    place = np.linspace(0.0, len(anchors) - 1.0, count)
    below = np.minimum(place.astype(np.int64), len(anchors) - 2)
    share = (place - below)[:, None]
    between = np.rint((1.0 - share) * anchors[below] + share * anchors[below + 1])
    return tuple((int(red), int(green), int(blue)) for red, green, blue in between)


@dataclass(frozen=True, eq=False)
class Changes:
    """How the units of a plan change: ``value`` (units,) the position of each unit's colour in ``colours``;
    ``pairs`` the class today and planned of the first of them and ``area_ha`` (pairs,) their land. After
    these stand one colour for ``others_ha`` of further changes, and the ground."""

    value: NDArray[np.uint8]
    colours: tuple[Colour, ...]
    pairs: tuple[tuple[int, int], ...]
    area_ha: FloatArray
    others_ha: float


def changes_of(instance: Instance, layout: Layout) -> Changes:
    """The changes of a layout from today's land, by the land that they take."""
    count = len(instance.classes)
    pair = instance.today.astype(np.int64) * count + layout
    moved = sum_by(pair, instance.grid.area_ha, count**2)
    moved[np.arange(count) * (count + 1)] = 0.0
    order = np.argsort(-moved, kind="stable")
    shown = [int(at) for at in order[: len(CHANGES)] if moved[at] > 0]
    position = np.full(count**2, len(shown), dtype=np.uint8)  # others
    position[np.arange(count) * (count + 1)] = len(shown) + 1  # the ground
    position[shown] = np.arange(len(shown), dtype=np.uint8)
    return Changes(
        value=position[pair],
        colours=(*CHANGES[: len(shown)], OTHERS, GROUND),
        pairs=tuple(divmod(at, count) for at in shown),
        area_ha=moved[shown],
        others_ha=float(moved.sum() - moved[shown].sum()),
    )


def change_legend(found: Changes, instance: Instance, words: Words) -> list[tuple[Colour, str]]:
    """The colours of changes with what they mean: from which class to which, and how much land."""
    classes = instance.classes
    named = [
        words.text(
            "series_pages.change",
            today=classes[b].label(words.lang),
            planned=classes[k].label(words.lang),
            area=words.amount_plain(float(area), "ha"),
        )
        for (b, k), area in zip(found.pairs, found.area_ha, strict=True)
    ]
    legend = list(zip(found.colours, named, strict=False))
    if found.others_ha > 0:
        others = words.text("series_pages.others", area=words.amount_plain(found.others_ha, "ha"))
        legend.append((OTHERS, others))
    return [*legend, (GROUND, words.text("series_pages.unchanged"))]
