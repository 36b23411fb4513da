"""A layout and its side models as one program: every row of both, and an equation for every link.

What small studies are solved with, and what problems are that no minimum cut prices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy import sparse

from formulations.core.problem import LayoutProblem
from formulations.core.solution import SolveSettings, Watch
from formulations.exact.highs import solve
from formulations.exact.presolve import Reduction, reduce_problem
from formulations.exact.program import Program, layout_program, limit_rows, tightened
from formulations.linked.side import link_rows
from formulations.linked.siting import Siting
from instances.units.grid import Layout

EVERY_STRONG, MOST_STRONG = 5_000, 20_000
"""So many strong rows of a side model go into the program all together; of more only those that its
relaxation broke, and with more yet the program is not tried."""


def solve_stacked(
    problem: LayoutProblem, sitings: Sequence[Siting], settings: SolveSettings, watch: Watch
) -> tuple[Layout | None, float]:
    """The best layout beside whole side models to ``settings.room``, None where none was found, and a bound
    of all parts together in tCO2e/yr; inf where no layout keeps the limits."""
    links = [link for siting in sitings for link in siting.side.links(problem.today)]
    reduction = reduce_problem(replace(problem, limits=(*problem.limits, *links)))
    program = _stacked(problem, reduction, sitings)
    outcome = solve(program, settings, watch, stage="linked", presolve=True)
    layout = None if outcome.x is None else reduction.layout(outcome.x)
    return layout, outcome.bound


def _stacked(problem: LayoutProblem, reduction: Reduction, sitings: Sequence[Siting]) -> Program:
    """The layout's program, then the side models', tied by the rows of the links."""
    whole = layout_program(reduction)
    of = np.array([row.limit for row in reduction.rows], dtype=np.int64)
    place = limit_rows(reduction, whole)
    own = of < len(problem.limits)
    whole = tightened(whole, place[own], reduction.allowance[own])
    parts, first = [_with_strong(siting) for siting in sitings], len(whole.cost)
    lower, upper = whole.row_lower.copy(), whole.row_upper.copy()
    entries: list[tuple[int, int]] = []
    sides = [siting.side for siting in sitings]
    for side, mine in zip(sides, link_rows(reduction.rows, len(problem.limits), sides), strict=True):
        moving, rows = np.flatnonzero(side.moves()), place[mine]
        here = side.values(problem.today)[moving]
        lower[rows] -= here
        upper[rows] -= here
        entries += zip(rows.tolist(), (first + side.column[moving]).tolist(), strict=True)
        first += len(side.program.cost)
    at = np.array(entries, dtype=np.int64).reshape(-1, 2)
    link = sparse.csr_array((-np.ones(len(at)), (at[:, 0], at[:, 1])), shape=(len(lower), first))
    blocks = sparse.block_diag([whole.matrix, *(part.matrix for part in parts)], format="csr")
    wide = sparse.vstack([link, sparse.csr_array((blocks.shape[0] - len(lower), first))], format="csr")
    return Program(
        cost=np.concatenate([whole.cost, *(part.cost for part in parts)]),
        offset=whole.offset + sum(part.offset for part in parts),
        matrix=sparse.csr_array(blocks + wide),
        row_lower=np.concatenate([lower, *(part.row_lower for part in parts)]),
        row_upper=np.concatenate([upper, *(part.row_upper for part in parts)]),
        lower=np.concatenate([whole.lower, *(part.lower for part in parts)]),
        upper=np.concatenate([whole.upper, *(part.upper for part in parts)]),
        whole=np.concatenate([whole.whole, *(part.whole for part in parts)]),
    )


def _with_strong(siting: Siting) -> Program:
    """A side model's program with its strong rows: all where they are few, else those known to be broken."""
    program, rows = siting.side.program, siting.side.strong
    if rows.shape[0] > EVERY_STRONG:
        return siting.with_pool(program)
    return replace(
        program,
        matrix=sparse.csr_array(sparse.vstack([program.matrix, rows], format="csr")),
        row_lower=np.concatenate([program.row_lower, np.full(rows.shape[0], -np.inf)]),
        row_upper=np.concatenate([program.row_upper, np.zeros(rows.shape[0])]),
    )
