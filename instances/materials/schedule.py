"""What a study asks of the order of a plan's changes: years, money, hectares a year, homes and cropland.

The order is found after the plan, of whose objective it is no part: the land that is planned stays as it is,
and what is left to decide is the year in which each patch changes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instances.land.classes import Classes
from instances.land.groups import members
from instances.materials.kinds import Ground, check_sum, division_of
from instances.rules.districts import Districts
from instances.study.files import nearest
from instances.study.findings import Findings
from instances.study.model_tables import ON_TIME, ModelTable
from instances.study.own_tables import read_lines
from instances.units.grid import FloatArray
from words.said import say


@dataclass(frozen=True, eq=False)
class Schedule:
    """Everything that ``[models.NAME]`` of kind schedule says, read: ``years`` in their order, ``districts``
    by which patches are told apart (None: they are not), ``budget`` (years,) that may be spent in each,
    infinite where nothing is said (None: no budget), ``homes`` and ``cropland`` (classes,) True for those
    classes, ``homes_least`` (years,) ha of new land for homes by the end of each, -inf where nothing is said
    (None: as the years pass)."""

    name: str
    table: ModelTable
    years: tuple[int, ...]
    districts: Districts | None
    budget: FloatArray | None
    homes: NDArray[np.bool_]
    cropland: NDArray[np.bool_]
    homes_least: FloatArray | None


def read_schedule(name: str, table: ModelTable, ground: Ground, findings: Findings) -> Schedule | None:
    """What is asked of the order; None, with errors, where it cannot be read."""
    place, before = f"models.{name}", len(findings.errors)
    first, last = table.years or (0, 0)
    years = tuple(range(first, last + 1))
    if table.cost is not None:
        check_sum(ground.study, table.cost, f"{place}.cost", findings, say("schedule.name_cost"))
    if table.budget is not None and table.cost is None:
        findings.error(f"{place}.budget", say("schedule.no_cost"), say("schedule.name_cost"))
    if table.area_per_district is not None and table.by is None:
        findings.error(f"{place}.area_per_district", say("schedule.no_by"), say("models.add", name="by"))
    districts = None
    if table.by is not None:
        districts = division_of(table.by, f"{place}.by", ground.districts, findings)
    _check_stages(ground, years, place, findings)
    _check_life_cycle(ground, years, place, findings)
    budget = _budget(table, years, ground, place, findings)
    least = None
    if table.homes is not None and table.homes != ON_TIME:
        least = _by_year(table.homes, "area_ha", years, ground, f"{place}.homes", findings)
        least = np.where(np.isfinite(least), least, -np.inf)
    found = Schedule(
        name,
        table,
        years,
        districts,
        budget,
        _classes(table.homes_of, ground.classes, f"{place}.homes_of", findings),
        _classes(table.cropland_of, ground.classes, f"{place}.cropland_of", findings)
        if table.cropland is not None or "cropland_of" in table.model_fields_set
        else np.array([each == "cropland" for each in ground.classes.names]),
        least,
    )
    return found if len(findings.errors) == before else None


def _budget(
    table: ModelTable, years: tuple[int, ...], ground: Ground, place: str, findings: Findings
) -> FloatArray | None:
    """(years,) what may be spent in each."""
    if isinstance(table.budget, str):
        return _by_year(table.budget, "amount", years, ground, f"{place}.budget", findings)
    return None if table.budget is None else np.full(len(years), float(table.budget))


def _by_year(
    path: str, column: str, years: tuple[int, ...], ground: Ground, place: str, findings: Findings
) -> FloatArray:
    """(years,) the figures of a table, infinite for years that it leaves out."""
    found = np.full(len(years), np.inf)
    for line in read_lines(path, ground.folder, ("year", column), place, findings):
        year, amount = line.number("year", findings), line.number(column, findings)
        if year is None or amount is None:
            continue
        at = round(year) - years[0]
        if year != round(year) or not 0 <= at < len(years):
            told = say("schedule.no_year", year=f"{year:g}")
            findings.error(line.place, told, say("schedule.years_are", first=years[0], last=years[-1]))
        elif amount < 0:
            findings.error(line.place, say("measures.negative"), say("cycle.not_below"))
        elif np.isfinite(found[at]):
            findings.error(line.place, say("schedule.twice", year=years[at]), say("stated.keep_line"))
        else:
            found[at] = amount
    return found


def _classes(names: tuple[str, ...], classes: Classes, place: str, findings: Findings) -> NDArray[np.bool_]:
    """(classes,) True for those named, groups as their classes; an error for one that is not there."""
    found = members(names, classes)
    for each in found:
        if each not in classes.names:
            close = nearest(each, classes.names)
            remedy = (
                say("finding.did_you_mean", close=close)
                if close
                else say("schedule.classes_are", names=list(classes.names))
            )
            findings.error(place, say("schedule.no_class", name=each), remedy)
    return np.array([each in found for each in classes.names], dtype=bool)


def _check_life_cycle(ground: Ground, years: tuple[int, ...], place: str, findings: Findings) -> None:
    """Errors where the years do not lie within those of the ledger, which follows the order; a warning where
    they go on after the target year."""
    asked = ground.study.life_cycle
    if asked is None or asked.base_year is None:
        return
    if not (asked.base_year < years[0] and years[-1] < asked.until):
        told = say("schedule.ledger", first=asked.base_year, last=asked.until - 1)
        findings.error(
            f"{place}.years", told, say("schedule.within", first=asked.base_year + 1, last=asked.until - 1)
        )
    elif asked.target_year is not None and years[-1] > asked.target_year:
        told = say("schedule.after_target", last=years[-1], target=asked.target_year)
        findings.warn(f"{place}.years", told, say("schedule.by_target", target=asked.target_year))


def _check_stages(ground: Ground, years: tuple[int, ...], place: str, findings: Findings) -> None:
    """Errors where the years do not reach from before the first stage to the last."""
    stages = ground.study.stages
    if stages is not None and not (years[0] <= stages.years[0] and years[-1] == stages.years[-1]):
        told = say("schedule.stages", first=stages.years[0], last=stages.years[-1])
        findings.error(f"{place}.years", told, say("schedule.reach", last=stages.years[-1]))
