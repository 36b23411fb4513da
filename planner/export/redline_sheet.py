"""Red lines as a sheet of the workbook: what each rules, what land lies inside today and in the plan, what of
it is against the rule, and how much of the plan's change the line bars, which has to be nothing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from instances.rules.redlines import RedLine, unwanted_inside
from planner.export.overlays import rule_text
from planner.export.sheets import Cell, Column, Sheet, percent_format
from planner.plans.plan import Plan
from words.catalogue import Words


def redline_sheet(plan: Plan, lang: str, notes: tuple[str, ...], hectares: str) -> Sheet:
    """A row for each red line of the scenario; areas are those of the units inside, in ``hectares``."""
    words, instance = Words(lang), plan.instance
    say, tables = words.text, instance.study.redlines
    rows: list[list[Cell]] = [
        [line.label, rule_text(tables[line.name], instance, lang), *_areas(plan, line)]
        for line in instance.redlines
    ]
    columns = (
        Column(say("workbook.redline")),
        Column(say("workbook.redline_rule")),
        Column(say("workbook.redline_area"), hectares),
        Column(say("workbook.share"), "%", percent_format),
        Column(say("workbook.changed_area"), hectares),
        Column(say("workbook.blue_green_today"), hectares),
        Column(say("workbook.blue_green_plan"), hectares),
        Column(say("workbook.built_today"), hectares),
        Column(say("workbook.built_plan"), hectares),
        Column(say("workbook.redline_against_today"), hectares),
        Column(say("workbook.redline_against_plan"), hectares),
        Column(say("workbook.redline_barred"), hectares),
    )
    title = say("workbook.redlines")
    about = (*notes, say("workbook.redlines_note"))
    wrapped = frozenset({1})
    return Sheet(title, say("workbook.redlines_title"), about, columns, rows, wrapped=wrapped, numbered=True)


def _areas(plan: Plan, line: RedLine) -> list[Cell]:
    """The figures of one line, as the columns after its rule have them."""
    instance, inside = plan.instance, line.inside
    area, classes = instance.grid.area_ha, instance.classes
    today, planned = instance.today, plan.layout

    def of(where: NDArray[np.bool_]) -> float:
        return float(area[where].sum())

    unwanted = unwanted_inside(instance.study.redlines[line.name], classes)
    changed = today != planned
    barred = np.where(inside, line.bars_inside[today, planned], line.bars_outside[today, planned]) & changed
    land = [
        of(inside & mask[layout])
        for mask in (classes.blue_green, classes.built)
        for layout in (today, planned)
    ]
    against = [of(inside & unwanted[layout]) for layout in (today, planned)]
    return [
        of(inside),
        of(inside) / instance.grid.total_ha,
        of(inside & changed),
        *land,
        *against,
        of(barred),
    ]
