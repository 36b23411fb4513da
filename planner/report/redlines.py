"""Red lines as the page shows them: their rules in words, their areas, and where they contradict."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from formulations.sensitivity.difference import Interval
from instances.land.classes import class_table
from instances.rules.redlines import RedLine
from instances.study.schema import RedLineTable
from planner.export.tables import as_written
from planner.pages.map_images import Line
from planner.prices.names import REDLINE_COSTS
from planner.report.subject import Subject
from words.catalogue import figure
from words.numbers import not_above, not_below

MOST_CONFLICTS = 15


@dataclass(frozen=True, slots=True)
class LineRow:
    """A red line: its rule, the land inside, what of it changes, and what stands there against the rule."""

    name: str
    colour: str
    dashes: str
    rule: Markup
    area: str
    share: str
    changed: str
    against: str
    cost: str
    """What the line costs as a whole; empty where that was not looked for."""


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """Where red lines contradict each other or today's land."""

    kind: str
    line: str
    other: str
    patches: str
    area: str


def line_rows(
    subject: Subject, drawn: Iterable[Line], costs: Mapping[str, Interval] | None = None
) -> tuple[LineRow, ...]:
    """Every red line, with the colour and dashes of those ``drawn`` on the maps, and its cost where known."""
    strokes = {line.name: (line.colour, line.dashes) for line in drawn}
    grid, plan = subject.instance.grid, subject.plan
    moved = plan.layout != subject.instance.today
    rows = []
    for line in subject.instance.redlines:
        area = float(grid.area_ha[line.inside].sum())
        colour, dashes = strokes.get(line.name, ("", ""))
        rows.append(
            LineRow(
                name=line.label,
                colour=colour,
                dashes=dashes,
                rule=rule(line, subject),
                area=figure(area),
                share=subject.words.share(area, grid.total_ha),
                changed=figure(float(grid.area_ha[line.inside & moved].sum())),
                against=f"{line.existing_units:,}",
                cost=cost_text(costs.get(line.name)) if costs else "",
            )
        )
    return tuple(rows)


def read_costs(folder: Path) -> dict[str, Interval]:
    """What each red line costs as a whole, in tCO2e/yr, from ``redline_costs.csv`` of a run's folder; empty
    where it holds none."""
    path = folder / REDLINE_COSTS
    if not path.is_file():
        return {}
    table = pd.read_csv(path, encoding="utf-8-sig")
    low = table["cost_low_tco2e_yr"].fillna(-math.inf).astype(float)
    high = table["cost_high_tco2e_yr"].fillna(math.inf).astype(float)
    return {
        str(name): Interval(*ends)
        for name, *ends in zip(table["redline"].map(as_written), low, high, strict=True)
    }


def cost_text(known: Interval | None) -> str:
    """An interval of costs, rounded outwards; what may be nothing is told as at most so much."""
    if known is None or (known.low <= 0 and not math.isfinite(known.high)):
        return "–"
    if not math.isfinite(known.high):
        return f"≥\u00a0{not_above(known.low)}"
    if known.low <= 0:
        most = not_below(known.high)
        return most if most == "0" else f"≤\u00a0{most}"
    low, high = not_above(known.low), not_below(known.high)
    return low if low == high else f"{low} – {high}"


def rule(line: RedLine, subject: Subject) -> Markup:
    """What a red line asks, in words."""
    table, words = subject.study.redlines[line.name], subject.words
    parts = []
    if table.keep:
        parts.append(words("redlines.keep", classes=_series(table.keep, subject)))
    if table.allow is not None:
        key = "redlines.allow" if table.allow else "redlines.allow_nothing"
        parts.append(words(key, classes=_series(table.allow, subject)))
    if table.forbid:
        parts.append(words("redlines.forbid", classes=_series(table.forbid, subject)))
    if table.only_inside:
        parts.append(words("redlines.only_inside", classes=_series(table.only_inside, subject)))
    if line.existing_units:
        parts.append(words(f"redlines.existing_{table.existing}"))
    parts += _where(table, subject)
    return Markup(words("series.space")).join(parts)


def _where(table: RedLineTable, subject: Subject) -> list[Markup]:
    words = subject.words
    found = [words("redlines.where", condition=table.where)] if table.where else []
    if table.buffer_m:
        key = "redlines.wider" if table.buffer_m > 0 else "redlines.narrower"
        found.append(words(key, metres=f"{abs(table.buffer_m):,.10g}"))
    return found


def _series(names: Iterable[str], subject: Subject) -> Markup:
    """The names of classes in a sentence; those that the study lacks by the project's table."""
    own, classes, lang = class_table(), subject.instance.classes, subject.words.lang
    labels = []
    for name in names:
        item = classes[classes.index(name)] if name in classes else own.get(name)
        label = item.label(lang) if item is not None else name
        labels.append(label[:1].lower() + label[1:])
    return subject.words.series(labels)


def conflict_rows(subject: Subject) -> tuple[tuple[ConflictRow, ...], int]:
    """The largest conflicts, and how many more there are."""
    table = subject.instance.conflicts.table
    rows = [_conflict(row, subject) for row in table.head(MOST_CONFLICTS).to_dict("records")]
    return tuple(rows), max(0, len(table) - MOST_CONFLICTS)


def _conflict(row: dict[str, Any], subject: Subject) -> ConflictRow:
    labels = {line.name: line.label for line in subject.instance.redlines}
    classes = subject.instance.classes
    other = labels.get(row["redline_b"], "")
    if row["class"]:
        other = subject.land(classes[classes.index(row["class"])])
    kind = str(row["kind"])
    return ConflictRow(
        kind=subject.words.find(f"conflicts.{kind}") or kind,
        line=labels[row["redline_a"]],
        other=other,
        patches=f"{row['patches']:,}",
        area=figure(row["area_ha"]),
    )
