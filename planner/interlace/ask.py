"""How interwoven the town and country of a study are today, asked of its land, classes and carbon rates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instances.areas.interlacing import BUILT, FARMED, OTHER, Interlacing, Land, interlacing
from instances.instance import Instance
from instances.rules.districts import Districts
from instances.rules.made_districts import read_made
from instances.study.faults import did_you_mean
from instances.study.findings import Findings, StudyError
from instances.study.schema import DistrictSource
from instances.units.sums import sum_by
from words.said import say

UNITS = "units"
"""Name of the units that are made where no division is named."""


@dataclass(frozen=True, eq=False)
class Interlaced:
    """The units of an area, and how interwoven each is."""

    instance: Instance
    units: Districts
    found: Interlacing

    @property
    def grade(self) -> NDArray[np.uint8]:
        """(units of land,) the grade of the unit in which each lies; 0 in none and where not interwoven."""
        return np.append(self.found.grade, np.uint8(0))[self.units.member]


def interlaced(instance: Instance, by: str | None, side_m: float) -> Interlaced:
    """The land of today by the division ``by`` of the study, or by hexagons of ``side_m``.

    ``StudyError`` where there is no such division or no such units can be made.
    """
    units = _division(instance, by, side_m)
    land = Land(instance.grid, _kinds(instance), *_rates(instance))
    return Interlaced(instance, units, interlacing(land, units.member, len(units)))


def _division(instance: Instance, by: str | None, side_m: float) -> Districts:
    findings = Findings()
    if by is None:
        source = DistrictSource(make="hex", side_m=side_m)
        units = read_made(UNITS, source, instance.grid, {}, findings)
        if units is not None:
            return units
        raise StudyError(findings.errors)
    if by not in instance.districts:
        remedy = did_you_mean(by, instance.districts) or say("interlace.make_some")
        findings.error("--by", say("study_checks.no_division", by=by), remedy)
        findings.raise_errors()
    return instance.districts[by]


def _kinds(instance: Instance) -> NDArray[np.int8]:
    """(units,) built land, land of production that is not built, and all other land."""
    of_class = [
        BUILT if item.built else FARMED if item.space == "production" and not item.blue_green else OTHER
        for item in instance.classes
    ]
    return np.array(of_class, dtype=np.int8)[instance.today]


def _rates(instance: Instance) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(units,) what a hectare would emit more as the commonest built class, and what it emits today."""
    total, classes = instance.emissions.total, instance.classes
    stays = np.diagonal(total)
    built_ha = np.where(classes.built, sum_by(instance.today, instance.grid.area_ha, len(classes)), -1.0)
    more = np.zeros(len(classes))
    if classes.built.any():
        more = np.where(classes.built, 0.0, total[:, int(built_ha.argmax())] - stays)
    return more[instance.today], stays[instance.today]
