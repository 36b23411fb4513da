"""Figures that a study states of land: so much a hectare of each class, or of each change of class.

People, jobs, floor, costs: anything that a planner counts by land. Figures come from the study file or from a
CSV with columns ``class, value`` (and ``low, high, source``) or ``from, to, value``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from instances.land.classes import Classes, check_classes
from instances.study.findings import Findings
from instances.study.indicator_tables import IndicatorTable
from instances.study.own_tables import Line, read_lines
from instances.study.schema import Study
from instances.units.grid import FloatArray
from words.said import say

M2_PER_HA = 10_000.0
SHOWN = 6
"""Classes that a note names."""


@dataclass(frozen=True, eq=False)
class Stated:
    """Figures a hectare in the indicator's unit, before they are calibrated: ``value``, ``low`` and ``high``
    are (classes today, classes planned). ``by_class``: whatever the class today is. ``file`` names the CSV
    they stand in; empty: the study itself, without ranges."""

    value: FloatArray
    low: FloatArray
    high: FloatArray
    by_class: bool = True
    file: str = ""


def floor_per_ha(study: Study, classes: Classes) -> FloatArray:
    """(classes,) m2 of floor on a hectare of each class, by its ``floor_ratio``; 0 where it has none."""
    ratios = [study.classes[name].floor_ratio if name in study.classes else None for name in classes.names]
    return np.array([M2_PER_HA * (ratio or 0.0) for ratio in ratios], dtype=float)


def read_stated(
    study: Study, folder: Path, classes: Classes, today_ha: FloatArray, findings: Findings
) -> dict[str, Stated]:
    """The figures of every indicator that states some, by its name. Faults of all of them are errors in
    ``findings``; those that are wrong are left out. ``today_ha`` (classes,) is today's land."""
    found: dict[str, Stated] = {}
    for name, table in study.indicators.items():
        before = len(findings.errors)
        place = f"indicators.{name}"
        if table.per_class is not None:
            figures = _by_class(table, place, folder, classes, findings)
            if table.per == "floor":
                figures = _on_floor(figures, study, classes, place, findings)
            if table.calibrate is not None:
                _tell_calibrated(table, figures, today_ha, place, findings)
            file = table.per_class if isinstance(table.per_class, str) else ""
            value, low, high = (np.tile(row, (len(classes), 1)) for row in figures)
            stated = Stated(value, low, high, file=file)
        elif table.per_change is not None:
            lines = read_lines(
                table.per_change, folder, ("from", "to", "value"), f"{place}.per_change", findings
            )
            value, low, high = _by_change(lines, classes, findings)
            stated = Stated(value, low, high, by_class=False, file=table.per_change)
        else:
            continue
        if len(findings.errors) == before:
            found[name] = stated
    return found


def _by_class(
    table: IndicatorTable, place: str, folder: Path, classes: Classes, findings: Findings
) -> FloatArray:
    """(3, classes) value, low and high a hectare (or m2 of floor) of each class; 0 where nothing is said."""
    figures = np.zeros((3, len(classes)))
    if not isinstance(table.per_class, str):
        per_class = table.per_class or {}
        for name in check_classes(per_class, classes, f"{place}.per_class", findings):
            figures[:, classes.index(name)] = per_class[name]
        return figures
    lines = read_lines(table.per_class, folder, ("class", "value"), f"{place}.per_class", findings)
    said: set[str] = set()
    for line in lines:
        name = line.cells["class"]
        known = check_classes((name,), classes, line.place, findings)
        value = line.range(findings)
        if name in said:
            fault = say("stated.class_twice", name=name)
            findings.error(line.place, fault, say("stated.keep_line"))
        said.add(name)
        if known and value is not None:
            figures[:, classes.index(name)] = value
    _tell_unsaid([name for name in classes.names if name not in said], f"{place}.per_class", lines, findings)
    return figures


def _tell_unsaid(unsaid: list[str], place: str, lines: Iterable[Line], findings: Findings) -> None:
    """A note which classes of the study a file says nothing of."""
    if unsaid and any(lines):
        more = len(unsaid) - SHOWN
        key = "stated.unsaid_more" if more > 0 else "stated.unsaid"
        findings.note(place, say(key, names=unsaid[:SHOWN], more=more))


def _by_change(lines: tuple[Line, ...], classes: Classes, findings: Findings) -> FloatArray:
    """(3, classes today, classes planned) value, low and high of each change; 0 where nothing is said."""
    figures = np.zeros((3, len(classes), len(classes)))
    said: set[tuple[str, str]] = set()
    for line in lines:
        pair = (line.cells["from"], line.cells["to"])
        known = check_classes(pair, classes, line.place, findings)
        value = line.range(findings)
        told = {"today": pair[0], "planned": pair[1]}
        if pair[0] == pair[1]:
            findings.error(line.place, say("stated.no_change", **told), say("stated.remove_line"))
        if pair in said:
            findings.error(line.place, say("stated.change_twice", **told), say("stated.keep_line"))
        said.add(pair)
        if len(known) == 2 and value is not None:
            figures[:, classes.index(pair[0]), classes.index(pair[1])] = value
    return figures


def _on_floor(
    figures: FloatArray, study: Study, classes: Classes, place: str, findings: Findings
) -> FloatArray:
    """Figures a m2 of floor as figures a hectare; an error where a class with a figure has no floor."""
    floor = floor_per_ha(study, classes)
    for k in np.flatnonzero(figures.any(axis=0) & (floor == 0)):
        name = classes.names[int(k)]
        if name in study.classes and study.classes[name].floor_ratio == 0:
            continue
        fault = say("stated.no_floor", name=name)
        findings.error(f"{place}.per_class", fault, say("stated.give_floor", name=name))
    return figures * floor


def _tell_calibrated(
    table: IndicatorTable, figures: FloatArray, today_ha: FloatArray, place: str, findings: Findings
) -> None:
    """A note by how much figures are scaled to meet today's count; an error where they cannot be."""
    today, wanted = float(figures[0] @ today_ha), table.calibrate or 0.0
    where = f"{place}.calibrate"
    if today <= 0 or (figures[0] < 0).any():
        key = "stated.nothing_to_scale" if today <= 0 else "stated.negative_to_scale"
        findings.error(where, say(key, today=today, wanted=wanted), say("stated.leave_out"))
        return
    findings.note(
        where,
        say("stated.calibrated", today=today, wanted=wanted, factor=wanted / today, unit=table.unit or ""),
    )
