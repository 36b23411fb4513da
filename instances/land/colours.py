"""Colours of land classes: parsing, and shades that tell two classes of one study apart."""

from __future__ import annotations

from collections.abc import Iterable

Colour = tuple[int, int, int]
"""Red, green, blue, 0..255 each."""
NEAR = 20.0
"""Colours closer than this (Euclidean distance in red, green, blue) are hard to tell apart on a map."""
SHADES = (0.82, 0.66, 1.3, 0.5, 1.6, 0.36)
"""Factors of the shades that are tried in turn: below 1 darker, above 1 towards white."""


def parse_colour(text: str) -> Colour:
    """The colour written ``#rrggbb``."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def free_shade(colour: Colour, taken: Iterable[Colour]) -> Colour:
    """The colour itself, or its first shade that is not near a taken one; itself where every shade is."""
    others = tuple(taken)
    shades = [colour, *(shade(colour, factor) for factor in SHADES)]
    return next((one for one in shades if all(distance(one, other) >= NEAR for other in others)), colour)


def shade(colour: Colour, factor: float) -> Colour:
    """A darker (factor below 1) or lighter (above 1) shade."""
    if factor <= 1:
        red, green, blue = (round(part * factor) for part in colour)
    else:
        red, green, blue = (round(255 - (255 - part) / factor) for part in colour)
    return red, green, blue


def distance(one: Colour, other: Colour) -> float:
    """Euclidean distance of two colours in red, green, blue."""
    return float(sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5)
