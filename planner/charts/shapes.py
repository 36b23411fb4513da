"""What a chart is made of: lines, areas, dots and texts at places in pixels from the upper left corner.

Nothing is drawn here: pages write the shapes as SVG (``chart`` in the templates' macros), ``picture`` paints
them. Every colour and width is said by the shape, so that both look the same.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, TypeAlias

INK, FAINT, GRID, FRAME = "#1c2b2d", "#5c6b6d", "#e3e9e8", "#9fb0ad"
BLUE, RED, GREY, WHITE = "#1d6fa5", "#c2410c", "#e4e8e7", "#ffffff"
LINE_HEIGHT = 1.38
Place: TypeAlias = tuple[float, float]
Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, right, bottom."""


@dataclass(frozen=True, slots=True)
class Path:
    """A line through ``points``, or an area where it has a ``fill``; without ``stroke`` it has no edge."""

    tag: ClassVar[str] = "path"
    points: tuple[Place, ...]
    stroke: str = ""
    fill: str = ""
    width: float = 1.0
    opacity: float = 1.0
    tip: str = ""

    @property
    def course(self) -> str:
        """The points as SVG writes them."""
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in self.points) + ("Z" if self.fill else "")

    def moved(self, across: float, down: float) -> Path:
        """The same elsewhere."""
        return replace(self, points=tuple((x + across, y + down) for x, y in self.points))


@dataclass(frozen=True, slots=True)
class Dot:
    """A dot of ``radius``."""

    tag: ClassVar[str] = "circle"
    x: float
    y: float
    radius: float
    fill: str
    opacity: float = 1.0
    tip: str = ""

    def moved(self, across: float, down: float) -> Dot:
        """The same elsewhere."""
        return replace(self, x=self.x + across, y=self.y + down)


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text; ``anchor`` (start, middle, end) says which part of its baseline is at the place."""

    tag: ClassVar[str] = "text"
    x: float
    y: float
    text: str
    size: float
    anchor: str = "start"
    fill: str = INK
    bold: bool = False

    @property
    def box(self) -> Box:
        """The room that it takes, a little generous."""
        width = width_of(self.text, self.size)
        left = self.x - width * {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor]
        return left, self.y - 0.8 * self.size, left + width, self.y + 0.2 * self.size

    def moved(self, across: float, down: float) -> Text:
        """The same elsewhere."""
        return replace(self, x=self.x + across, y=self.y + down)


Shape: TypeAlias = Path | Dot | Text


@dataclass(frozen=True, slots=True)
class Chart:
    """Shapes on a ground of ``width`` x ``height``, the first at the bottom; ``kind`` says where it is shown
    (``wide``: desk and paper, ``slim``: phone)."""

    kind: str
    width: float
    height: float
    shapes: tuple[Shape, ...]


def moved(shapes: Iterable[Shape], across: float, down: float) -> list[Shape]:
    """Shapes elsewhere."""
    return [shape.moved(across, down) for shape in shapes]


def texts(
    lines: Sequence[str],
    x: float,
    top: float,
    size: float,
    *,
    anchor: str = "start",
    fill: str = INK,
    bold: bool = False,
) -> tuple[list[Shape], float]:
    """Lines of text one below the other from ``top``, and where they end."""
    step = size * LINE_HEIGHT
    made: list[Shape] = [
        Text(x, top + n * step + size, line, size, anchor, fill, bold) for n, line in enumerate(lines)
    ]
    return made, top + len(lines) * step


def width_of(text: str, size: float) -> float:
    """About how wide a text is; seldom less than it will be."""
    return size * sum(_share(letter) for letter in text)


def _share(letter: str) -> float:
    """The width of a letter as a share of its size, in the fonts of maps and pages."""
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.0
    if letter in "ijlrtf.,:;'|!()[]- ":
        return 0.37
    if letter in "mwMW%":
        return 0.93
    return 0.66 if letter.isupper() else 0.58


def columns(width: float, size: float) -> int:
    """How many Latin letters fit into a width."""
    return max(8, int(width / (0.57 * size)))


def overlap(one: Box, other: Box) -> bool:
    """True where two boxes share any room."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
