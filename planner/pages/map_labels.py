"""Names and numbers on the maps of a report: where each stands, none over another at any width of page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from instances.units.grid import FloatArray
from words.visible import visible

NARROWEST = 320.0
"""Width in CSS pixels of the narrowest map of a page: what does not collide there never does."""
LETTER, LINE = (6.5, 11.5), 15.0
"""Widths of a narrow and a wide (Chinese) letter, and the height of a line, in CSS pixels."""
LONGEST = 12
"""Letters after which a name is cut."""
WIDE = 0x2E80
"""From this code point on letters are wide."""


@dataclass(frozen=True, slots=True)
class Label:
    """A text and where its middle stands on a map, in per cent of its width and height."""

    text: str
    left: float
    top: float


def placed(texts: Sequence[str], at: FloatArray, width: float, height: float) -> tuple[Label, ...]:
    """The texts that have room at their places ``at`` (texts, 2), in pixels of a map ``width`` x ``height``,
    the first ones before the others."""
    scale = NARROWEST / width
    kept: list[tuple[float, float, float, float]] = []
    labels = []
    for text, (x, y) in zip(texts, at.tolist(), strict=True):
        if np.isnan(x):
            continue
        shown = visible(text)
        shown = shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"
        half = sum(LETTER[ord(letter) >= WIDE] for letter in shown) / 2
        # beside the edge of the map a text moves in, as far as it is long
        across = min(max(x * scale, half), NARROWEST - half)
        down = min(max(y * scale, LINE / 2), height * scale - LINE / 2)
        box = (across - half, down - LINE / 2, across + half, down + LINE / 2)
        if any(_meet(box, other) for other in kept):
            continue
        kept.append(box)
        labels.append(Label(shown, 100 * across / NARROWEST, 100 * down / (height * scale)))
    return tuple(labels)


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
