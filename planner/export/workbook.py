"""The plan's figures as an Excel workbook: indicators, limits and prices, transitions, districts,
scenarios and the certificate, each on its sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from formulations.core.problem import OBJECTIVE_UNIT
from instances.land.classes import Classes
from planner.account.ask import account_of
from planner.export.account_sheet import account_districts_sheet, account_sheet
from planner.export.energy_factors import energy_factors_sheet
from planner.export.ledger import ledger_districts_sheet, ledger_sheet
from planner.export.redline_sheet import redline_sheet
from planner.export.schedule import patches_sheet, years_sheet
from planner.export.sheets import (
    Cell,
    Column,
    Figure,
    Sheet,
    bound_cell,
    change_format,
    change_percent_format,
    gap_cell,
    objective_cell,
    percent_format,
    write_workbook_file,
)
from planner.export.species_sheet import species_sheet
from planner.export.tables import district_table, transition_table
from planner.plans.life_cycle import has_years
from planner.plans.plan import Certificate, Plan
from planner.words.crs_names import crs_label
from planner.words.indicator_names import label
from planner.words.limit_names import in_year
from planner.words.scenario_names import scenario_label
from planner.words.solve_names import setting_name, step_name
from words.catalogue import Words
from words.numbers import change_of

NO_SETTINGS = {"reason", "ending"}
"""How the search went: told of the status and the method, and in ``run.log``."""


def write_workbook(
    plan: Plan,
    path: Path,
    lang: str | None = None,
    scenarios: Mapping[str, Certificate] = MappingProxyType({}),
) -> None:
    """Write the figures of a plan to ``path`` (.xlsx); with ``scenarios`` also a sheet that compares them.

    ``lang`` is zh or en; default: the study's. Cells hold numbers at full precision, rounded for the eye.
    """
    lang = lang or plan.instance.study.lang
    title = plan.certificate.title
    write_workbook_file(tuple(workbook_sheets(plan, lang, scenarios)), path, title, lang)


def workbook_sheets(
    plan: Plan, lang: str, scenarios: Mapping[str, Certificate] = MappingProxyType({})
) -> Iterable[Sheet]:
    """The sheets of a plan's workbook, in their order."""
    yield indicators_sheet(plan, lang)
    if plan.certificate.limits:
        yield limits_sheet(plan, lang)
    if plan.instance.redlines:
        yield redline_sheet(plan, lang, _notes(plan, lang), unit_text("ha", lang))
    yield transitions_sheet(plan, lang)
    yield matrix_sheet(plan, lang)
    if plan.instance.districts:
        yield districts_sheet(plan, lang)
    account = account_of(plan)
    if account is not None:
        yield account_sheet(account, lang, _notes(plan, lang))
        if len(account.districts) > 1:
            yield account_districts_sheet(account, lang, _notes(plan, lang))
    if has_years(plan.instance.study):
        yield ledger_sheet(plan, lang, _notes(plan, lang), unit_text("tCO2e", lang))
        yield ledger_districts_sheet(plan, lang, _notes(plan, lang), unit_text("tCO2e", lang))
        yield energy_factors_sheet(plan, lang)
    if plan.instance.species:
        yield species_sheet(plan, lang, _notes(plan, lang))
    if plan.order is not None:
        units = unit_text("ha", lang), unit_text("tCO2e", lang)
        yield years_sheet(plan, lang, _notes(plan, lang), units)
        yield patches_sheet(plan, lang, _notes(plan, lang), units)
    if scenarios:
        yield scenarios_sheet(scenarios, plan.instance.classes, lang)
    yield certificate_sheet(plan, lang)


def indicators_sheet(plan: Plan, lang: str) -> Sheet:
    """Every indicator today and in the plan, with the limit on it for the whole area."""
    say = Words(lang).text
    whole = {limit.indicator: limit for limit in plan.certificate.of_the_plan if limit.district is None}
    rows: list[list[Cell]] = []
    for name, record in plan.certificate.indicators.items():
        limit, change = whole.get(name), change_of(record.value, record.baseline)
        span = plan.certificate.ranges.get(name)
        kept = None if limit is None else say("workbook.yes") if limit.slack >= -1e-6 else say("workbook.no")
        rows.append(
            [
                label(name, lang, plan.instance.classes),
                unit_text(record.unit, lang),
                record.baseline,
                record.value,
                change,
                change / abs(record.baseline) if record.baseline else None,
                span.low if span else None,
                span.high if span else None,
                limit.at_least if limit else None,
                limit.at_most if limit else None,
                kept,
            ]
        )
    columns = (
        Column(say("workbook.indicator")),
        Column(say("workbook.unit")),
        Column(say("workbook.today")),
        Column(say("workbook.plan")),
        Column(say("workbook.change"), form=change_format),
        Column(say("workbook.change_rate"), "%", change_percent_format),
        Column(say("workbook.change_low"), form=change_format),
        Column(say("workbook.change_high"), form=change_format),
        Column(say("workbook.at_least")),
        Column(say("workbook.at_most")),
        Column(say("workbook.kept")),
    )
    return Sheet(
        say("workbook.indicators"),
        say("workbook.indicators_title"),
        _notes(plan, lang),
        columns,
        rows,
        numbered=True,
    )


def limits_sheet(plan: Plan, lang: str) -> Sheet:
    """Every limit with its bounds, what the plan has, the room left and the price."""
    say, records = Words(lang).text, plan.certificate.indicators
    rows = [
        [
            in_year(
                label(limit.indicator, lang, plan.instance.classes), limit.year, limit.counts, Words(lang)
            ),
            limit.district or say("workbook.whole_area"),
            unit_text(records[limit.indicator].unit, lang) if limit.indicator in records else "",
            limit.at_least,
            limit.at_most,
            limit.value,
            limit.slack,
            limit.price,
            unit_text(limit.price_unit, lang),
            "" if limit.edge is None else say(f"workbook.edge_{limit.edge}"),
        ]
        for limit in plan.certificate.limits
    ]
    about = say("limits.lead")
    columns = (
        Column(say("workbook.indicator")),
        Column(say("workbook.district")),
        Column(say("workbook.unit")),
        Column(say("workbook.at_least")),
        Column(say("workbook.at_most")),
        Column(say("workbook.plan")),
        Column(say("workbook.slack")),
        Column(say("workbook.price")),
        Column(say("workbook.price_unit")),
        Column(say("workbook.edge")),
    )
    title = say("workbook.limits")
    notes = (*_notes(plan, lang), about, say("limits.edges"))
    return Sheet(title, title, notes, columns, rows, fixed=2, numbered=True)


def transitions_sheet(plan: Plan, lang: str) -> Sheet:
    """What becomes of every class: area, units and net emissions of every pair of classes."""
    say, classes = Words(lang).text, plan.instance.classes
    named = {item.name: item.label(lang) for item in classes}
    table, whole = transition_table(plan), plan.instance.grid.total_ha
    hectares, emissions = unit_text("ha", lang), unit_text(OBJECTIVE_UNIT, lang)
    rows: list[list[Cell]] = [
        [named[row.from_class], named[row.to_class], row.area_ha, row.area_ha / whole, row.units, row.net]
        for row in table.set_axis(["from_class", "to_class", "area_ha", "units", "net"], axis=1).itertuples()
    ]
    total: list[Cell] = [
        say("workbook.total"),
        "",
        whole,
        1.0,
        len(plan.layout),
        float(table.iloc[:, 4].sum()),
    ]
    columns = (
        Column(say("workbook.class_today")),
        Column(say("workbook.class_planned")),
        Column(say("workbook.area"), hectares),
        Column(say("workbook.share"), "%", percent_format),
        Column(say("workbook.units")),
        Column(say("workbook.net"), emissions),
    )
    title = say("workbook.transitions")
    every, about = [*rows, total], _notes(plan, lang)
    return Sheet(title, title, about, columns, every, totals=1, fixed=2, numbered=True)


def matrix_sheet(plan: Plan, lang: str) -> Sheet:
    """The transition matrix in ha: today's classes down, planned ones across; classes without land are left
    out."""
    say, classes = Words(lang).text, plan.instance.classes
    count, kept = len(classes), _present(plan)
    pair = plan.instance.today.astype(np.int32) * count + plan.layout
    area = np.bincount(pair, weights=plan.instance.grid.area_ha, minlength=count**2).reshape(count, count)
    area = area[np.ix_(kept, kept)]
    names, hectares = [classes[int(k)].label(lang) for k in kept], unit_text("ha", lang)
    rows: list[list[Cell]] = [
        [name, *(float(value) or None for value in line), float(line.sum())]
        for name, line in zip(names, area, strict=True)
    ]
    rows.append(
        [say("workbook.matrix_planned"), *(float(value) for value in area.sum(axis=0)), float(area.sum())]
    )
    columns = (
        Column(say("workbook.matrix_corner")),
        *(Column(name, hectares) for name in names),
        Column(say("workbook.matrix_today"), hectares),
    )
    title = say("workbook.matrix")
    return Sheet(title, title, _notes(plan, lang), columns, rows, totals=1, filtered=False)


def districts_sheet(plan: Plan, lang: str) -> Sheet:
    """What the plan means for every district; classes without land are left out."""
    say, table = Words(lang).text, district_table(plan)
    classes = [plan.instance.classes[int(k)] for k in _present(plan)]
    own = len(table.columns) - len(plan.instance.classes)
    table = table[[*table.columns[:own], *(item.name for item in classes)]]
    names = {own: each.label(lang) for own, each in plan.instance.districts.items()}
    told = {
        division: dict(zip(each.names, each.names_in(lang), strict=True))
        for division, each in plan.instance.districts.items()
    }
    division, district = table.columns[:2]
    table[district] = [told[of][name] for of, name in zip(table[division], table[district], strict=True)]
    rows = table.replace({division: names}).to_numpy().tolist()
    hectares, emissions = unit_text("ha", lang), unit_text(OBJECTIVE_UNIT, lang)
    columns = (
        Column(say("workbook.division")),
        Column(say("workbook.district")),
        Column(say("workbook.area"), hectares),
        Column(say("workbook.changed_area"), hectares),
        Column(say("workbook.net_today"), emissions),
        Column(say("workbook.net_plan"), emissions),
        Column(say("workbook.blue_green_today"), hectares),
        Column(say("workbook.blue_green_plan"), hectares),
        Column(say("workbook.built_today"), hectares),
        Column(say("workbook.built_plan"), hectares),
        *(Column(f"{item.label(lang)} ±", hectares, change_format) for item in classes),
    )
    title = say("workbook.districts")
    about = say("workbook.districts_note")
    return Sheet(title, title, (*_notes(plan, lang), about), columns, rows, fixed=2, numbered=True)


def scenarios_sheet(named: Mapping[str, Certificate], classes: Classes, lang: str) -> Sheet:
    """Scenarios, or points of a front, side by side: how good each is proven to be, and every indicator."""
    say = Words(lang).text
    ordered, emissions = tuple(named.values()), unit_text(OBJECTIVE_UNIT, lang)
    rows: list[list[Cell]] = [
        [say("workbook.status"), "", None, *(one.status for one in ordered)],
        [
            say("workbook.objective"),
            emissions,
            None,
            *(objective_cell(one.objective) for one in ordered),
        ],
        [say("workbook.bound"), emissions, None, *(bound_cell(one.bound) for one in ordered)],
        [say("workbook.gap"), "", None, *(gap_cell(one.gap) for one in ordered)],
    ]
    names = dict.fromkeys(name for one in ordered for name in one.indicators)
    for name in names:
        records = [one.indicators.get(name) for one in ordered]
        known = next(record for record in records if record is not None)
        values = [record.value if record else None for record in records]
        rows.append([label(name, lang, classes), unit_text(known.unit, lang), known.baseline, *values])
    columns = (
        Column(say("workbook.indicator")),
        Column(say("workbook.unit")),
        Column(say("workbook.today")),
        *(Column(name) for name in named),
    )
    title = say("workbook.scenarios")
    return Sheet(title, title, (ordered[0].title,), columns, rows, fixed=3)


def certificate_sheet(plan: Plan, lang: str) -> Sheet:
    """The certificate: how good the plan is proven to be, and where every figure comes from."""
    words, one, grid = Words(lang), plan.certificate, plan.instance.grid
    say = words.text
    rows: list[list[Cell]] = [
        [say("workbook.title"), one.title, ""],
        [say("workbook.scenario"), scenario_label(one.scenario, words, plan.instance.study.label), ""],
        [say("workbook.status"), f"{one.status} ({say(f'workbook_status.{one.status}')})", ""],
        [say("workbook.objective"), objective_cell(one.objective), unit_text(OBJECTIVE_UNIT, lang)],
        [say("workbook.bound_says"), bound_cell(one.bound), unit_text(OBJECTIVE_UNIT, lang)],
        [say("workbook.gap"), gap_cell(one.gap), say("workbook.gap_of")],
        [say("workbook.units"), one.cells, ""],
        [
            say("workbook.area"),
            one.area_ha,
            f"{unit_text('ha', lang)} ({say(f'area_kinds.{grid.area_kind}')})",
        ],
        [say("workbook.crs"), crs_label(grid.crs.name, words), _authority(plan)],
        [say("workbook.method"), one.method, say(f"method.{one.method}")],
        [say("workbook.seconds"), Figure(one.seconds, "#,##0.0"), words.unit("s")],
    ]
    rows += [[say("workbook.note"), mark, ""] for mark in one.marks]
    rows += [
        [say("workbook.weight"), label(name, lang, plan.instance.classes), weight]
        for name, weight in one.objective_weights.items()
    ]
    settings = {name: value for name, value in one.settings.items() if name not in NO_SETTINGS}
    rows += [
        [say("workbook.setting"), setting_name(name, words), _plain(value, words)]
        for name, value in settings.items()
        if value is not None
    ]
    rows += [[say("workbook.version"), name, version] for name, version in one.versions.items()]
    rows += [[say("workbook.input"), path, f"sha256 {sha}"] for path, sha in one.inputs.items()]
    columns = (
        Column(say("workbook.item")),
        Column(say("workbook.value")),
        Column(say("workbook.unit_or_more")),
    )
    title = say("workbook.certificate")
    notes = (say("workbook.certificate_note"),)
    wrapped = frozenset({1, 2})
    return Sheet(title, title, notes, columns, rows, filtered=False, wrapped=wrapped)


def unit_text(unit: str, lang: str) -> str:
    """A unit as the readers of a workbook write it: its subscripts as that language has them in cells."""
    words = Words(lang)
    return words.unit(unit).replace("tCO₂e", words.text("workbook.tco2e"))


def _present(plan: Plan) -> NDArray[np.intp]:
    """The classes that have land today or in the plan."""
    count = len(plan.instance.classes)
    land = np.bincount(plan.instance.today, minlength=count) + np.bincount(plan.layout, minlength=count)
    return np.flatnonzero(land)


def _notes(plan: Plan, lang: str) -> tuple[str, ...]:
    """The lines under every title: whose plan it is, and how its areas are measured."""
    words, grid, one = Words(lang), plan.instance.grid, plan.certificate
    scenario, kind = (
        scenario_label(one.scenario, words, plan.instance.study.label),
        words.text(f"area_kinds.{grid.area_kind}"),
    )
    return (
        words.text("workbook.about", title=one.title, scenario=scenario),
        words.text("workbook.areas", kind=kind, crs=crs_label(grid.crs.name, words)),
    )


def _authority(plan: Plan) -> str:
    found = plan.instance.grid.crs.to_authority(min_confidence=100)
    return ":".join(found) if found else ""


def _plain(value: object, words: Words) -> Cell:
    """A setting as one cell."""
    if isinstance(value, Mapping):
        steps = (f"{step_name(name, words)} {part:.2f} {words.unit('s')}" for name, part in value.items())
        return words.text("series.comma").join(steps)
    return value if isinstance(value, str | float | int | None) else str(value)
