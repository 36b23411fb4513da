"""What every unit costs in each of its states once the limits are charged at prices.

With prices p of the limits, every layout x has the charged cost

    F(x) = objective(x) - sum_r p_r I_r(x)      [tCO2e/yr]

It is taken apart here with the coefficients of the recount, never the model's: a layout that is one class all
over tells what each unit brings in that class by itself, and one of a class that counts tells the length of
every shared edge and the worth of every corridor. Land that stays whole is one unit (``units``): its costs
add up class by class. Classes in the same sets (blue-green, built, neither) are
one *state* of a unit; within a state its cheapest class counts, as no neighbour can tell them apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from instances.units.grid import FloatArray, Layout
from planner.recount.bound.units import Units
from planner.recount.figures.amounts import Amounts
from planner.recount.figures.recount import Counted, Recount


@dataclass(frozen=True, eq=False)
class Joined:
    """Pieces (shared edges, corridors) that count where all their units are in a set, the set's place
    ``number``. ``cost`` (pieces,) in tCO2e/yr, below 0 for a reward; ``piece`` and ``unit`` (members,)."""

    number: int
    cost: FloatArray
    piece: NDArray[np.int64]
    unit: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Charged:
    """F taken apart: ``cost`` (units, states) in tCO2e/yr, inf where a unit has no class of the state;
    ``inside`` (states, sets) which states lie in which set; ``joined`` what units bring together."""

    cost: FloatArray
    inside: NDArray[np.bool_]
    joined: tuple[Joined, ...]
    of_class: NDArray[np.int64]
    """(classes,) the state of every class."""
    own: FloatArray
    """(units,) what the plan's own class of each unit costs."""


@dataclass
class _Rates:
    """What one unit of an indicator costs: its weight in the objective less the prices of its limits."""

    weight: float = 0.0
    rows: list[tuple[Counted, float]] = field(default_factory=list)

    def of(self, count: Recount, amounts: Amounts) -> FloatArray:
        """(pieces,) in tCO2e/yr per unit of the indicator's plain sum."""
        whole = 1.0 if amounts.whole is None else float(amounts.whole.sum())
        rate = np.full(len(amounts.value), self.weight / whole)
        by: dict[str, FloatArray] = {}
        for row, price in self.rows:
            if row.by is None or row.position is None:
                rate -= price / whole
            else:
                names = count.instance.districts[row.by].names
                by.setdefault(row.by, np.zeros(len(names)))[row.position] += price
        for name, prices in by.items():
            member = count.instance.districts[name].member
            wholes = amounts.wholes(member, len(prices))
            each = np.divide(prices, wholes, out=np.zeros(len(prices)), where=wholes > 0)
            rate -= np.append(each, 0.0)[amounts.home(member)]
        return rate


def charged(
    count: Recount,
    weights: Mapping[str, float],
    rows: Sequence[tuple[Counted, float]],
    paid: FloatArray | None = None,
) -> Charged:
    """F of an instance: ``weights`` of the indicators in the objective, below 0 for those maximised, and
    limits with their prices in tCO2e/yr per unit of the indicator; less what else is ``paid`` for every unit
    and class (units, classes)."""
    parts = priced_parts(count, weights, rows)
    alone, together = parts.alone, parts.together
    sets = list({counts.tobytes(): counts for counts, _, _ in together}.values())
    inside, of_class = _states(sets, len(count.instance.classes))
    units = Units.of(count.instance)
    joined = tuple(
        Joined(
            next(n for n, known in enumerate(sets) if (known == counts).all()),
            cost,
            *units.members(full.piece, full.unit),
        )
        for counts, cost, full in together
    )
    cost, own = _alone(count, alone, of_class, len(inside), units, paid)
    return Charged(cost, inside, joined, of_class, own)


@dataclass(frozen=True, eq=False)
class Priced:
    """F by indicators: ``alone`` of those that count unit by unit what one of each costs (units,); of those
    that count ``together`` the classes of which all units of a piece must have one, what each piece then
    costs (pieces,) and the pieces."""

    alone: dict[str, FloatArray]
    together: list[tuple[NDArray[np.bool_], FloatArray, Amounts]]


def priced_parts(
    count: Recount, weights: Mapping[str, float], rows: Sequence[tuple[Counted, float]]
) -> Priced:
    """F of an instance indicator by indicator, in tCO2e/yr."""
    rates = {name: _Rates(weight) for name, weight in weights.items()}
    for row, price in rows:
        if price != 0:
            rates.setdefault(row.counted, _Rates()).rows.append((row, price))
    now = count.indicators()
    alone: dict[str, FloatArray] = {}
    together: list[tuple[NDArray[np.bool_], FloatArray, Amounts]] = []
    for name, rate in rates.items():
        amounts = now[name]
        if amounts.counts is None:
            alone[name] = rate.of(count, amounts)
        elif amounts.counts.any() and len(amounts.value):
            full = count.at(all_over(count, int(amounts.counts.argmax()))).indicators()[name]
            together.append((amounts.counts, rate.of(count, full) * full.value, full))
    return Priced(alone, together)


def rates_of(
    count: Recount, weights: Mapping[str, float], rows: Sequence[tuple[Counted, float]]
) -> dict[str, FloatArray]:
    """(pieces,) what one unit of each indicator costs: its weight less the prices of its limits."""
    rates = {name: _Rates(weight) for name, weight in weights.items()}
    for row, price in rows:
        if price != 0:
            rates.setdefault(row.counted, _Rates()).rows.append((row, price))
    now = count.indicators()
    return {name: rate.of(count, now[name]) for name, rate in rates.items()}


def all_over(count: Recount, k: int) -> Layout:
    """The layout (units,) that is one class all over."""
    return np.full(len(count.layout), k, dtype=np.uint8)


def _states(sets: Sequence[NDArray[np.bool_]], classes: int) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """(states, sets) which states there are, and (classes,) the state of every class."""
    member = np.column_stack([np.zeros((classes, 0), dtype=bool), *(one[:, None] for one in sets)])
    inside, of_class = np.unique(member, axis=0, return_inverse=True)
    return inside, of_class.ravel()


def _alone(
    count: Recount,
    rates: Mapping[str, FloatArray],
    of_class: NDArray[np.int64],
    states: int,
    units: Units,
    paid: FloatArray | None,
) -> tuple[FloatArray, FloatArray]:
    """(units, states) the cheapest class of each state that a unit may have, inf where it may have none; and
    (units,) the plan's own class."""
    kinds, layout = count.instance.kinds, units.first(count.layout)
    own = np.zeros(len(layout))
    cost = np.full((len(layout), states), np.inf)
    for k in range(len(of_class)):
        allowed = units.every(kinds.allowed[:, k][kinds.of])
        mine = layout == k
        if not allowed.any() and not mine.any():
            continue
        here = count.at(all_over(count, k)).indicators()
        total = np.zeros(len(count.layout)) if paid is None else -paid[:, k]
        for name, rate in rates.items():
            total += rate * here[name].value
        column, total = cost[:, of_class[k]], units.sum(total)
        np.minimum(column, np.where(allowed, total, np.inf), out=column)
        own[mine] = total[mine]
    return cost, own
