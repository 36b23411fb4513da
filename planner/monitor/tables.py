"""A plan followed up as tables: its limits, its changes, land that changed otherwise, and what was read as
what."""

from __future__ import annotations

import numpy as np
import pandas as pd

from formulations.following.sightings import confusion
from instances.units.sums import sum_by
from planner.monitor.ask import Monitored
from planner.words.indicator_names import label
from words.catalogue import Words

ALERTS, CHANGES, STRAYED, CONFUSION = "alerts.csv", "changes.csv", "unplanned.csv", "confusion.csv"


def alert_table(found: Monitored, lang: str) -> pd.DataFrame:
    """The limits as an indicator system lists them.

    Columns: indicator, label, district, unit, base (today's value), at_least, at_most, plan, stage (the year
    of the stage whose limits these are, empty without stages), year, due (what the plan has by that year,
    empty where it does not say), value (what is seen), room (to the nearer bound), state, state_name, alert.
    """
    words = Words(lang)
    units = found.plan.certificate.indicators
    rows = [
        {
            "indicator": one.seen.indicator,
            "label": label(one.seen.indicator, lang, found.instance.classes),
            "district": one.seen.district or "",
            "unit": units[one.seen.indicator].unit,
            "base": one.today.value,
            "at_least": one.seen.at_least,
            "at_most": one.seen.at_most,
            "plan": one.plan.value,
            "stage": "" if found.judged.stage is None else str(found.judged.stage),
            "year": found.times.year,
            "due": one.due,
            "value": one.seen.value,
            "room": one.seen.slack,
            "state": str(one.standing),
            "state_name": words.text(f"standing.{one.standing}"),
            "alert": one.alert,
        }
        for one in found.limits
    ]
    columns = ["indicator", "label", "district", "unit", "base", "at_least", "at_most", "plan", "stage"]
    more = ["year", "due", "value", "room", "state", "state_name", "alert"]
    return pd.DataFrame(rows, columns=[*columns, *more]).astype(
        {"at_least": float, "at_most": float, "due": float}
    )


def change_table(found: Monitored, lang: str) -> pd.DataFrame:
    """The planned changes, a row for every patch.

    Columns: patch, planned_year, from_class, to_class, from_name, to_name, area_ha, done_ha, unchanged_ha,
    other_ha, state, state_name, course (whether it keeps its year), course_name, alert; year and course are
    empty where the plan does not say when its changes are due.
    """
    timings = found.timings or [""] * len(found.sightings.states)
    years = [""] * len(timings) if found.due is None else [str(year) for year in found.due.year.tolist()]
    seen, classes, words = found.sightings, found.instance.classes, Words(lang)
    first = _first_units(seen.planned, len(seen.states))
    before, after = found.instance.today[first], found.plan.layout[first]
    names = np.array(classes.names, dtype=object)
    shown = np.array([item.label(lang) for item in classes], dtype=object)
    return pd.DataFrame(
        {
            "patch": np.arange(1, len(first) + 1),
            "planned_year": np.array(years, dtype=object),
            "from_class": names[before],
            "to_class": names[after],
            "from_name": shown[before],
            "to_name": shown[after],
            "area_ha": seen.area_ha,
            "done_ha": seen.done_ha,
            "unchanged_ha": seen.old_ha,
            "other_ha": seen.other_ha,
            "state": [str(state) for state in seen.states],
            "state_name": [words.text(f"sighting.{state}") for state in seen.states],
            "course": np.array([str(each) for each in timings], dtype=object),
            "course_name": np.array(
                [words.text(f"timing.{each}") if each else "" for each in timings], dtype=object
            ),
            "alert": found.late(),
        }
    )


def strayed_table(found: Monitored, lang: str) -> pd.DataFrame:
    """Land that is seen as neither today's class nor the plan's, a row for every piece.

    Columns: piece, from_class, seen_class, from_name, seen_name, area_ha, planned (whether the plan changes
    that land), redlines (those it lies in), breaks (those whose rule the class seen breaks).
    """
    instance, seen = found.instance, found.sightings
    count = int(seen.strayed.max(initial=-1)) + 1
    first = _first_units(seen.strayed, count)
    inside = seen.strayed >= 0
    of = seen.strayed[inside]
    area = sum_by(of, instance.grid.area_ha[inside], count)
    labels = class_labels(found, lang)
    between = Words(lang).text("series.names")
    touched: list[list[str]] = [[] for _ in range(count)]
    broken: list[list[str]] = [[] for _ in range(count)]
    known = np.minimum(found.seen.of, len(instance.classes) - 1)
    for line in instance.redlines:
        bars = np.where(
            line.inside, line.bars_inside[instance.today, known], line.bars_outside[instance.today, known]
        )
        bars &= found.seen.of < len(instance.classes)
        for names, which in ((touched, line.inside), (broken, bars)):
            for piece in np.unique(of[which[inside]]).tolist():
                names[piece].append(line.label)
    return pd.DataFrame(
        {
            "piece": np.arange(1, count + 1),
            "from_class": np.array(instance.classes.names, dtype=object)[instance.today[first]],
            "seen_class": np.array(found.seen.names, dtype=object)[found.seen.of[first]],
            "from_name": labels[instance.today[first]],
            "seen_name": labels[found.seen.of[first]],
            "area_ha": area,
            "planned": instance.today[first] != found.plan.layout[first],
            "redlines": [between.join(names) for names in touched],
            "breaks": [between.join(names) for names in broken],
        }
    )


def confusion_table(found: Monitored, lang: str) -> pd.DataFrame:
    """What land that the plan leaves as it is was read as: a row for every pair of classes with land.

    Columns: class_today, class_seen, name_today, name_seen, area_ha, share_percent (of the class today).
    """
    stays = found.instance.today == found.plan.layout
    read = np.where(stays, found.seen.of, -1).astype(np.int16)
    names = found.seen.names
    classes = len(found.instance.classes)
    table = confusion(found.instance.today, read, classes, len(names), found.instance.grid.area_ha)
    before, after = np.nonzero(table)
    whole = table.sum(axis=1)
    labels = class_labels(found, lang)
    own = np.array(names, dtype=object)
    return pd.DataFrame(
        {
            "class_today": own[before],
            "class_seen": own[after],
            "name_today": labels[before],
            "name_seen": labels[after],
            "area_ha": table[before, after],
            "share_percent": 100.0 * table[before, after] / whole[before],
        }
    )


def class_labels(found: Monitored, lang: str) -> np.ndarray:
    """(names,) the classes of the map for readers, the study's first."""
    classes = found.instance.classes
    own = [item.label(lang) for item in classes]
    return np.array([*own, *found.seen.names[len(own) :]], dtype=object)


def _first_units(of: np.ndarray, count: int) -> np.ndarray:
    """(count,) the first unit of every number."""
    first = np.full(count, -1, dtype=np.int64)
    inside = np.flatnonzero(of >= 0)[::-1]
    first[of[inside]] = inside
    return first
