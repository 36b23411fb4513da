"""Carbon plan first: the layout without caps, tested district by district, then the layout that keeps them.

A study whose limits name ``caps`` is solved twice: without them, to see which districts would keep them by
themselves, and with them; where they collide, with the smallest change that mends it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from formulations.core.problem import Limit
from formulations.core.solution import Step, Watch
from instances.study.file import StudyFile
from instances.study.findings import Finding, StudyError
from instances.study.schema import BASE
from planner.compare.ask import Comparison
from planner.compare.ask import compare as compare_scenarios
from planner.compare.folder import RECORD, fill_comparison
from planner.compare.run import ComparisonResult
from planner.compare.tables import CAPS
from planner.export.tables import write_csv
from planner.plans.aside import aside
from planner.plans.optimise import Loaded, loaded_from
from planner.runs.place import place_for
from planner.runs.whole import writing
from words.catalogue import Words
from words.said import say

CAPPED = "carbon_plan"


@dataclass(frozen=True, slots=True)
class CapRow:
    """A cap of one district: the value today, without caps and with them (NaN where there is no such plan),
    in ``unit``. ``kept`` without caps; ``held`` with them, as they are or loosened."""

    indicator: str
    district: str
    unit: str
    at_most: float
    today: float
    without: float
    planned: float
    kept: bool
    held: bool


@dataclass(frozen=True, eq=False)
class CarbonPlanResult:
    """A carbon plan: every cap, and the two plans side by side as a comparison."""

    caps: tuple[CapRow, ...]
    compared: ComparisonResult
    conflicts: int
    """Where control lines contradict each other or today's land."""

    @property
    def folder(self) -> Path | None:
        """The folder written; None where none was asked for."""
        return self.compared.folder


def carbon_plan(
    study: Loaded | str | Path,
    *,
    lang: str | None = None,
    out: str | Path | None = None,
    workers: int | None = None,
    gap: float | None = None,
    time_limit: float | None = None,
    method: str | None = None,
    threads: int | None = None,
    watch: Watch | None = None,
) -> CarbonPlanResult:
    """Carbon plan first: audit the control lines, solve without caps, test every district, solve with caps.

    The study must hold a limit with ``caps``. Settings as for ``compare``; ``out`` is the folder of a
    comparison, with ``carbon_plan.csv`` beside it. Raises ``StudyError`` (the input is wrong, or no limit has
    caps) or ``NoPlan`` (neither has a plan).

    >>> planner.carbon_plan("study.toml")
    Traceback (most recent call last):
    instances.study.findings.StudyError: limits: has no limit with caps. Add one: indicator = "net_emissions",
    by = "townships", caps = "carbon_plan.csv".
    """
    watch = watch or Watch()
    source = two_scenarios(loaded_from(study), lang)
    with place_for(out, RECORD) as place:
        comparison = aside(
            lambda: compare_scenarios(
                Loaded(source, BASE),
                lang=lang,
                workers=workers,
                out=place.out,
                gap=gap,
                time_limit=time_limit,
                method=method,
                threads=threads,
                watch=watch,
            )
        )
        watch.stop.clear()
        rows = tuple(cap_rows(comparison, Loaded(source, CAPPED)))
        if place.draft is not None and place.out is not None:
            watch.report(Step("writing", 0.0))
            with writing(place.out):
                write_csv(cap_table(rows), place.draft / CAPS)
                fill_comparison(comparison, place.draft, None, workers)
    conflicts = len(comparison.first.plan.instance.conflicts.table)
    return CarbonPlanResult(rows, ComparisonResult(comparison, {}, place.out), conflicts)


def two_scenarios(loaded: Loaded, lang: str | None = None) -> StudyFile:
    """The study without its caps as the base, and with them as a scenario. ``StudyError`` where no limit has
    caps."""
    tree: dict[str, Any] = loaded.source.resolved(loaded.scenario)
    if lang is not None:
        tree = {**tree, "lang": lang}
    limits: Sequence[dict[str, Any]] = tree.get("limits", ())
    free = [limit for limit in limits if "caps" not in limit]
    if len(free) == len(limits):
        raise StudyError([Finding("limits", say("caps.none"), say("caps.add"))])
    words = Words(loaded.study.lang if lang is None else lang)
    capped = {"label": words.text("carbon_plan.with"), "limits": list(limits)}
    label = words.text("carbon_plan.without")
    return StudyFile(
        loaded.source.path, {**tree, "label": label, "limits": free, "scenarios": {CAPPED: capped}}
    )


def cap_rows(comparison: Comparison, asked: Loaded) -> Iterator[CapRow]:
    """Every cap of every district under today's land and both plans; ``asked`` is the scenario with caps as
    the study states it."""
    study, problem = asked.study, asked.problem
    plans = {each.name: each for each in comparison.alternatives}
    first, capped = plans.get(BASE), plans.get(CAPPED)
    for limit in problem.limits:
        position = int(limit.place.removeprefix("limits[").removesuffix("]"))
        if study.limits[position].caps is None:
            continue
        today = _values(limit, problem.today)
        nothing = np.full(len(today), np.nan)
        without = nothing if first is None else _values(limit, first.plan.layout)
        planned = nothing if capped is None else _values(limit, capped.plan.layout)
        ceiling = limit.at_most if limit.ratio is None else limit.ratio.bound
        slack = limit.allowance()
        for place in np.flatnonzero(np.isfinite(ceiling)):
            most = float(ceiling[place])
            yield CapRow(
                limit.indicator.name,
                limit.districts.names[place],
                limit.indicator.unit if limit.ratio is None else limit.ratio.ratio.unit,
                most,
                float(today[place]),
                float(without[place]),
                float(planned[place]),
                bool(without[place] <= most + slack[place]),
                bool(planned[place] <= most + slack[place]),
            )


def _values(limit: Limit, layout: Any) -> Any:
    """(districts,) what is capped, of a ratio the ratio."""
    return limit.evaluate(layout) if limit.ratio is None else limit.ratio.told(layout, limit.districts)[0]


def cap_table(rows: Sequence[CapRow]) -> pd.DataFrame:
    """Every cap: indicator, district, at_most, today, without_caps, with_caps, unit, kept_without,
    kept_with."""
    return pd.DataFrame(
        [
            {
                "indicator": row.indicator,
                "district": row.district,
                "at_most": row.at_most,
                "today": row.today,
                "without_caps": row.without,
                "with_caps": row.planned,
                "unit": row.unit,
                "kept_without": "yes" if row.kept else "no",
                "kept_with": "yes" if row.held else "no",
            }
            for row in rows
        ]
    )
