"""The carbon account: net emissions by class, by part and by transition; its sums are the certificate's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from instances.carbon.conversion import AccountRow, account
from instances.carbon.interval import GRADES, Interval, interval
from instances.units.grid import FloatArray
from planner.plans.plan import CarbonRecord
from planner.report.land import present, swatch
from planner.report.subject import Subject
from planner.words.notices import pool_name
from words.catalogue import difference, figure
from words.numbers import change_of

MOST_TRANSITIONS = 12
"""Transitions shown one by one; the others are one line."""
MOST_DETAILS = 40
LEAST_SHARE = 0.001
"""What rests on less is not told."""


@dataclass(frozen=True, slots=True)
class ClassLine:
    """The yearly flux of the land of one class, or of a part of the account that no class has."""

    name: str
    colour: str
    edge: str
    rate: str
    today: str
    plan: str
    change: str


@dataclass(frozen=True, slots=True)
class TransitionLine:
    """What a change of class adds to or takes from net emissions; ``bar`` in per cent of the largest."""

    today: str
    planned: str
    colours: tuple[str, str]
    area: str
    rate: str
    total: str
    bar: float
    amount: float


@dataclass(frozen=True, slots=True)
class PartLine:
    """One part of the account over all land: a kind and a pool."""

    name: str
    today: str
    plan: str
    change: str


@dataclass(frozen=True, slots=True)
class Account:
    """The account as the page shows it; figures in tCO2e/yr."""

    set_name: str
    classes: tuple[ClassLine, ...]
    parts: tuple[PartLine, ...]
    transitions: tuple[TransitionLine, ...]
    others: int
    other_area: str
    other_total: str
    change: str
    today: str
    plan: str
    low: str
    high: str
    change_low: str
    change_high: str
    rests: tuple[tuple[str, str], ...]
    years: str
    detail_parts: tuple[str, ...]
    details: tuple[tuple[str, str, str, tuple[str, ...]], ...]
    details_left: int


def effects(subject: Subject) -> FloatArray:
    """(classes today, classes planned) by how much each change of class alters net emissions, tCO2e/yr:
    its area times the rate of the class planned less that of staying. The sum is plan less today."""
    total = subject.instance.emissions.total
    changed: FloatArray = subject.moved_ha * (total - np.diag(total)[:, None])
    return changed


def carbon(subject: Subject) -> Account:
    """The account of a plan."""
    rates, moved = subject.instance.emissions, subject.moved_ha
    record = subject.certificate.indicators["net_emissions"]
    names = [subject.land(item) for item in subject.instance.classes]
    lines, others = _transitions(subject, names)
    rows = account(rates, moved, subject.instance.classes.names)
    told = subject.certificate.carbon or CarbonRecord(years=0, change=0, low=0, high=0, rests_on={})
    whole = interval(rates.entries, moved) if rates.entries is not None else Interval(0.0, 0.0, 0.0)
    pool_names = tuple(part_name(part, subject) for part in rates.parts)
    details, left = _details(rows, tuple(rates.parts), subject)
    return Account(
        set_name=rates.set_name,
        classes=_classes(subject),
        parts=_parts(subject, rows),
        transitions=lines,
        others=len(others),
        other_area=figure(float(sum(moved[b, k] for b, k in others))),
        other_total=difference(float(sum(effects(subject)[b, k] for b, k in others))),
        change=difference(change_of(record.value, record.baseline)),
        today=figure(record.baseline),
        plan=figure(record.value),
        low=figure(whole.low),
        high=figure(whole.high),
        change_low=difference(told.low),
        change_high=difference(told.high),
        rests=_rests(subject),
        years=f"{subject.study.carbon.years:g}",
        detail_parts=pool_names,
        details=details,
        details_left=left,
    )


def _rests(subject: Subject) -> tuple[tuple[str, str], ...]:
    """What the change rests on: names of grades with their shares in per cent, the unsure ones that count."""
    told = subject.certificate.carbon
    shares = {} if told is None else told.rests_on
    return tuple(
        (str(subject.words(f"carbon_grades.{name}")), subject.words.share(shares[name], 1.0))
        for name in reversed(GRADES)
        if shares.get(name, 0.0) >= LEAST_SHARE
    )


def part_name(part: str, subject: Subject) -> str:
    """The name of a part such as ``flux: vegetation`` for readers."""
    kind, _, pool = part.partition(": ")
    return str(subject.words(f"kinds.{kind}", pool=pool_name(pool, subject.words)))


def _classes(subject: Subject) -> tuple[ClassLine, ...]:
    """The flux of every class, then what changes of class add: stocks and construction."""
    rates, area = subject.instance.emissions, subject.moved_ha
    lines = []
    for item in present(subject):
        k = subject.instance.classes.index(item.name)
        flux = float(rates.flux[k])
        today, plan = flux * float(area[k].sum()), flux * float(area[:, k].sum())
        lines.append(ClassLine(subject.land(item), *swatch(item), figure(flux), *_three(today, plan)))
    changed = np.zeros_like(area) if rates.changed is None else rates.changed
    for key, part in (("stock", rates.stock), ("construction", rates.construction), ("changed", changed)):
        if (area * part != 0).any():
            name = str(subject.words(f"carbon.{key}", years=f"{subject.study.carbon.years:g}"))
            lines.append(ClassLine(name, "", "", "", *_three(0.0, float((area * part).sum()))))
    return tuple(lines)


def _three(today: float, plan: float) -> tuple[str, str, str]:
    return figure(today), figure(plan), difference(change_of(plan, today))


def _parts(subject: Subject, rows: Sequence[AccountRow]) -> tuple[PartLine, ...]:
    rates = subject.instance.emissions
    staying = account(rates, np.diag(subject.moved_ha.sum(axis=1)), subject.instance.classes.names)
    lines = []
    for part in rates.parts:
        today, plan = (sum(row.tco2e_per_year for row in of if row.part == part) for of in (staying, rows))
        if today or plan:
            lines.append(PartLine(part_name(part, subject), *_three(today, plan)))
    return tuple(lines)


def _transitions(
    subject: Subject, names: Sequence[str]
) -> tuple[tuple[TransitionLine, ...], list[tuple[int, int]]]:
    """The changes of class with the largest effects, and those that are left."""
    effect, moved = effects(subject), subject.moved_ha
    pairs = [(int(b), int(k)) for b, k in np.argwhere(moved > 0) if b != k]
    pairs.sort(key=lambda pair: -abs(effect[pair]))
    largest = max((abs(float(effect[pair])) for pair in pairs), default=0.0)
    classes = subject.instance.classes
    lines = [
        TransitionLine(
            names[b],
            names[k],
            (swatch(classes[b])[0], swatch(classes[k])[0]),
            figure(float(moved[b, k])),
            difference(float(effect[b, k] / moved[b, k])),
            difference(float(effect[b, k])),
            100 * float(effect[b, k]) / largest if largest else 0.0,
            float(effect[b, k]),
        )
        for b, k in pairs[:MOST_TRANSITIONS]
    ]
    return tuple(lines), pairs[MOST_TRANSITIONS:]


def _details(
    rows: Sequence[AccountRow], parts: Sequence[str], subject: Subject
) -> tuple[tuple[tuple[str, str, str, tuple[str, ...]], ...], int]:
    """Today's class, planned class, area and every part, for the transitions with the largest figures."""
    found: dict[tuple[str, str], dict[str, float]] = {}
    area: dict[tuple[str, str], float] = {}
    for row in rows:
        found.setdefault((row.today, row.planned), {})[row.part] = row.tco2e_per_year
        area[row.today, row.planned] = row.area_ha
    order = sorted(found, key=lambda pair: -max(abs(value) for value in found[pair].values()))
    classes = subject.instance.classes
    lines = tuple(
        (
            subject.land(classes[classes.index(pair[0])]),
            subject.land(classes[classes.index(pair[1])]),
            figure(area[pair]),
            tuple(figure(found[pair][part]) if part in found[pair] else "" for part in parts),
        )
        for pair in order[:MOST_DETAILS]
    )
    return lines, max(0, len(order) - MOST_DETAILS)
