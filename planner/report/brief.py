"""The director's page: what the dearest decisions cost a hectare, and what there is to worry about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from instances.study.findings import Severity
from planner.plans.implausible import look_first
from planner.plans.plan import LimitRecord
from planner.report.carbon_account import effects
from planner.report.indicator_table import bounds_text
from planner.report.subject import Subject
from planner.words.limit_names import in_year
from words.catalogue import difference

DECISIONS = 3
"""Decisions shown: a director can take so many home."""
PER_HA = "tCO2e/yr per ha"
UNSURE = ("memory", "assumed", "placeholder")
"""Grades of figures that no source was checked for."""
NAMED = 3
"""Limits at the edge that are named; of others their number."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, how much land it is about, and what one more hectare of it costs a year."""

    what: Markup
    area: Markup
    cost: Markup


@dataclass(frozen=True, slots=True)
class Brief:
    """The director's page beside its map and its figures."""

    decisions: tuple[Decision, ...]
    worries: tuple[Markup, ...]


def brief(subject: Subject) -> Brief:
    """What a director asks first: what was decided at which cost, and what could go wrong."""
    decisions = [*_asked(subject)][:DECISIONS]
    decisions += [*_moved(subject)][: DECISIONS - len(decisions)]
    return Brief(tuple(decisions), tuple(_worries(subject)))


def _asked(subject: Subject) -> Iterator[Decision]:
    """Limits that cost something by the hectare, the dearest first; of each indicator one, that of the whole
    area before those of districts."""
    words, seen = subject.words, set()
    priced = [each for each in subject.certificate.limits if _costs(each)]
    priced.sort(key=lambda each: (each.district is not None, -abs(each.price or 0.0)))
    for limit in priced:
        if limit.indicator in seen:
            continue
        seen.add(limit.indicator)
        name = in_year(subject.indicator(limit.indicator), limit.year, limit.counts, words)
        if limit.district:
            where = subject.district(limit.by, limit.district)
            name = words.text("comparison.limit", name=name, district=where)
        key = "brief.more" if (limit.price or 0.0) > 0 else "brief.allowed"
        yield Decision(
            what=words("brief.limit", name=name, bounds=bounds_text(limit), unit=words.unit("ha")),
            area=words("brief.planned", area=words.amount(limit.value, "ha")),
            cost=words(key, price=words.amount(abs(limit.price or 0.0), "tCO2e/yr")),
        )


def _costs(limit: LimitRecord) -> bool:
    """Whether one more hectare is to be had, and costs something."""
    known = limit.price is not None and limit.price != 0
    return known and limit.binds and limit.edge is None and limit.price_unit == PER_HA


def _moved(subject: Subject) -> Iterator[Decision]:
    """The changes of class that move most carbon, with what each hectare of them does."""
    words, classes, effect = subject.words, subject.instance.classes, effects(subject)
    for at in np.argsort(-np.abs(effect), axis=None, kind="stable"):
        b, k = divmod(int(at), len(classes))
        area = float(subject.moved_ha[b, k])
        if effect[b, k] == 0 or area <= 0:
            return
        names = (words.inside(subject.land(classes[b])), words.inside(subject.land(classes[k])))
        yield Decision(
            what=words("brief.change", today=names[0], planned=names[1]),
            area=words("brief.planned", area=words.amount(area, "ha")),
            cost=words("brief.each", amount=words.change(float(effect[b, k]) / area, "tCO2e/yr")),
        )


def _worries(subject: Subject) -> Iterator[Markup]:
    """What a director would be asked about: what fails, what vanishes, what is unsure or at its edge."""
    words, certificate = subject.words, subject.certificate
    missed = sum(subject.missed(limit) for limit in certificate.limits)
    if missed:
        yield words.count("brief.missed", missed)
    if certificate.gap is None:
        yield words("found.unproven")
    elif certificate.status != "optimal":
        gap, record = words.gap(certificate.gap), certificate.patches
        left = (certificate.objective or 0.0) - (certificate.bound or 0.0)
        priced = None if record is None else record.parts(left)
        if priced is None:
            yield words("brief.open", gap=gap)
        else:
            yield words("brief.open_sized", gap=gap, cost=words.amount(priced[0], "tCO2e/yr"))
    yield from (Markup("{}").format(doubt) for doubt in look_first(subject.plan, words.lang))
    carbon = certificate.carbon
    if carbon is not None:
        unsure = sum(carbon.rests_on.get(grade, 0.0) for grade in UNSURE)
        if unsure > 0:
            yield words("brief.unsure", share=words.share(unsure, 1.0))
        if carbon.low < 0 < carbon.high:
            ends = {"low": difference(carbon.low), "high": difference(carbon.high)}
            yield words("brief.sign", unit=words.unit("tCO2e/yr"), **ends)
    edge = [each for each in certificate.limits if each.edge is not None]
    if edge:
        yield words.count("brief.edge", len(edge), names=words.series(_edge_names(subject, edge)))
    warnings = sum(each.severity is Severity.WARNING for each in subject.plan.findings)
    if warnings:
        yield words.count("brief.warnings", warnings)


def _edge_names(subject: Subject, edge: list[LimitRecord]) -> Iterator[str]:
    words = subject.words
    for limit in edge[:NAMED]:
        name = words.inside(subject.indicator(limit.indicator))
        where = subject.district(limit.by, limit.district) if limit.district else ""
        yield words.text("comparison.limit", name=name, district=where) if where else name
    if len(edge) > NAMED:
        yield words.count_text("asked.more", len(edge) - NAMED)
