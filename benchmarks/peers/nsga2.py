"""NSGA-II (pymoo) as land-use studies use it: one gene a unit, today's map varied as the first population.

It gets the weighted objective that we minimise, and the limits as constraints under its own rule that a
layout breaking less always beats one breaking more (Deb et al. 2002, IEEE Trans. Evol. Comput. 6:182). Genes
are numbers of *allowed* classes, so that red lines always hold, and a whole population is evaluated by a few
sparse products. A single objective is the kinder setting: no effort goes into spreading over a front.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pymoo.algorithms.moo.nsga2 import NSGA2
from pymoo.core.mutation import Mutation
from pymoo.core.problem import Problem
from pymoo.core.sampling import Sampling
from pymoo.operators.crossover.pntx import TwoPointCrossover
from pymoo.optimize import minimize
from pymoo.termination.max_time import TimeBasedTermination
from scipy import sparse

from benchmarks.peers import Found
from formulations.core.problem import LayoutProblem
from formulations.exact.presolve import Reduction, reduce_problem
from instances.units.grid import FloatArray, Layout

POPULATION = 100
SEED = 7


def solve(problem: LayoutProblem, gap: float, seconds: float) -> Found:
    """The best layout of the last population after ``seconds``: least missed limits, then least objective."""
    del gap
    began = time.perf_counter()
    genes = Genes(reduce_problem(problem), problem.today)
    task = LayoutTask(genes)
    algorithm = NSGA2(
        pop_size=POPULATION,
        sampling=VariedToday(),
        crossover=TwoPointCrossover(prob=0.9),
        mutation=OtherClass(),
        eliminate_duplicates=False,
    )
    result = minimize(task, algorithm, TimeBasedTermination(seconds), seed=SEED, copy_algorithm=False)
    best = _best(result.pop.get("CV").ravel(), result.pop.get("F").ravel())
    layout = genes.layout(result.pop.get("X")[best])
    note = f"{algorithm.n_gen:,} generations of {POPULATION}, {algorithm.evaluator.n_eval:,} layouts"
    return Found(layout, time.perf_counter() - began, note)


def _best(missed: FloatArray, objective: FloatArray) -> int:
    return int(np.lexsort((objective, missed))[0])


class Genes:
    """Layouts as genes: (free units,) the number of a unit's choice among those it has."""

    def __init__(self, reduction: Reduction, today: Layout) -> None:
        self.reduction = reduction
        self.first = reduction.first[:-1]
        self.options = np.diff(reduction.first)
        same = (today[reduction.unit] == reduction.klass).astype(float)
        start = reduction.layout(same)
        self.today = (np.flatnonzero(start[reduction.unit] == reduction.klass) - self.first).astype(np.int32)
        products = reduction.products
        self.inside = np.zeros((len(products.unit), int(self.options.max(initial=1))), dtype=bool)
        node = np.repeat(np.arange(len(products.unit)), np.diff(products.first))
        place = np.searchsorted(reduction.free, products.unit)
        self.inside[node, products.choice - self.first[place][node]] = True
        self.place = place

    def layout(self, genes: NDArray[np.integer]) -> Layout:
        """(units,) the layout of one individual."""
        x = np.zeros(len(self.reduction.unit))
        x[self.first + genes] = 1.0
        return self.reduction.layout(x)

    def values(self, population: NDArray[np.integer]) -> FloatArray:
        """(individuals, forms) objective and limits of a population (individuals, free units)."""
        reduction, count = self.reduction, len(population)
        chosen = (self.first + population).ravel()
        start = np.arange(count + 1) * len(self.first)
        x = sparse.csr_array((np.ones(len(chosen)), chosen, start), shape=(count, len(reduction.unit)))
        value = reduction.constant + (x @ reduction.of_choice.T).toarray()
        products = reduction.products
        if len(products):
            nodes = np.arange(len(products.unit))
            member = self.inside[nodes, population[:, self.place]]
            whole = np.logical_and.reduceat(member[:, products.node], products.start[:-1], axis=1)
            value += (reduction.of_product @ whole.T.astype(np.float64)).T
        return value


class LayoutTask(Problem):
    """The layout problem as pymoo wants it: integers, one objective, limits as shares of their bounds."""

    def __init__(self, genes: Genes) -> None:
        self.genes = genes
        reduction = genes.reduction
        self.low = np.flatnonzero(np.isfinite(reduction.lower))
        self.high = np.flatnonzero(np.isfinite(reduction.upper))
        self.low_size = np.maximum(1.0, np.abs(reduction.lower[self.low]))
        self.high_size = np.maximum(1.0, np.abs(reduction.upper[self.high]))
        super().__init__(
            n_var=len(genes.first), n_obj=1, n_ieq_constr=len(self.low) + len(self.high),
            xl=np.zeros(len(genes.first), dtype=int), xu=genes.options - 1, vtype=int,
        )  # fmt: skip

    def _evaluate(self, x: NDArray[np.integer], out: dict[str, Any], *_: object, **__: object) -> None:
        value = self.genes.values(x)
        reduction, limits = self.genes.reduction, value[:, 1:]
        out["F"] = value[:, [0]]
        out["G"] = np.hstack(
            [
                (reduction.lower[self.low] - limits[:, self.low]) / self.low_size - 1e-9,
                (limits[:, self.high] - reduction.upper[self.high]) / self.high_size - 1e-9,
            ]
        )


class VariedToday(Sampling):
    """Today's layout, and copies in which a share of the units, from none to a tenth, is drawn anew."""

    def _do(self, problem: LayoutTask, n_samples: int, *_: object, **options: Any) -> NDArray[np.int32]:
        random = options["random_state"]
        population = np.tile(problem.genes.today, (n_samples, 1))
        for number, share in enumerate(np.linspace(0.0, 0.1, n_samples)):
            drawn = np.flatnonzero(random.random(problem.n_var) < share)
            population[number, drawn] = random.integers(0, problem.genes.options[drawn])
        return population


class OtherClass(Mutation):
    """Gives some units another class: in each individual between one unit and a hundredth of them."""

    def _do(
        self, problem: LayoutTask, x: NDArray[np.integer], *_: object, **options: Any
    ) -> NDArray[np.integer]:
        random = options["random_state"]
        mutated = x.copy()
        share = np.exp(random.uniform(np.log(1 / problem.n_var), np.log(0.01), len(x)))
        for number, count in enumerate(np.maximum(1, share * problem.n_var).astype(int)):
            drawn = random.integers(0, problem.n_var, count)
            mutated[number, drawn] = random.integers(0, problem.genes.options[drawn])
        return mutated
