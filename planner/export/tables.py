"""The plan's figures as CSV files (UTF-8 with a byte-order mark: without it Excel garbles Chinese)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from formulations.indicators.emissions import net_emissions
from instances.rules.districts import Districts
from instances.units.grid import FloatArray, Layout
from instances.units.sums import sum_by
from planner.account.ask import account_of
from planner.account.tables import account_table
from planner.plans.plan import Plan
from planner.words.indicator_names import label
from words.numbers import change_of

ENCODING = "utf-8-sig"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that a spreadsheet would calculate instead of showing it."""
AS_TEXT = "'"
"""Stands before such a text, as spreadsheets have it."""


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV that every spreadsheet shows as it is: names come from files of others."""
    safe = table.copy(deep=False)
    for name in table.columns:
        if table[name].dtype == object or pd.api.types.is_string_dtype(table[name].dtype):
            safe[name] = table[name].map(as_text)
    safe.columns = [as_text(name) for name in table.columns]
    safe.to_csv(path, index=False, encoding=ENCODING, lineterminator="\n")


def as_text(cell: object) -> object:
    """A cell, marked as text where it is one that a spreadsheet would calculate."""
    return f"{AS_TEXT}{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def as_written(cell: object) -> object:
    """A cell of a CSV file as it was before it was marked as text."""
    marked = isinstance(cell, str) and cell.startswith(tuple(AS_TEXT + sign for sign in FORMULA))
    return str(cell)[len(AS_TEXT) :] if marked else cell


def write_account(plan: Plan, path: Path) -> None:
    """Write the carbon account of a plan whose study has an inventory: ``account_table``."""
    found = account_of(plan)
    if found is None:
        raise ValueError("a study without an inventory has no account")
    write_csv(account_table(found, plan.instance.study.lang), path)


def write_indicators(plan: Plan, path: Path, lang: str | None = None) -> None:
    """Write every indicator of the certificate.

    Columns: indicator, label, today, plan, change, change_percent, unit.
    """
    write_csv(indicator_table(plan, lang or plan.instance.study.lang), path)


def write_transitions(plan: Plan, path: Path) -> None:
    """Write what becomes of every class: from, to, area_ha, units, net_emissions_tco2e_yr.

    Land that keeps its class has its row too, so areas add up to the study's and emissions to the plan's.
    """
    write_csv(transition_table(plan), path)


def indicator_table(plan: Plan, lang: str) -> pd.DataFrame:
    """Every indicator today and in the plan; ``change_percent`` is empty where today's value is zero."""
    records = plan.certificate.indicators
    table = pd.DataFrame(
        {
            "indicator": list(records),
            "label": [label(name, lang, plan.instance.classes) for name in records],
            "today": [record.baseline for record in records.values()],
            "plan": [record.value for record in records.values()],
        }
    ).astype({"today": float, "plan": float})
    table["change"] = [change_of(record.value, record.baseline) for record in records.values()]
    table["change_percent"] = 100 * table["change"] / table["today"].abs().where(table["today"] != 0)
    table["unit"] = [record.unit for record in records.values()]
    return table


def transition_table(plan: Plan) -> pd.DataFrame:
    """Every pair of classes with land on it, in the order of the classes: area in ha, units, and the net
    emission of that land in tCO2e/yr."""
    instance, count = plan.instance, len(plan.instance.classes)
    pair = instance.today.astype(np.int32) * count + plan.layout
    area = np.bincount(pair, weights=instance.grid.area_ha, minlength=count**2)
    units = np.bincount(pair, minlength=count**2)
    present = np.flatnonzero(units)
    local = sum(instance.local_emissions(plan.layout).values(), np.zeros((count, count)))
    emission = area * instance.emissions.total.ravel() + local.ravel()
    names = np.array(instance.classes.names, dtype=object)
    return pd.DataFrame(
        {
            "from": names[present // count],
            "to": names[present % count],
            "area_ha": area[present],
            "units": units[present],
            "net_emissions_tco2e_yr": emission[present],
        }
    )


def district_table(plan: Plan) -> pd.DataFrame:
    """Every district of every division of the study.

    Columns: by, district, area_ha, changed_ha, net emissions today and planned (tCO2e/yr), blue-green and
    built land today and planned (ha), then the change of every class in ha, named as the class.
    """
    instance, classes = plan.instance, plan.instance.classes
    count, area = len(classes), instance.grid.area_ha
    net = net_emissions(instance)
    tables = []
    for division in instance.districts.values():
        today, planned = (
            division_areas(division, layout, area, count) for layout in (instance.today, plan.layout)
        )
        changed = division.total(np.where(instance.today == plan.layout, 0.0, area))
        columns = {
            "by": np.full(len(division), division.name, dtype=object),
            "district": np.array(division.names, dtype=object),
            "area_ha": today.sum(axis=1),
            "changed_ha": changed,
            "net_today_tco2e_yr": net.evaluate_by(instance.today, division),
            "net_plan_tco2e_yr": net.evaluate_by(plan.layout, division),
            "blue_green_today_ha": today[:, classes.blue_green].sum(axis=1),
            "blue_green_plan_ha": planned[:, classes.blue_green].sum(axis=1),
            "built_today_ha": today[:, classes.built].sum(axis=1),
            "built_plan_ha": planned[:, classes.built].sum(axis=1),
        }
        change = dict(zip(classes.names, (planned - today).T, strict=True))
        tables.append(pd.DataFrame(columns | change))
    return pd.concat(tables, ignore_index=True)


def division_areas(division: Districts, layout: Layout, area_ha: FloatArray, classes: int) -> FloatArray:
    """(districts, classes) the area in ha of every class of a layout in every district of a division."""
    inside = division.member >= 0
    place = division.member[inside].astype(np.int64) * classes + layout[inside]
    return sum_by(place, area_ha[inside], len(division) * classes).reshape(len(division), classes)
