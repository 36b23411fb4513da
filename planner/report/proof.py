"""The certificate explained: the score, the floor under every layout, and the room that is left."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from planner.report.subject import Subject
from planner.words.crs_names import crs_label
from planner.words.solve_names import settings_named, step_name
from words.catalogue import MINUS, figure
from words.numbers import nearest, not_above, not_below, room_between


@dataclass(frozen=True, slots=True)
class ScorePart:
    """One summand of the objective."""

    name: str
    weight: str
    value: str
    amount: str


@dataclass(frozen=True, slots=True)
class Proof:
    """The figures of the proof; ``room`` is how much better a layout could still be at most."""

    parts: tuple[ScorePart, ...]
    objective: str
    bound: str | None
    room: str | None
    gap: str
    better: tuple[tuple[str, str], ...]
    """By how much every aim could be better at most, all others as they are."""
    method: Markup
    facts: tuple[tuple[Markup, str], ...]
    timings: tuple[tuple[str, str], ...]
    inputs: tuple[tuple[str, str], ...]
    versions: tuple[tuple[str, str], ...]
    settings: tuple[tuple[str, str], ...]


def proof(subject: Subject) -> Proof:
    """The certificate as the page explains it."""
    certificate, words = subject.certificate, subject.words
    objective, bound = certificate.objective, certificate.bound
    settings = dict(certificate.settings)
    timings = settings.pop("timings", {})
    for told in ("reason", "ending"):  # by status and method
        settings.pop(told, None)
    return Proof(
        parts=tuple(_part(name, weight, subject) for name, weight in certificate.objective_weights.items()),
        objective="–" if objective is None else _minus(not_below(objective)),
        bound=None if bound is None else _minus(not_above(bound)),
        room=None if bound is None or objective is None else room_between(objective, bound),
        gap=words.gap(certificate.gap),
        better=_better(subject),
        method=words(f"method.{certificate.method}"),
        facts=_facts(subject),
        timings=tuple(
            (step_name(stage, words), f"{seconds:,.2f} {words.unit('s')}")
            for stage, seconds in timings.items()
        ),
        inputs=tuple(certificate.inputs.items()),
        versions=tuple(certificate.versions.items()),
        settings=settings_named(settings, words),
    )


def _better(subject: Subject) -> tuple[tuple[str, str], ...]:
    decided, words = subject.certificate.decided, subject.words
    rows = []
    for name, term in ({} if decided is None else decided.terms).items():
        if term.better_by is not None:
            measure = subject.certificate.indicators[name].unit
            rows.append((subject.indicator(name), words.amount_text(not_below(term.better_by), measure)))
    return tuple(rows)


def _part(name: str, weight: float, subject: Subject) -> ScorePart:
    record = subject.certificate.indicators[name]
    unit = "" if record.unit == "tCO2e/yr" else f"tCO2e/yr per {record.unit}"
    return ScorePart(
        name=subject.indicator(name),
        weight=f"{figure(weight)} {subject.words.unit(unit)}".rstrip(),
        value=f"{figure(record.value)} {subject.words.unit(record.unit)}",
        amount=figure(weight * record.value),
    )


def _facts(subject: Subject) -> tuple[tuple[Markup, str], ...]:
    certificate, words, grid = subject.certificate, subject.words, subject.instance.grid
    settings = certificate.settings
    facts = [
        ("status", str(words(f"status.{certificate.status}"))),
        ("method", str(words(f"method.{certificate.method}"))),
        ("asked_gap", words.gap(float(settings["gap"])) if "gap" in settings else ""),
        ("seconds", f"{certificate.seconds:,.1f} s"),
        ("units", f"{certificate.cells:,}"),
        ("area", f"{nearest(certificate.area_ha)} {words.unit('ha')}"),
        ("crs", crs_label(grid.crs.name, words)),
        ("area_kind", str(words(f"area_kinds.{grid.area_kind}"))),
        ("coefficients", subject.instance.emissions.set_name),
        ("schema", certificate.schema_),
    ]
    return tuple((words(f"facts.{key}"), value) for key, value in facts if value)


def _minus(text: str) -> str:
    return text.replace("-", MINUS)
