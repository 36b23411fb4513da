"""A layout changed by hand in its report: what it costs beside the certified plan, and what it breaks."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from planner.plans.record import ScoreRecord
from planner.report.subject import Subject
from words.catalogue import difference, figure
from words.numbers import change_of, room_between


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """An indicator in the certified plan and as drawn."""

    name: str
    unit: str
    certified: str
    drawn: str
    change: str


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """A rule or limit that is broken, by how much, and in how many units."""

    kind: Markup
    name: str
    missed: str
    unit: str
    units: str


@dataclass(frozen=True, slots=True)
class ScoreChapter:
    """What a reader is told of a layout drawn by hand."""

    sentences: tuple[Markup, ...]
    lines: tuple[ScoreLine, ...]
    broken: tuple[BrokenLine, ...]


def score_chapter(subject: Subject) -> ScoreChapter | None:
    """The chapter; None for a plan that was solved for."""
    score = subject.certificate.score
    if score is None:
        return None
    return ScoreChapter(_sentences(subject, score), _lines(subject, score), _broken(subject, score))


def _sentences(subject: Subject, score: ScoreRecord) -> tuple[Markup, ...]:
    words, certificate, beside = subject.words, subject.certificate, score.certified
    objective = certificate.objective or 0.0
    told = []
    if beside is not None:
        differs = words.amount(beside.differs_ha, "ha")
        told.append(
            words("score.differs", area=differs, share=words.share(beside.differs_ha, certificate.area_ha))
        )
        cost = change_of(objective, beside.objective)
        key = "score.same" if cost == 0 else "score.dearer" if cost > 0 else "score.cheaper"
        told.append(words(key, cost=words.amount(abs(cost), "tCO2e/yr")))
    if not score.keeps:
        told.append(words("score.breaks"))
    elif certificate.bound is not None:
        room = words.amount_text(room_between(objective, certificate.bound), "tCO2e/yr")
        told.append(words("score.from_best", room=room))
    elif beside is not None and not beside.same_question:
        told.append(words("score.other_question"))
    if score.filled_ha:
        told.append(words("score.filled_area", area=words.amount(score.filled_ha, "ha")))
    return tuple(told)


def _lines(subject: Subject, score: ScoreRecord) -> tuple[ScoreLine, ...]:
    """Indicators in which the two plans differ; those of the objective and the limits first."""
    if score.certified is None:
        return ()
    certificate, known = subject.certificate, score.certified.indicators
    asked = [*certificate.objective_weights, *(limit.indicator for limit in certificate.limits)]
    names = dict.fromkeys([*asked, *certificate.indicators])
    rows = []
    for name in names:
        record, other = certificate.indicators[name], known.get(name)
        change = 0.0 if other is None else change_of(record.value, other)
        if other is not None and change != 0:
            rows.append(
                ScoreLine(
                    subject.indicator(name),
                    subject.words.unit(record.unit),
                    figure(other),
                    figure(record.value),
                    difference(change),
                )
            )
    return tuple(rows)


def _broken(subject: Subject, score: ScoreRecord) -> tuple[BrokenLine, ...]:
    words, certificate = subject.words, subject.certificate
    labels = {line.name: line.label for line in subject.instance.redlines}
    rows = [
        BrokenLine(
            words("score.kind_transitions" if rule.redline is None else "score.kind_redline"),
            words.text("score.transitions")
            if rule.redline is None
            else labels.get(rule.redline, rule.redline),
            figure(rule.area_ha),
            words.unit("ha"),
            f"{rule.units:,}",
        )
        for rule in score.rules
    ]
    if score.split:
        rows.append(
            BrokenLine(words("score.kind_whole"), words.text("score.split"), f"{score.split:,}", "", "–")
        )
    for limit in certificate.limits:
        if subject.missed(limit):
            name = subject.indicator(limit.indicator)
            if limit.district:
                name = words.text(
                    "score.in_district", name=name, district=subject.district(limit.by, limit.district)
                )
            unit = words.unit(certificate.indicators[limit.indicator].unit)
            rows.append(BrokenLine(words("score.kind_limit"), name, figure(-limit.slack), unit, "–"))
    return tuple(rows)
