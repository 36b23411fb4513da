"""A cycle of waste in the report: what it gains, its plants, what a hectare is worth, what is proven."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from formulations.linked.cycle_plan import CycleFigures
from instances.materials.factors import STREAMS
from planner.plans.beside import idle_of, planned_of
from planner.plans.record import SideRecord
from planner.report.subject import Subject
from words.catalogue import difference, figure
from words.numbers import room_between

MOST_VILLAGES = 12
"""Villages in the table, those whose hectare counts most first."""


@dataclass(frozen=True, slots=True)
class PlantRow:
    """A plant as the table shows it."""

    site: str
    technique: Markup
    capacity: str
    load: str
    nitrogen: str
    villages: int


@dataclass(frozen=True, slots=True)
class StreamRow:
    """A stream: what arises today and in the plan, what is collected."""

    name: Markup
    today: str
    plan: str
    collected: str
    share: str


@dataclass(frozen=True, slots=True)
class VillageRow:
    """A village: its land, what a hectare more is worth, its nitrogen."""

    name: str
    land: str
    price: str
    brought: str
    most: str


@dataclass(frozen=True, slots=True)
class CycleChapter:
    """What the chapter shows."""

    sentences: tuple[Markup, ...]
    plants: tuple[PlantRow, ...]
    streams: tuple[StreamRow, ...]
    villages: tuple[VillageRow, ...]
    more: int


def cycle_chapter(subject: Subject) -> CycleChapter | None:
    """The chapter on the cycle of waste; None where the study has none."""
    found = planned_of(subject.plan, CycleFigures)
    if found is None:
        return None
    figures, side = found
    today = idle_of(subject.instance, figures)
    villages = _villages(figures, side)
    return CycleChapter(
        tuple(_sentences(subject, figures, today, side)),
        _plants(subject, figures),
        _streams(subject, figures, today),
        villages[:MOST_VILLAGES],
        max(0, len(villages) - MOST_VILLAGES),
    )


def _sentences(
    subject: Subject, figures: CycleFigures, today: CycleFigures, side: SideRecord
) -> list[Markup]:
    """What the cycle gains, how sure that is, what is proven, and how it was planned."""
    words, cycle = subject.words, figures.cycle
    plants = int((figures.plan.kind >= 0).sum())
    unsure = sum(1 for key in figures.amounts() if cycle.factors[key].mark != "verified")
    found = [
        words.count(
            "cycle_report.gains",
            plants,
            t=words.amount(float(figures.plan.t.sum()), "t/yr"),
            share=words.share(float(figures.plan.t.sum()), float(figures.arises.sum())),
            gain=words.amount(side.objective - today.tco2e(), "tCO2e/yr"),
            low=words.amount(side.low, "tCO2e/yr"),
            high=words.amount(side.high, "tCO2e/yr"),
        ),
        words(
            "cycle_report.nitrogen",
            kg=words.amount(float(figures.brought_back.sum()), "kg/yr"),
            most=words.amount(cycle.table.nitrogen_kg_ha, "kg/ha"),
        ),
        *_money(subject, figures),
        *_asked(subject, figures),
        words("cycle_report.unsure", n=unsure, of=len(figures.amounts())),
    ]
    room = words.amount_text(room_between(side.objective, min(side.bound, side.objective)), "tCO2e/yr")
    found.append(words("cycle_report.proof", room=room))
    found.append(words("cycle_report.together" if side.linked else "cycle_report.after"))
    return found


def _money(subject: Subject, figures: CycleFigures) -> list[Markup]:
    """What the cycle costs, of how much, and whether that leaves money for a further plant."""
    words, budget = subject.words, figures.cycle.table.money
    if budget is None:
        return [words("cycle_report.cost", cost=figure(figures.cost))]
    found = [words("cycle_report.within", cost=figure(figures.cost), budget=figure(budget))]
    if budget - figures.cost < min((kind.cost for kind in figures.cycle.plants), default=0.0):
        found.append(words("cycle_report.spent"))
    return found


def _asked(subject: Subject, figures: CycleFigures) -> list[Markup]:
    """What plants ask of the layout, where any stands."""
    words, table, found = subject.words, figures.cycle.table, []
    if (figures.plan.kind < 0).all():
        return []
    if table.site_classes:
        names = [subject.land(item) for item in subject.instance.classes if item.name in table.site_classes]
        found.append(words("cycle_report.on_classes", classes=words.series(names)))
    if table.buffer_homes == "plan" and table.buffer_homes_m > 0:
        found.append(words("cycle_report.from_homes", m=words.amount(table.buffer_homes_m, "m")))
    return found


def _plants(subject: Subject, figures: CycleFigures) -> tuple[PlantRow, ...]:
    cycle, plan = figures.cycle, figures.plan
    built = np.flatnonzero(plan.kind >= 0)
    nitrogen = np.bincount(plan.back[1], plan.kg, len(cycle.sites))
    rows = []
    for j in built[np.argsort(-figures.load[built], kind="stable")].tolist():
        kind = cycle.plants[plan.kind[j]]
        served = len(np.unique(plan.flow[0][plan.flow[2] == j]))
        rows.append(
            PlantRow(
                cycle.sites[j], subject.words(f"cycle_techniques.{kind.technique}"), figure(kind.capacity_t),
                figure(figures.load[j]), figure(nitrogen[j]), served,
            )
        )  # fmt: skip
    return tuple(rows)


def _streams(subject: Subject, figures: CycleFigures, today: CycleFigures) -> tuple[StreamRow, ...]:
    rows = []
    arises, before, taken = (each.sum(axis=0) for each in (figures.arises, today.arises, figures.collected))
    for s, name in enumerate(STREAMS):
        if arises[s] > 0 or before[s] > 0:
            share = 100 * taken[s] / arises[s] if arises[s] > 0 else 0.0
            rows.append(
                StreamRow(
                    subject.words(f"cycle_streams.{name}"), figure(before[s]), figure(arises[s]),
                    figure(taken[s]), figure(share),
                )
            )  # fmt: skip
    return tuple(rows)


def _villages(figures: CycleFigures, side: SideRecord) -> tuple[VillageRow, ...]:
    back, most = figures.brought_back, figures.cycle.table.nitrogen_kg_ha
    order = sorted(range(len(side.links)), key=lambda v: -abs(side.links[v].price))
    return tuple(
        VillageRow(
            side.links[v].district, figure(side.links[v].value), difference(side.links[v].price),
            figure(back[v]), figure(most * side.links[v].value),
        )
        for v in order
    )  # fmt: skip
