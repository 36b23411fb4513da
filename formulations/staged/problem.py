"""A study with stages as one layout problem: what is allowed, wanted and limited, by class and year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from formulations.core.amounts import is_relative
from formulations.core.indicator import Indicator
from formulations.core.problem import LayoutProblem, Limit
from formulations.indicators.catalogue import indicators
from formulations.posing import limits_of
from formulations.staged.expand import MOST_OPTIONS, Expansion
from instances.instance import Instance
from instances.rules.districts import Districts
from instances.study.findings import Findings
from instances.study.schema import LimitTable, Stages
from instances.units.grid import FloatArray, Layout
from words.said import say

PEAK = "stages.peak"


@dataclass(frozen=True, slots=True)
class Bounded:
    """What a limit of the problem bounds: a stage by its number, and ``counts`` as the study says it."""

    stage: int
    counts: str


@dataclass(frozen=True, eq=False)
class Staged:
    """A problem over (class, stage), what each of its limits bounds, and how its layouts are read."""

    problem: LayoutProblem
    stages: Stages
    expansion: Expansion
    asked: tuple[Bounded, ...]

    def years(self) -> tuple[Bounded, ...]:
        """(rows,) what each row of the problem bounds."""
        return tuple(self.asked[row.limit] for row in self.problem.rows)

    def layouts(self, planned: Layout, stage: Layout) -> list[Layout]:
        """For every stage (units,) the classes of its years."""
        today = self.expansion.today
        return [np.where(stage <= t, planned, today) for t in range(self.expansion.stages)]


def pose_stages(instance: Instance, problem: LayoutProblem, findings: Findings) -> Staged:
    """The problem of a study's stages; ``problem`` is that of its last year alone. ``StudyError`` with every
    finding about stages."""
    stages = instance.study.stages
    if stages is None:
        raise ValueError("the study has no stages")
    count, size = len(stages.years), len(problem.class_names)
    if count * size > MOST_OPTIONS:
        told = say("stages.too_many", years=count, classes=size, most=MOST_OPTIONS)
        findings.error("stages.years", told, say("stages.fewer", most=MOST_OPTIONS // size))
        findings.raise_errors()
    expansion = Expansion(problem.today, size, count)
    limits = [*_limits(instance, problem, stages, expansion, findings), *_peak(instance, stages, expansion)]
    findings.raise_errors()
    names = tuple(f"{name}, {year}" for year in stages.years for name in problem.class_names)
    whole = replace(
        problem,
        options=expansion.options(problem.options),
        parts=tuple(
            (weight, expansion.indicator(part, _share(part, stages))) for weight, part in problem.parts
        ),
        limits=tuple(limit for limit, _ in limits),
        class_names=names,
    )
    return Staged(whole, stages, expansion, tuple(asked for _, asked in limits))


def times_of(asked: Bounded, stages: Stages) -> FloatArray:
    """(1 + stages,) how often a limited indicator counts today and in each stage."""
    times = np.zeros(1 + len(stages.years))
    if asked.counts == "sum":
        times[1 : asked.stage + 2] = stages.lasts[: asked.stage + 1]
    else:
        times[asked.stage + 1] = 1.0
    if asked.counts == "stage":
        times[asked.stage] = -1.0
    return times


def unit_of_sum(unit: str) -> str:
    """The unit of an indicator times years."""
    return unit.removesuffix("/yr") if unit.endswith("/yr") else f"{unit} yr".lstrip()


def stages_meant(table: LimitTable, stages: Stages) -> tuple[int, ...]:
    """The numbers of the stages that a limit bounds; none where it names a year that is none of theirs."""
    count = len(stages.years)
    if table.year is not None:
        return (stages.years.index(table.year),) if table.year in stages.years else ()
    return tuple(range(count)) if table.every_year or table.counts == "stage" else (count - 1,)


def _share(part: Indicator, stages: Stages) -> FloatArray:
    """(1 + stages,) what a term of the objective counts in each stage."""
    shares = stages.shares
    if part.pairs or part.bundles:
        shares = (*(0.0 for _ in shares[1:]), 1.0)
    return np.array([0.0, *shares])


def _limits(
    instance: Instance, problem: LayoutProblem, stages: Stages, expansion: Expansion, findings: Findings
) -> Iterator[tuple[Limit, Bounded]]:
    catalogue = indicators(instance)
    for position, table in enumerate(instance.study.limits):
        place = f"limits[{position}]"
        indicator = catalogue.get(table.indicator)
        if indicator is not None and not _possible(table, indicator, stages, place, findings):
            continue
        for limit in limits_of(instance, catalogue, table, problem.options, place, findings):
            for stage in stages_meant(table, stages):
                asked = Bounded(stage, table.counts)
                row = expansion.indicator(limit.indicator, times_of(asked, stages))
                if asked.counts == "sum":
                    row = replace(row, unit=unit_of_sum(row.unit))
                yield replace(limit, indicator=row, place=f"{place} ({stages.years[stage]})"), asked


def _possible(
    table: LimitTable, indicator: Indicator, stages: Stages, place: str, findings: Findings
) -> bool:
    """Whether a limit goes with stages; a finding where it does not."""
    if table.year is not None and table.year not in stages.years:
        told = say("stages.no_year", year=table.year)
        findings.error(f"{place}.year", told, say("stages.name_year", years=stages.years))
        return False
    if indicator.ratio is not None:
        findings.error(place, say("stages.ratio", name=table.indicator), say("stages.limit_parts"))
        return False
    last = stages_meant(table, stages) == (len(stages.years) - 1,) and table.counts == "land"
    if (indicator.pairs or indicator.bundles) and not last:
        findings.error(place, say("stages.edges", name=table.indicator), say("stages.last_year"))
        return False
    relative = [side for side in (table.at_least, table.at_most) if side is not None]
    if table.counts != "land" and (
        table.caps is not None
        or table.where_possible
        or any(is_relative(side, indicator.unit) for side in relative)
    ):
        findings.error(place, say("stages.relative"), say("stages.number"))
        return False
    return True


def _peak(instance: Instance, stages: Stages, expansion: Expansion) -> Iterator[tuple[Limit, Bounded]]:
    """Net emissions no higher in any stage after the peak than in the one before."""
    if stages.peak is None:
        return
    emissions, whole = indicators(instance)["net_emissions"], Districts.whole(len(instance))
    for stage in range(stages.years.index(stages.peak) + 1, len(stages.years)):
        asked = Bounded(stage, "stage")
        row = expansion.indicator(emissions, times_of(asked, stages))
        yield Limit(row, whole, np.array([-np.inf]), np.zeros(1), PEAK), asked
