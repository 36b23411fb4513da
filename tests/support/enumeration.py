"""The optimum of a tiny problem by trying every layout: no solver, only ``Indicator.evaluate``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from formulations.core.problem import KEPT, LayoutProblem
from instances.units.grid import Layout


@dataclass(frozen=True)
class Enumerated:
    """The best objective (inf where no layout keeps the limits) and one layout that has it."""

    objective: float
    layout: Layout | None
    layouts: int


def layouts(problem: LayoutProblem) -> Iterator[Layout]:
    """Every layout that the options allow."""
    allowed = problem.options.allowed[problem.options.kind]
    for classes in product(*(np.flatnonzero(row) for row in allowed)):
        yield np.array(classes, dtype=np.uint8)


def enumerate_best(problem: LayoutProblem, tolerance: float = KEPT) -> Enumerated:
    """The best layout that keeps every limit within the tolerance, of at most some ten thousand."""
    best, kept, count = np.inf, None, 0
    for layout in layouts(problem):
        count += 1
        objective = problem.objective.evaluate(layout)
        if objective < best and problem.holds(layout, tolerance):
            best, kept = objective, layout
    return Enumerated(best, kept, count)
