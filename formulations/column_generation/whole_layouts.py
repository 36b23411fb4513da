"""Whole layouts mixed: the plan lies between few of them, and HiGHS decides the units on which they differ.

The master by blocks finds good prices within few rounds, but what it mixes is different in every block:
where everything is open, thousands of units differ, and no recombination of them keeps to the limits. A
master whose columns are whole layouts mixes at most one layout more than there are limits (a basic solution
has as many columns as rows), and all of them are optimal at the same prices, so that they differ on few
units: those that are worth the same in two classes. With the units that differ free to take one of those
classes, and all others as they are, the whole program is small and nearly as good as the mixture.

It needs more rounds the more limits there are (columns that stand for everything tail off), so it is for few.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from formulations.column_generation.decomposition import Decomposition
from formulations.column_generation.master import WEIGHTLESS, Master, Mixture
from formulations.column_generation.measure import Measured
from formulations.core.problem import LayoutProblem, Options
from instances.units.grid import FloatArray, Layout

MOST_ROWS = 20
"""Limits up to which whole layouts are mixed. With more the mixture comes near too slowly: on the demo county
of a million cells and 43 limits sixty rounds took 20 s for nothing."""
ROUNDS = 60
"""Rounds of pricing at most. Studies in which everything is open take 3 to 20."""
QUIET_ROUNDS = 6
"""So many rounds in which the distance from mixture to bound is not halved end it."""


@dataclass(frozen=True, eq=False)
class Mixed:
    """Layouts that are mixed, the best bound met on the way with its prices, and the mixture's value."""

    layouts: list[Layout]
    bound: float
    price: FloatArray
    value: float


def mix(
    model: Decomposition,
    begin: Sequence[Measured],
    penalty: FloatArray,
    near: float,
    goes_on: Callable[[], bool],
) -> Mixed:
    """Column generation with whole layouts from those of ``begin``, until mixture and bound are within
    ``near`` (tCO2e/yr), come no nearer, or it shall not go on."""
    first, *others = begin
    master = Master(model.rows, model.scale, penalty, *_whole(first))
    for each in others:
        master.add(*_whole(each))
    known = [each.layout for each in begin]
    bound, best, quiet, aim = -np.inf, np.zeros(len(model.rows)), 0, np.inf
    mixture = master.solve()
    for _ in range(ROUNDS):
        price = model.signed(mixture.price)
        measured, proven = model.price(price)
        if proven > bound:
            bound, best = proven, price
        master.add(*_whole(measured))
        known.append(measured.layout)
        mixture = master.solve()
        left = mixture.value - bound
        quiet = quiet + 1 if left > aim else 0
        aim = left / 2 if quiet == 0 else aim
        if left <= near or quiet >= QUIET_ROUNDS or not goes_on():
            break
    return Mixed(_carrying(mixture, known), bound, best, mixture.value)


def between(problem: LayoutProblem, layouts: Sequence[Layout]) -> tuple[LayoutProblem, int]:
    """The problem in which a unit may have the classes that some layouts give it, and no other; and how many
    units have a choice left."""
    base = layouts[0]
    differs = np.zeros(len(base), dtype=bool)
    for layout in layouts[1:]:
        differs |= layout != base
    free = np.flatnonzero(differs)
    allowed = np.zeros((len(free), problem.options.classes), dtype=bool)
    for layout in layouts:
        allowed[np.arange(len(free)), layout[free]] = True
    packed, of_free = np.unique(np.packbits(allowed, axis=1), axis=0, return_inverse=True)
    options = np.unpackbits(packed, axis=1, count=allowed.shape[1]).astype(bool)
    kind = base.astype(np.int32)
    kind[free] = problem.options.classes + of_free.ravel().astype(np.int32)
    single = np.eye(problem.options.classes, dtype=bool)
    return replace(problem, options=Options(kind, np.vstack([single, options]))), len(free)


def _whole(measured: Measured) -> tuple[FloatArray, sparse.csr_array]:
    """Cost (1,) and limit values (rows, 1) of a layout as one column."""
    return np.array([measured.cost.sum()]), sparse.csr_array(measured.total[:, None])


def _carrying(mixture: Mixture, known: Sequence[Layout]) -> list[Layout]:
    """The layouts that carry weight, the heaviest first."""
    weight: NDArray[np.float64] = mixture.weight[0]
    order = np.argsort(-weight)
    return [known[int(number)] for number in order if weight[number] > WEIGHTLESS]
