"""Land by class: areas today and in the plan, what becomes what, and the transition diagram's flows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from instances.land.classes import LandClass, Space
from planner.pages.sankey import Flow
from planner.report.subject import Subject
from planner.styles.layer_styles import hexadecimal, outline_of
from words.catalogue import difference, figure
from words.numbers import change_of

SPACES = (Space.PRODUCTION, Space.LIVING, Space.ECOLOGICAL)


@dataclass(frozen=True, slots=True)
class LandRow:
    """Area of a class, or of one of the three spaces; ``colour`` is empty for a space."""

    name: str
    colour: str
    edge: str
    today: str
    today_share: str
    plan: str
    plan_share: str
    change: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """What becomes what, in ha: rows are the classes today, columns the classes planned."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def swatch(item: LandClass) -> tuple[str, str]:
    """The fill and the outline of a class."""
    return hexadecimal(item.colour), hexadecimal(outline_of(item.colour))


def land_rows(subject: Subject) -> tuple[LandRow, ...]:
    """Every space, followed by its classes that have land today or in the plan."""
    rows: list[LandRow] = []
    for space in SPACES:
        if not any(item.space is space for item in present(subject)):
            continue
        rows.append(_row(subject, f"area.{space}", str(subject.words(f"land.{space}")), ("", "")))
        rows += [
            _row(subject, f"area.{item.name}", subject.land(item), swatch(item))
            for item in present(subject)
            if item.space is space
        ]
    return tuple(rows)


def present(subject: Subject) -> tuple[LandClass, ...]:
    """The classes that have land today or in the plan."""
    has_land = (subject.moved_ha.sum(axis=0) > 0) | (subject.moved_ha.sum(axis=1) > 0)
    return tuple(item for item, there in zip(subject.instance.classes, has_land, strict=True) if there)


def flows(subject: Subject) -> tuple[Flow, ...]:
    """Every change of class with its area in ha, in the order of the classes."""
    moved = subject.moved_ha.copy()
    np.fill_diagonal(moved, 0.0)
    return tuple(Flow(int(b), int(k), float(moved[b, k])) for b, k in np.argwhere(moved > 0))


def matrix(subject: Subject) -> Matrix:
    """The transition matrix of the classes present, with its sums."""
    shown = [subject.instance.classes.index(item.name) for item in present(subject)]
    names = [subject.land(subject.instance.classes[k]) for k in shown]
    area = subject.moved_ha[np.ix_(shown, shown)]
    total = str(subject.words("land.sum"))
    rows = [(name, _cells([*row, row.sum()])) for name, row in zip(names, area, strict=True)]
    rows.append((total, _cells([*area.sum(axis=0), area.sum()])))
    return Matrix((*names, total), tuple(rows))


def _cells(values: list[float]) -> tuple[str, ...]:
    return tuple(figure(value) if value else "" for value in values)


def _row(subject: Subject, indicator: str, name: str, colours: tuple[str, str]) -> LandRow:
    record, total = subject.certificate.indicators[indicator], subject.certificate.area_ha
    share = subject.words.share
    return LandRow(
        name=name,
        colour=colours[0],
        edge=colours[1],
        today=figure(record.baseline),
        today_share=share(record.baseline, total),
        plan=figure(record.value),
        plan_share=share(record.value, total),
        change=difference(change_of(record.value, record.baseline)),
    )
