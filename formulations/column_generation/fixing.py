"""Relax and fix: changes chosen district by district, where districts have rows of their own.

Where every living unit has its own limits (green land, cropland, jobs for those who live there), a plan is
far above the bound though hardly anything is lost by whole units: in each district some whole numbers of
changes meet its rows nearly as well as parts of changes do, but all districts at once are too many for one
search. So they are decided in steps (relax-and-fix: Dillenberger et al. 1994, European Journal of Operational
Research 75:275): the changes of some districts as whole numbers, those of districts to come as parts, those
of districts before as they were decided. Rows of the whole area hold at every step, as what a district takes
more of them others may still give.

Of changes that do the same, some are on offer in each district, so that a few hundred columns hold all that
it may do; all on offer meet in no pair and no bundle (see ``exchange``).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from formulations.column_generation.decomposition import Decomposition
from formulations.column_generation.exchange import chances
from formulations.column_generation.knapsack import first_of
from formulations.column_generation.reversion import Reversion
from formulations.core.lagrangian import alone, lagrangian
from formulations.core.problem import LayoutProblem
from formulations.core.rows import Prices
from formulations.core.solution import SolveSettings, Watch
from formulations.exact.highs import solve
from formulations.exact.program import Program
from instances.rules.districts import Districts
from instances.units.grid import FloatArray, Layout

LEAST_ROWS = 100
"""Rows of districts from which on changes are chosen by district: with fewer one search does."""
STEPS = 30
"""Steps in which the districts are decided."""
ALIKE = 30
"""Changes of one kind (a district, two classes, a cost) on offer in a turn."""
KINDS = 60
"""Kinds of change on offer in each district, the cheapest."""
BESIDE = 600
"""Columns of districts to come that may move in a step, those on which the relaxation hangs least."""
NODES = 20
"""Most nodes of the search in each step: an end that is the same on every machine."""
MISSED = 1e-7
"""Share of a limit's scale from which on a layout misses it."""
DIVIDED = 1e-6
"""How far from a whole count the relaxation divides one."""


def many_rows_by_district(problem: LayoutProblem) -> bool:
    """Whether the finest districts of the limits have many rows of their own."""
    return len(problem.rows) >= LEAST_ROWS and int(own_rows(problem).sum()) >= LEAST_ROWS


def _own(problem: LayoutProblem) -> tuple[Districts, NDArray[np.int64]]:
    """The finest districts of the limits, and (rows,) the district whose own each row is, else -1."""
    finest = max((limit.districts for limit in problem.limits), key=len)
    own = [
        len(limit.districts) > 1 and np.array_equal(limit.districts.member, finest.member)
        for limit in problem.limits
    ]
    return finest, np.array([row.position if own[row.limit] else -1 for row in problem.rows], dtype=np.int64)


def own_rows(problem: LayoutProblem) -> NDArray[np.bool_]:
    """(rows,) True for rows that a district of the finest ones has to itself."""
    return _own(problem)[1] >= 0


def chosen_by_district(
    model: Decomposition,
    problem: LayoutProblem,
    layout: Layout,
    prices: Prices,
    turn: int,
    settings: SolveSettings,
    watch: Watch,
) -> Layout:
    """The layout (units,) with changes of single units chosen district by district, so that the rows hold and
    the objective is low; rows may still be missed, or the layout be no better. Which changes are on offer is
    drawn by the ``turn``. ``settings.room`` is for all steps together; ``model`` is that of the
    problem or of one with further limits: its bounds are moved to what whole units can give, so that parts
    of changes stay near whole ones."""
    districts, of_row = _own(problem)
    count, value = len(problem.rows), problem.values(layout)
    lower, upper = model.rows.lower[:count] - value, model.rows.upper[:count] - value
    urging = _urging(prices.along(problem.rows), model.scale[:count], lower, upper, of_row >= 0)
    offered = _offered(problem, districts, layout, Prices.of(problem.rows, urging), turn)
    back = Reversion(problem, layout, offered)
    if not len(back):
        return layout
    order = np.random.default_rng(turn).permutation(len(back))
    able = back.apart(np.arange(len(back)), order)
    program, kind, _ = chances(problem, layout, back.effects(np.arange(len(back)), len(back))[able])
    program = replace(program, row_lower=lower, row_upper=upper, cost=_steep(program))
    counts = relaxed_and_fixed(program, of_row, settings, watch)
    chosen = np.zeros(len(back), dtype=bool)
    if counts is not None:
        chosen[able[first_of(kind, counts)]] = True
    return back.returned(chosen)


def _steep(program: Program) -> FloatArray:
    """(columns,) the costs of the program, but missing a row by its smallest change costs as much as by its
    greatest: what is left to parts of changes is small, and would be left to the slack."""
    counts = int(program.whole.sum())
    effect = np.abs(sparse.csr_array(program.matrix[:, :counts]))
    touched = np.flatnonzero(np.diff(effect.indptr))
    times = np.ones(effect.shape[0])
    if len(touched):
        start = effect.indptr[touched]
        least, most = (part.reduceat(effect.data, start) for part in (np.minimum, np.maximum))
        times[touched] = most / np.where(least > 0, least, most)
    return np.concatenate([program.cost[:counts], program.cost[counts:] * np.tile(times, 2)])


def relaxed_and_fixed(
    program: Program, block: NDArray[np.int64], settings: SolveSettings, watch: Watch
) -> FloatArray | None:
    """(counts,) whole values of the whole columns, which stand first, decided block by block; None where
    HiGHS leaves nothing. ``block`` (rows,) is the block of each row, -1 for rows of all blocks."""
    counts, quiet = int(program.whole.sum()), watch.quiet()
    relaxed = solve(program.relaxed, settings, quiet, stage="exchange")
    if relaxed.x is None or relaxed.price is None:
        return None
    value = relaxed.x.copy()
    hangs = np.abs(program.reduced_cost(relaxed.price)[:counts])
    matrix = sparse.csc_array(program.matrix)
    each = None if settings.room is None else settings.room / STEPS
    settings = replace(settings, room=each)
    left = np.ones(counts, dtype=bool)
    for mine in _steps(_block_of(matrix[:, :counts], block), hangs):
        left[mine] = False
        divided = np.abs(value[:counts] - np.round(value[:counts])) > DIVIDED
        beside = np.flatnonzero(left)
        beside = beside[np.argsort(np.where(divided, -1.0, hangs)[beside], kind="stable")[:BESIDE]]
        free = np.concatenate([mine, beside, np.arange(counts, len(value))])
        settled = value.copy()
        settled[free] = 0.0
        done = matrix @ settled
        part = replace(
            program,
            cost=program.cost[free],
            matrix=sparse.csr_array(matrix[:, free]),
            row_lower=program.row_lower - done,
            row_upper=program.row_upper - done,
            lower=program.lower[free],
            upper=program.upper[free],
            whole=np.arange(len(free)) < len(mine),
        )
        found = solve(part, settings, quiet, stage="exchange", bounded=False, nodes=NODES)
        if found.x is None:
            return None
        value[free] = found.x
        value[mine] = np.round(value[mine])
    return value[:counts]


def _steps(block: NDArray[np.int64], hangs: FloatArray) -> list[NDArray[np.int64]]:
    """The columns (columns,) of each step: those of blocks with few first, as blocks with many make up for
    more; those of no block last."""
    size = np.bincount(block[block >= 0], minlength=int(block.max(initial=-1)) + 1)
    order = np.argsort(size, kind="stable")
    order = order[size[order] > 0]
    parts = np.array_split(order, min(STEPS, len(order))) if len(order) else []
    steps = [np.flatnonzero(np.isin(block, part)) for part in parts]
    return [*steps, np.flatnonzero(block < 0)] if (block < 0).any() else steps


def _block_of(matrix: sparse.csc_array, block: NDArray[np.int64]) -> NDArray[np.int64]:
    """(columns,) the block whose rows a column touches, -1 where it touches rows of all blocks only."""
    entries = sparse.coo_array(matrix)
    found = np.full(matrix.shape[1], -1, dtype=np.int64)
    own = block[entries.row] >= 0
    found[entries.col[own]] = block[entries.row[own]]
    return found


def _urging(
    price: FloatArray, scale: FloatArray, lower: FloatArray, upper: FloatArray, own: NDArray[np.bool_]
) -> FloatArray:
    """(rows,) the prices, and as much as a row is worth where a district's ``own`` row is missed by ``lower``
    above 0 or ``upper`` below it: what helps it is on offer first."""
    worth = np.abs(price * scale)
    typical = float(worth[worth > 0].mean()) if (worth > 0).any() else 1.0
    missed = np.where(lower > MISSED * scale, 1.0, np.where(upper < -MISSED * scale, -1.0, 0.0))
    urged: FloatArray = price + np.where(own, missed, 0.0) * typical / scale
    return urged


def _offered(
    problem: LayoutProblem, districts: Districts, layout: Layout, prices: Prices, turn: int
) -> Layout:
    """(units,) the layout with one change on offer for many units: in each district some of each of its
    cheapest kinds of change in the Lagrangian, as the turn draws them."""
    options = problem.options
    choice = np.flatnonzero((options.allowed.sum(axis=1) > 1)[options.kind])
    cost = alone(lagrangian(problem, prices), layout, choice, options.classes)
    cost -= cost[np.arange(len(choice)), layout[choice]][:, None]
    may = options.allowed[options.kind[choice]]
    may[np.arange(len(choice)), layout[choice]] = False
    place, to = np.nonzero(may)
    unit, cost = choice[place], np.round(cost[place, to], 3)
    random = np.random.default_rng(turn)
    drawn = random.permutation(len(unit))
    unit, to, cost = unit[drawn], to[drawn], cost[drawn]
    home, of = districts.member[unit], layout[unit].astype(np.int64) * options.classes + to
    order = np.lexsort((of, cost, home))
    first = np.ones(len(order), dtype=bool)
    first[1:] = (np.diff(home[order]) != 0) | (np.diff(cost[order]) != 0) | (np.diff(of[order]) != 0)
    kind = np.cumsum(first) - 1
    begins = np.flatnonzero(first)
    new_home = np.flatnonzero(np.diff(home[order[begins]], prepend=-2) != 0)
    earlier = new_home[np.cumsum(np.diff(home[order[begins]], prepend=-2) != 0) - 1]
    kept = (np.arange(len(order)) - begins[kind] < ALIKE) & ((np.arange(len(begins)) - earlier)[kind] < KINDS)
    some = random.permutation(order[kept])
    some = some[np.argsort(cost[some] < 0, kind="stable")]  # of one unit's changes one that gains is on offer
    offered = layout.copy()
    offered[unit[some]] = to[some]
    return offered
