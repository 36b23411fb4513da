"""The order of the changes as files: every patch with its year, reason and cost, every year with its sums."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from formulations.linked.schedule_plan import Years
from instances.study.findings import Finding, StudyError
from planner.export.layer import Layer
from planner.export.polygons import dissolve
from planner.export.sheets import Cell, Column, Sheet
from planner.export.tables import write_csv
from planner.plans.plan import Plan
from planner.plans.scheduled import Posed, bounds_of, cost_unit, posed
from planner.styles.change_colours import order_colours
from planner.styles.layer_styles import OUTLINE, Mark
from words.catalogue import Words
from words.said import say

ORDER, BY_YEAR = "schedule.csv", "schedule_years.csv"
FIELDS = {
    name: f"schedule_fields.{name}"
    for name in ("patch", "in_year", "stage", "cost", "tco2e", "waits", "reason", "why")
}
MOST_ROWS = 20_000
"""Patches of the sheet, the largest first; all of them stand in ``schedule.csv``."""


def write_order(plan: Plan, folder: Path) -> None:
    """Write ``schedule.csv`` and ``schedule_years.csv`` of a plan with an order of its changes."""
    asked, year = ordered(plan)
    write_csv(order_table(asked, year), folder / ORDER)
    write_csv(years_table(asked, year), folder / BY_YEAR)


def ordered(plan: Plan) -> tuple[Posed, Years]:
    """What is asked of the order of a plan's changes, and the year of every patch; ``ValueError`` of a plan
    without."""
    asked = posed(plan)
    if asked is None or plan.order is None:
        raise ValueError("a plan without an order of its changes has no schedule")
    return asked, plan.order


def order_table(asked: Posed, year: Years) -> pd.DataFrame:
    """A row for every patch of change, in the order of their first units: numbered from 1, its district
    (empty without a division), classes, ha, year, the year of its stage (empty without stages), its cost in
    the unit of the study's costs (empty without), the tCO2e that it emits until the end of the last year
    beside land that keeps its class, by how much that is more than in its best year, and what decides the
    year."""
    plan, patches = asked.plan, asked.patches
    instance, stages = plan.instance, plan.instance.study.stages
    classes = np.array(instance.classes.names, dtype=object)
    districts = asked.schedule.districts
    places = np.array([*(() if districts is None else districts.names), ""], dtype=object)
    of_stage = np.array(
        ["" if stages is None else str(each) for each in (stages.years if stages else (0,))], dtype=object
    )
    own = asked.ordering.tco2e[np.arange(len(patches)), year]
    waits = own - asked.ordering.open.min(axis=1)
    return pd.DataFrame(
        {
            "patch": np.arange(1, len(patches) + 1),
            "district": places[patches.district],
            "from_class": classes[patches.today],
            "to_class": classes[patches.planned],
            "area_ha": patches.area_ha,
            "year": np.array(asked.schedule.years)[year],
            "stage": of_stage[patches.stage],
            "cost": np.full(len(patches), "", dtype=object) if asked.money is None else asked.money,
            "tco2e": own,
            "waits": np.where(waits > asked.ordering.rounding, waits, 0.0),
            "reason": asked.reasons(year),
        }
    )


def years_table(asked: Posed, year: Years) -> pd.DataFrame:
    """A row for every year: patches and ha that change, what that costs and may cost, ha of new land for
    homes by its end and the least asked, ha by which cropland has grown by then and the least asked; what the
    whole area emits in the year, and from the first year on, in all and beyond what it would had nothing
    changed. Bounds that are not asked for are empty."""
    found, patches, count = asked.ledger(year), asked.patches, len(asked.schedule.years)
    none = np.full(count, np.nan)

    def bound(kind: str) -> NDArray[np.float64]:
        told = bounds_of(asked, kind)
        values = none if told is None else np.array(told)
        return np.where(np.isfinite(values), values, np.nan)

    return pd.DataFrame(
        {
            "year": np.array(asked.schedule.years),
            "patches": np.bincount(year, minlength=count),
            "area_ha": asked.in_years(patches.area_ha, year),
            "area_most_ha": bound("area"),
            "cost": none if asked.money is None else asked.in_years(asked.money, year),
            "budget": bound("budget"),
            "homes_ha": np.cumsum(asked.in_years(asked.homes, year)),
            "homes_least_ha": bound("homes"),
            "cropland_ha": np.cumsum(asked.in_years(asked.cropland, year)),
            "cropland_least_ha": bound("cropland"),
            "net_tco2e": found.net[:, 0],
            "cumulative_tco2e": found.cumulative[:, 0],
            "beyond_today_tco2e": found.cumulative[:, 0] - found.unchanged[:, 0],
        }
    )


def schedule_layer(plan: Plan, lang: str) -> Layer:
    """Every patch of change with its year, reason and cost."""
    asked, year = ordered(plan)
    words, classes = Words(lang), plan.instance.classes
    labels = np.array([item.label(lang) for item in classes], dtype=object)
    table = order_table(asked, year)
    table["in_year"] = table["year"].astype(str).astype(object)
    table["from_name"], table["to_name"] = labels[asked.patches.today], labels[asked.patches.planned]
    table["why"] = [words.text(f"schedule_reasons.{key}") for key in table["reason"]]
    if asked.money is None:
        table["cost"] = np.full(len(table), np.nan)
    drawn = dissolve(asked.patches.of, plan.instance.grid)
    return Layer(
        "schedule",
        gpd.GeoDataFrame(table, geometry=drawn.geometry, crs=plan.instance.grid.crs),
        "layers.schedule",
        "in_year",
        partial(_marks, asked.schedule.years),
        named=FIELDS,
    )


def _marks(years: tuple[int, ...], lang: str) -> tuple[Mark, ...]:
    words = Words(lang)
    return tuple(
        Mark(str(year), words.text("schedule_fields.legend", year=year), colour, OUTLINE)
        for year, colour in zip(years, order_colours(len(years)), strict=True)
    )


def years_sheet(plan: Plan, lang: str, notes: tuple[str, ...], units: tuple[str, str]) -> Sheet:
    """Every year of the order as a sheet; ``units`` are those of areas and of emissions for readers."""
    asked, year = ordered(plan)
    words, table = Words(lang), years_table(asked, year)
    hectares, tonnes = units
    money = words.unit(cost_unit(plan))
    unit = {"year": "", "patches": "", "cost": money, "budget": money}
    shown = [name for name in table.columns if not table[name].isna().all()]
    columns = tuple(
        Column(
            words.text(f"schedule_columns.{name}"),
            unit.get(name, tonnes if name.endswith("tco2e") else hectares),
        )
        for name in shown
    )
    rows: list[list[Cell]] = [
        [str(row[0]), *(None if np.isnan(cell) else cell for cell in row[1:])]
        for row in table[shown].itertuples(index=False, name=None)
    ]
    return Sheet(
        words.text("schedule.sheet_years"),
        words.text("schedule.title"),
        (*notes, words.text("schedule.about")),
        columns,
        rows,
    )


def patches_sheet(plan: Plan, lang: str, notes: tuple[str, ...], units: tuple[str, str]) -> Sheet:
    """Every patch with its year, reason and cost as a sheet, year by year, the largest first."""
    asked, year = ordered(plan)
    words, classes = Words(lang), plan.instance.classes
    named = {item.name: item.label(lang) for item in classes}
    table = order_table(asked, year).sort_values(["year", "area_ha"], ascending=[True, False], kind="stable")
    hectares, tonnes = units
    columns = (
        Column(words.text("schedule_columns.year")),
        Column(words.text("schedule_fields.patch")),
        Column(words.text("workbook.district")),
        Column(words.text("workbook.class_today")),
        Column(words.text("workbook.class_planned")),
        Column(words.text("workbook.area"), hectares),
        Column(words.text("schedule_columns.cost"), words.unit(cost_unit(plan))),
        Column(words.text("schedule_columns.tco2e"), tonnes),
        Column(words.text("schedule_columns.waits"), tonnes),
        Column(words.text("schedule_fields.why")),
    )
    rows: list[list[Cell]] = [
        [
            str(row.year), int(row.patch), row.district, named[row.from_class], named[row.to_class],
            float(row.area_ha), None if row.cost == "" else float(row.cost), float(row.tco2e),
            float(row.waits), words.text(f"schedule_reasons.{row.reason}"),
        ]
        for row in table.head(MOST_ROWS).itertuples()
    ]  # fmt: skip
    title = words.text("schedule.sheet_patches")
    more = () if len(table) <= MOST_ROWS else (words.text("schedule.more", n=len(table) - MOST_ROWS),)
    return Sheet(title, title, (*notes, *more), columns, rows, fixed=2)


def read_order(folder: Path, asked: Posed) -> Years:
    """(patches,) the year of every patch from ``schedule.csv``. Raises ``StudyError`` where it cannot be read
    or is none of the plan's patches."""
    try:
        table = pd.read_csv(folder / ORDER, encoding="utf-8-sig", usecols=["patch", "year"])
        year = table["year"].to_numpy(dtype=np.int64) - asked.schedule.years[0]
        if table["patch"].tolist() != list(range(1, len(asked.patches) + 1)):
            raise ValueError(say("runs_verify.rows", n=len(asked.patches)))
        if ((year < 0) | (year >= len(asked.schedule.years))).any():
            raise ValueError("year")
        return year
    except (OSError, ValueError, KeyError) as fault:
        told = say("runs_verify.unreadable", fault=fault)
        raise StudyError([Finding(f"{folder}: {ORDER}", told, say("runs_verify.again"))]) from None
