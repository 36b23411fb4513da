"""The exact model: a layout problem as a mixed-integer program, with Pyomo.

    i      undecided units        k   classes a unit may become      p   products of undecided factors
    x[i,k] 1 where unit i becomes class k
    g[n]   sum of x[i,k] over the classes of a set, for one unit i and one set: node n
    z[p]   product of its g[n]: a pair of neighbours, or a corridor, that counts when whole
    I[r]   the indicator of limit r: constant + sum a x + sum l z

What is locked is folded into constants and cell terms first (``reduction``). Products are continuous: they
are rewarded, so that their factors hold them down; where they are penalised, a further row holds them up.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pyomo.environ as pyo
from pyomo.core.expr import LinearExpression
from scipy import sparse

from formulations.core.problem import LayoutProblem
from formulations.exact.presolve import Reduction, reduce_problem
from formulations.exact.program import even_relaxation, slack_rows
from formulations.exact.search import solve_exact

__all__ = ["exact_model", "solve_exact"]


def exact_model(problem: LayoutProblem, elastic: bool = False) -> pyo.ConcreteModel:
    """The Pyomo model of a problem. ``elastic`` lets every limit be missed and minimises by how much,
    each limit weighted so that missing any by the same share of its bound costs the same."""
    return model_over(problem, reduce_problem(problem), elastic)


def model_over(problem: LayoutProblem, reduction: Reduction, elastic: bool = False) -> pyo.ConcreteModel:
    """The same model for whoever has folded the problem already."""
    m = pyo.ConcreteModel("layout")
    _declare(m, problem, reduction)
    _indicators(m, problem, reduction)
    _products(m)
    _limits(m, reduction, elastic)
    return m


def _declare(m: pyo.ConcreteModel, problem: LayoutProblem, reduction: Reduction) -> None:
    """Sets and variables, and one class for every unit."""
    names = [problem.class_names[k] for k in reduction.klass]
    choices = list(zip(reduction.unit.tolist(), names, strict=True))
    m.UNITS = pyo.Set(initialize=reduction.free.tolist(), doc="undecided units")
    m.CHOICES = pyo.Set(dimen=2, initialize=choices, doc="(unit, class it may become)")
    m.x = pyo.Var(m.CHOICES, domain=pyo.Binary, doc="1 where the unit becomes the class")
    x = list(m.x.values())
    spans = [x[a:b] for a, b in pairwise(reduction.first.tolist())]
    m.of_unit = dict(zip(reduction.free.tolist(), spans, strict=True))

    @m.Constraint(m.UNITS, doc="sum_k x[i,k] = 1  [classes of the unit]")
    def one_class(m: pyo.ConcreteModel, i: int) -> object:
        return _sum(m.of_unit[i]) == 1

    products = reduction.products
    start, node = products.start.tolist(), products.node.tolist()
    m.PRODUCTS = pyo.RangeSet(0, len(products) - 1)
    m.z = pyo.Var(m.PRODUCTS, bounds=(0, 1), doc="1 where every factor of the product is")
    m.PENALISED = pyo.Set(initialize=np.flatnonzero(reduction.penalised).tolist(), doc="unwanted products")
    m.factors = {p: node[start[p] : start[p + 1]] for p in m.PRODUCTS}
    m.FACTORS = pyo.Set(dimen=2, initialize=[(p, n) for p in m.PRODUCTS for n in m.factors[p]])
    inside, choice = products.first.tolist(), products.choice.tolist()
    m.g = pyo.Expression(
        pyo.RangeSet(0, len(products.unit) - 1),
        rule=lambda m, n: _sum([x[c] for c in choice[inside[n] : inside[n + 1]]]),
        doc="sum of x[i,k] over the classes of the node's set",
    )


def _indicators(m: pyo.ConcreteModel, problem: LayoutProblem, reduction: Reduction) -> None:
    """The expressions in which objective and limits meet the units: one a row, one for the objective."""
    x, z = list(m.x.values()), list(m.z.values())

    def form(number: int) -> LinearExpression:
        cells, products = (_entries(matrix, number) for matrix in (reduction.of_choice, reduction.of_product))
        variables = [x[c] for c in cells[0]] + [z[p] for p in products[0]]
        return LinearExpression(
            constant=float(reduction.constant[number]),
            linear_coefs=cells[1] + products[1],
            linear_vars=variables,
        )

    m.LIMITS = pyo.Set(initialize=row_names(reduction), doc="(limit of the study, district)", dimen=2)
    m.indicator = pyo.Expression(m.LIMITS, doc="I[r](x)  [unit of the indicator]")
    for number, row in enumerate(m.LIMITS, start=1):
        m.indicator[row] = form(number)
    m.weighted = pyo.Expression(expr=form(0), doc="sum_m w[m] I[m](x)  [tCO2e/yr]")


def _products(m: pyo.ConcreteModel) -> None:
    """What makes z the product of its factors."""

    @m.Constraint(m.FACTORS, doc="z[p] <= g[n] for every factor n of p  [0 to 1]")
    def product_member(m: pyo.ConcreteModel, p: int, n: int) -> object:
        return m.z[p] <= m.g[n]

    @m.Constraint(m.PENALISED, doc="z[p] - sum_n g[n] >= 1 - factors of p  [0 to 1]")
    def product_whole(m: pyo.ConcreteModel, p: int) -> object:
        return m.z[p] - sum(m.g[n] for n in m.factors[p]) >= 1 - len(m.factors[p])


def _limits(m: pyo.ConcreteModel, reduction: Reduction, elastic: bool) -> None:
    """The limits and the objective, plain or elastic."""
    rows = list(m.LIMITS)
    lower = dict(zip(rows, _bounds(reduction.lower), strict=True))
    upper = dict(zip(rows, _bounds(reduction.upper), strict=True))
    if not elastic:

        @m.Constraint(m.LIMITS, doc="L[r] <= I[r](x) <= U[r]  [unit of the indicator]")
        def limit(m: pyo.ConcreteModel, *r: object) -> object:
            return pyo.inequality(lower[r], m.indicator[r], upper[r])

        @m.Objective(sense=pyo.minimize, doc="sum_m w[m] I[m](x)  [tCO2e/yr]")
        def cost(m: pyo.ConcreteModel) -> object:
            return m.weighted

        return
    weight = dict(zip(rows, even_relaxation(reduction).tolist(), strict=True))
    short, over = slack_rows(reduction, even_relaxation(reduction))
    m.short = pyo.Var([rows[r] for r in short], domain=pyo.NonNegativeReals, doc="missing below L[r]")
    m.over = pyo.Var([rows[r] for r in over], domain=pyo.NonNegativeReals, doc="excess above U[r]")
    missed: dict[object, object] = dict.fromkeys(rows, 0.0)
    for r in m.short:
        missed[r] += m.short[r]
    for r in m.over:
        missed[r] -= m.over[r]

    @m.Constraint(m.LIMITS, doc="L[r] <= I[r](x) + short[r] - over[r] <= U[r]  [unit of the indicator]")
    def elastic_limit(m: pyo.ConcreteModel, *r: object) -> object:
        return pyo.inequality(lower[r], m.indicator[r] + missed[r], upper[r])

    @m.Objective(sense=pyo.minimize, doc="sum_r (short[r] + over[r]) / |bound of r|  [shares of the bounds]")
    def relaxation(m: pyo.ConcreteModel) -> object:
        return sum(weight[r] * m.short[r] for r in m.short) + sum(weight[r] * m.over[r] for r in m.over)


def row_names(reduction: Reduction) -> list[tuple[int, str]]:
    """(number of the limit in the study, name of the district or "") of every row: the model's index."""
    return [(row.limit, row.key.district or "") for row in reduction.rows]


def _sum(variables: list[pyo.Var]) -> LinearExpression:
    return LinearExpression(linear_coefs=[1.0] * len(variables), linear_vars=variables)


def _entries(matrix: sparse.csr_array, row: int) -> tuple[list[int], list[float]]:
    inside = slice(matrix.indptr[row], matrix.indptr[row + 1])
    return matrix.indices[inside].tolist(), matrix.data[inside].tolist()


def _bounds(values: np.ndarray) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in values]
