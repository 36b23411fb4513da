"""Limits met again by whole moves: single units, pieces that return, and new pieces, chosen by HiGHS.

What the moves do to objective and limits (``column_generation.reversion``) adds up because no two are near
each other, and none leaves a piece too small; the best choice is that of an exchange
(``column_generation.exchange``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from formulations.column_generation.exchange import best_together
from formulations.column_generation.reversion import Reversion
from formulations.core.patch_sizes import PatchSizes
from formulations.core.problem import LayoutProblem
from formulations.core.solution import SolveSettings, Watch
from formulations.core.unit_types import CellTypes
from formulations.patches.ground import Ground
from formulations.patches.moves import Sizes, apart, new_pieces, single_moves
from formulations.patches.repair import sizes_of, strictest
from instances.rules.patch_pieces import pieces
from instances.units.grid import FloatArray, Layout

MOVES = 6_000
"""Moves among which HiGHS chooses. Dongguan's 35 limits are met with a tenth of them."""
HELPERS, HELP = 1_000, 6.0
"""For every missed limit at least so many moves that help it are tried, and as many as would do so many times
what is missed: the cheapest for what they do first."""
RETURNS, NEW = 600, 300
"""Pieces that may return, the smallest first, and new pieces of each class, in every other choice."""
OPEN = 1e-3
"""Share of the gap asked for that a choice may leave open."""
OPEN_ROOM = 0.1
"""The same of a distance asked for in tCO2e/yr, as rounds of a network do."""
LISTED = 5_000_000
"""Most single moves that are listed at all."""


@dataclass(frozen=True, eq=False)
class Moves:
    """Moves m of the units ``units[start[m]:start[m + 1]]``, each to the class ``to`` (units,); ``cost``
    (moves,) what the Lagrangian changes by."""

    start: NDArray[np.int64]
    units: NDArray[np.int32]
    to: NDArray[np.uint8]
    cost: FloatArray

    def __len__(self) -> int:
        return len(self.cost)

    def only(self, chosen: NDArray[np.integer]) -> Moves:
        """Some moves, in that order."""
        length = np.diff(self.start)[chosen]
        start = np.concatenate([[0], np.cumsum(length)])
        inner = np.arange(start[-1]) - np.repeat(start[:-1], length)
        place = np.repeat(self.start[:-1][chosen], length) + inner
        return Moves(start, self.units[place], self.to[place], self.cost[chosen])

    @staticmethod
    def joined(parts: list[Moves]) -> Moves:
        """Moves after moves."""
        lengths = np.concatenate([np.diff(part.start) for part in parts])
        return Moves(
            np.concatenate([[0], np.cumsum(lengths)]),
            np.concatenate([part.units for part in parts]),
            np.concatenate([part.to for part in parts]),
            np.concatenate([part.cost for part in parts]),
        )


def balanced(
    problem: LayoutProblem,
    types: CellTypes,
    ground: Ground,
    layout: Layout,
    settings: SolveSettings,
    watch: Watch,
    whole_pieces: bool,
) -> Layout:
    """The layout with the moves that HiGHS chooses; limits may still be missed where no choice meets them.
    With ``whole_pieces`` pieces return or come as well."""
    sizes = problem.sizes
    if sizes is None:
        return layout
    counted = sizes_of(sizes, layout, problem.today, problem.options.classes)
    missed = missed_by(problem, layout)
    moves = _offered(problem, types, sizes, counted, ground, layout, missed, whole_pieces)
    if len(moves) == 0:
        return layout
    effects = effects_of(problem, layout, moves)
    # What is left open is a share of the gap asked for, not of the little that moves cost.
    room = OPEN * settings.gap * abs(problem.objective.evaluate(layout))
    room = max(room, OPEN_ROOM * (settings.room or 0.0))
    chosen = best_together(problem, layout, effects, replace(settings, room=room), watch, "patches")
    found = layout.copy()
    picked = np.repeat(chosen, np.diff(moves.start))
    found[moves.units[picked]] = moves.to[picked]
    return found


def missed_by(problem: LayoutProblem, layout: Layout) -> FloatArray:
    """(rows,) by how much a layout is below a limit (positive) or above it (negative), in its unit."""
    values = problem.values(layout)
    lower = np.array([row.lower for row in problem.rows])
    upper = np.array([row.upper for row in problem.rows])
    missed: FloatArray = np.maximum(lower - values, 0.0) - np.maximum(values - upper, 0.0)
    scale = np.maximum(1.0, np.abs(np.where(missed > 0, lower, upper)))
    return np.where(np.abs(missed) > 1e-9 * scale, missed, 0.0)


def effects_of(problem: LayoutProblem, layout: Layout, moves: Moves) -> sparse.csr_array:
    """(moves, rows + 1) by how much each move changes the limits, and the objective last."""
    other = layout.copy()
    other[moves.units] = moves.to
    reversion = Reversion(problem, layout, other)
    number = np.zeros(len(layout), dtype=np.int64)
    number[moves.units] = np.repeat(np.arange(len(moves)), np.diff(moves.start))
    return reversion.effects(number[reversion.units], len(moves))


def _offered(
    problem: LayoutProblem, types: CellTypes, sizes: PatchSizes, counted: Sizes, ground: Ground,
    layout: Layout, missed: FloatArray, whole_pieces: bool,
) -> Moves:  # fmt: skip
    """The moves among which is chosen, apart from one another."""
    today = problem.today
    taken = np.zeros(len(layout), dtype=bool)
    room = np.maximum(counted.area - _least_by_piece(counted, layout), 0.0)
    parts = []
    if whole_pieces:
        for moves in (*_returns(problem, sizes, layout), *_comings(sizes, ground, layout, today)):
            kept = apart(ground, layout, counted, moves.start, moves.units, taken, room)
            parts.append(moves.only(np.flatnonzero(kept)))
    unit, to, cost = single_moves(ground, layout, today, counted, min(5 * len(layout), LISTED))
    singles = Moves(np.arange(len(unit) + 1), unit, to, cost)
    order = _order(types, layout, today, singles, missed)
    tried = singles.only(order)
    kept = np.flatnonzero(apart(ground, layout, counted, tried.start, tried.units, taken, room))
    parts.append(tried.only(kept[:MOVES]))
    return Moves.joined(parts)


def _least_by_piece(counted: Sizes, layout: Layout) -> FloatArray:
    """(2, pieces + 1) what each piece must have left, in ha; 0 for those without new land."""
    least = np.zeros_like(counted.area)
    for form in range(2):
        inside = np.flatnonzero(counted.of[form])
        least[form, counted.of[form, inside]] = counted.least[form, layout[inside]]
    found: FloatArray = least * counted.bound
    return found


def _order(
    types: CellTypes, layout: Layout, today: Layout, moves: Moves, missed: FloatArray
) -> NDArray[np.int64]:
    """The order in which single moves are tried: those that help missed limits, in turn for each, the
    cheapest for what they do first; then those that cost least: what pieces that are too small have given up
    comes back beside larger ones; then returns to today's class. Only so many as may be taken."""
    first = []
    now, classes = layout[moves.units], types.shape[1]
    here = types.of[moves.units].astype(np.int64) * classes
    for row in np.flatnonzero(missed):
        help_ = np.zeros(len(moves))
        for scale, matrix in zip(types.scales, types.rows, strict=True):
            table = np.sign(missed[row]) * matrix[[row]].toarray().ravel()
            does = table[here + moves.to] - table[here + now]
            help_ += does if scale is None else does * scale[moves.units]
        able = np.flatnonzero(help_ > 0)
        able = able[np.argsort(moves.cost[able] / help_[able], kind="stable")]
        # A move forbids those beside it: what is tried would do several times as much as is missed.
        enough = int(np.searchsorted(np.cumsum(help_[able]), HELP * abs(missed[row])))
        first.append(able[: max(enough, HELPERS)])
    least = np.argsort(moves.cost, kind="stable")
    back = least[moves.to[least] == today[moves.units[least]]][: 4 * MOVES]
    order = np.concatenate([*_in_turn(first), least[:MOVES], back]).astype(np.int64)
    _, at = np.unique(order, return_index=True)
    return order[np.sort(at)]


def _in_turn(lists: list[NDArray[np.int64]]) -> Iterator[NDArray[np.int64]]:
    """The first of every list, then the second, and so on, as one array."""
    if lists:
        rank = np.concatenate([np.arange(len(each)) for each in lists])
        yield np.concatenate(lists)[np.argsort(rank, kind="stable")]


def _returns(problem: LayoutProblem, sizes: PatchSizes, layout: Layout) -> Iterator[Moves]:
    """New land of every class by pieces, each of which may return to today's classes: the smallest first."""
    today = problem.today
    may = problem.options.allowed[problem.options.kind, today]
    for rule in strictest(sizes):
        k = rule.classes[0]
        found = pieces(rule, k, layout, today, sizes.grid)
        new = (layout == k) & (today != k)
        barred = np.unique(found.of[new & ~may])
        size = np.where(found.new_ha > 0, found.new_ha, np.inf)
        size[0], size[barred] = np.inf, np.inf
        few = np.argsort(size, kind="stable")[:RETURNS]
        few = few[np.isfinite(size[few])]
        rank = np.full(len(size), -1, dtype=np.int64)
        rank[few] = np.arange(len(few))
        units = np.flatnonzero(new & (rank[found.of] >= 0))
        units = units[np.argsort(rank[found.of[units]], kind="stable")]
        length = np.bincount(rank[found.of[units]], minlength=len(few))
        start = np.concatenate([[0], np.cumsum(length)])
        yield Moves(start, units.astype(np.int32), today[units], np.zeros(len(few)))


def _comings(sizes: PatchSizes, ground: Ground, layout: Layout, today: Layout) -> Iterator[Moves]:
    """New pieces of every class, large enough, from where its first unit costs least."""
    for rule in strictest(sizes):
        k = rule.classes[0]
        able = np.flatnonzero(ground.allowed[ground.of, k] & (layout != k) & (layout == today))
        here = ground.of[able]
        alone = np.zeros(len(able))
        for scale, cost in zip(ground.scale, ground.cost, strict=True):
            alone += scale[able] * (cost[here, k] - cost[here, layout[able]])
        starts = able[np.argsort(alone, kind="stable")[: 20 * NEW]]
        blocked = np.zeros(len(layout), dtype=bool)
        start, units, spent = new_pieces(
            ground, layout.copy(), today, (k, rule.least_ha), starts, blocked, NEW
        )
        yield Moves(start, units, np.full(len(units), k, dtype=np.uint8), spent)
