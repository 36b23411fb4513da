"""New built land by class in the report: its energy each year, and what is embodied in its buildings."""

from __future__ import annotations

from dataclasses import dataclass

from instances.carbon.buildings import new_built
from instances.carbon.interval import Interval
from planner.report.land import swatch
from planner.report.subject import Subject
from words.catalogue import figure


@dataclass(frozen=True, slots=True)
class BuildingLine:
    """New built land of a class: area in ha, m2 of floor a m2 of land, energy in tCO2e/yr and embodied carbon
    in tCO2e, each with its range."""

    name: str
    colour: str
    edge: str
    area: str
    floor: str
    energy: str
    energy_range: str
    embodied: str
    embodied_range: str


def buildings_of(subject: Subject) -> tuple[BuildingLine, ...]:
    """One line a class with new built land; none where nothing is built, or its emissions are not known."""
    instance = subject.instance
    entries = instance.emissions.entries
    if entries is None:
        return ()
    lines = []
    for line in new_built(entries, subject.moved_ha, instance.classes, subject.study.carbon.years):
        item = instance.classes[instance.classes.index(line.name)]
        own = subject.study.classes.get(line.name)
        ratio = None if own is None else own.floor_ratio
        lines.append(
            BuildingLine(
                subject.land(item),
                *swatch(item),
                figure(line.area_ha),
                "" if ratio is None else f"{ratio:g}",
                figure(line.energy.value),
                _between(line.energy, subject),
                figure(line.embodied.value),
                _between(line.embodied, subject),
            )
        )
    return tuple(lines)


def _between(found: Interval, subject: Subject) -> str:
    """The range of a figure in words."""
    return str(subject.words("carbon.between", low=figure(found.low), high=figure(found.high)))
