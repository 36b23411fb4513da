"""The study by which land is judged as it is seen in one year: that of the plan, or of its stage under way.

With stages a map shows the land of one year: it is held against the limits of the land of that year, or of
the next stage where no stage has it. What a stage adds to the one before, and sums over years, one map does
not tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from instances.study.file import StudyFile
from instances.study.findings import Findings, StudyError
from instances.study.indicator_tables import LimitTable
from instances.units.grid import Layout
from planner.plans.optimise import Loaded
from planner.plans.plan import Plan


@dataclass(frozen=True, eq=False)
class Judged:
    """``loaded`` is the study with the limits that are judged, ``land`` (units,) the plan's land that keeps
    them, ``certified`` the plan whose bound holds for it (None with stages, or models beside the layout),
    ``stage`` the year of the stage under way and ``left_out`` how many of the study's limits are none of that
    year's land (None and 0 without stages)."""

    loaded: Loaded
    land: Layout
    certified: Plan | None
    stage: int | None = None
    left_out: int = 0


def judged_of(plan: Plan, year: int) -> Judged:
    """By what the land that is seen in a ``year`` is judged."""
    if plan.source is None:
        raise StudyError(())
    if plan.instance.study.linked:  # no map of land shows them: the layout is judged without
        alone = {key: value for key, value in plan.source.tree.items() if key != "models"}
        return Judged(Loaded(StudyFile(plan.source.path, alone)), plan.layout, None)
    if plan.staged is None:
        loaded = Loaded(plan.source)
        loaded.__dict__["instance"] = plan.instance
        loaded.__dict__["_posed"] = (plan.problem, Findings())
        return Judged(loaded, plan.layout, plan)
    years = plan.staged.years
    number = next((place for place, stage in enumerate(years) if stage >= year), len(years) - 1)
    tables = plan.instance.study.limits
    trees = plan.source.resolved(plan.instance.scenario).get("limits", [])
    kept = [
        {key: value for key, value in tree.items() if key not in ("year", "every_year", "counts")}
        for tree, table in zip(trees, tables, strict=True)
        if _meant(table, years[number], years[-1])
    ]
    source = StudyFile(plan.source.path, _of_one_year(plan.source.tree, kept))
    return Judged(
        Loaded(source),
        plan.staged.layouts(plan.layout)[number],
        None,
        years[number],
        len(tables) - len(kept),
    )


def _meant(table: LimitTable, year: int, last: int) -> bool:
    """Whether a limit is one of the land of the stage of a ``year``."""
    own = last if table.year is None else table.year
    return table.counts == "land" and (table.every_year or own == year)


def _of_one_year(tree: Mapping[str, Any], limits: list[dict[str, Any]]) -> dict[str, Any]:
    """The tree of a study without its years, and with other ``limits``."""
    found = {key: value for key, value in tree.items() if key != "stages"} | {"limits": limits}
    found.pop("models", None)  # of those only an order of changes stands beside stages
    return found
