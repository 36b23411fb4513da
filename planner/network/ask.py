"""Layouts side by side as networks: read from a study, from finished runs, from rasters of other tools."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely

from formulations.network.links import neighbours_of
from formulations.network.measured import Convention, Measured, measured
from formulations.network.measures import MOST_IMPORTANT
from formulations.network.steps import Neighbours
from instances.land.classes import Classes
from instances.land.landcover import LandCoverData, read_landcover
from instances.land.resistance import resistances
from instances.study.file import StudyFile, load_study
from instances.study.findings import Findings, StudyError
from instances.units.centres import middles
from instances.units.georeference import same_crs
from instances.units.grid import Grid, Layout
from planner.plans.networked import TODAY
from planner.runs.found import runs_in
from planner.runs.reopen import reopen
from words.said import say

DISTANCES_KM = (0.5, 1.0, 3.0)
LONGEST_KM = 1000.0
MOST_RESISTANCE = 1e6


@dataclass(frozen=True, eq=False)
class Networks:
    """Layouts on the same units as networks, the first of them today's.

    ``resistance`` is that of every class by name; ``important_at_m`` the distance at which patches were
    weighed.
    """

    title: str
    lang: str
    grid: Grid
    classes: Classes
    neighbours: Neighbours
    centres: bool
    resistance: Mapping[str, float]
    measured: tuple[Measured, ...]
    important_at_m: float


@dataclass(frozen=True, eq=False)
class _Land:
    """What layouts lie on, and the layouts by name."""

    source: StudyFile
    data: LandCoverData
    layouts: dict[str, Layout]


def networks_of(
    land: str | Path,
    layouts: Sequence[str | Path] = (),
    *,
    distances_km: Sequence[float] = DISTANCES_KM,
    neighbours: int = 4,
    centres: bool = False,
    resistance: str | Path | Mapping[str, float] | None = None,
    lang: str | None = None,
) -> Networks:
    """The networks of today's land, of plans and of other layouts; see ``planner.network.run.network``."""
    found, findings = _land(Path(land), lang), Findings()
    metres = _distances(distances_km, findings)
    if neighbours not in set(Neighbours):
        findings.error("--neighbours", say("network.neighbours", n=neighbours), say("network.four_or_eight"))
    grid, classes = found.data.grid, found.data.classes
    stated = _stated(resistance, classes, findings)
    for path in map(Path, layouts):
        other = _other(found, path, findings)
        if other is not None:
            found.layouts[_free(path.stem, found.layouts)] = other
    findings.raise_errors()
    table = resistances(classes, stated)
    way = neighbours_of(grid, Neighbours(neighbours))
    middle = sorted(metres)[len(metres) // 2]
    convention = Convention(grid, classes.blue_green, table, way, metres, centres)
    return Networks(
        title=found.source.base.title,
        lang=found.source.base.lang,
        grid=grid,
        classes=classes,
        neighbours=way,
        centres=centres,
        resistance=dict(zip(classes.names, table.tolist(), strict=True)),
        measured=measured(found.layouts, found.layouts[TODAY], convention, middle, MOST_IMPORTANT),
        important_at_m=middle,
    )


def _land(path: Path, lang: str | None) -> _Land:
    """The land cover of a study, or of the study of finished runs with their plans."""
    if not path.is_dir():
        source = load_study(path).speaking(lang)
        findings = Findings()
        data = read_landcover(source.base, source.folder, findings)
        if data is None:
            raise StudyError(findings.errors)
        return _Land(source, data, {TODAY: data.today})
    runs = runs_in(path)
    plans = {run.name if len(runs) > 1 else path.resolve().name: reopen(run, lang) for run in runs}
    first = next(iter(plans.values()))
    if first.source is None:
        raise ValueError("a reopened plan without its study")
    data = LandCoverData(first.instance.grid, first.instance.classes, first.instance.today)
    layouts = {TODAY: data.today}
    for name, plan in plans.items():
        layouts[_free(name, layouts)] = plan.layout
    return _Land(first.source, data, layouts)


def _free(name: str, taken: Mapping[str, Layout]) -> str:
    """A name that no layout has yet."""
    found, number = name, 2
    while found in taken:
        found, number = f"{name}-{number}", number + 1
    return found


def _other(found: _Land, path: Path, findings: Findings) -> Layout | None:
    """The layout of another file on the units of the study; None, with a finding, where it is not one."""
    study = found.source.base
    cover = study.landcover.model_copy(update={"path": str(path.resolve())})
    read = read_landcover(study.model_copy(update={"landcover": cover}), found.source.folder, findings)
    if read is None:
        return None
    grid = found.data.grid
    if not _same_units(read.grid, grid):
        fault = say("network.other_units", units=len(read.grid), own=len(grid))
        findings.error(str(path), fault, say("network.same_units"))
        return None
    names = read.classes.names
    strange = [name for name in names if name not in found.data.classes]
    if strange:
        fault = say("network.other_classes", names=strange)
        findings.error(str(path), fault, say("network.same_classes", names=list(found.data.classes.names)))
        return None
    own = np.array([found.data.classes.index(name) for name in names], dtype=np.uint8)
    return own[read.today]


def _same_units(one: Grid, other: Grid) -> bool:
    """True where the units of two grids are the same in the same order, to a hundredth of their size."""
    if len(one) != len(other) or one.is_raster is not other.is_raster or not same_crs(one.crs, other.crs):
        return False
    near = 0.01 * np.sqrt(np.abs(shapely.area(shapely.box(*other.frame.bounds))) / len(other))
    apart = np.abs(middles(one) - middles(other)).max(initial=0.0)
    return bool(apart <= near) and np.allclose(one.area_ha, other.area_ha, rtol=0.01)


def _distances(distances_km: Sequence[float], findings: Findings) -> tuple[float, ...]:
    for distance in distances_km:
        if not 0 < distance <= LONGEST_KM:
            fault = say("network.distance", distance=f"{distance:g}")
            findings.error("--distance", fault, say("network.distances", most=f"{LONGEST_KM:g}"))
    if not distances_km:
        findings.error(
            "--distance", say("network.no_distance"), say("network.distances", most=f"{LONGEST_KM:g}")
        )
    return tuple(1000.0 * float(distance) for distance in dict.fromkeys(distances_km))


def _stated(
    given: str | Path | Mapping[str, float] | None, classes: Classes, findings: Findings
) -> dict[str, float]:
    """Resistances as they are stated; of classes that the study has."""
    if given is None:
        return {}
    rows = given.items() if isinstance(given, Mapping) else _rows(Path(given), findings)
    found = {}
    for name, value in rows:
        number = _number(value)
        if name not in classes:
            fault = say("network.no_class", name=name)
            findings.error("--resistance", fault, say("network.classes", names=list(classes.names)))
        elif not 1.0 <= number <= MOST_RESISTANCE:
            fault = say("network.resistance", name=name, value=value)
            findings.error("--resistance", fault, say("network.resistances", most=f"{MOST_RESISTANCE:,.0f}"))
        else:
            found[name] = number
    return found


def _rows(path: Path, findings: Findings) -> list[tuple[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
            return [(row["class"] or "", row["resistance"] or "") for row in rows]
    except KeyError:
        findings.error(str(path), say("network.no_columns"), say("network.columns"))
    except (OSError, ValueError, csv.Error) as wrong:
        findings.error(str(path), say("network.unreadable", fault=wrong), say("network.columns"))
    return []


def _number(value: object) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return math.nan
