"""Limits with their slack and price: those of the whole area, and those of districts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from planner.plans.plan import LimitRecord
from planner.report.indicator_table import bounds_text
from planner.report.subject import Subject
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


def divisions(subject: Subject) -> tuple[Division, ...]:
    """The limits of districts, by indicator and division, those with the highest price first."""
    groups: dict[tuple[str, str], list[LimitRecord]] = {}
    for limit in subject.certificate.limits:
        if limit.district is not None:
            groups.setdefault((limit.indicator, limit.by or ""), []).append(limit)
    return tuple(_division(indicator, by, limits, subject) for (indicator, by), limits in groups.items())


def _division(indicator: str, by: str, limits: Sequence[LimitRecord], subject: Subject) -> Division:
    words = subject.words
    ordered = sorted(limits, key=lambda limit: (-abs(limit.price or 0.0), limit.slack))
    rows = tuple(_row(limit, subject) for limit in ordered)
    held, binding = sum(not row.missed for row in rows), sum(row.binds for row in rows)
    note = words("districts.note", kept=f"{held:,}", all=f"{len(rows):,}", binding=f"{binding:,}")
    return Division(
        title=words("districts.title", name=subject.indicator(indicator), by=subject.division(by)),
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
        else subject.indicator(limit.indicator),
        unit=subject.words.unit(record.unit if record else ""),
        today=figure(record.baseline) if record else "",
        bound=bounds_text(limit),
        value=figure(limit.value),
        slack=figure(max(limit.slack, 0.0) if not subject.missed(limit) else limit.slack),
        price="–" if limit.price is None else figure(limit.price),
        price_unit=subject.words.unit(limit.price_unit),
        binds=figure(limit.price or 0.0) != "0",
        missed=subject.missed(limit),
    )
