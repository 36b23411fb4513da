"""What was asked and what was found, in sentences with figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from formulations.core.amounts import Meant, Of, read_amount
from instances.study.schema import LimitTable
from planner.plans.plan import IndicatorRecord, NearnessRecord, NetworkRecord
from planner.report.carbon_account import effects
from planner.report.patches import patches_asked, patches_found, wholes_found
from planner.report.subject import Subject
from planner.words.limit_names import as_asked
from words.catalogue import NARROW, Words, difference, figure
from words.numbers import not_above, room_between

MANIFOLD = 10
"""A change of more than so many times what was before is told as it is: its per cent say nothing."""
SAME = 1e-9
"""Relative change below which a figure is called unchanged."""
MOST_LISTED = 8
MOST_CARDS = 2
"""Parts of the objective among the figures to be seen first."""


@dataclass(frozen=True, slots=True)
class Card:
    """A figure to be seen first."""

    name: str
    figure: str
    unit: str
    note: Markup


def asked(subject: Subject) -> tuple[Markup, ...]:
    """What was asked of the plan: its area and units, the objective, the red lines, the limits."""
    words, instance, certificate = subject.words, subject.instance, subject.certificate
    units = words.count("asked.cells" if instance.grid.is_raster else "asked.parcels", certificate.cells)
    sentences = [
        words(
            "asked.area",
            units=units,
            area=words.amount(certificate.area_ha, "ha"),
            classes=len(instance.classes),
        ),
        words("asked.goal", goal=words.series(_goals(subject))),
    ]
    if instance.redlines:
        labels = words.series(line.label for line in instance.redlines)
        sentences.append(words.count("asked.redlines", len(instance.redlines), labels=labels))
    sentences += patches_asked(subject)
    limits = [limit_text(limit, subject) for limit in subject.study.limits]
    if limits:
        more = len(limits) - MOST_LISTED
        shown = limits[:MOST_LISTED] + ([words.count("asked.more", more)] if more > 0 else [])
        sentences.append(words("asked.limits", limits=Markup(words("series.semicolon")).join(shown)))
    if subject.study.transitions.built_stays:
        sentences.append(words("asked.built_stays"))
    return tuple(sentences)


def _comparable(change: float, before: float) -> bool:
    """Whether a change can be told in per cent of what was before."""
    return bool(before) and abs(change) <= MANIFOLD * abs(before)


def _together(bounds: list[Markup], words: Words) -> Markup:
    """The bounds of a limit, of which all hold at once."""
    return words("asked.both", least=bounds[0], most=bounds[1]) if len(bounds) == 2 else words.series(bounds)


def limit_text(limit: LimitTable, subject: Subject) -> Markup:
    """A limit as the study states it."""
    words = subject.words
    bounds = [
        words(f"asked.{key}", bound=_bound(bound, limit.indicator, subject))
        for key, bound in (("at_least", limit.at_least), ("at_most", limit.at_most))
        if bound is not None
    ]
    if limit.caps is not None:
        bounds.append(words("asked.caps", file=limit.caps.rpartition("/")[2]))
    name = as_asked(subject.indicator(limit.indicator), limit, subject.study.stages, words)
    text = words("asked.limit", name=name, bounds=_together(bounds, words))
    if limit.district is not None:
        return words("asked.in_district", limit=text, district=subject.district(limit.by, limit.district))
    if limit.by is not None and limit.by in subject.instance.districts:
        count = len(subject.instance.districts[limit.by])
        return words("asked.by", limit=text, by=subject.division(limit.by), n=f"{count:,}")
    return text


def _bound(bound: float | str, indicator: str, subject: Subject) -> Markup:
    record, words = subject.certificate.indicators.get(indicator), subject.words
    unit = record.unit if record else ""
    asked = read_amount(bound, unit)
    if not isinstance(asked, Meant):
        return words("asked.amount", amount=str(bound))  # posing has refused it: no plan has such a limit
    if asked.of is Of.CHANGE:
        return words("asked.than_today", change=words.change(asked.value, unit))
    if asked.of is Of.NUMBER:
        return words("asked.amount", amount=words.amount(asked.value, unit))
    share = words.per_cent(f"{100 * asked.value:g}")
    return words("asked.of_today" if asked.of is Of.TODAY else "asked.of_area", share=share)


def _goals(subject: Subject) -> Iterator[Markup]:
    """Each part of the objective, with what one unit of it is worth."""
    words = subject.words
    for name, weight in subject.certificate.objective_weights.items():
        if weight == 0:
            continue
        record = subject.certificate.indicators[name]
        key = "asked.least" if weight > 0 else "asked.most"
        plain = record.unit == "tCO2e/yr" and abs(weight) == 1
        text = words(key, name=lower(subject.indicator(name)))
        yield (
            text
            if plain
            else words(
                "asked.worth",
                goal=text,
                unit=words.unit(record.unit),
                worth=words.amount(abs(weight), "tCO2e/yr"),
            )
        )


def found(subject: Subject) -> tuple[Markup, ...]:
    """What the plan does, in the order a director asks."""
    words, certificate = subject.words, subject.certificate
    sentences = [
        words(
            "found.changed",
            area=words.amount(subject.changed.value, "ha"),
            share=words.share(subject.changed.value, certificate.area_ha),
            total=words.amount(certificate.area_ha, "ha"),
        )
    ]
    names = dict.fromkeys(["net_emissions", *certificate.objective_weights])
    sentences += [_moves(subject, name, certificate.indicators[name]) for name in names]
    cause = _cause(subject)
    if cause is not None:
        sentences.insert(2, cause)
    if certificate.nearness is not None and certificate.nearness.towards == "today":
        sentences.append(_nearness(subject, certificate.nearness))
    if certificate.network is not None:
        sentences.append(_network(subject, certificate.network))
    sentences.append(_kept(subject))
    if certificate.patches is not None:
        sentences.append(patches_found(subject, certificate.patches))
    sentences += wholes_found(subject)
    sentences.append(proof_sentence(subject))
    return tuple(sentences)


def _nearness(subject: Subject, nearness: NearnessRecord) -> Markup:
    """How much less land changes than in the first solution, and how little could."""
    words = subject.words
    before, after = (words.amount(each, "ha") for each in (nearness.before_ha, nearness.after_ha))
    if nearness.least_ha is None:
        return words("nearness.open", before=before, after=after)
    least = words.amount_text(not_above(nearness.least_ha), "ha")
    key = "nearness.bounded" if nearness.after_ha < nearness.before_ha else "nearness.same"
    return words(key, before=before, after=after, least=least)


def _network(subject: Subject, network: NetworkRecord) -> Markup:
    """What the plan's network connects, and how much any could."""
    words = subject.words
    today, plan, most = (
        words.amount(each, "ha")
        for each in (network.eca_today_ha, network.eca_plan_ha, network.eca_ceiling_ha)
    )
    return words(
        "network_plan.found",
        today=today,
        plan=plan,
        ceiling=most,
        distance=words.amount(network.distance_m, "m"),
        share=words.share(network.plan_ha, network.ceiling_ha),
        n=len(network.rounds),
    )


def proof_sentence(subject: Subject) -> Markup:
    """How far the plan can be from the best possible."""
    words, certificate = subject.words, subject.certificate
    if certificate.score is not None and not certificate.score.keeps:
        return words("score.no_distance")
    if certificate.gap is None:
        return words("found.unproven")
    if certificate.gap == 0:
        return words("found.best")
    room = words.amount_text(room_between(certificate.objective or 0.0, certificate.bound or 0.0), "tCO2e/yr")
    sentence = words("found.proven", gap=words.gap(certificate.gap), room=room)
    left = (certificate.objective or 0.0) - (certificate.bound or 0.0)
    priced = None if certificate.patches is None else certificate.patches.parts(left)
    if priced is not None:
        cost, rest = (words.amount(each, "tCO2e/yr") for each in priced)
        return sentence + words("found.sized", cost=cost, rest=rest)
    if certificate.status != "optimal":
        gap, room_asked = certificate.settings["gap"], certificate.settings.get("room")
        near = words.gap(float(gap)) if room_asked is None else words.amount(float(room_asked), "tCO2e/yr")
        sentence += words("found.not_reached", asked=near)
    return sentence


def cards(subject: Subject) -> tuple[Card, ...]:
    """The figures to be seen first: emissions, the rest of the objective, the change, the proof."""
    words, certificate = subject.words, subject.certificate
    names = [name for name, weight in certificate.objective_weights.items() if weight]
    names = [*dict.fromkeys(["net_emissions", *names])][:MOST_CARDS]
    made = []
    for name in names:
        record = certificate.indicators[name]
        change = words.percent(record.value - record.baseline, record.baseline)
        note = words(
            "cards.from" if _comparable(record.value - record.baseline, record.baseline) else "cards.today",
            today=figure(record.baseline),
            change=change,
        )
        made.append(Card(subject.indicator(name), figure(record.value), words.unit(record.unit), note))
    changed = words("cards.of_area", share=words.share(subject.changed.value, certificate.area_ha))
    made.append(
        Card(subject.indicator("changed_area"), figure(subject.changed.value), words.unit("ha"), changed)
    )
    gap, _, unit = words.gap(certificate.gap).partition(NARROW)
    made.append(Card(str(words("cards.gap")), gap, unit, words("cards.gap_note")))
    return tuple(made)


def lower(name: str) -> str:
    """A name within a sentence; Chinese is as it was."""
    return name[:1].lower() + name[1:]


def _moves(subject: Subject, name: str, record: IndicatorRecord) -> Markup:
    """How an indicator moves from today to the plan."""
    words, change = subject.words, record.value - record.baseline
    if abs(change) <= SAME * max(1.0, abs(record.baseline)):
        return words(
            "found.stays",
            name=subject.indicator(name),
            value=words.amount(record.value, record.unit),
        )
    by = words.change(change, record.unit)
    if _comparable(change, record.baseline):
        by += words("series.aside") + words.percent(change, record.baseline)
    return words(
        "found.rises" if change > 0 else "found.falls",
        name=subject.indicator(name),
        today=words.amount(record.baseline, record.unit),
        plan=words.amount(record.value, record.unit),
        change=by,
    )


def _cause(subject: Subject) -> Markup | None:
    """The change of class that adds most to net emissions, and the one that saves most."""
    effect, classes, words = effects(subject), subject.instance.classes, subject.words
    parts = []
    for key, at in (("found.adds", int(np.argmax(effect))), ("found.saves", int(np.argmin(effect)))):
        b, k = divmod(at, len(classes))
        amount = float(effect[b, k])
        if (amount > 0) == (key == "found.adds") and amount != 0:
            parts.append(
                words(
                    key,
                    today=lower(subject.land(classes[b])),
                    planned=lower(subject.land(classes[k])),
                    area=words.amount(float(subject.moved_ha[b, k]), "ha"),
                    amount=Markup('<span class="figure">{}{}{}</span>').format(
                        difference(amount), NARROW, words.unit("tCO2e/yr")
                    ),
                )
            )
    if not parts:
        return None
    text = Markup(words("series.semicolon")).join(parts) + words("series.stop")
    return Markup(text[:1].upper() + text[1:])


def _kept(subject: Subject) -> Markup:
    """Whether every limit holds and every red line is kept, counted on the finished layout."""
    words, limits = subject.words, subject.certificate.limits
    missed = sum(subject.missed(limit) for limit in limits)
    barred = int((~subject.instance.permits(subject.plan.layout)).sum())
    if missed or barred:
        return words("found.broken", missed=f"{missed:,}", all=f"{len(limits):,}", barred=f"{barred:,}")
    lines = len(subject.instance.redlines)
    if limits and lines:
        return words(
            "found.kept",
            limits=words.count("found.limits", len(limits)),
            lines=words.count("found.lines", lines),
        )
    if limits:
        return words("found.kept_limits", limits=words.count("found.limits", len(limits)))
    return (
        words("found.kept_lines", lines=words.count("found.lines", lines)) if lines else words("found.free")
    )
