"""The ledger of the life cycle in the report: carbon by year as a curve with its range, and as a table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formulations.staged.ledger import PARTS, LifeCycle
from planner.charts.axes import Scale, reach, ticks, upright
from planner.charts.legend import Entry, legend
from planner.charts.shapes import BLUE, FAINT, FRAME, GREY, RED, Chart, Path, Shape, Text, moved, width_of
from planner.plans.life_cycle import ledger_of
from planner.report.subject import Subject
from words.catalogue import Words, figure

LOOKS = (("wide", 900.0, 300.0, 13.0), ("slim", 348.0, 220.0, 11.5))
"""Kind, width, height of the frame and size of the text of each chart, in pixels."""


@dataclass(frozen=True, slots=True)
class LedgerTable:
    """The ledger of the whole area: what it comes to, its charts, its headings, and a row for each year."""

    lead: tuple[str, str]
    charts: tuple[Chart, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def ledger_part(subject: Subject) -> LedgerTable:
    """Carbon by year over the whole area, with the year in which most is emitted."""
    words, (_, found) = subject.words, ledger_of(subject.plan)
    net, unit = found.net[:, 0], subject.words.unit("tCO2e")
    lead = words.text(
        "ledger.lead",
        first=found.years[0],
        last=found.years[-1],
        total=figure(found.cumulative[-1, 0]),
        low=figure(found.low[-1, 0]),
        high=figure(found.high[-1, 0]),
        unchanged=figure(found.unchanged[-1, 0]),
        peak=found.peak,
        most=figure(float(net.max())),
        unit=unit,
    )
    columns = [*(found.parts[:, 0, n] for n in range(len(PARTS))), net, found.cumulative[:, 0]]
    told = [n for n, each in enumerate(columns) if each.any()]
    names = (*PARTS, "net", "cumulative")
    rows = tuple(
        (str(year), tuple(figure(float(columns[n][place])) for n in told))
        for place, year in enumerate(found.years)
    )
    heads = tuple(words.text(f"ledger_parts.{names[n]}") for n in told)
    charts = tuple(_chart(found, words, *look) for look in LOOKS)
    return LedgerTable((lead, words.text("ledger.about")), charts, heads, rows)


def _chart(found: LifeCycle, words: Words, kind: str, width: float, height: float, size: float) -> Chart:
    """What is emitted beyond land that keeps its class, from the first year until the end of each, with its
    range; kilotonnes where tonnes would need many digits."""
    still = found.unchanged[:, 0]
    spread = [each[:, 0] for each in (found.cumulative, found.low, found.high)]
    factor, unit = (1e3, "ktCO2e") if np.abs(np.array([*spread, still])).max() >= 1e6 else (1.0, "tCO2e")
    lines = [np.concatenate([[0.0], each]) / factor for each in (*spread, still)]
    low, high = reach([float(end) for each in lines for end in (each.min(), each.max())])
    written = ticks(low, high)
    left = max(width_of(tick.text, size) for tick in written) + 16
    signs = (
        Entry((Path(((-12, 0), (12, 0)), RED, width=2.2),), words.text("ledger_parts.cumulative")),
        Entry((Path(((-12, -5), (12, -5), (12, 5), (-12, 5)), fill=GREY),), words.text("ledger.range")),
        Entry((Path(((-12, 0), (12, 0)), BLUE, width=1.4),), words.text("ledger_parts.unchanged")),
    )
    shown, top = legend(signs, width - left, size)
    top += 2.2 * size
    frame = (left, top, width - 14, top + height)
    across = Scale(0.0, float(len(found.years)), frame[0], frame[2])
    down = Scale(low, high, frame[3], frame[1])
    courses = [
        tuple((across(float(year)), down(float(value))) for year, value in enumerate(each)) for each in lines
    ]
    made: list[Shape] = [*moved(shown, left, 0.0), *upright(down, written, frame, size)]
    made.append(Text(left, top - 0.5 * size, words.unit(unit), size, fill=FAINT))
    made.append(Path((*courses[1], *courses[2][::-1]), fill=GREY, opacity=0.8))
    made += [Path(courses[3], BLUE, width=1.4), Path(courses[0], RED, width=2.2)]
    made.append(Path(((frame[0], frame[3]), (frame[2], frame[3])), FRAME))
    step = max(1, round(len(found.years) * 5 * size / (frame[2] - frame[0])))
    places = range(0, len(found.years) + 1, step)
    years = [(across(float(place)), str(found.years[0] + place)) for place in places]
    made += [Text(x, frame[3] + 1.5 * size, year, size, "middle", FAINT) for x, year in years]
    return Chart(kind, width, frame[3] + 2.2 * size, tuple(made))
