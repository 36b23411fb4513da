"""The plan's figures as an Excel workbook: indicators, limits and prices, transitions, districts,
scenarios and the certificate, each on its sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from formulations.core.problem import OBJECTIVE_UNIT
from formulations.indicators.catalogue import label
from instances.land.classes import Classes
from planner.export.layer import AREA_KINDS, Words, word
from planner.export.sheets import Cell, Column, Figure, Sheet, write_workbook_file
from planner.export.tables import district_table, transition_table
from planner.plans.plan import Certificate, Plan
from planner.words.catalogue import Words as ReportWords
from planner.words.catalogue import scenario_label

HA, PERCENT, GAP, SCORE = "#,##0.0", "0.0%", "0.0000%", "#,##0.00"
NO_SETTINGS = {"reason", "ending"}
"""How the search went: told of the status and the method, and in ``run.log``."""
NET: Words = ("净碳排放量", "Net emissions")
STATUS: Mapping[str, Words] = {
    "optimal": ("已达到所要求的差距", "the gap asked for is reached"),
    "feasible": ("未达到所要求的差距", "the gap asked for is not reached"),
    "infeasible": ("没有可行布局", "no layout keeps to all"),
}


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
    yield transitions_sheet(plan, lang)
    yield matrix_sheet(plan, lang)
    if plan.instance.districts:
        yield districts_sheet(plan, lang)
    if scenarios:
        yield scenarios_sheet(scenarios, plan.instance.classes, lang)
    yield certificate_sheet(plan, lang)


def indicators_sheet(plan: Plan, lang: str) -> Sheet:
    """Every indicator today and in the plan, with the limit on it for the whole area."""
    say = _Say(lang)
    whole = {limit.indicator: limit for limit in plan.certificate.limits if limit.district is None}
    rows: list[list[Cell]] = []
    for name, record in plan.certificate.indicators.items():
        limit, change = whole.get(name), record.value - record.baseline
        kept = None if limit is None else say("是", "yes") if limit.slack >= -1e-6 else say("否", "no")
        rows.append(
            [
                label(name, lang, plan.instance.classes),
                unit_text(record.unit, lang),
                record.baseline,
                record.value,
                change,
                change / abs(record.baseline) if record.baseline else None,
                limit.at_least if limit else None,
                limit.at_most if limit else None,
                kept,
            ]
        )
    columns = (
        Column(say("指标", "Indicator")),
        Column(say("单位", "Unit")),
        Column(say("现状", "Today")),
        Column(say("规划", "Plan")),
        Column(say("变化", "Change")),
        Column(say("变化率", "Change"), "%", PERCENT),
        Column(say("不低于", "At least")),
        Column(say("不高于", "At most")),
        Column(say("满足", "Kept")),
    )
    return Sheet(
        say("指标", "Indicators"),
        say("规划指标", "Indicators of the plan"),
        _notes(plan, lang),
        columns,
        rows,
    )


def limits_sheet(plan: Plan, lang: str) -> Sheet:
    """Every limit with its bounds, what the plan has, the room left and the price."""
    say, records = _Say(lang), plan.certificate.indicators
    rows = [
        [
            label(limit.indicator, lang, plan.instance.classes),
            limit.district or say("全域", "whole area"),
            unit_text(records[limit.indicator].unit, lang) if limit.indicator in records else "",
            limit.at_least,
            limit.at_most,
            limit.value,
            limit.slack,
            limit.price,
            unit_text(limit.price_unit, lang),
        ]
        for limit in plan.certificate.limits
    ]
    about = say(
        "价格：该约束每收紧一个单位，目标值上升多少；为 0 表示该约束不起作用；空白表示求解方法未给出。",
        "Price: by how much the objective rises if the limit is tightened by one unit. "
        "0: the limit costs nothing. Empty: the method gave none.",
    )
    columns = (
        Column(say("指标", "Indicator")),
        Column(say("分区", "District")),
        Column(say("单位", "Unit")),
        Column(say("不低于", "At least")),
        Column(say("不高于", "At most")),
        Column(say("规划", "Plan")),
        Column(say("余量", "Room left")),
        Column(say("价格", "Price")),
        Column(say("价格单位", "Unit of the price")),
    )
    title = say("约束与价格", "Limits and prices")
    return Sheet(title, title, (*_notes(plan, lang), about), columns, rows, fixed=2)


def transitions_sheet(plan: Plan, lang: str) -> Sheet:
    """What becomes of every class: area, units and net emissions of every pair of classes."""
    say, classes = _Say(lang), plan.instance.classes
    named = {item.name: item.label(lang) for item in classes}
    table, whole = transition_table(plan), plan.instance.grid.total_ha
    hectares, emissions = unit_text("ha", lang), unit_text(OBJECTIVE_UNIT, lang)
    rows: list[list[Cell]] = [
        [named[row.from_class], named[row.to_class], row.area_ha, row.area_ha / whole, row.units, row.net]
        for row in table.set_axis(["from_class", "to_class", "area_ha", "units", "net"], axis=1).itertuples()
    ]
    total: list[Cell] = [
        say("合计", "Total"),
        "",
        whole,
        1.0,
        len(plan.layout),
        float(table.iloc[:, 4].sum()),
    ]
    columns = (
        Column(say("现状地类", "Class today")),
        Column(say("规划地类", "Class planned")),
        Column(say("面积", "Area"), hectares, HA),
        Column(say("占比", "Share"), "%", "0.00%"),
        Column(say("单元数", "Units"), "", "#,##0"),
        Column(word(NET, lang), emissions, HA),
    )
    title = say("用地转换", "Transitions")
    return Sheet(title, title, _notes(plan, lang), columns, [*rows, total], totals=1, fixed=2)


def matrix_sheet(plan: Plan, lang: str) -> Sheet:
    """The transition matrix in ha: today's classes down, planned ones across; classes without land are left
    out."""
    say, classes = _Say(lang), plan.instance.classes
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
        [say("规划合计", "Planned"), *(float(value) for value in area.sum(axis=0)), float(area.sum())]
    )
    columns = (
        Column(say("现状 ↓  规划 →", "Today ↓  plan →")),
        *(Column(name, hectares, HA) for name in names),
        Column(say("现状合计", "Today"), hectares, HA),
    )
    title = say("转换矩阵", "Transition matrix")
    return Sheet(title, title, _notes(plan, lang), columns, rows, totals=1, filtered=False)


def districts_sheet(plan: Plan, lang: str) -> Sheet:
    """What the plan means for every district; classes without land are left out."""
    say, table = _Say(lang), district_table(plan)
    classes = [plan.instance.classes[int(k)] for k in _present(plan)]
    own = len(table.columns) - len(plan.instance.classes)
    table = table[[*table.columns[:own], *(item.name for item in classes)]]
    today, planned = say("现状", "today"), say("规划", "plan")
    hectares, emissions = unit_text("ha", lang), unit_text(OBJECTIVE_UNIT, lang)
    columns = (
        Column(say("分区类型", "Division")),
        Column(say("分区", "District")),
        Column(say("面积", "Area"), hectares, HA),
        Column(say("变化面积", "Area that changes"), hectares, HA),
        Column(f"{word(NET, lang)} · {today}", emissions, HA),
        Column(f"{word(NET, lang)} · {planned}", emissions, HA),
        Column(say("蓝绿空间 · ", "Blue-green · ") + today, hectares, HA),
        Column(say("蓝绿空间 · ", "Blue-green · ") + planned, hectares, HA),
        Column(say("建设用地 · ", "Built · ") + today, hectares, HA),
        Column(say("建设用地 · ", "Built · ") + planned, hectares, HA),
        *(Column(f"{item.label(lang)} ±", hectares, "+#,##0.0;-#,##0.0;0") for item in classes),
    )
    title = say("分区", "Districts")
    about = say(
        "各地类列为规划与现状之差。", "The columns of classes give the change from today to the plan."
    )
    return Sheet(title, title, (*_notes(plan, lang), about), columns, table.to_numpy().tolist(), fixed=2)


def scenarios_sheet(named: Mapping[str, Certificate], classes: Classes, lang: str) -> Sheet:
    """Scenarios, or points of a front, side by side: how good each is proven to be, and every indicator."""
    say = _Say(lang)
    certificates, emissions = tuple(named.values()), unit_text(OBJECTIVE_UNIT, lang)
    rows: list[list[Cell]] = [
        [say("状态", "Status"), "", None, *(one.status for one in certificates)],
        [say("目标值", "Objective"), emissions, None, *(one.objective for one in certificates)],
        [say("下界", "Bound"), emissions, None, *(one.bound for one in certificates)],
        [say("最优性差距", "Gap"), "", None, *(Figure(one.gap, GAP) for one in certificates)],
    ]
    names = dict.fromkeys(name for one in certificates for name in one.indicators)
    for name in names:
        records = [one.indicators.get(name) for one in certificates]
        known = next(record for record in records if record is not None)
        values = [record.value if record else None for record in records]
        rows.append([label(name, lang, classes), unit_text(known.unit, lang), known.baseline, *values])
    columns = (
        Column(say("指标", "Indicator")),
        Column(say("单位", "Unit")),
        Column(say("现状", "Today")),
        *(Column(name) for name in named),
    )
    title = say("情景", "Scenarios")
    return Sheet(title, title, (certificates[0].title,), columns, rows, fixed=3)


def certificate_sheet(plan: Plan, lang: str) -> Sheet:
    """The certificate: how good the plan is proven to be, and where every figure comes from."""
    say, one, grid, report = _Say(lang), plan.certificate, plan.instance.grid, ReportWords(lang)
    rows: list[list[Cell]] = [
        [say("题名", "Title"), one.title, ""],
        [say("情景", "Scenario"), scenario_label(one.scenario, report), ""],
        [say("状态", "Status"), f"{one.status} ({word(STATUS[one.status], lang)})", ""],
        [say("目标值", "Objective"), Figure(one.objective, SCORE), unit_text(OBJECTIVE_UNIT, lang)],
        [
            say("下界：任何布局都不会更低", "Bound: no layout can be lower"),
            Figure(one.bound, SCORE),
            unit_text(OBJECTIVE_UNIT, lang),
        ],
        [say("最优性差距", "Gap"), Figure(one.gap, GAP), say("目标值的份额", "share of the objective")],
        [say("单元数", "Units"), one.cells, ""],
        [
            say("面积", "Area"),
            one.area_ha,
            f"{unit_text('ha', lang)} ({word(AREA_KINDS[grid.area_kind], lang)})",
        ],
        [say("坐标系", "CRS"), grid.crs.name, _authority(plan)],
        [say("方法", "Method"), one.method, str(report(f"method.{one.method}"))],
        [say("求解用时", "Solved in"), one.seconds, "s"],
    ]
    rows += [[say("须随文注明", "Note"), mark, ""] for mark in one.marks]
    rows += [
        [say("目标权重", "Weight in the objective"), label(name, lang, plan.instance.classes), weight]
        for name, weight in one.objective_weights.items()
    ]
    settings = {name: value for name, value in one.settings.items() if name not in NO_SETTINGS}
    rows += [
        [say("设置", "Setting"), name, _plain(value)] for name, value in settings.items() if value is not None
    ]
    rows += [[say("版本", "Version"), name, version] for name, version in one.versions.items()]
    rows += [[say("输入文件", "Input"), path, f"sha256 {sha}"] for path, sha in one.inputs.items()]
    columns = (
        Column(say("项目", "Item")),
        Column(say("内容", "Value")),
        Column(say("单位或说明", "Unit, or more")),
    )
    title = say("证书", "Certificate")
    notes = (say("数值均由成图重新统计。", "Every figure is counted again on the finished map."),)
    wrapped = frozenset({1, 2})
    return Sheet(title, title, notes, columns, rows, filtered=False, wrapped=wrapped)


def unit_text(unit: str, lang: str) -> str:
    """A unit as the readers of a workbook write it; in English as the certificate has it."""
    return ReportWords("zh").unit(unit) if lang == "zh" else unit


def _present(plan: Plan) -> NDArray[np.intp]:
    """The classes that have land today or in the plan."""
    count = len(plan.instance.classes)
    land = np.bincount(plan.instance.today, minlength=count) + np.bincount(plan.layout, minlength=count)
    return np.flatnonzero(land)


class _Say:
    """One of two texts, by language."""

    def __init__(self, lang: str) -> None:
        self._lang = lang

    def __call__(self, chinese: str, english: str) -> str:
        return word((chinese, english), self._lang)


def _notes(plan: Plan, lang: str) -> tuple[str, ...]:
    """The lines under every title: whose plan it is, and how its areas are measured."""
    grid, one = plan.instance.grid, plan.certificate
    kind = word(AREA_KINDS[grid.area_kind], lang)
    scenario = scenario_label(one.scenario, ReportWords(lang))
    if lang == "zh":
        return (f"{one.title} · 情景：{scenario}", f"面积为{kind}，{grid.crs.name}；单位见表头。")
    return (
        f"{one.title} · scenario {scenario}",
        f"Areas are {kind}, in {grid.crs.name}; units stand in the header.",
    )


def _authority(plan: Plan) -> str:
    found = plan.instance.grid.crs.to_authority(min_confidence=100)
    return ":".join(found) if found else ""


def _plain(value: object) -> Cell:
    """A setting as one cell."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {part:.2f} s" for name, part in value.items())
    return value if isinstance(value, str | float | int | None) else str(value)
