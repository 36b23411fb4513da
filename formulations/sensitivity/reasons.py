"""Why two alternatives plan a unit differently where the options of both allow both classes.

Let unit i have class a in alternative A's plan and b in B's. In each alternative the worth of b over a is
the Lagrangian's difference F(a) - F(b) with all other units as that alternative plans them. It is a sum of
parts: what each limit pays at its price, what neighbours and corridors bring, what the unit costs by itself.
The part that moves most towards b from A to B is the reason; where none does, b is as good as a within the
gaps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formulations.core.indicator import Indicator
from formulations.core.lagrangian import alone, payment
from formulations.core.problem import OBJECTIVE_UNIT, LayoutProblem
from formulations.core.rows import Prices
from instances.units.grid import FloatArray, Layout

NEIGHBOURS, RATES, TIE = "neighbours", "rates", "tie"
"""Reasons that are no limit: other units planned otherwise, other coefficients or weights, neither."""
NOISE = 0.01
"""A part that moves by less than this share of the largest one moves within the noise of prices and gaps."""
Key = tuple[str, str]
"""A limit in both alternatives: its indicator and its division into districts."""


@dataclass(frozen=True, eq=False)
class Side:
    """One alternative: its problem, the prices of its limits, its plan."""

    problem: LayoutProblem
    prices: Prices
    layout: Layout


@dataclass(frozen=True, eq=False)
class Reasons:
    """For some units (n,) the number of their reason in ``names``: a limit's key or a word of this module."""

    names: tuple[Key | str, ...]
    of: NDArray[np.int32]


def reasons(first: Side, other: Side, units: NDArray[np.integer]) -> Reasons:
    """Why the other alternative gives each of some units another class than the first does."""
    before, after = _parts(first, other, first, units), _parts(first, other, other, units)
    names: list[Key | str] = list(dict.fromkeys([*before, *after]))
    none = np.zeros(len(units))
    shift = np.stack([after.get(name, none) - before.get(name, none) for name in names], axis=1)
    largest = np.abs(np.stack([*before.values(), *after.values()], axis=1)).max(axis=1, initial=0.0)
    best = shift.argmax(axis=1).astype(np.int32)
    moved = shift[np.arange(len(units)), best] > np.maximum(NOISE * largest, 1e-9)
    return Reasons((*names, TIE), np.where(moved, best, len(names)).astype(np.int32))


def _parts(first: Side, other: Side, at: Side, units: NDArray[np.integer]) -> dict[Key | str, FloatArray]:
    """(n,) the parts of the worth of the other's class over the first's, valued at one alternative."""
    classes = at.problem.options.classes
    row = np.arange(len(units))
    a, b = first.layout[units], other.layout[units]

    def worth(indicator: Indicator) -> FloatArray:
        value = alone(indicator, at.layout, units, classes)
        gained: FloatArray = value[row, a] - value[row, b]
        return gained

    objective = at.problem.objective
    parts: dict[Key | str, FloatArray] = {
        RATES: worth(Indicator(RATES, OBJECTIVE_UNIT, objective.cells)),
        NEIGHBOURS: worth(
            Indicator(NEIGHBOURS, OBJECTIVE_UNIT, pairs=objective.pairs, bundles=objective.bundles)
        ),
    }
    for key, paid in payments(at).items():
        parts[key] = sum((worth(each) for each in paid), start=np.zeros(len(units)))
    return parts


def payments(at: Side) -> Mapping[Key, list[Indicator]]:
    """What the limits of an alternative pay at their prices, by their key."""
    found: dict[Key, list[Indicator]] = {}
    for limit, price in at.problem.by_limit(at.prices).items():
        if price.any():
            key = (limit.indicator.name, limit.districts.name)
            found.setdefault(key, []).append(payment(limit, price))
    return found
