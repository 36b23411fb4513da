"""Initial duals: the linear model over types of unit, with neighbours held as they are today.

Units of a type share their costs, so a linear model over (type, class) shares is small whatever the number of
units. Its duals are where column generation starts; nothing else rests on it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog

from formulations.column_generation.graph_cut_structure import CoupledSet
from formulations.core.unit_types import CellTypes, Rows
from instances.units.grid import FloatArray, Layout
from instances.units.sums import sum_by


@dataclass(frozen=True, eq=False)
class InitialDuals:
    """``price`` (rows,) in tCO2e/yr per unit of the limit, 0 for rows that count pairs or bundles; ``missed``
    is True where the model could not meet all of the others."""

    price: FloatArray
    missed: bool


def initial_duals(
    types: CellTypes,
    sets: list[CoupledSet],
    rows: Rows,
    scale: FloatArray,
    today: Layout,
    coupled: NDArray[np.bool_],
) -> InitialDuals:
    """Prices from the model over types; ``coupled`` (rows,) is True for rows with pairs or bundles, which are
    left out; ``scale`` (rows,) is what a row is measured against."""
    used = np.flatnonzero(~coupled)
    price = np.zeros(len(rows))
    if len(used) == 0:
        return InitialDuals(price, False)
    cost, limits = _shares(types, len(rows))
    cost += _neighbours(types, sets, today)
    allowed = types.allowed.ravel()
    scale = scale[used]
    limits = sparse.csr_array(sparse.diags_array(1 / scale) @ limits[used][:, allowed])
    lower, upper = rows.lower[used] / scale, rows.upper[used] / scale
    low, high = np.isfinite(lower), np.isfinite(upper)
    bounds = sparse.vstack([-limits[low], limits[high]])
    slack = -sparse.eye_array(bounds.shape[0])
    # An elastic model: it has a solution whatever the limits, and says so where they cannot all be met.
    dear = 1e3 * max(1.0, float(np.abs(cost).sum()))
    of = np.repeat(np.arange(types.shape[0]), types.shape[1])[allowed]
    ones = sparse.csr_array((np.ones(len(of)), (of, np.arange(len(of)))), shape=(types.shape[0], len(of)))
    solved = linprog(
        np.concatenate([cost.ravel()[allowed], np.full(bounds.shape[0], dear)]),
        A_ub=sparse.hstack([bounds, slack]),
        b_ub=np.concatenate([-lower[low], upper[high]]),
        A_eq=sparse.hstack([ones, sparse.csr_array((types.shape[0], bounds.shape[0]))]),
        b_eq=np.ones(types.shape[0]),
        method="highs-ds",
    )
    if solved.x is None:  # whatever stopped it: column generation finds its way from prices of 0 as well
        return InitialDuals(price, False)
    paid = -solved.ineqlin.marginals
    paid[paid >= dear * (1 - 1e-9)] = 0.0  # the penalty itself is no price of anything
    below, above = np.zeros(len(used)), np.zeros(len(used))
    below[low], above[high] = paid[: int(low.sum())], paid[int(low.sum()) :]
    price[used] = (below - above) / scale
    return InitialDuals(price, bool((solved.x[len(of) :] > 1e-9).any()))


def _shares(types: CellTypes, rows: int) -> tuple[FloatArray, sparse.csr_array]:
    """Cost (types, classes) and limits (rows, types x classes) of giving a whole type to a class."""
    cost = np.zeros(types.shape)
    limits = sparse.csr_array((rows, cost.size))
    for scale, table, part in zip(types.scales, types.cost, types.rows, strict=True):
        amount = sum_by(types.of, scale, types.shape[0])
        cost += table * amount[:, None]
        limits = limits + part @ sparse.diags_array(np.repeat(amount, types.shape[1]))
    return cost, sparse.csr_array(limits)


def _neighbours(types: CellTypes, sets: list[CoupledSet], today: Layout) -> FloatArray:
    """(types, classes) what joining a set would earn beside today's neighbours."""
    gain = np.zeros(types.shape)
    for part in sets:
        member = part.classes[today]
        earned = sum_by(types.of[part.first], part.weight * member[part.second], types.shape[0])
        earned += sum_by(types.of[part.second], part.weight * member[part.first], types.shape[0])
        gain[:, part.classes] += earned[:, None]
    return gain
