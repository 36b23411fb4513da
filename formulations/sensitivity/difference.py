"""What is known of the difference between two alternatives from their certificates: an interval, no more.

Alternative A has a plan of objective z_A and a bound b_A, so its best objective v_A lies in [b_A, z_A]; so
does B's. What B costs more than A is v_B - v_A, and of that is known

    b_B - z_A  <=  v_B - v_A  <=  z_B - b_A.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formulations.core.indicator import BundleTerm, CellTerm, Indicator, PairTerm
from formulations.core.problem import LayoutProblem

Term = CellTerm | PairTerm | BundleTerm


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure known to lie between ``low`` and ``high``; either may be infinite."""

    low: float
    high: float

    @property
    def certain(self) -> bool:
        """True where the figure is known to differ from zero."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Certified:
    """Objective of a plan and bound of its problem, in tCO2e/yr; -inf where no bound was found."""

    objective: float
    bound: float


def cost_between(first: Certified, other: Certified) -> Interval:
    """What the best layout of the other alternative costs more than the best of the first."""
    return Interval(other.bound - first.objective, other.objective - first.bound)


def cost_of_rule(ruled: Certified, free: Certified) -> Interval:
    """What a rule costs, from a problem with it and the same problem without: never less than nothing."""
    known = cost_between(free, ruled)
    return Interval(max(0.0, known.low), max(0.0, known.high))


def same_objective(one: LayoutProblem, other: LayoutProblem) -> bool:
    """True where two problems on the same units value every layout alike: their objectives then compare."""
    mine = {part.name: (weight, part) for weight, part in one.parts}
    yours = {part.name: (weight, part) for weight, part in other.parts}
    return mine.keys() == yours.keys() and all(
        mine[name][0] == yours[name][0] and _same(mine[name][1], yours[name][1]) for name in mine
    )


def _same(one: Indicator, other: Indicator) -> bool:
    if (one.per is None) != (other.per is None):
        return False
    if one.per is not None and other.per is not None and not np.array_equal(one.per, other.per):
        return False
    mine: tuple[Term, ...] = (*one.cells, *one.pairs, *one.bundles)
    yours: tuple[Term, ...] = (*other.cells, *other.pairs, *other.bundles)
    return len(mine) == len(yours) and all(
        type(a) is type(b) and all(np.array_equal(x, y) for x, y in zip(_arrays(a), _arrays(b), strict=True))
        for a, b in zip(mine, yours, strict=True)
    )


def _arrays(term: Term) -> tuple[NDArray[Any], ...]:
    if isinstance(term, CellTerm):
        return term.scale, term.group, np.asarray(term.table)
    if isinstance(term, PairTerm):
        return term.first, term.second, term.weight, term.classes
    return term.start, term.units, term.reward, term.classes


def known_bound(bound: float | None) -> float:
    """A bound as a number: -inf where there is none."""
    return -math.inf if bound is None else bound
