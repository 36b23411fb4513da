"""Rules of patches: how large new land of a class is at the least, how near to today's, and what that bars.

A unit is *new* land of a class where the plan gives it one that it does not have today. A *patch* is a piece
of the plan's land of a class that hangs together over shared edges; a *project* is such a piece of its new
land alone. Two things follow for single units, before anything is solved, and both are exact:

    near    new land of a class lies within so many metres of today's land of the rule's classes
    pool    units that may be of a class and hang together: where they are smaller than the least size, no
            layout can have a patch there that is large enough, so none of them may become that class
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from instances.land.classes import Classes, check_classes, known_class
from instances.rules.buffers import buffered_units
from instances.rules.redlines import Kinds
from instances.study.findings import Findings
from instances.study.schema import Study, named
from instances.units.grid import Grid, Layout, ParcelFrame
from instances.units.patches import patches_of
from words.said import Said, say

ROUNDING = 1e-9
"""Share of a least size that sums of areas may be short of it."""
HALF = 0.5
"""Share of a unit within a distance from which it counts as near."""


@dataclass(frozen=True, eq=False)
class PatchRule:
    """One rule: its ``classes`` (indices), each by itself; ``min_ha`` is 0 where it has no least size, and
    ``within_m`` None where new land may lie anywhere. ``project``: new land alone is counted."""

    name: str
    label: str
    classes: tuple[int, ...]
    min_ha: float
    project: bool
    within_m: float | None

    @property
    def least_ha(self) -> float:
        """The least size less what sums of areas may be off by."""
        return self.min_ha * (1.0 - ROUNDING)


def read_patch_rules(study: Study, classes: Classes, grid: Grid, findings: Findings) -> tuple[PatchRule, ...]:
    """The enabled rules in the order of the study; what is wrong with them is left in the findings."""
    rules = []
    for name, table in study.patches.items():
        if not table.enabled:
            continue
        place = f"patches.{name}"
        known = check_classes(table.classes, classes, f"{place}.classes", findings)
        if not known and all(known_class(each, classes) for each in table.classes):
            fault = say("rules_redlines.says_nothing", names=list(table.classes))
            remedy = say("rules_redlines.name_classes", names=list(classes.names))
            findings.warn(f"{place}.classes", fault, remedy)
        least = table.min_ha or 0.0
        _check_size(least, grid, f"{place}.min_ha", findings)
        numbers = tuple(dict.fromkeys(classes.names.index(each) for each in known))
        label = named(table.label, study.lang, name)
        rules.append(PatchRule(name, label, numbers, least, table.kind == "project", table.within_m))
    return tuple(rules)


def _check_size(least_ha: float, grid: Grid, place: str, findings: Findings) -> None:
    """What is wrong with a least size on this land."""
    if least_ha > grid.total_ha:
        fault = say("rules_patches.beyond", least=least_ha, total=grid.total_ha)
        findings.error(place, fault, say("rules_patches.smaller"))
    elif 0 < least_ha <= float(grid.area_ha.min()):
        fault = say("rules_patches.idle", least=least_ha, unit=float(grid.area_ha.min()))
        findings.note(place, fault, say("rules_patches.idle_remedy"))
    elif least_ha and len(grid) > 1 and len(grid.edges) == 0:
        findings.warn(place, say("rules_patches.apart"), say("rules_patches.apart_remedy"))


def narrowed(
    kinds: Kinds, rules: Sequence[PatchRule], grid: Grid, today: Layout, classes: Classes, findings: Findings
) -> Kinds:
    """The kinds with all classes barred that no layout can have there under the rules; an error where a unit
    is left with nothing that it may be."""
    for rule in rules:
        if rule.within_m is not None and rule.classes:
            near = near_units(rule, grid, today)
            bars = {k: ~near & (today != k) for k in rule.classes}
            kinds = _none_left(without(kinds, bars), rule, "within_m", grid, findings)
    for rule in rules:
        if rule.min_ha > 0:
            bars = {}
            for k in rule.classes:
                bars[k] = small_pools(kinds.allowed[kinds.of, k], rule, k, grid, today)
            _tell_pools(kinds, bars, rule, grid, today, classes, findings)
            kinds = _none_left(without(kinds, bars), rule, "min_ha", grid, findings)
    return kinds


def near_units(rule: PatchRule, grid: Grid, today: Layout) -> NDArray[np.bool_]:
    """(units,) those within the rule's distance of today's land of its classes, or next to it."""
    land = np.isin(today, rule.classes)
    near = land.copy()
    near[grid.edges.second[land[grid.edges.first]]] = True
    near[grid.edges.first[land[grid.edges.second]]] = True
    return near | buffered_units(land, rule.within_m or 0.0, HALF, grid)


def small_pools(
    may: NDArray[np.bool_], rule: PatchRule, k: int, grid: Grid, today: Layout
) -> NDArray[np.bool_]:
    """(units,) those that may become class k as new land, but only in pools below the least size.

    ``may`` (units,): those that may be of class k.
    """
    new = may & (today != k)
    pools = patches_of(new if rule.project else may, grid)
    small = np.concatenate([np.zeros(1, dtype=bool), pools.area_ha < rule.least_ha])
    found: NDArray[np.bool_] = small[pools.of] & new
    return found


def without(kinds: Kinds, bars: Mapping[int, NDArray[np.bool_]], *, always: bool = True) -> Kinds:
    """The kinds split where a class is barred, (units,) by class; kinds split by counting, not sorting.
    ``always``: it stays barred where a red line is lifted."""
    for k, barred in bars.items():
        if not barred.any():
            continue
        doubled = kinds.of * np.int32(2) + barred
        present = np.flatnonzero(np.bincount(doubled, minlength=2 * len(kinds)))
        number = np.zeros(2 * len(kinds), dtype=np.int32)
        number[present] = np.arange(len(present), dtype=np.int32)
        old, now = present // 2, present % 2 == 1
        allowed, known = kinds.allowed[old], kinds.barred
        taken = np.zeros_like(allowed) if known is None else known[old]
        allowed[now, k] = False
        taken[now, k] |= always
        kinds = replace(
            kinds, of=number[doubled], today=kinds.today[old], inside=kinds.inside[old], allowed=allowed,
            barred=taken,
        )  # fmt: skip
    return kinds


def _none_left(kinds: Kinds, rule: PatchRule, key: str, grid: Grid, findings: Findings) -> Kinds:
    """An error for units that must become something, but may become nothing that the rule lets be; today's
    class then stays, so that everything else can be checked."""
    stuck: NDArray[np.bool_] = np.asarray(~kinds.allowed.any(axis=1))
    if not stuck.any():
        return kinds
    units = np.flatnonzero(stuck[kinds.of])
    fault = say(
        "rules_patches.stuck_size" if key == "min_ha" else "rules_patches.stuck_far",
        n=len(units),
        ha=float(grid.area_ha[units].sum()),
        least=rule.min_ha,
        metres=rule.within_m or 0.0,
        place=spot(grid, int(units[0])),
    )
    findings.error(f"patches.{rule.name}.{key}", fault, say("rules_patches.stuck_remedy"))
    allowed = kinds.allowed.copy()
    allowed[stuck, kinds.today[stuck]] = True
    return replace(kinds, allowed=allowed)


def _tell_pools(
    kinds: Kinds,
    bars: Mapping[int, NDArray[np.bool_]],
    rule: PatchRule,
    grid: Grid,
    today: Layout,
    classes: Classes,
    findings: Findings,
) -> None:
    """What the pools of each class leave: a warning where it cannot come anywhere, else one note of the land
    barred. Of a rule about several classes those that cannot come anyway are no news."""
    place, several, least = f"patches.{rule.name}", len(rule.classes) > 1, rule.min_ha
    names, somewhere = [], np.zeros(len(grid), dtype=bool)
    for k, barred in bars.items():
        may = kinds.allowed[kinds.of, k] & (today != k)
        name, ha = classes[k].name, float(grid.area_ha[barred].sum())
        if not may.any() and not several:
            findings.warn(place, say("rules_patches.never", name=name), say("rules_patches.never_remedy"))
        elif barred.any() and not (may & ~barred).any():
            fault = say("rules_patches.nowhere", name=name, least=least, ha=ha)
            findings.warn(place, fault, say("rules_patches.nowhere_remedy"))
        elif barred.any():
            names.append(name)
            somewhere |= barred
    if names:
        n, ha = int(somewhere.sum()), float(grid.area_ha[somewhere].sum())
        fault = say("rules_patches.pools", n=n, ha=ha, name=names[0], least=least)
        if len(names) > 1:
            fault = say("rules_patches.pools_of", n=n, ha=ha, names=names, least=least)
        findings.note(place, fault, say("rules_patches.pools_remedy"))


def spot(grid: Grid, unit: int) -> Said:
    """Where a unit lies: the middle of its cell in the CRS of the grid, or its parcel."""
    x, y, parcel = middle(grid, unit)
    if parcel is not None:
        return say("rules_patches.parcel", id=parcel)
    return say("rules_patches.at", x=f"{x:.10g}", y=f"{y:.10g}")


def middle(grid: Grid, unit: int) -> tuple[float | None, float | None, str | None]:
    """The middle of a unit's cell in the CRS of the grid, to a tenth of a metre or a millionth of a degree;
    of a parcel its identifier alone."""
    frame = grid.frame
    if isinstance(frame, ParcelFrame):
        return None, None, str(frame.ids[unit])
    row, column = divmod(int(frame.cells[unit]), frame.shape[1])
    x, y = frame.transform @ (column + 0.5, row + 0.5)
    digits = 6 if grid.crs.is_geographic else 1
    return round(float(x), digits), round(float(y), digits), None
