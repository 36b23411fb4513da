"""What a study holds and how much room it leaves, before anything is solved; where its red lines conflict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from formulations.core.attainable_range import attainable_range
from formulations.core.problem import LayoutProblem
from formulations.core.ratios import ratio_range
from formulations.core.rows import Row
from instances.instance import Instance
from instances.land.classes import LandClass
from instances.layers.ogr import write_features
from instances.rules.conflicts import Audit
from instances.study.findings import Finding
from instances.study.including import included
from instances.study.policies import Policy
from instances.units.sums import sum_by
from planner.export.geopackage import name_layers
from planner.plans.optimise import Loaded, loaded_from
from planner.runs.whole import whole_file
from planner.start.code_rows import CodeRow, code_rows

ROUNDING = 1e-9
"""Share of a range by which a bound outside it may be rounding."""


@dataclass(frozen=True, slots=True)
class ClassRange:
    """A class: its area today, and the most and the least of it that the options leave, ha."""

    item: LandClass
    today_ha: float
    may_be_ha: float
    must_be_ha: float


@dataclass(frozen=True, slots=True)
class LineArea:
    """A red line: the area inside (ha, and as a share of all), and units that stand against it today."""

    name: str
    label: str
    inside_ha: float
    share: float
    existing_units: int


@dataclass(frozen=True, slots=True)
class LimitRange:
    """A limit of one district, in the unit of its indicator: bounds (None: none), today's value, and the
    range that the options leave. ``reachable`` is False where no layout can meet it."""

    label: str
    at_least: float | None
    at_most: float | None
    today: float
    low: float
    high: float
    unit: str
    reachable: bool


@dataclass(frozen=True, eq=False)
class Check:
    """What was found in one scenario of a study; ``free_units`` have a choice of class."""

    loaded: Loaded
    free_units: int
    classes: tuple[ClassRange, ...]
    redlines: tuple[LineArea, ...]
    limits: tuple[LimitRange, ...]

    @property
    def instance(self) -> Instance:
        """The area as frozen arrays."""
        return self.loaded.instance

    @property
    def conflicts(self) -> Audit:
        """Where red lines overlap or contradict today's land."""
        return self.instance.conflicts

    def codes(self, lang: str) -> tuple[CodeRow, ...]:
        """Which class every code of the land cover was read as, with its area in the file, in a language."""
        return code_rows(self.instance.crosswalk, self.instance.study.landcover.scheme, lang)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Warnings and notes of reading the study."""
        return self.loaded.findings

    @property
    def policies(self) -> tuple[Policy, ...]:
        """The ready policies that the scenario includes, in its order."""
        return tuple(policy for policy, _ in included(self.instance.study, self.loaded.source.folder))

    @property
    def other_scenarios(self) -> tuple[str, ...]:
        """The study's scenarios beside this one."""
        return tuple(name for name in self.loaded.source.scenario_names if name != self.instance.scenario)


def check(study: Loaded | str | Path, *, out: str | Path | None = None) -> Check:
    """Read everything that a study names, and audit its red lines for conflicts; solves nothing.

    ``out`` is a GeoPackage to which the conflicts are written as the layer ``conflicts``, to look at.
    Raises ``StudyError`` with every finding where the study cannot be read, or ``out`` not be written.

    >>> found = planner.check("study.toml")
    >>> found.free_units, [limit.reachable for limit in found.limits]
    (171, [True, True, True])
    >>> [(line.name, line.inside_ha) for line in found.redlines]
    [('farmland', 21.0), ('ecology', 30.0), ('steep', 36.0)]
    """
    loaded = loaded_from(study)
    instance, problem = loaded.instance, loaded.problem
    free = int((problem.options.allowed.sum(axis=1) > 1)[problem.options.kind].sum())
    found = Check(loaded, free, _classes(instance), _redlines(instance), _limits(problem))
    if out is not None:
        with whole_file(Path(out)) as draft:
            write_features(found.conflicts.polygons, draft, layer="conflicts", driver="GPKG")
            name_layers(draft, {"conflicts": "layers.conflicts"}, loaded.study.lang)
    return found


def _classes(instance: Instance) -> tuple[ClassRange, ...]:
    kinds = instance.kinds
    kind_ha = sum_by(kinds.of, instance.grid.area_ha, len(kinds.today))
    locked = kinds.allowed.sum(axis=1) == 1
    return tuple(
        ClassRange(
            item,
            float(instance.today_ha[k]),
            float(kind_ha[kinds.allowed[:, k]].sum()),
            float(kind_ha[kinds.allowed[:, k] & locked].sum()),
        )
        for k, item in enumerate(instance.classes)
    )


def _redlines(instance: Instance) -> tuple[LineArea, ...]:
    found = []
    for line in instance.redlines:
        area = float(instance.grid.area_ha[line.inside].sum())
        share = area / instance.grid.total_ha
        found.append(LineArea(line.name, line.label, area, share, line.existing_units))
    return tuple(found)


def _limits(problem: LayoutProblem) -> tuple[LimitRange, ...]:
    ranges = [attainable_range(limit, problem.options) for limit in problem.limits]
    today = problem.values(problem.today).tolist()
    found = [
        _limit(row, value, *(float(side[row.position]) for side in ranges[row.limit]))
        for row, value in zip(problem.rows, today, strict=True)
    ]
    for number, limit in enumerate(problem.limits):
        if limit.ratio is not None:
            own = [place for place, row in enumerate(problem.rows) if row.limit == number]
            for place, told in zip(own, _as_ratios(problem, number), strict=True):
                found[place] = replace(found[place], **told)
    return tuple(found)


def _as_ratios(problem: LayoutProblem, number: int) -> Iterator[dict[str, Any]]:
    """What is told of the rows of a limit on a ratio: its bound, today's ratio and what it can be."""
    limit = problem.limits[number]
    stated = limit.ratio
    if stated is None:
        return
    today, _ = stated.told(problem.today, limit.districts)
    ends = ratio_range(stated.ratio, limit.districts, problem.options)
    for row in problem.rows:
        if row.limit == number:
            bound, (low, high) = float(stated.bound[row.position]), (float(e[row.position]) for e in ends)
            low, high = (0.0 if np.isnan(end) else end for end in (low, high))  # nothing to divide by
            yield {
                "at_least": bound if stated.lower else None,
                "at_most": None if stated.lower else bound,
                "today": float(today[row.position]),
                "low": low,
                "high": high,
                "unit": stated.ratio.unit,
            }


def _limit(row: Row, today: float, low: float, high: float) -> LimitRange:
    slack = ROUNDING * max(1.0, abs(low), abs(high))
    # an absent bound is infinite, which every range reaches
    return LimitRange(
        label=row.label,
        at_least=row.lower if np.isfinite(row.lower) else None,
        at_most=row.upper if np.isfinite(row.upper) else None,
        today=today,
        low=low,
        high=high,
        unit=row.unit,
        reachable=high >= row.lower - slack and low <= row.upper + slack,
    )
