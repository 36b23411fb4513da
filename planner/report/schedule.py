"""The order of the changes in the report: a map by year, what decides the years, and every year's sums."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from markupsafe import Markup

from formulations.linked.schedule_plan import Years
from instances.units.sums import sum_by
from planner.charts.axes import Scale, reach, ticks, upright
from planner.charts.legend import Entry, legend
from planner.charts.shapes import BLUE, FAINT, FRAME, RED, Chart, Path, Shape, Text, moved, width_of
from planner.export.schedule import order_table, ordered, years_table
from planner.pages.map_images import Mapper
from planner.pages.rendered import MapPicture
from planner.plans.record import ScheduleRecord
from planner.plans.scheduled import Posed, cost_unit
from planner.report.subject import Subject
from planner.styles.change_colours import GROUND, order_colours
from planner.styles.layer_styles import hexadecimal
from words.catalogue import Words, difference, figure
from words.numbers import room_between

MOST_PATCHES = 20
"""Patches told one by one."""
LOOKS = (("wide", 900.0, 220.0, 13.0), ("slim", 348.0, 190.0, 11.5))
"""Kind, width, height of the frame and size of the text of each chart, in pixels."""
CHARTS = (
    ("area", "area_ha", "area_most_ha", "at_most", "ha"),
    ("cost", "cost", "budget", "at_most", ""),
    ("homes", "homes_ha", "homes_least_ha", "at_least", "ha"),
    ("cropland", "cropland_ha", "cropland_least_ha", "at_least", "ha"),
    ("carbon", "beyond_today_tco2e", "", "", "tCO2e"),
)
"""Charts: name, column of the years' table, that of its bound, what the bound is, and the unit."""


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """What decides the years of some patches: how many, their land, and what they emit by waiting."""

    name: str
    patches: str
    area: str
    waits: str


@dataclass(frozen=True, slots=True)
class YearChart:
    """One figure by year, for a desk or paper and for a phone."""

    title: str
    looks: tuple[Chart, ...]


@dataclass(frozen=True, slots=True)
class ScheduleChapter:
    """What the chapter shows."""

    sentences: tuple[Markup, ...]
    picture: MapPicture
    legend: tuple[tuple[str, str], ...]
    reasons: tuple[ReasonRow, ...]
    charts: tuple[YearChart, ...]
    heads: tuple[str, ...]
    years: tuple[tuple[str, tuple[str, ...]], ...]
    patch_heads: tuple[str, ...]
    patches: tuple[tuple[str, ...], ...]
    more: int


def schedule_chapter(subject: Subject, mapper: Mapper) -> ScheduleChapter | None:
    """The chapter on the order of the changes; None of a plan without one."""
    record = subject.certificate.schedule
    if record is None or subject.plan.order is None or not record.patches:
        return None
    asked, year = ordered(subject.plan)
    words, table, by_year = subject.words, order_table(asked, year), years_table(asked, year)
    units = {"cost": cost_unit(subject.plan)}
    shown = [name for name in by_year.columns if not by_year[name].isna().all()]
    picture, marks = _picture(subject, mapper, asked, year)
    return ScheduleChapter(
        tuple(_sentences(words, record)),
        picture,
        marks,
        tuple(_reasons(words, table)),
        tuple(_charts(words, by_year, units)),
        tuple(_head(words, name, units) for name in shown),
        tuple(
            (str(row[0]), tuple(_cell(cell) for cell in row[1:]))
            for row in by_year[shown].itertuples(index=False, name=None)
        ),
        *_patches(subject, table, units),
        max(0, len(table) - MOST_PATCHES),
    )


def _cell(value: float) -> str:
    """A figure of a year; patches are counted in whole numbers."""
    if isinstance(value, int):
        return f"{value:,}"
    return "–" if np.isnan(value) else figure(value)


def _sentences(words: Words, record: ScheduleRecord) -> list[Markup]:
    """What is ordered and how, what it emits, and what is proven."""
    key = "schedule_report.saves" if record.objective < 0 else "schedule_report.adds"
    room = room_between(record.objective, min(record.bound, record.objective))
    return [
        words.count("schedule_report.lead", record.patches, first=record.years[0], last=record.years[-1]),
        words("schedule_report.after"),
        words(key, last=record.years[-1], amount=words.amount(abs(record.objective), "tCO2e")),
        words(
            "schedule_report.range",
            low=difference(record.low),
            high=difference(record.high),
            unit=words.unit("tCO2e"),
        ),
        words("schedule_report.proof", room=words.amount_text(room, "tCO2e"), gap=words.gap(record.gap)),
    ]


def _picture(
    subject: Subject, mapper: Mapper, asked: Posed, year: Years
) -> tuple[MapPicture, tuple[tuple[str, str], ...]]:
    """The map of the years and its legend."""
    words, years = subject.words, asked.schedule.years
    colours = (*order_colours(len(years)), GROUND)
    area = asked.in_years(asked.patches.area_ha, year)
    most = int(area.argmax())
    told = words.text(
        "schedule_report.told", year=years[most], area=words.amount_plain(float(area[most]), "ha")
    )
    title = words.text("schedule_report.map")
    address = mapper.painted(asked.patches.begins(year, len(years)), colours)
    named = tuple(
        (
            hexadecimal(colour),
            words.text("schedule_report.legend", year=name, area=words.amount_plain(float(ha), "ha")),
        )
        for name, colour, ha in zip(years, colours, area, strict=False)
    )
    still = (hexadecimal(GROUND), words.text("schedule_report.unchanged"))
    return MapPicture("schedule", title, address, (), told=told), (*named, still)


def _reasons(words: Words, table: pd.DataFrame) -> list[ReasonRow]:
    """What decides the years, that of most land first."""
    names, of = np.unique(table["reason"].to_numpy(dtype=str), return_inverse=True)
    count = len(names)
    area, waits = (sum_by(of, table[name].to_numpy(dtype=float), count) for name in ("area_ha", "waits"))
    number = sum_by(of, None, count)
    return [
        ReasonRow(
            words.text(f"schedule_reasons.{names[n]}"),
            f"{int(number[n]):,}",
            figure(area[n]),
            figure(waits[n]),
        )
        for n in np.argsort(-area, kind="stable").tolist()
    ]


def _head(words: Words, name: str, units: dict[str, str]) -> str:
    """The heading of a column of years, with its unit."""
    unit = {"year": "", "patches": "", "cost": units["cost"], "budget": units["cost"]}.get(
        name, "tCO2e" if name.endswith("tco2e") else "ha"
    )
    head = words.text(f"schedule_columns.{name}")
    return words.text("schedule_report.with_unit", head=head, unit=words.unit(unit)) if unit else head


def _patches(
    subject: Subject, table: pd.DataFrame, units: dict[str, str]
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Headings and rows of the largest patches."""
    words, classes = subject.words, subject.instance.classes
    named = {item.name: item.label(words.lang) for item in classes}
    largest = table.sort_values("area_ha", ascending=False, kind="stable").head(MOST_PATCHES)
    money, by = bool(units["cost"]), bool((table["district"] != "").any())
    heads = [
        words.text("schedule_fields.patch"),
        words.text("fields.change"),
        words.text("schedule_fields.why"),
    ]
    heads += [words.text("schedule_columns.year"), words.text("schedule_report.area")]
    heads += [_head(words, "cost", units)] if money else []
    heads += [_head(words, "tco2e", units), words.text("schedule_report.waits")]
    rows = []
    for row in largest.itertuples():
        change = words.text(
            "schedule_report.change", today=named[row.from_class], planned=named[row.to_class]
        )
        place = f"{row.patch} ({row.district})" if by and row.district else str(row.patch)
        cells = [
            place,
            change,
            words.text(f"schedule_reasons.{row.reason}"),
            str(row.year),
            figure(row.area_ha),
        ]
        cells += [figure(row.cost)] if money else []
        rows.append((*cells, difference(row.tco2e), figure(row.waits)))
    return tuple(heads), tuple(rows)


def _charts(words: Words, table: pd.DataFrame, units: dict[str, str]) -> list[YearChart]:
    """A chart of every figure that is told, with its bound."""
    found = []
    for name, column, bound, side, unit in CHARTS:
        if table[column].isna().all() or not table[column].to_numpy(dtype=float).any():
            continue
        asked = None if not bound or table[bound].isna().all() else table[bound].to_numpy(dtype=float)
        line = table[column].to_numpy(dtype=float)
        told = words.unit(unit or units["cost"])
        key = None if asked is None else words.text(f"schedule_report.{side}")
        looks = tuple(
            _chart(words, table["year"].tolist(), (line, asked), (told, key), *look) for look in LOOKS
        )
        found.append(YearChart(words.text(f"schedule_report.chart_{name}"), looks))
    return found


def _chart(
    words: Words,
    years: list[int],
    lines: tuple[np.ndarray, np.ndarray | None],
    told: tuple[str, str | None],
    kind: str,
    width: float,
    height: float,
    size: float,
) -> Chart:
    """A figure by year as a line, and its bound as a thinner one; years without a bound leave a gap."""
    value, bound = lines
    every = [*value.tolist(), *([] if bound is None else bound[np.isfinite(bound)].tolist()), 0.0]
    low, high = reach(every)
    written = ticks(low, high, 5)
    left = max(width_of(tick.text, size) for tick in written) + 16
    signs = [Entry((Path(((-12, 0), (12, 0)), RED, width=2.2),), words.text("schedule_report.as_planned"))]
    if told[1] is not None:
        signs.append(Entry((Path(((-12, 0), (12, 0)), BLUE, width=1.4),), told[1]))
    shown, top = legend(tuple(signs), width - left, size)
    top += 2.2 * size
    frame = (left, top, width - 20, top + height)
    across = Scale(0.0, float(max(len(years) - 1, 1)), frame[0] + 12, frame[2])
    down = Scale(low, high, frame[3], frame[1])
    made: list[Shape] = [*moved(shown, left, 0.0), *upright(down, written, frame, size)]
    made.append(Text(left, top - 0.5 * size, told[0], size, fill=FAINT))
    for each, colour, weight in ((bound, BLUE, 1.4), (value, RED, 2.2)):
        if each is not None:
            course = [(across(float(n)), down(float(one))) for n, one in enumerate(each) if np.isfinite(one)]
            course = [(x - 4, course[0][1]) for x, _ in course] + course if len(course) == 1 else course
            made.append(Path(tuple(course), colour, width=weight))
    made.append(Path(((frame[0], frame[3]), (frame[2], frame[3])), FRAME))
    step = max(1, round(len(years) * 5 * size / (frame[2] - frame[0])))
    made += [
        Text(across(float(n)), frame[3] + 1.5 * size, str(years[n]), size, "middle", FAINT)
        for n in range(0, len(years), step)
    ]
    return Chart(kind, width, frame[3] + 2.2 * size, tuple(made))
