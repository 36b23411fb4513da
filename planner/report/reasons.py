"""Why here: the largest patches of change on a map that leads to their rows, with what decides each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from planner.export.reasons import KINDS, kinds
from planner.export.why import Why, reason_texts, why
from planner.pages.map_images import Mapper
from planner.pages.map_labels import Label, placed
from planner.report.land import swatch
from planner.report.subject import Subject
from planner.styles.layer_styles import hexadecimal
from words.catalogue import difference, figure

MOST_PATCHES = 30
"""Patches told one by one: on a map more of them could not be told apart."""


@dataclass(frozen=True, slots=True)
class PatchRow:
    """One patch of change; ``path`` is its outline on the map, ``at`` where its number stands there."""

    rank: int
    path: str
    at: tuple[float, float]
    colour: str
    today: str
    planned: str
    colours: tuple[tuple[str, str], tuple[str, str]]
    area: str
    reason: str
    kind_colour: str
    gain: str
    other: str
    cost: str
    firm: str
    lines: str


@dataclass(frozen=True, slots=True)
class Reasons:
    """The chapter: its rows, the legend of what decides, and how many patches are left to the layer."""

    address: str
    rows: tuple[PatchRow, ...]
    legend: tuple[tuple[str, str], ...]
    more: Markup | None
    labels: tuple[Label, ...]


def reasons_chapter(subject: Subject, mapper: Mapper) -> Reasons | None:
    """The largest patches of change and what holds them; None where nothing changes."""
    found = why(subject.plan)
    if not len(found.patches):
        return None
    shown = np.argsort(found.rank)[:MOST_PATCHES]
    sorts = kinds(found)
    told = reason_texts(found, subject.instance, subject.words)
    rows = tuple(_row(subject, mapper, found, int(n), str(told[n]), str(sorts[n])) for n in shown)
    words, left = subject.words, len(found.patches) - len(shown)
    rest = float(found.patches.area_ha[found.rank > MOST_PATCHES].sum())
    present = [key for key in KINDS if key in set(sorts)]
    return Reasons(
        address=mapper.faint(subject.plan.layout),
        rows=rows,
        legend=tuple((hexadecimal(KINDS[key]), str(words(f"why.kind_{key}"))) for key in present),
        more=words.count("why.more", left, area=words.amount(rest, "ha")) if left > 0 else None,
        labels=placed(
            [str(row.rank) for row in rows],
            np.array([row.at for row in rows]),
            mapper.ground.width,
            mapper.ground.height,
        ),
    )


def _row(subject: Subject, mapper: Mapper, found: Why, n: int, reason: str, kind: str) -> PatchRow:
    words, classes, held = subject.words, subject.instance.classes, found.held
    before, after = classes[int(found.today[n])], classes[int(found.planned[n])]
    other = int(held.other[n])
    path, at = mapper.outlined(found.patches.of == n)
    lines = [
        line.label for line, touches in zip(subject.instance.redlines, found.lines[n], strict=True) if touches
    ]
    return PatchRow(
        rank=int(found.rank[n]),
        path=path,
        at=at,
        colour=hexadecimal(after.colour),
        today=subject.land(before),
        planned=subject.land(after),
        colours=(swatch(before), swatch(after)),
        area=figure(float(found.patches.area_ha[n])),
        reason=reason,
        kind_colour=hexadecimal(KINDS[kind]),
        gain=difference(float(held.gain[n])),
        other=str(words("why.none")) if other < 0 else subject.land(classes[other]),
        cost="–" if other < 0 else figure(float(held.otherwise[n])),
        firm=str(words("why.firm" if found.firm[n] else "why.open")),
        lines=words.text("series.names").join(lines) or "–",
    )
