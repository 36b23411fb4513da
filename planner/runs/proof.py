"""The proof of the bound, gone through again from the certificate's prices, without a solver.

A plan that keeps to the limits never pays more than its objective F(x) + sum_r p_r I_r(x) once it is charged

    F(x) + sum_r ( p_r at_least_r where p_r > 0,  p_r at_most_r where p_r < 0 )

(see ``charges`` for F), so the least of this over all layouts, whether they keep the limits or not, is a
floor under every plan, wherever the prices come from. The least of F is counted in ``division``, the bounds
of limits are taken as near as any layout comes to them (``steps``). What lies between the objective and the
floor is accounted for to the last digit: room left at limits that have a price, and land that these prices
would use otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from planner.plans.plan import Certificate
from planner.runs.charges import Charged, charged
from planner.runs.division import least_cost
from planner.runs.ledger import RELATIVE, Ledger
from planner.runs.recount import Counted, Recount
from planner.runs.steps import reached
from words.numbers import nearest, not_above
from words.said import say

PLACE = "proof"


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


def check_proof(certificate: Certificate, count: Recount, rows: Sequence[Counted], ledger: Ledger) -> None:
    """Compare the bound with what the certificate's prices prove; ``rows`` are the limits as counted."""
    proof, bound, objective = certificate.proof, certificate.bound, certificate.objective
    if proof is None or objective is None:
        ledger.note("runs_proof.no_prices")
        return
    if len(proof.prices) != len(rows):
        n = len(proof.prices)
        ledger.differ(PLACE, say("runs_proof.prices", n=n), say("runs_proof.rows", n=len(rows)))
        return
    for said, row, price in zip(certificate.limits, rows, proof.prices, strict=False):
        if said.edge is None and said.price is not None:  # at an edge it tells what loosening saves
            ledger.number(f"limits, {row.label}, price", said.price, price, said.price_unit)
    priced = list(zip(rows, proof.prices, strict=True))
    wrong = [(row, price) for row, price in priced if _barred(row, price)]
    for row, price in wrong:
        ledger.differ(f"{PLACE}, {row.label}", repr(price), say("runs_proof.no_bound"), by="the certificate")
    if wrong:
        return
    weights = _weights(count)
    totals = {name: one.total() for name, one in count.indicators().items() if name in weights}
    counted = count.objective(totals)
    proven = prove(count, weights, counted, priced)
    ledger.figures += 1
    if abs(proven.charged - proven.again) > proven.tolerance:
        ledger.differ(f"{PLACE}, F", repr(proven.charged), repr(proven.again), by="the study")
    if proof.bound is not None and proof.bound > proven.floor + proven.tolerance:
        found = say("runs_proof.at_least", value=proven.floor)
        ledger.differ(f"{PLACE}, bound", repr(proof.bound), found)
    elif bound is not None and bound <= proven.floor + proven.tolerance:
        ledger.done("verify.bound", bound=not_above(bound))
    else:
        proven_by_prices = not_above(proven.floor)
        if bound is None:
            ledger.note("runs_proof.no_floor", proven=proven_by_prices)
        else:
            ledger.note("runs_proof.in_part", proven=proven_by_prices, bound=not_above(bound))
    _tell_rooms(rows, counted, proven, ledger)


def prove(
    count: Recount,
    weights: dict[str, float],
    objective: float,
    priced: Sequence[tuple[Counted, float]],
) -> Proven:
    """What prices of limits prove: ``weights`` of the objective, its value for the plan, and each limit with
    its price in tCO2e/yr per unit of its indicator."""
    whole = charged(count, weights, priced)
    least, rounding = least_cost(whole)
    low_high: list[tuple[float, float]] = []
    for _, group in groupby(priced, key=lambda each: each[0].limit):
        rows = [row for row, _ in group]
        has_price = any(price != 0 for row, price in priced if row.limit == rows[0].limit)
        low_high += reached(count, rows) if has_price else [(0.0, 0.0)] * len(rows)
    floor, charge, rooms = least, objective, []
    size = rounding / 1e-13 + abs(objective)
    for (row, price), (low, high) in zip(priced, low_high, strict=True):
        bound = low if price > 0 else high
        floor += price * bound if price else 0.0
        charge -= price * row.value
        rooms.append(price * (row.value - bound) if price else 0.0)
        size += abs(price * row.value)
    return Proven(floor - rounding - 1e-15 * size, charge, _again(count, whole), size, tuple(rooms))


def _barred(row: Counted, price: float) -> bool:
    """True for a price of a bound that the limit does not have, and for one that is no number."""
    missing = (price > 0 and row.at_least is None) or (price < 0 and row.at_most is None)
    return missing or not np.isfinite(price)


def _weights(count: Recount) -> dict[str, float]:
    """The weights of the study's objective, below 0 for what is maximised."""
    asked = count.instance.study.objective
    weights = {name: weight for name, weight in asked.minimise.items() if weight > 0}
    for name, weight in asked.maximise.items():
        if weight > 0:
            weights[name] = weights.get(name, 0.0) - weight
    return weights


def _again(count: Recount, whole: Charged) -> float:
    """F of the plan, added up unit by unit and piece by piece."""
    state = whole.of_class[count.layout]
    total = float(whole.own.sum())
    for one in whole.joined:
        lacking = ~whole.inside[state[one.unit], one.number]
        complete = np.bincount(one.piece[lacking], minlength=len(one.cost)) == 0
        total += float(one.cost[complete].sum())
    return total


def _tell_rooms(rows: Sequence[Counted], objective: float, proven: Proven, ledger: Ledger) -> None:
    """Tell what of the distance between objective and floor is room left at limits with a price."""
    room = sum(proven.rooms)
    if room <= proven.tolerance:
        return
    place = max(range(len(rows)), key=lambda number: proven.rooms[number])
    ledger.note(
        "runs_proof.room",
        left=nearest(objective - proven.floor),
        room=nearest(room),
        land=nearest(max(0.0, objective - proven.floor - room)),
        most=nearest(proven.rooms[place]),
        limit=rows[place].label,
    )
