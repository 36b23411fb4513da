"""What is known of the difference between two alternatives from their certificates: an interval, no more.

Alternative A has a plan of objective z_A and a bound b_A, so its best objective v_A lies in [b_A, z_A]; so
does B's. What B costs more than A is v_B - v_A, and of that is known

    b_B - z_A  <=  v_B - v_A  <=  z_B - b_A.

Where every layout that B permits is permitted by A as well (B is *nested* in A), v_A <= v_B: the cost is not
below nothing, b_A bounds v_B too, and B's plan is a plan of A. A plan that happens to keep to the other
alternative is one of its plans, nested or not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formulations.core.indicator import BundleTerm, CellTerm, Indicator, PairTerm
from formulations.core.problem import LayoutProblem, Limit
from instances.units.grid import Layout

Term = CellTerm | PairTerm | BundleTerm


EXACT_TO = 0.1
"""A figure is useful where it is known to this share of itself."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure known to lie between ``low`` and ``high``; either may be infinite."""

    low: float
    high: float

    @property
    def certain(self) -> bool:
        """True where the figure is known to differ from zero."""
        return self.low > 0 or self.high < 0

    @property
    def width(self) -> float:
        """How far its ends lie apart."""
        return self.high - self.low

    def wanted(self, floor: float) -> float:
        """The width at which it tells what something costs, were its middle the figure: the middle is then
        right to a tenth, or all of it lies within ``floor`` of nothing."""
        if not math.isfinite(self.width):
            return 2 * floor
        middle = abs(self.low + self.high) / 2
        return max(2 * EXACT_TO * middle, 2 * (floor - middle))

    def useful(self, floor: float) -> bool:
        """True where it tells what something costs, see ``wanted``."""
        return math.isfinite(self.width) and self.width <= self.wanted(floor)


@dataclass(frozen=True, slots=True)
class Certified:
    """Objective of a plan and bound of its problem, in tCO2e/yr; -inf where no bound was found."""

    objective: float
    bound: float


@dataclass(frozen=True, slots=True)
class Nested:
    """What is proven of two alternatives' layouts: that all of one are among the other's."""

    other_in_first: bool = False
    first_in_other: bool = False


@dataclass(frozen=True, eq=False)
class Planned:
    """A problem, a plan of it and what is certified of it."""

    problem: LayoutProblem
    layout: Layout
    certified: Certified


def cost_between(first: Certified, other: Certified) -> Interval:
    """What the best layout of the other alternative costs more than the best of the first."""
    return Interval(other.bound - first.objective, other.objective - first.bound)


def cost_known(first: Certified, other: Certified, nested: Nested) -> Interval:
    """What the other alternative costs more than the first, with what their nesting proves."""
    known = cost_between(first, other)
    if nested.other_in_first:
        known = Interval(max(known.low, 0.0), max(known.high, 0.0))
    if nested.first_in_other:
        known = Interval(min(known.low, 0.0), min(known.high, 0.0))
    return known


def shared(one: Planned, other: Planned, nested: Nested) -> tuple[Certified, Certified]:
    """What is known of both alternatives when each takes from the other what holds for it: a plan that
    keeps to its rules, and of a wider alternative the bound. Both must value every layout alike."""
    mine, yours = one.certified, other.certified
    best_one, best_other = mine.objective, yours.objective
    if yours.objective < mine.objective and one.problem.holds(other.layout):
        best_one = yours.objective
    elif mine.objective < yours.objective and other.problem.holds(one.layout):
        best_other = mine.objective
    bound_one = max(mine.bound, yours.bound) if nested.first_in_other else mine.bound
    bound_other = max(mine.bound, yours.bound) if nested.other_in_first else yours.bound
    return (
        Certified(best_one, min(bound_one, best_one)),
        Certified(best_other, min(bound_other, best_other)),
    )


def nesting(first: LayoutProblem, other: LayoutProblem) -> Nested:
    """What can be proven of the nesting of two problems on the same units."""
    return Nested(contained(other, first), contained(first, other))


def contained(inner: LayoutProblem, outer: LayoutProblem) -> bool:
    """True where it is proven that every layout that keeps to ``inner`` keeps to ``outer``: no unit has an
    option that it lacks there, and each bound of ``outer`` is implied by one on the same figure in ``inner``.
    False where that is not so, or not seen."""
    if outer.whole is not None and (inner.whole is None or not np.array_equal(inner.whole, outer.whole)):
        return False
    asked, given = outer.network, inner.network
    if asked is not None and asked.limits and (given is None or not given.implies(asked)):
        return False
    return _fewer_options(inner, outer) and all(_implied(limit, inner.limits) for limit in outer.limits)


def _fewer_options(inner: LayoutProblem, outer: LayoutProblem) -> bool:
    if len(inner) != len(outer) or inner.class_names != outer.class_names:
        return False
    kinds = len(outer.options.allowed)
    pairs = np.unique(inner.options.kind.astype(np.int64) * kinds + outer.options.kind)
    allowed, wider = inner.options.allowed[pairs // kinds], outer.options.allowed[pairs % kinds]
    return not bool((allowed & ~wider).any())


def _implied(limit: Limit, others: tuple[Limit, ...]) -> bool:
    """True where limits on the same figure imply a limit, district by district."""
    low, high = np.full(len(limit.districts), -np.inf), np.full(len(limit.districts), np.inf)
    for each in others:
        alike = len(each.districts) == len(low)
        alike = alike and np.array_equal(each.districts.member, limit.districts.member)
        if alike and _same(each.indicator, limit.indicator):
            low, high = np.maximum(low, each.at_least), np.minimum(high, each.at_most)
    return bool((low >= limit.at_least).all() and (high <= limit.at_most).all())


def cost_of_rule(ruled: Certified, free: Certified) -> Interval:
    """What a rule costs, from a problem with it and the same problem without: never less than nothing."""
    return cost_known(free, ruled, Nested(other_in_first=True))


def same_objective(one: LayoutProblem, other: LayoutProblem) -> bool:
    """True where two problems on the same units value every layout alike: their objectives then compare."""
    if not _same_worth(one, other):
        return False
    mine = {part.name: (weight, part) for weight, part in one.parts}
    yours = {part.name: (weight, part) for weight, part in other.parts}
    return mine.keys() == yours.keys() and all(
        mine[name][0] == yours[name][0] and _same(mine[name][1], yours[name][1]) for name in mine
    )


def _same_worth(one: LayoutProblem, other: LayoutProblem) -> bool:
    """True where the network of every layout is worth as much in both."""
    mine, yours = one.network, other.network
    if mine is None or yours is None:
        return all(each is None or each.weight == 0 for each in (mine, yours))
    return mine.same_worth(yours)


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
