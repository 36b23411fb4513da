"""Red lines on the grid: which units lie inside, what each rule bars, and what every kind of unit may become.

Units fall into *kinds*: units of one kind have the same class today and lie inside the same red
lines, so what may become of them is the same. A kind table keeps millions of units at four bytes each.

What a unit may become: what the transition table lets its class of today become, less what the rules
bar. Where ``existing = "keep"`` a rule never bars the class that stands there today. Where
``existing = "convert"`` it does, unless nothing else is left: then today's class stays, with a warning.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from instances.land.classes import Classes, check_classes, known_class
from instances.layers.read_cache import ReadCache
from instances.rules.naming import joined
from instances.rules.zones import Zone, read_zone
from instances.study.findings import Findings
from instances.study.schema import RedLineTable, Study, ZoneTable, named
from instances.units.grid import FloatArray, Grid, Layout
from words.said import FIRST, Said, say


@dataclass(frozen=True, eq=False)
class RedLine:
    """One red line on the grid: which units lie inside, and which class each rule bars.

    ``bars_inside`` and ``bars_outside`` are (classes today, classes planned), True where the change is
    barred; a unit's own class of today is True there only where ``existing = "convert"``.
    """

    name: str
    label: str
    inside: NDArray[np.bool_]
    bars_inside: NDArray[np.bool_]
    bars_outside: NDArray[np.bool_]
    existing_units: int
    """Units whose class of today the rule does not want (kept or to be converted, as the study says)."""
    polygons: NDArray[np.object_] | None = None
    """The line's polygons in the CRS of the grid, buffered; None for a raster or a condition."""
    repaired: int = 0
    """Broken polygons of the line that were repaired."""


@dataclass(frozen=True, eq=False)
class Kinds:
    """The kinds of unit and what each may become.

    ``of`` (units,) kind of each unit; ``today`` (kinds,) class index; ``inside`` (kinds, red lines);
    ``allowed`` (kinds, classes), never a row without a True; ``barred`` (kinds, classes) True where a rule of
    patches lets nothing come, whatever red lines say, None without such rules.
    """

    of: NDArray[np.int32]
    today: NDArray[np.uint8]
    inside: NDArray[np.bool_]
    allowed: NDArray[np.bool_]
    barred: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.today)


def unwanted_inside(table: RedLineTable, classes: Classes) -> NDArray[np.bool_]:
    """(classes,) True for a class whose standing inside a red line today is against its rule; what
    ``keep`` names is wanted whatever the other rules of the line say."""
    unwanted = classes.mask(table.forbid)
    if table.allow is not None:
        unwanted |= ~classes.mask(table.allow)
    return unwanted & ~classes.mask(table.keep)


def bars(table: RedLineTable, classes: Classes) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """What a rule bars inside and outside, each (classes today, classes planned)."""
    count = len(classes)
    inside, outside = np.zeros((count, count), dtype=bool), np.zeros((count, count), dtype=bool)
    inside |= classes.mask(table.keep)[:, None]
    if table.allow is not None:
        inside |= ~classes.mask(table.allow)[None, :]
    inside |= classes.mask(table.forbid)[None, :]
    outside |= classes.mask(table.only_inside)[None, :]
    np.fill_diagonal(inside, False)
    np.fill_diagonal(outside, False)
    if table.existing == "convert":
        inside |= np.diag(unwanted_inside(table, classes))
    return inside, outside


def red_line(
    name: str, table: RedLineTable, zone: Zone, classes: Classes, today: Layout, lang: str = FIRST
) -> RedLine:
    """The red line of a table that holds in a zone."""
    bars_inside, bars_outside = bars(table, classes)
    unwanted = unwanted_inside(table, classes)
    against = int(np.count_nonzero(zone.inside & unwanted[today]))
    label = named(table.label, lang, name)
    return RedLine(name, label, zone.inside, bars_inside, bars_outside, against, zone.polygons, zone.repaired)


def kinds_of(today: Layout, transitions: NDArray[np.bool_], redlines: Sequence[RedLine]) -> Kinds:
    """The kinds of a layout of today (units,) under a transition table (classes today, classes planned).

    Kinds are split line by line with counting, never by sorting the units.
    """
    of = today.astype(np.int32)
    present = np.flatnonzero(np.bincount(of, minlength=len(transitions)))
    of = _renumber(of, present, len(transitions))
    kind_today = present.astype(np.uint8)
    inside = np.zeros((len(kind_today), 0), dtype=bool)
    for line in redlines:
        doubled = of * np.int32(2) + line.inside
        size = 2 * len(kind_today)
        present = np.flatnonzero(np.bincount(doubled, minlength=size))
        of = _renumber(doubled, present, size)
        kind_today = kind_today[present // 2]
        inside = np.column_stack([inside[present // 2], present % 2 == 1])
    allowed, _ = _allowed(kind_today, inside, transitions, redlines)
    return Kinds(of, kind_today, inside, allowed)


def options_without(
    kinds: Kinds, transitions: NDArray[np.bool_], redlines: Sequence[RedLine], name: str
) -> NDArray[np.bool_]:
    """(kinds, classes) what each kind might become if one red line alone were lifted; ``KeyError`` where
    there is no such line. What rules of patches bar while the line holds they bar without it."""
    keep = [position for position, line in enumerate(redlines) if line.name != name]
    if len(keep) == len(redlines):
        raise KeyError(name)
    lines = [redlines[position] for position in keep]
    allowed = _allowed(kinds.today, kinds.inside[:, keep], transitions, lines)[0]
    if kinds.barred is None:
        return allowed
    left = allowed & ~kinds.barred
    return np.where(left.any(axis=1, keepdims=True), left, kinds.allowed)


def _renumber(of: NDArray[np.int32], present: NDArray[np.intp], size: int) -> NDArray[np.int32]:
    """Numbers below ``size`` replaced by their position among those present."""
    position = np.zeros(size, dtype=np.int32)
    position[present] = np.arange(len(present), dtype=np.int32)
    return position[of]


def _allowed(
    today: NDArray[np.uint8],
    inside: NDArray[np.bool_],
    transitions: NDArray[np.bool_],
    redlines: Sequence[RedLine],
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(kinds, classes) what each kind may become, and (kinds,) where only today's class was left although
    a rule bars it too."""
    allowed = transitions[today].copy()
    kind = np.arange(len(today))
    allowed[kind, today] = True
    for position, line in enumerate(redlines):
        allowed &= ~np.where(inside[:, position, None], line.bars_inside[today], line.bars_outside[today])
    stuck = np.asarray(~allowed.any(axis=1))
    allowed[stuck, today[stuck]] = True
    return allowed, stuck


def report_stuck(
    kinds: Kinds,
    transitions: NDArray[np.bool_],
    redlines: Sequence[RedLine],
    classes: Classes,
    findings: Findings,
) -> None:
    """Warn of units that a rule wants converted though nothing is left that they may become."""
    _, stuck = _allowed(kinds.today, kinds.inside, transitions, redlines)
    units = np.bincount(kinds.of, minlength=len(kinds))
    for position, line in enumerate(redlines):
        for today in np.unique(kinds.today[stuck]):
            own = line.bars_inside[today, today]
            here = np.flatnonzero(stuck & kinds.inside[:, position] & (kinds.today == today) & own)
            if len(here) == 0:
                continue
            name = classes[int(today)].name
            also = _hindrances(kinds, here, position, transitions, redlines)
            findings.warn(
                f"redlines.{line.name}",
                say(
                    "rules_redlines.stuck",
                    n=int(units[here].sum()),
                    name=name,
                    rules=joined([*also, say("rules_redlines.this_line")]),
                ),
                say("rules_redlines.stuck_remedy", name=name),
            )


def note_existing(study: Study, redlines: Sequence[RedLine], findings: Findings) -> None:
    """Tell what ``existing`` means for the units that stand there against a rule."""
    for line in redlines:
        if line.existing_units:
            kept = study.redlines[line.name].existing == "keep"
            key = "rules_redlines.existing_kept" if kept else "rules_redlines.existing_converted"
            findings.note(
                f"redlines.{line.name}",
                say(key, n=line.existing_units, inside=int(line.inside.sum())),
                say("rules_redlines.opposite", other="convert" if kept else "keep"),
            )


def _hindrances(
    kinds: Kinds,
    here: NDArray[np.intp],
    position: int,
    transitions: NDArray[np.bool_],
    redlines: Sequence[RedLine],
) -> list[Said]:
    """What else keeps the kinds ``here`` from any change: the transition table, other lines."""
    today = kinds.today[here]
    free = transitions[today].copy()
    free[np.arange(len(here)), today] = False
    names = [say("rules_redlines.transitions")] if (~free).sum(axis=1).max() > 1 else []
    for other, line in enumerate(redlines):
        barred = np.where(kinds.inside[here, other, None], line.bars_inside[today], line.bars_outside[today])
        if other != position and (barred & free).any():
            names.append(say("rules_redlines.line", name=line.name))
    return names


def read_redlines(
    study: Study,
    folder: Path,
    grid: Grid,
    classes: Classes,
    today: Layout,
    layers: Mapping[str, FloatArray],
    findings: Findings,
    cache: ReadCache | None = None,
) -> tuple[RedLine, ...]:
    """The enabled red lines of a study in its order; those with faults leave findings and are missing."""
    kept = cache if cache is not None else ReadCache()
    lines = []
    for name, table in study.redlines.items():
        if not table.enabled:
            continue
        place = f"redlines.{name}"
        check_rules(table, classes, place, findings)
        read = partial(read_zone, table, place, folder, grid, layers, study.layers)
        zone = kept.get((grid, place, zone_key(table, layers)), read, findings)
        if zone is not None:
            lines.append(red_line(name, table, zone, classes, today, study.lang))
    return tuple(lines)


def zone_key(table: ZoneTable, layers: Mapping[str, FloatArray]) -> Hashable:
    """What decides where a red line, or another rule, holds on a grid."""
    place = table.model_dump_json(include={"path", "layer", "band", "crs", "where", "buffer_m", "share"})
    asked = tuple((name, id(values)) for name, values in layers.items()) if table.where is not None else ()
    return place, asked


def check_rules(table: RedLineTable, classes: Classes, place: str, findings: Findings) -> None:
    """Findings on the classes that a red line names: unknown, absent, or both allowed and forbidden."""
    for rule in ("keep", "allow", "forbid", "only_inside"):
        names: tuple[str, ...] = getattr(table, rule) or ()
        known = check_classes(names, classes, f"{place}.{rule}", findings)
        if names and not known and all(known_class(name, classes) for name in names):
            key = "rules_redlines.allows_nothing" if rule == "allow" else "rules_redlines.says_nothing"
            findings.warn(
                f"{place}.{rule}",
                say(key, names=list(names)),
                say("rules_redlines.name_classes", names=list(classes.names)),
            )
    for name in sorted(set(table.allow or ()) & set(table.forbid)):
        findings.error(
            place, say("rules_redlines.allowed_and_forbidden", name=name), say("rules_redlines.one_of_two")
        )
