"""The sheet of a map: where panels and legend go, and the parts every map has (scale bar, north arrow, text).

Lengths on paper are in inches from the lower left corner of the sheet.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.styles.fonts import drawable
from words.visible import visible

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, HEIGHT = 11.69, 8.27
"""A4 landscape."""
MARGIN, GUTTER = 0.45, 0.22
HEADER, FOOTER, LEGEND = 0.98, 0.72, 1.36
ASIDE = 2.35
"""Width of a legend beside the panels."""
CAPTION = 0.42
"""Height of a panel's own title."""
INK, FAINT = "#222222", "#666666"
_ROUND = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the sheet."""

    left: float
    bottom: float
    width: float
    height: float

    def axes(self, figure: Figure) -> Axes:
        """Empty axes without frame or ticks over the rectangle."""
        made = figure.add_axes(
            (self.left / WIDTH, self.bottom / HEIGHT, self.width / WIDTH, self.height / HEIGHT)
        )
        made.set_axis_off()
        return made


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where things lie: the panels' pictures, the legend, and the scale in inches of paper per metre."""

    panels: tuple[Box, ...]
    legend: Box
    scale: float
    legend_below: bool
    """True where the legend is a strip below the panels, False where it is a block."""


def sheet(size_m: tuple[float, float], panels: int = 3) -> Sheet:
    """The arrangement that shows a ground of ``size_m`` (width, height) largest: panels in one row with the
    legend below or beside them, in more rows where there are many, or two rows of two with the legend in the
    last place."""
    choices = [_rows(size_m, panels, LEGEND, 1), _rows(size_m, panels, 0.0, 1)]
    if panels <= 3:
        choices.append(_square(size_m, panels))
    else:
        choices += [_rows(size_m, panels, strip, rows) for strip in (LEGEND, 0.0) for rows in (2, 3)]
    return max(choices, key=lambda choice: choice.scale)


def _rows(size_m: tuple[float, float], panels: int, strip: float, rows: int) -> Sheet:
    """Panels in some rows; the legend in a strip of that height below, or beside where it has none."""
    columns = math.ceil(panels / rows)
    across = WIDTH - 2 * MARGIN - (0.0 if strip else ASIDE + GUTTER)
    width = (across - (columns - 1) * GUTTER) / columns
    cell = (HEIGHT - HEADER - FOOTER - strip) / rows
    space = cell - CAPTION
    scale = min(width / size_m[0], space / size_m[1])
    high = size_m[1] * scale
    bottom = FOOTER + strip + (space - high) * 0.6
    boxes = tuple(
        _fit(
            Box(
                MARGIN + number % columns * (width + GUTTER),
                bottom + (rows - 1 - number // columns) * cell,
                width,
                high,
            ),
            size_m,
            scale,
        )
        for number in range(panels)
    )
    if strip:
        legend = Box(MARGIN, FOOTER, WIDTH - 2 * MARGIN, bottom - FOOTER - 0.38)
    else:
        legend = Box(MARGIN + across + GUTTER, FOOTER, ASIDE, HEIGHT - HEADER - FOOTER - CAPTION)
    return Sheet(boxes, legend, scale, legend_below=bool(strip))


def _square(size_m: tuple[float, float], panels: int) -> Sheet:
    width = (WIDTH - 2 * MARGIN - GUTTER) / 2
    cell = (HEIGHT - HEADER - FOOTER) / 2
    space = cell - CAPTION
    scale = min(width / size_m[0], space / size_m[1])
    places = [(0, 1), (1, 1), (0, 0)][:panels]
    boxes = tuple(
        _fit(Box(MARGIN + column * (width + GUTTER), FOOTER + row * cell, width, space), size_m, scale)
        for column, row in places
    )
    legend = Box(MARGIN + width + GUTTER + 0.15, FOOTER, width - 0.15, cell - 0.25)
    return Sheet(boxes, legend, scale, legend_below=False)


def _fit(room: Box, size_m: tuple[float, float], scale: float) -> Box:
    """The picture's own rectangle in the middle of its room."""
    width, height = size_m[0] * scale, size_m[1] * scale
    return Box(room.left + (room.width - width) / 2, room.bottom + (room.height - height) / 2, width, height)


def round_length(most_m: float) -> float:
    """The longest of 1, 2, 5, 10, 20, ... metres that is not above ``most_m``."""
    power = 10.0 ** math.floor(math.log10(most_m))
    return max(step * power for step in _ROUND if step * power <= most_m * (1 + 1e-9))


def scale_bar(figure: Figure, left: float, bottom: float, scale: float, most: float) -> float:
    """Draw a scale bar of round length, ``most`` inches at most; returns its length in inches."""
    length_m = round_length(most / scale)
    length, high, parts = length_m * scale, 0.055, 4
    axes = Box(left, bottom, length, high).axes(figure)
    axes.set_xlim(0, parts)
    axes.set_ylim(0, 1)
    for part in range(parts):
        axes.fill_between(
            [part, part + 1],
            0,
            1,
            facecolor=INK if part % 2 == 0 else "white",
            edgecolor=INK,
            linewidth=0.6,
            clip_on=False,
        )
    unit, divisor = ("km", 1000.0) if length_m >= 1000 else ("m", 1.0)
    for share in (0.0, 0.5, 1.0):
        text = f"{length_m * share / divisor:g}" + (f" {unit}" if share == 1.0 else "")
        write(
            figure,
            left + share * length,
            bottom + high + 0.05,
            text,
            size=7,
            align="center" if share < 1 else "number",
        )
    return length


def north_arrow(figure: Figure, left: float, bottom: float, north: str) -> None:
    """Draw a north arrow 0.42 inches high, ``north`` above it."""
    axes = Box(left, bottom, 0.2, 0.3).axes(figure)
    axes.set_xlim(-1, 1)
    axes.set_ylim(0, 1)
    axes.fill([-0.75, 0, 0], [0, 1, 0.25], facecolor=INK, edgecolor=INK, linewidth=0.6)
    axes.fill([0.75, 0, 0], [0, 1, 0.25], facecolor="white", edgecolor=INK, linewidth=0.6)
    write(
        figure,
        left + 0.1,
        bottom + 0.33,
        north,
        size=8,
        align="center",
        weight="bold",
    )


def write(
    figure: Figure,
    left: float,
    bottom: float,
    text: str,
    *,
    size: float,
    align: str = "left",
    weight: str = "normal",
    colour: str = INK,
) -> None:
    """Write text with its baseline at a place on the sheet; ``number`` centres all but the unit after it."""
    place = "center" if align == "number" else align
    if align == "number":
        unit = text.partition(" ")[2]
        left += columns_of(f" {unit}") * size / 72 * 0.25
    figure.text(
        left / WIDTH,
        bottom / HEIGHT,
        drawable(visible(text)),
        fontsize=size,
        ha=place,
        va="baseline",
        weight=weight,
        color=colour,
    )


def columns_of(text: str) -> int:
    """The width of a text, counted in Latin letters: Chinese characters are two wide."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def wrap(text: str, columns: int) -> list[str]:
    """A text in lines of at most ``columns`` Latin letters: between words, or between Chinese characters."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line and columns_of(line + piece.rstrip()) > columns:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def shorten(text: str, columns: int) -> str:
    """A text of at most ``columns`` Latin letters, with an ellipsis where something is left out."""
    if columns_of(text) <= columns:
        return text
    kept = ""
    for letter in text:
        if columns_of(kept + letter) >= columns:
            break
        kept += letter
    return f"{kept.rstrip()}…"


def _pieces(text: str) -> Sequence[str]:
    pieces = [""]
    for letter in text:
        wide = unicodedata.east_asian_width(letter) in "WF"
        previous = pieces[-1][-1:]
        new_word = previous == " " and letter != " "
        if previous and (new_word or (wide and unicodedata.category(letter)[0] == "L")):
            pieces.append(letter)
        else:
            pieces[-1] += letter
    return pieces
