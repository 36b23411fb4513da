"""The map of a plan: today, plan and change on one sheet (A4 landscape), in Chinese or English."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from matplotlib import font_manager, rc_context
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from instances.colours import Colour
from instances.study import BASE
from planner.figures import nearest, percent_not_below
from planner.fonts import register_fonts
from planner.map_sheet import (
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
    sheet,
    shorten,
    wrap,
    write,
)
from planner.outlines import DASHES, HALF, Dashes, Outline, outlines, smoothed
from planner.pictures import Canvas, Picture, canvas
from planner.plan import Plan
from planner.styles import hexadecimal, near_white

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DPI = 200
UNCHANGED: Colour = (222, 222, 222)
"""Ground of the change map."""
PIXELS = 2_000
"""Pixels along the longer side onto which parcels are burnt."""
REACH = 0.018
"""Inches on paper over which red lines are smoothed: what is smaller would smother the map."""
SPARE_FONTS = ("Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "SimHei", "DejaVu Sans")
"""Fonts of the machine for characters that the maps' own font lacks."""


@dataclass(frozen=True, slots=True)
class _Words:
    """What a map says, in one language."""

    today: str = "Today"
    plan: str = "Plan"
    change: str = "Change"
    unchanged: str = "Unchanged (change map)"
    scenario: str = "Scenario: {}"
    base: str = "base"
    net: str = "Net emissions {} tCO2e/yr"
    changed: str = "{} ha change class ({:.1f} % of the area)"
    proven: str = "No layout that keeps to the red lines and limits is better by more than {} (gap)."
    generalised: str = "Red lines are generalised to the scale of the map."
    unproven: str = "How far this plan is from the best possible is not known."
    area: str = "{} ha, {}"


_EN = _Words()
_ZH = _Words(
    today="现状",
    plan="规划",
    change="变化",
    unchanged="未变化（变化图）",
    scenario="情景：{}",
    base="基准",
    net="净碳排放量 {} tCO2e/年",
    changed="{} 公顷改变地类（占总面积 {:.1f} %）",
    proven="在满足红线与约束的所有布局中，没有任何布局能优于本方案 {} 以上（最优性差距）。",
    generalised="红线已按制图比例概括表示。",
    unproven="本方案与最优布局的差距尚不清楚。",
    area="总面积 {} 公顷，{}",
)


def draw_map(plan: Plan, path: Path, lang: str | None = None) -> None:
    """Write the map of a plan to ``path`` (.png, .pdf or .svg), at 200 dpi.

    ``lang`` is zh or en; default: the study's. Colours are the classes' own; in the change map only units
    that change class have the colour of their planned class.
    """
    lang = lang or plan.instance.study.lang
    words = _ZH if lang == "zh" else _EN
    ground = canvas(plan.instance.grid, PIXELS)
    where = sheet(ground.size_m)
    with rc_context({"font.family": _families(), "axes.unicode_minus": False, "svg.fonttype": "path"}):
        figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI, facecolor="white")
        drawn = outlines(plan.instance)
        captions = _captions(plan, words)
        for box, colours, caption, lines in zip(
            where.panels, _panel_colours(plan), captions, ((), drawn, drawn), strict=True
        ):
            _panel(figure, box, ground, colours, lines)
            _panel_title(figure, box, *caption)
        _header(figure, plan, words)
        _legend(figure, where, plan, drawn, lang)
        _footer(figure, plan, words)
        figure.savefig(
            path, dpi=DPI, metadata={"Title": plan.certificate.title} if path.suffix != ".svg" else None
        )


def _families() -> list[str]:
    own = register_fonts()
    known = set(font_manager.get_font_names())
    return [own, *(name for name in SPARE_FONTS if name in known)]


def _panel_colours(plan: Plan) -> Iterator[NDArray[np.uint8]]:
    """(units, 3) colours of today, the plan, and the change."""
    palette = np.array([item.colour for item in plan.instance.classes], dtype=np.uint8)
    yield palette[plan.instance.today]
    yield palette[plan.layout]
    colours = palette[plan.layout]
    colours[plan.instance.today == plan.layout] = UNCHANGED
    yield colours


def _panel(
    figure: Figure, box: Box, ground: Canvas, colours: NDArray[np.uint8], lines: tuple[Outline, ...]
) -> None:
    """One picture with the outline of the area and of the red lines."""
    pixels = round(max(box.width, box.height) * DPI)
    axes = box.axes(figure)
    picture: Picture = ground.paint(colours, 2 * pixels)
    axes.imshow(picture, extent=(0, 1, 0, 1), aspect="auto", interpolation="auto", interpolation_stage="rgba")
    for each in lines:
        mask = ground.mask(each.line.inside, pixels)
        reach = REACH * max(mask.shape) / max(box.width, box.height)
        _contour(axes, smoothed(mask, reach), each.colour, each.dashes, 0.7)
    area = ground.mask(np.ones(ground.units, dtype=bool), pixels)
    _contour(axes, area.astype(np.float32), "#8c8c8c", DASHES[0], 0.35)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)


def _contour(
    axes: Axes,
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
    drawn = axes.contour(x, y, share, levels=[HALF], colors=[colour], linewidths=width)
    drawn.set_linestyle(dashes)
    drawn.set_clip_on(False)


def _panel_title(figure: Figure, box: Box, title: str, figures: str) -> None:
    top = box.bottom + box.height
    write(figure, box.left, top + 0.24, title, size=11, weight="bold")
    write(figure, box.left, top + 0.085, figures, size=7.5, colour=FAINT)


def _captions(plan: Plan, words: _Words) -> tuple[tuple[str, str], ...]:
    """Title and figures of each panel."""
    changed = float(plan.instance.grid.area_ha[plan.instance.today != plan.layout].sum())
    share = 100 * changed / plan.instance.grid.total_ha
    net = plan.certificate.indicators.get("net_emissions")
    emissions = [words.net.format(nearest(value)) for value in (net.baseline, net.value)] if net else ["", ""]
    return (
        (words.today, emissions[0]),
        (words.plan, emissions[1]),
        (words.change, words.changed.format(nearest(changed), share)),
    )


def _header(figure: Figure, plan: Plan, words: _Words) -> None:
    certificate = plan.certificate
    room = WIDTH - 2 * MARGIN
    size = float(np.clip(room / (columns_of(certificate.title) * 0.56 / 72), 9, 17))
    title = shorten(certificate.title, int(room / (size * 0.56 / 72)))
    write(figure, MARGIN, HEIGHT - 0.52, title, size=size, weight="bold")
    scenario = words.base if certificate.scenario == BASE else certificate.scenario
    about = words.area.format(nearest(certificate.area_ha), plan.instance.grid.crs.name)
    line = f"{words.scenario.format(scenario)}   ·   {about}"
    write(figure, MARGIN, HEIGHT - 0.76, shorten(line, 170), size=8.5, colour=FAINT)


def _footer(figure: Figure, plan: Plan, words: _Words) -> None:
    """The certificate's gap, and the sentences that every use of the plan must show."""
    gap = plan.certificate.gap
    proof = words.unproven if gap is None else words.proven.format(percent_not_below(gap))
    notes = [words.generalised] * bool(plan.instance.redlines) + list(plan.certificate.marks)
    lines = wrap(proof, 170) + wrap(" ".join(notes), 190)
    if len(lines) > 4:
        lines = [*lines[:3], f"{lines[3]} …"]
    for number, line in enumerate(lines):
        colour, size = (INK, 8) if number == 0 else (FAINT, 6.5)
        write(figure, MARGIN, FOOTER - 0.2 - number * 0.115, line, size=size, colour=colour)


def _legend(figure: Figure, where: Sheet, plan: Plan, drawn: tuple[Outline, ...], lang: str) -> None:
    """Scale bar and north arrow, then the classes present and the red lines."""
    words = _ZH if lang == "zh" else _EN
    box, present = where.legend, np.union1d(plan.instance.today, plan.layout)
    top = box.bottom + box.height
    north_arrow(figure, box.left, top - 0.46, lang)
    scale_bar(figure, box.left + 0.5, top - 0.4, where.scale, 1.6)
    handles: list[Patch | Line2D] = [
        _swatch(plan.instance.classes[int(k)].colour, plan.instance.classes[int(k)].label(lang))
        for k in present
    ]
    handles.append(_swatch(UNCHANGED, words.unchanged))
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
    figure.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(left / WIDTH, top / HEIGHT),
        ncols=_legend_columns(handles, box.left + box.width - left),
        fontsize=7.5,
        frameon=False,
        borderaxespad=0,
        borderpad=0,
        handlelength=1.8,
        handleheight=1.0,
        labelspacing=0.55,
        columnspacing=1.6,
    )


def _legend_columns(handles: list[Patch | Line2D], room: float) -> int:
    """How many columns fit: the longest name, its swatch and a space, at 7.5 points."""
    widest = max(columns_of(str(handle.get_label())) for handle in handles) * 7.5 * 0.52 / 72 + 0.45
    return int(np.clip(room // widest, 1, min(6, math.ceil(len(handles) / 3))))


def _swatch(colour: Colour, label: str) -> Patch:
    edge = "#8c8c82" if near_white(colour) else hexadecimal(colour)
    return Patch(facecolor=hexadecimal(colour), edgecolor=edge, linewidth=0.6, label=label)
