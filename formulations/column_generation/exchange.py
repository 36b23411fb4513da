"""Exchange: a layout made better, or made to keep its limits, by many changes chosen together.

At the best prices a change of one unit costs little in the Lagrangian. Of thousands of the cheapest, no two
of which share a pair or a bundle, what they do to objective and limits adds up, so that the best choice is a
program with one row a limit:

    min   sum_m c_m z_m + sum_r p_r (s_r^+ + s_r^-)
    s.t.  L_r - I_r <= sum_m d_rm z_m + s_r^+ - s_r^- <= U_r - I_r,   z_m in {0, 1}

p is several times what the dearest change costs for what it does to the limit, so that a limit is missed
only where no choice can meet it. So the best of 2^5000 layouts is found within a tenth of a second (very
large-scale neighbourhood search: Ahuja et al. 2002, Discrete Applied Mathematics 123:75). A layout that keeps
its limits gets no worse. The changes on offer are drawn, other ones in every turn, the same on every machine.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from formulations.column_generation.knapsack import first_of, kinds
from formulations.column_generation.reversion import Reversion
from formulations.core.lagrangian import alone, lagrangian
from formulations.core.problem import LayoutProblem
from formulations.core.rows import Prices
from formulations.core.solution import SolveSettings, Watch
from formulations.exact.highs import solve
from formulations.exact.program import Program
from instances.units.grid import FloatArray, Layout

CHANGES = 6_000
"""Changes on offer in one turn, the cheapest."""
WIDER = 4
"""So many times more are known, of which every turn draws."""
SPREADS = (0.001, 0.1, 1.0)
"""By how much their costs are drawn apart, in turn, as shares of what the dearest of them costs."""
PENALTY = 10.0
NODES = 20
"""Most nodes of the search for the best choice: an end that is the same on every machine."""
INSIDE = (2.0, 0.5, 4.0, 0.0)
"""Mending aims so many typical changes inside the limits, in turn: what whole changes then miss the limits
by, beside what the relaxation divides, is less than that."""
SEARCHED = 300
"""Counts of changes that are decided beside the relaxation when mending, those first on which it hangs
least."""
DIVIDED = 1e-6
"""How far from a whole count the relaxation divides one."""


class CheapChanges:
    """The changes of single units that cost least in the Lagrangian at some prices, all others staying."""

    def __init__(self, problem: LayoutProblem, layout: Layout, prices: Prices) -> None:
        options = problem.options
        units = np.flatnonzero((options.allowed.sum(axis=1) > 1)[options.kind])
        cost = alone(lagrangian(problem, prices), layout, units, options.classes)
        cost -= cost[np.arange(len(units)), layout[units]][:, None]
        cost[~options.allowed[options.kind[units]]] = np.inf
        cost[np.arange(len(units)), layout[units]] = np.inf
        least = cost.min(axis=1, initial=np.inf)
        known = np.sort(least[np.isfinite(least)])[: WIDER * CHANGES]
        self.dearest = float(known[-1]) if len(known) else 0.0
        near = np.flatnonzero(least <= self.dearest)
        self.units, self.cost = units[near], cost[near]

    def drawn(self, layout: Layout, turn: int) -> Layout:
        """(units,) a layout with up to ``CHANGES`` units changed: to whom it costs least, give or take what
        the turn draws."""
        spread = SPREADS[turn % len(SPREADS)] * max(self.dearest, 1e-9)
        random = np.random.default_rng(turn)
        units, cost = self.units, self.cost
        if len(units) > WIDER * CHANGES:
            some = np.unique(random.integers(len(units), size=WIDER * CHANGES))
            units, cost = units[some], cost[some]
        each = np.arange(len(units))
        cost = cost + random.exponential(spread, cost.shape)
        cost[each, layout[units]] = np.inf
        to = cost.argmin(axis=1) if len(each) else each
        least = cost[each, to]
        able = np.argsort(least, kind="stable")[:CHANGES]
        able = able[np.isfinite(least[able])]
        other = layout.copy()
        other[units[able]] = to[able]
        return other


def exchanged(
    problem: LayoutProblem,
    layout: Layout,
    offered: Layout,
    turn: int,
    settings: SolveSettings,
    watch: Watch,
    *,
    singly: bool,
    mending: bool = False,
) -> Layout:
    """The layout (units,) with the changes towards another one that are best together, to ``settings.room``:
    of single units, or of pieces of equal change. Limits may still be missed where no choice meets them.

    Of changes that meet, those are on offer that the ``turn`` draws. ``mending`` is for a layout that misses
    limits: a choice that keeps them is found in a small part of the time, near the best and not the best.
    """
    back = Reversion(problem, layout, offered)
    # what a change gains may be worth more than a penalty: a layout that keeps its limits is not mended
    if not len(back) or (mending and problem.holds(layout)):
        return layout
    group, groups = (np.arange(len(back)), len(back)) if singly else back.pieces()
    able = back.apart(group, np.random.default_rng(turn).permutation(groups))
    chosen = np.zeros(groups, dtype=bool)
    effects = back.effects(group, groups)[able]
    if mending:
        better = kept_together(problem, layout, effects, settings, watch, INSIDE[turn % len(INSIDE)])
    else:
        better = best_together(problem, layout, effects, settings, watch, nodes=NODES)
    chosen[able[better]] = True
    return back.returned(chosen[group])


def best_together(
    problem: LayoutProblem,
    layout: Layout,
    effects: sparse.csr_array,
    settings: SolveSettings,
    watch: Watch,
    stage: str = "exchange",
    nodes: int | None = None,
) -> NDArray[np.bool_]:
    """(changes,) the best choice of changes with ``effects`` (changes, rows + 1) on limits and objective, to
    ``settings.room`` and for its ``time_limit``; none where HiGHS leaves nothing."""
    program, kind, none = chances(problem, layout, effects)
    outcome = solve(program, settings, Watch(stop=watch.stop), stage=stage, bounded=False, nodes=nodes)
    if outcome.x is None or program.value(outcome.x) > program.value(none):
        return np.zeros(len(kind), dtype=bool)
    return first_of(kind, np.round(outcome.x[: int(program.whole.sum())]))


def kept_together(
    problem: LayoutProblem,
    layout: Layout,
    effects: sparse.csr_array,
    settings: SolveSettings,
    watch: Watch,
    inside: float,
) -> NDArray[np.bool_]:
    """(changes,) a choice of changes with which a layout keeps its limits, or misses them by less; none where
    there is none found.

    The relaxation divides no more counts than there are limits. Solved ``inside`` so many typical changes
    within the limits and rounded it nearly keeps them, and a search over the few hundred counts on which it
    hangs least does the rest: hundredths of a second where the best choice takes seconds.
    """
    program, kind, none = chances(problem, layout, effects)
    counts, quiet = int(program.whole.sum()), Watch(stop=watch.stop)
    relaxed = solve(_narrowed(program, inside).relaxed, settings, quiet, stage="exchange")
    if relaxed.x is None or relaxed.price is None:
        return np.zeros(len(kind), dtype=bool)
    whole = np.round(relaxed.x[:counts])
    hangs = np.abs(program.reduced_cost(relaxed.price)[:counts])
    hangs[np.abs(relaxed.x[:counts] - whole) > DIVIDED] = -1.0
    free = np.argsort(hangs, kind="stable")[:SEARCHED]
    fixed = whole.copy()
    fixed[free] = 0.0
    columns = np.concatenate([free, np.arange(counts, len(program.cost))])
    settled = program.matrix[:, :counts] @ fixed
    part = replace(
        program,
        cost=program.cost[columns],
        matrix=sparse.csr_array(program.matrix[:, columns]),
        row_lower=program.row_lower - settled,
        row_upper=program.row_upper - settled,
        lower=program.lower[columns],
        upper=program.upper[columns],
        whole=program.whole[columns],
    )
    found = solve(part, settings, quiet, stage="exchange", bounded=False, nodes=NODES)
    if found.x is None:
        return np.zeros(len(kind), dtype=bool)
    whole[free] = np.round(found.x[: len(free)])
    if part.value(found.x) + float(program.cost[:counts] @ fixed) > program.value(none):
        return np.zeros(len(kind), dtype=bool)
    return first_of(kind, whole)


def _narrowed(program: Program, inside: float) -> Program:
    """The program with limits moved inwards by so many typical changes, where there is room for it."""
    matrix, counts = program.matrix, int(program.whole.sum())
    effect = np.abs(sparse.csr_array(matrix[:, :counts]))
    first = effect.indptr
    typical = np.array(
        [np.median(effect.data[a:b]) if b > a else 0.0 for a, b in pairwise(first)], dtype=float
    )
    lower, upper = program.row_lower + inside * typical, program.row_upper - inside * typical
    room = lower <= upper
    return replace(
        program,
        row_lower=np.where(room, lower, program.row_lower),
        row_upper=np.where(room, upper, program.row_upper),
    )


def chances(
    problem: LayoutProblem, layout: Layout, effects: sparse.csr_array
) -> tuple[Program, NDArray[np.int64], FloatArray]:
    """The program of the best choice, (changes,) which changes do the same, and its point at no change."""
    values, rows = problem.values(layout), len(problem.rows)
    # Of changes that do the same it only matters how many are made: far fewer columns, and none that tie.
    kind, first, count = kinds(effects)
    alike = sparse.csr_array(effects[first])
    cost, by_limit = alike[:, [rows]].toarray().ravel(), sparse.csr_array(alike[:, :rows].T)
    lower = np.array([row.lower for row in problem.rows]) - values
    upper = np.array([row.upper for row in problem.rows]) - values
    does = abs(by_limit).max(axis=1).toarray().ravel() if len(first) and rows else np.zeros(rows)
    penalty = PENALTY * max(1.0, float(np.abs(cost).max(initial=0.0))) / np.where(does > 0, does, 1.0)
    slack = sparse.eye_array(rows, format="csr")
    program = Program(
        cost=np.concatenate([cost, penalty, penalty]),
        offset=0.0,
        matrix=sparse.csr_array(sparse.hstack([by_limit, slack, -slack], format="csr")),
        row_lower=lower,
        row_upper=upper,
        lower=np.zeros(len(first) + 2 * rows),
        upper=np.concatenate([count, np.full(2 * rows, np.inf)]),
        whole=np.arange(len(first) + 2 * rows) < len(first),
    )
    none = np.concatenate([np.zeros(len(first)), np.maximum(lower, 0.0), np.maximum(-upper, 0.0)])
    return program, kind, none
