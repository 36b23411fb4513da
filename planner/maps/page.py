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
from matplotlib.patches import Rectangle
from numpy.typing import NDArray
from shapely.affinity import translate

from instances.land.colours import Colour
from instances.rules.districts import Districts
from planner.maps.borders import closed_mask, district_picture
from planner.maps.districts import drawn_division
from planner.maps.line_names import draw_named_lines, line_handles, name_block
from planner.maps.outlines import HALF, Outline
from planner.maps.page_legend import ASIDE, BOUNDARY, BOUNDARY_DASHES, HATCHES, NEAT, draw_aside
from planner.maps.parts import DPI, panel
from planner.maps.pictures import Canvas
from planner.maps.sheet import (
    FAINT,
    HEIGHT,
    INK,
    WIDTH,
    Box,
    columns_of,
    round_length,
    shorten,
    wrap,
    write,
)
from planner.plans.log import day_of
from planner.plans.plan import Plan
from planner.styles.fonts import drawable
from planner.words.crs_names import crs_label
from planner.words.scenario_names import scenario_label
from words.catalogue import Words
from words.visible import visible

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FRAME = 0.28
"""Inches from the edge of the paper to the outer line of the frame."""
ROOM = Box(0.82, 1.02, WIDTH - 0.82 - ASIDE - 0.75, HEIGHT - 1.02 - 1.24)
"""Where the map may lie: within the grid's labels."""
GRID_LINES = 5
NAME_SIZE = 7.5
"""Points of the names of districts."""
EDGE = 0.03
"""Inches between a name and the neat line."""
MOST_TITLE, LEAST_TITLE = 74, 12
"""Latin letters of the heading of a page, and of the study's title in it where that of the map is long."""
INSET = Box(WIDTH - ASIDE - 0.1, 0.98, 1.9, 1.3)
"""Where the inset may lie: below the legend."""
INSET_PIXELS, EXTENT = 240, "#c0143c"
NOTE_COLUMNS, MOST_NOTES = 205, 2
"""Latin letters of a line of notes below the map, and the lines of them."""
MOST_SIGNS = 20
"""A legend of so many lines leaves no room for the inset."""


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
    rows = draw_aside(figure, scale, words, legend, lines, division, filled, handles)
    if rows < MOST_SIGNS:
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
    mask = closed_mask(ground, inside, 1200)
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
    whose = np.pad(district_picture(ground, division.member, 1200), 1, constant_values=-1)
    for number, name in enumerate(division.names_in(words.lang)):
        found = np.nonzero(whose == number)
        if not len(found[0]):
            continue
        x, y, share = _around(whose == number, found)
        drawn = axes.contour(x, y, share, levels=[HALF], colors=[BOUNDARY], linewidths=0.5)
        drawn.set_linestyle(BOUNDARY_DASHES)
        rows, columns = np.nonzero(share)
        middle = np.argmin((rows - rows.mean()) ** 2 + (columns - columns.mean()) ** 2)
        block = name_block(
            shorten(name, 16), NAME_SIZE, x[columns[middle]] * box.width, y[rows[middle]] * box.height
        )
        block = _moved_in(block, box)
        across, up = block.centroid.x / box.width, block.centroid.y / box.height
        taken.append(block)
        axes.text(
            across, up, drawable(visible(shorten(name, 16))),
            fontsize=NAME_SIZE, ha="center", va="center", color=INK, clip_on=True, parse_math=False,
            path_effects=[patheffects.withStroke(linewidth=2, foreground="white")],
        )  # fmt: skip
    return taken


def _around(
    inside: NDArray[np.bool_], found: tuple[NDArray[np.integer], ...]
) -> tuple[NDArray[np.float64], ...]:
    """The part of a picture, with its border of one pixel, around the pixels ``found`` inside: where these
    lie on the map, and the part as numbers."""
    rows, columns = (slice(max(0, each.min() - 1), each.max() + 2) for each in found)
    down, across = (size - 2 for size in inside.shape)
    x = (np.arange(-1, across + 1) + 0.5) / across
    y = 1 - (np.arange(-1, down + 1) + 0.5) / down
    return x[columns], y[rows], inside[rows, columns].astype(float)


def _moved_in(block: shapely.Geometry, box: Box) -> shapely.Geometry:
    """The place of a name, moved so that none of it lies beyond the map's neat line."""
    left, bottom, right, top = block.bounds
    aside = max(0.0, EDGE - left) - max(0.0, right - box.width + EDGE)
    up = max(0.0, EDGE - bottom) - max(0.0, top - box.height + EDGE)
    return translate(block, aside, up)


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


def _inset(figure: Figure, ground: Canvas, plan: Plan, division: Districts | None, words: Words) -> None:
    """Where the map lies: the whole area with its districts, and around it the extent of the sheet."""
    width, height = ground.drawn_m
    across = min(INSET.width, INSET.height * width / height)
    box = Box(INSET.left, INSET.bottom, across, across * height / width)
    axes = box.axes(figure)
    around = 0.06
    axes.set_xlim(-around, 1 + around)
    axes.set_ylim(-around, 1 + around)
    everywhere = np.zeros(len(plan.instance), dtype=np.int64)
    members: list[NDArray[np.integer]] = [everywhere] if division is None else [everywhere, division.member]
    for member in members:
        whose = np.pad(district_picture(ground, member, INSET_PIXELS), 1, constant_values=-1)
        for number in np.unique(whose[whose >= 0]).tolist():
            inside = whose == number
            drawn = _around(inside, np.nonzero(inside))
            axes.contour(*drawn, levels=[HALF], colors=[BOUNDARY], linewidths=0.4)
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
    notes = wrap(" ".join(plan.certificate.marks), NOTE_COLUMNS)
    if len(notes) > MOST_NOTES:
        notes = [*notes[: MOST_NOTES - 1], f"{notes[MOST_NOTES - 1]}…"]
    for number, line in enumerate(reversed(notes)):
        write(figure, 0.5, 0.61 + 0.12 * number, line, size=6.5, colour=FAINT)
