r"""What a red line costs, unit by unit, from the prices of the limits.

Let F be the Lagrangian at prices mu, y the plan, K_i what unit i may become and K'_i what it might without
the line. The *opportunity cost* of unit i is what releasing it alone would improve F while all other units
stay as planned:

    cost_i = max(0, min_{k in K_i} F(k, y) - min_{k in K'_i} F(k, y))

Its *ceiling* lets all other units, those that the line binds as well, answer as well as they ever could:

    ceiling_i = max(0, max_{k in K'_i \ K_i} min_{j in K_i} max_z F(j, z) - F(k, z)),   others z in K'

With v the best objective, v_R the best after releasing any set R of units, L(mu) the bound at the prices, and
c the objective of any plan,

    v - v_R  <=  c - L(mu) + sum_{i in R} ceiling_i,     cost_i <= ceiling_i.

Proof: release one unit after the other. A best layout of F after a release that keeps the unit within K_i was
there before. Otherwise it is (k, z) with k outside K_i, and for each j in K_i is
F(k, z) = F(j, z) - (F(j, z) - F(k, z)), where F(j, z) is no less than the least F before. Take the j that
tells most, then the worst k and z: the release lowers the least F, and with it the bound L(mu), by ceiling_i
at most. The cost is first order, as any price is: it fits one unit, not the sum of many.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from formulations.core.indicator import Indicator
from formulations.core.lagrangian import Span, alone, lagrangian, spans
from formulations.core.merging import merged
from formulations.core.problem import LayoutProblem, Options
from formulations.core.rows import Prices
from instances.units.grid import FloatArray, Layout

NOISE = 1e-3
"""A gain below this share of what is compared lies within the accuracy of prices, and counts as none."""
_CHUNK = 500_000
"""Units looked at together: a table of (units, classes) of that size is some tens of megabytes."""


@dataclass(frozen=True, eq=False)
class Opportunity:
    """The opportunity cost of one red line: ``cost`` and ``ceiling`` (units,) in tCO2e/yr, 0 where the line
    bars nothing that would pay; ``becomes`` (units,) the class that would win, the planned one where none
    would."""

    line: str
    cost: FloatArray
    ceiling: FloatArray
    becomes: Layout


def without(problem: LayoutProblem, line: str) -> LayoutProblem:
    """The problem with one red line lifted; ``KeyError`` where there is no such line."""
    options = problem.options
    return replace(problem, options=Options(options.kind, options.without[line]))


def opportunities(problem: LayoutProblem, prices: Prices, layout: Layout) -> list[Opportunity]:
    """The opportunity cost of every red line of a problem, at the prices of its limits; that of a piece which
    stays whole is shared among its units by area."""
    if problem.whole is not None:
        small = merged(problem)
        found = opportunities(small.problem, prices, small.shrink(layout))
        share = problem.areas / small.problem.areas[small.of]
        return [
            Opportunity(
                each.line,
                each.cost[small.of] * share,
                each.ceiling[small.of] * share,
                small.expand(each.becomes),
            )
            for each in found
        ]
    priced = lagrangian(problem, prices)
    return [_of_line(problem, priced, layout, line) for line in problem.options.without]


def _of_line(problem: LayoutProblem, priced: Indicator, layout: Layout, line: str) -> Opportunity:
    options = problem.options
    freed = options.without[line]
    opening: NDArray[np.bool_] = np.logical_or.reduce(freed & ~options.allowed, axis=1)
    barred = np.flatnonzero(opening[options.kind])
    found = Opportunity(line, np.zeros(len(layout)), np.zeros(len(layout)), layout.copy())
    if len(barred) == 0:
        return found
    for start in range(0, len(barred), _CHUNK):
        units = barred[start : start + _CHUNK]
        allowed, opened = options.allowed[options.kind[units]], freed[options.kind[units]]
        _estimate(found, units, alone(priced, layout, units, options.classes), allowed, opened)
        own = alone(Indicator("cells", priced.unit, priced.cells), layout, units, options.classes)
        sides = spans(priced, Options(options.kind, freed), units)
        found.ceiling[units] = _ceiling(own, sides, allowed, opened & ~allowed)
    return found


def _estimate(
    found: Opportunity,
    units: NDArray[np.integer],
    value: FloatArray,
    allowed: NDArray[np.bool_],
    opened: NDArray[np.bool_],
) -> None:
    """Enter cost and winning class of some units; ``value`` (n, classes) is F with neighbours as planned."""
    before = np.where(allowed, value, np.inf).min(axis=1)
    after = np.where(opened, value, np.inf)
    best = after.argmin(axis=1)
    gain = before - after[np.arange(len(units)), best]
    size = np.maximum(np.abs(before), np.abs(after[np.arange(len(units)), best]))
    paying = gain > np.maximum(NOISE * size, 1e-9)
    found.cost[units[paying]] = gain[paying]
    found.becomes[units[paying]] = best[paying]


def _ceiling(
    value: FloatArray, sides: list[Span], allowed: NDArray[np.bool_], opened: NDArray[np.bool_]
) -> FloatArray:
    """(n,) the ceiling; ``value`` (n, classes) are the cell terms of F."""
    ceiling = np.zeros(len(value))
    for k in np.flatnonzero(opened.any(axis=0)):
        least = np.full(len(value), np.inf)
        for j in np.flatnonzero(allowed.any(axis=0)):
            gain = value[:, j] - value[:, k]
            for span in sides:
                if span.classes[j] and not span.classes[k]:
                    gain = gain + span.most
                elif span.classes[k] and not span.classes[j]:
                    gain = gain - span.least
            least = np.minimum(least, np.where(allowed[:, j], gain, np.inf))
        ceiling = np.maximum(ceiling, np.where(opened[:, k], least, 0.0))
    return ceiling
