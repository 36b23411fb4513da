"""Rows held by their price: a program in which some limits may be missed or left, at what they are worth.

A part of a problem that is decided with its shared limits held can only take what it already has of them,
though another part would give more for less. Held by prices, it takes what is worth more than it pays, and
others give later. Prices alone say nothing of how far: where two layouts are as good at them a part jumps
from one to the other. So straying from the bound costs a little whichever way it goes (an exact penalty:
Nocedal and Wright, Numerical Optimization, chapter 17).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from formulations.exact.program import Program
from instances.units.grid import FloatArray


def bound_of(price: FloatArray, lower: FloatArray, upper: FloatArray) -> FloatArray:
    """(rows,) the bound that prices (rows,) speak of: the lower one where they are above 0."""
    return np.where(price > 0, lower, upper)


def strayed(value: FloatArray, bound: FloatArray, price: FloatArray, firmness: float) -> float:
    """What values (rows,) of limits cost by straying from their bound (rows,), in tCO2e/yr: their price, and
    ``firmness`` times as much whichever way."""
    away = value - bound
    return float(firmness * np.abs(price) @ np.abs(away) - price @ away)


def held_by_price(
    program: Program, rows: NDArray[np.int64], bound: FloatArray, price: FloatArray, firmness: float
) -> Program:
    """The program in which ``rows`` (n,) need not keep their ``bound`` (n,), less what is locked: columns at
    the end, for how far each is below it and then above it, cost what ``strayed`` says."""
    count = len(rows)
    lower, upper = program.row_lower.copy(), program.row_upper.copy()
    lower[rows] = upper[rows] = bound
    sign = np.concatenate([np.ones(count), -np.ones(count)])
    where = np.concatenate([rows, rows])
    slack = sparse.csr_array((sign, (where, np.arange(2 * count))), shape=(len(lower), 2 * count))
    size = firmness * np.abs(price)
    return replace(
        program,
        cost=np.concatenate([program.cost, size + price, size - price]),
        matrix=sparse.csr_array(sparse.hstack([program.matrix, slack], format="csr")),
        row_lower=lower,
        row_upper=upper,
        lower=np.concatenate([program.lower, np.zeros(2 * count)]),
        upper=np.concatenate([program.upper, np.full(2 * count, np.inf)]),
        whole=np.concatenate([program.whole, np.zeros(2 * count, dtype=bool)]),
    )
