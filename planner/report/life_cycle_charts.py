"""Charts of the life cycle: carbon by year with its range, what each year adds by part, and growth by age."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from formulations.staged.growth import Growth
from formulations.staged.ledger import PARTS, LifeCycle
from instances.land.classes import Classes
from instances.units.grid import FloatArray
from planner.charts.axes import Scale, reach, ticks, upright
from planner.charts.legend import Entry, legend
from planner.charts.shapes import (
    BLUE,
    FAINT,
    FRAME,
    GREY,
    INK,
    RED,
    Box,
    Chart,
    Path,
    Shape,
    Text,
    moved,
    width_of,
)
from words.catalogue import Words, figure

LOOKS = (("wide", 900.0, 300.0, 13.0), ("slim", 348.0, 220.0, 11.5))
"""Kind, width, height of the frame and size of the text of each chart, in pixels."""
COLOURS = {
    "construction": "#8c564b",
    "clearing": "#e0a030",
    "energy": "#c2410c",
    "sources": "#8d8d8d",
    "uptake": "#5aae61",
    "growth": "#1b7837",
    "local": "#9970ab",
}
CURVES = ("#1b7837", "#b35806", "#2166ac", "#8c564b", "#762a83", "#5c6b6d")
"""Lines of growth: those of the classes themselves may be too light for a line."""
KILO = 1e6
"""From so many tonnes on figures are told in thousands of tonnes."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The ground of a chart: its frame, where figures lie on it, and what is drawn already."""

    frame: Box
    down: Scale
    size: float
    made: list[Shape]

    def done(self, kind: str, width: float) -> Chart:
        """The chart."""
        return Chart(kind, width, self.frame[3] + 2.2 * self.size, tuple(self.made))


def total_charts(found: LifeCycle, words: Words) -> tuple[Chart, ...]:
    """All that is emitted from the first year on, with its range, beside land that keeps its class."""
    curves = tuple(_from_nothing(each[:, 0]) for each in (found.cumulative, found.low, found.high))
    still = _from_nothing(found.unchanged[:, 0])
    return tuple(_courses(found, words, look, curves, still, "cumulative", "unchanged") for look in LOOKS)


def change_charts(found: LifeCycle, words: Words) -> tuple[Chart, ...]:
    """What the plan emits beyond today's land from the first year on, with its range."""
    curves = tuple(_from_nothing(each[:, 0]) for each in (found.change, found.change_low, found.change_high))
    return tuple(
        _courses(found, words, look, curves, np.zeros(len(curves[0])), "change", "") for look in LOOKS
    )


def part_charts(found: LifeCycle, words: Words) -> tuple[Chart, ...]:
    """What each year adds beyond today's land: a bar of parts, sources up and uptake down, and their sum with
    its range."""
    beyond = found.beyond[:, 0]
    ends = [np.diff(end[:, 0], prepend=0.0) for end in (found.change_low, found.change_high)]
    return tuple(_bars(found, words, look, beyond, ends) for look in LOOKS)


def growth_charts(
    curves: Sequence[Growth], ages: Sequence[float], classes: Classes, words: Words
) -> tuple[Chart, ...]:
    """What a hectare of each class's new land has gained by age, with its range."""
    return tuple(_growth(curves, ages, classes, words, look) for look in LOOKS)


def _from_nothing(values: FloatArray) -> FloatArray:
    return np.concatenate([[0.0], values])


def _courses(
    found: LifeCycle,
    words: Words,
    look: tuple[str, float, float, float],
    curves: tuple[FloatArray, ...],
    still: FloatArray,
    name: str,
    beside: str,
) -> Chart:
    """A curve with its range, and land that keeps its class as a second curve or as the line of 0."""
    kind, width, _, size = look
    factor, unit = _unit([*curves, still])
    signs = [
        Entry((Path(((-12, 0), (12, 0)), RED, width=2.2),), words.text(f"ledger_parts.{name}")),
        Entry((_block(GREY),), words.text("ledger.range")),
    ]
    if beside:
        sign = Path(((-12, 0), (12, 0)), BLUE, width=1.4)
        signs.append(Entry((sign,), words.text(f"ledger_parts.{beside}")))
    sheet = _sheet([each / factor for each in (*curves, still)], words.unit(unit), signs, look)
    places = np.linspace(sheet.frame[0], sheet.frame[2], len(still))
    value, low, high, level = (
        [(float(x), sheet.down(float(y) / factor)) for x, y in zip(places, each, strict=True)]
        for each in (*curves, still)
    )
    sheet.made.append(Path((*low, *high[::-1]), fill=GREY, opacity=0.8))
    sheet.made.append(Path(tuple(level), BLUE if beside else FRAME, width=1.4))
    sheet.made.append(Path(tuple(value), RED, width=2.2))
    years = [*found.years, found.years[-1] + 1]
    _below(sheet, [str(year) for year in years], places.tolist(), 5 * size)
    return sheet.done(kind, width)


def _bars(
    found: LifeCycle,
    words: Words,
    look: tuple[str, float, float, float],
    beyond: FloatArray,
    ends: Sequence[FloatArray],
) -> Chart:
    kind, width, _, size = look
    told = [n for n in range(len(PARTS)) if np.abs(beyond[:, n]).max() > 0.0]
    tops = [np.maximum(beyond, 0.0).sum(axis=1), np.minimum(beyond, 0.0).sum(axis=1)]
    factor, unit = _unit([*tops, *ends])
    signs = [Entry((_block(COLOURS[PARTS[n]]),), words.text(f"ledger_parts.{PARTS[n]}")) for n in told]
    whisker = (Path(((0, -7), (0, 7)), INK, width=1.2), Path(((-4, 0), (4, 0)), INK, width=2.4))
    signs.append(Entry(whisker, words.text("ledger.net_range")))
    sheet = _sheet([each / factor for each in (*tops, *ends, np.zeros(1))], words.unit(unit), signs, look)
    step = (sheet.frame[2] - sheet.frame[0]) / len(found.years)
    half = 0.36 * step
    for place in range(len(found.years)):
        middle = sheet.frame[0] + (place + 0.5) * step
        up = down = 0.0
        for n in told:
            amount = float(beyond[place, n]) / factor
            begin = up if amount > 0 else down
            if amount > 0:
                up += amount
            else:
                down += amount
            sides = (sheet.down(begin), sheet.down(begin + amount))
            corners = ((-half, 0), (half, 0), (half, 1), (-half, 1))
            name = f"{words.text(f'ledger_parts.{PARTS[n]}')}, {found.years[place]}"
            told_as = f"{name}: {figure(amount)} {words.unit(unit)}"
            points = tuple((middle + x, sides[side]) for x, side in corners)
            sheet.made.append(Path(points, fill=COLOURS[PARTS[n]], tip=told_as))
        low, high = (sheet.down(float(end[place]) / factor) for end in ends)
        net = sheet.down(float(beyond[place].sum()) / factor)
        sheet.made.append(Path(((middle, low), (middle, high)), INK, width=1.0))
        sheet.made.append(Path(((middle - half, net), (middle + half, net)), INK, width=2.0))
    level = sheet.down(0.0)
    sheet.made.append(Path(((sheet.frame[0], level), (sheet.frame[2], level)), FAINT))
    middles = [sheet.frame[0] + (place + 0.5) * step for place in range(len(found.years))]
    _below(sheet, [str(year) for year in found.years], middles, 4 * size)
    return sheet.done(kind, width)


def _growth(
    curves: Sequence[Growth],
    ages: Sequence[float],
    classes: Classes,
    words: Words,
    look: tuple[str, float, float, float],
) -> Chart:
    kind, width, _, size = look
    signs = []
    for colour, each in zip(CURVES, curves, strict=False):
        item = classes[each.place]
        area = words.amount_plain(each.hectares, "ha")
        sign = Path(((-12, 0), (12, 0)), colour, width=2.6)
        signs.append(Entry((sign,), words.text("ledger.grown", land=item.label(words.lang), area=area)))
    values = [np.zeros(1), *(end for each in curves for end in (each.low, each.high))]
    sheet = _sheet(values, words.unit("tCO2e/ha"), signs, look)
    across = Scale(0.0, ages[-1], sheet.frame[0], sheet.frame[2])

    def course(values: FloatArray) -> list[tuple[float, float]]:
        points = zip((0.0, *ages), _from_nothing(values).tolist(), strict=True)
        return [(across(age), sheet.down(value)) for age, value in points]

    for colour, each in zip(CURVES, curves, strict=False):
        sheet.made.append(Path((*course(each.low), *course(each.high)[::-1]), fill=colour, opacity=0.12))
    for colour, each in zip(CURVES, curves, strict=False):
        sheet.made.append(Path(tuple(course(each.value)), colour, width=2.6))
    tens = [age for age in (0.0, *ages) if age % 10 == 0]
    names = [words.text("ledger.years_old", n=f"{age:g}") for age in tens]
    _below(sheet, names, [across(age) for age in tens], 5 * size)
    return sheet.done(kind, width)


def _unit(values: Sequence[FloatArray]) -> tuple[float, str]:
    """Kilotonnes where tonnes would need many digits."""
    most = max(float(np.abs(each).max(initial=0.0)) for each in values)
    return (1e3, "ktCO2e") if most >= KILO else (1.0, "tCO2e")


def _block(colour: str) -> Path:
    return Path(((-12, -5), (12, -5), (12, 5), (-12, 5)), fill=colour)


def _sheet(
    values: Sequence[FloatArray], unit: str, signs: Sequence[Entry], look: tuple[str, float, float, float]
) -> _Sheet:
    """The legend, the frame under it that has room for all values, and its upright axis."""
    _, width, height, size = look
    low, high = reach([float(end) for each in values for end in (each.min(), each.max())])
    written = ticks(low, high)
    left = max(width_of(tick.text, size) for tick in written) + 16
    shown, top = legend(signs, width - left, size)
    top += 2.2 * size
    frame = (left, top, width - 14, top + height)
    down = Scale(low, high, frame[3], frame[1])
    made: list[Shape] = [*moved(shown, left, 0.0), *upright(down, written, frame, size)]
    made.append(Text(left, top - 0.5 * size, unit, size, fill=FAINT))
    made.append(Path(((frame[0], frame[3]), (frame[2], frame[3])), FRAME))
    return _Sheet(frame, down, size, made)


def _below(sheet: _Sheet, names: Sequence[str], places: Sequence[float], room: float) -> None:
    """As many names below the frame as have room."""
    step = max(1, round(len(names) * room / (sheet.frame[2] - sheet.frame[0])))
    for name, x in [*zip(names, places, strict=True)][::step]:
        anchor = "end" if x > sheet.frame[2] - 1 else "middle"
        place = x + 14 if anchor == "end" else x
        sheet.made.append(Text(place, sheet.frame[3] + 1.5 * sheet.size, name, sheet.size, anchor, FAINT))
