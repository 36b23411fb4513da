"""How wide corridors are, counted again on the map: whether a square as wide passes, and none that is wider.

The units of a corridor hang together and touch two of today's patches or more. A square of cells passes from
the largest of these to the second where it can be pushed, step by step, over the corridor and the patches
that it joins. Squares that fit are found by laying the map upon itself, and what hangs together by the lowest
number. Of parcels the edges that they share take the place of squares.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from instances.rules.measures import cell_metres
from instances.units.grid import Layout, RasterFrame
from planner.recount.beside.mesh import Ground
from planner.recount.figures.pieces import pieces_of
from planner.recount.ledger import Ledger
from words.said import say

Flags = NDArray[np.bool_]
Told = Sequence[tuple[NDArray[np.int64], float]]
"""Of every corridor its units, and its width in m as it is told."""


def check_widths(
    ground: Ground, today: Layout, layout: Layout, told: Told, where: str, ledger: Ledger
) -> None:
    """Compare the width of every corridor of a layout (units,) with what passes over it on the map; ``where``
    is what tells it."""
    if not told:
        return
    before, after = ground.counts[today], ground.counts[layout]
    steps = (ground.first, ground.second)
    piece = pieces_of(after & ~before, steps)
    patch, area = ground.patches(before)
    first, second = np.concatenate(steps), np.concatenate(steps[::-1])
    for number, (units, width_m) in enumerate(told, start=1):
        figure = f"{where}, {number}, width_m"
        mine = (after & ~before) & (piece == piece[units[0]])
        ledger.same(f"{where}, {number}", len(units), int(mine.sum()), by="the map")
        meets = mine[first] & before[second] & after[second]
        mates = np.unique(patch[second[meets]])
        largest = mates[np.argsort(-area[mates], kind="stable")[:2]]
        ends = [np.zeros(len(mine), dtype=bool) for _ in largest]
        outer = first if ground.grid.is_raster else second  # the corridor's own, or the patch's
        for end, each in zip(ends, largest, strict=True):
            end[outer[meets][patch[second[meets]] == each]] = True
        land = mine | (before & after & np.isin(patch, mates))
        passing = _passing(ground, land, ends, width_m)
        ledger.figures += 1
        ledger.wrong(figure, say("runs_verify.widest_way"), int(len(ends) < 2 or not passing))


def _passing(ground: Ground, land: Flags, ends: Sequence[Flags], width_m: float) -> bool:
    """Whether something of that width passes over some land (units,), and nothing wider."""
    grid, frame = ground.grid, ground.grid.frame
    if not isinstance(frame, RasterFrame):
        edge_m = 1000.0 * np.asarray(grid.edges.length_km)
        wide = [_joined(land, ends, ground, edge_m >= width_m * (1 + sign * 1e-6)) for sign in (-1, 1)]
        return wide == [True, False]
    cells = width_m / min(cell_metres(grid, frame))
    side = round(cells)
    if side < 1 or abs(cells - side) > 1e-6 * side:
        return False
    wide = []
    for each in (side, side + 1):
        fits = _laid(frame, land, each, every=True)
        begun = [fits & _laid(frame, end, each, every=False) for end in ends]
        wide.append(_joined(fits, begun, ground))
    return wide == [True, False]


def _joined(land: Flags, ends: Sequence[Flags], ground: Ground, kept: Flags | None = None) -> bool:
    """Whether both ends hang together over some land (all units,), by the steps ``kept`` or by all."""
    some = np.ones(len(ground.first), dtype=bool) if kept is None else kept
    piece = pieces_of(land, (ground.first[some], ground.second[some]))
    return bool(np.isin(piece[ends[0]], piece[ends[1]]).any())


def _laid(frame: RasterFrame, flags: Flags, side: int, *, every: bool) -> Flags:
    """(units,) whether every unit of the square of ``side`` cells with its upper left at each is flagged, or
    some unit is; what lies outside the map is not."""
    image, done = frame.paint(flags, background=False), 1
    while done < side:
        shift = min(done, side - done)
        for axis in (0, 1):
            moved = np.zeros_like(image)
            if shift < image.shape[axis]:
                if axis == 0:
                    moved[:-shift] = image[shift:]
                else:
                    moved[:, :-shift] = image[:, shift:]
            image = image & moved if every else image | moved
        done += shift
    laid: Flags = image.ravel()[frame.cells]
    return laid
