"""The floor that prices of limits put under the objective of every layout, counted without a solver.

For every layout x that keeps the limits, at any prices p of the right sign,

    F(x) + sum_r ( p_r at_least_r where p_r > 0,  p_r at_most_r where p_r < 0 )  <=  objective(x)

with F as in ``charges``: what the limits add is nothing or less. The least of the left side over all
layouts, whether they keep the limits or not, is therefore a floor under every plan, wherever the prices come
from. The least of F is counted in ``division``, the bounds of limits are taken as near as any layout comes
to them (``steps``). What lies between the objective and the floor is accounted for to the last digit: room
left at limits that have a price, and land that these prices would use otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from instances.units.grid import FloatArray
from planner.recount.bound.charges import Charged, charged
from planner.recount.bound.division import least_cost
from planner.recount.bound.rounding import Told, layout_pays, rounded
from planner.recount.bound.staged import StagedCount
from planner.recount.bound.steps import reached
from planner.recount.bound.units import Units
from planner.recount.figures.recount import Counted, Recount
from planner.recount.ledger import RELATIVE


@dataclass(frozen=True, eq=False)
class Proven:
    """What prices prove: ``floor`` under the objective of every layout that keeps the limits, in tCO2e/yr.

    ``charged`` is what the plan costs at these prices, ``again`` the same added up unit by unit, ``size``
    what these sums are sums of; ``rooms`` (rows,) what the room left at each limit costs at its price.
    """

    floor: float
    charged: float
    again: float
    size: float
    rooms: tuple[float, ...]

    @property
    def tolerance(self) -> float:
        """What adding up in another order may change, in tCO2e/yr."""
        return RELATIVE * max(1.0, self.size)


def prove(
    count: Recount,
    weights: dict[str, float],
    objective: float,
    priced: Sequence[tuple[Counted, float]],
    staged: StagedCount | None = None,
    rounding: Told | None = None,
    links: Sequence[tuple[Counted, float]] = (),
    claimed: FloatArray | None = None,
) -> Proven:
    """What prices of limits prove: ``weights`` of the objective, its value for the plan, and each limit with
    its price in tCO2e/yr per unit of its indicator; ``staged`` of a plan with stages. Limits rounded to whole
    units (``rounding``) pay as well, and ``links`` to models, which bound nothing, at their prices; what land
    ``claimed`` by sites earns is given by unit and class (units, classes)."""
    also = set() if rounding is None else {_table(priced[one.row][0]) for one in rounding.rows}
    low_high: list[tuple[float, float]] = []
    for _, group in groupby(priced, key=lambda each: _table(each[0])):
        rows = [row for row, _ in group]
        table = _table(rows[0])
        has_price = table in also or any(price != 0 for row, price in priced if _table(row) == table)
        brought = None if staged is None else staged.brought
        low_high += reached(count, rows, brought) if has_price else [(0.0, 0.0)] * len(rows)
    further = None if rounding is None else rounded(rounding, count, [row for row, _ in priced], low_high)
    paid = claimed if further is None else further.paid
    every = [*priced, *links]
    whole = charged(count, weights, every, paid) if staged is None else staged.charged(weights, every)
    least, lost = least_cost(whole)
    floor, charge, rooms = least, objective, []
    if further is not None:
        floor += further.asked
        charge -= layout_pays(further, count.layout)
    size = lost / 1e-13 + abs(objective)
    if claimed is not None:
        earned = float(claimed[np.arange(len(count.layout)), count.layout].sum())
        charge, size = charge - earned, size + abs(earned)
    for (row, price), (low, high) in zip(priced, low_high, strict=True):
        bound = low if price > 0 else high
        floor += price * bound if price else 0.0
        charge -= price * row.value
        rooms.append(price * (row.value - bound) if price else 0.0)
        size += abs(price * row.value)
    for row, price in links:
        charge -= price * row.value
        size += abs(price * row.value)
    return Proven(floor - lost - 1e-15 * size, charge, _again(count, whole), size, tuple(rooms))


def _table(row: Counted) -> tuple[int, str, int | None]:
    """What rows share that one table of the study bounds alike, district by district."""
    return row.limit, row.counted, row.year


def _again(count: Recount, whole: Charged) -> float:
    """F of the plan, added up unit by unit and piece by piece."""
    state = whole.of_class[Units.of(count.instance).first(count.layout)]
    total = float(whole.own.sum())
    for one in whole.joined:
        lacking = ~whole.inside[state[one.unit], one.number]
        complete = np.bincount(one.piece[lacking], minlength=len(one.cost)) == 0
        total += float(one.cost[complete].sum())
    return total
