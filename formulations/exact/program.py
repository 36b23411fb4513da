"""A mixed-integer program as arrays, and the layout problem written as one.

``exact`` writes the same algebra with Pyomo, constraint by constraint; a test holds the two equal row by
row. The arrays exist because a study of a hundred thousand choices is handed to HiGHS in hundredths of a
second this way, and in seconds through one Python object per choice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from formulations.exact.presolve import Reduction
from instances.units.grid import FloatArray

_WHOLE = 1e-9
"""Coefficients this close to multiples of one quantum count as such."""

_Block = tuple[sparse.csr_array, sparse.csr_array | None, FloatArray | float, FloatArray | float]
"""Rows over choices, the same rows over products, their lower and upper bounds."""


@dataclass(frozen=True, eq=False)
class Program:
    """Minimise ``cost @ x + offset`` with ``row_lower <= matrix @ x <= row_upper``, ``lower <= x <= upper``
    and x whole where ``whole``."""

    cost: FloatArray
    offset: float
    matrix: sparse.csr_array
    row_lower: FloatArray
    row_upper: FloatArray
    lower: FloatArray
    upper: FloatArray
    whole: NDArray[np.bool_]

    @property
    def relaxed(self) -> Program:
        """The program without the demand that anything be whole."""
        return replace(self, whole=np.zeros_like(self.whole))

    def value(self, x: FloatArray) -> float:
        """What a point (columns,) costs."""
        return float(self.cost @ x) + self.offset

    def bound_at(self, price: FloatArray) -> float:
        """A lower bound of the program from any prices (rows,), good or bad.

        Lagrange: min over lower <= x <= upper of cost x + price (bound - matrix x), true but for rounding
        whatever the tolerances of the solver that found the prices.
        """
        price = self.valid_price(price)
        bound = np.where(price > 0, self.row_lower, self.row_upper)
        priced = price != 0
        reduced = self.reduced_cost(price)
        cheapest = np.where(reduced > 0, self.lower, self.upper)
        costly = reduced != 0
        return float(self.offset + price[priced] @ bound[priced] + reduced[costly] @ cheapest[costly])

    def valid_price(self, price: FloatArray) -> FloatArray:
        """(rows,) prices with 0 where the sign asks for a bound that the row lacks."""
        valid: FloatArray = np.where(
            np.isinf(np.where(price > 0, self.row_lower, self.row_upper)), 0.0, price
        )
        return valid

    def reduced_cost(self, price: FloatArray) -> FloatArray:
        """(columns,) what one more of each column costs at prices (rows,)."""
        reduced: FloatArray = self.cost - self.matrix.T @ price
        return reduced


def layout_program(reduction: Reduction, relax: FloatArray | None = None) -> Program:
    """The layout problem as a program; columns: choices, products, then the slacks of an elastic program.

    Rows: ``one_class`` for every undecided unit, ``product_member`` for every factor of a product,
    ``product_whole`` for every penalised product, ``limit`` for every row of the problem. ``relax`` (rows,)
    makes it elastic: every finite bound may be missed at that cost per unit of the indicator (not where it
    is infinite), and missing the limits is all that costs.
    """
    choices, products = len(reduction.unit), reduction.products
    blocks: list[_Block] = [
        (_one_class(reduction), None, 1.0, 1.0),
        (*_members(reduction), -np.inf, 0.0),
        (*_wholes(reduction), *_whole_bounds(reduction)),
        (reduction.of_choice[1:], reduction.of_product[1:], *_limit_bounds(reduction)),
    ]
    matrices = [
        sparse.hstack([left, _empty(left, len(products)) if right is None else right], format="csr")
        for left, right, _, _ in blocks
    ]
    matrix = sparse.csr_array(sparse.vstack(matrices, format="csr"))
    lower = np.concatenate([np.broadcast_to(low, left.shape[0]) for left, _, low, _ in blocks])
    upper = np.concatenate([np.broadcast_to(high, left.shape[0]) for left, _, _, high in blocks])
    forms = sparse.hstack([reduction.of_choice[[0]], reduction.of_product[[0]]], format="csr")
    columns = choices + len(products)
    program = Program(
        cost=forms.toarray()[0],
        offset=float(reduction.constant[0]),
        matrix=matrix,
        row_lower=lower,
        row_upper=upper,
        lower=np.zeros(columns),
        upper=np.ones(columns),
        whole=np.arange(columns) < choices,
    )
    return program if relax is None else _elastic(program, reduction, relax)


def limit_rows(reduction: Reduction, program: Program) -> NDArray[np.int64]:
    """(rows,) where the limits stand among the rows of the program: at the end."""
    return np.arange(len(program.row_lower) - len(reduction.rows), len(program.row_lower))


def tightened(program: Program, rows: NDArray[np.int64], allowance: FloatArray) -> Program:
    """The program with bounds of some rows moved out by their ``allowance`` (rows,), so that what is proven
    holds for all that keeps them, and then in to the next value that whole choices can give.

    Where every coefficient of a row is a multiple of one quantum (areas of equal cells) and every column in
    it is whole, so is the row's value; no layout is lost, and the relaxation comes nearer to the plan. By how
    much coefficients are no multiples is added up and left as room.
    """
    lower, upper = program.row_lower.copy(), program.row_upper.copy()
    lower[rows] -= allowance
    upper[rows] += allowance
    for row in rows:
        inside = slice(program.matrix.indptr[row], program.matrix.indptr[row + 1])
        size = np.abs(program.matrix.data[inside])
        if len(size) == 0 or not program.whole[program.matrix.indices[inside]].all():
            continue
        quantum = float(size.min())
        away = np.abs(size / quantum - np.rint(size / quantum))
        if away.max() > _WHOLE:
            continue
        amiss = float(away.sum())
        lower[row] = max(lower[row], (np.ceil(lower[row] / quantum - amiss) - amiss) * quantum)
        upper[row] = min(upper[row], (np.floor(upper[row] / quantum + amiss) + amiss) * quantum)
    return replace(program, row_lower=lower, row_upper=upper)


def _one_class(reduction: Reduction) -> sparse.csr_array:
    choices = len(reduction.unit)
    return sparse.csr_array(
        (np.ones(choices), np.arange(choices), reduction.first), shape=(len(reduction.free), choices)
    )


def _g(reduction: Reduction) -> sparse.csr_array:
    """(nodes, choices) the choices that make each node's g."""
    nodes = reduction.products
    return sparse.csr_array(
        (np.ones(len(nodes.choice)), nodes.choice, nodes.first), shape=(len(nodes.unit), len(reduction.unit))
    )


def _members(reduction: Reduction) -> tuple[sparse.csr_array, sparse.csr_array]:
    """z_p - g_n <= 0 for every factor n of product p."""
    products = reduction.products
    factors = len(products.node)
    owner = np.repeat(np.arange(len(products)), np.diff(products.start))
    z = sparse.csr_array((np.ones(factors), owner, np.arange(factors + 1)), shape=(factors, len(products)))
    return -_g(reduction)[products.node], z


def _wholes(reduction: Reduction) -> tuple[sparse.csr_array, sparse.csr_array]:
    """z_p - sum of its g_n >= 1 - number of factors, for penalised products."""
    products, pressed = reduction.products, np.flatnonzero(reduction.penalised)
    of_node = sparse.csr_array(
        (np.ones(len(products.node)), products.node, products.start),
        shape=(len(products), len(products.unit)),
    )
    z = sparse.eye_array(len(products), format="csr")[pressed]
    return -(of_node[pressed] @ _g(reduction)), z


def _whole_bounds(reduction: Reduction) -> tuple[FloatArray, float]:
    factors = np.diff(reduction.products.start)[reduction.penalised]
    return 1.0 - factors, np.inf


def _limit_bounds(reduction: Reduction) -> tuple[FloatArray, FloatArray]:
    locked = reduction.constant[1:]
    return reduction.lower - locked, reduction.upper - locked


def _empty(beside: sparse.csr_array, columns: int) -> sparse.csr_array:
    return sparse.csr_array((beside.shape[0], columns))


def _elastic(program: Program, reduction: Reduction, relax: FloatArray) -> Program:
    """Slack columns: ``short`` for every lower bound that may be missed, then ``over`` for upper ones."""
    rows = limit_rows(reduction, program)
    short, over = slack_rows(reduction, relax)
    count = len(short) + len(over)
    sign = np.concatenate([np.ones(len(short)), -np.ones(len(over))])
    where = rows[np.concatenate([short, over])]
    slack = sparse.csr_array((sign, (where, np.arange(count))), shape=(len(program.row_lower), count))
    columns = len(program.cost)
    return replace(
        program,
        cost=np.concatenate([np.zeros(columns), relax[short], relax[over]]),
        offset=0.0,
        matrix=sparse.hstack([program.matrix, slack], format="csr"),
        lower=np.concatenate([program.lower, np.zeros(count)]),
        upper=np.concatenate([program.upper, np.full(count, np.inf)]),
        whole=np.concatenate([program.whole, np.zeros(count, dtype=bool)]),
    )


def slack_rows(reduction: Reduction, relax: FloatArray) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The rows whose lower, and those whose upper bound an elastic program may miss."""
    may = np.isfinite(relax)
    return (
        np.flatnonzero(may & np.isfinite(reduction.lower)),
        np.flatnonzero(may & np.isfinite(reduction.upper)),
    )


def even_relaxation(reduction: Reduction) -> FloatArray:
    """(rows,) cost of missing each limit by one unit so that missing any by the same share costs the same."""
    size = np.where(np.isfinite(reduction.lower), np.abs(reduction.lower), np.abs(reduction.upper))
    return 1.0 / np.maximum(size, 1.0)
