"""What is seen of a plan's changes, and beside them, within a tolerance of place and of size.

Another map never lies quite where the study's does, and its classes are read with errors. So nothing is told
of a single unit. A planned change is judged by its whole patch: done where nearly all of it is seen as
planned, not started where nearly all of it is seen as it was. Land that is seen as neither is told only where
it hangs together to at least so many hectares and reaches farther than the tolerance from land on which its
class was to be expected, today's or the plan's: what lies nearer may be a border that is drawn a little off.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from instances.layers.gaps import nearest_known
from instances.units.components import components
from instances.units.grid import FloatArray, Grid, Layout
from instances.units.sums import sum_by

NEARLY = 0.9
"""A patch is done where so much of what is seen of it is as planned, and not started where as it was."""
MOSTLY = 0.5
"""A patch has another class where more of it than this has a class that is neither."""
ROUNDING = 1e-6


class State(StrEnum):
    """What is seen of a planned change."""

    DONE = "done"
    PARTLY = "partly"
    NOT_STARTED = "not_started"
    OTHER = "other"
    UNSEEN = "unseen"


@dataclass(frozen=True, slots=True)
class Tolerance:
    """By how many metres a border may be drawn off (0: none is), and how many hectares land must have to be
    told."""

    place_m: float
    least_ha: float


@dataclass(frozen=True, eq=False)
class Sightings:
    """Planned changes and land seen otherwise, as patches of neighbouring units.

    ``planned`` (units,) patch of every planned change, -1 elsewhere; ``states``, ``done_ha``, ``old_ha``,
    ``other_ha``, ``area_ha`` (patches,). ``strayed`` (units,) piece of land that is told as seen otherwise,
    -1 elsewhere. ``settled`` (units,) is the land that is taken to be there: what is seen where that is as
    today or as planned or told, today's class elsewhere. ``within_ha`` is land seen otherwise that the
    tolerance lets pass, ``unseen_ha`` land of which nothing is seen.
    """

    planned: NDArray[np.int32]
    states: tuple[State, ...]
    area_ha: FloatArray
    done_ha: FloatArray
    old_ha: FloatArray
    other_ha: FloatArray
    strayed: NDArray[np.int32]
    settled: Layout
    within_ha: float
    unseen_ha: float

    def share_done(self) -> float:
        """The share of all planned change that is seen as planned, 0 to 1; 1 where nothing was planned."""
        whole = float(self.area_ha.sum())
        return float(self.done_ha.sum()) / whole if whole else 1.0


def sightings(
    today: Layout, plan: Layout, seen: NDArray[np.int16], grid: Grid, classes: int, tolerance: Tolerance,
    patches: NDArray[np.int32] | None = None,
) -> Sightings:  # fmt: skip
    """What is seen (units,) of a plan's changes on today's land; -1 stands for nothing, positions from
    ``classes`` on for classes that the study lacks. ``patches`` (units,) are those of the changes, -1 where
    land stays; None: neighbouring units with one change."""
    area = np.asarray(grid.area_ha, dtype=float)
    planned = change_patches(today, plan, grid, classes) if patches is None else patches
    count, inside = int(planned.max(initial=-1)) + 1, planned >= 0
    unseen = seen < 0
    as_planned, as_before = seen == plan, seen == today
    sums = [
        sum_by(planned[inside], np.where(which, area, 0.0)[inside], count)
        for which in (as_planned, as_before, ~as_planned & ~as_before & ~unseen, np.ones(len(area), bool))
    ]
    done, old, other, whole = sums
    strange = ~as_planned & ~as_before & ~unseen
    strayed = _told(strange, today, plan, seen, grid, tolerance)
    known = strange & (strayed >= 0) & (seen < classes)
    settled = np.where(as_planned | known, seen, today).astype(np.uint8)
    return Sightings(
        planned=planned,
        states=tuple(_state(*row) for row in zip(done.tolist(), old.tolist(), other.tolist(), strict=True)),
        area_ha=whole,
        done_ha=done,
        old_ha=old,
        other_ha=other,
        strayed=strayed,
        settled=settled,
        within_ha=float(area[strange & (strayed < 0)].sum()),
        unseen_ha=float(area[unseen].sum()),
    )


def change_patches(
    today: Layout, plan: Layout, grid: Grid, classes: int, when: Layout | None = None
) -> NDArray[np.int32]:
    """(units,) the patch of every planned change, neighbouring units with one change, in one of the times
    ``when`` (units,) where given; -1 where land stays."""
    pair = today.astype(np.int32) * classes + plan
    if when is not None:
        pair += when.astype(np.int32) * classes**2
    return components(np.where(today == plan, -1, pair), grid)[0]


def _state(done: float, old: float, other: float) -> State:
    whole = done + old + other
    if whole <= 0:
        return State.UNSEEN
    if other > MOSTLY * whole + ROUNDING:
        return State.OTHER
    if done >= NEARLY * whole - ROUNDING:
        return State.DONE
    # what is seen as neither is no sign of a beginning: it may be read wrongly
    return State.NOT_STARTED if done <= (1 - NEARLY) * whole + ROUNDING else State.PARTLY


def _told(
    strange: NDArray[np.bool_], today: Layout, plan: Layout, seen: NDArray[np.int16], grid: Grid,
    tolerance: Tolerance,
) -> NDArray[np.int32]:  # fmt: skip
    """(units,) the number of the piece to which land seen otherwise belongs, -1 where it is not told."""
    piece, first = components(np.where(strange, seen, -1).astype(np.int32), grid)
    count, inside = len(first), piece >= 0
    if count == 0:
        return piece
    deep = np.zeros(len(grid), dtype=bool)
    for k in np.unique(seen[strange]).tolist():
        of_class = strange & (seen == k)
        far = _far(of_class, (today == k) | (plan == k), grid) if tolerance.place_m > 0 else np.inf
        deep[of_class] = far > tolerance.place_m
    large = sum_by(piece[inside], grid.area_ha[inside], count) >= tolerance.least_ha - ROUNDING
    reaches = np.zeros(count, dtype=bool)
    reaches[piece[deep & inside]] = True
    kept = np.flatnonzero(large & reaches)
    number = np.full(count + 1, -1, dtype=np.int32)
    number[kept] = np.arange(len(kept), dtype=np.int32)
    return number[piece]


def _far(of_class: NDArray[np.bool_], expected: NDArray[np.bool_], grid: Grid) -> FloatArray:
    """(units of the class,) how far each is in m from the nearest unit on which its class was expected."""
    if not expected.any():
        return np.full(int(of_class.sum()), np.inf)
    _, far, _ = nearest_known(expected, grid)
    whole = np.zeros(len(expected))
    whole[~expected] = far
    return whole[of_class]


def confusion(
    before: Layout, seen: NDArray[np.int16], classes: int, names: int, area_ha: FloatArray
) -> FloatArray:
    """(classes, names) the area in ha of every class of ``before`` (units,) by what it is seen as; land that
    is not seen is left out."""
    some = seen >= 0
    pair = before[some].astype(np.int64) * names + seen[some]
    return sum_by(pair, area_ha[some], classes * names).reshape(classes, names)
