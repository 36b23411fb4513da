"""The indicator table of a territorial plan: binding and expected, today, target, plan, met or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from planner.plans.plan import LimitRecord
from planner.report.subject import Subject
from words.catalogue import Words, difference, figure
from words.numbers import change_of


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One indicator as the table shows it; ``met`` is None where there is no target."""

    key: str
    name: str
    unit: str
    binding: bool
    today: str
    target: Markup
    plan: str
    change: str
    range: Markup
    met: bool | None


def indicator_rows(subject: Subject) -> tuple[IndicatorRow, ...]:
    """Every indicator of the certificate: binding ones (limited) first, then those of the objective, then
    the rest, each in the order of the certificate; areas of classes are left to the land table unless they
    are limited."""
    limits: dict[str, list[LimitRecord]] = {}
    for limit in subject.certificate.limits:  # a limit of another year has its row, and is told below
        limits.setdefault(limit.indicator, [])
    for limit in subject.certificate.of_the_plan:
        limits[limit.indicator].append(limit)
    weights = subject.certificate.objective_weights
    names = [
        name
        for name in subject.certificate.indicators
        if name in limits or name in weights or not name.startswith("area.")
    ]
    names.sort(key=lambda name: (name not in limits, name not in weights))
    return tuple(_row(name, limits.get(name, []), weights.get(name), subject) for name in names)


def bounds_text(limit: LimitRecord) -> Markup:
    """The bounds of a limit: ``≥ 100``, ``≤ 200`` or both."""
    parts = [f"≥\u00a0{figure(limit.at_least)}"] if limit.at_least is not None else []
    parts += [f"≤\u00a0{figure(limit.at_most)}"] if limit.at_most is not None else []
    return Markup(", ").join(parts)


def _row(name: str, limits: Sequence[LimitRecord], weight: float | None, subject: Subject) -> IndicatorRow:
    record, words = subject.certificate.indicators[name], subject.words
    span = subject.certificate.ranges.get(name)
    return IndicatorRow(
        key=name,
        name=subject.indicator(name),
        unit=words.unit(record.unit),
        binding=bool(limits),
        today=figure(record.baseline),
        target=Markup("<br>").join(_targets(limits, weight, subject, words)),
        plan=figure(record.value),
        change=difference(change_of(record.value, record.baseline)),
        range=words("indicators.range", low=difference(span.low), high=difference(span.high))
        if span
        else Markup(),
        met=not any(subject.missed(limit) for limit in limits) if limits else None,
    )


def _targets(
    limits: Sequence[LimitRecord], weight: float | None, subject: Subject, words: Words
) -> list[Markup]:
    """What is asked of an indicator: bounds, limits by district, a place in the objective."""
    texts = [bounds_text(limit) for limit in limits if limit.district is None]
    by: dict[str, list[LimitRecord]] = {}
    for limit in limits:
        if limit.district is not None:
            by.setdefault(limit.by or "", []).append(limit)
    for division, records in by.items():
        kept = sum(not subject.missed(record) for record in records)
        by_name = subject.division(division)
        texts.append(words("indicators.districts", by=by_name, kept=f"{kept:,}", all=f"{len(records):,}"))
    if weight:
        texts.append(words("indicators.low" if weight > 0 else "indicators.high"))
    return texts or [words("indicators.none")]
