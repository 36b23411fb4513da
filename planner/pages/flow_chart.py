"""A flow diagram in columns: bars, and bands from the bars of a column to those of the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.charts.shapes import FAINT, INK, Chart, Path, Place, Shape, Text
from planner.maps.sheet import shorten

BAR, GAP, LINE = 12.0, 10.0, 15.0
"""Pixels: width of a bar, least room between two, and height of a line of text."""
BODY = 260.0
"""Pixels that all bars of the fullest column take together."""
HEAD, FOOT = 12.0, 4.0
"""Pixels above and below, for the letters of the first and last labels."""
LEAST = 1.0
STEPS = 14
"""Points of the course of a band."""
SIZE, APART = 12.0, 6.0
"""Pixels: height of letters, and from a bar to its text."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a column: its name, its amount, the text beside it, and its colour."""

    name: str
    amount: float
    text: str
    fill: str


@dataclass(frozen=True, slots=True)
class Band:
    """What flows from a bar of one column to a bar of the next, by their places, with its ``tip``."""

    column: int
    start: int
    end: int
    amount: float
    fill: str
    tip: str


def flow_chart(
    kind: str, columns: Sequence[Sequence[Bar]], bands: Sequence[Band], width: float, label: float
) -> Chart:
    """The diagram in ``width`` pixels with ``label`` pixels of text on either side."""
    largest = max((sum(bar.amount for bar in column) for column in columns), default=0.0)
    scale = BODY / largest if largest > 0 else 0.0
    heights = [[max(bar.amount * scale, LEAST) for bar in column] for column in columns]
    rooms = [
        [max(size + GAP, 2 * LINE) + (2 * LINE if 0 < number < len(columns) - 1 else 0.0) for size in column]
        for number, column in enumerate(heights)
    ]
    height = max(sum(room) for room in rooms)
    left, right = label, width - label - BAR
    span = (right - left) / max(1, len(columns) - 1)
    places = [left + number * span for number in range(len(columns))]
    tops = [[HEAD + top for top in _tops(*each, height)] for each in zip(rooms, heights, strict=True)]
    shapes = _bands(bands, places, tops, scale)
    for number, column in enumerate(columns):
        for bar, top, size in zip(column, tops[number], heights[number], strict=True):
            shapes += _bar(bar, (places[number], top), size, (number, len(columns)), label)
    return Chart(kind, width, HEAD + height + FOOT, tuple(shapes))


def _tops(rooms: Sequence[float], heights: Sequence[float], height: float) -> list[float]:
    """Where the bars of a column begin: spread over the height, each in the middle of its room."""
    spare = (height - sum(rooms)) / max(1, len(rooms))
    tops, at = [], 0.0
    for room, size in zip(rooms, heights, strict=True):
        tops.append(at + (room + spare - size) / 2)
        at += room + spare
    return tops


def _bar(bar: Bar, place: Place, size: float, at: tuple[int, int], label: float) -> list[Shape]:
    (x, top), (number, count) = place, at
    corners = ((x, top), (x + BAR, top), (x + BAR, top + size), (x, top + size))
    first, last = number == 0, number == count - 1
    middle = top + size / 2 if first or last else top - LINE - 4
    anchor = "end" if first else "start" if last else "middle"
    text_x = x - APART if first else x + BAR + APART if last else x + BAR / 2
    letters = int((label - APART if first or last else 1.6 * label) / (0.6 * SIZE))
    name, text = shorten(bar.name, letters), shorten(bar.text, letters)
    return [
        Path(corners, fill=bar.fill, tip=f"{bar.name}: {bar.text}"),
        Text(text_x, middle - 1, name, SIZE, anchor, INK, bold=not (first or last)),
        Text(text_x, middle + SIZE + 1, text, SIZE - 1, anchor, FAINT),
    ]


def _bands(
    bands: Sequence[Band], places: Sequence[float], tops: Sequence[Sequence[float]], scale: float
) -> list[Shape]:
    """Bands leave and reach each bar in the order of the bars, so that few cross."""
    leave = [list(column) for column in tops]
    reach = [list(column) for column in tops]
    shapes: list[Shape] = []
    for band in sorted(bands, key=lambda each: (each.column, each.start, each.end)):
        thick = band.amount * scale
        a, b = leave[band.column][band.start], reach[band.column + 1][band.end]
        leave[band.column][band.start] += thick
        reach[band.column + 1][band.end] += thick
        ends = places[band.column] + BAR, places[band.column + 1]
        upper = _course(ends, (a, b))
        lower = _course(ends, (a + max(thick, LEAST), b + max(thick, LEAST)))
        shapes.append(Path((*upper, *lower[::-1]), fill=band.fill, opacity=0.45, tip=band.tip))
    return shapes


def _course(ends: tuple[float, float], heights: tuple[float, float]) -> list[Place]:
    """Points along a course that leaves and arrives level."""
    (x, to), (a, b) = ends, heights
    shares = [step / STEPS for step in range(STEPS + 1)]
    return [(x + (to - x) * at, a + (b - a) * at * at * (3 - 2 * at)) for at in shares]
