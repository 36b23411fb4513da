"""Alternatives from a study to their folder: sought one after another, how firm the land is, all written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from formulations.core.solution import Watch
from formulations.sampling.agreement import Agreement, agreement
from formulations.sampling.alternatives import Alternatives
from instances.study.findings import Finding, StudyError
from planner.alternatives.ask import alternatives as find_alternatives
from planner.alternatives.folder import write_alternatives
from planner.alternatives.tables import TREE
from planner.plans.optimise import Loaded, loaded_from, settings_of
from planner.runs.kept import Keeper
from planner.runs.place import place_for
from planner.runs.whole import writing
from planner.sweeps.progress import SweepBar
from planner.sweeps.sweep import Tally, Workforce, open_sweep
from words.said import say

MOST_PLANS = 100
"""No planner looks at more."""


@dataclass(frozen=True, eq=False)
class AlternativesResult:
    """Alternatives of a study, how their plans agree, what the sweep took, and the folder (None: none)."""

    loaded: Loaded
    alternatives: Alternatives
    agreement: Agreement
    tally: Tally
    folder: Path | None = None

    @property
    def land_ha(self) -> list[float]:
        """Land that stays as today in all plans, changes alike in all, is alike in two thirds or more of
        them, and in fewer, ha."""
        instance = self.loaded.instance
        areas: list[float] = self.agreement.areas_ha(instance.today, instance.grid.area_ha).tolist()
        return areas


def alternatives(
    study: Loaded | str | Path,
    *,
    within: str = "1%",
    plans: int = 4,
    out: str | Path | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    gap: float | None = None,
    time_limit: float | None = None,
    method: str | None = None,
    threads: int | None = None,
    watch: Watch | None = None,
) -> AlternativesResult:
    """Plans nearly as good as the best that differ from each other as much as possible, the best one first.

    ``within`` is how much worse than the best possible they may be: ``"1%"`` of what the best plan changes,
    or a number in tCO2e/yr as text; ``plans`` counts the best one, and fewer are found where no further one
    differs.
    ``result.alternatives.layouts`` are (units,) each, ``differs_ha`` of a plan is the land in ha on which it
    differs from each before it; ``result.agreement`` tells unit by unit how firm a choice is.
    ``out``, ``workers``, ``cluster``, settings and ``watch`` as for ``front``.

    Raises ``StudyError`` (the input is wrong) or ``NoPlan`` (why there is none, or that it was stopped).

    >>> result = planner.alternatives("study.toml", within="5%", plans=2, gap=0.001)
    >>> [plan.distance <= 0.05 for plan in result.alternatives.plans]
    [True, True]
    """
    loaded, bar = loaded_from(study), SweepBar(watch)
    settings = settings_of(loaded.study, gap=gap, time_limit=time_limit, method=method, threads=threads)
    if not 2 <= plans <= MOST_PLANS:
        fault = say("figures_alternatives.no_number", plans=plans)
        raise StudyError([Finding("--plans", fault, say("figures_front.two", most=MOST_PLANS))])
    with place_for(out, TREE) as place:
        bar.stage("reading")
        with open_sweep(loaded, place.out, settings, Workforce(workers, cluster), 1, bar) as sweep:
            found = find_alternatives(sweep, loaded, within, plans)
        if place.draft is not None and place.out is not None:
            bar.stage("writing")
            with writing(place.out):
                keeper = Keeper(loaded, sweep.base, sweep.settings)
                alike = write_alternatives(found, sweep, keeper, place.draft, within)
        else:
            alike = agreement(found.plans[0].layout, found.layouts, len(loaded.instance.classes))
    return AlternativesResult(loaded, found, alike, sweep.tally, place.out)
