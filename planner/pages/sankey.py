"""The transition diagram: land that changes class, as bands from the classes of today to those planned.

Drawn as SVG when the page is written: it needs no script, prints sharply, and its text is the page's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

NODE = 14.0
"""Width of a class's bar."""
LINE = 19.0
"""Least distance of two labels."""
GAP = 8.0
"""Space between two bars."""
LEAST = 0.8
"""Least thickness at which a band is drawn, so that none is lost."""
BODY = 250.0
"""Least height of all bars of a side together."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Land that turns from one class into another, by their numbers, in ha."""

    today: int
    planned: int
    area_ha: float


@dataclass(frozen=True, slots=True)
class Node:
    """A class on one side: its bar, and the height at which its label stands."""

    item: int
    area_ha: float
    top: float
    height: float
    label: float


@dataclass(frozen=True, slots=True)
class Band:
    """A flow: the data of an SVG path."""

    flow: Flow
    path: str


@dataclass(frozen=True, slots=True)
class Diagram:
    """A diagram of ``width`` x ``height``, with bars at ``left`` and ``right``."""

    width: float
    height: float
    left: float
    right: float
    today: tuple[Node, ...]
    planned: tuple[Node, ...]
    bands: tuple[Band, ...]


def diagram(flows: Sequence[Flow], width: float, labels: float, line: float = LINE) -> Diagram:
    """The diagram of some flows; ``labels`` is the room for labels on either side, ``line`` their distance.

    Lengths in pixels.
    """
    before = _sums((flow.today, flow.area_ha) for flow in flows)
    after = _sums((flow.planned, flow.area_ha) for flow in flows)
    rows = max(len(before), len(after))
    total = sum(flow.area_ha for flow in flows)
    body = max(BODY, rows * (line - GAP))
    scale = body / total if total else 0.0
    height = body + (rows - 1) * GAP if rows else 0.0
    today, planned = (_nodes(side, scale, height, line) for side in (before, after))
    left, right = labels, width - labels - NODE
    bands = _bands(flows, today, planned, scale, (left + NODE, right))
    tallest = max([height, *(node.label + line / 2 for node in (*today, *planned))])
    return Diagram(width, tallest + 2, left, right, today, planned, bands)


def _sums(parts: Iterable[tuple[int, float]]) -> dict[int, float]:
    sums: dict[int, float] = {}
    for item, area in sorted(parts):
        sums[item] = sums.get(item, 0.0) + area
    return sums


def _nodes(areas: dict[int, float], scale: float, height: float, line: float) -> tuple[Node, ...]:
    """Bars one below the other over the whole height, with labels that keep their distance."""
    if not areas:
        return ()
    used = sum(areas.values()) * scale
    gap = (height - used) / max(1, len(areas) - 1)
    top, tops = 0.0, []
    for area in areas.values():
        tops.append(top)
        top += area * scale + gap
    middles = [start + area * scale / 2 for start, area in zip(tops, areas.values(), strict=True)]
    labels = spread(middles, line, height)
    return tuple(
        Node(item, area, start, max(area * scale, LEAST), label)
        for (item, area), start, label in zip(areas.items(), tops, labels, strict=True)
    )


def spread(places: Sequence[float], least: float, height: float) -> list[float]:
    """Ascending places moved apart until neighbours are ``least`` apart, kept within the height where they
    fit."""
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + least if moved else least / 2))
    ceiling = max(height, least * len(moved)) - least / 2
    for number in range(len(moved) - 1, -1, -1):
        moved[number] = min(moved[number], ceiling)
        ceiling = moved[number] - least
    return moved


def _bands(
    flows: Sequence[Flow],
    today: Sequence[Node],
    planned: Sequence[Node],
    scale: float,
    between: tuple[float, float],
) -> tuple[Band, ...]:
    """Bands leave and reach each bar in the order of the classes, so that few cross."""
    leave, reach = ({node.item: node.top for node in side} for side in (today, planned))
    x, end = between
    middle = (x + end) / 2
    bands = []
    for flow in sorted(flows, key=lambda each: (each.today, each.planned)):
        thick = flow.area_ha * scale
        a, b = leave[flow.today], reach[flow.planned]
        leave[flow.today] += thick
        reach[flow.planned] += thick
        shown = max(thick, LEAST)
        low_a, low_b = a + shown, b + shown
        path = (
            f"M{x:.1f} {a:.1f}C{middle:.1f} {a:.1f} {middle:.1f} {b:.1f} {end:.1f} {b:.1f}"
            f"V{low_b:.1f}C{middle:.1f} {low_b:.1f} {middle:.1f} {low_a:.1f} {x:.1f} {low_a:.1f}Z"
        )
        bands.append(Band(flow, path))
    return tuple(bands)
