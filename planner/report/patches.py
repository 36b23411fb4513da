"""Least sizes of new land and land that stays whole in the report: what was asked, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from planner.plans.plan import PatchesRecord
from planner.report.subject import Subject
from words.numbers import room_between


def patches_asked(subject: Subject) -> Iterator[Markup]:
    """What the rules of patches ask for, in a sentence; none where there are no rules."""
    words, classes = subject.words, subject.instance.classes
    parts = []
    for rule in subject.instance.patches:
        lands = words.series(words.inside(subject.land(classes[k])) for k in rule.classes)
        if rule.min_ha and rule.classes:
            key = "patches.asked_project" if rule.project else "patches.asked_patch"
            parts.append(words(key, lands=lands, least=words.amount(rule.min_ha, "ha")))
        if rule.within_m is not None and rule.classes:
            key = "patches.asked_near" if rule.within_m else "patches.asked_touch"
            parts.append(words(key, lands=lands, metres=words.amount(rule.within_m, "m")))
    if parts:
        yield words("patches.asked", rules=Markup(words("series.semicolon")).join(parts))


def patches_found(subject: Subject, record: PatchesRecord) -> Markup:
    """Whether new land lies in pieces as large as asked for, how much of it did not before, and what that
    costs: no more than the plan's distance to the bound, which holds without that rule."""
    words, certificate = subject.words, subject.certificate
    text = words("patches.kept")
    if not record.kept:
        figures = {"area": words.amount(record.new_ha, "ha"), "below": words.amount(record.below_ha, "ha")}
        text = words("patches.broken", **figures)
    if record.before_ha and record.before_new_ha:
        text += words(
            "patches.before",
            below=words.amount(record.before_ha, "ha"),
            area=words.amount(record.before_new_ha, "ha"),
            share=words.share(record.before_ha, record.before_new_ha),
        )
    if record.floor is None or certificate.objective is None or not record.kept:
        return text
    # Both may be off by what sums of floats leave, and the plan of a small study lies on its floor.
    floor = min(record.floor, certificate.objective)
    room = words.amount_text(room_between(certificate.objective, floor), "tCO2e/yr")
    if record.cost is not None and record.cost > 0:
        return text + words("patches.cost", cost=words.amount(record.cost, "tCO2e/yr"), room=room)
    return text + words("patches.at_most", room=room)


def wholes_found(subject: Subject) -> Iterator[Markup]:
    """Of land that stays or goes as one, how many pieces there are and how many change, a sentence a rule."""
    words, wholes = subject.words, subject.instance.wholes
    labels = {} if wholes is None else dict(zip(wholes.names, wholes.labels, strict=True))
    for record in subject.certificate.whole:
        yield words(
            "wholes.found",
            name=labels.get(record.rule, record.rule),
            n=record.pieces,
            area=words.amount(record.area_ha, "ha"),
            changed=record.changed,
            changed_area=words.amount(record.changed_ha, "ha"),
        )
