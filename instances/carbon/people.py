"""People and jobs that a plan must have room for, where demolished land is ``housed`` in the plan itself.

A study that says ``carbon.demolished = "housed"`` thereby says: ``residents`` and ``workplaces`` are counted,
so many a hectare of homes and of other built land, and none of them is lost. That is written out as the
study's own indicators and limits, unless it has some of these names, and holds like any others. How many live
and work on a hectare is what the inventory counts over today's land, else its default.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from instances.carbon.inventory import Inventory, items, whole_of
from instances.land.classes import Classes, lineage
from instances.study.findings import Findings
from instances.study.indicator_tables import IndicatorTable, LimitTable
from instances.study.schema import Study
from instances.units.grid import FloatArray
from words.said import say

RESIDENTS, WORKPLACES = "residents", "workplaces"
COUNTED: Mapping[str, Mapping[str, str]] = {
    RESIDENTS: {"population.urban": "urban_residential", "population.rural": "rural_residential"},
    WORKPLACES: {"jobs.public": "public_commercial", "jobs.industry": "industrial_production"},
}
"""Items of the inventory and the class of the project on whose land they are, by indicator."""
ALL = "100%"


def with_people(
    study: Study, classes: Classes, inventory: Inventory | None, today_ha: FloatArray, findings: Findings
) -> Study:
    """The study with its people and jobs as indicators, none of which may be lost; as it is where it does not
    say ``housed``, or has no built land of the kind."""
    if study.carbon.demolished != "housed":
        return study
    tables, limits = dict(study.indicators), list(study.limits)
    for name, counted in COUNTED.items():
        own = tables.get(name)
        if own is not None and not isinstance(own.per_class, dict):
            findings.error(f"indicators.{name}", say("people.no_figures"), say("people.give_figures"))
            continue
        if own is None:
            figures = _figures(counted, classes, inventory, today_ha)
            if not any(figures[land] * today_ha[classes.index(land)] > 0 for land in figures):
                continue
            tables[name] = IndicatorTable(per_class=figures, unit="person")
            told = {land: f"{each:,.4g}" for land, each in figures.items()}
            findings.note(f"indicators.{name}", say("people.counted", name=name, figures=_listed(told)))
        limited = any(one.indicator == name and one.by is None and one.at_least is not None for one in limits)
        if not limited:
            limits.append(LimitTable(indicator=name, at_least=ALL))
    return study.model_copy(update={"indicators": tables, "limits": tuple(limits)})


def per_ha(study: Study, classes: Classes) -> dict[str, FloatArray]:
    """(classes,) residents and jobs on a hectare of each class, by indicator, as the study has them."""
    found = {}
    for name in COUNTED:
        table = study.indicators.get(name)
        figures = table.per_class if table is not None else None
        if isinstance(figures, dict):
            found[name] = np.array([figures.get(land, 0.0) for land in classes.names], dtype=float)
    return found


def _figures(
    counted: Mapping[str, str], classes: Classes, inventory: Inventory | None, today_ha: FloatArray
) -> dict[str, float]:
    """How many are on a hectare of each built class."""
    found: dict[str, float] = {}
    for name, kind in counted.items():
        lands = [item.name for item in classes if item.built and kind in lineage(item)]
        area = sum(float(today_ha[classes.index(land)]) for land in lands)
        whole = None if inventory is None else whole_of(inventory, name)
        each = items()[name].default or 0.0
        if whole is not None and area > 0:
            each = whole / area
        found |= dict.fromkeys(lands, each)
    return found


def _listed(told: Mapping[str, str]) -> list[str]:
    return [f"{land} {each}" for land, each in told.items()]
