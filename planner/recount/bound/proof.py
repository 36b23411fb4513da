"""The proof of the bound, gone through again: what the certificate says against what its prices prove.

What they prove is counted in ``floor``, by code that shares nothing with the engine that found them. Said of
it is how far they go, what HiGHS proved beyond, and what lies between the objective and the floor.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from instances.land.classes import Classes
from planner.plans.plan import Certificate
from planner.plans.record import ProofRecord, RoundingRecord
from planner.recount.bound.beside import linked
from planner.recount.bound.floor import Proven, prove
from planner.recount.bound.rounding import Told, ToldRow, fits
from planner.recount.bound.staged import StagedCount
from planner.recount.figures.limit_names import limit_figure, limit_named, limit_priced
from planner.recount.figures.recount import Counted, Recount
from planner.recount.ledger import Ledger
from words.numbers import nearest, not_above
from words.said import say

PLACE = "proof"


def check_proof(
    certificate: Certificate,
    count: Recount,
    rows: Sequence[Counted],
    ledger: Ledger,
    staged: StagedCount | None = None,
) -> None:
    """Compare the bound with what the certificate's prices prove; ``rows`` are the limits as counted."""
    proof, bound, objective = certificate.proof, certificate.bound, certificate.objective
    if proof is None or objective is None:
        ledger.note("runs_proof.no_prices")
        return
    if len(proof.prices) != len(rows):
        n = len(proof.prices)
        ledger.differ(PLACE, say("runs_proof.prices", n=n), say("runs_proof.rows", n=len(rows)))
        return
    classes, told_at = count.instance.classes, proof if certificate.priced is None else certificate.priced
    _told_prices(certificate, told_at, rows, classes, ledger)
    _no_bounds(rows, proof.prices, classes, ledger)
    priced = list(zip(rows, proof.prices, strict=True))
    if any(_barred(row, price) for row, price in priced):
        return
    weights = weights_of(count)
    of_plan = count.indicators()
    totals = {
        name: of_plan[name].total() if staged is None else staged.in_objective(name) for name in weights
    }
    counted = count.objective(totals)
    beside = linked(certificate, count, ledger)
    if beside is None:
        return
    alone = prove(count, weights, counted, priced, staged, links=beside.links, claimed=beside.claimed)
    proven = beside.under(alone)
    ledger.figures += 1
    if abs(proven.charged - proven.again) > proven.tolerance:
        ledger.differ(f"{PLACE}, F", repr(proven.charged), repr(proven.again), by="the study")
    if proof.bound is not None and proof.bound > proven.floor + proven.tolerance:
        found = say("runs_proof.at_least", value=proven.floor)
        ledger.differ(f"{PLACE}, bound", repr(proof.bound), found)
    else:
        rounding = None if staged is not None or count.instance.models else proof.rounding
        _tell_bound(
            bound, proven, partial(_rounded, rounding, count, (weights, counted), rows, ledger), ledger
        )
    if not count.instance.models:
        _tell_rooms(rows, counted, proven, classes, ledger)


def _tell_bound(bound: float | None, proven: Proven, further: Callable[[], float], ledger: Ledger) -> None:
    """Tell how far the proof goes: by prices alone, or ``further``, with limits rounded to whole units."""
    if bound is None:
        ledger.note("runs_proof.no_floor", proven=not_above(proven.floor))
        return
    floor = proven.floor
    if bound > floor + proven.tolerance:
        floor = max(floor, further())
    if bound <= floor + proven.tolerance:
        ledger.done("verify.bound", bound=not_above(bound))
    else:
        ledger.note("runs_proof.in_part", proven=not_above(floor), bound=not_above(bound))


def _rounded(
    record: RoundingRecord | None,
    count: Recount,
    objective: tuple[dict[str, float], float],
    rows: Sequence[Counted],
    ledger: Ledger,
) -> float:
    """What the limits prove, rounded to whole units, by the weights of the objective and its value; -inf
    where nothing is told of it, or what is told proves nothing."""
    if record is None:
        return -math.inf
    place = f"{PLACE}, rounding"
    told = Told(
        tuple(
            ToldRow(one.row, one.side == "at_least", one.size, one.counted_from == "least", one.price)
            for one in record.rows
        ),
        record.otherwise,
    )
    usable = len(record.prices) == len(rows) and fits(told, count, rows)
    if not usable or any(map(_barred, rows, record.prices)):
        ledger.differ(place, repr(record.bound), say("runs_proof.no_bound"), by="the certificate")
        return -math.inf
    weights, counted = objective
    priced = list(zip(rows, record.prices, strict=True))
    proven = prove(count, weights, counted, priced, rounding=told)
    ledger.figures += 1
    if abs(proven.charged - proven.again) > proven.tolerance:
        ledger.differ(f"{place}, F", repr(proven.charged), repr(proven.again), by="the study")
    if record.bound > proven.floor + proven.tolerance:
        ledger.differ(f"{place}, bound", repr(record.bound), say("runs_proof.at_least", value=proven.floor))
    return proven.floor


def _told_prices(
    certificate: Certificate, told_at: ProofRecord, rows: Sequence[Counted], classes: Classes, ledger: Ledger
) -> None:
    """The price that is told of every limit; at an edge it tells what loosening saves."""
    for said, row, price in zip(certificate.limits, rows, told_at.prices, strict=False):
        if said.edge is None and said.price is not None:
            now = price if row.told is None else 0.01 * row.told.below * price
            ledger.number(limit_figure(row, classes, "price"), said.price, now, said.price_unit)


def _no_bounds(rows: Sequence[Counted], prices: Sequence[float], classes: Classes, ledger: Ledger) -> None:
    """Tell of every price of a bound that its limit does not have."""
    for row, price in zip(rows, prices, strict=True):
        if _barred(row, price):
            told = say("runs_proof.no_bound")
            ledger.differ(limit_priced(row, classes), repr(price), told, by="the certificate")


def _barred(row: Counted, price: float) -> bool:
    """True for a price of a bound that the limit does not have, and for one that is no number."""
    missing = (price > 0 and row.at_least is None) or (price < 0 and row.at_most is None)
    return missing or not np.isfinite(price)


def weights_of(count: Recount) -> dict[str, float]:
    """The weights of the study's objective, below 0 for what is maximised."""
    asked = count.instance.study.objective
    weights = {name: weight for name, weight in asked.minimise.items() if weight > 0}
    for name, weight in asked.maximise.items():
        if weight > 0:
            weights[name] = weights.get(name, 0.0) - weight
    return weights


def _tell_rooms(
    rows: Sequence[Counted], objective: float, proven: Proven, classes: Classes, ledger: Ledger
) -> None:
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
        limit=limit_named(rows[place], classes),
    )
