"""The report of a plan followed up: alerts, limits, changes, other changes, and how the map was read."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup
from numpy.typing import NDArray

from formulations.following.sightings import State
from formulations.following.timing import Timing
from instances.land.colours import Colour
from planner.maps.plan_map import UNCHANGED
from planner.monitor.ask import FollowedLimit, Monitored
from planner.monitor.carbon import SeenCarbon
from planner.monitor.late import by_year, late_patches
from planner.monitor.layers import COLOURS, IN_TIME, STRAYED
from planner.monitor.sentences import found_in_words, reading_in_words
from planner.monitor.tables import change_table, confusion_table, strayed_table
from planner.pages.map_images import Mapper
from planner.pages.picture_texts import land_picture
from planner.pages.rendered import MapPicture, render
from planner.report.land import swatch
from planner.report.subject import Subject
from planner.styles.layer_styles import hexadecimal
from planner.words.crs_names import crs_label
from words.catalogue import Words, difference, figure
from words.numbers import change_of

MOST_ROWS = 40
"""Rows of a table that the page shows; all of them stand in its CSV file."""


@dataclass(frozen=True, slots=True)
class LimitLine:
    """A limit, and how it stands."""

    name: str
    unit: str
    bound: str
    base: str
    plan: str
    seen: str
    state: Markup
    alert: bool
    due: str


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """All planned changes from one class to another: how much is done."""

    name: str
    area: str
    done: str
    share: str
    unchanged: str
    other: str


def write_page(found: Monitored, path: Path, lang: str) -> None:
    """Write the report to ``path``."""
    path.write_text(page(found, lang), encoding="utf-8")


def page(found: Monitored, lang: str) -> str:
    """The text of the report."""
    words = Words(lang)
    subject, mapper = Subject(found.plan, words), Mapper(found.instance)
    strayed, confused = strayed_table(found, lang), confusion_table(found, lang)
    late = late_patches(found, words)
    carbon = SeenCarbon(found)
    energy = carbon.reported(lang)
    wrong = confused[confused["class_today"] != confused["class_seen"]].nlargest(MOST_ROWS, "area_ha")
    context: dict[str, Any] = {
        "title": found.plan.certificate.title,
        "about": words("monitor.about", year=str(found.times.year), file=found.other.path.name),
        "area": words.amount(found.instance.grid.total_ha, "ha"),
        "found": found_in_words(found, words),
        "limits": [_limit(one, subject) for one in sorted(found.limits, key=lambda one: not one.alert)],
        "changes": _changes(found, words),
        "due": "" if found.due is None else words("monitor.due_by", year=str(found.times.year)),
        "years": by_year(found, words),
        "late": late[:MOST_ROWS],
        "late_more": len(late) - MOST_ROWS,
        "carbon": _carbon(carbon.table(lang), ("today", "due", "plan", "seen", "difference"), words),
        "energy": []
        if energy is None
        else _carbon(energy, ("today", "seen", "reported", "difference"), words),
        "beyond": words("monitor.beyond_plan" if found.due is None else "monitor.beyond_due"),
        "has_account": found.instance.inventory is not None,
        "strayed": [
            (row["from_name"], row["seen_name"], figure(row["area_ha"]), row["redlines"], row["breaks"])
            for row in strayed.nlargest(MOST_ROWS, "area_ha").to_dict("records")
        ],
        "more": max(0, len(strayed) - MOST_ROWS),
        "reading": reading_in_words(found, words),
        "confused": [
            (row["name_today"], row["name_seen"], figure(row["area_ha"]), f"{row['share_percent']:.1f}")
            for row in wrong.to_dict("records")
        ],
        "ground": mapper.ground,
        "border": mapper.border(),
        "maps": _maps(found, mapper, words),
        "shown": (0, 2),
        "lines": mapper.lines(),
        "crs": crs_label(found.instance.grid.crs.name, words),
        "legend": [(*swatch(item), subject.land(item)) for item in found.instance.classes],
        "extras": [(hexadecimal(colour), hexadecimal(colour), words(key)) for colour, key in _legend(found)],
        "marks": subject.marks,
    }
    return render("monitor.html", words, context)


def _legend(found: Monitored) -> list[tuple[Colour, str]]:
    return [*_key(found)[1], (STRAYED, "monitor.strayed_legend"), (UNCHANGED, "monitor.unchanged_legend")]


def _carbon(table: pd.DataFrame, shown: tuple[str, ...], words: Words) -> list[tuple[str, str, list[str]]]:
    """Rows of carbon or energy that are not all nothing: name, unit and figures, the last of them a
    difference."""
    rows = []
    for row in table.to_dict("records"):
        values = [row[name] for name in shown]
        if any(value and not np.isnan(value) for value in values):
            told = ["" if np.isnan(value) else figure(value) for value in values[:-1]]
            last = "" if np.isnan(values[-1]) else difference(change_of(*_ends(row)))
            rows.append((row["label"], words.unit(row["unit"]), [*told, last]))
    return rows


def _ends(row: dict[Hashable, float]) -> tuple[float, float]:
    """What a difference is one of, the later figure first."""
    first = row.get("reported", row["seen"])
    return first, first - row["difference"]


def _limit(one: FollowedLimit, subject: Subject) -> LimitLine:
    words, seen = subject.words, one.seen
    name = subject.indicator(seen.indicator)
    if seen.district:
        name = words.text("score.in_district", name=name, district=subject.district(seen.by, seen.district))
    sides = [("≥", seen.at_least), ("≤", seen.at_most)]
    return LimitLine(
        name=name,
        unit=words.unit(subject.certificate.indicators[seen.indicator].unit),
        bound=" ".join(f"{sign} {figure(bound)}" for sign, bound in sides if bound is not None),
        base=figure(one.today.value),
        plan=figure(one.plan.value),
        seen=figure(seen.value),
        state=words(f"standing.{one.standing}"),
        alert=one.alert,
        due="" if one.due is None else figure(one.due),
    )


def _changes(found: Monitored, words: Words) -> list[ChangeLine]:
    """Planned changes by the classes they are from and to, the largest first."""
    table = change_table(found, words.lang)
    columns = ["area_ha", "done_ha", "unchanged_ha", "other_ha"]
    sums = table.groupby(["from_name", "to_name"], sort=False)[columns].sum().nlargest(MOST_ROWS, "area_ha")
    return [
        ChangeLine(
            words.text("monitor.change", before=before, after=after),
            figure(row["area_ha"]),
            figure(row["done_ha"]),
            words.share(row["done_ha"], row["area_ha"]),
            figure(row["unchanged_ha"]),
            figure(row["other_ha"]),
        )
        for (before, after), row in sums.iterrows()
    ]


def _maps(found: Monitored, mapper: Mapper, words: Words) -> list[MapPicture]:
    key, _ = _key(found)
    painted = mapper.painted(*_painted(found))
    states = MapPicture(key, words.text(f"monitor.map_{key}"), painted, mapper.lines())
    lands = (
        ("today", "maps.today", found.instance.today),
        ("plan", "maps.plan", found.plan.layout),
        ("seen", "monitor.map_seen", found.sightings.settled),
    )
    return [
        *(land_picture(mapper, name, words.text(said), land, words, (), key) for name, said, land in lands),
        states,
    ]


def _key(found: Monitored) -> tuple[str, list[tuple[Colour, str]]]:
    """What the map of planned changes shows, and its colours with the keys of their names: what is done, or
    with years of their own what is in time."""
    if found.timings is None:
        return "state", [(COLOURS[state], f"sighting.{state}") for state in State]
    return "course", [(IN_TIME[each], f"timing.{each}") for each in Timing]


def _painted(found: Monitored) -> tuple[NDArray[np.uint8], list[Colour]]:
    """(units,) the position of every unit's colour, and the colours."""
    seen, colours = found.sightings, [*(colour for colour, _ in _key(found)[1]), STRAYED, UNCHANGED]
    order: list[str] = [str(each) for each in (State if found.timings is None else Timing)]
    told = [str(each) for each in (seen.states if found.timings is None else found.timings)]
    of_patch = np.array([order.index(each) for each in told] + [len(order) + 1], dtype=np.uint8)
    value = of_patch[seen.planned]
    value[seen.strayed >= 0] = len(order)
    return value, colours
