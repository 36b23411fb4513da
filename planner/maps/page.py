"""One full page of a map: neat line, grid, districts, scale bar and fraction, legend, compiler, source."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely
from matplotlib import patheffects
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from numpy.typing import NDArray

from instances.land.colours import Colour
from instances.rules.districts import Districts
from planner.maps.districts import drawn_division
from planner.maps.line_names import draw_named_lines, line_handles, name_block
from planner.maps.outlines import HALF, Outline
from planner.maps.parts import DPI, panel
from planner.maps.pictures import Canvas
from planner.maps.sheet import (
    FAINT,
    HEIGHT,
    INK,
    WIDTH,
    Box,
    columns_of,
    north_arrow,
    round_length,
    scale_bar,
    shorten,
    write,
)
from planner.plans.log import day_of
from planner.plans.plan import Plan
from planner.styles.fonts import drawable
from planner.styles.layer_styles import hexadecimal, near_white
from planner.words.crs_names import crs_label
from planner.words.scenario_names import scenario_label
from words.catalogue import Words
from words.visible import visible

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FRAME, NEAT = 0.28, 0.34
"""Inches from the edge of the paper to the outer and the inner line of the frame."""
ASIDE = 2.55
"""Width of the column with legend and scale."""
ROOM = Box(0.82, 0.92, WIDTH - 0.82 - ASIDE - 0.75, HEIGHT - 0.92 - 1.24)
"""Where the map may lie: within the grid's labels."""
GRID_LINES = 5
BOUNDARY, BOUNDARY_DASHES = "#555555", (0, (6, 2, 1, 2))
NAME_SIZE = 7.5
"""Points of the names of districts."""
MOST_TITLE, LEAST_TITLE = 74, 12
"""Latin letters of the heading of a page, and of the study's title in it where that of the map is long."""
INSET = Box(WIDTH - ASIDE - 0.1, 0.98, 1.9, 1.3)
"""Where the inset may lie: below the legend."""
INSET_PIXELS, EXTENT = 240, "#c0143c"
MOST_SIGNS = 20
"""A legend of so many signs leaves no room for the inset."""
HATCHES = ("///", "\\\\\\", "...", "xxx")


def draw_page(
    plan: Plan,
    title: str,
    colours: NDArray[np.uint8],
    ground: Canvas,
    words: Words,
    lines: tuple[Outline, ...],
    legend: Sequence[tuple[Colour, str]],
    *,
    filled: bool,
) -> Figure:
    """The page of one map: ``colours`` (units, 3) of the land, and control lines over it."""
    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI, facecolor="white")
    box, scale = _placed(ground)
    panel(figure, box, ground, colours, () if filled else lines, width=0.6)
    axes = box.axes(figure)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    if filled:
        _fill(axes, lines, ground)
    division = drawn_division(plan.instance.districts.values())
    taken = [] if division is None else _districts(axes, box, division, ground, words)
    draw_named_lines(axes, box, ground, plan.instance.named_lines, taken)
    _grid(figure, box, ground, plan)
    _frame(figure, box)
    write(figure, WIDTH / 2, HEIGHT - 0.76, _heading(plan, title), size=19, align="center", weight="bold")
    scenario = words.text(
        "page.scenario", name=scenario_label(plan.certificate.scenario, words, plan.instance.study.label)
    )
    write(figure, WIDTH / 2, HEIGHT - 0.96, scenario, size=9, align="center", colour=FAINT)
    handles = line_handles(plan.instance.named_lines, words)
    _aside(figure, scale, words, legend, lines, division, filled, handles)
    if len(legend) + len(lines) + len(handles) < MOST_SIGNS:
        _inset(figure, ground, plan, division, words)
    _foot(figure, plan, words)
    return figure


def _heading(plan: Plan, title: str) -> str:
    """The title of the study, shortened where both have no room, and what the map shows, whole."""
    room = max(LEAST_TITLE, MOST_TITLE - columns_of(title) - 2)
    return f"{shorten(plan.certificate.title, room)}  {title}"


def _placed(ground: Canvas) -> tuple[Box, float]:
    """The map's own rectangle in the middle of its room, and its scale in inches a metre."""
    width, height = ground.drawn_m
    scale = min(ROOM.width / width, ROOM.height / height)
    across, up = width * scale, height * scale
    left, bottom = ROOM.left + (ROOM.width - across) / 2, ROOM.bottom + (ROOM.height - up) / 2
    return Box(left, bottom, across, up), scale


def _shares(ground: Canvas, inside: NDArray[np.bool_]) -> tuple[NDArray[np.float64], ...]:
    """Where the pixels of a mask lie on the map, and the mask as numbers."""
    mask = ground.mask(inside, 1200)
    rows, columns = mask.shape[0] - 2, mask.shape[1] - 2
    x = (np.arange(-1, columns + 1) + 0.5) / columns
    y = 1 - (np.arange(-1, rows + 1) + 0.5) / rows
    return x, y, mask.astype(float)


def _fill(axes: Axes, lines: tuple[Outline, ...], ground: Canvas) -> None:
    """Control lines as filled land, hatched so that they are told apart where they overlap."""
    for number, each in enumerate(lines):
        x, y, share = _shares(ground, each.line.inside)
        hatch = HATCHES[number % len(HATCHES)]
        axes.contourf(x, y, share, levels=[HALF, 2], colors=[each.colour], alpha=0.28)
        drawn = axes.contourf(x, y, share, levels=[HALF, 2], colors="none", hatches=[hatch])
        drawn.set_edgecolor(each.colour)
        drawn.set_linewidth(0)
        axes.contour(x, y, share, levels=[HALF], colors=[each.colour], linewidths=0.9)


def _districts(
    axes: Axes, box: Box, division: Districts, ground: Canvas, words: Words
) -> list[shapely.Geometry]:
    """Boundaries of districts, and their names where each is widest; the places of these, in inches."""
    taken = []
    for number, name in enumerate(division.names_in(words.lang)):
        inside = division.member == number
        if not inside.any():
            continue
        x, y, share = _shares(ground, inside)
        drawn = axes.contour(x, y, share, levels=[HALF], colors=[BOUNDARY], linewidths=0.5)
        drawn.set_linestyle(BOUNDARY_DASHES)
        rows, columns = np.nonzero(share)
        middle = np.argmin((rows - rows.mean()) ** 2 + (columns - columns.mean()) ** 2)
        across, up = float(x[columns[middle]]), float(y[rows[middle]])
        taken.append(name_block(shorten(name, 16), NAME_SIZE, across * box.width, up * box.height))
        axes.text(
            across, up, drawable(visible(shorten(name, 16))),
            fontsize=NAME_SIZE, ha="center", va="center", color=INK, clip_on=True, parse_math=False,
            path_effects=[patheffects.withStroke(linewidth=2, foreground="white")],
        )  # fmt: skip
    return taken


def _grid(figure: Figure, box: Box, ground: Canvas, plan: Plan) -> None:
    """Grid lines at round coordinates, labelled along the neat line: in km, or in degrees."""
    left, bottom, right, top = ground.bounds
    degrees = plan.instance.grid.crs.is_geographic
    per_unit = 1.0 if degrees else ground.metres[0]
    step = round_length(max(right - left, top - bottom) * per_unit / GRID_LINES) / per_unit
    axes = box.axes(figure)
    axes.set_xlim(left, right)
    axes.set_ylim(bottom, top)
    for value in _multiples(left, right, step):
        axes.axvline(value, color="#333333", linewidth=0.25, alpha=0.45)
        at = box.left + (value - left) / (right - left) * box.width
        text = _coordinate(value, per_unit, degrees)
        for height in (box.bottom - 0.15, box.bottom + box.height + 0.07):
            write(figure, at, height, text, size=6.5, align="center", colour=FAINT)
    for value in _multiples(bottom, top, step):
        axes.axhline(value, color="#333333", linewidth=0.25, alpha=0.45)
        at = box.bottom + (value - bottom) / (top - bottom) * box.height - 0.03
        text = _coordinate(value, per_unit, degrees)
        write(figure, box.left - 0.08, at, text, size=6.5, align="right", colour=FAINT)
        write(figure, box.left + box.width + 0.08, at, text, size=6.5, colour=FAINT)


def _multiples(low: float, high: float, step: float) -> list[float]:
    return [number * step for number in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _coordinate(value: float, per_unit: float, degrees: bool) -> str:
    return f"{value:.6g}°" if degrees else f"{value * per_unit / 1000:.6g}"


def _frame(figure: Figure, box: Box) -> None:
    """The frame of the sheet, and the neat line around the map."""
    for inset, width in ((FRAME, 1.6), (NEAT, 0.5)):
        figure.add_artist(_rectangle(Box(inset, inset, WIDTH - 2 * inset, HEIGHT - 2 * inset), width))
    figure.add_artist(_rectangle(box, 0.8))


def _rectangle(box: Box, width: float) -> Rectangle:
    return Rectangle(
        (box.left / WIDTH, box.bottom / HEIGHT), box.width / WIDTH, box.height / HEIGHT,
        fill=False, edgecolor=INK, linewidth=width,
    )  # fmt: skip


def _aside(
    figure: Figure,
    scale: float,
    words: Words,
    legend: Sequence[tuple[Colour, str]],
    lines: tuple[Outline, ...],
    division: Districts | None,
    filled: bool,
    named: Sequence[Line2D],
) -> None:
    """North arrow, scale bar and fraction, and the legend."""
    left, top = WIDTH - ASIDE - 0.1, HEIGHT - 1.35
    north_arrow(figure, left + 0.05, top - 0.2, words.text("maps.north"))
    scale_bar(figure, left + 0.5, top - 0.12, scale, 1.3)
    write(figure, left + 0.5, top - 0.32, f"1 : {fraction(scale):,}", size=8)
    write(figure, left, top - 0.68, words.text("maps.legend"), size=10, weight="bold")
    handles = [*_swatches(legend), *_strokes(lines, filled), *named]
    if division is not None:
        name = words.text("series_pages.boundary", division=division.label(words.lang))
        handles.append(Line2D([], [], color=BOUNDARY, linestyle=BOUNDARY_DASHES, linewidth=0.7, label=name))
    figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(left / WIDTH, (top - 0.76) / HEIGHT), fontsize=7.5,
        frameon=False, borderaxespad=0, borderpad=0, handlelength=2.0, handleheight=1.1, labelspacing=0.55,
    )  # fmt: skip


def _swatches(legend: Sequence[tuple[Colour, str]]) -> list[Patch | Line2D]:
    return [
        Patch(
            facecolor=hexadecimal(fill),
            edgecolor="#999999" if near_white(fill) else hexadecimal(fill),
            label=drawable(visible(shorten(name, 40))),
        )
        for fill, name in legend
    ]


def _strokes(lines: tuple[Outline, ...], filled: bool) -> list[Patch | Line2D]:
    """Control lines in the legend, as they are on the map."""
    made: list[Patch | Line2D] = []
    for number, each in enumerate(lines):
        name, colour = drawable(visible(shorten(each.line.label, 40))), each.colour
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


def _inset(figure: Figure, ground: Canvas, plan: Plan, division: Districts | None, words: Words) -> None:
    """Where the map lies: the whole area with its districts, and around it the extent of the sheet."""
    width, height = ground.drawn_m
    across = min(INSET.width, INSET.height * width / height)
    box = Box(INSET.left, INSET.bottom, across, across * height / width)
    axes = box.axes(figure)
    around = 0.06
    axes.set_xlim(-around, 1 + around)
    axes.set_ylim(-around, 1 + around)
    everywhere = np.ones(len(plan.instance), dtype=bool)
    members = [everywhere] if division is None else [division.member == n for n in range(len(division))]
    for inside in (each for each in (everywhere, *members) if each.any()):
        mask = ground.mask(inside, INSET_PIXELS)
        rows, columns = mask.shape[0] - 2, mask.shape[1] - 2
        x = (np.arange(-1, columns + 1) + 0.5) / columns
        y = 1 - (np.arange(-1, rows + 1) + 0.5) / rows
        axes.contour(x, y, mask.astype(float), levels=[HALF], colors=[BOUNDARY], linewidths=0.4)
    axes.add_patch(Rectangle((0, 0), 1, 1, fill=False, edgecolor=EXTENT, linewidth=1.2))
    figure.add_artist(_rectangle(box, 0.5))
    write(figure, box.left, box.bottom + box.height + 0.08, words.text("print.overview"), size=7.5)


def _foot(figure: Figure, plan: Plan, words: Words) -> None:
    """Who compiled the map, when, on what grid and from what."""
    study = plan.instance.study
    source = words.text("series_pages.source", files=shorten(Path(study.landcover.path).name, 40))
    crs = words.text("maps.crs", crs=crs_label(plan.instance.grid.crs.name, words))
    compiler = words.text("series_pages.compiler", name=study.compiler or "________")
    day = words.text("series_pages.day", day=day_of(plan.log) or "________")
    blank = "    "
    write(figure, 0.5, 0.46, blank.join((compiler, day, source)), size=7.5)
    write(figure, WIDTH - 0.5, 0.46, crs, size=7.5, align="right")
    for number, mark in enumerate(plan.certificate.marks[:1]):
        write(figure, 0.5, 0.61 + 0.12 * number, shorten(mark, 170), size=6.5, colour=FAINT)
