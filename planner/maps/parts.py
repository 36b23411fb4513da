"""The parts of a map: its fonts, a panel with a picture and outlines, and the legend."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

import numpy as np
import shapely
from contourpy import LineType, contour_generator
from matplotlib import rc_context
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from instances.land.colours import Colour
from planner.maps.borders import closed_mask
from planner.maps.outlines import DASHES, HALF, Dashes, Outline, dashed, smoothed
from planner.maps.pictures import Canvas, Picture
from planner.maps.sheet import (
    FAINT,
    FOOTER,
    HEIGHT,
    INK,
    MARGIN,
    WIDTH,
    Box,
    Sheet,
    columns_of,
    north_arrow,
    scale_bar,
    shorten,
    wrap,
    write,
)
from planner.styles.fonts import families
from planner.styles.layer_styles import hexadecimal, near_white
from words.catalogue import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DPI = 200
PIXELS = 2_000
"""Pixels along the longer side onto which parcels are burnt."""
REACH = 0.018
"""Inches on paper over which red lines are smoothed: what is smaller would smother the map."""

LETTERS, LINE = (7.5, 6.8, 6.0), 1.65
"""Sizes of a legend's letters in points, of which it takes the largest that fits; the height of its lines in
letters."""


@contextmanager
def drawing() -> Iterator[None]:
    """While the block runs, the drawing library's settings are those of maps; of a character that no font of
    the machine has, an empty box is drawn and nothing said."""
    settings = rc_context({"font.family": families(), "axes.unicode_minus": False, "svg.fonttype": "path"})
    with settings, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
        yield


def panel(
    figure: Figure,
    box: Box,
    ground: Canvas,
    colours: NDArray[np.uint8],
    lines: tuple[Outline, ...],
    width: float = 0.7,
) -> None:
    """One picture of ``colours`` (units, 3) with the outline of the area and of the red lines, these
    ``width`` points wide."""
    pixels = round(max(box.width, box.height) * DPI)
    axes = box.axes(figure)
    picture: Picture = ground.paint(colours, 2 * pixels)
    axes.imshow(picture, extent=(0, 1, 0, 1), aspect="auto", interpolation="auto", interpolation_stage="rgba")
    for each in lines:
        mask = closed_mask(ground, each.line.inside, pixels)
        reach = REACH * max(mask.shape) / max(box.width, box.height)
        _contour(axes, box, smoothed(mask, reach), each.colour, each.dashes, width)
    area = closed_mask(ground, np.ones(ground.units, dtype=bool), pixels)
    _contour(axes, box, area.astype(np.float32), "#8c8c8c", DASHES[0], 0.35)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)


def _contour(
    axes: Axes,
    box: Box,
    share: NDArray[np.float32],
    colour: str,
    dashes: Dashes,
    width: float,
) -> None:
    """The line along which half of the land lies inside; ``share`` has a border of one pixel all round."""
    if share.max() < HALF:
        return
    rows, columns = share.shape[0] - 2, share.shape[1] - 2
    x = (np.arange(-1, columns + 1) + 0.5) / columns
    y = 1 - (np.arange(-1, rows + 1) + 0.5) / rows
    found = contour_generator(x, y, share, line_type=LineType.Separate).lines(HALF)
    courses = cast("list[NDArray[np.float64]]", found)
    points = np.array((box.width, box.height)) * 72
    lengths = np.array([float(shapely.linestrings(course * points).length) for course in courses])
    long = dashed(lengths, dashes, width)
    for style, which in ((dashes, long), (DASHES[0], ~long)):
        pieces = [course for course, is_one in zip(courses, which, strict=True) if is_one]
        lines = LineCollection(pieces, colors=colour, linewidths=width, linestyles=[style], clip_on=False)
        axes.add_collection(lines)


def panel_title(figure: Figure, box: Box, title: str, figures: str) -> None:
    """A panel's own title and the figures under it."""
    top = box.bottom + box.height
    room = int(box.width / (7.5 * 0.52 / 72))
    write(figure, box.left, top + 0.24, shorten(title, room * 7 // 11), size=11, weight="bold")
    write(figure, box.left, top + 0.085, shorten(figures, room), size=7.5, colour=FAINT)


def heading(figure: Figure, title: str, line: str) -> None:
    """The sheet's title, as large as it fits, and the line under it."""
    room = WIDTH - 2 * MARGIN
    size = float(np.clip(room / (max(1, columns_of(title)) * 0.56 / 72), 9, 17))
    title = shorten(title, int(room / (size * 0.56 / 72)))
    write(figure, MARGIN, HEIGHT - 0.52, title, size=size, weight="bold")
    write(figure, MARGIN, HEIGHT - 0.76, shorten(line, 170), size=8.5, colour=FAINT)


def footing(figure: Figure, proof: str, notes: Sequence[str]) -> None:
    """What is proven, then the sentences that every use of the map must show."""
    proven = wrap(proof, 170)
    lines = proven + wrap(" ".join(notes), 190)
    if len(lines) > 4:
        lines = [*lines[:3], f"{lines[3]} …"]
    down = FOOTER - 0.2
    for number, line in enumerate(lines):
        told = number < len(proven)
        colour, size = (INK, 8) if told else (FAINT, 6.5)
        write(figure, MARGIN, down, line, size=size, colour=colour)
        down -= 0.135 if number + 1 < len(proven) else 0.115


def legend(
    figure: Figure,
    where: Sheet,
    swatches: Sequence[tuple[Colour, str]],
    drawn: Sequence[Outline],
    lang: str,
    signs: Sequence[Line2D] = (),
) -> None:
    """North arrow and scale bar, then further ``signs``, colours with their names, and the red lines."""
    box = where.legend
    top = box.bottom + box.height
    north_arrow(figure, box.left, top - 0.46, Words(lang).text("maps.north"))
    scale_bar(figure, box.left + 0.5, top - 0.4, where.scale, 1.6)
    handles: list[Patch | Line2D] = [*signs, *(_swatch(colour, label) for colour, label in swatches)]
    handles += [
        Line2D(
            [],
            [],
            color=each.colour,
            linestyle=each.dashes,
            linewidth=1.2,
            label=shorten(each.line.label, 34),
        )
        for each in drawn
    ]
    left, top = (box.left + 2.7, top) if where.legend_below else (box.left, top - 0.72)
    columns, size = _legend_columns(handles, box.left + box.width - left, top - box.bottom)
    figure.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(left / WIDTH, top / HEIGHT),
        ncols=columns,
        fontsize=size,
        frameon=False,
        borderaxespad=0,
        borderpad=0,
        handlelength=1.8,
        handleheight=1.0,
        labelspacing=0.55,
        columnspacing=1.6,
    )


def _legend_columns(handles: list[Patch | Line2D], room: float, high: float) -> tuple[int, float]:
    """How many columns, and which size of letters, a legend of that width and height takes: as few columns as
    fit below one another in letters as large as fit."""
    names = [columns_of(str(handle.get_label())) for handle in handles]
    columns, size = 1, LETTERS[0]
    for size in LETTERS:
        rows = max(1, int(high / (size * LINE / 72)))
        for columns in range(1, 7):
            parts = np.array_split(names, min(columns, len(names)))
            width = sum((part.max() * 0.5 + 4.3) * size / 72 for part in parts)
            if width > room and columns > 1:
                columns -= 1
                break
            if len(parts[0]) <= rows:
                return columns, size
    return columns, size


def dot(colour: Colour, label: str) -> Line2D:
    """The sign of a place as a legend has it."""
    return Line2D(
        [], [], linestyle="none", marker="o", markersize=5.5, markerfacecolor=hexadecimal(colour),
        markeredgecolor="white", markeredgewidth=0.6, label=label,
    )  # fmt: skip


def _swatch(colour: Colour, label: str) -> Patch:
    edge = "#8c8c82" if near_white(colour) else hexadecimal(colour)
    return Patch(facecolor=hexadecimal(colour), edgecolor=edge, linewidth=0.6, label=label)
