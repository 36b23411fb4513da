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
from instances.units.grid import Layout

CHANGES = 6_000
"""Changes on offer in one turn, the cheapest."""
WIDER = 4
"""So many times more are known, of which every turn draws."""
SPREADS = (0.001, 0.1, 1.0)
"""By how much their costs are drawn apart, in turn, as shares of what the dearest of them costs."""
PENALTY = 10.0
NODES = 20
"""Most nodes of the search for the best choice: an end that is the same on every machine."""


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
    singly: bool,
) -> Layout:
    """The layout (units,) with the changes towards another one that are best together, to ``settings.room``:
    of single units, or of pieces of equal change. Limits may still be missed where no choice meets them.

    Of changes that meet, those are on offer that the ``turn`` draws.
    """
    back = Reversion(problem, layout, offered)
    if not len(back):
        return layout
    group, groups = (np.arange(len(back)), len(back)) if singly else back.pieces()
    able = back.apart(group, np.random.default_rng(turn).permutation(groups))
    chosen = np.zeros(groups, dtype=bool)
    effects = back.effects(group, groups)[able]
    chosen[able[best_together(problem, layout, effects, settings, watch, nodes=NODES)]] = True
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
    outcome = solve(
        program, settings, Watch(stop=watch.stop), start=none, stage=stage, bounded=False, nodes=nodes
    )
    if outcome.x is None:
        return np.zeros(len(kind), dtype=bool)
    return first_of(kind, np.round(outcome.x[: len(first)]))
