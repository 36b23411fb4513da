"""Townships in the report: what the plan means for every district of each division, with maps of it; and the
three zones of territorial planning, agricultural, ecological and urban."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from instances.land.colours import Colour
from instances.rules.districts import Districts
from instances.units.grid import FloatArray
from planner.export.tables import district_table
from planner.pages.map_images import Mapper
from planner.pages.map_labels import Label
from planner.pages.picture_texts import districts_told
from planner.report.subject import Subject
from planner.styles.layer_styles import hexadecimal
from words.catalogue import difference, figure

MOST_OPEN = 24
"""Districts shown without being asked for; longer tables open at a click, and in print."""
SHADES: tuple[Colour, ...] = ((237, 243, 248), (198, 219, 239), (130, 178, 214), (56, 121, 178), (8, 61, 119))
"""From the least to the greatest: light to dark, so that order is seen with any colour vision."""
NOWHERE: Colour = (235, 235, 235)


@dataclass(frozen=True, slots=True)
class TownRow:
    """One district: its area and what changes there."""

    name: str
    area: str
    changed: str
    share: str
    net: str
    blue_green: str
    built: str


@dataclass(frozen=True, slots=True)
class Choropleth:
    """One map of districts, and its legend."""

    title: str
    address: str
    legend: tuple[tuple[str, str], ...]
    told: str
    """What it shows, in a sentence."""


@dataclass(frozen=True, slots=True)
class Division:
    """The districts of one division."""

    title: str
    rows: tuple[TownRow, ...]
    maps: tuple[Choropleth, ...]
    borders: str
    labels: tuple[Label, ...]
    open: bool


@dataclass(frozen=True, slots=True)
class ZoneRow:
    """One zone of territorial planning: its area today and in the plan."""

    name: str
    today: str
    plan: str
    change: str
    share: str


def township_chapter(subject: Subject, mapper: Mapper) -> tuple[Division, ...]:
    """Every division of the study, district by district."""
    found = subject.instance.districts
    return tuple(_division(division, subject, mapper) for division in found.values() if len(division))


def zone_rows(subject: Subject) -> tuple[ZoneRow, ...]:
    """Urban, agricultural and ecological space (三区) by classes: built land, productive land that is not
    built, and all other."""
    words, classes = subject.words, subject.instance.classes
    today, plan = subject.moved_ha.sum(axis=1), subject.moved_ha.sum(axis=0)
    productive = np.array([item.space == "production" for item in classes], dtype=bool)
    whole = float(plan.sum())
    zones = {
        "agricultural": productive & ~classes.built,
        "ecological": ~productive & ~classes.built,
        "urban": classes.built,
    }
    return tuple(
        ZoneRow(
            name=str(words(f"townships.{key}")),
            today=figure(float(today[inside].sum())),
            plan=figure(float(plan[inside].sum())),
            change=difference(float(plan[inside].sum() - today[inside].sum())),
            share=words.share(float(plan[inside].sum()), whole),
        )
        for key, inside in zones.items()
    )


def _division(division: Districts, subject: Subject, mapper: Mapper) -> Division:
    words, table = subject.words, district_table(subject.plan)
    mine = table[table["by"] == division.name]
    area, changed = mine["area_ha"].to_numpy(), mine["changed_ha"].to_numpy()
    net = (mine["net_plan_tco2e_yr"] - mine["net_today_tco2e_yr"]).to_numpy()
    green = (mine["blue_green_plan_ha"] - mine["blue_green_today_ha"]).to_numpy()
    built = (mine["built_plan_ha"] - mine["built_today_ha"]).to_numpy()
    rows = tuple(
        TownRow(
            name=name,
            area=figure(float(area[n])),
            changed=figure(float(changed[n])),
            share=words.share(float(changed[n]), float(area[n])),
            net=difference(float(net[n])),
            blue_green=difference(float(green[n])),
            built=difference(float(built[n])),
        )
        for n, name in enumerate(division.names_in(words.lang))
    )
    some = np.maximum(area, 1e-12)
    maps = (
        _map("townships.map_changed", 100 * changed / some, "%", division, subject, mapper),
        _map("townships.map_net", net / some, "tCO2e/ha/yr", division, subject, mapper),
    )
    title = str(words("townships.division", by=division.label(words.lang)))
    labels = mapper.labels(division, words.lang)
    return Division(title, rows, maps, mapper.borders(division), labels, len(rows) <= MOST_OPEN)


def _map(
    title: str, values: FloatArray, unit: str, division: Districts, subject: Subject, mapper: Mapper
) -> Choropleth:
    """A map of one figure a district, in five grades of equal width."""
    low, high = float(values.min()), float(values.max())
    width = (high - low) / len(SHADES)
    grade = (
        np.clip(((values - low) / width).astype(int), 0, len(SHADES) - 1)
        if width > 0
        else values.astype(int) * 0
    )
    shown = np.append(grade, len(SHADES))[division.member].astype(np.uint8)
    words = subject.words
    legend = tuple(
        (
            hexadecimal(SHADES[n]),
            words.text("townships.grade", low=figure(low + n * width), high=figure(low + (n + 1) * width)),
        )
        for n in np.unique(grade)
    )
    name = f"{words(title)} ({words.unit(unit)})"
    told = districts_told(division.names_in(words.lang), values, words)
    return Choropleth(name, mapper.graded(shown, [*SHADES, NOWHERE]), legend, told)
