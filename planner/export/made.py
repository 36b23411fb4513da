"""Districts that a study makes, with their figures: region types as a table, living units as map layers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from formulations.core.indicator import within
from formulations.indicators.catalogue import indicators
from instances.instance import Instance
from instances.land.classes import Space
from instances.rules.districts import Districts
from instances.rules.made_districts import REGIONS
from planner.export.geopackage import write_geopackage
from planner.export.layer import Layer
from planner.export.tables import write_csv
from planner.plans.plan import Plan
from planner.words.indicator_names import label
from words.numbers import change_of

FIGURES = {
    "green": "green_share",
    "sources": "sources",
    "sinks": "sinks",
    "net": "net_emissions",
}
"""What is told of every unit, today and planned: the field begins so, and the indicator."""


SOURCES_OF = (Space.LIVING, Space.PRODUCTION)
"""The spaces of which the sources are told apart."""


def write_regions(plan: Plan, path: Path, lang: str | None = None) -> None:
    """Write every indicator by region type.

    Columns: region, region_label, indicator, label, today, plan, change, unit.
    """
    write_csv(region_table(plan, lang or plan.instance.study.lang), path)


def region_table(plan: Plan, lang: str) -> pd.DataFrame:
    """Every indicator that is counted by district, by region type, today and in the plan; no rows where the
    study names no region types."""
    instance = plan.instance
    division = instance.districts.get(REGIONS)
    if division is None:
        return pd.DataFrame()
    labels, parts = division.names_in(lang), []
    for name, indicator in indicators(instance).items():
        today = indicator.evaluate_by(instance.today, division)
        planned = indicator.evaluate_by(plan.layout, division)
        parts.append(
            pd.DataFrame(
                {
                    "region": division.names,
                    "region_label": labels,
                    "indicator": name,
                    "label": label(name, lang, instance.classes),
                    "today": today,
                    "plan": planned,
                    "change": [change_of(*pair) for pair in zip(planned, today, strict=True)],
                    "unit": indicator.unit,
                }
            )
        )
    whole = pd.concat(parts, ignore_index=True)
    order = whole["region"].map({name: place for place, name in enumerate(division.names)})
    return whole.iloc[np.argsort(order.to_numpy(), kind="stable")].reset_index(drop=True)


def write_units(plan: Plan, path: Path, lang: str | None = None) -> None:
    """Write a layer for every division that the study makes: the whole outline of each unit, its land, and
    its blue-green share, sources (all, and those of living and production land), sinks and net emissions,
    today and in the plan."""
    lang = lang or plan.instance.study.lang
    write_geopackage(plan, path, lang, unit_layers(plan, lang))


def unit_layers(plan: Plan, lang: str) -> Iterator[Layer]:
    """The layers of ``units.gpkg``, one for each division that is made."""
    for division in made(plan.instance):
        yield _units(plan, division, lang)


def made(instance: Instance) -> tuple[Districts, ...]:
    """The divisions of an instance whose units were made."""
    return tuple(division for division in instance.districts.values() if division.outlines is not None)


def _units(plan: Plan, division: Districts, lang: str) -> Layer:
    instance = plan.instance
    land_ha = division.total(instance.grid.area_ha)
    whole_ha = np.zeros(len(division)) if division.drawn_ha is None else division.drawn_ha
    table: dict[str, object] = {
        "unit": list(division.names),
        "area_ha": land_ha,
        "whole_percent": 100.0 * land_ha / whole_ha,
    }
    known = indicators(instance)
    times = ("today", instance.today), ("plan", plan.layout)
    for field, name in FIGURES.items():
        for when, layout in times:
            table[f"{field}_{when}"] = known[name].evaluate_by(layout, division)
    for space in SOURCES_OF:
        for when, layout in times:
            land = within(known["sources"], instance.classes.in_space(space)[layout])
            table[f"{space}_{when}"] = land.evaluate_by(layout, division)
    frame = gpd.GeoDataFrame(table, geometry=division.outlines, crs=instance.grid.crs)
    return Layer(division.name, frame, "areas.layer", about={"name": division.label(lang)})
