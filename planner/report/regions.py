"""Region types in the report: every limited or weighed indicator, and the carbon ones, type by type."""

from __future__ import annotations

from dataclasses import dataclass

from formulations.indicators.catalogue import indicators
from instances.rules.made_districts import REGIONS
from planner.report.subject import Subject
from words.catalogue import difference, figure
from words.numbers import change_of

ALWAYS = (
    "net_emissions",
    "sources",
    "sinks",
    "green_share",
    "area.production",
    "area.living",
    "area.ecological",
)
"""Indicators that are told of every type."""


@dataclass(frozen=True, slots=True)
class RegionTable:
    """Types with their land in ha, and rows: an indicator, its unit, and (today, plan, change) of each."""

    names: tuple[str, ...]
    areas: tuple[str, ...]
    rows: tuple[tuple[str, str, tuple[tuple[str, str, str], ...]], ...]


def region_rows(subject: Subject) -> RegionTable | None:
    """The table of region types; None where the study names none."""
    instance = subject.instance
    division = instance.districts.get(REGIONS)
    if division is None:
        return None
    asked = {limit.indicator for limit in subject.certificate.limits} | set(
        subject.certificate.objective_weights
    )
    rows = []
    for name, indicator in indicators(instance).items():
        if name not in asked and name not in ALWAYS:
            continue
        pairs = zip(
            indicator.evaluate_by(instance.today, division).tolist(),
            indicator.evaluate_by(subject.plan.layout, division).tolist(),
            strict=True,
        )
        cells = tuple(
            (figure(today), figure(plan), difference(change_of(plan, today))) for today, plan in pairs
        )
        rows.append((subject.indicator(name), subject.words.unit(indicator.unit), cells))
    areas = division.total(instance.grid.area_ha).tolist()
    told = tuple(subject.words.amount_plain(area, "ha") for area in areas)
    return RegionTable(division.names_in(subject.words.lang), told, tuple(rows))
