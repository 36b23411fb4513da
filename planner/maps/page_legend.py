"""The column beside a map of the series: north arrow, scale bar and fraction, and the legend in letters that
fit."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from instances.land.colours import Colour
from instances.rules.districts import Districts
from planner.maps.outlines import Outline
from planner.maps.parts import LETTERS, LINE
from planner.maps.sheet import HEIGHT, WIDTH, north_arrow, scale_bar, shorten, wrap, write
from planner.styles.fonts import drawable
from planner.styles.layer_styles import hexadecimal, near_white
from words.catalogue import Words
from words.visible import visible

NEAT = 0.34
"""Inches from the edge of the paper to the inner line of the frame."""
ASIDE, GAP, LOWEST = 2.55, 0.06, 0.8
"""Inches: width of the column, what stays free before the frame, and how far down the legend may reach."""
BOUNDARY, BOUNDARY_DASHES = "#555555", (0, (6, 2, 1, 2))
HATCHES = ("///", "\\\\\\", "...", "xxx")
SIGN, COLUMN = 2.9, 0.5
"""Width of a legend's sign with its gap, and of a Latin letter, in letters' sizes."""
LONGEST = 76
"""Columns of the longest name of a legend."""


def draw_aside(
    figure: Figure,
    scale: float,
    words: Words,
    legend: Sequence[tuple[Colour, str]],
    lines: tuple[Outline, ...],
    division: Districts | None,
    filled: bool,
    named: Sequence[Line2D],
) -> int:
    """North arrow, scale bar and fraction, and the legend; returns the lines of this one."""
    left, top = WIDTH - ASIDE - 0.1, HEIGHT - 1.35
    north_arrow(figure, left + 0.05, top - 0.2, words.text("maps.north"))
    scale_bar(figure, left + 0.5, top - 0.12, scale, 1.3)
    write(figure, left + 0.5, top - 0.32, f"1 : {fraction(scale):,}", size=8)
    write(figure, left, top - 0.68, words.text("maps.legend"), size=10, weight="bold")
    handles: list[Patch | Line2D] = [*_swatches(legend), *_strokes(lines, filled), *named]
    if division is not None:
        name = words.text("series_pages.boundary", division=words.inside(division.label(words.lang)))
        handles.append(Line2D([], [], color=BOUNDARY, linestyle=BOUNDARY_DASHES, linewidth=0.7, label=name))
    size, rows = _fitted(handles, WIDTH - NEAT - GAP - left, top - 0.76 - LOWEST)
    figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(left / WIDTH, (top - 0.76) / HEIGHT),
        fontsize=size,
        frameon=False, borderaxespad=0, borderpad=0, handlelength=2.0, handleheight=1.1, labelspacing=0.55,
    )  # fmt: skip
    return rows


def _fitted(handles: Sequence[Patch | Line2D], room: float, high: float) -> tuple[float, int]:
    """The largest letters (points) in which a legend keeps to ``room`` times ``high`` inches, and its lines;
    names that are too long even in the smallest ones go on in a second line."""
    names = [str(handle.get_label()) for handle in handles]
    sizes = list(LETTERS)
    size, lines, rows = 0.0, [[""]], 0
    while sizes:
        size = sizes.pop(0)
        columns = int((room * 72 / size - SIGN) / COLUMN)
        lines = [wrap(name, columns) for name in names]
        rows = sum(len(each) for each in lines)
        if rows == len(lines) and rows * LINE * size / 72 <= high:
            break
    for handle, each in zip(handles, lines, strict=True):
        handle.set_label("\n".join(each))
    return size, rows


def _swatches(legend: Sequence[tuple[Colour, str]]) -> list[Patch | Line2D]:
    return [
        Patch(
            facecolor=hexadecimal(fill),
            edgecolor="#999999" if near_white(fill) else hexadecimal(fill),
            label=drawable(visible(shorten(name, LONGEST))),
        )
        for fill, name in legend
    ]


def _strokes(lines: tuple[Outline, ...], filled: bool) -> list[Patch | Line2D]:
    """Control lines in the legend, as they are on the map."""
    made: list[Patch | Line2D] = []
    for number, each in enumerate(lines):
        name, colour = drawable(visible(shorten(each.line.label, LONGEST))), each.colour
        if filled:
            hatch = HATCHES[number % len(HATCHES)]
            made.append(Patch(facecolor=f"{colour}47", edgecolor=colour, hatch=hatch, label=name))
        else:
            made.append(Line2D([], [], color=colour, linestyle=each.dashes, linewidth=1.2, label=name))
    return made


def fraction(scale: float) -> int:
    """The number below the line of the scale, to two digits: paper is never larger than it says."""
    exact = 1 / (scale * 0.0254)
    step = 10 ** max(0, math.floor(math.log10(exact)) - 1)
    return math.ceil(exact / step - 1e-9) * step
