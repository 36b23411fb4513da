"""Which of several alternatives to solve on, and how far, until what each costs is known well enough.

What another alternative costs more than the first is known to the sum of both rooms, a room being how far a
plan's objective lies above its bound. Where that is wider than what is wanted, each of the two whose room is
more than its share is solved on to that share; a room that is small enough already is left alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from formulations.sensitivity.difference import Certified, Interval

SHARE = 0.4
"""Share of the width wanted that each side gets: both together leave some for the middle to move."""
OF_AREA = 1e-4
"""Costs below what so much of the area takes up are told as such and not looked into."""
LEAST_GAP = 1e-9
LEAST_SECONDS, UNITS_A_SECOND = 10.0, 20_000
"""How long solving one on may take at most: not measured, so that the same command asks the same again."""


@dataclass(frozen=True, slots=True)
class Equivalent:
    """Land by whose uptake a small cost is told: ``rate`` tCO2e/ha/yr of the class that takes up most (0
    where none does), and ``floor`` tCO2e/yr below which a cost is next to nothing."""

    klass: int
    rate: float
    floor: float

    def hectares(self, cost: float) -> float:
        """The land that takes up so much a year."""
        return cost / self.rate if self.rate > 0 else math.inf


def equivalent(keeping: Sequence[float], present: Sequence[bool], area_ha: float) -> Equivalent:
    """The equivalent of an area: ``keeping`` (classes,) are the emissions of land that keeps its class, in
    tCO2e/ha/yr, ``present`` (classes,) whether there is such land today."""
    uptake = [-rate if here else -math.inf for rate, here in zip(keeping, present, strict=True)]
    klass = max(range(len(uptake)), key=uptake.__getitem__)
    rate = max(0.0, uptake[klass])
    return Equivalent(klass, rate, rate * OF_AREA * area_ha)


def room(known: Certified) -> float:
    """How far the plan lies above the bound, in tCO2e/yr."""
    return known.objective - known.bound


def share_wanted(known: Interval, floor: float) -> float | None:
    """The room that either side of a cost may have, None where the cost is known well enough."""
    return None if known.useful(floor) else SHARE * known.wanted(floor)


def seconds_on(units: int) -> float:
    """The seconds that solving a problem of so many units on may take at most."""
    return max(LEAST_SECONDS, units / UNITS_A_SECOND)


def gap_for(wanted: float, known: Certified, gap: float | None) -> float:
    """The gap to ask for so that the room of a plan, of gap ``gap``, becomes ``wanted``; the two are
    proportional whatever the gap is relative to."""
    now = room(known)
    if gap is not None and gap > 0 and math.isfinite(now) and now > 0:
        return max(LEAST_GAP, gap * wanted / now)
    return max(LEAST_GAP, wanted / max(1e-9, abs(known.objective)))
