"""Stages in the report: the land of every year as maps with a slider, and what every year comes to."""

from __future__ import annotations

from dataclasses import dataclass

from planner.pages.map_images import Mapper
from planner.pages.picture_texts import land_told
from planner.report.subject import Subject
from words.catalogue import figure

ALWAYS = ("net_emissions", "sources", "sinks", "green_share")
"""Indicators that are told of every year."""


@dataclass(frozen=True, slots=True)
class StagePicture:
    """The map of one year, or of today."""

    key: str
    title: str
    address: str
    lines: tuple[()] = ()
    lines_of: str = "change"
    told: str = ""


@dataclass(frozen=True, slots=True)
class StageChapter:
    """The maps, and rows of a table: a name, its unit, then today and every year."""

    lead: str
    objective: str
    maps: tuple[StagePicture, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, str, tuple[str, ...]], ...]


def stage_chapter(subject: Subject, mapper: Mapper) -> StageChapter | None:
    """The chapter on stages; None of a plan without them."""
    record, staged, words = subject.certificate.stages, subject.plan.staged, subject.words
    if record is None or staged is None:
        return None
    layouts = [subject.instance.today, *staged.layouts(subject.plan.layout)]
    heads = (words.text("maps.today"), *(str(year) for year in record.years))
    maps = tuple(
        StagePicture(
            f"stage-{place}", head, mapper.layout(layout), told=land_told(subject.instance, layout, words)
        )
        for place, (head, layout) in enumerate(zip(heads, layouts, strict=True))
    )
    limited = {limit.indicator for limit in subject.certificate.limits}
    asked = {*ALWAYS, *subject.certificate.objective_weights, *limited}
    changed = ("", *(figure(one) for one in record.changed_ha))
    rows = [(words.text("stages.changed"), words.unit("ha"), changed)]
    for name, told in subject.certificate.indicators.items():
        if name in asked and name in record.values:
            values = tuple(figure(one) for one in (told.baseline, *record.values[name]))
            rows.append((subject.indicator(name), words.unit(told.unit), values))
    years = f"{sum(record.lasts):g}"
    return StageChapter(
        words.text("stages.lead", total=figure(record.emissions), years=years, unit=words.unit("tCO2e")),
        words.text(f"stages.objective_{record.objective}"),
        maps,
        heads,
        tuple(rows),
    )
