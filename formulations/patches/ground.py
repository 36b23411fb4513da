"""The ground on which pieces grow: neighbours of every unit, and what one unit costs in each class at prices.

    F(x) = sum_i f_i(x_i) + sum_(i,j) sum_S w_Sij g_Si g_Sj        (``core.lagrangian``)

with f as tables over types of unit. What one unit's change does to F is read off its neighbours in a moment,
in compiled code. Bundles are left out: they make no piece, and what they are worth is counted on whole
layouts.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from formulations.core.compiling import compiled
from formulations.core.lagrangian import lagrangian
from formulations.core.problem import LayoutProblem
from formulations.core.rows import Prices
from formulations.core.unit_types import CellTypes, cell_types, rows_of
from instances.units.grid import FloatArray, Grid

BARRED = 1e18
"""What a class costs where it may not come, in tCO2e/yr."""


class Ground(NamedTuple):
    """Arrays that compiled code walks: the neighbours of unit i are ``near[start[i]:start[i + 1]]``;
    ``weight`` (sets, neighbours) what a pair adds where both carry a class of the set, ``member``
    (sets, classes); ``of`` (units,) type, ``cost`` (scales, types, classes), ``scale`` (scales, units),
    ``allowed`` (types, classes), ``area`` (units,) in ha."""

    start: NDArray[np.int32]
    near: NDArray[np.int32]
    weight: FloatArray
    member: NDArray[np.bool_]
    of: NDArray[np.int32]
    cost: FloatArray
    scale: FloatArray
    allowed: NDArray[np.bool_]
    area: FloatArray


def types_of(problem: LayoutProblem) -> CellTypes:
    """The types of unit of a problem."""
    return cell_types(problem, rows_of(problem), np.zeros(len(problem), dtype=np.int32))


def ground(problem: LayoutProblem, grid: Grid, types: CellTypes, prices: Prices) -> Ground:
    """The ground of a problem at prices of its limits."""
    start, near, edge = neighbours(grid)
    sets, weight = _pairs(problem, grid, prices)
    units = len(problem)
    scales = [np.ones(units) if scale is None else scale for scale in types.scales]
    return Ground(
        start,
        near,
        np.ascontiguousarray(weight[:, edge]),
        sets,
        types.of,
        np.array(types.priced(prices.along(problem.rows))),
        np.array(scales, dtype=float),
        types.allowed,
        grid.area_ha,
    )


def neighbours(grid: Grid) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """(units + 1,), (neighbours,), (neighbours,): where each unit's neighbours begin, who they are, and the
    number of the edge that they share."""
    units, edges = len(grid), len(grid.edges)
    ends = np.concatenate([grid.edges.first, grid.edges.second])
    others = np.concatenate([grid.edges.second, grid.edges.first])
    number = np.tile(np.arange(edges, dtype=np.int32), 2)
    matrix = sparse.coo_array((number, (ends, others)), shape=(units, units)).tocsr()
    return matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32), matrix.data.astype(np.int32)


def _pairs(problem: LayoutProblem, grid: Grid, prices: Prices) -> tuple[NDArray[np.bool_], FloatArray]:
    """(sets, classes) and (sets, edges): the sets of classes that pairs couple, and what every edge is worth
    to each; pairs of units that share no edge are left out."""
    classes = problem.options.classes
    known: dict[bytes, int] = {}
    sets: list[NDArray[np.bool_]] = []
    weight: list[FloatArray] = []
    for term in lagrangian(problem, prices).pairs:
        if term.first is not grid.edges.first and not np.array_equal(term.first, grid.edges.first):
            continue
        number = known.setdefault(term.classes.tobytes(), len(sets))
        if number == len(sets):
            sets.append(term.classes)
            weight.append(np.zeros(len(grid.edges)))
        weight[number] += term.weight
    if not sets:
        return np.zeros((0, classes), dtype=bool), np.zeros((0, len(grid.edges)))
    return np.array(sets), np.array(weight)


@compiled()
def change(g: Ground, layout: NDArray[np.uint8], i: int, k: int) -> float:
    """What F changes by where unit i takes class k, all others as in the layout; ``BARRED`` where it may
    not."""
    here, c = g.of[i], layout[i]
    if not g.allowed[here, k]:
        return BARRED
    value = 0.0
    for s in range(g.cost.shape[0]):
        value += g.scale[s, i] * (g.cost[s, here, k] - g.cost[s, here, c])
    for s in range(g.member.shape[0]):
        if g.member[s, k] != g.member[s, c]:
            beside = 0.0
            for e in range(g.start[i], g.start[i + 1]):
                if g.member[s, layout[g.near[e]]]:
                    beside += g.weight[s, e]
            value += beside if g.member[s, k] else -beside
    return value
