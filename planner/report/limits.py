"""Limits with their slack and price: those of the whole area, and those of districts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from planner.plans.plan import LimitRecord
from planner.prices.sentences import price_in_words
from planner.report.indicator_table import bounds_text
from planner.report.subject import Subject
from planner.words.limit_names import in_year
from words.catalogue import figure

MOST_OPEN = 12
"""Districts shown without being asked for; longer tables open at a click, and in print."""


@dataclass(frozen=True, slots=True)
class LimitRow:
    """One limit; ``fill`` is the value in per cent of its nearer bound, ``binds`` where it has a price."""

    name: str
    unit: str
    today: str
    bound: Markup
    value: str
    slack: str
    price: str
    price_unit: str
    binds: bool
    missed: bool


@dataclass(frozen=True, slots=True)
class Division:
    """The limits of one indicator by the districts of one division."""

    title: Markup
    unit: str
    price_unit: str
    rows: tuple[LimitRow, ...]
    note: Markup
    open: bool


def whole_limits(subject: Subject) -> tuple[LimitRow, ...]:
    """The limits of the whole area, in the order of the study."""
    return tuple(_row(limit, subject) for limit in subject.certificate.limits if limit.district is None)


def edges(subject: Subject) -> tuple[str, ...]:
    """Of every limit beyond whose bound nothing can be had, that this is so, and what loosening it saves."""
    lang, classes = subject.words.lang, subject.instance.classes
    at_edge = [limit for limit in subject.certificate.limits if limit.edge is not None]
    at_edge.sort(key=lambda limit: -abs(limit.price or 0.0))
    told = [price_in_words(limit, lang, classes) for limit in at_edge[:MOST_OPEN]]
    more = len(at_edge) - MOST_OPEN
    sentences = [subject.words.text("terminal.sentence", text=text[:1].upper() + text[1:]) for text in told]
    return (*sentences, *([subject.words.count_text("limits.more", more)] if more > 0 else []))


def divisions(subject: Subject) -> tuple[Division, ...]:
    """The limits of districts, by indicator and division, those with the highest price first."""
    groups: dict[tuple[str, str, int | None, str], list[LimitRecord]] = {}
    for limit in subject.certificate.limits:
        if limit.district is not None:
            key = limit.indicator, limit.by or "", limit.year, limit.counts
            groups.setdefault(key, []).append(limit)
    return tuple(_division(indicator, by, limits, subject) for (indicator, by, *_), limits in groups.items())


def _division(indicator: str, by: str, limits: Sequence[LimitRecord], subject: Subject) -> Division:
    words = subject.words
    ordered = sorted(limits, key=lambda limit: (-abs(limit.price or 0.0), limit.slack))
    rows = tuple(_row(limit, subject) for limit in ordered)
    held, binding = sum(not row.missed for row in rows), sum(row.binds for row in rows)
    name = in_year(subject.indicator(indicator), limits[0].year, limits[0].counts, words)
    note = words("districts.note", kept=f"{held:,}", all=f"{len(rows):,}", binding=f"{binding:,}")
    return Division(
        title=words("districts.title", name=name, by=subject.division(by)),
        unit=rows[0].unit,
        price_unit=rows[0].price_unit,
        rows=rows,
        note=note,
        open=len(rows) <= MOST_OPEN,
    )


def _row(limit: LimitRecord, subject: Subject) -> LimitRow:
    record = subject.certificate.indicators.get(limit.indicator)
    return LimitRow(
        name=subject.district(limit.by, limit.district)
        if limit.district
        else in_year(subject.indicator(limit.indicator), limit.year, limit.counts, subject.words),
        unit=subject.words.unit(
            limit.price_unit.partition(" per ")[2] if limit.counts == "sum" else record.unit if record else ""
        ),
        today=figure(record.baseline) if record else "",
        bound=bounds_text(limit),
        value=figure(limit.value),
        slack=figure(max(limit.slack, 0.0) if not subject.missed(limit) else limit.slack),
        price="–" if limit.price is None else figure(limit.price),
        price_unit=subject.words.unit(limit.price_unit),
        binds=limit.binds,
        missed=subject.missed(limit),
    )
