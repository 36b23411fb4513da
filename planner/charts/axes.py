"""Axes of charts: from figures to pixels, with round figures along them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from planner.charts.shapes import FAINT, GRID, Box, Path, Shape, Text, width_of

MARGIN = 0.06
"""Share of its range by which an axis reaches beyond the outermost figure."""
SAME = 1e-9
"""Figures that differ by no more than this share are one: the rest is rounding."""
TICKS = 7
_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Tick:
    """A round figure on an axis, and how it is written."""

    value: float
    text: str


@dataclass(frozen=True, slots=True)
class Scale:
    """Figures from ``low`` to ``high`` laid out from ``start`` to ``end`` in pixels."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Where a figure lies; what is beyond the axis lies at its end."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + min(1.0, max(0.0, share)) * (self.end - self.start)


def reach(values: Sequence[float]) -> tuple[float, float]:
    """Where an axis begins and ends that has room for all values."""
    low, high = min(values), max(values)
    size = max(abs(low), abs(high))
    extent = high - low if high - low > SAME * max(1.0, size) else 0.0
    room = extent * MARGIN or max(1.0, size) * MARGIN
    return low - room, high + room


def ticks(low: float, high: float, most: int = TICKS) -> tuple[Tick, ...]:
    """Round figures between two others, about so many, with the decimals that tell them apart."""
    power = 10.0 ** math.floor(math.log10((high - low) / most))
    step = next(factor * power for factor in _ROUND if factor * power >= (high - low) / most * (1 - 1e-9))
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    if decimals or step == 2.5:
        decimals += 0 if abs(round(step, decimals) - step) < 1e-6 * step else 1
    numbers = range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)
    return tuple(Tick(n * step, _written(n * step, decimals)) for n in numbers)


def upright(scale: Scale, found: Sequence[Tick], frame: Box, size: float) -> list[Shape]:
    """Lines of the grid across the frame, and the figures left of it."""
    left, right = frame[0], frame[2]
    made: list[Shape] = []
    for tick in found:
        y = scale(tick.value)
        made.append(Path(((left, y), (right, y)), GRID, width=0.8))
        made.append(Text(left - 8, y + 0.36 * size, tick.text, size, "end", FAINT))
    return made


def level(scale: Scale, frame: Box, size: float, width: float) -> list[Shape]:
    """Lines of the grid down the frame, and as many figures below it as have room on the ``width``."""
    top, bottom = frame[1], frame[3]
    most = TICKS
    found = ticks(scale.low, scale.high, most)
    while most > 1 and _crowded(found, scale, size):
        most -= 1
        found = ticks(scale.low, scale.high, most)
    made: list[Shape] = []
    for tick in found:
        x = scale(tick.value)
        made.append(Path(((x, top), (x, bottom)), GRID, width=0.8))
        half = width_of(tick.text, size) / 2
        if x + half <= width and x - half >= 0:
            made.append(Text(x, bottom + 1.5 * size, tick.text, size, "middle", FAINT))
    return made


def _crowded(found: Sequence[Tick], scale: Scale, size: float) -> bool:
    if len(found) < 2:
        return False
    widest = max(width_of(tick.text, size) for tick in found)
    return abs(scale(found[1].value) - scale(found[0].value)) < widest + 1.2 * size


def _written(value: float, decimals: int) -> str:
    text = f"{value:,.{decimals}f}"
    return text.replace("-", "−") if text.strip("-0.,") else text.lstrip("-")
