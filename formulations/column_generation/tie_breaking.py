"""Tie-breaking: where a change earns nothing, land stays what it is.

Classes with equal coefficients tie, and a solver takes either; a planner wants today's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from formulations.column_generation.graph_cut_structure import distinct_sets
from formulations.core.problem import LayoutProblem
from formulations.core.unit_types import CellTypes, cell_types, rows_of
from instances.units.grid import Layout

_EQUAL = 1e-12
"""Relative difference up to which two costs are one."""


def break_ties(problem: LayoutProblem, layout: Layout) -> Layout:
    """The layout with every change undone that alters neither the objective nor what limits allow."""
    rows = rows_of(problem)
    types = cell_types(problem, rows, problem.today.astype(np.int32))
    idle = _same_cost(types) & _same_sets(problem)[types.block] & _today_allowed(types)[:, None]
    for kept in (idle, idle & _same_rows(types)):
        undone = kept[types.of, layout] & (layout != problem.today)
        if not undone.any():
            return layout
        plan = np.where(undone, problem.today, layout)
        if problem.holds(plan):
            return plan
    return layout


def _same_cost(types: CellTypes) -> NDArray[np.bool_]:
    """(types, classes) True where a class costs what today's does (``types.block`` is today's class)."""
    same = np.ones(types.shape, dtype=bool)
    number = np.arange(types.shape[0])
    for cost in types.cost:
        own = cost[number, types.block][:, None]
        same &= np.abs(cost - own) <= _EQUAL * np.maximum(1.0, np.abs(own))
    return same


def _same_rows(types: CellTypes) -> NDArray[np.bool_]:
    """(types, classes) True where a class counts in every limit as today's does."""
    same = np.ones(types.shape, dtype=bool)
    number = np.arange(types.shape[0])
    for matrix in types.rows:
        for row in range(matrix.shape[0]):
            weight = matrix[[row]].toarray().reshape(types.shape)
            same &= weight == weight[number, types.block][:, None]
    return same


def _same_sets(problem: LayoutProblem) -> NDArray[np.bool_]:
    """(classes today, classes) True where both are members of the same coupled sets."""
    same = np.ones((problem.options.classes, problem.options.classes), dtype=bool)
    for classes in distinct_sets(problem):
        same &= classes[:, None] == classes[None, :]
    return same


def _today_allowed(types: CellTypes) -> NDArray[np.bool_]:
    allowed: NDArray[np.bool_] = types.allowed[np.arange(types.shape[0]), types.block]
    return allowed
