"""Pictures of charts: a title, the chart, notes below it; painted as they are laid out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path as File

from matplotlib.figure import Figure
from matplotlib.patches import Circle, Polygon

from planner.charts.shapes import FAINT, Chart, Path, Shape, Text, columns, moved, texts
from planner.maps.parts import drawing
from planner.maps.sheet import shorten, wrap
from planner.styles.fonts import drawable
from words.visible import visible

EDGE = 30.0
INCH = 72
"""Pixels of a chart to an inch of its picture, so that a size of text is the same in both."""
DPI = 144
MOST_NOTES = 6


def write_picture(chart: Chart, title: str, line: str, notes: Sequence[str], path: File) -> None:
    """Write a chart with its title, the line under it and notes to ``path`` (.png, .pdf or .svg)."""
    paint(framed(chart, title, line, notes), path)


def framed(chart: Chart, title: str, line: str, notes: Sequence[str]) -> Chart:
    """A chart with its title, the line under it, and notes."""
    shapes: list[Shape] = [
        Text(EDGE, 44.0, shorten(title, columns(chart.width, 22)), 22.0, bold=True),
        Text(EDGE, 68.0, shorten(line, columns(chart.width, 13)), 13.0, fill=FAINT),
    ]
    shapes += moved(chart.shapes, EDGE, 84.0)
    lines = [piece for note in notes for piece in wrap(note, columns(chart.width, 11.5))]
    if len(lines) > MOST_NOTES:
        lines = [*lines[: MOST_NOTES - 1], f"{lines[MOST_NOTES - 1]} …"]
    made, bottom = texts(lines, EDGE, 84.0 + chart.height + (10 if lines else 0), 11.5, fill=FAINT)
    return Chart(chart.kind, chart.width + 2 * EDGE, bottom + 22, (*shapes, *made))


def paint(chart: Chart, path: File) -> None:
    """Paint the shapes of a chart, those first in it at the bottom."""
    with drawing():
        figure = Figure(figsize=(chart.width / INCH, chart.height / INCH), facecolor="white")
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(0, chart.width)
        axes.set_ylim(chart.height, 0)
        for order, shape in enumerate(chart.shapes, start=1):
            if isinstance(shape, Text):
                axes.text(
                    shape.x,
                    shape.y,
                    drawable(visible(shape.text)),
                    fontsize=shape.size,
                    color=shape.fill,
                    ha={"start": "left", "middle": "center", "end": "right"}[shape.anchor],
                    va="baseline",
                    weight="bold" if shape.bold else "normal",
                    zorder=order,
                    parse_math=False,
                )
            elif isinstance(shape, Path):
                axes.add_patch(
                    Polygon(
                        shape.points,
                        closed=bool(shape.fill),
                        facecolor=shape.fill or "none",
                        edgecolor=shape.stroke or "none",
                        linewidth=shape.width if shape.stroke else 0.0,
                        alpha=shape.opacity,
                        capstyle="butt",
                        zorder=order,
                    )
                )
            else:
                axes.add_patch(
                    Circle(
                        (shape.x, shape.y),
                        shape.radius,
                        facecolor=shape.fill,
                        edgecolor="white",
                        linewidth=1.2,
                        alpha=shape.opacity,
                        zorder=order,
                    )
                )
        figure.savefig(path, dpi=DPI)
