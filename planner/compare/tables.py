"""A comparison as tables: indicators, costs and transitions of all scenarios side by side.

CSV in UTF-8 with a byte-order mark, as all tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from planner.compare.ask import Alternative, Comparison, LeftOut
from planner.compare.sentences import cost_in_words, relaxations
from planner.export.tables import write_csv
from planner.prices.ask import LimitPrice, Prices
from planner.prices.names import LIMIT_PRICES, REDLINE_COSTS
from planner.prices.tables import limit_table, line_table
from planner.words.indicator_names import label
from words.said import inside

INDICATORS, COSTS, TRANSITIONS = "comparison.csv", "costs.csv", "transitions.csv"
CAPS = "carbon_plan.csv"
"""The caps of a carbon plan and what the plans make of them, where one was asked for."""


def write_tables(comparison: Comparison, folder: Path) -> None:
    """Write the three tables into a folder."""
    for name, table in (
        (INDICATORS, indicator_table(comparison)),
        (COSTS, cost_table(comparison)),
        (TRANSITIONS, transition_table(comparison)),
    ):
        write_csv(table, folder / name)


def indicator_table(comparison: Comparison) -> pd.DataFrame:
    """Every indicator: indicator, label, unit, today, one column for each plan, and for each plan but the
    first ``A - B``: its difference to the first. Cells are empty where a scenario has no such indicator."""
    records = {each.title: each.plan.certificate.indicators for each in comparison.alternatives}
    names = list(dict.fromkeys(name for found in records.values() for name in found))
    holder = {name: next(found[name] for found in records.values() if name in found) for name in names}
    classes = comparison.first.plan.instance.classes
    table = pd.DataFrame(
        {
            "indicator": names,
            "label": [label(name, comparison.lang, classes) for name in names],
            "unit": [holder[name].unit for name in names],
            "today": [holder[name].baseline for name in names],
        }
    )
    for title, found in records.items():
        table[title] = [found[name].value if name in found else np.nan for name in names]
    first = comparison.first.title
    for each in comparison.others:
        table[f"{each.title} - {first}"] = table[each.title] - table[first]
    return table


def cost_table(comparison: Comparison) -> pd.DataFrame:
    """Every scenario: what its best layout costs more than the first's, as an interval.

    Columns: scenario, relaxed, relaxation, status, objective_tco2e_yr, bound_tco2e_yr, gap,
    cost_low_tco2e_yr, cost_high_tco2e_yr, distinguishable, by_first_objective_tco2e_yr, differs_ha, seconds,
    in_words. A scenario without a plan has its row too.
    """
    rows = [_cost_row(comparison, each) for each in comparison.alternatives]
    return pd.DataFrame(rows + [_left_row(each, comparison.lang) for each in comparison.left_out])


def _cost_row(comparison: Comparison, each: Alternative) -> dict[str, object]:
    certificate, known = each.plan.certificate, comparison.cost(each)
    first = each is comparison.first
    compared = known is not None and not first
    return {
        "scenario": each.name,
        "relaxed": "yes" if each.relaxed else "no",
        "relaxation": relaxations(each.why, comparison.lang),
        "status": certificate.status,
        "objective_tco2e_yr": certificate.objective,
        "bound_tco2e_yr": certificate.bound,
        "gap": certificate.gap,
        "cost_low_tco2e_yr": known.low if known is not None and compared else None,
        "cost_high_tco2e_yr": known.high if known is not None and compared else None,
        "distinguishable": ("yes" if known.certain else "no") if known is not None and compared else "",
        "by_first_objective_tco2e_yr": comparison.by_first(each),
        "differs_ha": comparison.differs_ha(each),
        "seconds": certificate.seconds,
        "in_words": cost_in_words(comparison, each),
    }


def write_price_tables(comparison: Comparison, folder: Path, prices: Mapping[str, Prices] | None) -> None:
    """Write the prices of every plan's limits and, where they were looked for, what its red lines cost."""
    limits, lines = [], []
    for each in comparison.alternatives:
        found = prices[each.title] if prices is not None else None
        plan = each.plan
        priced = tuple(map(LimitPrice, plan.certificate.limits)) if found is None else found.limits
        limits.append(_of_scenario(each, limit_table(plan, priced)))
        if found is not None and found.lines:
            lines.append(_of_scenario(each, line_table(found)))
    for name, tables in ((LIMIT_PRICES, limits), (REDLINE_COSTS, lines)):
        if tables:
            joined = pd.concat([table.astype(object) for table in tables], ignore_index=True)
            write_csv(joined, folder / name)


def _of_scenario(each: Alternative, table: pd.DataFrame) -> pd.DataFrame:
    """A table of one plan, with the scenario's title first."""
    table.insert(0, "scenario", each.title)
    return table


def _left_row(each: LeftOut, lang: str) -> dict[str, object]:
    status = "infeasible" if each.why is not None else "no plan"
    return {
        "scenario": each.name,
        "relaxed": "no",
        "relaxation": relaxations(each.why, lang),
        "status": status,
        "in_words": inside(each.reason, lang),
    }


def transition_table(comparison: Comparison) -> pd.DataFrame:
    """What becomes of every class: from, to, the area in ha in each plan, and for each plan but the first the
    difference to the first; every pair of classes with land on it in some plan."""
    instance = comparison.first.plan.instance
    count = len(instance.classes)
    areas = {
        each.title: np.bincount(
            instance.today.astype(np.int64) * count + each.plan.layout,
            weights=instance.grid.area_ha,
            minlength=count**2,
        )
        for each in comparison.alternatives
    }
    present = np.flatnonzero(np.max(list(areas.values()), axis=0))
    names = np.array(instance.classes.names, dtype=object)
    table = pd.DataFrame({"from": names[present // count], "to": names[present % count]})
    for title, area in areas.items():
        table[f"{title} ha"] = area[present]
    first = comparison.first.title
    for each in comparison.others:
        table[f"{each.title} - {first} ha"] = (areas[each.title] - areas[first])[present]
    return table
