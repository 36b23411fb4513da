"""Land that stays whole: pieces of today's land (villages, fragments, sites) that stay or go as one.

A piece is today's land of one class, inside the zone of its rule, that hangs together over shared edges. All
of its units get the same class. So a piece may become what every one of its units may: what a red line bars
one unit is barred to all, which is exact and is told before anything is solved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from instances.land.classes import Classes, check_classes
from instances.layers.read_cache import ReadCache
from instances.rules.patches import spot, without
from instances.rules.redlines import Kinds, zone_key
from instances.rules.zones import read_zone
from instances.study.findings import Findings
from instances.study.schema import Study, WholeTable, named
from instances.units.grid import FloatArray, Grid, Layout
from instances.units.patches import patches_of
from instances.units.sums import sum_by
from words.said import say


@dataclass(frozen=True, eq=False)
class Wholes:
    """``of`` (units,) the piece of each unit, -1 where it is in none; ``rule`` (pieces,) the place in
    ``names`` and ``labels`` of the rule that first claims each, ``today`` (pieces,) its class and ``area_ha``
    (pieces,) its area."""

    of: NDArray[np.int32]
    rule: NDArray[np.int64]
    today: NDArray[np.int64]
    area_ha: FloatArray
    names: tuple[str, ...]
    labels: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.rule)


def read_wholes(
    study: Study,
    folder: Path,
    grid: Grid,
    classes: Classes,
    today: Layout,
    layers: Mapping[str, FloatArray],
    findings: Findings,
    cache: ReadCache,
) -> Wholes | None:
    """The pieces under the enabled rules of a study; None where it has no such rule. A unit that several
    rules claim belongs to the piece of the first; what is wrong is left in the findings."""
    asked = {name: table for name, table in study.whole.items() if table.enabled}
    if not asked:
        return None
    of = np.full(len(grid), -1, dtype=np.int32)
    rule: list[int] = []
    land: list[int] = []
    for number, (name, table) in enumerate(asked.items()):
        place = f"whole.{name}"
        known = check_classes(table.classes, classes, f"{place}.classes", findings)
        inside = _inside(table, place, folder, grid, layers, study, findings, cache)
        if inside is None:
            continue
        found = 0
        for k in dict.fromkeys(classes.names.index(each) for each in known):
            pieces = patches_of(inside & (today == k) & (of < 0), grid)
            size = np.bincount(pieces.of, minlength=len(pieces) + 1)[1:]
            kept = size > 1  # a unit alone is whole anyway
            if table.most_ha is not None:
                kept &= pieces.area_ha <= table.most_ha
            numbers = np.full(len(pieces) + 1, -1, dtype=np.int32)
            numbers[1:][kept] = len(rule) + np.arange(int(kept.sum()), dtype=np.int32)
            mine = numbers[pieces.of]
            of[mine >= 0] = mine[mine >= 0]
            rule += [number] * int(kept.sum())
            land += [k] * int(kept.sum())
            found += len(pieces)
        if known and not found:
            findings.warn(place, say("rules_wholes.none"), say("rules_wholes.none_remedy"))
    labels = tuple(named(table.label, study.lang, name) for name, table in asked.items())
    area = sum_by(of, grid.area_ha, len(rule))
    return Wholes(
        of, np.array(rule, dtype=np.int64), np.array(land, dtype=np.int64), area, tuple(asked), labels
    )


def _inside(
    table: WholeTable,
    place: str,
    folder: Path,
    grid: Grid,
    layers: Mapping[str, FloatArray],
    study: Study,
    findings: Findings,
    cache: ReadCache,
) -> NDArray[np.bool_] | None:
    """(units,) where a rule holds: everywhere, or inside its zone; None where that cannot be told."""
    if table.path is None and table.where is None:
        return np.ones(len(grid), dtype=bool)
    read = partial(read_zone, table, place, folder, grid, layers, study.layers)
    zone = cache.get((grid, place, zone_key(table, layers)), read, findings)
    return None if zone is None else zone.inside


def as_one(kinds: Kinds, wholes: Wholes | None, grid: Grid, classes: Classes, findings: Findings) -> Kinds:
    """The kinds with all classes barred that some unit of a piece may not become; an error where nothing is
    left that a piece may be."""
    if wholes is None or not len(wholes):
        return kinds
    units = np.flatnonzero(wholes.of >= 0)
    piece = wholes.of[units]
    may = np.ones((len(wholes), kinds.allowed.shape[1]), dtype=bool)
    for k in range(may.shape[1]):
        may[piece[~kinds.allowed[kinds.of[units], k]], k] = False
    lost = np.flatnonzero(~may.any(axis=1))
    for number in lost[:1]:
        first = int(units[piece == number][0])
        fault = say(
            "rules_wholes.stuck",
            n=len(lost),
            ha=float(wholes.area_ha[lost].sum()),
            name=classes[int(wholes.today[number])].name,
            place=spot(grid, first),
        )
        findings.error(
            f"whole.{wholes.names[int(wholes.rule[number])]}", fault, say("rules_wholes.stuck_remedy")
        )
    may[lost] = True
    _tell(wholes, may, findings)
    # What bars it is a red line or a transition of some unit: lifted, that one opens the piece again.
    return without(kinds, {k: _barred(may[:, k], wholes.of) for k in range(may.shape[1])}, always=False)


def _barred(may: NDArray[np.bool_], of: NDArray[np.int32]) -> NDArray[np.bool_]:
    """(units,) True where the piece of a unit may not become a class."""
    barred: NDArray[np.bool_] = np.append(~may, False)[of]
    return barred


def _tell(wholes: Wholes, may: NDArray[np.bool_], findings: Findings) -> None:
    """A note for every rule: how many pieces it has, and how many of them can but stay as they are."""
    fixed = may.sum(axis=1) == 1
    for number, name in enumerate(wholes.names):
        mine = wholes.rule == number
        if mine.any():
            fault = say(
                "rules_wholes.pieces",
                n=int(mine.sum()),
                ha=float(wholes.area_ha[mine].sum()),
            )
            findings.note(
                f"whole.{name}", fault, say("rules_wholes.pieces_remedy", fixed=int((mine & fixed).sum()))
            )
