"""Measures in the report: what they cut and cost, by strategy, measure and district, and what is proven."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from formulations.linked.measures_plan import MeasuresFigures
from instances.units.sums import sum_by
from planner.plans.beside import planned_of
from planner.plans.record import SideRecord
from planner.report.subject import Subject
from words.catalogue import difference, figure
from words.numbers import room_between

MOST_ROWS = 24
"""Measures and districts in the tables, those that cut most first."""


@dataclass(frozen=True, slots=True)
class StrategyRow:
    """A strategy: what it cuts and bears of the whole cut, what it costs and may cost."""

    name: str
    cut: str
    share: str
    asked: str
    cost: str
    budget: str


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A line of the study's table: how much of it is done and of how much, and what a tonne costs."""

    name: str
    strategy: str
    amount: str
    cut: str
    between: str
    cost: str
    yuan_t: str


@dataclass(frozen=True, slots=True)
class DistrictRow:
    """A district: its room, what is used of it, what is cut in it, and what more room is worth."""

    name: str
    room: str
    used: str
    cut: str
    price: str


@dataclass(frozen=True, slots=True)
class MeasuresChapter:
    """What the chapter shows."""

    sentences: tuple[Markup, ...]
    strategies: tuple[StrategyRow, ...]
    measures: tuple[MeasureRow, ...]
    more_measures: int
    unit: str
    districts: tuple[DistrictRow, ...]
    more: int


def measures_chapter(subject: Subject) -> MeasuresChapter | None:
    """The chapter on measures; None where the study has none."""
    found = planned_of(subject.plan, MeasuresFigures)
    if found is None:
        return None
    figures, side = found
    measures, districts = _measures(figures), _districts(figures, side)
    return MeasuresChapter(
        tuple(_sentences(subject, figures, side)),
        _strategies(figures),
        measures[:MOST_ROWS],
        max(0, len(measures) - MOST_ROWS),
        subject.certificate.indicators[figures.measures.of].unit,
        districts[:MOST_ROWS],
        max(0, len(districts) - MOST_ROWS),
    )


def _sentences(subject: Subject, figures: MeasuresFigures, side: SideRecord) -> list[Markup]:
    """What is cut and what it costs, how sure that is, what is proven, and how it was planned."""
    words, measures = subject.words, figures.measures
    lines = [measures.measures[number] for number in np.unique(figures.plan.done[0]).tolist()]
    unsure = sum(1 for one in lines if one.mark != "verified")
    cost = float(figures.cost.sum())
    budget = measures.table.money
    found = [
        words.count(
            "measures_report.cuts",
            len(lines),
            of=len(measures.measures),
            cut=words.amount(-side.objective, "tCO2e/yr"),
            low=words.amount(-side.high, "tCO2e/yr"),
            high=words.amount(-side.low, "tCO2e/yr"),
        ),
        words("measures_report.cost", cost=figure(cost))
        if budget is None
        else words("measures_report.within", cost=figure(cost), budget=figure(budget)),
    ]
    if any(one.electric for one in lines):
        grid = measures.factors["grid", "", ""]
        ends = {"value": figure(grid.value), "low": figure(grid.low), "high": figure(grid.high)}
        found.append(words("measures_report.grid", **ends))
    found.append(words("measures_report.unsure", n=unsure, of=len(lines)))
    room = words.amount_text(room_between(side.objective, min(side.bound, side.objective)), "tCO2e/yr")
    found.append(words("measures_report.proof", room=room))
    found.append(words("measures_report.together" if side.linked else "measures_report.after"))
    return found


def _strategies(figures: MeasuresFigures) -> tuple[StrategyRow, ...]:
    measures, table = figures.measures, figures.measures.table
    count = len(measures.strategies)
    cut, cost = (sum_by(figures.strategy, each, count) for each in (figures.cut(), figures.cost))
    whole = max(float(cut.sum()), 1e-9)
    rows = []
    for s, name in enumerate(measures.strategies):
        asked, budget = table.shares.get(name), table.budgets.get(name)
        rows.append(
            StrategyRow(
                name, figure(cut[s]), figure(100 * cut[s] / whole), "–" if asked is None else figure(asked),
                figure(cost[s]), "–" if budget is None else figure(budget),
            )
        )  # fmt: skip
    return tuple(rows)


def _measures(figures: MeasuresFigures) -> tuple[MeasureRow, ...]:
    measures, (line, _) = figures.measures, figures.plan.done
    count = len(measures.measures)
    amount, cut, low, high, cost = (
        sum_by(line, each, count)
        for each in (
            figures.plan.amount,
            figures.cut(),
            figures.cut("low"),
            figures.cut("high"),
            figures.cost,
        )
    )
    rows = []
    for number in np.argsort(-cut, kind="stable").tolist():
        one = measures.measures[number]
        yuan = figure(1000 * cost[number] / cut[number]) if cut[number] > 0 else "–"
        place = "" if one.district < 0 else f" ({measures.districts.names[one.district]})"
        rows.append(
            MeasureRow(
                one.name + place, one.strategy, f"{figure(amount[number])} {one.unit}".strip(),
                figure(cut[number]), f"{figure(low[number])} – {figure(high[number])}", figure(cost[number]),
                yuan,
            )
        )  # fmt: skip
    return tuple(rows)


def _districts(figures: MeasuresFigures, side: SideRecord) -> tuple[DistrictRow, ...]:
    cut = sum_by(figures.plan.done[1], figures.cut(), len(figures.room))
    return tuple(
        DistrictRow(
            side.links[d].district, figure(figures.room[d]), figure(figures.used[d]), figure(cut[d]),
            difference(side.links[d].price),
        )
        for d in np.argsort(-cut, kind="stable").tolist()
    )  # fmt: skip
